package storage

import (
	"context"
	"database/sql"
)

// Write runs an arbitrary write.
func (s *Store) Write(ctx context.Context, do func(ctx context.Context, tx *sql.Tx) error) error {
	return s.write(ctx, do)
}

// SetChunk makes fan-out and stop go in smaller steps.
func SetChunk(n int64) (reset func()) {
	old := chunk
	chunk = n
	return func() { chunk = old }
}

// Damage changes the database behind the store's back.
func (s *Store) Damage(ctx context.Context, query string) error {
	_, err := s.db.ExecContext(ctx, query)
	return err
}

// Number asks the writing connection for a number.
func (s *Store) Number(ctx context.Context, query string) (n int64, err error) {
	err = s.db.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}

// IDs reads a column of ids.
func (s *Store) IDs(ctx context.Context, query string) ([]int64, error) {
	return collect(ctx, s.readers, scanID, query)
}

// Unseat cuts the connection by which a process holds the right to lead.
func (s *Store) Unseat(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::BIGINT::OID AND objid = $2::BIGINT::OID`,
		leadClass, theLead)
	return err
}

// Drop ends a seat as a kill does.
func (s *Store) Drop(seat *Seat) { seat.session.close() }
