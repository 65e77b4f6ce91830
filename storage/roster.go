package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const (
	rosterColumns = `id, ward_id, COALESCE(group_id, 0), name, phone, at`

	addExpectedSQL = `INSERT INTO roster (ward_id, group_id, name, key, phone, at) VALUES ($1, $2, $3, $4, $5, $6)`
	setPhoneSQL    = `UPDATE roster SET phone = $1, at = $2 WHERE id = $3`
	rosterNamedSQL = `SELECT ` + rosterColumns + ` FROM roster WHERE key = $1 ORDER BY id`
	rosterOfSQL    = `SELECT ` + rosterColumns + ` FROM roster WHERE ward_id = $1 ORDER BY id`
	expectedSQL    = `SELECT ` + rosterColumns + ` FROM roster WHERE id = $1`
	countRosterSQL = `SELECT COUNT(*) FROM roster WHERE ward_id = $1`
	strikeSQL      = `DELETE FROM roster WHERE id = $1`
	expireListSQL  = `DELETE FROM roster WHERE id IN (SELECT id FROM roster WHERE at < $1 LIMIT 500)`
)

// ImportRoster adds people to the lists of those who are expected, all or
// none, and returns how many were new. Who is on a list already, or has
// registered under that name in that group, is not added again; a phone number
// that was missing is.
func (s *Store) ImportRoster(ctx context.Context, by ward.Actor, people []ward.Expected) (added int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		added = 0
		here := map[int64]map[string][]int64{} // ward → name → groups
		byWard := map[int64]int{}
		for _, e := range people {
			names, ok := here[e.WardID]
			if !ok {
				if names, err = registered(ctx, tx, e.WardID); err != nil {
					return err
				}
				here[e.WardID] = names
			}
			fresh, err := s.expect(ctx, tx, e, names[ward.Fold(e.Name)])
			if err != nil {
				return err
			}
			if fresh {
				added++
				byWard[e.WardID]++
			}
		}
		for id, n := range byWard {
			if err := s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedListed, WardID: id, Count: n}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("import roster: %w", err)
	}
	return added, nil
}

// registered maps the names of a ward's people to their groups.
func registered(ctx context.Context, tx *sql.Tx, wardID int64) (map[string][]int64, error) {
	all, err := collect(ctx, tx, scanPerson, peopleOfSQL, wardID)
	names := map[string][]int64{}
	for _, p := range all {
		key := ward.Fold(p.Name)
		names[key] = append(names[key], p.GroupID)
	}
	return names, err
}

func (s *Store) expect(ctx context.Context, tx *sql.Tx, e ward.Expected, groups []int64) (fresh bool, err error) {
	for _, g := range groups {
		if g == e.GroupID {
			return false, nil
		}
	}
	key := ward.Fold(e.Name)
	listed, err := collect(ctx, tx, scanExpected, rosterNamedSQL, key)
	if err != nil {
		return false, err
	}
	for _, l := range listed {
		switch {
		case l.WardID != e.WardID || l.GroupID != e.GroupID:
		case l.Phone == e.Phone || e.Phone == "":
			return false, nil
		case l.Phone == "":
			_, err := tx.ExecContext(ctx, setPhoneSQL, e.Phone, s.now().UnixMilli(), l.ID)
			return false, err
		}
	}
	_, err = tx.ExecContext(ctx, addExpectedSQL, e.WardID, orNull(e.GroupID), e.Name, key, e.Phone, s.now().UnixMilli())
	return true, err
}

// RosterNamed lists the people who are expected under a name, without tones.
func (s *Store) RosterNamed(ctx context.Context, name string) ([]ward.Expected, error) {
	all, err := collect(ctx, s.readers, scanExpected, rosterNamedSQL, ward.Fold(name))
	if err != nil {
		return nil, fmt.Errorf("look a name up in the roster: %w", err)
	}
	return all, nil
}

// RosterOf lists the people who are expected in a ward.
func (s *Store) RosterOf(ctx context.Context, wardID int64) ([]ward.Expected, error) {
	all, err := collect(ctx, s.readers, scanExpected, rosterOfSQL, wardID)
	if err != nil {
		return nil, fmt.Errorf("list roster of ward %d: %w", wardID, err)
	}
	return all, nil
}

// Expected returns a line of the roster, or ward.ErrNotFound.
func (s *Store) Expected(ctx context.Context, id int64) (ward.Expected, error) {
	e, err := scanExpected(s.readers.QueryRowContext(ctx, expectedSQL, id))
	if err != nil {
		return ward.Expected{}, fmt.Errorf("roster line %d: %w", id, missing(err))
	}
	return e, nil
}

// CountRoster counts who is expected in a ward.
func (s *Store) CountRoster(ctx context.Context, wardID int64) (n int, err error) {
	if err := s.readers.QueryRowContext(ctx, countRosterSQL, wardID).Scan(&n); err != nil {
		return 0, fmt.Errorf("count roster of ward %d: %w", wardID, err)
	}
	return n, nil
}

// Strike takes somebody off the list. Doing it twice changes nothing.
func (s *Store) Strike(ctx context.Context, by ward.Actor, id int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		e, err := scanExpected(tx.QueryRowContext(ctx, expectedSQL, id))
		if err != nil {
			return missing(err)
		}
		if _, err := tx.ExecContext(ctx, strikeSQL, id); err != nil {
			return err
		}
		return s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedStruck, WardID: e.WardID, Count: 1})
	})
	if err != nil {
		return fmt.Errorf("strike roster line %d: %w", id, err)
	}
	return nil
}

// arrive takes the line of somebody who has registered off the list, and says
// whether it was there.
func arrive(ctx context.Context, tx *sql.Tx, id int64) (listed bool, err error) {
	if id == 0 {
		return false, nil
	}
	n, err := affected(ctx, tx, strikeSQL, id)
	return n > 0, err
}

func scanExpected(r row) (e ward.Expected, err error) {
	var at sql.NullInt64
	err = r.Scan(&e.ID, &e.WardID, &e.GroupID, &e.Name, &e.Phone, &at)
	e.At = moment(at)
	return e, err
}
