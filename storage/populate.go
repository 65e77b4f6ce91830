package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
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

// A made-up task is answered by three in four, one in fifteen of them not
// today, and one in twenty late.
const (
	pretendSentSQL     = `UPDATE delivery SET state = 2, at = $1 WHERE bulletin_id = $2`
	pretendAnsweredSQL = `
		INSERT INTO answer (bulletin_id, person_id, ward_id, group_id, answer, at, late)
		SELECT bulletin_id, person_id, ward_id, group_id, CASE WHEN n < 70 THEN 1 ELSE 2 END, CAST($1 AS BIGINT), CASE WHEN n < 4 THEN 1 ELSE 0 END
		FROM (SELECT d.*, (d.person_id * 7919 + d.bulletin_id * 104729) % 100 AS n FROM delivery d WHERE d.bulletin_id = $2 AND d.part = 0) AS asked
		WHERE n < 75`
	pretendGroupsSQL = `
		INSERT INTO tally (bulletin_id, ward_id, group_id, day, sent, done, late, not_today)
		SELECT d.bulletin_id, d.ward_id, d.group_id, CAST($1 AS BIGINT), COUNT(*),
			SUM(CASE WHEN a.answer = 1 THEN 1 ELSE 0 END), COALESCE(SUM(a.late), 0), SUM(CASE WHEN a.answer = 2 THEN 1 ELSE 0 END)
		FROM delivery d LEFT JOIN answer a ON a.bulletin_id = d.bulletin_id AND a.person_id = d.person_id
		WHERE d.bulletin_id = $2 AND d.part = 0 GROUP BY d.bulletin_id, d.ward_id, d.group_id`
	pretendWardsSQL = `
		INSERT INTO tally (bulletin_id, ward_id, group_id, day, sent, done, late, not_today)
		SELECT bulletin_id, ward_id, 0, day, SUM(sent), SUM(done), SUM(late), SUM(not_today)
		FROM tally WHERE bulletin_id = $1 GROUP BY bulletin_id, ward_id, day`
	pretendOverSQL = `UPDATE bulletin SET state = 4, sent_at = $1, settled = written WHERE id = $2`
)

// Pretend makes of a task whose deliveries are written, to people who all have
// a group, one that was sent and answered. It is for trials, and leaves weeks,
// months and years to Rebuild.
func (s *Store) Pretend(ctx context.Context, task ward.Bulletin) error {
	at := task.SendAt.UnixMilli()
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, step := range []struct {
			query string
			args  []any
		}{
			{pretendSentSQL, []any{at, task.ID}},
			{pretendAnsweredSQL, []any{at, task.ID}},
			{pretendGroupsSQL, []any{task.SendDay, task.ID}},
			{pretendWardsSQL, []any{task.ID}},
			{pretendOverSQL, []any{at, task.ID}},
		} {
			if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("pretend task %d: %w", task.ID, err)
	}
	return nil
}

// Analyze lets the database look at what it holds, as it must after much has
// been written at once.
func (s *Store) Analyze(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, "ANALYZE")
	if err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	return nil
}
