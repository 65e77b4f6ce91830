package ward

import (
	"fmt"
	"time"
)

// Day is a calendar day in the organisation's time zone, as yyyymmdd, so that
// days sort, compare and store as plain numbers. The zero Day is no day.
type Day int32

// DayOf returns the calendar day of t in zone.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day(y*10000 + int(m)*100 + d)
}

// In returns the moment at which the day begins in zone.
func (d Day) In(zone *time.Location) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, zone)
}

// Add returns the day n days later.
func (d Day) Add(n int) Day {
	return DayOf(d.In(time.UTC).AddDate(0, 0, n), time.UTC)
}

// Period is a run of days, both ends included.
type Period struct{ From, To Day }

// Today is the period of one day.
func Today(now time.Time, zone *time.Location) Period {
	d := DayOf(now, zone)
	return Period{d, d}
}

// WeekOf is the ISO week (Monday to Sunday) in which now lies.
func WeekOf(now time.Time, zone *time.Location) Period {
	d := DayOf(now, zone)
	monday := d.Add(-(int(d.In(time.UTC).Weekday()) + 6) % 7)
	return Period{monday, monday.Add(6)}
}

// Week returns the ISO year and week number of the period's first day.
func (p Period) Week() (year, week int) { return p.From.In(time.UTC).ISOWeek() }

// String is for logs: 2023-07-10..2023-07-16.
func (p Period) String() string {
	return fmt.Sprintf("%s..%s", p.From.In(time.UTC).Format(time.DateOnly), p.To.In(time.UTC).Format(time.DateOnly))
}
