// Package storage is what wardbot remembers: one Store over SQLite or
// PostgreSQL. Each file holds one noun with its SQL beside its methods. The
// SQL is the same for both engines but for the few batch statements that say
// why they differ.
//
// Times are stored as unix milliseconds, days as yyyymmdd. Every method that
// writes returns after the commit, so what it reported survives a kill and,
// as far as the disk keeps its word, a power cut. Methods that find nothing
// return ward.ErrNotFound; rules that refuse return the error of package ward
// that says so.
package storage
