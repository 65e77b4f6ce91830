package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
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
			COALESCE((SELECT t.day * 4294967296 + a.group_id ` + otherDeeds + ` AND t.day BETWEEN $2 AND $3 ORDER BY t.day LIMIT 1), 0)`
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
	doneInSQL = `
		SELECT t.ward_id, t.group_id, t.done FROM json_each($1) AS places CROSS JOIN tally t
		WHERE t.bulletin_id = $2 AND t.ward_id = places.value ->> 0 AND t.group_id = places.value ->> 1`
	doneInPostgresSQL = `
		SELECT t.ward_id, t.group_id, t.done FROM jsonb_array_elements($1::JSONB) AS places (value) JOIN tally t
			ON t.ward_id = (places.value ->> 0)::BIGINT AND t.group_id = (places.value ->> 1)::BIGINT
		WHERE t.bulletin_id = $2`
	doneOfSQL = `SELECT -bulletin_id, done FROM tally WHERE ward_id = $1 AND group_id = $2 AND bulletin_id IN (%s)`
)

// cover adds to changes what they mean for how many groups are covered: those
// in which something is done at all.
func (s *Store) cover(ctx context.Context, tx *sql.Tx, changes tallies) error {
	places := map[int64]map[place][]tallyKey{} // by stretch
	for k, c := range changes {
		if c[done] == 0 || k.groupID == 0 || k.day == 0 {
			continue
		}
		stretch := k.stretch().bulletinID
		if places[stretch] == nil {
			places[stretch] = map[place][]tallyKey{}
		}
		places[stretch][k.at()] = append(places[stretch][k.at()], k)
	}
	settled := map[place]map[ward.Day]int64{} // what is done after this, by stretch
	for stretch, places := range places {
		had, err := s.doneIn(ctx, tx, stretch, slices.Collect(maps.Keys(places)))
		if err != nil {
			return err
		}
		for p, keys := range places {
			now := had[p]
			for _, k := range keys {
				now += changes[k][done]
			}
			if (had[p] > 0) == (now > 0) { // nearly always
				continue
			}
			elsewhere, err := doneBeside(ctx, tx, keys[0], settled[p])
			if err != nil {
				return err
			}
			if settled[p] == nil {
				settled[p] = map[ward.Day]int64{}
			}
			settled[p][ward.Day(-stretch)] = now
			whole := keys[0]
			whole.groupID = 0
			for _, term := range terms {
				period := term.with(whole.day)
				if slices.ContainsFunc(elsewhere, period.Has) {
					continue
				}
				changes.row(whole).add(term.covered, int64(cmp.Compare(now, had[p])))
			}
		}
	}
	return nil
}

// doneIn counts what is done in a stretch in some groups.
func (s *Store) doneIn(ctx context.Context, tx *sql.Tx, stretch int64, places []place) (map[place]int64, error) {
	pairs := make([][2]int64, len(places))
	for i, p := range places {
		pairs[i] = [2]int64{p.wardID, p.groupID}
	}
	query := doneInSQL
	if s.engine == postgres {
		query = doneInPostgresSQL
	}
	all := make(map[place]int64, len(places))
	_, err := collect(ctx, tx, func(r row) (struct{}, error) {
		var p place
		var n int64
		err := r.Scan(&p.wardID, &p.groupID, &n)
		all[p] = n
		return struct{}{}, err
	}, query, inJSON(&pairs), stretch)
	return all, err
}

// doneBeside returns the first days of the other stretches that share a term
// with a row's own and in which something is done in its group. What this
// transaction has settled already is not in the table yet.
func doneBeside(ctx context.Context, tx *sql.Tx, k tallyKey, settled map[ward.Day]int64) ([]ward.Day, error) {
	own := ward.StretchWith(k.day).From
	var stretches []int64
	for days := around(k.day); days.From <= days.To; days.From = ward.StretchWith(days.From).To.Add(1) {
		if days.From != own {
			stretches = append(stretches, int64(-days.From))
		}
	}
	found := map[ward.Day]int64{}
	_, err := collect(ctx, tx, func(r row) (struct{}, error) {
		var first ward.Day
		var n int64
		err := r.Scan(&first, &n)
		found[first] = n
		return struct{}{}, err
	}, fmt.Sprintf(doneOfSQL, idList(stretches)), k.wardID, k.groupID)
	maps.Copy(found, settled)
	delete(found, own)
	maps.DeleteFunc(found, func(_ ward.Day, n int64) bool { return n == 0 })
	return slices.Collect(maps.Keys(found)), err
}
