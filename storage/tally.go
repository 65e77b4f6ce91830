package storage

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"wardbot/ward"
)

const (
	// %s are the columns of who was active and what was covered, and by what
	// the rows of several periods are kept apart.
	tallySums      = `SUM(sent + posted), SUM(done), SUM(late), SUM(not_today), SUM(reports), SUM(households), SUM(%s), SUM(%s)`
	wardSumsSQL    = `SELECT MIN(day), ward_id, ` + tallySums + ` FROM tally WHERE day BETWEEN $1 AND $2 AND group_id = 0 GROUP BY ward_id%s`
	stretchSumsSQL = `SELECT MIN(day), ward_id, ` + tallySums + ` FROM tally WHERE bulletin_id BETWEEN $1 AND $2 GROUP BY ward_id%s`
	groupSumsSQL   = `
		SELECT MIN(day), group_id, ` + tallySums + ` FROM tally
		WHERE day BETWEEN $1 AND $2 AND ward_id = $3 AND group_id <> 0 GROUP BY group_id%s`
	wholeWardSQL = `
		SELECT MIN(day), ward_id, ` + tallySums + ` FROM tally
		WHERE day BETWEEN $1 AND $2 AND ward_id = $3 AND group_id = 0 AND day > 0 GROUP BY ward_id%s`

	// The slow ways, for days and for dates that are no week, month or year:
	// groups with something done, and people who did several tasks only once.
	coveredOnSQL = `
		SELECT day, ward_id, COUNT(*) FROM (
			SELECT day, ward_id, group_id FROM tally
			WHERE day BETWEEN $1 AND $2 AND group_id <> 0
			GROUP BY day, ward_id, group_id HAVING SUM(done) > 0) AS covered
		GROUP BY day, ward_id`
	coveredInSQL = `
		SELECT CAST($1 AS BIGINT), ward_id, COUNT(*) FROM (
			SELECT ward_id, group_id FROM tally
			WHERE day BETWEEN $1 AND $2 AND group_id <> 0
			GROUP BY ward_id, group_id HAVING SUM(done) > 0) AS covered
		GROUP BY ward_id`
	activeWardsSQL = `
		SELECT CAST($1 AS BIGINT), a.ward_id, COUNT(DISTINCT a.person_id) FROM bulletin b JOIN answer a ON a.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND a.answer = 1
		GROUP BY a.ward_id`
	activeWardSQL   = activeWardsSQL + ` HAVING a.ward_id = $3`
	activeGroupsSQL = `
		SELECT CAST($1 AS BIGINT), a.group_id, COUNT(DISTINCT a.person_id) FROM bulletin b JOIN answer a ON a.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND a.answer = 1 AND a.ward_id = $3 AND a.group_id <> 0
		GROUP BY a.group_id`
)

// Tallies counts the tasks of a period ward by ward: every ward there is, also
// those without a task, in the order of their import.
func (s *Store) Tallies(ctx context.Context, p ward.Period) ([]ward.PlaceTally, error) {
	c, err := s.column(ctx, p, 0)
	if err != nil {
		return nil, fmt.Errorf("tally wards %s: %w", p, err)
	}
	return c.Places, nil
}

// GroupTallies counts the tasks of a period for each group of a ward, also
// those without a task. People whose group is not known are in none of them,
// so the ward's own row may be more than their sum.
func (s *Store) GroupTallies(ctx context.Context, p ward.Period, wardID int64) ([]ward.PlaceTally, error) {
	c, err := s.column(ctx, p, wardID)
	if err != nil {
		return nil, fmt.Errorf("tally groups of ward %d %s: %w", wardID, p, err)
	}
	return c.Places, nil
}

func (s *Store) column(ctx context.Context, p ward.Period, wardID int64) (ward.Column, error) {
	all, err := s.columns(ctx, wardID, p)
	if err != nil {
		return ward.Column{}, err
	}
	return all[0], nil
}

