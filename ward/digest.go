package ward

import (
	"errors"
	"strings"
	"time"
)

// Digest is a summary that is sent by itself when its time has come.
type Digest int

// The digests. Their numbers are stored.
const (
	DigestWeek  Digest = iota + 1 // to everybody, at DigestTime
	DigestMonth                   // to coordinators, on the first of the month
	DigestYear                    // to coordinators, on the first of January
	digests
)

// Valid says whether there is such a digest.
func (d Digest) Valid() bool { return d >= DigestWeek && d < digests }

// DigestWorth is how long after its time a digest is still worth reading: what
// could not be sent by then never is.
const DigestWorth = 24 * time.Hour

// summaryAt is the time of day of the monthly and yearly digests.
const summaryAt Clock = 8 * 60

// DigestTime is when the week is looked back on. The zero DigestTime is never.
type DigestTime struct {
	Weekday time.Weekday
	At      Clock
	On      bool
}

// ParseDigestTime reads DIGEST_AT: "sun 20:00", or "off".
func ParseDigestTime(s string) (DigestTime, error) {
	if s == "off" {
		return DigestTime{}, nil
	}
	day, clock, _ := strings.Cut(s, " ")
	at, ok := ParseClock(strings.TrimSpace(clock))
	for d := time.Sunday; d <= time.Saturday; d++ {
		if ok && strings.EqualFold(day, d.String()[:3]) {
			return DigestTime{Weekday: d, At: at, On: true}, nil
		}
	}
	return DigestTime{}, errors.New("a digest has a day of the week and a time, as in sun 20:00")
}

// String is as it is set: "sun 20:00".
func (t DigestTime) String() string {
	if !t.On {
		return "off"
	}
	return strings.ToLower(t.Weekday.String()[:3]) + " " + t.At.String()
}

// Next is the first time of a digest after a moment.
func (t DigestTime) Next(d Digest, after time.Time, zone *time.Location) time.Time {
	at := summaryAt
	if d == DigestWeek {
		at = t.At
	}
	for day := DayOf(after, zone); ; day = day.Add(1) {
		if due := at.On(day, zone); t.falls(d, day) && due.After(after) {
			return due
		}
	}
}

// falls says whether a day is one of a digest's.
func (t DigestTime) falls(d Digest, day Day) bool {
	switch d {
	case DigestMonth:
		return day%100 == 1
	case DigestYear:
		return day%10000 == 101
	}
	return day.In(time.UTC).Weekday() == t.Weekday
}

// Of is the period that a digest due at a moment is about: on Sundays the week
// that ends, on other days the one that has ended.
func (d Digest) Of(due time.Time, zone *time.Location) Period {
	day := DayOf(due, zone)
	switch d {
	case DigestMonth:
		return MonthOf(day.Add(-1))
	case DigestYear:
		return YearOf(day.Add(-1))
	}
	week := WeekWith(day)
	if week.To != day {
		week = week.Before()
	}
	return week
}

// OwnLetter is what one person gets, and nobody else: a part of a bulletin of
// which every reader has a letter of their own.
type OwnLetter struct {
	PersonID int64
	Letter
}

// Mailing is a bulletin and the letters of its readers. Those without one do
// not get it.
type Mailing struct {
	Bulletin Bulletin
	Letters  func(bulletinID int64) []OwnLetter // their buttons name the bulletin
	Files    []File                             // that the letters hold, kept until all have them
	Logged   []Audit                            // whose names went to whom with it
}

// Share is what one person was asked in a period and did: only they see it.
type Share struct {
	Asked int
	Summary
}
