package storage

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"wardbot/ward"
)

// Who did several tasks in a period is active once in it, so active people
// cannot be summed over days; nor can covered groups. No list of who was active
// when is kept for that: at each answer it is looked up whether the person did
// another task of the same day, week, month or year, and only the first one
// counts them, as only the last one taken back counts them out. An answer
// costs reading then, mostly of the ward's task before, and no row more is
// written.

// term is a period in which people are active, and groups covered, only once.
type term struct {
	with            func(ward.Day) ward.Period
	active, covered counter // covered 0: not kept
}

var theDay = term{with: func(d ward.Day) ward.Period { return ward.Period{From: d, To: d} }, active: activeDay}

var terms = []term{
	{ward.WeekWith, activeWeek, coveredWeek},
	{ward.MonthOf, activeMonth, coveredMonth},
	{ward.YearOf, activeYear, coveredYear},
}

// around is every day that shares a term with a day.
func around(d ward.Day) ward.Period {
	week, year := ward.WeekWith(d), ward.YearOf(d)
	return ward.Period{From: min(week.From, year.From), To: max(week.To, year.To)}
}

// deed is a day on which somebody did another task, and their group then.
type deed struct {
	day     ward.Day
	groupID int64
}

// act counts somebody who did a task, or with sign -1 who no longer did it,
// given what else they did in the same ward.
func (t tallies) act(b ward.Bulletin, p place, others []deed, sign int64) {
	if b.Kind != ward.KindTask {
		return
	}
	here, ofWard := t.of(b, p.wardID, p.groupID), t.of(b, p.wardID, 0)
	for _, term := range append([]term{theDay}, terms...) {
		period := term.with(b.SendDay)
		inWard := slices.ContainsFunc(others, func(d deed) bool { return period.Has(d.day) })
		inGroup := slices.ContainsFunc(others, func(d deed) bool { return period.Has(d.day) && d.groupID == p.groupID })
		switch {
		case !inWard:
			here.add(term.active, sign)
		case !inGroup && p.groupID != 0: // they changed groups within the ward
			here.add(term.active, sign)
			ofWard.add(term.active, -sign)
		}
	}
}

const (
	otherDeeds = `
		FROM tally t CROSS JOIN answer a
		WHERE t.ward_id = d.ward_id AND t.group_id = 0 AND t.day > 0 AND t.bulletin_id <> d.bulletin_id
			AND a.bulletin_id = t.bulletin_id AND a.person_id = d.person_id AND a.ward_id = d.ward_id AND a.answer = 1`
	// The nearest other deeds before and after tell nearly always all: a term
	// that has any has one of these. The group is packed into the low 32 bits.
	tapped = `
		SELECT d.person_id, d.state, d.ward_id, d.group_id,
			COALESCE((SELECT t.day * 4294967296 + a.group_id ` + otherDeeds + ` AND t.day BETWEEN $1 AND $2 ORDER BY t.day DESC LIMIT 1), 0),
			COALESCE((SELECT t.day * 4294967296 + a.group_id ` + otherDeeds + ` AND t.day BETWEEN $2 AND $3 ORDER BY t.day LIMIT 1), 0),
			COALESCE((SELECT t.done FROM tally t WHERE t.bulletin_id = d.bulletin_id AND t.ward_id = d.ward_id AND t.group_id = d.group_id), 0)`
	tappedSQL         = tapped + ` FROM json_each($4) AS people CROSS JOIN delivery d WHERE d.person_id = people.value AND d.bulletin_id = $5 AND d.part = 0`
	tappedPostgresSQL = tapped + ` FROM delivery d WHERE d.person_id = ANY($4) AND d.bulletin_id = $5 AND d.part = 0`
	deedsSQL          = `
		SELECT t.day, a.group_id FROM tally t CROSS JOIN answer a
		WHERE t.ward_id = $1 AND t.group_id = 0 AND t.day > 0 AND t.day BETWEEN $2 AND $3 AND t.bulletin_id <> $4
			AND a.bulletin_id = t.bulletin_id AND a.person_id = $5 AND a.ward_id = $1 AND a.answer = 1`
)

