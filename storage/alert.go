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
	// has is that a person has, or may have, a bulletin.
	has = `d.part = 0 AND d.state IN (1, 2, 5, 7)`

	// Who answers was sent the alert, and stays where they were then. A new
	// answer forgets what the one before it told.
	answerAlertSQL = `
		INSERT INTO plight (bulletin_id, person_id, ward_id, group_id, safety, at)
		SELECT d.bulletin_id, d.person_id, d.ward_id, d.group_id, CAST($1 AS SMALLINT), CAST($2 AS BIGINT) FROM delivery d
		WHERE d.bulletin_id = $3 AND d.person_id = $4 AND ` + has + `
		ON CONFLICT (bulletin_id, person_id) DO UPDATE SET safety = excluded.safety, at = excluded.at, note = '', latitude = NULL, longitude = NULL,
			helped_at = NULL, told_at = NULL
		WHERE plight.safety <> excluded.safety OR plight.helped_at IS NOT NULL`
	noteHelpSQL = `
		UPDATE plight SET note = $1, told_at = NULL WHERE bulletin_id = $2 AND person_id = $3 AND safety = 2`
	locateHelpSQL = `
		UPDATE plight SET latitude = $1, longitude = $2, told_at = NULL WHERE bulletin_id = $3 AND person_id = $4 AND safety = 2`
	plightColumns = `
		a.bulletin_id, a.person_id, a.ward_id, a.group_id, a.safety, a.at, a.note, a.latitude, a.longitude, a.helped_at, p.name`
	plightSQL = `
		SELECT ` + plightColumns + ` FROM plight a JOIN person p ON p.id = a.person_id WHERE a.bulletin_id = $1 AND a.person_id = $2`
	plightsOfSQL = `
		SELECT ` + plightColumns + ` FROM plight a JOIN person p ON p.id = a.person_id WHERE a.person_id = $1 ORDER BY a.at`
	needHelpSQL = `
		SELECT ` + plightColumns + ` FROM plight a JOIN person p ON p.id = a.person_id
		WHERE a.bulletin_id = $1 AND a.safety = 2 AND a.helped_at IS NULL ORDER BY a.at, a.person_id`
	untoldHelpSQL = `
		SELECT ` + plightColumns + ` FROM plight a JOIN person p ON p.id = a.person_id
		WHERE a.safety = 2 AND a.told_at IS NULL AND a.helped_at IS NULL ORDER BY a.at LIMIT $1`
	// What came since is told, too.
	toldHelpSQL = `
		UPDATE plight SET told_at = $1 WHERE bulletin_id = $2 AND person_id = $3 AND at = $4 AND note = $5
			AND COALESCE(latitude, 0) = $6 AND COALESCE(longitude, 0) = $7`
	helpedSQL = `
		UPDATE plight SET helped_at = $1 WHERE bulletin_id = $2 AND person_id = $3 AND safety = 2 AND helped_at IS NULL`
	countSafetySQL = `
		SELECT COALESCE(SUM(CASE WHEN a.safety = 1 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN a.safety = 2 THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN a.safety = 2 AND a.helped_at IS NULL THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN a.safety IS NULL THEN 1 ELSE 0 END), 0)
		FROM delivery d JOIN person p ON p.id = d.person_id
		LEFT JOIN plight a ON a.bulletin_id = d.bulletin_id AND a.person_id = d.person_id
		WHERE d.bulletin_id = $1 AND p.state IN (0, 2) AND ` + has
	alertSizeSQL = `
		SELECT COUNT(*), COALESCE(SUM(p.urgent), 0) FROM person p
		WHERE p.state = 0 AND (COALESCE(p.paused_until, 0) <= $1 OR p.urgent = 1)`

	// All that is still on its way of an alert and its reminder comes too late
	// from now on.
	clearAlertSQL = `
		UPDATE bulletin SET deadline = $1
		WHERE kind = 8 AND (id = $2 OR about = $2) AND recalled_at IS NULL AND deadline > $1`

	// An alert that is not out when it becomes quiet leaves the others asleep.
	wakefulSQL = `
		SELECT id FROM bulletin WHERE kind = 8 AND state IN (1, 2, 3) AND (wakes_at IS NULL OR wakes_at <= $1) ORDER BY id`
	wakesAtSQL = `UPDATE bulletin SET wakes_at = $1 WHERE id = $2`
	hushSQL    = `
		UPDATE delivery SET next_at = $1
		WHERE bulletin_id = $2 AND state = 0 AND COALESCE(next_at, 0) < $1
			AND person_id IN (SELECT id FROM person WHERE urgent = 0)`

	setUrgentSQL = `UPDATE person SET urgent = $1 WHERE id = $2 AND state <> 3`
	// What waits for the end of the night has just that next_at.
	wakeForAlertsSQL = `
		UPDATE delivery SET next_at = $1
		WHERE person_id = $2 AND state = 0 AND next_at > $1
			AND next_at = (SELECT wakes_at FROM bulletin b WHERE b.id = delivery.bulletin_id)
			AND bulletin_id IN (SELECT id FROM bulletin WHERE kind = 8 AND state IN (1, 2))`

	expirePlightsSQL = `
		DELETE FROM plight WHERE (bulletin_id, person_id) IN (SELECT bulletin_id, person_id FROM plight WHERE at < $1 LIMIT 500)`
	erasePlightsSQL = `DELETE FROM plight WHERE person_id = $1`
)

