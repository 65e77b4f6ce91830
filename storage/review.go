package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"wardbot/ward"
)

const (
	nextWaitingSQL = `
		SELECT ` + reportColumns + ` FROM report r JOIN person p ON p.id = r.person_id
		WHERE (r.bulletin_id < $1 OR r.bulletin_id = $1 AND r.id > $2) AND %s
		ORDER BY r.bulletin_id DESC, r.id LIMIT 1`
	countWaitingSQL = `SELECT COUNT(*) FROM report r JOIN person p ON p.id = r.person_id WHERE %s`
	waitingTasksSQL = `
		SELECT b.id, b.title, COUNT(*) FROM report r JOIN person p ON p.id = r.person_id JOIN bulletin b ON b.id = r.bulletin_id
		WHERE %s GROUP BY b.id, b.title ORDER BY b.id DESC LIMIT $1`
	waitingWardsSQL = `
		SELECT l.id, l.name, COUNT(*) FROM report r JOIN person p ON p.id = r.person_id JOIN place l ON l.id = r.ward_id
		WHERE %s GROUP BY l.id, l.name ORDER BY l.id`
	waitingGroupsSQL = `
		SELECT l.id, l.name, COUNT(*) FROM report r JOIN person p ON p.id = r.person_id JOIN place l ON l.id = r.group_id
		WHERE %s GROUP BY l.id, l.name ORDER BY l.id`
	reviewSQL = `
		UPDATE report SET state = $1, reviewer_id = $2, reviewed_at = $3, reason = $4, reason_text = $5
		WHERE id = $6 AND revision = $7 AND state = 1`
	acceptAllSQL = `
		UPDATE report SET state = 2, reviewer_id = $1, reviewed_at = $2
		WHERE id IN (
			SELECT r.id FROM report r JOIN person p ON p.id = r.person_id WHERE r.updated_at <= $3 AND %s)`
	untoldSQL       = `SELECT ` + reportColumns + ` FROM report r WHERE r.state = 3 AND r.told_at IS NULL ORDER BY r.id LIMIT $1`
	toldSQL         = `UPDATE report SET told_at = $1 WHERE id = $2 AND revision = $3`
	wardsWaitingSQL = `SELECT DISTINCT ward_id FROM report WHERE state = 1`
)

// waiting is the condition that a report r of a person p waits for a
// coordinator. What was told by people who have left or took their consent
// back is for nobody to judge.
func waiting(f ward.ReportFilter) string {
	conditions := []string{
		"r.state = 1", "p.state NOT IN (3, 4)",
		"r.ward_id IN (" + idList(append([]int64{0}, f.Scope...)) + ")", // 0 is no ward: the list may not be empty
	}
	for _, c := range []struct {
		column string
		id     int64
	}{{"r.bulletin_id", f.TaskID}, {"r.ward_id", f.WardID}, {"r.group_id", f.GroupID}} {
		if c.id != 0 {
			conditions = append(conditions, c.column+" = "+idList([]int64{c.id}))
		}
	}
	if f.WithPhoto {
		conditions = append(conditions, "r.photos LIKE '[{%'")
	}
	if f.NoHint {
		conditions = append(conditions, `NOT EXISTS (
			SELECT 1 FROM photo_hash h WHERE h.report_id = r.id AND (h.checked_at IS NULL OR h.alike IS NOT NULL))`)
	}
	return strings.Join(conditions, " AND ")
}

// NextReport returns the report after another one among those that wait,
// newest task first and then in the order of sending, or ward.ErrNotFound.
// The zero Report is before all of them.
func (s *Store) NextReport(ctx context.Context, f ward.ReportFilter, after ward.Report) (ward.Report, error) {
	if after.BulletinID == 0 {
		after.BulletinID = math.MaxInt64
	}
	query := strings.Replace(nextWaitingSQL, "%s", waiting(f), 1)
	r, err := scanReport(s.readers.QueryRowContext(ctx, query, after.BulletinID, after.ID))
	if err != nil {
		return ward.Report{}, fmt.Errorf("next report to review: %w", missing(err))
	}
	return r, nil
}

