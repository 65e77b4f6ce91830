package storage

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"wardbot/ward"
)

var stretchRowsSQL = `
	SELECT ward_id, group_id, ` + columnsOf(allCounters(), "SUM(%[1]s)") + ` FROM tally
	WHERE day BETWEEN $1 AND $2 AND group_id = 0 GROUP BY ward_id, group_id`

const (
	talliedDaysSQL = `SELECT DISTINCT ABS(day) FROM tally WHERE group_id = 0 AND day <> 0`
	termSQL        = `
		SELECT ward_id, group_id, SUM(%s) FROM tally
		WHERE day BETWEEN $1 AND $2 GROUP BY ward_id, group_id HAVING SUM(%[1]s) <> 0`
	activeByWardSQL = `
		SELECT a.ward_id, 0, COUNT(DISTINCT a.person_id) FROM bulletin b JOIN answer a ON a.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND a.answer = 1
		GROUP BY a.ward_id`
	activeByGroupSQL = `
		SELECT a.ward_id, a.group_id, COUNT(DISTINCT a.person_id) FROM bulletin b JOIN answer a ON a.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND a.answer = 1 AND a.group_id <> 0
		GROUP BY a.ward_id, a.group_id`
	coveredByWardSQL = `
		SELECT ward_id, 0, COUNT(*) FROM (
			SELECT ward_id, group_id FROM tally
			WHERE day BETWEEN $1 AND $2 AND group_id <> 0
			GROUP BY ward_id, group_id HAVING SUM(done) > 0) AS covered
		GROUP BY ward_id`
)

// checkPeriods compares the rows of stretches with those of their bulletins,
// and whom they call active, on a day or in a week, month or year, with who
// answered.
func checkPeriods(ctx context.Context, tx *sql.Tx) (found []string, err error) {
	days, err := collect(ctx, tx, scanDay, talliedDaysSQL)
	if err != nil {
		return nil, err
	}
	for _, stretch := range periodsWith(days, ward.StretchWith) {
		k := tallyKey{bulletinID: int64(-stretch.From), day: -stretch.From}
		have, err := readTally(ctx, tx, k.bulletinID)
		if err != nil {
			return nil, err
		}
		want := tallies{}
		_, err = collect(ctx, tx, func(r row) (struct{}, error) {
			c, err := scanCounts(r, &k.wardID, &k.groupID)
			want[k] = &c
			return struct{}{}, err
		}, stretchRowsSQL, stretch.From, stretch.To)
		if err != nil {
			return nil, err
		}
		found = append(found, compare(have, want)...)
	}
	for _, term := range append([]term{theDay}, terms...) {
		for _, p := range periodsWith(days, term.with) {
			wrong, err := checkTerm(ctx, tx, term, p)
			if err != nil {
				return nil, err
			}
			found = append(found, wrong...)
		}
	}
	return found, nil
}

// periodsWith are the periods of a kind in which days lie, in order.
func periodsWith(days []ward.Day, with func(ward.Day) ward.Period) []ward.Period {
	all := map[ward.Period]bool{}
	for _, d := range days {
		all[with(d)] = true
	}
	return slices.SortedFunc(maps.Keys(all), func(p, q ward.Period) int { return int(p.From - q.From) })
}

// checkTerm compares the sums of a day, week, month or year with what they
// stand for.
func checkTerm(ctx context.Context, tx *sql.Tx, t term, p ward.Period) (found []string, err error) {
	for _, c := range []struct {
		counter counter
		recount []string
	}{
		{t.active, []string{activeByWardSQL, activeByGroupSQL}},
		{t.covered, []string{coveredByWardSQL}},
	} {
		if c.counter == 0 {
			continue
		}
		have, want := map[place]int64{}, map[place]int64{}
		if err := countPlaces(ctx, tx, have, fmt.Sprintf(termSQL, c.counter), p); err != nil {
			return nil, err
		}
		for _, query := range c.recount {
			if err := countPlaces(ctx, tx, want, query, p); err != nil {
				return nil, err
			}
		}
		places := maps.Clone(have)
		maps.Copy(places, want)
		for _, at := range slices.SortedFunc(maps.Keys(places), place.compare) {
			if have[at] != want[at] {
				found = append(found, fmt.Sprintf("%s, ward %d, group %d: %s %d instead of %d", p, at.wardID, at.groupID, c.counter, have[at], want[at]))
			}
		}
	}
	return found, nil
}

// countPlaces reads numbers of places.
func countPlaces(ctx context.Context, tx *sql.Tx, all map[place]int64, query string, p ward.Period) error {
	_, err := collect(ctx, tx, func(r row) (struct{}, error) {
		var at place
		var n int64
		err := r.Scan(&at.wardID, &at.groupID, &n)
		all[at] = n
		return struct{}{}, err
	}, query, p.From, p.To)
	return err
}
