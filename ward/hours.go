package ward

import (
	"strconv"
	"strings"
	"time"
)

// Hours are when a person wants to be written to unasked. What is sent at
// another time waits until they begin, and so does nothing that answers the
// person. The zero Hours are the whole day.
type Hours struct{ From, To Clock }

// Set says whether the person has chosen any.
func (h Hours) Set() bool { return h.From < h.To }

// String is for files: 07:30-19:00, or nothing.
func (h Hours) String() string {
	if !h.Set() {
		return ""
	}
	return h.From.String() + "-" + h.To.String()
}

// Valid says whether there are such hours on one day.
func (h Hours) Valid() bool { return h == Hours{} || h.From >= 0 && h.From < h.To && h.To < 24*60 }

// Opens is the first moment from at on at which the person wants messages.
func (h Hours) Opens(at time.Time, zone *time.Location) time.Time {
	now, day := ClockOf(at, zone), DayOf(at, zone)
	switch {
	case !h.Set() || now >= h.From && now < h.To:
		return at
	case now < h.From:
		return h.From.On(day, zone)
	}
	return h.From.On(day.Add(1), zone)
}

// spans are the words between two hours; "tới", until, reads like "tối", in
// the evening, without its tones, so it is looked for last.
var spans = []string{" den ", " to ", " toi "}

// ReadHours reads hours as people type them: 7:30 - 19h, từ 7h đến 19h30, 7 giờ
// sáng đến 7 giờ tối.
func ReadHours(text string) (h Hours, ok bool) {
	rest := foldLine(strings.NewReplacer("-", " den ", "–", " den ").Replace(text))
	for _, word := range []string{"tu ", "from "} {
		rest = strings.TrimPrefix(rest, word)
	}
	for _, span := range spans {
		first, last, found := strings.Cut(rest, span)
		if !found {
			continue
		}
		from, begins := readHour(first)
		to, ends := readHour(last)
		h = Hours{from, to}
		if !begins || !ends || from >= to || !h.Valid() {
			return Hours{}, false
		}
		return h, true
	}
	return Hours{}, false
}

// readHour is ReadClock, for which 7 alone is an hour as well.
func readHour(text string) (Clock, bool) {
	if _, err := strconv.Atoi(text); err == nil {
		text += "h"
	}
	return ReadClock(text)
}
