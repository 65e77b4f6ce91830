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
	// Whom what happened made active, and which groups covered; the sums of
	// whole periods tell, see active.go.
	activeDay
	activeWeek
	activeMonth
	activeYear
	coveredWeek
	coveredMonth
	coveredYear
	counters // how many there are
)

func (c counter) String() string {
	return [...]string{
		"sent", "unreachable", "failed", "unknown", "cancelled", "done", "late", "not_today", "reports", "households", "posted",
		"active_day", "active_week", "active_month", "active_year", "covered_week", "covered_month", "covered_year",
	}[c]
}

// counts is one row of the tally, or what is to be added to it.
type counts [counters]int64

func (c *counts) add(which counter, n int64) { c[which] += n }

func (c *counts) addAll(d *counts) {
	for i, n := range d {
		c[i] += n
	}
}

func (c counts) tally() ward.Tally {
	return ward.Tally{
		Asked: int(c[sent] + c[posted]), Done: int(c[done]), Late: int(c[late]), NotToday: int(c[notToday]),
		Reports: int(c[reports]), Households: int(c[households]),
	}
}

// tallyKey names a row. Group 0 is the whole ward. A bulletin below 0 is a
// stretch of days, see ward.StretchWith: minus its first day, which is then the
// row's day as well, so that one query reads days or stretches. Only wards have
// such rows: the groups of one ward are few enough to add up.
type tallyKey struct {
	bulletinID, wardID, groupID int64
	day                         ward.Day
}

func (k tallyKey) compare(l tallyKey) int {
	return cmp.Or(cmp.Compare(k.bulletinID, l.bulletinID), cmp.Compare(k.wardID, l.wardID), cmp.Compare(k.groupID, l.groupID))
}

// whole is the row of the ward.
func (k tallyKey) whole() tallyKey {
	k.groupID = 0
	return k
}

// stretch is the ward's row of the stretch in which a bulletin's row lies.
func (k tallyKey) stretch() tallyKey {
	first := -ward.StretchWith(k.day).From
	return tallyKey{bulletinID: int64(first), wardID: k.wardID, day: first}
}

// tallies gathers what a transaction changes in the counts: by bulletin and
// group, people without a group under group 0.
type tallies map[tallyKey]*counts

// of returns the counts of a bulletin at a place. Only tasks have a day:
// nothing else is tallied by day.
func (t tallies) of(b ward.Bulletin, wardID, groupID int64) *counts {
	return t.row(keyOf(b, place{wardID, groupID}))
}

func keyOf(b ward.Bulletin, p place) tallyKey {
	k := tallyKey{bulletinID: b.ID, wardID: p.wardID, groupID: p.groupID}
	if b.Kind == ward.KindTask {
		k.day = b.SendDay
	}
	return k
}

func (t tallies) row(k tallyKey) *counts {
	if t[k] == nil {
		t[k] = &counts{}
	}
	return t[k]
}

// rows adds each group to its ward.
func (t tallies) rows() tallies {
	all := make(tallies, 2*len(t))
	for k, c := range t {
		all.row(k).addAll(c)
		if k.groupID != 0 {
			all.row(k.whole()).addAll(c)
		}
	}
	return all
}

// stretches adds wards to their stretches.
func (t tallies) stretches() tallies {
	all := make(tallies, len(t))
	for k, c := range t {
		if k.day > 0 {
			all.row(k.stretch()).addAll(c)
		}
	}
	return all
}

// count adds to the tally, in the transaction of what is counted.
func (s *Store) count(ctx context.Context, tx *sql.Tx, changes tallies) error {
	maps.DeleteFunc(changes, func(_ tallyKey, c *counts) bool { return *c == counts{} })
	if len(changes) == 0 {
		return nil
	}
	rows := changes.rows() // each ward once, however many of its groups change
	maps.Copy(rows, changes.stretches())
	return s.addRows(ctx, tx, rows, changes.used())
}

// countRows adds to the rows of bulletins alone.
func (s *Store) countRows(ctx context.Context, tx *sql.Tx, changes tallies) error {
	return s.addRows(ctx, tx, changes.rows(), changes.used())
}

func (s *Store) addRows(ctx context.Context, tx *sql.Tx, rows tallies, columns []counter) error {
	switch {
	case len(columns) == 0:
		return nil
	case s.engine == postgres:
		return countPostgres(ctx, tx, rows, columns)
	}
	return countSQLite(ctx, tx, rows, columns)
}