// CountWaiting counts the reports that wait for a coordinator.
func (s *Store) CountWaiting(ctx context.Context, f ward.ReportFilter) (n int, err error) {
	err = s.readers.QueryRowContext(ctx, strings.Replace(countWaitingSQL, "%s", waiting(f), 1)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count reports to review: %w", err)
	}
	return n, nil
}

// WaitingTasks returns the tasks with reports that wait, newest first.
func (s *Store) WaitingTasks(ctx context.Context, f ward.ReportFilter, limit int) ([]ward.Waiting, error) {
	return s.waitingBy(ctx, waitingTasksSQL, f, limit)
}

// WaitingPlaces returns the wards with reports that wait, or the groups of
// the filter's ward.
func (s *Store) WaitingPlaces(ctx context.Context, f ward.ReportFilter) ([]ward.Waiting, error) {
	if f.WardID != 0 {
		return s.waitingBy(ctx, waitingGroupsSQL, f)
	}
	return s.waitingBy(ctx, waitingWardsSQL, f)
}

func (s *Store) waitingBy(ctx context.Context, query string, f ward.ReportFilter, args ...any) ([]ward.Waiting, error) {
	all, err := collect(ctx, s.readers, func(r row) (w ward.Waiting, err error) {
		err = r.Scan(&w.ID, &w.Name, &w.Reports)
		return w, err
	}, strings.Replace(query, "%s", waiting(f), 1), args...)
	if err != nil {
		return nil, fmt.Errorf("list what waits for review: %w", err)
	}
	return all, nil
}

// Review records what a coordinator says of a report as they saw it. The same
// verdict of the same coordinator twice changes nothing. It returns
// ward.ErrReviewed if the report was sent again, withdrawn or reviewed
// meanwhile.
func (s *Store) Review(ctx context.Context, v ward.ReportVersion, verdict ward.Verdict, now time.Time) (r ward.Report, err error) {
	if err := verdict.Validate(); err != nil {
		return r, fmt.Errorf("review report %d: %w", v.ID, err)
	}
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, reviewSQL, verdict.State, verdict.By, now.UnixMilli(), verdict.Reason, verdict.ReasonText, v.ID, v.Revision)
		if err != nil {
			return err
		}
		r, err = scanReport(tx.QueryRowContext(ctx, reportSQL, v.ID))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return ward.ErrReviewed
		case err != nil || n == 1:
			return err
		case r.Revision == v.Revision && verdict.Of(r):
			return nil // said before
		}
		return ward.ErrReviewed
	})
	if err != nil {
		return ward.Report{}, fmt.Errorf("review report %d: %w", v.ID, err)
	}
	return r, nil
}

// AcceptAll accepts the reports that a filter chooses and that were there, as
// they are, when the coordinator looked. It returns how many.
func (s *Store) AcceptAll(ctx context.Context, f ward.ReportFilter, looked time.Time, by int64, now time.Time) (n int, err error) {
	query := strings.Replace(acceptAllSQL, "%s", waiting(f), 1)
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		accepted, err := affected(ctx, tx, query, by, now.UnixMilli(), looked.UnixMilli())
		n = int(accepted)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("accept reports: %w", err)
	}
	return n, nil
}

// UntoldReturns returns reports whose authors have not been told that they
// were returned.
func (s *Store) UntoldReturns(ctx context.Context, limit int) ([]ward.Report, error) {
	all, err := collect(ctx, s.readers, scanReport, untoldSQL, limit)
	if err != nil {
		return nil, fmt.Errorf("list returned reports: %w", err)
	}
	return all, nil
}

// MarkTold notes that the author of a returned report has been told.
func (s *Store) MarkTold(ctx context.Context, v ward.ReportVersion, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, toldSQL, now.UnixMilli(), v.ID, v.Revision)
		return err
	})
	if err != nil {
		return fmt.Errorf("mark return of report %d as told: %w", v.ID, err)
	}
	return nil
}

// WardsWaiting returns the wards with reports that wait for a coordinator,
// also wards that are no more.
func (s *Store) WardsWaiting(ctx context.Context) ([]int64, error) {
	ids, err := collect(ctx, s.readers, scanID, wardsWaitingSQL)
	if err != nil {
		return nil, fmt.Errorf("list wards with reports to review: %w", err)
	}
	return ids, nil
}
