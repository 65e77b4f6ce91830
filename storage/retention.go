package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"wardbot/ward"
)

// Few enough rows a transaction that taps do not wait for it.
const (
	expirePhotosSQL = `
		UPDATE report SET photos = '[]' WHERE id IN (
			SELECT id FROM report WHERE updated_at < $1 AND photos NOT IN ('[]', 'null') LIMIT 500)`
	expireHashesSQL = `
		DELETE FROM photo_hash WHERE at < $1 AND report_id IN (SELECT report_id FROM photo_hash WHERE at < $1 LIMIT 500)`
	expireReportsSQL = `
		UPDATE report SET text = '', photos = '[]', reason_text = '' WHERE id IN (
			SELECT id FROM report
			WHERE updated_at < $1 AND (text <> '' OR photos NOT IN ('[]', 'null') OR reason_text <> '') LIMIT 500)`
	expireSpoiltSQL = `
		DELETE FROM spoilt WHERE id IN (SELECT id FROM spoilt WHERE at < $1 LIMIT 500)`
	expireFilesSQL = `
		DELETE FROM file WHERE (sum, kind) IN (SELECT sum, kind FROM file WHERE at < $1 LIMIT 500)`
	inactiveSQL = `
		SELECT id FROM person WHERE state IN (2, 4) AND state_at < $1 ORDER BY id LIMIT 500`
)

// Expire forgets what was kept long enough, and returns how many people were
// erased because they have been away that long. It may be called at any time
// and be cut short: the next call goes on.
func (s *Store) Expire(ctx context.Context, keep ward.Retention, now time.Time) (erased int, err error) {
	for _, thing := range []struct {
		name  string
		query string
		keep  time.Duration
	}{
		{"photos", expirePhotosSQL, keep.Media},
		{"files", expireFilesSQL, keep.Media},
		{"what photos look like", expireHashesSQL, keep.Media},
		{"reports", expireReportsSQL, keep.Reports},
		{"spoilt updates", expireSpoiltSQL, keep.Logs},
		{"log", expireAuditSQL, keep.Logs},
		{"answers to alerts", expirePlightsSQL, ward.WhereaboutsKept},
		{"requests for consent", expireAssentSQL, keep.Logs},
		{"lists of people who did not come", expireListSQL, keep.Inactive},
		{"rows of calendars", expireRowsSQL, rowsKept},
	} {
		if thing.keep <= 0 {
			continue
		}
		if err := s.expire(ctx, thing.query, now.Add(-thing.keep)); err != nil {
			return 0, fmt.Errorf("expire %s: %w", thing.name, err)
		}
	}
	if keep.Inactive <= 0 {
		return 0, nil
	}
	ids, err := collect(ctx, s.readers, scanID, inactiveSQL, now.Add(-keep.Inactive).UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("list inactive people: %w", err)
	}
	for _, id := range ids {
		if err := s.Erase(ctx, id, now); err != nil {
			return erased, err
		}
		erased++
	}
	return erased, nil
}

// expire repeats a statement until it finds nothing more from before a moment.
func (s *Store) expire(ctx context.Context, query string, before time.Time) error {
	for {
		var n int64
		err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
			n, err = affected(ctx, tx, query, before.UnixMilli())
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