// nearest reads what tappedSQL packed. It says false if the two do not tell
// all, because the person was in another group then.
func nearest(groupID int64, packed ...int64) (others []deed, all bool) {
	all = true
	for _, n := range packed {
		if n == 0 {
			continue
		}
		d := deed{day: ward.Day(n >> 32), groupID: n & (1<<32 - 1)}
		others, all = append(others, d), all && d.groupID == groupID
	}
	return others, all
}

// deeds lists what else somebody did in a ward, as far as it matters to b.
func deeds(ctx context.Context, tx *sql.Tx, b ward.Bulletin, personID, wardID int64) ([]deed, error) {
	days := around(b.SendDay)
	return collect(ctx, tx, func(r row) (d deed, err error) {
		err = r.Scan(&d.day, &d.groupID)
		return d, err
	}, deedsSQL, wardID, days.From, days.To, b.ID, personID)
}

// answering keeps others from changing answers until the transaction ends: of
// two that count the same person at once, each would be the first. On SQLite
// there is nobody else.
func (s *Store) answering(ctx context.Context, tx *sql.Tx) error {
	if s.engine == sqlite {
		return nil
	}
	_, err := tx.ExecContext(ctx, claimedSQL, leadClass, theAnswers)
	return err
}

const (
	doneOfSQL = `SELECT COALESCE(SUM(done), 0) FROM tally WHERE bulletin_id = $1 AND ward_id = $2 AND group_id = $3`
	// The nearest days before and after on which something else is done there.
	doneBeforeSQL = `
		SELECT day FROM tally WHERE ward_id = $1 AND group_id <> 0 AND group_id = $2 AND day > 0 AND day BETWEEN $3 AND $4
			AND bulletin_id <> $5 AND done > 0
		ORDER BY day DESC LIMIT 1`
	doneAfterSQL = `
		SELECT day FROM tally WHERE ward_id = $1 AND group_id <> 0 AND group_id = $2 AND day > 0 AND day BETWEEN $3 AND $4
			AND bulletin_id <> $5 AND done > 0
		ORDER BY day LIMIT 1`
)

// cover adds to changes of one task what they mean for how many groups are
// covered: those in which anything is done at all. Only places need be named
// in which something may be done for the first time, or no longer.
func (s *Store) cover(ctx context.Context, tx *sql.Tx, changes tallies, task ward.Bulletin, places ...place) error {
	slices.SortFunc(places, place.compare)
	for _, p := range slices.Compact(places) {
		k := keyOf(task, p)
		c := changes[k]
		if c == nil || c[done] == 0 || k.groupID == 0 || k.day == 0 {
			continue
		}
		var had int64
		if err := tx.QueryRowContext(ctx, doneOfSQL, k.bulletinID, k.wardID, k.groupID).Scan(&had); err != nil {
			return err
		}
		change := int64(cmp.Compare(had+c[done], 0) - cmp.Compare(had, 0))
		if change == 0 {
			continue
		}
		others, err := doneBeside(ctx, tx, k)
		if err != nil {
			return err
		}
		for _, term := range terms {
			if !slices.ContainsFunc(others, term.with(k.day).Has) {
				changes.row(k.whole()).add(term.covered, change)
			}
		}
	}
	return nil
}

// doneBeside returns the nearest days before and after a row's own on which
// another task was done in its group, as far as it matters.
func doneBeside(ctx context.Context, tx *sql.Tx, k tallyKey) (days []ward.Day, err error) {
	near := around(k.day)
	for _, side := range []struct {
		query    string
		from, to ward.Day
	}{{doneBeforeSQL, near.From, k.day}, {doneAfterSQL, k.day, near.To}} {
		found, err := collect(ctx, tx, scanDay, side.query, k.wardID, k.groupID, side.from, side.to, k.bulletinID)
		if err != nil {
			return nil, err
		}
		days = append(days, found...)
	}
	return days, nil
}

func scanDay(r row) (d ward.Day, err error) {
	err = r.Scan(&d)
	return d, err
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.wardID, q.wardID), cmp.Compare(p.groupID, q.groupID))
}
