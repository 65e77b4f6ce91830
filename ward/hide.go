package ward

import (
	"errors"
	"slices"
)

// MinShown is how many people a place must have for its numbers to be shown to
// those who do not look after it: fewer are as good as names.
const MinShown = 5

// ErrFew says that a ward has too few people for its numbers to be shown to
// those who do not look after it.
var ErrFew = errors.New("too few people for numbers")

// Few are the places of a view that must be left out for those who do not look
// after them; open says which are theirs all the same. A place that is too
// small once, in any part of the view, is left out of all of it. The total of a
// ward is known from the district, so that what is left out could be found by
// subtraction: wherever too few people would be left by it, one more group is
// left out. The people without a group, who are in no line, count as one too.
func (v View) Few(open func(placeID int64) bool) map[int64]bool {
	people := v.least()
	few := map[int64]bool{}
	for id, n := range people {
		if n < MinShown && !open(id) {
			few[id] = true
		}
	}
	if v.Ward.ID == 0 {
		return few
	}
	for _, part := range v.parts() {
		if id := part.telling(few, people, v.Loose); id != 0 {
			few[id] = true
		}
	}
	return few
}

// least is how many people each place has where it has the fewest.
func (v View) least() map[int64]int {
	people := map[int64]int{}
	for _, part := range v.parts() {
		for _, p := range part.Places {
			if n, known := people[p.PlaceID]; !known || p.People < n {
				people[p.PlaceID] = p.People
			}
		}
	}
	return people
}

// parts are the view itself and its columns.
func (v View) parts() []Column {
	return slices.Concat([]Column{{Period: v.Period, Places: v.Places, Total: v.Total}}, v.Days, v.Weeks, v.Months)
}

// telling is the smallest group that has to be left out too, because without
// it the others that are, and those without a group, are too few people; 0 if
// they are enough, if nothing is left of them, or if there is no such group.
// A group with as many people as a place that is shown makes them enough.
func (c Column) telling(few map[int64]bool, people map[int64]int, loose int) int64 {
	rest, missing, next := c.loose(), 0, int64(0)
	if rest.Told() {
		missing = loose
	}
	told := rest.Told()
	for _, p := range c.Places {
		switch {
		case !p.Told():
		case few[p.PlaceID]:
			missing, told = missing+people[p.PlaceID], true
		case next == 0, people[p.PlaceID] < people[next], people[p.PlaceID] == people[next] && p.PlaceID < next:
			next = p.PlaceID
		}
	}
	if !told || missing >= MinShown {
		return 0
	}
	return next
}

// loose is what is in the total and in none of the places.
func (c Column) loose() Tally { return c.Total.less(Sum(c.Places)) }

// Without is the view without some places. The totals of the district are of
// what is left, before too, which is of the wards of the period before; those
// of a ward stay, because they are the same as in the district; what is left
// out of them is its Rest.
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
	v.Hidden = len(few)
	v.Places, v.Days, v.Weeks, v.Months = left(v.Places), columns(v.Days), columns(v.Weeks), columns(v.Months)
	if v.Ward.ID == 0 {
		v.Total, v.Before = Sum(v.Places), Sum(left(before))
		v.Figures = slices.DeleteFunc(slices.Clone(v.Figures), func(f Figure) bool { return few[f.WardID] })
	}
	return v
}
