package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	reportColumns = `id, code, bulletin_id, person_id, ward_id, group_id, households, text, photos, at, updated_at`

	reportSQL           = `SELECT ` + reportColumns + ` FROM report WHERE bulletin_id = $1 AND person_id = $2`
	nextReportNumberSQL = `
		INSERT INTO report_number (ward_id, day, last) VALUES ($1, $2, 1)
		ON CONFLICT (ward_id, day) DO UPDATE SET last = report_number.last + 1
		RETURNING last`
	addReportSQL = `
		INSERT INTO report (code, bulletin_id, person_id, ward_id, group_id, households, text, photos, at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	changeReportSQL = `UPDATE report SET households = $1, text = $2, photos = $3, updated_at = $4 WHERE id = $5`
	deleteReportSQL = `DELETE FROM report WHERE id = $1`
)

// SaveReport stores what a person tells of a task in place of what they told
// before, and returns it as stored. The first time it gets a code, with the
// next number of its ward on that day, and the task counts as done. It
// returns ward.ErrNotAsked if the person was not sent the task,
// ward.ErrReportClosed once the task takes no more answers.
func (s *Store) SaveReport(ctx context.Context, r ward.Report, day ward.Day, now time.Time) (saved ward.Report, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		saved = ward.Report{}
		b, p, err := reportable(ctx, tx, r.BulletinID, r.PersonID, now)
		if err != nil {
			return err
		}
		counts := tallies{}
		c := counts.of(b, p.wardID, p.groupID)
		c.add(households, homes(r).Int64)
		switch old, err := findReport(ctx, tx, r.BulletinID, r.PersonID); {
		case err == nil:
			c.add(households, -homes(old).Int64)
			_, err := tx.ExecContext(ctx, changeReportSQL, homes(r), r.Text, inJSON(&r.Photos), now.UnixMilli(), old.ID)
			if err != nil {
				return err
			}
		case errors.Is(err, ward.ErrNotFound):
			c.add(reports, 1)
			if err := addReport(ctx, tx, r, p, day, now); err != nil {
				return err
			}
		default:
			return err
		}
		if err := s.doneBy(ctx, tx, b, r.PersonID, now, counts); err != nil {
			return err
		}
		if err := s.count(ctx, tx, counts); err != nil {
			return err
		}
		saved, err = findReport(ctx, tx, r.BulletinID, r.PersonID)
		return err
	})
	if err != nil {
		return ward.Report{}, fmt.Errorf("save report on task %d: %w", r.BulletinID, err)
	}
	return saved, nil
}

// reportable finds the task of a report and where it was sent.
func reportable(ctx context.Context, tx *sql.Tx, bulletinID, personID int64, now time.Time) (b ward.Bulletin, p place, err error) {
	b, err = findBulletin(ctx, tx, bulletinID)
	if errors.Is(err, ward.ErrNotFound) || err == nil && b.Kind != ward.KindTask {
		return b, p, ward.ErrNotAsked
	}
	if err != nil {
		return b, p, err
	}
	if _, p, _, err = asked(ctx, tx, bulletinID, personID); err != nil {
		return b, p, err
	}
	if b.Recalled() {
		return b, p, ward.ErrRecalled
	}
	if now.After(b.Closes()) {
		return b, p, ward.ErrReportClosed
	}
	return b, p, nil
}

// doneBy makes sure that a reported task counts as done.
func (s *Store) doneBy(ctx context.Context, tx *sql.Tx, b ward.Bulletin, personID int64, now time.Time, counts tallies) error {
	t := &tap{bulletinID: b.ID, personID: personID, answer: ward.AnswerDone, now: now}
	if err := t.check(ctx, tx, shelf{b.ID: b}); err != nil {
		return err
	}
	return s.answerAgain(ctx, tx, t, counts)
}

func addReport(ctx context.Context, tx *sql.Tx, r ward.Report, p place, day ward.Day, now time.Time) error {
	w, err := scanWard(tx.QueryRowContext(ctx, wardSQL, p.wardID))
	if err != nil {
		return err
	}
	var n int
	if err := tx.QueryRowContext(ctx, nextReportNumberSQL, p.wardID, day).Scan(&n); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, addReportSQL, ward.ReportCode(w.Name, day, n), r.BulletinID, r.PersonID, p.wardID, p.groupID,
		homes(r), r.Text, inJSON(&r.Photos), now.UnixMilli(), now.UnixMilli())
	return err
}

// homes is the number of households as it is stored: nothing if not said.
func homes(r ward.Report) sql.NullInt64 {
	if !r.HasCount {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: int64(r.Households), Valid: true}
}

// ReportOf returns a person's report on a task, or ward.ErrNotFound.
func (s *Store) ReportOf(ctx context.Context, bulletinID, personID int64) (ward.Report, error) {
	r, err := findReport(ctx, s.readers, bulletinID, personID)
	if err != nil {
		return ward.Report{}, fmt.Errorf("report on task %d: %w", bulletinID, err)
	}
	return r, nil
}

func findReport(ctx context.Context, q querier, bulletinID, personID int64) (ward.Report, error) {
	r, err := scanReport(q.QueryRowContext(ctx, reportSQL, bulletinID, personID))
	return r, missing(err)
}

func scanReport(r row) (v ward.Report, err error) {
	var n, at, updated sql.NullInt64
	err = r.Scan(&v.ID, &v.Code, &v.BulletinID, &v.PersonID, &v.WardID, &v.GroupID, &n, &v.Text, inJSON(&v.Photos), &at, &updated)
	v.Households, v.HasCount = int(n.Int64), n.Valid
	v.At, v.UpdatedAt = moment(at), moment(updated)
	return v, err
}

// DeleteReport takes a report back; the answer stays. It returns
// ward.ErrNotFound if there is none, ward.ErrReportClosed once the task takes
// no more answers.
func (s *Store) DeleteReport(ctx context.Context, bulletinID, personID int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		r, err := findReport(ctx, tx, bulletinID, personID)
		if err != nil {
			return err
		}
		b, err := findBulletin(ctx, tx, bulletinID)
		if err != nil {
			return err
		}
		if now.After(b.Closes()) {
			return ward.ErrReportClosed
		}
		n, err := affected(ctx, tx, deleteReportSQL, r.ID)
		if err != nil || n == 0 {
			return err
		}
		counts := tallies{}
		c := counts.of(b, r.WardID, r.GroupID)
		c.add(reports, -1)
		c.add(households, -homes(r).Int64)
		return s.count(ctx, tx, counts)
	})
	if err != nil {
		return fmt.Errorf("delete report on task %d: %w", bulletinID, err)
	}
	return nil
}
