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

// Valid says whether there is such a day.
func (d Day) Valid() bool { return d >= 10101 && d <= 99991231 && DayOf(d.In(time.UTC), time.UTC) == d }

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
	return WeekWith(DayOf(now, zone))
}

// WeekWith is the ISO week in which a day lies.
func WeekWith(d Day) Period {
	monday := d.Add(-(int(d.In(time.UTC).Weekday()) + 6) % 7)
	return Period{monday, monday.Add(6)}
}

// MonthOf is the calendar month in which a day lies.
func MonthOf(d Day) Period {
	first := d - d%100 + 1
	return Period{first, DayOf(first.In(time.UTC).AddDate(0, 1, -1), time.UTC)}
}

// YearOf is the calendar year in which a day lies.
func YearOf(d Day) Period {
	year := d / 10000 * 10000
	return Period{year + 101, year + 1231}
}

// StretchWith is the part of an ISO week that lies in one month. Weeks, months
// and years are made of whole stretches.
func StretchWith(d Day) Period {
	week, month := WeekWith(d), MonthOf(d)
	return Period{max(week.From, month.From), min(week.To, month.To)}
}

// Whole says whether the period is made of whole stretches.
func (p Period) Whole() bool {
	return p.From <= p.To && StretchWith(p.From).From == p.From && StretchWith(p.To).To == p.To
}

// Has says whether a day lies in the period.
func (p Period) Has(d Day) bool { return p.From <= d && d <= p.To }

// Meets says whether two periods have a day in common.
func (p Period) Meets(q Period) bool { return p.From <= q.To && q.From <= p.To }

// Weekly says whether the period is one ISO week.
func (p Period) Weekly() bool { return p.From.In(time.UTC).Weekday() == time.Monday && p.Days() == 7 }

// Monthly says whether the period is one calendar month.
func (p Period) Monthly() bool { return p == MonthOf(p.From) }

// Yearly says whether the period is one calendar year.
func (p Period) Yearly() bool { return p == YearOf(p.From) }

// Days is how many days the period has.
func (p Period) Days() int { return int(p.To.In(time.UTC).Sub(p.From.In(time.UTC)).Hours()/24) + 1 }

// Before is what the period is compared with: the month before a month, the
// year before a year, else as many days just before it.
func (p Period) Before() Period {
	switch last := p.From.Add(-1); {
	case p.Monthly():
		return MonthOf(last)
	case p.Yearly():
		return YearOf(last)
	default:
		return Period{p.From.Add(-p.Days()), last}
	}
}

// Week returns the ISO year and week number of the period's first day.
func (p Period) Week() (year, week int) { return p.From.In(time.UTC).ISOWeek() }

// String is for logs: 2023-07-10..2023-07-16.
func (p Period) String() string {
	return fmt.Sprintf("%s..%s", p.From.In(time.UTC).Format(time.DateOnly), p.To.In(time.UTC).Format(time.DateOnly))
}
