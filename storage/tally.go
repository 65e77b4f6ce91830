package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"wardbot/ward"
)

// counter is one column of the tally.
type counter int

const (
	sent counter = iota
	unreachable
	failed
	unknown
	cancelled
	done
	late
	notToday
	reports
	households
	posted
	counters // how many there are
)

func (c counter) String() string {
	return [...]string{"sent", "unreachable", "failed", "unknown", "cancelled", "done", "late", "not_today", "reports", "households", "posted"}[c]
}

// counts is one row of the tally, or what is to be added to it.
type counts [counters]int64

func (c *counts) add(which counter, n int64) { c[which] += n }

func (c counts) tally() ward.Tally {
	return ward.Tally{
		Asked: int(c[sent] + c[posted]), Done: int(c[done]), Late: int(c[late]), NotToday: int(c[notToday]),
		Reports: int(c[reports]), Households: int(c[households]),
	}
}

// tallyKey names a row. Group 0 is the whole ward.
type tallyKey struct {
	bulletinID, wardID, groupID int64
	day                         ward.Day
}

func (k tallyKey) compare(l tallyKey) int {
	return cmp.Or(cmp.Compare(k.bulletinID, l.bulletinID), cmp.Compare(k.wardID, l.wardID), cmp.Compare(k.groupID, l.groupID))
}

// tallies gathers what a transaction changes in the counts: by group, people
// without one under group 0.
type tallies map[tallyKey]*counts

// of returns the counts of a bulletin at a place. Only tasks have a day:
// nothing else is tallied by day.
func (t tallies) of(b ward.Bulletin, wardID, groupID int64) *counts {
	k := tallyKey{bulletinID: b.ID, wardID: wardID, groupID: groupID}
	if b.Kind == ward.KindTask {
		k.day = b.SendDay
	}
	if t[k] == nil {
		t[k] = &counts{}
	}
	return t[k]
}

// rows are the rows in which a place is counted: its group's and its ward's.
func (k tallyKey) rows() []tallyKey {
	whole := k
	whole.groupID = 0
	if k == whole {
		return []tallyKey{whole}
	}
	return []tallyKey{whole, k}
}

// rows adds each group to its ward: what the table holds.
func (t tallies) rows() tallies {
	all := make(tallies, 2*len(t))
	for k, c := range t {
		for _, k := range k.rows() {
			if all[k] == nil {
				all[k] = &counts{}
			}
			for i, n := range c {
				all[k][i] += n
			}
		}
	}
	return all
}

