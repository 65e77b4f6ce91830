package ward

// View is the numbers of one place over one period and what stands beside
// them. Text, picture, sheet, page and file are all made of this one value, so
// they cannot disagree.
type View struct {
	Ward    Ward // whose groups Places are; the zero Ward is the whole district, by ward
	Period  Period
	Places  []PlaceTally // wards, or the groups of Ward
	Loose   int          // people of Ward without a group, now
	Hidden  int          // places that Without left out
	Total   Tally        // of Ward as a whole, people without a group included, or the sum of the wards
	Before  Tally        // Total of the period of the same length before this one
	Days    []Column     // each day of the period, if it has at most 31
	Weeks   []Column     // twelve ISO weeks, the last one being that in which the period ends
	Months  []Column     // each month that a period longer than that touches
	Tasks   int          // that asked anybody there
	Figures []Figure     // what the tasks counted besides households; of Ward, if there is one
}

// Rest is what is in the total of a ward and in no line: what was left out of
// the view, and people without a group.
func (v View) Rest() Tally { return v.Total.less(Sum(v.Places)) }

// People is how many live there now: in the wards, or in the groups of Ward and
// without one.
func (v View) People() int {
	n := v.Loose
	for _, p := range v.Places {
		n += p.People
	}
	return n
}

// Silent are the places where people were asked and nobody has answered,
// neither done nor not today.
func (v View) Silent() (places []PlaceTally) {
	for _, p := range v.Places {
		if p.Asked > 0 && p.Done+p.NotToday == 0 {
			places = append(places, p)
		}
	}
	return places
}

// Column is the numbers of the same places over a shorter period.
type Column struct {
	Period Period
	Places []PlaceTally
	Total  Tally
}
