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

const populateSQL = `
	INSERT INTO person (chat_id, name, language, role, ward_id, group_id, state, state_at, joined_at)
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1),
		g (k, id, parent_id) AS (
			SELECT ROW_NUMBER() OVER (ORDER BY id) - 1, id, parent_id FROM place WHERE parent_id IS NOT NULL)
	SELECT 1000000 + n.i, 'Nguyễn Thị', 'vi', 1, g.parent_id, g.id, 0, 0, 0
	FROM n JOIN g ON g.k = (n.i * 7919) % (SELECT COUNT(*) FROM g)`

// Populate fills the places with people, faster than they could register.
func (s *Store) Populate(ctx context.Context, people int) error {
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, populateSQL, people)
		return err
	})
}
