package ward

import (
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

// ReadHours reads hours as people type them: 7:30 - 19h, từ 7h đến 19h30.
func ReadHours(text string) (h Hours, ok bool) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == '-' || r == '–' || r == ',' })
	var found []Clock
	for _, w := range words {
		switch Fold(w) {
		case "tu", "den", "from", "to":
			continue
		}
		c, ok := readHour(w)
		if !ok {
			return Hours{}, false
		}
		found = append(found, c)
	}
	if len(found) != 2 || found[0] >= found[1] {
		return Hours{}, false
	}
	h = Hours{found[0], found[1]}
	return h, h.Valid()
}

// readHour reads 7, 7h, 7h30, 7:30, 7g30.
func readHour(w string) (Clock, bool) {
	w = strings.NewReplacer("h", ":", "g", ":").Replace(w)
	if strings.HasSuffix(w, ":") || !strings.Contains(w, ":") {
		w = strings.TrimSuffix(w, ":") + ":00"
	}
	return ParseClock(w)
}
