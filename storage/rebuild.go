package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"wardbot/ward"
)

const (
	// A database from before there were stretches has tasks and none of them.
	lacksStretchesSQL = `
		SELECT CASE WHEN EXISTS (SELECT 1 FROM tally WHERE group_id = 0 AND day > 0)
			AND NOT EXISTS (SELECT 1 FROM tally WHERE group_id = 0 AND day < 0) THEN 1 ELSE 0 END`
	tasksByDaySQL = `
		SELECT id, send_day FROM bulletin
		WHERE kind = 1 AND EXISTS (SELECT 1 FROM tally t WHERE t.bulletin_id = bulletin.id) ORDER BY send_day, id`
	doersSQL = `SELECT person_id, ward_id, group_id FROM answer WHERE bulletin_id = $1 AND answer = 1`
)

var forgetActiveSQL = `
	UPDATE tally SET ` + columnsOf(allCounters()[activeDay:], "%[1]s = 0") + ` WHERE bulletin_id = $1`

var addStretchSQL = `
	INSERT INTO tally (bulletin_id, ward_id, group_id, day, ` + counterColumns + `)
	SELECT CAST($1 AS BIGINT), ward_id, 0, CAST($1 AS BIGINT), ` + counterColumns + ` FROM tally WHERE bulletin_id = $2 AND group_id = 0
	ON CONFLICT (bulletin_id, ward_id, group_id) DO UPDATE SET ` + columnsOf(allCounters(), "%[1]s = tally.%[1]s + excluded.%[1]s")

// Rebuild counts anew who was active and what was covered, and adds up the
// stretches, from the answers and the rows of bulletins. Open does so for a
// database in which nobody has yet.
func (s *Store) Rebuild(ctx context.Context) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := s.answering(ctx, tx); err != nil {
			return err
		}
		return s.rebuild(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("count weeks, months and years anew: %w", err)
	}
	return nil
}

func (s *Store) rebuildOnce(ctx context.Context) error {
	var lacks bool
	if err := s.readers.QueryRowContext(ctx, lacksStretchesSQL).Scan(&lacks); err != nil || !lacks {
		return err
	}
	return s.Rebuild(ctx)
}

func (s *Store) rebuild(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM tally WHERE bulletin_id < 0`); err != nil {
		return err
	}
	tasks, err := collect(ctx, tx, func(r row) (b ward.Bulletin, err error) {
		b.Kind = ward.KindTask
		err = r.Scan(&b.ID, &b.SendDay)
		return b, err
	}, tasksByDaySQL)
	if err != nil {
		return err
	}
	type doer struct {
		id int64
		place
	}
	last := map[doer]deed{} // of people in a ward, group 0, and in a group
	covered := map[place]ward.Day{}
	for _, b := range tasks {
		doers, err := collect(ctx, tx, func(r row) (d doer, err error) {
			err = r.Scan(&d.id, &d.wardID, &d.groupID)
			return d, err
		}, doersSQL, b.ID)
		if err != nil {
			return err
		}
		changes := tallies{}
		for _, d := range doers {
			var others []deed
			for _, k := range slices.Compact([]doer{d, {d.id, place{wardID: d.wardID}}}) {
				if before, did := last[k]; did {
					others = append(others, before)
				}
				last[k] = deed{b.SendDay, d.groupID}
			}
			changes.act(b, d.place, others, 1)
			if d.groupID == 0 || covered[d.place] == b.SendDay {
				continue
			}
			for _, term := range terms {
				if covered[d.place] < term.with(b.SendDay).From {
					changes.of(b, d.wardID, 0).add(term.covered, 1)
				}
			}
			covered[d.place] = b.SendDay
		}
		if _, err := tx.ExecContext(ctx, forgetActiveSQL, b.ID); err != nil {
			return err
		}
		if err := s.countRows(ctx, tx, changes); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, addStretchSQL, -ward.StretchWith(b.SendDay).From, b.ID); err != nil {
			return err
		}
	}
	return nil
}