const (
	counterColumns = `sent, unreachable, failed, unknown, cancelled, done, late, not_today, reports, households, posted`
	addCounters    = `
		sent = tally.sent + excluded.sent, unreachable = tally.unreachable + excluded.unreachable,
		failed = tally.failed + excluded.failed, unknown = tally.unknown + excluded.unknown,
		cancelled = tally.cancelled + excluded.cancelled, done = tally.done + excluded.done,
		late = tally.late + excluded.late, not_today = tally.not_today + excluded.not_today,
		reports = tally.reports + excluded.reports, households = tally.households + excluded.households,
		posted = tally.posted + excluded.posted`

	firstCountSQL = `
		INSERT INTO tally (bulletin_id, ward_id, group_id, day, ` + counterColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (bulletin_id, ward_id, group_id) DO NOTHING`
	// One sorted statement: two writers that take rows in the same order
	// cannot wait for each other.
	countPostgresSQL = `
		INSERT INTO tally (bulletin_id, ward_id, group_id, day, ` + counterColumns + `)
		SELECT * FROM unnest($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[],
			$5::BIGINT[], $6::BIGINT[], $7::BIGINT[], $8::BIGINT[], $9::BIGINT[],
			$10::BIGINT[], $11::BIGINT[], $12::BIGINT[], $13::BIGINT[], $14::BIGINT[], $15::BIGINT[])
		ON CONFLICT (bulletin_id, ward_id, group_id) DO UPDATE SET ` + addCounters
	sumCounters = `
		COALESCE(SUM(sent), 0), COALESCE(SUM(unreachable), 0), COALESCE(SUM(failed), 0), COALESCE(SUM(unknown), 0),
		COALESCE(SUM(cancelled), 0), COALESCE(SUM(done), 0), COALESCE(SUM(late), 0), COALESCE(SUM(not_today), 0),
		COALESCE(SUM(reports), 0), COALESCE(SUM(households), 0), COALESCE(SUM(posted), 0)`
	bulletinTallySQL = `SELECT ` + sumCounters + ` FROM tally WHERE bulletin_id = $1 AND group_id = 0`
	wardTalliesSQL   = `
		SELECT ward_id, ` + sumCounters + ` FROM tally
		WHERE day BETWEEN $1 AND $2 AND group_id = 0 GROUP BY ward_id`
	groupTalliesSQL = `
		SELECT group_id, ` + sumCounters + ` FROM tally
		WHERE day BETWEEN $1 AND $2 AND ward_id = $3 AND group_id <> 0 GROUP BY group_id`
	// Groups with somebody active, by ward.
	coveredSQL = `
		SELECT ward_id, COUNT(*) FROM (
			SELECT ward_id, group_id FROM tally
			WHERE day BETWEEN $1 AND $2 AND group_id <> 0
			GROUP BY ward_id, group_id HAVING SUM(done) > 0) AS covered
		GROUP BY ward_id`
	// People who did several tasks are active once, so this cannot be summed.
	activeWardsSQL = `
		SELECT a.ward_id, COUNT(DISTINCT a.person_id) FROM bulletin b JOIN answer a ON a.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND a.answer = 1
		GROUP BY a.ward_id`
	activeGroupsSQL = `
		SELECT a.group_id, COUNT(DISTINCT a.person_id) FROM bulletin b JOIN answer a ON a.bulletin_id = b.id
		WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND a.answer = 1 AND a.ward_id = $3 AND a.group_id <> 0
		GROUP BY a.group_id`
	tasksInSQL = `SELECT COUNT(*) FROM bulletin WHERE kind = 1 AND send_day BETWEEN $1 AND $2`
	// The places of a period, with the groups that a ward had in it.
	wardGroupsSQL = `
		SELECT parent_id, COUNT(*) FROM place
		WHERE parent_id IS NOT NULL AND (valid_to IS NULL OR valid_to >= $1) AND valid_from <= $2 GROUP BY parent_id`
	talliedWardsSQL = `
		SELECT id, name, target FROM place
		WHERE parent_id IS NULL AND (valid_to IS NULL OR valid_to >= $1) AND valid_from <= $2 ORDER BY id`
	talliedGroupSQL = `
		SELECT id, name, target FROM place
		WHERE parent_id = $1 AND (valid_to IS NULL OR valid_to >= $2) AND valid_from <= $3 ORDER BY id`
	// Of a place that nobody lives in any more, because it has gone into
	// another, it counts how many were asked at once.
	pastWardsSQL = `
		SELECT ward_id, MAX(sent) FROM tally WHERE day BETWEEN $1 AND $2 AND group_id = 0
			AND ward_id IN (SELECT id FROM place WHERE valid_to IS NOT NULL) GROUP BY ward_id`
	pastGroupsSQL = `
		SELECT group_id, MAX(sent) FROM tally WHERE day BETWEEN $1 AND $2 AND ward_id = $3 AND group_id <> 0
			AND group_id IN (SELECT id FROM place WHERE valid_to IS NOT NULL) GROUP BY group_id`
	wardPeopleSQL  = `SELECT ward_id, COUNT(*) FROM person WHERE state IN (0, 2) GROUP BY ward_id`
	groupPeopleSQL = `SELECT group_id, COUNT(*) FROM person WHERE ward_id = $1 AND group_id IS NOT NULL AND state IN (0, 2) GROUP BY group_id`
)

// count adds to the tally, in the transaction of what is counted.
func (s *Store) count(ctx context.Context, tx *sql.Tx, changes tallies) error {
	if len(changes) == 0 {
		return nil
	}
	if s.engine == postgres {
		return countPostgres(ctx, tx, changes.rows())
	}
	add := addSQL(changes)
	for k, c := range changes {
		n, err := affected(ctx, tx, add.query, add.args(k, *c)...)
		if err == nil && int(n) < len(k.rows()) {
			err = firstCount(ctx, tx, k, *c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// firstCount makes the rows of a place that are not there yet.
func firstCount(ctx context.Context, tx *sql.Tx, k tallyKey, c counts) error {
	for _, k := range k.rows() {
		args := []any{k.bulletinID, k.wardID, k.groupID, k.day}
		for _, n := range c {
			args = append(args, n)
		}
		if _, err := tx.ExecContext(ctx, firstCountSQL, args...); err != nil {
			return err
		}
	}
	return nil
}

// adding is an UPDATE of the rows of a place, group and ward in one. It
// touches no more columns than a batch changes, which takes SQLite about half
// the time of two upserts.
type adding struct {
	query   string
	columns []counter
}

func addSQL(changes tallies) adding {
	var used counts
	for _, c := range changes {
		for i, n := range c {
			used[i] |= n
		}
	}
	a := adding{columns: []counter{sent}}
	for i, n := range used {
		if n != 0 && counter(i) != sent {
			a.columns = append(a.columns, counter(i))
		}
	}
	var set []string
	for i, c := range a.columns {
		set = append(set, fmt.Sprintf("%[1]s = %[1]s + $%[2]d", c, i+1))
	}
	n := len(a.columns)
	a.query = fmt.Sprintf("UPDATE tally SET %s WHERE bulletin_id = $%d AND ward_id = $%d AND group_id IN (0, $%d)", strings.Join(set, ", "), n+1, n+2, n+3)
	return a
}

func (a adding) args(k tallyKey, c counts) []any {
	args := make([]any, 0, len(a.columns)+3)
	for _, i := range a.columns {
		args = append(args, c[i])
	}
	return append(args, k.bulletinID, k.wardID, k.groupID)
}

func countPostgres(ctx context.Context, tx *sql.Tx, rows tallies) error {
	columns := make([][]int64, 4+counters)
	for _, k := range slices.SortedFunc(maps.Keys(rows), tallyKey.compare) {
		for i, n := range []int64{k.bulletinID, k.wardID, k.groupID, int64(k.day)} {
			columns[i] = append(columns[i], n)
		}
		for i, n := range rows[k] {
			columns[4+i] = append(columns[4+i], n)
		}
	}
	args := make([]any, len(columns))
	for i := range columns {
		args[i] = columns[i]
	}
	_, err := tx.ExecContext(ctx, countPostgresSQL, args...)
	return err
}

func scanCounts(r row, before ...any) (c counts, err error) {
	for i := range c {
		before = append(before, &c[i])
	}
	err = r.Scan(before...)
	return c, err
}

// Tallies counts the tasks of a period ward by ward: every ward there is, also
// those without a task, in the order of their import. All views read this.
func (s *Store) Tallies(ctx context.Context, p ward.Period) ([]ward.PlaceTally, error) {
	all, err := s.tallyPlaces(ctx, p, wardTalliesSQL, activeWardsSQL, nil)
	if err != nil {
		return nil, fmt.Errorf("tally wards %s: %w", p, err)
	}
	places, err := collect(ctx, s.readers, scanPlace, talliedWardsSQL, p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("tally wards %s: %w", p, err)
	}
	groups, err := numbers(ctx, s.readers, wardGroupsSQL, p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("tally wards %s: %w", p, err)
	}
	covered, err := numbers(ctx, s.readers, coveredSQL, p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("tally wards %s: %w", p, err)
	}
	people, err := s.heads(ctx, p, places, wardPeopleSQL, pastWardsSQL)
	if err != nil {
		return nil, fmt.Errorf("tally wards %s: %w", p, err)
	}
	for i, place := range places {
		places[i].Tally, places[i].People = all[place.PlaceID], people[place.PlaceID]
		places[i].Groups, places[i].Covered = groups[place.PlaceID], covered[place.PlaceID]
	}
	return places, nil
}

// GroupTallies counts the tasks of a period for each group of a ward, also
// those without a task. People whose group is not known are in none of them,
// so the ward's own row may be more than their sum.
func (s *Store) GroupTallies(ctx context.Context, p ward.Period, wardID int64) ([]ward.PlaceTally, error) {
	all, err := s.tallyPlaces(ctx, p, groupTalliesSQL, activeGroupsSQL, []any{wardID})
	if err != nil {
		return nil, fmt.Errorf("tally groups of ward %d %s: %w", wardID, p, err)
	}
	places, err := collect(ctx, s.readers, scanPlace, talliedGroupSQL, wardID, p.From, p.To)
	if err != nil {
		return nil, fmt.Errorf("tally groups of ward %d %s: %w", wardID, p, err)
	}
	people, err := s.heads(ctx, p, places, groupPeopleSQL, pastGroupsSQL, wardID)
	if err != nil {
		return nil, fmt.Errorf("tally groups of ward %d %s: %w", wardID, p, err)
	}
	for i, place := range places {
		places[i].Tally, places[i].People = all[place.PlaceID], people[place.PlaceID]
		places[i].Groups = 1
		if places[i].Done > 0 {
			places[i].Covered = 1
		}
	}
	return places, nil
}

// heads counts who lives in places, or lived there in the period.
func (s *Store) heads(ctx context.Context, p ward.Period, places []ward.PlaceTally, now, past string, more ...any) (map[int64]int, error) {
	people, err := numbers(ctx, s.readers, now, more...)
	if err != nil || !slices.ContainsFunc(places, func(place ward.PlaceTally) bool { return people[place.PlaceID] == 0 }) {
		return people, err
	}
	asked, err := numbers(ctx, s.readers, past, append([]any{p.From, p.To}, more...)...)
	for _, place := range places {
		if people[place.PlaceID] == 0 {
			people[place.PlaceID] = asked[place.PlaceID]
		}
	}
	return people, err
}

// tallyPlaces sums the counts of a period by place and finds who was active.
func (s *Store) tallyPlaces(ctx context.Context, p ward.Period, sums, active string, more []any) (map[int64]ward.Tally, error) {
	args := append([]any{p.From, p.To}, more...)
	all := map[int64]ward.Tally{}
	rows, err := s.readers.QueryContext(ctx, sums, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		c, err := scanCounts(rows, &id)
		if err != nil {
			return nil, err
		}
		all[id] = c.tally()
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var tasks int
	if err := s.readers.QueryRowContext(ctx, tasksInSQL, p.From, p.To).Scan(&tasks); err != nil {
		return nil, err
	}
	people := map[int64]int{}
	if tasks > 1 {
		if people, err = numbers(ctx, s.readers, active, args...); err != nil {
			return nil, err
		}
	}
	for id, t := range all {
		t.Active = people[id]
		if tasks == 1 {
			t.Active = t.Done // a person answers a task once: no need to count
		}
		all[id] = t
	}
	return all, nil
}

func scanPlace(r row) (p ward.PlaceTally, err error) {
	err = r.Scan(&p.PlaceID, &p.Name, &p.Target)
	return p, err
}

// numbers reads pairs of an id and a number.
func numbers(ctx context.Context, q querier, query string, args ...any) (map[int64]int, error) {
	type pair struct {
		id int64
		n  int
	}
	pairs, err := collect(ctx, q, func(r row) (p pair, err error) {
		err = r.Scan(&p.id, &p.n)
		return p, err
	}, query, args...)
	all := make(map[int64]int, len(pairs))
	for _, p := range pairs {
		all[p.id] = p.n
	}
	return all, err
}

// names is for differences: "sent 3 instead of 4".
func (c counts) differences(want counts) string {
	var all []string
	for i := range c {
		if c[i] != want[i] {
			all = append(all, fmt.Sprintf("%s %d instead of %d", counter(i), c[i], want[i]))
		}
	}
	return strings.Join(all, ", ")
}
