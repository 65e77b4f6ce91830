package ward

import "testing"

func TestPeriods(t *testing.T) {
	for _, tt := range []struct {
		name           string
		period, before Period
		days           int
	}{
		{"a day", Period{20230712, 20230712}, Period{20230711, 20230711}, 1},
		{"a week", WeekWith(20230712), Period{20230703, 20230709}, 7},
		{"the first week of a year", WeekWith(20230104), Period{20221226, 20230101}, 7},
		{"a month", MonthOf(20230331), Period{20230201, 20230228}, 31},
		{"February of a leap year", MonthOf(20240201), Period{20240101, 20240131}, 29},
		{"December", MonthOf(20231225), Period{20231101, 20231130}, 31},
		{"a year", YearOf(20240712), Period{20230101, 20231231}, 366},
		{"dates", Period{20230705, 20230714}, Period{20230625, 20230704}, 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.period.Before(); got != tt.before {
				t.Errorf("before %s is %s, not %s", tt.period, got, tt.before)
			}
			if got := tt.period.Days(); got != tt.days {
				t.Errorf("%s has %d days, not %d", tt.period, got, tt.days)
			}
		})
	}
}

func TestKindsOfPeriod(t *testing.T) {
	for _, tt := range []struct {
		period                  Period
		weekly, monthly, yearly bool
	}{
		{WeekWith(20230716), true, false, false},
		{Period{20230711, 20230717}, false, false, false},
		{MonthOf(20230716), false, true, false},
		{YearOf(20230716), false, false, true},
	} {
		if p := tt.period; p.Weekly() != tt.weekly || p.Monthly() != tt.monthly || p.Yearly() != tt.yearly {
			t.Errorf("%s: weekly %v, monthly %v, yearly %v", p, p.Weekly(), p.Monthly(), p.Yearly())
		}
	}
}
