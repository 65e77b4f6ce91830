package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const (
	appointSQL = `
		UPDATE person SET role = $1, charge_id = $2
		WHERE id = $3 AND state IN (0, 2) AND (role <> $1 OR COALESCE(charge_id, 0) <> $4)`
	// A ward's coordinator looks after what it was before, too: the wards that
	// have gone into it.
	chargesSQL = `
		WITH RECURSIVE past (id) AS (
			SELECT id FROM place WHERE id = $1
			UNION SELECT p.id FROM place p JOIN past ON p.successor_id = past.id)
		SELECT id FROM past ORDER BY id`
	coordinatedSQL = `
		WITH RECURSIVE kept (id) AS (
			SELECT charge_id FROM person WHERE role = 2 AND state = 0 AND charge_id IS NOT NULL
			UNION SELECT p.id FROM place p JOIN kept ON p.successor_id = kept.id)
		SELECT id FROM kept`
	coordinatorsSQL = `
		SELECT ` + personColumns + ` FROM person
		WHERE role = $1 AND COALESCE(charge_id, 0) = $2 AND state IN (0, 2) ORDER BY id`
)

// Appoint gives a person a role, and a ward coordinator their ward; a role
// that is lower ends their live messages. It logs what it changes and returns
// whether it changed anything, and ward.ErrNotFound if there is no such ward or
// nobody who could have a role: people who wait, have left or took their
// consent back have none.
func (s *Store) Appoint(ctx context.Context, by ward.Actor, personID int64, role ward.Role, wardID int64) (changed bool, err error) {
	if role != ward.RoleWardCoordinator {
		wardID = 0
	}
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		p, err := findPerson(ctx, tx, personID)
		if err != nil {
			return err
		}
		if p.State != ward.PersonActive && p.State != ward.PersonUnreachable {
			return ward.ErrNotFound
		}
		if role == ward.RoleWardCoordinator {
			if err := checkPlace(ctx, tx, wardID, 0); err != nil {
				return err
			}
		}
		n, err := affected(ctx, tx, appointSQL, role, orNull(wardID), personID, wardID)
		if changed = n > 0; err != nil || !changed {
			return err
		}
		a := ward.Audit{By: by, Deed: ward.DeedAppointed, PersonID: personID, WardID: wardID, Role: role}
		if role < p.Role {
			if _, err := tx.ExecContext(ctx, eraseControlsSQL, p.ChatID); err != nil {
				return err
			}
		}
		if role <= ward.RoleCollaborator {
			a.Deed, a.Role, a.WardID = ward.DeedDismissed, p.Role, p.ChargeID
		}
		return s.audit(ctx, tx, a)
	})
	if err != nil {
		return false, fmt.Errorf("appoint person %d: %w", personID, err)
	}
	return changed, nil
}

// Charges returns a ward and the wards that have gone into it.
func (s *Store) Charges(ctx context.Context, wardID int64) ([]int64, error) {
	ids, err := collect(ctx, s.readers, scanID, chargesSQL, wardID)
	if err != nil {
		return nil, fmt.Errorf("list charges of ward %d: %w", wardID, err)
	}
	return ids, nil
}

// CoordinatedWards returns the wards that have a coordinator of their own who
// can be reached.
func (s *Store) CoordinatedWards(ctx context.Context) (map[int64]bool, error) {
	ids, err := collect(ctx, s.readers, scanID, coordinatedSQL)
	if err != nil {
		return nil, fmt.Errorf("list wards with a coordinator: %w", err)
	}
	wards := make(map[int64]bool, len(ids))
	for _, id := range ids {
		wards[id] = true
	}
	return wards, nil
}

// Coordinators returns the coordinators of a ward, or those of all wards
// for 0.
func (s *Store) Coordinators(ctx context.Context, wardID int64) ([]ward.Person, error) {
	role := ward.RoleWardCoordinator
	if wardID == 0 {
		role = ward.RoleCoordinator
	}
	all, err := collect(ctx, s.readers, scanPerson, coordinatorsSQL, role, wardID)
	if err != nil {
		return nil, fmt.Errorf("list coordinators of ward %d: %w", wardID, err)
	}
	return all, nil
}
