package storage

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"wardbot/ward"
)

const (
	tallyRowsSQL      = `SELECT bulletin_id, ward_id, group_id, day, ` + counterColumns + ` FROM tally`
	countDeliveredSQL = `
		SELECT bulletin_id, ward_id, group_id, state, COUNT(*) FROM delivery
		WHERE part = 0 AND state >= 2 GROUP BY bulletin_id, ward_id, group_id, state`
	countAnswersSQL = `
		SELECT bulletin_id, ward_id, group_id, answer, COUNT(*), SUM(late) FROM answer
		GROUP BY bulletin_id, ward_id, group_id, answer`
	countReportsSQL = `
		SELECT bulletin_id, ward_id, group_id, COUNT(*), COALESCE(SUM(households), 0) FROM report
		GROUP BY bulletin_id, ward_id, group_id`
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
func (s *Store) CheckTallies(ctx context.Context) ([]string, error) {
	var options *sql.TxOptions
	if s.engine == postgres {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := s.readers.BeginTx(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("check tallies: %w", err)
	}
	defer tx.Rollback()
	bulletins, err := allBulletins(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("check tallies: %w", err)
	}
	want, err := recount(ctx, tx, bulletins)
	if err != nil {
		return nil, fmt.Errorf("check tallies: %w", err)
	}
	have, err := readTally(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("check tallies: %w", err)
	}
	found := compare(have, want)
	wrong, err := checkBulletins(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("check tallies: %w", err)
	}
	sums, err := checkFigures(ctx, tx, bulletins)
	if err != nil {
		return nil, fmt.Errorf("check tallies: %w", err)
	}
	return slices.Concat(found, wrong, sums), nil
}

func allBulletins(ctx context.Context, tx *sql.Tx) (map[int64]ward.Bulletin, error) {
	all, err := collect(ctx, tx, scanBulletin, allBulletinsSQL)
	byID := make(map[int64]ward.Bulletin, len(all))
	for _, b := range all {
		byID[b.ID] = b
	}
	return byID, err
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
			found = append(found, fmt.Sprintf("bulletin %d, ward %d, group %d: %s", k.bulletinID, k.wardID, k.groupID, h.differences(w)))
		}
	}
	return found
}

// recount makes the rows of the tally from deliveries, answers and reports.
func recount(ctx context.Context, tx *sql.Tx, byID map[int64]ward.Bulletin) (tallies, error) {
	all := tallies{}
	place := func(b, w, g int64) *counts { return all.of(byID[b], w, g) }

	for _, source := range []struct {
		query string
		add   func(r row) error
	}{
		{countDeliveredSQL, func(r row) error {
			var b, w, g, n int64
			var state ward.DeliveryState
			if err := r.Scan(&b, &w, &g, &state, &n); err != nil {
				return err
			}
			place(b, w, g).add(outcomes[state], n)
			return nil
		}},
		{countAnswersSQL, func(r row) error {
			var b, w, g, n, nLate int64
			var answer ward.Answer
			if err := r.Scan(&b, &w, &g, &answer, &n, &nLate); err != nil {
				return err
			}
			if answer == ward.AnswerDone {
				place(b, w, g).add(done, n)
				place(b, w, g).add(late, nLate)
			} else {
				place(b, w, g).add(notToday, n)
			}
			return nil
		}},
		{countReportsSQL, func(r row) error {
			var b, w, g, n, homes int64
			if err := r.Scan(&b, &w, &g, &n, &homes); err != nil {
				return err
			}
			place(b, w, g).add(reports, n)
			place(b, w, g).add(households, homes)
			return nil
		}},
	} {
		_, err := collect(ctx, tx, func(r row) (struct{}, error) { return struct{}{}, source.add(r) }, source.query)
		if err != nil {
			return nil, err
		}
	}
	return all.rows(), nil
}

func readTally(ctx context.Context, tx *sql.Tx) (tallies, error) {
	all := tallies{}
	_, err := collect(ctx, tx, func(r row) (struct{}, error) {
		var k tallyKey
		c, err := scanCounts(r, &k.bulletinID, &k.wardID, &k.groupID, &k.day)
		all[k] = &c
		return struct{}{}, err
	}, tallyRowsSQL)
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
