package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const (
	setHoursSQL = `UPDATE person SET hours_from = $1, hours_to = $2 WHERE id = $3 AND state <> 3`
	// What waits for a person's hours was never tried; what waits for the end
	// of a pause, or of a night with an alert in it, waits on.
	movedHoursSQL = `
		UPDATE delivery SET next_at = $1
		WHERE person_id = $2 AND state = 0 AND attempts = 0 AND part <= 0 AND next_at > $3 AND next_at < ` + afterAhead + `
			AND next_at <> COALESCE((SELECT paused_until FROM person WHERE id = $2), 0)
			AND bulletin_id IN (SELECT id FROM bulletin WHERE kind <> 8 AND state IN (1, 2, 3))`
)

// SetHours keeps when a person wants to be written to, and moves what waits
// for the hours they had to those they have now. It returns ward.ErrNotFound
// for nobody.
func (s *Store) SetHours(ctx context.Context, personID int64, h ward.Hours) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, setHoursSQL, h.From, h.To, personID)
		if err == nil && n == 0 {
			err = ward.ErrNotFound
		}
		if err == nil {
			now := s.now()
			_, err = tx.ExecContext(ctx, movedHoursSQL, h.Opens(now, s.zone).UnixMilli(), personID, now.UnixMilli())
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set hours of person %d: %w", personID, err)
	}
	return nil
}
