package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	failuresSQL = `
		SELECT p.name, d.ward_id, d.state, COALESCE(d.err, '') FROM delivery d JOIN person p ON p.id = d.person_id
		WHERE d.bulletin_id = $1 AND d.part >= 0 AND d.state IN (3, 4, 5) AND p.state NOT IN (3, 4) AND d.ward_id IN (%s)
		ORDER BY d.ward_id, d.state DESC, d.person_id LIMIT $2`
	failedWardsSQL = `
		SELECT ward_id, unreachable + failed + unknown FROM tally
		WHERE bulletin_id = $1 AND group_id = 0 AND unreachable + failed + unknown > 0`
	failedPageSQL = `
		SELECT d.bulletin_id, d.person_id, d.part FROM delivery d JOIN person p ON p.id = d.person_id
		WHERE d.bulletin_id = $1 AND d.state = 4 AND p.state = 0 AND COALESCE(p.paused_until, 0) <= $2
		ORDER BY d.person_id, d.part LIMIT 2000`
	sendingAgainSQL = `UPDATE bulletin SET state = 2, sent_at = NULL WHERE id = $1 AND state IN (2, 4) AND recalled_at IS NULL`
	// A letter waits again for what goes ahead of it, unless that has arrived.
	tryFailedSQL = `
		UPDATE delivery SET state = 0, attempts = 0, at = NULL, err = NULL,
			next_at = CASE WHEN part = 0 AND EXISTS (
				SELECT 1 FROM delivery ahead
				WHERE ahead.bulletin_id = delivery.bulletin_id AND ahead.person_id = delivery.person_id
					AND ahead.part = -1 AND ahead.state NOT IN (2, 5)) THEN ` + afterAhead + ` ELSE CAST($1 AS BIGINT) END
		WHERE bulletin_id = $2 AND person_id = $3 AND part = $4 AND state = 4
		RETURNING ward_id, group_id`
	failedPostsSQL = `
		SELECT DISTINCT p.board_id FROM post p JOIN board o ON o.id = p.board_id
		WHERE p.bulletin_id = $1 AND p.state = 4 AND o.state = 2`
	// The second part was cancelled with the first.
	tryPostSQL = `
		UPDATE post SET state = 0, attempts = 0, resent = 0, next_at = $1, at = NULL, err = NULL
		WHERE bulletin_id = $2 AND board_id = $3 AND state IN (4, 6)`
	reviveSecondSQL = `
		UPDATE delivery SET state = 0, at = NULL
		WHERE bulletin_id = $1 AND person_id = $2 AND part = 1 AND state = 6`
)

// FailedWards counts whom a bulletin did not reach, by ward.
func (s *Store) FailedWards(ctx context.Context, id int64) (map[int64]int, error) {
	all, err := numbers(ctx, s.readers, failedWardsSQL, id)
	if err != nil {
		return nil, fmt.Errorf("count failures of bulletin %d: %w", id, err)
	}
	return all, nil
}

// Failures lists people of some wards whom a bulletin did not reach, ward by
// ward, at most limit of them; who has left or took their consent back is left
// out.
func (s *Store) Failures(ctx context.Context, id int64, wardIDs []int64, limit int) ([]ward.Failure, error) {
	all, err := collect(ctx, s.readers, func(r row) (f ward.Failure, err error) {
		err = r.Scan(&f.Name, &f.WardID, &f.State, &f.Err)
		return f, err
	}, fmt.Sprintf(failuresSQL, idList(append([]int64{0}, wardIDs...))), id, limit)
	if err != nil {
		return nil, fmt.Errorf("list failures of bulletin %d: %w", id, err)
	}
	return all, nil
}

// SendFailedAgain makes a bulletin due once more for those to whom Telegram
// refused to bring it, if they can and want to be written to now, and returns
// how many people that is. It returns ward.ErrNotStoppable for one that is
// stopped or recalled.
func (s *Store) SendFailedAgain(ctx context.Context, id int64, now time.Time) (people int, err error) {
	for more := true; more; {
		var n int
		err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
			n, more, err = s.failedChunk(ctx, tx, id, now)
			return err
		})
		if err != nil {
			return people, fmt.Errorf("send bulletin %d again: %w", id, err)
		}
		people += n
	}
	return people, nil
}

// SendFailedPostsAgain makes a bulletin due once more for boards that refused
// it and have been mended since, and returns how many these are.
func (s *Store) SendFailedPostsAgain(ctx context.Context, id int64, now time.Time) (boards int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		again, err := collect(ctx, tx, scanID, failedPostsSQL, id)
		if err != nil || len(again) == 0 {
			return err
		}
		switch n, err := affected(ctx, tx, sendingAgainSQL, id); {
		case err != nil:
			return err
		case n == 0:
			return ward.ErrNotStoppable
		}
		for _, board := range again {
			if _, err := tx.ExecContext(ctx, tryPostSQL, now.UnixMilli(), id, board); err != nil {
				return err
			}
		}
		boards = len(again)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("post bulletin %d again: %w", id, err)
	}
	return boards, nil
}

func (s *Store) failedChunk(ctx context.Context, tx *sql.Tx, id int64, now time.Time) (people int, more bool, err error) {
	keys, err := collect(ctx, tx, scanKey, failedPageSQL, id, now.UnixMilli())
	if err != nil || len(keys) == 0 {
		return 0, false, err
	}
	switch n, err := affected(ctx, tx, sendingAgainSQL, id); {
	case err != nil:
		return 0, false, err
	case n == 0:
		return 0, false, ward.ErrNotStoppable
	}
	b, err := findBulletin(ctx, tx, id)
	if err != nil {
		return 0, false, err
	}
	counts := tallies{}
	var opened, last int64
	for _, k := range keys {
		var p place
		err := tx.QueryRowContext(ctx, tryFailedSQL, now.UnixMilli(), id, k.PersonID, k.Part).Scan(&p.wardID, &p.groupID)
		if errors.Is(err, sql.ErrNoRows) {
			continue // somebody else was faster
		}
		if err != nil {
			return 0, false, err
		}
		opened++
		if k.PersonID != last {
			people, last = people+1, k.PersonID
		}
		if k.Part != ward.PartLetter {
			continue
		}
		counts.of(b, p.wardID, p.groupID).add(failed, -1)
		n, err := affected(ctx, tx, reviveSecondSQL, id, k.PersonID)
		if err != nil {
			return 0, false, err
		}
		opened += n
	}
	if _, err := addSettled(ctx, tx, id, -opened); err != nil {
		return 0, false, err
	}
	return people, true, s.count(ctx, tx, counts)
}
