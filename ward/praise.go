package ward

// PraiseKind is something good that the numbers of a week show of places,
// never of people.
type PraiseKind int

// What there is to praise, in the order in which it is looked for.
const (
	PraiseBack    PraiseKind = iota + 1 // places that answer again after a silent week
	PraiseAll                           // places that did everything they were asked
	PraiseBetter                        // places that did a good deal more than the week before
	PraiseCovered                       // every group has somebody who did something
	PraiseRise                          // the whole did more than the week before
	PraiseHomes                         // households that were reached
	PraiseReports                       // reports that were written
)

const (
	// praises is how many things are praised at most.
	praises = 3
	// better is by how many points a place must have grown for that to be
	// more than chance.
	better = 10
)

// Praise is one thing to praise.
type Praise struct {
	Kind   PraiseKind
	Places []PlaceTally // whom it is about; none: the whole
}

// Praises are the first three things that a week gives reason to praise, in
// the order of their kinds. All places of a kind are named, whatever their
// numbers.
func (v View) Praises() []Praise {
	before := map[int64]Tally{}
	if n := len(v.Weeks); n > 1 {
		for _, p := range v.Weeks[n-2].Places {
			before[p.PlaceID] = p.Tally
		}
	}
	var all []Praise
	add := func(kind PraiseKind, holds func(now, before Tally) bool) {
		var places []PlaceTally
		for _, p := range v.Places {
			if p.Asked > 0 && holds(p.Tally, before[p.PlaceID]) {
				places = append(places, p)
			}
		}
		if len(places) > 0 {
			all = append(all, Praise{kind, places})
		}
	}
	add(PraiseBack, func(now, before Tally) bool { return before.Asked > 0 && before.Done == 0 && now.Done > 0 })
	add(PraiseAll, func(now, _ Tally) bool { return now.Done == now.Asked })
	add(PraiseBetter, func(now, before Tally) bool {
		return before.Done > 0 && now.Done < now.Asked && now.points()-before.points() >= better
	})
	for _, whole := range []struct {
		kind  PraiseKind
		holds bool
	}{
		{PraiseCovered, v.Total.Groups > 0 && v.Total.Covered == v.Total.Groups},
		{PraiseRise, v.Before.Asked > 0 && v.Total.points() > v.Before.points()},
		{PraiseHomes, v.Total.Households > 0},
		{PraiseReports, v.Total.Reports > 0},
	} {
		if whole.holds {
			all = append(all, Praise{Kind: whole.kind})
		}
	}
	return all[:min(len(all), praises)]
}

// points is the rate in whole percent.
func (t Tally) points() int {
	if t.Asked == 0 {
		return 0
	}
	return 100 * t.Done / t.Asked
}
