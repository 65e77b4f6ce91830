package ward

import (
	"cmp"
	"maps"
	"slices"
)

// MinShown is how many people a place must have for its numbers to be shown to
// those who do not look after it: fewer are as good as names.
const MinShown = 5

// Few are the places of a view that must be left out for those who do not look
// after them; open says which are theirs all the same. Of a ward, more groups
// are left out until those missing have as many people as a place that is
// shown: its total is known from the district, and what is missing could be
// found by subtraction. A place that is too small once, in any part of the
// view, is left out of all of it.
func (v View) Few(open func(placeID int64) bool) map[int64]bool {
	people, asked := map[int64]int{}, map[int64]bool{}
	for _, places := range v.all() {
		for _, p := range places {
			if n, known := people[p.PlaceID]; !known || p.People < n {
				people[p.PlaceID] = p.People
			}
			asked[p.PlaceID] = asked[p.PlaceID] || p.Asked > 0
		}
	}
	ids := slices.SortedFunc(maps.Keys(people), func(a, b int64) int {
		return cmp.Or(cmp.Compare(people[a], people[b]), cmp.Compare(a, b))
	})
	few, missing, telling := map[int64]bool{}, 0, false
	for _, id := range ids {
		small := people[id] < MinShown && !open(id)
		if small || v.Ward.ID != 0 && telling && missing < MinShown {
			few[id] = true
			missing += people[id]
			telling = telling || asked[id]
		}
	}
	return few
}

// all are the places of each part of the view.
func (v View) all() [][]PlaceTally {
	all := [][]PlaceTally{v.Places}
	for _, c := range slices.Concat(v.Days, v.Weeks, v.Months) {
		all = append(all, c.Places)
	}
	return all
}

// Without is the view without some places. The totals of the district are of
// what is left, before too, which is of the wards of the period before; those
// of a ward stay, because they are the same as in the district.
func (v View) Without(few map[int64]bool, before []PlaceTally) View {
	if len(few) == 0 {
		return v
	}
	left := func(places []PlaceTally) []PlaceTally {
		return slices.DeleteFunc(slices.Clone(places), func(p PlaceTally) bool { return few[p.PlaceID] })
	}
	columns := func(all []Column) []Column {
		all = slices.Clone(all)
		for i, c := range all {
			all[i].Places = left(c.Places)
			if v.Ward.ID == 0 {
				all[i].Total = Sum(all[i].Places)
			}
		}
		return all
	}
	v.Places, v.Days, v.Weeks, v.Months = left(v.Places), columns(v.Days), columns(v.Weeks), columns(v.Months)
	if v.Ward.ID == 0 {
		v.Total, v.Before = Sum(v.Places), Sum(left(before))
		v.Figures = slices.DeleteFunc(slices.Clone(v.Figures), func(f Figure) bool { return few[f.WardID] })
	}
	return v
}
