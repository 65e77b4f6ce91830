package storage

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"wardbot/ward"
)

const (
	// The places that there were at some time of a period, and who lives there now.
	mapWardsSQL = `
		SELECT id, name, target, valid_from, COALESCE(valid_to, 99991231) FROM place
		WHERE parent_id IS NULL AND (valid_to IS NULL OR valid_to >= $1) AND valid_from <= $2 ORDER BY id`
	mapGroupsSQL = `
		SELECT id, name, target, valid_from, COALESCE(valid_to, 99991231) FROM place
		WHERE parent_id IS NOT NULL AND (valid_to IS NULL OR valid_to >= $1) AND valid_from <= $2 AND parent_id = $3 ORDER BY id`
	headsOfWardsSQL  = `SELECT ward_id, COUNT(*) FROM person WHERE state IN (0, 2) GROUP BY ward_id`
	headsOfGroupsSQL = `SELECT COALESCE(group_id, 0), COUNT(*) FROM person WHERE state IN (0, 2) AND ward_id = $1 GROUP BY group_id`
	groupsOfWardsSQL = `
		SELECT parent_id, valid_from, COALESCE(valid_to, 99991231), COUNT(*) FROM place
		WHERE parent_id IS NOT NULL AND (valid_to IS NULL OR valid_to >= $1) AND valid_from <= $2
		GROUP BY parent_id, valid_from, valid_to`
	// Of a place that nobody lives in any more, because it has gone into
	// another, it counts how many were asked at once.
	pastWardsSQL = `
		SELECT ward_id, MAX(sent) FROM tally WHERE day BETWEEN $1 AND $2 AND group_id = 0
			AND ward_id IN (SELECT id FROM place WHERE valid_to IS NOT NULL) GROUP BY ward_id`
	pastGroupsSQL = `
		SELECT group_id, MAX(sent) FROM tally WHERE day BETWEEN $1 AND $2 AND ward_id = $3 AND group_id <> 0
			AND group_id IN (SELECT id FROM place WHERE valid_to IS NOT NULL) GROUP BY group_id`
)

// districtMap is the places of a view: the wards, or the groups of a ward.
type districtMap struct {
	wardID int64
	places []mapped
	loose  int // people of the ward without a group
}

// mapped is a place while it is one.
type mapped struct {
	ward.PlaceTally
	valid  ward.Period
	groups []groupCount
}

// groupCount is how many groups a ward had in a time.
type groupCount struct {
	valid ward.Period
	n     int
}

// mapOf finds the places that there were in a period.
func (s *Store) mapOf(ctx context.Context, p ward.Period, wardID int64) (districtMap, error) {
	m := districtMap{wardID: wardID}
	query, now, past := mapWardsSQL, headsOfWardsSQL, pastWardsSQL
	var of []any
	if wardID != 0 {
		query, now, past, of = mapGroupsSQL, headsOfGroupsSQL, pastGroupsSQL, []any{wardID}
	}
	more := append([]any{p.From, p.To}, of...)
	groups := map[int64][]groupCount{}
	var heads map[int64]int
	all, inAll := errgroup.WithContext(ctx)
	all.Go(func() (err error) {
		m.places, err = collect(inAll, s.readers, scanMapped, query, more...)
		return err
	})
	all.Go(func() (err error) {
		heads, err = numbers(inAll, s.readers, now, of...)
		return err
	})
	if wardID == 0 {
		all.Go(func() error {
			_, err := collect(inAll, s.readers, func(r row) (struct{}, error) {
				var id int64
				var g groupCount
				err := r.Scan(&id, num(&g.valid.From), num(&g.valid.To), num(&g.n))
				groups[id] = append(groups[id], g)
				return struct{}{}, err
			}, groupsOfWardsSQL, p.From, p.To)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return m, err
	}
	m.loose = heads[0]
	for i, place := range m.places {
		m.places[i].People = heads[place.PlaceID]
	}
	ended := func(place mapped) bool { return place.People == 0 && place.valid.To < farDay }
	if slices.ContainsFunc(m.places, ended) {
		asked, err := numbers(ctx, s.readers, past, more...)
		if err != nil {
			return m, err
		}
		for i, place := range m.places {
			if ended(place) {
				m.places[i].People = asked[place.PlaceID]
			}
		}
	}
	for i, place := range m.places {
		m.places[i].groups = groups[place.PlaceID]
		if wardID != 0 {
			m.places[i].groups = []groupCount{{valid: place.valid, n: 1}}
		}
	}
	return m, nil
}

// in are the places of a period, with how many groups they had.
func (m districtMap) in(p ward.Period) (places []ward.PlaceTally) {
	for _, place := range m.places {
		if !place.valid.Meets(p) {
			continue
		}
		for _, g := range place.groups {
			if g.valid.Meets(p) {
				place.Groups += g.n
			}
		}
		places = append(places, place.PlaceTally)
	}
	return places
}

// farDay is the last day of what has no end.
const farDay = ward.Day(99991231)

func scanMapped(r row) (m mapped, err error) {
	err = r.Scan(&m.PlaceID, &m.Name, &m.Target, num(&m.valid.From), num(&m.valid.To))
	return m, err
}

// numbers reads pairs of an id and a number.
func numbers(ctx context.Context, q querier, query string, args ...any) (map[int64]int, error) {
	all := map[int64]int{}
	_, err := collect(ctx, q, func(r row) (struct{}, error) {
		var id int64
		var n int
		err := r.Scan(&id, num(&n))
		all[id] = n
		return struct{}{}, err
	}, query, args...)
	return all, err
}
