package ward

import (
	"slices"
	"time"
)

// Repeat is how often something planned happens.
type Repeat int

// The ways to repeat.
const (
	Once Repeat = iota
	Daily
	Weekdays // Monday to Friday
	Weekly   // on the weekday of the first time
	OnDates
)

// Recurrence says when something planned happens. It keeps the time on the
// wall and the zone, not a moment: 07:30 stays 07:30 when the clocks change.
// A moment at which it happens is called a slot; a day has one at most.
type Recurrence struct {
	Repeat Repeat `json:"repeat"`
	From   Day    `json:"from"`            // the first day; with OnDates not used
	Dates  []Day  `json:"dates,omitempty"` // with OnDates, in any order
	At     Clock  `json:"at"`
	Zone   string `json:"zone"` // IANA name; one that is not known is UTC
}

// First is the first day of r.
func (r Recurrence) First() Day {
	if r.Repeat == OnDates && len(r.Dates) > 0 {
		return slices.Min(r.Dates)
	}
	return r.From
}

// Location is where the clock hangs.
func (r Recurrence) Location() *time.Location {
	if zone, err := time.LoadLocation(r.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// Next is the first slot after a moment; false if there is none any more.
func (r Recurrence) Next(after time.Time) (slot time.Time, ok bool) {
	zone := r.Location()
	days := r.days(DayOf(after, zone))
	for _, d := range days {
		if slot := r.At.On(d, zone); slot.After(after) {
			return slot, true
		}
	}
	return time.Time{}, false
}

// days are the next days of r from a day on: two, or all of a list of dates,
// because the slot of the very day may be over.
func (r Recurrence) days(from Day) (days []Day) {
	switch r.Repeat {
	case Once:
		return []Day{r.From}
	case OnDates:
		return slices.Sorted(slices.Values(r.Dates))
	}
	for d := max(from, r.From); len(days) < 2; d = d.Add(1) {
		if r.on(d) {
			days = append(days, d)
		}
	}
	return days
}

// on says whether r, which repeats, has a slot on a day from its first on.
func (r Recurrence) on(d Day) bool {
	weekday := d.In(time.UTC).Weekday()
	switch r.Repeat {
	case Weekdays:
		return weekday != time.Saturday && weekday != time.Sunday
	case Weekly:
		return weekday == r.From.In(time.UTC).Weekday()
	}
	return true
}

// Latest goes through the slots from one of them on and returns the last that
// is not after now, the first after it (zero: none), and how many there were
// before the last.
func (r Recurrence) Latest(first, now time.Time) (last, next time.Time, before int) {
	last = first
	for {
		var more bool
		if next, more = r.Next(last); !more {
			return last, time.Time{}, before
		}
		if next.After(now) {
			return last, next, before
		}
		last, before = next, before+1
	}
}
