package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"wardbot/ward"
)

// When the map is redrawn, the old places end and keep their history: what
// was sent and answered there stays there. People, invites, coordinators and
// what is expected and linked go to the successors. A place ends with the day,
// and its successor begins on it: that day has both.

const (
	addPlaceFromSQL = `
		INSERT INTO place (parent_id, name, key, aliases, valid_from) VALUES ($1, $2, $3, $4, $5)
		RETURNING id`
	sameTargetSQL     = `UPDATE place SET target = (SELECT target FROM place WHERE id = $1) WHERE id = $2`
	endPlaceSQL       = `UPDATE place SET valid_to = $1, successor_id = $2 WHERE id = $3 AND valid_to IS NULL`
	groupPeopleToSQL  = `UPDATE person SET ward_id = $1, group_id = $2 WHERE group_id = $3 AND state <> 3`
	groupInvitesToSQL = `UPDATE invite SET ward_id = $1, group_id = $2 WHERE group_id = $3`
	groupRosterToSQL  = `UPDATE roster SET ward_id = $1, group_id = $2 WHERE group_id = $3`
	wardPeopleToSQL   = `UPDATE person SET ward_id = $1, group_id = NULL WHERE ward_id = $2 AND state <> 3`
	wardInvitesToSQL  = `UPDATE invite SET ward_id = $1, group_id = NULL WHERE ward_id = $2`
	wardRosterToSQL   = `UPDATE roster SET ward_id = $1, group_id = NULL WHERE ward_id = $2`
	wardChargesToSQL  = `UPDATE person SET charge_id = $1 WHERE charge_id = $2`
	wardBoardsToSQL   = `UPDATE board SET ward_id = $1 WHERE ward_id = $2`
	bareOfWardSQL     = `
		SELECT (SELECT COUNT(*) FROM person WHERE ward_id = $1 AND group_id IS NULL AND state <> 3)
			+ (SELECT COUNT(*) FROM roster WHERE ward_id = $1 AND group_id IS NULL)
			+ (SELECT COUNT(*) FROM person WHERE charge_id = $1)`
	countGroupSQL = `SELECT COUNT(*) FROM place WHERE parent_id = $1 AND key = $2 AND valid_to IS NULL`
	heirsSQL      = `
		SELECT id, successor_id FROM place WHERE valid_to IS NOT NULL AND successor_id IS NOT NULL
		UNION
		SELECT g.parent_id, s.parent_id FROM place g JOIN place s ON s.id = g.successor_id JOIN place w ON w.id = g.parent_id
		WHERE w.valid_to IS NOT NULL`
)

// MergeWards lets wards go into another one, which is made if there is none of
// that name, and may be one of them. Groups that would have the same name
// there keep their old ward's name behind theirs. It returns ward.ErrNotFound
// for what is no ward of today.
func (s *Store) MergeWards(ctx context.Context, by ward.Actor, wardIDs []int64, into string, day ward.Day) (done ward.Redrawn, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		done = ward.Redrawn{}
		target, err := wardNamed(ctx, tx, into, day)
		if err != nil {
			return err
		}
		taken, err := groupNames(ctx, tx, append([]int64{target}, wardIDs...))
		if err != nil {
			return err
		}
		for _, id := range wardIDs {
			if id == target {
				continue
			}
			if err := s.mergeWard(ctx, tx, by, id, target, day, taken, &done); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return ward.Redrawn{}, fmt.Errorf("merge wards: %w", err)
	}
	return done, nil
}

