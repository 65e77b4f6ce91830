package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"wardbot/ward"
)

const (
	findWardSQL = `
		SELECT id, aliases FROM place
		WHERE key = $1 AND parent_id IS NULL AND valid_to IS NULL`
	findGroupSQL = `
		SELECT id, aliases FROM place
		WHERE parent_id = $1 AND key = $2 AND valid_to IS NULL`
	addPlaceSQL = `
		INSERT INTO place (parent_id, name, key, aliases) VALUES ($1, $2, $3, $4)
		RETURNING id`
	setAliasesSQL = `UPDATE place SET aliases = $1 WHERE id = $2`
	wardsSQL      = `
		SELECT id, name, key, aliases FROM place
		WHERE parent_id IS NULL AND valid_to IS NULL
		ORDER BY id`
	wardSQL   = `SELECT id, name, key, aliases FROM place WHERE id = $1 AND parent_id IS NULL`
	groupsSQL = `
		SELECT id, parent_id, name, key, aliases FROM place
		WHERE parent_id = $1 AND valid_to IS NULL
		ORDER BY id`
	groupSQL       = `SELECT id, parent_id, name, key, aliases FROM place WHERE id = $1 AND parent_id IS NOT NULL`
	countPlacesSQL = `
		SELECT COALESCE(SUM(CASE WHEN parent_id IS NULL THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN parent_id IS NULL THEN 0 ELSE 1 END), 0)
		FROM place WHERE valid_to IS NULL`
)

// ImportPlaces adds the places that are not there yet, all of them or none,
// and returns how many it added. Places with the same folded name are the
// same place: people type without tones and could not tell them apart.
// Aliases that are new are added to those a place has.
func (s *Store) ImportPlaces(ctx context.Context, rows []ward.PlaceRow) (added int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		added = 0
		for _, r := range rows {
			wardAliases := r.Aliases
			if r.Group != "" {
				wardAliases = nil
			}
			wardID, n, err := importPlace(ctx, tx, 0, r.Ward, wardAliases)
			if err != nil {
				return err
			}
			added += n
			if r.Group == "" {
				continue
			}
			if _, n, err = importPlace(ctx, tx, wardID, r.Group, r.Aliases); err != nil {
				return err
			}
			added += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("import places: %w", err)
	}
	return added, nil
}

// importPlace finds or adds a place; parent 0 means a ward.
func importPlace(ctx context.Context, tx *sql.Tx, parent int64, name string, aliases []string) (id int64, added int, err error) {
	name = ward.CleanLine(name)
	key := ward.Fold(name)
	find, args := findGroupSQL, []any{parent, key}
	if parent == 0 {
		find, args = findWardSQL, []any{key}
	}
	var have []string
	switch err := tx.QueryRowContext(ctx, find, args...).Scan(&id, inJSON(&have)); {
	case errors.Is(err, sql.ErrNoRows):
		all := newAliases(nil, aliases)
		err := tx.QueryRowContext(ctx, addPlaceSQL, orNull(parent), name, key, inJSON(&all)).Scan(&id)
		return id, 1, err
	case err != nil:
		return 0, 0, err
	}
	if all := newAliases(have, aliases); len(all) > len(have) {
		_, err = tx.ExecContext(ctx, setAliasesSQL, inJSON(&all), id)
	}
	return id, 0, err
}

// newAliases is have and those of more that it lacks.
func newAliases(have, more []string) []string {
	all := append([]string{}, have...)
	known := map[string]bool{"": true}
	for _, a := range have {
		known[ward.Fold(a)] = true
	}
	for _, a := range more {
		if key := ward.Fold(a); !known[key] {
			known[key] = true
			all = append(all, ward.CleanLine(a))
		}
	}
	return all
}

// Wards returns the wards of today in the order of their import.
func (s *Store) Wards(ctx context.Context) ([]ward.Ward, error) {
	all, err := collect(ctx, s.readers, scanWard, wardsSQL)
	if err != nil {
		return nil, fmt.Errorf("list wards: %w", err)
	}
	return all, nil
}

// Groups returns the residential groups of a ward in the order of their import.
func (s *Store) Groups(ctx context.Context, wardID int64) ([]ward.Group, error) {
	all, err := collect(ctx, s.readers, scanGroup, groupsSQL, wardID)
	if err != nil {
		return nil, fmt.Errorf("list groups of ward %d: %w", wardID, err)
	}
	return all, nil
}

// Ward returns one ward, also one that is no more, or ward.ErrNotFound.
func (s *Store) Ward(ctx context.Context, id int64) (ward.Ward, error) {
	w, err := scanWard(s.readers.QueryRowContext(ctx, wardSQL, id))
	if err != nil {
		return ward.Ward{}, fmt.Errorf("ward %d: %w", id, missing(err))
	}
	return w, nil
}

// Group returns one residential group, also one that is no more, or
// ward.ErrNotFound.
func (s *Store) Group(ctx context.Context, id int64) (ward.Group, error) {
	g, err := scanGroup(s.readers.QueryRowContext(ctx, groupSQL, id))
	if err != nil {
		return ward.Group{}, fmt.Errorf("group %d: %w", id, missing(err))
	}
	return g, nil
}

// CountPlaces counts the places of today.
func (s *Store) CountPlaces(ctx context.Context) (wards, groups int, err error) {
	if err := s.readers.QueryRowContext(ctx, countPlacesSQL).Scan(&wards, &groups); err != nil {
		return 0, 0, fmt.Errorf("count places: %w", err)
	}
	return wards, groups, nil
}

func scanWard(r row) (w ward.Ward, err error) {
	err = r.Scan(&w.ID, &w.Name, &w.Key, inJSON(&w.Aliases))
	return w, err
}

func scanGroup(r row) (g ward.Group, err error) {
	err = r.Scan(&g.ID, &g.WardID, &g.Name, &g.Key, inJSON(&g.Aliases))
	return g, err
}

// missing turns the driver's word for "no such row" into ours.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ward.ErrNotFound
	}
	return err
}
