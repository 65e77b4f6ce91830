package ward

import (
	"errors"
	"strings"
	"time"
)

// Quiet are the hours in which nobody is written to unasked: no bulletin and
// no reminder begins or goes on. Answers to people who write or tap are not
// concerned. The zero Quiet is never quiet.
type Quiet struct {
	From, To Clock // To may be on the next day
	Zone     *time.Location
}

// ParseQuiet reads QUIET_HOURS: "21:00-06:30", or "off".
func ParseQuiet(s string, zone *time.Location) (Quiet, error) {
	if s == "off" {
		return Quiet{}, nil
	}
	from, to, _ := strings.Cut(s, "-")
	q := Quiet{Zone: zone}
	var begins, ends bool
	q.From, begins = ParseClock(strings.TrimSpace(from))
	q.To, ends = ParseClock(strings.TrimSpace(to))
	if !begins || !ends || q.From == q.To {
		return Quiet{}, errors.New("quiet hours are two different times of day, as in 21:00-06:30")
	}
	return q, nil
}

// Holds says whether it is quiet at a moment.
func (q Quiet) Holds(at time.Time) bool {
	if q.From == q.To {
		return false
	}
	c := ClockOf(at, q.Zone)
	if q.From < q.To {
		return c >= q.From && c < q.To
	}
	return c >= q.From || c < q.To
}

// Ends is the first moment from at on that is not quiet: at itself by day.
func (q Quiet) Ends(at time.Time) time.Time {
	if !q.Holds(at) {
		return at
	}
	day := DayOf(at, q.Zone)
	if end := q.To.On(day, q.Zone); end.After(at) {
		return end
	}
	return q.To.On(day.Add(1), q.Zone)
}
