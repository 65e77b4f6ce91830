package ward

import (
	"regexp"
	"strconv"
	"strings"
)

// namedPeriod is "tuan 28", "thang 7/2023", "nam 2022", "week 28 2023".
var namedPeriod = regexp.MustCompile(`^(tuan|week|thang|month|nam|year) (\d{1,4})(?:[/ -](\d{4}))?$`)

// linking are the words and signs between the two ends of a period.
var linking = map[string]bool{"tu": true, "den": true, "toi": true, "ngay": true, "from": true, "to": true, "until": true, "-": true, "–": true}

// maxPeriod is the longest period that is counted, in days: a review is of
// five years, and begins on any day.
const maxPeriod = 5*366 + 1

// ReadPeriod reads a period of the past as people type it, with or without
// tones: "1/7 - 15/7", "từ 1/7/2023 đến 15/7/2023", "12/7", "tháng 6", "tuần
// 28/2023", "năm 2022", and all that ParsePeriod reads. What has no year is
// the last one of that name that has begun. A period that has not begun by
// today, or of more than five years, is none.
func ReadPeriod(text string, today Day) (p Period, ok bool) {
	if p, err := ParsePeriod(strings.TrimSpace(text)); err == nil {
		return p, p.From <= today
	}
	line := foldLine(strings.ReplaceAll(text, "–", "-"))
	if m := namedPeriod.FindStringSubmatch(line); m != nil {
		p, ok = named(m[1], m[2], m[3], today)
	} else {
		p, ok = between(line, today)
	}
	return p, ok && p.From <= today && p.Days() <= maxPeriod
}

// named is a week, month or year by its number.
func named(unit, number, year string, today Day) (Period, bool) {
	n, _ := strconv.Atoi(number)
	y, _ := strconv.Atoi(year)
	if unit == "nam" || unit == "year" {
		return YearOf(Day(n*10000 + 101)), n > 0 && year == ""
	}
	of := func(y int) (p Period, ok bool) {
		if unit == "thang" || unit == "month" {
			return MonthOf(Day(y*10000 + n*100 + 1)), n >= 1 && n <= 12
		}
		p = WeekWith(Day(y*10000 + 104).Add(7 * (n - 1))) // 4 January lies in the first week
		in, week := p.Week()
		return p, n >= 1 && in == y && week == n
	}
	if year != "" {
		return of(y)
	}
	// Week 53 is one that not every year has.
	for y = int(today)/10000 + 1; y > int(today)/10000-7; y-- {
		if p, ok := of(y); ok && p.From <= today {
			return p, true
		}
	}
	return Period{}, false
}

// between is one day, or two and all between them.
func between(line string, today Day) (p Period, ok bool) {
	for _, word := range strings.Fields(dateShape.ReplaceAllString(line, " ")) {
		if !linking[word] {
			return p, false
		}
	}
	found := dateShape.FindAllStringSubmatch(line, -1)
	if len(found) == 0 || len(found) > 2 {
		return p, false
	}
	last := found[len(found)-1]
	if p.To, ok = pastDate(last, today); !ok {
		return p, false
	}
	if p.From, ok = pastDate(found[0], min(today, p.To)); !ok || p.From > p.To {
		return p, false
	}
	return p, true
}

// pastDate makes a day of the parts of a date, without a year the last one of
// that name until a day.
func pastDate(m []string, until Day) (Day, bool) {
	if m[3] != "" {
		return dateOf(m, until)
	}
	dated := []string{m[0], m[1], m[2], ""}
	for year := int(until) / 10000; year > int(until)/10000-8; year-- { // 29 February
		dated[3] = strconv.Itoa(year)
		if d, ok := dateOf(dated, until); ok && d <= until {
			return d, true
		}
	}
	return 0, false
}
