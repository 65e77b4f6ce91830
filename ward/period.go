package ward

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// ErrPeriod says that a text names no period.
var ErrPeriod = errors.New("no period")

var weekShape = regexp.MustCompile(`^(\d{4})-W(\d{2})$`)

// ParsePeriod reads an ISO week (2023-W28), a month (2023-07), a year (2023)
// or a day (2023-07-12). It returns ErrPeriod for anything else, and for weeks
// that a year does not have.
func ParsePeriod(s string) (Period, error) {
	if m := weekShape.FindStringSubmatch(s); m != nil {
		year, _ := strconv.Atoi(m[1])
		week, _ := strconv.Atoi(m[2])
		// 4 January lies in the first week of its year, by definition.
		p := WeekWith(Day(year*10000 + 104).Add(7 * (week - 1)))
		if y, w := p.Week(); y == year && w == week {
			return p, nil
		}
	}
	if at, err := time.Parse("2006-01", s); err == nil {
		return MonthOf(DayOf(at, time.UTC)), nil
	}
	if at, err := time.Parse("2006", s); err == nil && at.Year() > 0 {
		return YearOf(DayOf(at, time.UTC)), nil
	}
	if at, err := time.Parse(time.DateOnly, s); err == nil {
		return Today(at, time.UTC), nil
	}
	return Period{}, fmt.Errorf("%q: %w", s, ErrPeriod)
}
