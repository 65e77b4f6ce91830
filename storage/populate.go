package storage

import (
	"context"
	"database/sql"
	"fmt"
)

const populateSQL = `
	INSERT INTO person (chat_id, name, language, role, ward_id, group_id, state, state_at, joined_at)
	WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS BIGINT) - 1),
		g (k, id, parent_id) AS (
			SELECT ROW_NUMBER() OVER (ORDER BY id) - 1, id, parent_id FROM place WHERE parent_id IS NOT NULL)
	SELECT CAST($2 AS BIGINT) + n.i, 'Nguyễn Thị', 'vi', 1, g.parent_id, g.id, 0, 0, 0
	FROM n JOIN g ON g.k = (n.i * 7919) % (SELECT COUNT(*) FROM g)`

// Populate fills the groups there are with made-up people whose chats are
// numbered from first on. It is for trials: nobody of them has consented.
func (s *Store) Populate(ctx context.Context, first int64, people int) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, populateSQL, people, first)
		return err
	})
	if err != nil {
		return fmt.Errorf("populate with %d people: %w", people, err)
	}
	return nil
}
