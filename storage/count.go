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

func (c counts) tally() ward.Tally {
	return ward.Tally{
		Asked: int(c[sent] + c[posted]), Done: int(c[done]), Late: int(c[late]), NotToday: int(c[notToday]),
		Reports: int(c[reports]), Households: int(c[households]),
	}
}

// tallyKey names a row. Group 0 is the whole ward. A bulletin below 0 is a
// stretch of days, see ward.StretchWith: minus its first day, which is then the
// row's day as well, so that one query reads days or stretches.
type tallyKey struct {
	bulletinID, wardID, groupID int64
	day                         ward.Day
}

func (k tallyKey) compare(l tallyKey) int {
	return cmp.Or(cmp.Compare(k.bulletinID, l.bulletinID), cmp.Compare(k.wardID, l.wardID), cmp.Compare(k.groupID, l.groupID))
}

// at is where a row is counted.
func (k tallyKey) at() place { return place{wardID: k.wardID, groupID: k.groupID} }

// stretch is the row of the stretch in which a bulletin's row lies.
func (k tallyKey) stretch() tallyKey {
	first := -ward.StretchWith(k.day).From
	return tallyKey{bulletinID: int64(first), wardID: k.wardID, groupID: k.groupID, day: first}
}

// tallies gathers what a transaction changes in the counts: by bulletin and
// group, people without a group under group 0.
type tallies map[tallyKey]*counts

// of returns the counts of a bulletin at a place. Only tasks have a day:
// nothing else is tallied by day.
func (t tallies) of(b ward.Bulletin, wardID, groupID int64) *counts {
	k := tallyKey{bulletinID: b.ID, wardID: wardID, groupID: groupID}
	if b.Kind == ward.KindTask {
		k.day = b.SendDay
	}
	return t.row(k)
}

func (t tallies) row(k tallyKey) *counts {
	if t[k] == nil {
		t[k] = &counts{}
	}
	return t[k]
}

// rows are the rows in which a place is counted: its group's and its ward's,
// of the bulletin and of its stretch.
func (k tallyKey) rows() []tallyKey {
	all := []tallyKey{k}
	if k.groupID != 0 {
		whole := k
		whole.groupID = 0
		all = append(all, whole)
	}
	if k.day > 0 {
		for _, k := range all {
			all = append(all, k.stretch())
		}
	}
	return all
}

// rows adds each group to its ward and each bulletin to its stretch: what the
// table holds.
func (t tallies) rows() tallies {
	all := make(tallies, 4*len(t))
	for k, c := range t {
		for _, k := range k.rows() {
			row := all.row(k)
			for i, n := range c {
				row[i] += n
			}
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
	if err := s.cover(ctx, tx, changes); err != nil {
		return err
	}
	if s.engine == postgres {
		return countPostgres(ctx, tx, changes)
	}
	add := addSQL(changes)
	for k, c := range changes {
		n, err := affected(ctx, tx, add.query, add.args(k, *c)...)
		if err == nil && int(n) < add.rows(k) {
			err = firstCount(ctx, tx, k, *c)
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

// firstCount makes the rows of a place that are not there yet.
func firstCount(ctx context.Context, tx *sql.Tx, k tallyKey, c counts) error {
	for _, k := range k.rows() {
		args := make([]any, 0, counters+4)
		for _, n := range c {
			args = append(args, n)
		}
		if _, err := tx.ExecContext(ctx, firstCountSQL, append(args, k.bulletinID, k.wardID, k.groupID, k.day)...); err != nil {
			return err
		}
	}
	return nil
}

// adding is an UPDATE of the rows of a place in one: of group and ward, of
// bulletin and stretch. It touches no more columns than a batch changes, which
// takes SQLite about half the time of upserts.
type adding struct {
	query     string
	columns   []counter
	stretches map[ward.Day]int64 // by day
}

func addSQL(changes tallies) adding {
	a := adding{columns: changes.used(), stretches: map[ward.Day]int64{}}
	for k := range changes {
		if k.day > 0 && a.stretches[k.day] == 0 {
			a.stretches[k.day] = k.stretch().bulletinID
		}
	}
	n := len(a.columns)
	a.query = fmt.Sprintf("UPDATE tally SET %s WHERE bulletin_id IN ($%d, $%d) AND ward_id = $%d AND group_id IN (0, $%d)",
		columnsOf(a.columns, "%[1]s = %[1]s + $%[2]d"), n+1, n+2, n+3, n+4)
	return a
}

func (a adding) args(k tallyKey, c counts) []any {
	args := make([]any, 0, len(a.columns)+4)
	for _, i := range a.columns {
		args = append(args, c[i])
	}
	return append(args, k.bulletinID, cmp.Or(a.stretches[k.day], k.bulletinID), k.wardID, k.groupID)
}

// rows is how many rows a place has.
func (a adding) rows(k tallyKey) int {
	n := 1
	if k.groupID != 0 {
		n *= 2
	}
	if k.day > 0 {
		n *= 2
	}
	return n
}

// countPostgres is one sorted statement: two writers that take rows in the
// same order cannot wait for each other.
func countPostgres(ctx context.Context, tx *sql.Tx, changes tallies) error {
	columns := changes.used()
	rows := changes.rows()
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
