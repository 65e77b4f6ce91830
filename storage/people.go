package storage

import (
	"context"
	"fmt"
	"time"

	"wardbot/ward"
)

// Of a ward's people, those count that have not left and not taken their
// consent back.
const (
	peopleOfSQL = `SELECT ` + personColumns + ` FROM person WHERE ward_id = $1 AND state IN (0, 1, 2) ORDER BY id`
	headsSQL    = `
		SELECT ward_id,
			SUM(CASE WHEN state = 0 AND COALESCE(paused_until, 0) <= $1 THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 0 AND paused_until > $1 THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 1 THEN 1 ELSE 0 END)
		FROM person WHERE state IN (0, 1, 2) GROUP BY ward_id`
)

// PeopleOf lists the people of a ward in the order of their registration.
func (s *Store) PeopleOf(ctx context.Context, wardID int64) ([]ward.Person, error) {
	all, err := collect(ctx, s.readers, scanPerson, peopleOfSQL, wardID)
	if err != nil {
		return nil, fmt.Errorf("list people of ward %d: %w", wardID, err)
	}
	return all, nil
}

// Heads counts the people of every ward that has any.
func (s *Store) Heads(ctx context.Context, now time.Time) (map[int64]ward.Heads, error) {
	type counted struct {
		wardID int64
		ward.Heads
	}
	rows, err := collect(ctx, s.readers, func(r row) (c counted, err error) {
		err = r.Scan(&c.wardID, &c.Active, &c.Paused, &c.Unreachable, &c.Waiting)
		return c, err
	}, headsSQL, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("count people by ward: %w", err)
	}
	all := make(map[int64]ward.Heads, len(rows))
	for _, c := range rows {
		all[c.wardID] = c.Heads
	}
	return all, nil
}
