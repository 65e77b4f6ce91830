package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	setHoursSQL = `UPDATE person SET hours_from = $1, hours_to = $2 WHERE id = $3 AND state <> 3`
	// What has never been tried is moved, also what is not due before its
	// bulletin's time; what waits for the end of a pause, or of a night with an
	// alert in it, waits on. Of several parts the first leads the others.
	awaitedSQL = `
		SELECT b.id, d.part, b.send_at, d.next_at FROM bulletin b JOIN delivery d ON d.bulletin_id = b.id
		WHERE b.kind <> 8 AND b.state IN (1, 2, 3) AND d.person_id = $1 AND d.state = 0 AND d.attempts = 0
			AND d.part = -b.ahead
			AND COALESCE(d.next_at, 0) <> (SELECT COALESCE(paused_until, -1) FROM person WHERE id = $1)
		ORDER BY b.id`
	movedHoursSQL = `UPDATE delivery SET next_at = $1 WHERE bulletin_id = $2 AND person_id = $3 AND part = $4 AND state = 0 AND attempts = 0`
)

// SetHours keeps when a person wants to be written to, and moves what they
// have not got yet to these hours, also what was written before them. It
// returns ward.ErrNotFound for nobody.
func (s *Store) SetHours(ctx context.Context, personID int64, h ward.Hours) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, setHoursSQL, h.From, h.To, personID)
		if err == nil && n == 0 {
			err = ward.ErrNotFound
		}
		if err == nil {
			err = moveTo(ctx, tx, personID, h, s.now(), s.zone)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set hours of person %d: %w", personID, err)
	}
	return nil
}

// awaited is a letter that nobody has tried to send yet.
type awaited struct {
	ward.DeliveryKey
	sendAt, nextAt time.Time // nextAt is zero: as soon as it is sent
}

// moveTo moves what a person waits for to hours of theirs.
func moveTo(ctx context.Context, tx *sql.Tx, personID int64, h ward.Hours, now time.Time, zone *time.Location) error {
	letters, err := collect(ctx, tx, func(r row) (a awaited, err error) {
		var sendAt, nextAt sql.NullInt64
		err = r.Scan(&a.BulletinID, &a.Part, &sendAt, &nextAt)
		a.sendAt, a.nextAt = moment(sendAt), moment(nextAt)
		return a, err
	}, awaitedSQL, personID)
	if err != nil {
		return err
	}
	for _, a := range letters {
		at := later(now, a.sendAt)
		opens := h.Opens(at, zone)
		if a.nextAt.IsZero() && opens.Equal(at) {
			continue // it waits for nothing, and need not
		}
		if _, err := tx.ExecContext(ctx, movedHoursSQL, opens.UnixMilli(), a.BulletinID, personID, a.Part); err != nil {
			return err
		}
	}
	return nil
}
