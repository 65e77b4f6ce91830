package storage

import (
	"context"
	"fmt"

	"wardbot/ward"
)

// As for the tally, it is the day on which a task was sent that counts.
const (
	askedSharesSQL = `
		SELECT d.person_id, COUNT(*), 0 FROM bulletin b JOIN delivery d ON d.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND d.part = 0 AND d.state IN (2, 7) GROUP BY d.person_id`
	doneSharesSQL = `
		SELECT a.person_id, COUNT(*), 0 FROM bulletin b JOIN answer a ON a.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND a.answer = 1 GROUP BY a.person_id`
	reportSharesSQL = `
		SELECT r.person_id, COUNT(*), COALESCE(SUM(r.households), 0) FROM bulletin b JOIN report r ON r.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 GROUP BY r.person_id`

	// Of one person, task by task, as in a summary.
	personDeedsSQL = `
		SELECT
			(SELECT COUNT(*) FROM bulletin b CROSS JOIN answer a
				WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND a.bulletin_id = b.id AND a.person_id = $3 AND a.answer = 1),
			(SELECT COUNT(*) FROM bulletin b CROSS JOIN report r
				WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND r.bulletin_id = b.id AND r.person_id = $3),
			(SELECT COALESCE(SUM(r.households), 0) FROM bulletin b CROSS JOIN report r
				WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND r.bulletin_id = b.id AND r.person_id = $3)`

	publishedStoriesSQL = `
		SELECT COUNT(*) FROM story v JOIN bulletin b ON b.id = v.bulletin_id
		WHERE v.state = 3 AND b.send_day BETWEEN $1 AND $2`
	entriesInSQL = `
		SELECT COUNT(*) FROM entry e JOIN bulletin b ON b.id = e.bulletin_id
		WHERE b.send_day BETWEEN $1 AND $2`
)

// Shares counts for each person what they were asked in a period and did.
// Whoever was asked nothing and did nothing is not in it.
func (s *Store) Shares(ctx context.Context, p ward.Period) (map[int64]ward.Share, error) {
	type line struct {
		person   int64
		n, homes int
	}
	all := map[int64]ward.Share{}
	for _, part := range []struct {
		query string
		add   func(*ward.Share, line)
	}{
		{askedSharesSQL, func(s *ward.Share, l line) { s.Asked = l.n }},
		{doneSharesSQL, func(s *ward.Share, l line) { s.Done = l.n }},
		{reportSharesSQL, func(s *ward.Share, l line) { s.Reports, s.Households = l.n, l.homes }},
	} {
		lines, err := collect(ctx, s.readers, func(r row) (l line, err error) {
			err = r.Scan(&l.person, &l.n, &l.homes)
			return l, err
		}, part.query, p.From, p.To)
		if err != nil {
			return nil, fmt.Errorf("shares of people %s: %w", p, err)
		}
		for _, l := range lines {
			share := all[l.person]
			part.add(&share, l)
			all[l.person] = share
		}
	}
	return all, nil
}

// Deeds counts what one person did in a period.
func (s *Store) Deeds(ctx context.Context, p ward.Period, personID int64) (sum ward.Summary, err error) {
	err = s.readers.QueryRowContext(ctx, personDeedsSQL, p.From, p.To, personID).Scan(&sum.Done, &sum.Reports, &sum.Households)
	if err != nil {
		return sum, fmt.Errorf("deeds of person %d %s: %w", personID, p, err)
	}
	return sum, nil
}

// Output counts what a period brought beside its tally: stories that were
// published, and entries to its calls.
func (s *Store) Output(ctx context.Context, p ward.Period) (o ward.Output, err error) {
	for query, n := range map[string]*int{publishedStoriesSQL: &o.Stories, entriesInSQL: &o.Entries} {
		if err := s.readers.QueryRowContext(ctx, query, p.From, p.To).Scan(n); err != nil {
			return o, fmt.Errorf("output of %s: %w", p, err)
		}
	}
	return o, nil
}