func countSQLite(ctx context.Context, tx *sql.Tx, rows tallies, columns []counter) error {
	add := addSQL(columns)
	for k, c := range rows {
		n, err := affected(ctx, tx, add, addArgs(columns, *c, k)...)
		if err == nil && n == 0 {
			err = firstCount(ctx, tx, *c, k)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// used are the columns that changes change.
func (t tallies) used() (all []counter) {
	for i := range counters {
		for _, c := range t {
			if c[i] != 0 {
				all = append(all, i)
				break
			}
		}
	}
	return all
}

// columns writes each counter into a form and joins them.
func columnsOf(all []counter, form string) string {
	words := make([]string, len(all))
	for i, c := range all {
		words[i] = fmt.Sprintf(form, c, i+1)
	}
	return strings.Join(words, ", ")
}

// allCounters are all columns that count.
func allCounters() []counter {
	all := make([]counter, counters)
	for i := range all {
		all[i] = counter(i)
	}
	return all
}

var (
	counterColumns   = columnsOf(allCounters(), "%[1]s")
	bulletinTallySQL = `SELECT ` + columnsOf(allCounters(), "COALESCE(SUM(%[1]s), 0)") + ` FROM tally WHERE bulletin_id = $1 AND group_id = 0`
	firstCountSQL    = `
		INSERT INTO tally (` + columnsOf(allCounters(), "%[1]s") + `, bulletin_id, ward_id, group_id, day)
		VALUES (` + columnsOf(allCounters(), "$%[2]d") + fmt.Sprintf(", $%d, $%d, $%d, $%d)", counters+1, counters+2, counters+3, counters+4) + `
		ON CONFLICT (bulletin_id, ward_id, group_id) DO NOTHING`
)

// firstCount makes a row that is not there yet.
func firstCount(ctx context.Context, tx *sql.Tx, c counts, k tallyKey) error {
	args := append(addArgs(allCounters(), c, k), k.day)
	_, err := tx.ExecContext(ctx, firstCountSQL, args...)
	return err
}

// addSQL is an UPDATE that touches no more columns than a batch changes, which
// takes SQLite about half the time of an upsert.
func addSQL(columns []counter) string {
	n := len(columns)
	return "UPDATE tally SET " + columnsOf(columns, "%[1]s = %[1]s + $%[2]d") +
		fmt.Sprintf(" WHERE bulletin_id = $%d AND ward_id = $%d AND group_id = $%d", n+1, n+2, n+3)
}

func addArgs(columns []counter, c counts, k tallyKey) []any {
	args := make([]any, 0, len(columns)+4)
	for _, i := range columns {
		args = append(args, c[i])
	}
	return append(args, k.bulletinID, k.wardID, k.groupID)
}

// countPostgres is one sorted statement: two writers that take rows in the
// same order cannot wait for each other.
func countPostgres(ctx context.Context, tx *sql.Tx, rows tallies, columns []counter) error {
	args := make([][]int64, 4+len(columns))
	for _, k := range slices.SortedFunc(maps.Keys(rows), tallyKey.compare) {
		for i, n := range []int64{k.bulletinID, k.wardID, k.groupID, int64(k.day)} {
			args[i] = append(args[i], n)
		}
		for i, c := range columns {
			args[4+i] = append(args[4+i], rows[k][c])
		}
	}
	var lists []string
	var values []any
	for i, list := range args {
		lists, values = append(lists, fmt.Sprintf("$%d::BIGINT[]", i+1)), append(values, list)
	}
	query := `
		INSERT INTO tally (bulletin_id, ward_id, group_id, day, ` + columnsOf(columns, "%[1]s") + `)
		SELECT * FROM unnest(` + strings.Join(lists, ", ") + `)
		ON CONFLICT (bulletin_id, ward_id, group_id) DO UPDATE SET ` + columnsOf(columns, "%[1]s = tally.%[1]s + excluded.%[1]s")
	_, err := tx.ExecContext(ctx, query, values...)
	return err
}

func scanCounts(r row, before ...any) (c counts, err error) {
	for i := range c {
		before = append(before, &c[i])
	}
	err = r.Scan(before...)
	return c, err
}

// differences is for people: "sent 3 instead of 4".
func (c counts) differences(want counts) string {
	var all []string
	for i := range c {
		if c[i] != want[i] {
			all = append(all, fmt.Sprintf("%s %d instead of %d", counter(i), c[i], want[i]))
		}
	}
	return strings.Join(all, ", ")
}