func (s *Store) mergeWard(ctx context.Context, tx *sql.Tx, by ward.Actor, id, target int64, day ward.Day, taken map[string]int, done *ward.Redrawn) error {
	w, err := scanWard(tx.QueryRowContext(ctx, wardSQL, id))
	if err != nil {
		return missing(err)
	}
	groups, err := collect(ctx, tx, scanGroup, groupsSQL, id)
	if err != nil {
		return err
	}
	moved := 0
	for _, g := range groups {
		name := g.Name
		if taken[g.Key] > 1 {
			name = fmt.Sprintf("%s (%s)", g.Name, w.Name)
		}
		n, err := moveGroup(ctx, tx, g, target, name, day)
		if err != nil {
			return err
		}
		moved += n
		done.Groups++
	}
	n, err := endWard(ctx, tx, id, target, day)
	if err != nil {
		return err
	}
	if err := inherit(ctx, tx, target, w); err != nil {
		return err
	}
	moved += n
	done.Wards++
	done.People += moved
	return s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedMerged, WardID: id, Count: moved})
}

// SplitWard lets groups of a ward go to others, which are made if there are
// none of those names. A ward all of whose groups go is no more; who and what
// belongs to it without a group then goes to the ward named rest. It returns
// ward.ErrUnplaced if there is such and no rest, ward.ErrNotFound for what is
// no place of today, and ward.ErrTaken if a group would have the name of
// another.
func (s *Store) SplitWard(ctx context.Context, by ward.Actor, wardID int64, moves []ward.GroupMove, rest string, day ward.Day) (done ward.Redrawn, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		done = ward.Redrawn{}
		groups, err := collect(ctx, tx, scanGroup, groupsSQL, wardID)
		if err != nil {
			return err
		}
		for _, m := range moves {
			i := slices.IndexFunc(groups, func(g ward.Group) bool { return g.ID == m.GroupID })
			if i < 0 {
				return fmt.Errorf("group %d: %w", m.GroupID, ward.ErrNotFound)
			}
			target, err := wardNamed(ctx, tx, m.Ward, day)
			if err != nil {
				return err
			}
			if target == wardID {
				continue // stays
			}
			n, err := moveGroup(ctx, tx, groups[i], target, m.Name, day)
			if err != nil {
				return err
			}
			groups = slices.Delete(groups, i, i+1)
			done.Groups++
			done.People += n
		}
		if len(groups) == 0 {
			if err := s.dissolve(ctx, tx, wardID, rest, day, &done); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedSplit, WardID: wardID, Count: done.People})
	})
	if err != nil {
		return ward.Redrawn{}, fmt.Errorf("split ward %d: %w", wardID, err)
	}
	return done, nil
}

// dissolve ends a ward that has no groups left.
func (s *Store) dissolve(ctx context.Context, tx *sql.Tx, wardID int64, rest string, day ward.Day, done *ward.Redrawn) error {
	var bare int
	if err := tx.QueryRowContext(ctx, bareOfWardSQL, wardID).Scan(&bare); err != nil {
		return err
	}
	if rest == "" {
		if bare > 0 {
			return ward.ErrUnplaced
		}
		done.Wards++
		_, err := tx.ExecContext(ctx, endPlaceSQL, day, nil, wardID)
		return err
	}
	target, err := wardNamed(ctx, tx, rest, day)
	if err != nil {
		return err
	}
	n, err := endWard(ctx, tx, wardID, target, day)
	done.Wards++
	done.People += n
	return err
}

// wardNamed finds the ward of today with a name, or makes one.
func wardNamed(ctx context.Context, tx *sql.Tx, name string, day ward.Day) (id int64, err error) {
	name = ward.CleanLine(name)
	key := ward.Fold(name)
	if key == "" {
		return 0, ward.ErrEmpty
	}
	var aliases []string
	err = tx.QueryRowContext(ctx, findWardSQL, key).Scan(&id, inJSON(&aliases))
	if errors.Is(err, sql.ErrNoRows) {
		none := []string{}
		err = tx.QueryRowContext(ctx, addPlaceFromSQL, nil, name, key, inJSON(&none), day).Scan(&id)
	}
	return id, err
}

// groupNames counts how many groups of some wards have each name.
func groupNames(ctx context.Context, tx *sql.Tx, wardIDs []int64) (map[string]int, error) {
	names := map[string]int{}
	for i, id := range wardIDs {
		if slices.Contains(wardIDs[:i], id) {
			continue
		}
		groups, err := collect(ctx, tx, scanGroup, groupsSQL, id)
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			names[g.Key]++
		}
	}
	return names, nil
}

