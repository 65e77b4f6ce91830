package storage

import (
	"context"
	"fmt"
	"slices"

	"wardbot/ward"
)

const (
	// The columns of who was active and what was covered go into %s. Days are
	// those of tasks or, below 0, the first ones of stretches.
	tallySums    = `SUM(sent + posted), SUM(done), SUM(late), SUM(not_today), SUM(reports), SUM(households), SUM(%s), SUM(%s)`
	wardSumsSQL  = `SELECT day, ward_id, ` + tallySums + ` FROM tally WHERE day BETWEEN $1 AND $2 AND group_id = 0 GROUP BY day, ward_id`
	groupSumsSQL = `
		SELECT day, group_id, ` + tallySums + ` FROM tally
		WHERE day BETWEEN $1 AND $2 AND ward_id = $3 AND group_id <> 0 GROUP BY day, group_id`
	wholeWardSQL = `
		SELECT day, ward_id, ` + tallySums + ` FROM tally
		WHERE day BETWEEN $1 AND $2 AND ward_id = $3 AND group_id = 0 GROUP BY day, ward_id`

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
	m, err := s.mapOf(ctx, p, wardID)
	if err != nil {
		return ward.Column{}, err
	}
	all, err := s.columns(ctx, m, []ward.Period{p})
	if err != nil {
		return ward.Column{}, err
	}
	return all[0], nil
}

// columns counts the places of a map over periods that follow each other: all
// of them days, weeks, months or years, or else a single one. All views are
// made of this.
func (s *Store) columns(ctx context.Context, m districtMap, periods []ward.Period) (all []ward.Column, err error) {
	if len(periods) == 0 {
		return nil, nil
	}
	var places, whole []sums
	if m.wardID == 0 {
		places, err = s.wardSums(ctx, periods)
	} else {
		places, whole, err = s.groupSums(ctx, periods, m.wardID)
	}
	if err != nil {
		return nil, err
	}
	for i, p := range periods {
		c := ward.Column{Period: p, Places: m.in(p)}
		for j, place := range c.Places {
			t := places[i][place.PlaceID]
			t.Groups = place.Groups
			if m.wardID != 0 {
				t.Covered = min(1, t.Done)
			}
			c.Places[j].Tally = t
		}
		c.Total = ward.Sum(c.Places)
		if m.wardID != 0 { // with those whose group is not known
			t := whole[i][m.wardID]
			t.Groups, t.Covered = c.Total.Groups, c.Total.Covered
			c.Total = t
		}
		all = append(all, c)
	}
	return all, nil
}

// sums are the tallies of a period by place.
type sums map[int64]ward.Tally

func (s *Store) wardSums(ctx context.Context, periods []ward.Period) ([]sums, error) {
	all, err := s.sums(ctx, periods, true, wardSumsSQL)
	if err != nil {
		return nil, err
	}
	switch first := periods[0]; {
	case first.Days() == 1:
		err = s.fill(ctx, periods, coveredOnSQL, all, setCovered)
	case kept(first) == unkept:
		if err = s.fill(ctx, periods, coveredInSQL, all, setCovered); err == nil {
			err = s.fill(ctx, periods, activeWardsSQL, all, setActive)
		}
	}
	return all, err
}

func (s *Store) groupSums(ctx context.Context, periods []ward.Period, wardID int64) (groups, whole []sums, err error) {
	if groups, err = s.sums(ctx, periods, false, groupSumsSQL, wardID); err != nil {
		return nil, nil, err
	}
	if whole, err = s.sums(ctx, periods, true, wholeWardSQL, wardID); err != nil || kept(periods[0]) != unkept {
		return groups, whole, err
	}
	if err = s.fill(ctx, periods, activeGroupsSQL, groups, setActive, wardID); err == nil {
		err = s.fill(ctx, periods, activeWardSQL, whole, setActive, wardID)
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

// sums adds up the rows of each period: of stretches, if they are made of
// whole ones and wards are counted, otherwise of bulletins.
func (s *Store) sums(ctx context.Context, periods []ward.Period, wards bool, query string, more ...any) ([]sums, error) {
	first, last := periods[0], periods[len(periods)-1]
	from, to := first.From, last.To
	if wards && first.Days() > 1 && first.Whole() && last.Whole() {
		from, to = -to, -from
	}
	all := make([]sums, len(periods))
	for i := range all {
		all[i] = sums{}
	}
	k := kept(first)
	_, err := collect(ctx, s.readers, func(r row) (struct{}, error) {
		var day ward.Day
		var id int64
		var t ward.Tally
		err := r.Scan(&day, &id, &t.Asked, &t.Done, &t.Late, &t.NotToday, &t.Reports, &t.Households, &t.Active, &t.Covered)
		if i := periodWith(periods, max(day, -day)); i >= 0 {
			all[i][id] = all[i][id].Add(t)
		}
		return struct{}{}, err
	}, fmt.Sprintf(query, k.active, k.covered), append([]any{from, to}, more...)...)
	return all, err
}

// fill sets what a query counts by day and place.
func (s *Store) fill(ctx context.Context, periods []ward.Period, query string, all []sums, set func(*ward.Tally, int), more ...any) error {
	args := append([]any{periods[0].From, periods[len(periods)-1].To}, more...)
	_, err := collect(ctx, s.readers, func(r row) (struct{}, error) {
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