// AnswerAlert records that a person is safe or needs help. It returns
// ward.ErrNotAsked if they were not sent the alert, and what
// ward.Bulletin.Hears does.
func (s *Store) AnswerAlert(ctx context.Context, bulletinID, personID int64, answer ward.Safety, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		b, err := findBulletin(ctx, tx, bulletinID)
		if err == nil {
			err = b.Hears(now)
		}
		if err != nil {
			return err
		}
		n, err := affected(ctx, tx, answerAlertSQL, answer, now.UnixMilli(), bulletinID, personID)
		if err != nil || n == 1 {
			return err
		}
		_, err = scanPlight(tx.QueryRowContext(ctx, plightSQL, bulletinID, personID)) // said so before
		if errors.Is(err, sql.ErrNoRows) {
			return ward.ErrNotAsked
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("answer alert %d: %w", bulletinID, err)
	}
	return nil
}

// NoteHelp keeps what somebody who needs help wrote, in place of what was
// kept before.
func (s *Store) NoteHelp(ctx context.Context, bulletinID, personID int64, note string) error {
	return s.exec(ctx, "note help", noteHelpSQL, note, bulletinID, personID)
}

// LocateHelp keeps where somebody is who needs help, in place of where they
// were before. Of nobody else a place is ever kept.
func (s *Store) LocateHelp(ctx context.Context, bulletinID, personID int64, latitude, longitude float64) error {
	return s.exec(ctx, "locate help", locateHelpSQL, latitude, longitude, bulletinID, personID)
}

// Helped records that somebody saw to a person who needed help, and reports
// whether that is news.
func (s *Store) Helped(ctx context.Context, bulletinID, personID int64, now time.Time) (first bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, helpedSQL, now.UnixMilli(), bulletinID, personID)
		first = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("record help: %w", err)
	}
	return first, nil
}

// ToldHelp notes that coordinators know of somebody who needs help, as it was
// when they were told.
func (s *Store) ToldHelp(ctx context.Context, p ward.Plight, now time.Time) error {
	return s.exec(ctx, "note who was told", toldHelpSQL, now.UnixMilli(), p.BulletinID, p.PersonID, p.At.UnixMilli(), p.Note, p.Latitude, p.Longitude)
}

// ClearAlert ends an alert: it takes no more answers, and whoever has not got
// it never will.
func (s *Store) ClearAlert(ctx context.Context, by ward.Actor, bulletinID int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, clearAlertSQL, now.UnixMilli(), bulletinID)
		if err != nil || n == 0 {
			return err
		}
		return s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedCleared})
	})
	if err != nil {
		return fmt.Errorf("clear alert %d: %w", bulletinID, err)
	}
	return nil
}

