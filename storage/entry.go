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
	entryColumns = `e.id, e.draft_key, e.bulletin_id, e.person_id, e.ward_id, e.group_id, e.number, e.text, e.files, e.credit, e.state, e.at`

	entrySQL        = `SELECT ` + entryColumns + ` FROM entry e WHERE e.id = $1`
	entryOfDraftSQL = `SELECT ` + entryColumns + ` FROM entry e WHERE e.draft_key = $1`
	entriesOfSQL    = `SELECT ` + entryColumns + ` FROM entry e WHERE e.bulletin_id = $1 AND e.person_id = $2 ORDER BY e.number`
	scoredSQL       = `
		SELECT ` + entryColumns + `, COUNT(s.points), COALESCE(SUM(s.points), 0)
		FROM entry e LEFT JOIN score s ON s.entry_id = e.id
		WHERE e.bulletin_id = $1 GROUP BY e.id ORDER BY e.number`
	// A juror does not judge what is their own, and sees each entry once.
	unscoredSQL = `
		SELECT ` + entryColumns + ` FROM entry e
		WHERE e.bulletin_id = $1 AND e.number > $2 AND e.person_id <> $3
			AND NOT EXISTS (SELECT 1 FROM score s WHERE s.entry_id = e.id AND s.person_id = $3)
		ORDER BY e.number LIMIT 1`
	nextEntryNumberSQL = `
		INSERT INTO entry_number (bulletin_id, last) VALUES ($1, 1)
		ON CONFLICT (bulletin_id) DO UPDATE SET last = entry_number.last + 1
		RETURNING last`
	addEntrySQL = `
		INSERT INTO entry (draft_key, bulletin_id, person_id, ward_id, group_id, number, text, files, credit, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		RETURNING id`
	countEntriesSQL = `SELECT COUNT(*) FROM entry WHERE bulletin_id = $1 AND person_id = $2`
	deleteEntrySQL  = `DELETE FROM entry WHERE id = $1`
	chooseEntrySQL  = `UPDATE entry SET state = $1 WHERE id = $2`
	eraseEntriesSQL = `UPDATE entry SET text = '', files = '[]', credit = 0, state = 0 WHERE person_id = $1`

	addJurorSQL   = `INSERT INTO juror (bulletin_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	dropJurorSQL  = `DELETE FROM juror WHERE bulletin_id = $1 AND person_id = $2`
	eraseJurorSQL = `DELETE FROM juror WHERE person_id = $1`
	isJurorSQL    = `SELECT COUNT(*) FROM juror WHERE bulletin_id = $1 AND person_id = $2`
	jurorsSQL     = `
		SELECT p.id, p.name,
			(SELECT COUNT(*) FROM score s JOIN entry e ON e.id = s.entry_id WHERE s.person_id = p.id AND e.bulletin_id = j.bulletin_id),
			(SELECT COUNT(*) FROM entry e WHERE e.person_id = p.id AND e.bulletin_id = j.bulletin_id)
		FROM juror j JOIN person p ON p.id = j.person_id
		WHERE j.bulletin_id = $1 ORDER BY p.id`
	judgedByMeSQL = `
		SELECT b.id FROM juror j JOIN bulletin b ON b.id = j.bulletin_id
		WHERE j.person_id = $1 AND b.recalled_at IS NULL ORDER BY b.id DESC`
	scoreSQL = `
		INSERT INTO score (entry_id, person_id, points, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (entry_id, person_id) DO UPDATE SET points = excluded.points, at = excluded.at`
	judgingSQL = `
		SELECT COUNT(*), COUNT(DISTINCT person_id),
			COALESCE(SUM(CASE WHEN state > 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END), 0)
		FROM entry WHERE bulletin_id = $1`
)

// SubmitEntry stores an entry and gives it the next number of its call. A
// draft is sent in once: the second time the first entry is returned. It
// returns ward.ErrNotAsked if the person was not sent the call,
// ward.ErrTaskClosed after the deadline, ward.ErrEmpty for one without text
// and files, ward.ErrEnough if the person has sent as many as they may.
func (s *Store) SubmitEntry(ctx context.Context, e ward.Entry, now time.Time) (ward.Entry, error) {
	if e.Text == "" && len(e.Files) == 0 {
		return ward.Entry{}, fmt.Errorf("submit entry: %w", ward.ErrEmpty)
	}
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		switch sent, err := scanEntry(tx.QueryRowContext(ctx, entryOfDraftSQL, e.DraftKey)); {
		case err == nil:
			e = sent
			return nil
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		p, err := invited(ctx, tx, e.BulletinID, e.PersonID, now)
		if err != nil {
			return err
		}
		var sent int
		if err := tx.QueryRowContext(ctx, countEntriesSQL, e.BulletinID, e.PersonID).Scan(&sent); err != nil {
			return err
		}
		if sent >= ward.MaxEntries {
			return ward.ErrEnough
		}
		if err := tx.QueryRowContext(ctx, nextEntryNumberSQL, e.BulletinID).Scan(&e.Number); err != nil {
			return err
		}
		e.WardID, e.GroupID, e.At, e.State = p.wardID, p.groupID, now, ward.EntryIn
		return tx.QueryRowContext(ctx, addEntrySQL, e.DraftKey, e.BulletinID, e.PersonID, p.wardID, p.groupID, e.Number, e.Text,
			inJSON(&e.Files), e.Credit, now.UnixMilli()).Scan(&e.ID)
	})
	if err != nil {
		return ward.Entry{}, fmt.Errorf("submit entry to call %d: %w", e.BulletinID, err)
	}
	return e, nil
}

// MayEnter returns nil if a person may send an entry to a call now, else the
// error that SubmitEntry would return.
func (s *Store) MayEnter(ctx context.Context, bulletinID, personID int64, now time.Time) error {
	if _, err := invited(ctx, s.readers, bulletinID, personID, now); err != nil {
		return fmt.Errorf("enter call %d: %w", bulletinID, err)
	}
	return nil
}

// invited finds where a call that is open was sent to a person.
func invited(ctx context.Context, q querier, bulletinID, personID int64, now time.Time) (place, error) {
	b, err := findBulletin(ctx, q, bulletinID)
	switch {
	case errors.Is(err, ward.ErrNotFound) || err == nil && b.Kind != ward.KindCall:
		return place{}, ward.ErrNotAsked
	case err != nil:
		return place{}, err
	case b.Recalled():
		return place{}, ward.ErrRecalled
	case now.After(b.Deadline):
		return place{}, ward.ErrTaskClosed
	}
	_, p, _, err := asked(ctx, q, bulletinID, personID)
	return p, err
}

// WithdrawEntry takes an entry back, with the points it got. It returns
// ward.ErrNotFound unless the entry is the person's, ward.ErrTaskClosed after
// the deadline, when judging has begun.
func (s *Store) WithdrawEntry(ctx context.Context, entryID, personID int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		e, err := findEntry(ctx, tx, entryID)
		if err != nil {
			return err
		}
		if e.PersonID != personID {
			return ward.ErrNotFound
		}
		b, err := findBulletin(ctx, tx, e.BulletinID)
		if err != nil {
			return err
		}
		if now.After(b.Deadline) {
			return ward.ErrTaskClosed
		}
		_, err = tx.ExecContext(ctx, deleteEntrySQL, entryID)
		return err
	})
	if err != nil {
		return fmt.Errorf("withdraw entry %d: %w", entryID, err)
	}
	return nil
}

// Entry returns an entry, or ward.ErrNotFound.
func (s *Store) Entry(ctx context.Context, id int64) (ward.Entry, error) {
	e, err := findEntry(ctx, s.readers, id)
	if err != nil {
		return ward.Entry{}, fmt.Errorf("entry %d: %w", id, err)
	}
	return e, nil
}

func findEntry(ctx context.Context, q querier, id int64) (ward.Entry, error) {
	e, err := scanEntry(q.QueryRowContext(ctx, entrySQL, id))
	return e, missing(err)
}

// EntriesOf returns what a person sent to a call, in the order of the numbers.
func (s *Store) EntriesOf(ctx context.Context, bulletinID, personID int64) ([]ward.Entry, error) {
	all, err := collect(ctx, s.readers, scanEntry, entriesOfSQL, bulletinID, personID)
	if err != nil {
		return nil, fmt.Errorf("entries of person %d: %w", personID, err)
	}
	return all, nil
}

// Entries returns all entries of a call with their points, in the order of
// the numbers.
func (s *Store) Entries(ctx context.Context, bulletinID int64) ([]ward.Scored, error) {
	all, err := collect(ctx, s.readers, func(r row) (v ward.Scored, err error) {
		err = scanEntryAnd(r, &v.Entry, &v.Jurors, &v.Points)
		return v, err
	}, scoredSQL, bulletinID)
	if err != nil {
		return nil, fmt.Errorf("entries of call %d: %w", bulletinID, err)
	}
	return all, nil
}

// UnscoredEntry returns the next entry after a number that a juror has not
// given points to and that is not their own, or ward.ErrNotFound.
func (s *Store) UnscoredEntry(ctx context.Context, bulletinID, jurorID int64, after int) (ward.Entry, error) {
	e, err := scanEntry(s.readers.QueryRowContext(ctx, unscoredSQL, bulletinID, after, jurorID))
	if err != nil {
		return ward.Entry{}, fmt.Errorf("next entry of call %d: %w", bulletinID, missing(err))
	}
	return e, nil
}

// ScoreEntry records a juror's points in place of those they gave before. It
// returns ward.ErrNotJuror unless they are one of the call and the entry is
// not their own.
func (s *Store) ScoreEntry(ctx context.Context, entryID, jurorID int64, points int, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		e, err := findEntry(ctx, tx, entryID)
		if err != nil {
			return err
		}
		var appointed int
		if err := tx.QueryRowContext(ctx, isJurorSQL, e.BulletinID, jurorID).Scan(&appointed); err != nil {
			return err
		}
		if appointed == 0 || e.PersonID == jurorID || points < ward.MinPoints || points > ward.MaxPoints {
			return ward.ErrNotJuror
		}
		_, err = tx.ExecContext(ctx, scoreSQL, entryID, jurorID, points, now.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("score entry %d: %w", entryID, err)
	}
	return nil
}

// SetEntryState puts an entry on the shortlist, chooses it, or neither.
func (s *Store) SetEntryState(ctx context.Context, entryID int64, state ward.EntryState) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, chooseEntrySQL, state, entryID)
		if err == nil && n == 0 {
			err = ward.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("choose entry %d: %w", entryID, err)
	}
	return nil
}

// AppointJuror lets a person give points to a call's entries.
func (s *Store) AppointJuror(ctx context.Context, bulletinID, personID int64) error {
	return s.steerJuror(ctx, addJurorSQL, bulletinID, personID)
}

// DismissJuror ends that; the points they gave stay.
func (s *Store) DismissJuror(ctx context.Context, bulletinID, personID int64) error {
	return s.steerJuror(ctx, dropJurorSQL, bulletinID, personID)
}

func (s *Store) steerJuror(ctx context.Context, query string, bulletinID, personID int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, bulletinID, personID)
		return err
	})
	if err != nil {
		return fmt.Errorf("juror %d of call %d: %w", personID, bulletinID, err)
	}
	return nil
}

// IsJuror says whether a person judges a call's entries.
func (s *Store) IsJuror(ctx context.Context, bulletinID, personID int64) (bool, error) {
	var n int
	if err := s.readers.QueryRowContext(ctx, isJurorSQL, bulletinID, personID).Scan(&n); err != nil {
		return false, fmt.Errorf("jurors of call %d: %w", bulletinID, err)
	}
	return n > 0, nil
}

// JudgedBy returns the calls that a person judges, newest first.
func (s *Store) JudgedBy(ctx context.Context, personID int64) ([]int64, error) {
	ids, err := collect(ctx, s.readers, scanID, judgedByMeSQL, personID)
	if err != nil {
		return nil, fmt.Errorf("calls judged by person %d: %w", personID, err)
	}
	return ids, nil
}

// Judging says how far a call for entries has come.
func (s *Store) Judging(ctx context.Context, bulletinID int64) (j ward.Judging, err error) {
	err = s.readers.QueryRowContext(ctx, judgingSQL, bulletinID).Scan(&j.Entries, &j.People, &j.Shortlisted, &j.Chosen)
	if err == nil {
		j.Jurors, err = collect(ctx, s.readers, func(r row) (v ward.Juror, err error) {
			err = r.Scan(&v.PersonID, &v.Name, &v.Scored, &v.Own)
			return v, err
		}, jurorsSQL, bulletinID)
	}
	if err != nil {
		return j, fmt.Errorf("judging of call %d: %w", bulletinID, err)
	}
	return j, nil
}

func scanEntry(r row) (e ward.Entry, err error) {
	err = scanEntryAnd(r, &e)
	return e, err
}

// scanEntryAnd reads an entry, and what else a query selects behind it.
func scanEntryAnd(r row, e *ward.Entry, more ...any) error {
	var at sql.NullInt64
	err := r.Scan(append([]any{&e.ID, &e.DraftKey, &e.BulletinID, &e.PersonID, &e.WardID, &e.GroupID, &e.Number, &e.Text,
		inJSON(&e.Files), &e.Credit, &e.State, &at}, more...)...)
	e.At = moment(at)
	return err
}
