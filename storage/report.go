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
	reportColumns = `
		r.id, r.code, r.bulletin_id, r.person_id, r.ward_id, r.group_id, r.households, r.replies, r.text, r.photos,
		r.at, r.updated_at, r.state, r.revision, r.reviewer_id, r.reviewed_at, r.reason, r.reason_text`

	reportSQL           = `SELECT ` + reportColumns + ` FROM report r WHERE r.id = $1`
	reportOfSQL         = `SELECT ` + reportColumns + ` FROM report r WHERE r.bulletin_id = $1 AND r.person_id = $2`
	nextReportNumberSQL = `
		INSERT INTO report_number (ward_id, day, last) VALUES ($1, $2, 1)
		ON CONFLICT (ward_id, day) DO UPDATE SET last = report_number.last + 1
		RETURNING last`
	addReportSQL = `
		INSERT INTO report (code, bulletin_id, person_id, ward_id, group_id, households, replies, text, photos, at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	changeReportSQL = `
		UPDATE report SET households = $1, replies = $2, text = $3, photos = $4, updated_at = $5, state = 1,
			revision = revision + 1, reviewer_id = 0, reviewed_at = NULL, reason = 0, reason_text = '', told_at = NULL
		WHERE id = $6`
	deleteReportSQL = `DELETE FROM report WHERE id = $1`
)

// SaveReport stores what a person tells of a task in place of what they told
// before, and returns it as stored: it waits for a coordinator, again if it
// was reviewed. The first time it gets a code, with the next number of its
// ward on that day, and the task counts as done. It returns ward.ErrNotAsked
// if the person was not sent the task, ward.ErrNoReport if it asks for no
// report, ward.ErrForm for answers that it does not ask for, and
// ward.ErrReportClosed once it takes no more answers or changes.
func (s *Store) SaveReport(ctx context.Context, r ward.Report, day ward.Day, now time.Time) (saved ward.Report, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		saved = ward.Report{}
		if err := s.answering(ctx, tx); err != nil { // it may count as done
			return err
		}
		b, p, err := reportable(ctx, tx, r, now)
		if err != nil {
			return err
		}
		counts, sums := tallies{}, figures{}
		c := counts.of(b, p.wardID, p.groupID)
		c.add(households, homes(r).Int64)
		sums.add(b, p, r.Replies, 1)
		switch old, err := findReport(ctx, tx, r.BulletinID, r.PersonID); {
		case err == nil:
			if err := old.MayChange(b, now); err != nil {
				return err
			}
			c.add(households, -homes(old).Int64)
			sums.add(b, p, old.Replies, -1)
			_, err := tx.ExecContext(ctx, changeReportSQL, homes(r), inJSON(&r.Replies), r.Text, inJSON(&r.Photos), now.UnixMilli(), old.ID)
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
		if err := sums.save(ctx, tx); err != nil {
			return err
		}
		if saved, err = findReport(ctx, tx, r.BulletinID, r.PersonID); err != nil {
			return err
		}
		return keepPhotos(ctx, tx, saved)
	})
	if err != nil {
		return ward.Report{}, fmt.Errorf("save report on task %d: %w", r.BulletinID, err)
	}
	return saved, nil
}

// reportable finds the task of a report and where it was sent.
func reportable(ctx context.Context, tx *sql.Tx, r ward.Report, now time.Time) (b ward.Bulletin, p place, err error) {
	b, err = findBulletin(ctx, tx, r.BulletinID)
	if errors.Is(err, ward.ErrNotFound) || err == nil && b.Kind != ward.KindTask {
		return b, p, ward.ErrNotAsked
	}
	if err != nil {
		return b, p, err
	}
	if _, p, _, err = asked(ctx, tx, r.BulletinID, r.PersonID); err != nil {
		return b, p, err
	}
	_, homes := b.Form.Households()
	switch {
	case b.Recalled():
		return b, p, ward.ErrRecalled
	case now.After(b.Closes()):
		return b, p, ward.ErrReportClosed
	case b.Form.Nothing:
		return b, p, ward.ErrNoReport
	case r.HasCount && !homes, !r.Replies.Fit(b.Form):
		return b, p, ward.ErrForm
	}
	return b, p, nil
}

// doneBy makes sure that a reported task counts as done.
func (s *Store) doneBy(ctx context.Context, tx *sql.Tx, b ward.Bulletin, personID int64, now time.Time, counts tallies) error {
	t := &tap{bulletinID: b.ID, personID: personID, answer: ward.AnswerDone, now: now}
	if err := t.check(ctx, tx, shelf{b.ID: b}); err != nil {
		return err
	}
	if err := s.answerAgain(ctx, tx, t, counts); err != nil {
		return err
	}
	return s.cover(ctx, tx, counts, b, t.place)
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
		homes(r), inJSON(&r.Replies), r.Text, inJSON(&r.Photos), now.UnixMilli(), now.UnixMilli())
	return err
}

// homes is the number of households as it is stored: nothing if not said.
func homes(r ward.Report) sql.NullInt64 {
	if !r.HasCount {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: int64(r.Households), Valid: true}
}

// Report returns a report, or ward.ErrNotFound.
func (s *Store) Report(ctx context.Context, id int64) (ward.Report, error) {
	r, err := scanReport(s.readers.QueryRowContext(ctx, reportSQL, id))
	if err != nil {
		return ward.Report{}, fmt.Errorf("report %d: %w", id, missing(err))
	}
	return r, nil
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
	r, err := scanReport(q.QueryRowContext(ctx, reportOfSQL, bulletinID, personID))
	return r, missing(err)
}

func scanReport(row row) (r ward.Report, err error) {
	var n, at, updated, reviewed sql.NullInt64
	err = row.Scan(&r.ID, &r.Code, &r.BulletinID, &r.PersonID, &r.WardID, &r.GroupID, &n, inJSON(&r.Replies), &r.Text, inJSON(&r.Photos),
		&at, &updated, &r.State, &r.Revision, &r.ReviewerID, &reviewed, &r.Reason, &r.ReasonText)
	r.Households, r.HasCount = int(n.Int64), n.Valid
	r.At, r.UpdatedAt, r.ReviewedAt = moment(at), moment(updated), moment(reviewed)
	return r, err
}

// WithdrawReport takes a report back, and its numbers out of the tally; the
// answer stays. It returns ward.ErrNotFound if there is none,
// ward.ErrReportClosed if it may no longer be changed.
func (s *Store) WithdrawReport(ctx context.Context, bulletinID, personID int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		r, err := findReport(ctx, tx, bulletinID, personID)
		if err != nil {
			return err
		}
		b, err := findBulletin(ctx, tx, bulletinID)
		if err != nil {
			return err
		}
		if err := r.MayChange(b, now); err != nil {
			return err
		}
		n, err := affected(ctx, tx, deleteReportSQL, r.ID)
		if err != nil || n == 0 {
			return err
		}
		counts, sums := tallies{}, figures{}
		c := counts.of(b, r.WardID, r.GroupID)
		c.add(reports, -1)
		c.add(households, -homes(r).Int64)
		sums.add(b, place{r.WardID, r.GroupID}, r.Replies, -1)
		if err := s.count(ctx, tx, counts); err != nil {
			return err
		}
		if err := sums.save(ctx, tx); err != nil {
			return err
		}
		return forgetPhotos(ctx, tx, r.ID)
	})
	if err != nil {
		return fmt.Errorf("withdraw report on task %d: %w", bulletinID, err)
	}
	return nil
}
