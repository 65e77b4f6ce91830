package ward

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	// 15/12, 15-12 or 15/12/2023
	dateShape = regexp.MustCompile(`\b(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?\b`)
	// 19:30, 19h30, 19h, 7 gio 30, 7g30, 7 pm, 7:30pm
	timeShape = regexp.MustCompile(`\b(\d{1,2})(?:(?::(\d{2})| ?(?:gio|g|h) ?(\d{2})?)(?: ?(am|pm)\b)?| ?(am|pm)\b)`)
	// thu 2, thu hai, t2, cn, mon, monday
	weekdayShape = regexp.MustCompile(`\b(?:(?:thu ?|t)([2-7]|hai|ba|tu|nam|sau|bay)|(cn|chu nhat)|(sun|mon|tue|wed|thu|fri|sat)[a-z]*)\b`)
)

// weekdays are what people call them; "thu" alone is Thursday.
var weekdays = map[string]time.Weekday{
	"cn": time.Sunday, "chu nhat": time.Sunday, "2": time.Monday, "hai": time.Monday, "3": time.Tuesday, "ba": time.Tuesday,
	"4": time.Wednesday, "tu": time.Wednesday, "5": time.Thursday, "nam": time.Thursday, "6": time.Friday, "sau": time.Friday,
	"7": time.Saturday, "bay": time.Saturday, "sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

// inDays are words for a day, counted from today.
var inDays = map[string]int{
	"nay": 0, "today": 0, "tonight": 0, "mai": 1, "tomorrow": 1, "kia": 2, "mot": 2,
}

// afternoons are words that make seven o'clock 19:00.
var afternoons = map[string]bool{"chieu": true, "toi": true, "pm": true, "tonight": true, "afternoon": true, "evening": true}

// fillers say nothing about the time.
var fillers = map[string]bool{
	"luc": true, "vao": true, "ngay": true, "hom": true, "sang": true, "trua": true, "at": true, "on": true, "am": true,
	"morning": true, "noon": true, "va": true, "and": true, "the": true, "next": true, "toi": true, "chieu": true, "pm": true,
	"afternoon": true, "evening": true,
}

// ParseWhen reads a moment as people type it, with or without tones: "7:30
// mai", "19h30 15/12", "7 giờ tối thứ 6", "19:30", "7pm tomorrow". Without a
// day it is the next time the clock shows that; a date without its year is the
// next one of that name. It may be over if the day was named.
func ParseWhen(text string, now time.Time, zone *time.Location) (at time.Time, ok bool) {
	rest := foldLine(text)
	today := DayOf(now, zone)
	day, named := today, false
	if m := dateShape.FindStringSubmatch(rest); m != nil {
		if day, ok = dateOf(m, today); !ok {
			return time.Time{}, false
		}
		named = true
		rest = strings.Replace(rest, m[0], " ", 1)
	}
	m := timeShape.FindStringSubmatch(rest)
	if m == nil {
		return time.Time{}, false
	}
	clock, ok := clockOf(m[1], m[2]+m[3])
	if !ok {
		return time.Time{}, false
	}
	rest = strings.Replace(rest, m[0], " ", 1)
	var weekday *time.Weekday
	if w := weekdayShape.FindStringSubmatch(rest); w != nil {
		is := weekdays[w[1]+w[2]+w[3]]
		weekday = &is
		rest = strings.Replace(rest, w[0], " ", 1)
	}
	words := append(strings.Fields(rest), strings.Fields(m[4]+m[5])...)
	for _, word := range words {
		days, isDay := inDays[word]
		if isDay {
			day, named = today.Add(days), true
		}
		if !isDay && !fillers[word] {
			return time.Time{}, false
		}
		clock = halfDay(clock, word)
	}
	at = clock.On(day, zone)
	switch {
	case weekday != nil && !named:
		for at.In(zone).Weekday() != *weekday || !at.After(now) {
			day = day.Add(1)
			at = clock.On(day, zone)
		}
	case !named && !at.After(now):
		at = clock.On(day.Add(1), zone)
	}
	return at, true
}

// ReadClock reads a time of day as people type it: "7:30", "19h30", "7 giờ tối".
func ReadClock(text string) (c Clock, ok bool) {
	rest := foldLine(text)
	m := timeShape.FindStringSubmatch(rest)
	if m == nil {
		return 0, false
	}
	if c, ok = clockOf(m[1], m[2]+m[3]); !ok {
		return 0, false
	}
	for _, word := range append(strings.Fields(strings.Replace(rest, m[0], " ", 1)), strings.Fields(m[4]+m[5])...) {
		if !fillers[word] {
			return 0, false
		}
		c = halfDay(c, word)
	}
	return c, true
}

// halfDay corrects a time on a dial of twelve hours by the word for its half
// of the day.
func halfDay(c Clock, word string) Clock {
	const noon = 12 * 60
	switch {
	case afternoons[word] && c < noon, word == "trua" && c < 3*60:
		return c + noon
	case word == "am" && c >= noon && c < noon+60:
		return c - noon
	}
	return c
}

// ParseDates reads days as people type them: "15/12, 22/12 và 5/1". They come
// back sorted, each once.
func ParseDates(text string, now time.Time, zone *time.Location) (days []Day, ok bool) {
	rest := foldLine(text)
	for _, m := range dateShape.FindAllStringSubmatch(rest, -1) {
		day, ok := dateOf(m, DayOf(now, zone))
		if !ok {
			return nil, false
		}
		days = append(days, day)
	}
	for _, word := range strings.Fields(dateShape.ReplaceAllString(rest, " ")) {
		if !fillers[word] {
			return nil, false
		}
	}
	slices.Sort(days)
	return slices.Compact(days), len(days) > 0
}

// dateOf makes a day of the parts of a date.
func dateOf(m []string, today Day) (Day, bool) {
	d, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	year := int(today) / 10000
	if m[3] != "" {
		year, _ = strconv.Atoi(m[3])
	}
	at := time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	if m[3] == "" && DayOf(at, time.UTC) < today {
		at = time.Date(year+1, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	}
	return DayOf(at, time.UTC), at.Day() == d && int(at.Month()) == month && year < 10000
}

// foldLine folds a text like Fold, but keeps what parts times and dates.
func foldLine(s string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(CleanLine(s)) {
		word = strings.Trim(word, ",.;:-/")
		if strings.ContainsAny(word, "0123456789") && strings.ContainsAny(word, ":/-,") {
			b.WriteString(strings.ToLower(strings.ReplaceAll(word, ",", " ")))
		} else {
			b.WriteString(Fold(word))
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}