// moveGroup makes a group's successor in another ward and takes everything
// there. It returns how many people moved.
func moveGroup(ctx context.Context, tx *sql.Tx, g ward.Group, wardID int64, name string, day ward.Day) (people int, err error) {
	name = ward.CleanLine(name)
	var n int
	if err := tx.QueryRowContext(ctx, countGroupSQL, wardID, ward.Fold(name)).Scan(&n); err != nil {
		return 0, err
	}
	if n > 0 || ward.Fold(name) == "" {
		return 0, fmt.Errorf("%s: %w", name, ward.ErrTaken)
	}
	aliases := g.Aliases
	if aliases == nil {
		aliases = []string{}
	}
	var id int64
	if err := tx.QueryRowContext(ctx, addPlaceFromSQL, wardID, name, ward.Fold(name), inJSON(&aliases), day).Scan(&id); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, sameTargetSQL, g.ID, id); err != nil {
		return 0, err
	}
	moved, err := affected(ctx, tx, groupPeopleToSQL, wardID, id, g.ID)
	if err != nil {
		return 0, err
	}
	for _, query := range []string{groupInvitesToSQL, groupRosterToSQL} {
		if _, err := tx.ExecContext(ctx, query, wardID, id, g.ID); err != nil {
			return 0, err
		}
	}
	_, err = tx.ExecContext(ctx, endPlaceSQL, day, id, g.ID)
	return int(moved), err
}

// endWard takes what is left of a ward to its successor. It returns how many
// people moved.
func endWard(ctx context.Context, tx *sql.Tx, id, successor int64, day ward.Day) (people int, err error) {
	moved, err := affected(ctx, tx, wardPeopleToSQL, successor, id)
	if err != nil {
		return 0, err
	}
	for _, query := range []string{wardInvitesToSQL, wardRosterToSQL, wardChargesToSQL, wardBoardsToSQL} {
		if _, err := tx.ExecContext(ctx, query, successor, id); err != nil {
			return 0, err
		}
	}
	_, err = tx.ExecContext(ctx, endPlaceSQL, day, successor, id)
	return int(moved), err
}

// inherit lets the old name find the new ward: people will type it for years.
func inherit(ctx context.Context, tx *sql.Tx, target int64, old ward.Ward) error {
	w, err := scanWard(tx.QueryRowContext(ctx, wardSQL, target))
	if err != nil || w.Key == old.Key {
		return err
	}
	all := newAliases(w.Aliases, append([]string{old.Name}, old.Aliases...))
	_, err = tx.ExecContext(ctx, setAliasesSQL, inJSON(&all), target)
	return err
}

// today puts into an audience, for places that are no more, those that came
// after them: drafts and plans outlive a change of the map.
func today(ctx context.Context, q querier, a ward.Audience) (ward.Audience, error) {
	if len(a.WardIDs)+len(a.GroupIDs) == 0 {
		return a, nil
	}
	type heir struct{ from, to int64 }
	all, err := collect(ctx, q, func(r row) (h heir, err error) {
		err = r.Scan(&h.from, &h.to)
		return h, err
	}, heirsSQL)
	if err != nil || len(all) == 0 {
		return a, err
	}
	heirs := map[int64][]int64{}
	for _, h := range all {
		heirs[h.from] = append(heirs[h.from], h.to)
	}
	follow := func(ids []int64) (now []int64) {
		queue := slices.Clone(ids)
		for seen := map[int64]bool{}; len(queue) > 0; queue = queue[1:] {
			id := queue[0]
			switch {
			case seen[id]:
			case len(heirs[id]) == 0:
				now = append(now, id)
			default:
				queue = append(queue, heirs[id]...)
			}
			seen[id] = true
		}
		return now
	}
	a.WardIDs, a.GroupIDs = follow(a.WardIDs), follow(a.GroupIDs)
	return a, nil
}
