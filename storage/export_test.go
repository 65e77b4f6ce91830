package storage

import (
	"context"
	"database/sql"
	"time"
)

// SetClock gives the store another clock.
func (s *Store) SetClock(now func() time.Time) { s.now = now }

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
