package ward

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Clock is a time of day on the wall, in minutes since midnight.
type Clock int

var clockShape = regexp.MustCompile(`^(\d{1,2}):(\d{2})$`)

// ParseClock reads "06:30".
func ParseClock(s string) (c Clock, ok bool) {
	m := clockShape.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	return clockOf(m[1], m[2])
}

// clockOf makes a time of day of digits; no minutes are the full hour.
func clockOf(hours, minutes string) (c Clock, ok bool) {
	h, err := strconv.Atoi(hours)
	if err != nil || h > 23 {
		return 0, false
	}
	m := 0
	if minutes != "" {
		m, err = strconv.Atoi(minutes)
	}
	return Clock(60*h + m), err == nil && m < 60
}

// ClockOf is what the wall clock of a zone shows at t.
func ClockOf(t time.Time, zone *time.Location) Clock {
	h, m, _ := t.In(zone).Clock()
	return Clock(60*h + m)
}

// On is the moment at which the wall clock of a zone shows c on a day. A time
// that is left out when the clocks go forward is as much later, one that comes
// twice is the first of both; time.Date promises neither.
func (c Clock) On(d Day, zone *time.Location) time.Time {
	y, m, day := d.In(time.UTC).Date()
	at := time.Date(y, m, day, 0, int(c), 0, 0, zone)
	if missing := asUTC(d, c).Sub(asUTC(DayOf(at, zone), ClockOf(at, zone))); missing > 0 {
		return at.Add(missing)
	}
	start, _ := at.ZoneBounds()
	_, before := start.Add(-1).Zone()
	_, after := at.Zone()
	if first := at.Add(time.Duration(after-before) * time.Second); !start.IsZero() && first.Before(start) {
		return first
	}
	return at
}

// asUTC is what a wall shows as if it hung in UTC, for telling times of the
// wall from each other.
func asUTC(d Day, c Clock) time.Time { return d.In(time.UTC).Add(time.Duration(c) * time.Minute) }

// String is for settings and logs: 06:30.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }
