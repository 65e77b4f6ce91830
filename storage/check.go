package storage

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"wardbot/ward"
)

var tallyRowsSQL = `SELECT bulletin_id, ward_id, group_id, day, ` + counterColumns + ` FROM tally WHERE bulletin_id = $1`

const (
	talliedSQL        = `SELECT DISTINCT bulletin_id FROM tally WHERE bulletin_id > 0`
	countDeliveredSQL = `
		SELECT ward_id, group_id, state, COUNT(*) FROM delivery
		WHERE bulletin_id = $1 AND part = 0 AND state >= 2 GROUP BY ward_id, group_id, state`
	countAnswersSQL = `
		SELECT ward_id, group_id, answer, COUNT(*), SUM(late) FROM answer
		WHERE bulletin_id = $1 GROUP BY ward_id, group_id, answer`
	countReportsSQL = `
		SELECT ward_id, group_id, COUNT(*), COALESCE(SUM(households), 0) FROM report
		WHERE bulletin_id = $1 GROUP BY ward_id, group_id`
	allBulletinsSQL     = `SELECT ` + bulletinColumns + ` FROM bulletin`
	bulletinCountersSQL = `
		SELECT id, people, written, settled,
			(SELECT COUNT(*) FROM delivery WHERE bulletin_id = bulletin.id AND part = 0),
			(SELECT COUNT(*) FROM delivery WHERE bulletin_id = bulletin.id),
			(SELECT COUNT(*) FROM delivery WHERE bulletin_id = bulletin.id AND state >= 2)
		FROM bulletin ORDER BY id`
)

// CheckTallies counts everything anew from what happened and returns where
// the tally says something else; nothing means that it is right. It reads all
// of the database as it was at one moment, and stops nobody from writing.
func (s *Store) CheckTallies(ctx context.Context) (wrong []string, err error) {
	err = s.snapshot(ctx, func(tx *sql.Tx) error {
		bulletins, err := allBulletins(ctx, tx)
		if err != nil {
			return err
		}
		for _, check := range []func() ([]string, error){
			func() ([]string, error) { return checkRows(ctx, tx, bulletins) },
			func() ([]string, error) { return checkPeriods(ctx, tx) },
			func() ([]string, error) { return checkBulletins(ctx, tx) },
			func() ([]string, error) { return checkFigures(ctx, tx, bulletins) },
		} {
			found, err := check()
			if err != nil {
				return err
			}
			wrong = append(wrong, found...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("check tallies: %w", err)
	}
	return wrong, nil
}

func allBulletins(ctx context.Context, tx *sql.Tx) (map[int64]ward.Bulletin, error) {
	all, err := collect(ctx, tx, scanBulletin, allBulletinsSQL)
	byID := make(map[int64]ward.Bulletin, len(all))
	for _, b := range all {
		byID[b.ID] = b
	}
	return byID, err
}

// checkRows compares the rows of bulletins, one by one: all of them together
// may be more than the memory holds.
func checkRows(ctx context.Context, tx *sql.Tx, bulletins map[int64]ward.Bulletin) (found []string, err error) {
	ids, err := collect(ctx, tx, scanID, talliedSQL)
	if err != nil {
		return nil, err
	}
	ids = slices.AppendSeq(ids, maps.Keys(bulletins))
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		b := bulletins[id]
		b.ID = id
		want, err := recount(ctx, tx, b)
		if err != nil {
			return nil, err
		}
		have, err := readTally(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		for _, c := range have { // checkPeriods looks at the others
			clear(c[activeDay:])
		}
		found = append(found, compare(have, want)...)
	}
	return found, nil
}

func compare(have, want tallies) (found []string) {
	keys := maps.Clone(have)
	maps.Copy(keys, want)
	for _, k := range slices.SortedFunc(maps.Keys(keys), tallyKey.compare) {
		var h, w counts
		if have[k] != nil {
			h = *have[k]
		}
		if want[k] != nil {
			w = *want[k]
		}
		if h != w {
			found = append(found, fmt.Sprintf("%s, ward %d, group %d: %s", k.name(), k.wardID, k.groupID, h.differences(w)))
		}
	}
	return found
}

// name is for people.
func (k tallyKey) name() string {
	if k.bulletinID < 0 {
		return fmt.Sprintf("days from %d", -k.day)
	}
	return fmt.Sprintf("bulletin %d", k.bulletinID)
}

// recount makes a bulletin's rows of the tally from deliveries, answers and
// reports.
func recount(ctx context.Context, tx *sql.Tx, b ward.Bulletin) (tallies, error) {
	all := tallies{}
	for _, source := range []struct {
		query string
		add   func(r row) error
	}{
		{countDeliveredSQL, func(r row) error {
			var w, g, n int64
			var state ward.DeliveryState
			err := r.Scan(&w, &g, &state, &n)
			all.of(b, w, g).add(outcomes[state], n)
			return err
		}},
		{countAnswersSQL, func(r row) error {
			var w, g, n, nLate int64
			var answer ward.Answer
			err := r.Scan(&w, &g, &answer, &n, &nLate)
			all.of(b, w, g).add(column(answer), n)
			if answer == ward.AnswerDone {
				all.of(b, w, g).add(late, nLate)
			}
			return err
		}},
		{countReportsSQL, func(r row) error {
			var w, g, n, homes int64
			err := r.Scan(&w, &g, &n, &homes)
			all.of(b, w, g).add(reports, n)
			all.of(b, w, g).add(households, homes)
			return err
		}},
	} {
		_, err := collect(ctx, tx, func(r row) (struct{}, error) { return struct{}{}, source.add(r) }, source.query, b.ID)
		if err != nil {
			return nil, err
		}
	}
	return all.rows(), nil
}

func readTally(ctx context.Context, tx *sql.Tx, id int64) (tallies, error) {
	all := tallies{}
	_, err := collect(ctx, tx, func(r row) (struct{}, error) {
		var k tallyKey
		c, err := scanCounts(r, &k.bulletinID, &k.wardID, &k.groupID, &k.day)
		all[k] = &c
		return struct{}{}, err
	}, tallyRowsSQL, id)
	return all, err
}

// checkBulletins compares the counters by which a bulletin's end is known.
func checkBulletins(ctx context.Context, tx *sql.Tx) ([]string, error) {
	type counted struct {
		id         int64
		have, want [3]int64 // people, written, settled
	}
	all, err := collect(ctx, tx, func(r row) (c counted, err error) {
		err = r.Scan(&c.id, &c.have[0], &c.have[1], &c.have[2], &c.want[0], &c.want[1], &c.want[2])
		return c, err
	}, bulletinCountersSQL)
	var found []string
	for _, c := range all {
		if c.have != c.want {
			found = append(found, fmt.Sprintf("bulletin %d: people, written, settled %v instead of %v", c.id, c.have, c.want))
		}
	}
	return found, err
}
