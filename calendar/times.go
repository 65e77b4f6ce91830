package calendar

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"wardbot/spreadsheet"
	"wardbot/ward"
)

var (
	// 15/12, 15-12-2023, 15.12.2023, as they are written here
	dayShape = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?$`)
	// 2023-12-15, as programs write it, perhaps with midnight behind it
	isoShape = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?$`)
	// the seconds that programs write behind a time
	seconds = regexp.MustCompile(`^(\d{1,2}:\d{2}):00$`)
)

// dayIn reads a date. One without a year is the nearest of that name, so that
// yesterday is yesterday, and not in a year.
func dayIn(cell string, now time.Time, zone *time.Location) (ward.Day, bool) {
	if at, hasDay, ok := spreadsheet.Moment(cell); ok && hasDay {
		return ward.DayOf(at, time.UTC), true
	}
	if m := isoShape.FindStringSubmatch(cell); m != nil {
		return date(m[1], m[2], m[3])
	}
	m := dayShape.FindStringSubmatch(cell)
	if m == nil {
		return 0, false
	}
	if m[3] != "" {
		return date(m[3], m[2], m[1])
	}
	var nearest ward.Day
	var distance time.Duration
	for year := now.In(zone).Year() - 1; year <= now.In(zone).Year()+1; year++ {
		d, ok := date(strconv.Itoa(year), m[2], m[1])
		if away := d.In(zone).Sub(now).Abs(); ok && (nearest == 0 || away < distance) {
			nearest, distance = d, away
		}
	}
	return nearest, nearest != 0
}

// date makes a day of digits, if there is such a day.
func date(year, month, day string) (ward.Day, bool) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return ward.DayOf(at, time.UTC), at.Year() == y && int(at.Month()) == m && at.Day() == d && y >= 2000
}

// clockIn reads a time of day.
func clockIn(cell string) (ward.Clock, bool) {
	if at, hasDay, ok := spreadsheet.Moment(cell); ok {
		return ward.ClockOf(at, time.UTC), !hasDay
	}
	return ward.ReadClock(seconds.ReplaceAllString(cell, "$1"))
}

// evening is when a deadline ends of which only the day is said.
const evening = ward.Clock(20 * 60)

// deadline reads until when a bulletin asks for something: a time of the same
// day, a day, or both. Nothing is the usual one.
func (rules Rules) deadline(cell string, is ward.Kind, sent time.Time) (end time.Time, ok bool) {
	switch on, hasDay := dayIn(cell, sent, rules.Zone); {
	case cell == "":
		return ward.UsualDeadline(is, sent, rules.Zone), true
	case hasDay:
		at := evening
		if m, _, both := spreadsheet.Moment(cell); both && ward.ClockOf(m, time.UTC) != 0 {
			at = ward.ClockOf(m, time.UTC)
		}
		end = at.On(on, rules.Zone)
	default:
		at, sameDay := clockIn(cell)
		if end = at.On(ward.DayOf(sent, rules.Zone), rules.Zone); !sameDay {
			if end, ok = ward.ParseWhen(strings.ReplaceAll(cell, ".", "/"), sent, rules.Zone); !ok {
				return end, false
			}
		}
	}
	return end, end.After(sent) && !end.After(sent.Add(ward.MaxDeadline))
}
