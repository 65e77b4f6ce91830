package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	addRowSQL     = `INSERT INTO calendar_row (draft_key, sum, send_at) VALUES ($1, $2, $3) ON CONFLICT (draft_key) DO NOTHING`
	rowSumSQL     = `SELECT sum FROM calendar_row WHERE draft_key = $1`
	rowsSQL       = `SELECT draft_key, sum FROM calendar_row`
	forgetRowSQL  = `DELETE FROM calendar_row WHERE draft_key IN (SELECT draft_key FROM schedule WHERE id = $1)`
	forgetRowsSQL = `DELETE FROM calendar_row WHERE draft_key IN (SELECT draft_key FROM schedule WHERE chat_id = $1)`
	expireRowsSQL = `DELETE FROM calendar_row WHERE draft_key IN (SELECT draft_key FROM calendar_row WHERE send_at < $1 LIMIT 500)`
)

// rowsKept is how long after its time it is known that a row of a spreadsheet
// was taken: a year's calendar may be sent again as a whole.
const rowsKept = 400 * 24 * time.Hour

// CalendarTaken returns the rows of spreadsheets that were taken: by key, the
// sum of what they said.
func (s *Store) CalendarTaken(ctx context.Context) (map[string]string, error) {
	sums := map[string]string{}
	_, err := collect(ctx, s.readers, func(r row) (struct{}, error) {
		var key, sum string
		err := r.Scan(&key, &sum)
		sums[key] = sum
		return struct{}{}, err
	}, rowsSQL)
	if err != nil {
		return nil, fmt.Errorf("list rows of calendars: %w", err)
	}
	return sums, nil
}

// TakeCalendar plans the rows of a spreadsheet, all or none, and returns how
// many were new: one that was taken before is not planned again. It returns
// ward.ErrOvertaken if one was taken that says something else.
func (s *Store) TakeCalendar(ctx context.Context, items []ward.CalendarItem) (added int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		added = 0
		for _, item := range items {
			key := item.Draft.DraftKey
			n, err := affected(ctx, tx, addRowSQL, key, item.Sum, item.Next.UnixMilli())
			if err != nil {
				return err
			}
			if n == 0 {
				var sum string
				if err := tx.QueryRowContext(ctx, rowSumSQL, key).Scan(&sum); err != nil {
					return err
				}
				if sum != item.Sum {
					return ward.ErrOvertaken
				}
				continue
			}
			if err := addPlan(ctx, tx, item.Plan); err != nil {
				return err
			}
			added++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("take a calendar: %w", err)
	}
	return added, nil
}