// Hush keeps alerts that are not out yet from people who did not ask to be
// woken, until the quiet hours end. It is to be called while it is quiet, before
// anything is claimed; the second time in a night it changes nothing.
func (s *Store) Hush(ctx context.Context, now, ends time.Time) error {
	ids, err := collect(ctx, s.readers, scanID, wakefulSQL, now.UnixMilli())
	if err != nil {
		return fmt.Errorf("hush alerts: %w", err)
	}
	for _, id := range ids {
		err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, wakesAtSQL, ends.UnixMilli(), id); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, hushSQL, ends.UnixMilli(), id)
			return err
		})
		if err != nil {
			return fmt.Errorf("hush alert %d: %w", id, err)
		}
	}
	return nil
}

// SetUrgent records whether a person wants alerts by night and while they
// pause. An alert that waits for the end of the night comes at once then.
func (s *Store) SetUrgent(ctx context.Context, personID int64, wanted bool) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, setUrgentSQL, flag(wanted), personID); err != nil || !wanted {
			return err
		}
		_, err := tx.ExecContext(ctx, wakeForAlertsSQL, s.now().UnixMilli(), personID)
		return err
	})
	if err != nil {
		return fmt.Errorf("set urgent: %w", err)
	}
	return nil
}

func (s *Store) exec(ctx context.Context, what, query string, args ...any) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Plight returns what a person answered to an alert, or ward.ErrNotFound.
func (s *Store) Plight(ctx context.Context, bulletinID, personID int64) (ward.Plight, error) {
	p, err := scanPlight(s.readers.QueryRowContext(ctx, plightSQL, bulletinID, personID))
	if err != nil {
		return ward.Plight{}, fmt.Errorf("answer of person %d to alert %d: %w", personID, bulletinID, missing(err))
	}
	return p, nil
}

// NeedHelp lists who waits for help, longest first.
func (s *Store) NeedHelp(ctx context.Context, bulletinID int64) ([]ward.Plight, error) {
	all, err := collect(ctx, s.readers, scanPlight, needHelpSQL, bulletinID)
	if err != nil {
		return nil, fmt.Errorf("list who needs help: %w", err)
	}
	return all, nil
}

// UntoldHelp lists who waits for help and no coordinator was told of, or not
// of the last that they wrote; at most limit.
func (s *Store) UntoldHelp(ctx context.Context, limit int) ([]ward.Plight, error) {
	all, err := collect(ctx, s.readers, scanPlight, untoldHelpSQL, limit)
	if err != nil {
		return nil, fmt.Errorf("list who needs help: %w", err)
	}
	return all, nil
}

// CountSafety counts the answers to an alert of people in some wards, or with
// none of everybody.
func (s *Store) CountSafety(ctx context.Context, bulletinID int64, wardIDs []int64) (c ward.SafetyCount, err error) {
	query := countSafetySQL
	if len(wardIDs) > 0 {
		query += " AND d.ward_id IN (" + idList(wardIDs) + ")"
	}
	err = s.readers.QueryRowContext(ctx, query, bulletinID).Scan(&c.Safe, &c.Help, &c.Waits, &c.Silent)
	if err != nil {
		return c, fmt.Errorf("count answers to alert %d: %w", bulletinID, err)
	}
	return c, nil
}

// CountAlert counts whom an alert to an audience would be sent to now. Who
// pauses is among them only if they want alerts all the same.
func (s *Store) CountAlert(ctx context.Context, a ward.Audience, now time.Time) (size ward.AudienceSize, err error) {
	if a, err = today(ctx, s.readers, a); err == nil {
		err = s.readers.QueryRowContext(ctx, alertSizeSQL+members(a), now.UnixMilli()).Scan(&size.People, &size.Woken)
	}
	if err != nil {
		return size, fmt.Errorf("count audience of alert: %w", err)
	}
	return size, nil
}

func scanPlight(r row) (p ward.Plight, err error) {
	var at, helped sql.NullInt64
	var latitude, longitude sql.NullFloat64
	err = r.Scan(&p.BulletinID, &p.PersonID, &p.WardID, &p.GroupID, &p.Safety, &at, &p.Note, &latitude, &longitude, &helped, &p.Name)
	p.At, p.HelpedAt = moment(at), moment(helped)
	p.Located, p.Latitude, p.Longitude = latitude.Valid, latitude.Float64, longitude.Float64
	return p, err
}
