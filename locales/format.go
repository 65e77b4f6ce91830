package locales

import (
	"strconv"
	"strings"
	"time"
)

// Number writes a whole number with its thousands apart: 2.223, or 2,223.
func (t *Texts) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	mark := "."
	if t.lang == English {
		mark = ","
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(mark)
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Decimal is a number with one decimal: 8,7, or 8.7.
func (t *Texts) Decimal(n float64) string {
	s := strconv.FormatFloat(n, 'f', 1, 64)
	if t.lang == Vietnamese {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// nothing is the share of nothing in nothing.
const nothing = "–"

// Percent is a share with one decimal, for tables: 92,0%. 0 of 0 is a dash.
func (t *Texts) Percent(part, whole int) string {
	if whole == 0 {
		return nothing
	}
	s := strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + "%"
	if t.lang == Vietnamese {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// PercentWhole is a share without decimals, for sentences: 92%. It is 100%
// only if nothing is missing.
func (t *Texts) PercentWhole(part, whole int) string {
	if whole == 0 {
		return nothing
	}
	return strconv.Itoa(100*part/whole) + "%"
}

// Clock is a time of day: 19:30.
func (t *Texts) Clock(at time.Time) string { return at.Format("15:04") }

// Seconds is a time of day to the second: 07:30:12.
func (t *Texts) Seconds(at time.Time) string { return at.Format("15:04:05") }

// DayMonth is a day without its year: 12/07, or 12 Jul.
func (t *Texts) DayMonth(at time.Time) string { return at.Format(t.Plain("date.day_month")) }

// Day is a day with its weekday: Thứ Tư, 12/07.
func (t *Texts) Day(at time.Time) string {
	return t.Plain("date.day", Args{"Weekday": t.weekdays[at.Weekday()], "Date": t.DayMonth(at)})
}

// ShortWeekday is a weekday where there is little room: T4, or Wed.
func (t *Texts) ShortWeekday(at time.Time) string { return t.shortWeekdays[at.Weekday()] }

// ShortDay is a day where there is little room: T4 12/07, or Wed 12 Jul.
func (t *Texts) ShortDay(at time.Time) string {
	return t.ShortWeekday(at) + " " + t.DayMonth(at)
}

// Date is a day with its year: 12/07/2023.
func (t *Texts) Date(at time.Time) string { return at.Format(t.Plain("date.full")) }