// columns counts the places of a ward, or with 0 the wards, over periods that
// follow each other: all of them days, weeks, months or years, or else a single
// one. The places are asked for while their numbers are added up.
func (s *Store) columns(ctx context.Context, wardID int64, periods ...ward.Period) (all []ward.Column, err error) {
	var m districtMap
	var found counted
	group, inGroup := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		m, err = s.mapOf(inGroup, ward.Period{From: periods[0].From, To: periods[len(periods)-1].To}, wardID)
		return err
	})
	group.Go(func() (err error) {
		found, err = countPeriods(inGroup, s.readers, periods, wardID)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return found.columns(m, periods), nil
}

// counted are the sums of periods by place, and of a ward as a whole.
type counted struct{ places, whole []sums }

func countPeriods(ctx context.Context, q querier, periods []ward.Period, wardID int64) (c counted, err error) {
	if len(periods) == 0 {
		return c, nil
	}
	if wardID == 0 {
		c.places, err = wardSums(ctx, q, periods)
	} else {
		c.places, c.whole, err = groupSums(ctx, q, periods, wardID)
	}
	return c, err
}

// columns puts the sums on the map.
func (c counted) columns(m districtMap, periods []ward.Period) (all []ward.Column) {
	for i, p := range periods {
		column := ward.Column{Period: p, Places: m.in(p)}
		for j, place := range column.Places {
			t := c.places[i][place.PlaceID]
			t.Groups = place.Groups
			if m.wardID != 0 {
				t.Covered = min(1, t.Done)
			}
			column.Places[j].Tally = t
		}
		column.Total = ward.Sum(column.Places)
		if m.wardID != 0 { // with those whose group is not known
			t := c.whole[i][m.wardID]
			t.Groups, t.Covered = column.Total.Groups, column.Total.Covered
			column.Total = t
		}
		all = append(all, column)
	}
	return all
}

// sums are the tallies of a period by place.
type sums map[int64]ward.Tally

func wardSums(ctx context.Context, q querier, periods []ward.Period) ([]sums, error) {
	first, last := periods[0], periods[len(periods)-1]
	query, args := wardSumsSQL, []any{first.From, last.To}
	if first.Days() > 1 && first.Whole() && last.Whole() {
		query, args = stretchSumsSQL, []any{-last.To, -first.From}
	}
	all, err := addUp(ctx, q, periods, query, args...)
	if err != nil {
		return nil, err
	}
	switch {
	case first.Days() == 1:
		err = fill(ctx, q, periods, coveredOnSQL, all, setCovered)
	case kept(first) == unkept:
		if err = fill(ctx, q, periods, coveredInSQL, all, setCovered); err == nil {
			err = fill(ctx, q, periods, activeWardsSQL, all, setActive)
		}
	}
	return all, err
}

func groupSums(ctx context.Context, q querier, periods []ward.Period, wardID int64) (groups, whole []sums, err error) {
	from, to := periods[0].From, periods[len(periods)-1].To
	if groups, err = addUp(ctx, q, periods, groupSumsSQL, from, to, wardID); err != nil {
		return nil, nil, err
	}
	if whole, err = addUp(ctx, q, periods, wholeWardSQL, from, to, wardID); err != nil || kept(periods[0]) != unkept {
		return groups, whole, err
	}
	if err = fill(ctx, q, periods, activeGroupsSQL, groups, setActive, wardID); err == nil {
		err = fill(ctx, q, periods, activeWardSQL, whole, setActive, wardID)
	}
	return groups, whole, err
}

func setCovered(t *ward.Tally, n int) { t.Covered = n }
func setActive(t *ward.Tally, n int)  { t.Active = n }

// keeping is the columns that count who was active in a period and which
// groups were covered.
type keeping struct{ active, covered string }

// unkept is what is said of dates for which that must be found the slow way.
var unkept = keeping{"0", "0"}

func kept(p ward.Period) keeping {
	switch {
	case p.Days() == 1:
		return keeping{activeDay.String(), "0"}
	case p.Weekly():
		return keeping{activeWeek.String(), coveredWeek.String()}
	case p.Monthly():
		return keeping{activeMonth.String(), coveredMonth.String()}
	case p.Yearly():
		return keeping{activeYear.String(), coveredYear.String()}
	}
	return unkept
}

// addUp adds up the rows of each period.
func addUp(ctx context.Context, q querier, periods []ward.Period, query string, args ...any) ([]sums, error) {
	all := make([]sums, len(periods))
	for i := range all {
		all[i] = sums{}
	}
	apart := ""
	switch {
	case len(periods) == 1:
	case periods[0].Monthly():
		apart = ", day / 100"
	default:
		apart = ", day"
	}
	k := kept(periods[0])
	_, err := collect(ctx, q, func(r row) (struct{}, error) {
		var day ward.Day
		var id int64
		var t ward.Tally
		err := r.Scan(num(&day), &id, num(&t.Asked), num(&t.Done), num(&t.Late), num(&t.NotToday), num(&t.Reports), num(&t.Households),
			num(&t.Active), num(&t.Covered))
		if i := periodWith(periods, max(day, -day)); i >= 0 {
			all[i][id] = all[i][id].Add(t)
		}
		return struct{}{}, err
	}, fmt.Sprintf(query, k.active, k.covered, apart), args...)
	return all, err
}

// fill sets what a query counts by day and place.
func fill(ctx context.Context, q querier, periods []ward.Period, query string, all []sums, set func(*ward.Tally, int), more ...any) error {
	args := append([]any{periods[0].From, periods[len(periods)-1].To}, more...)
	_, err := collect(ctx, q, func(r row) (struct{}, error) {
		var day ward.Day
		var id int64
		var n int
		err := r.Scan(&day, &id, &n)
		if i := periodWith(periods, day); i >= 0 {
			t := all[i][id]
			set(&t, n)
			all[i][id] = t
		}
		return struct{}{}, err
	}, query, args...)
	return err
}

// periodWith finds the period in which a day lies, or -1.
func periodWith(periods []ward.Period, d ward.Day) int {
	return slices.IndexFunc(periods, func(p ward.Period) bool { return p.Has(d) })
}
