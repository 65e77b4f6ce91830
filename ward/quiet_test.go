package ward

import (
	"testing"
	"time"
)

func TestQuiet(t *testing.T) {
	zone := place(t, "Asia/Ho_Chi_Minh")
	for _, tt := range []struct{ hours, at, ends string }{
		{"21:00-06:30", "2023-07-12 20:59", "2023-07-12 20:59"},
		{"21:00-06:30", "2023-07-12 21:00", "2023-07-13 06:30"},
		{"21:00-06:30", "2023-07-12 23:59", "2023-07-13 06:30"},
		{"21:00-06:30", "2023-07-13 00:00", "2023-07-13 06:30"},
		{"21:00-06:30", "2023-07-13 06:29", "2023-07-13 06:30"},
		{"21:00-06:30", "2023-07-13 06:30", "2023-07-13 06:30"},
		{"12:00-14:00", "2023-07-12 13:00", "2023-07-12 14:00"},
		{"12:00-14:00", "2023-07-12 14:00", "2023-07-12 14:00"},
		{"00:00-06:00", "2023-07-12 05:00", "2023-07-12 06:00"},
		{"off", "2023-07-12 23:00", "2023-07-12 23:00"},
	} {
		q, err := ParseQuiet(tt.hours, zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", tt.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Ends(at).In(zone).Format("2006-01-02 15:04"); got != tt.ends || q.Holds(at) != (tt.ends != tt.at) {
			t.Errorf("%s at %s: quiet %v, ends %s, want %s", tt.hours, tt.at, q.Holds(at), got, tt.ends)
		}
	}
	for _, bad := range []string{"", "21:00", "21:00-21:00", "21:00-25:00", "9pm-6am", "21:00-06:60", "-"} {
		if q, err := ParseQuiet(bad, zone); err == nil {
			t.Errorf("%q is %+v", bad, q)
		}
	}
}

func TestBacklog(t *testing.T) {
	now := time.Date(2023, 7, 12, 0, 30, 0, 0, time.UTC)
	ago := func(kind Kind, d time.Duration) Bulletin { return Bulletin{Kind: kind, SendAt: now.Add(-d)} }
	for _, tt := range []struct {
		name     string
		waiting  []Bulletin
		fold     bool
		foremost int
	}{
		{"one alone, however late", []Bulletin{ago(KindTask, 9*time.Hour)}, false, 0},
		{"two in an ordinary broadcast", []Bulletin{ago(KindTask, time.Minute), ago(KindNews, 0)}, false, 0},
		{"after the night", []Bulletin{ago(KindTask, 9*time.Hour), ago(KindNews, 0)}, true, 0},
		{"put off in the night", []Bulletin{{Kind: KindTask, SendAt: now, MeantAt: now.Add(-9 * time.Hour)}, {Kind: KindNews, SendAt: now}}, true, 0},
		{"the newest task", []Bulletin{ago(KindTask, 9*time.Hour), ago(KindTask, 2*time.Hour), ago(KindNotice, time.Hour)}, true, 1},
		{"no task: the newest", []Bulletin{ago(KindNotice, 9*time.Hour), ago(KindNews, 2*time.Hour)}, true, 1},
	} {
		if got := Backlog(tt.waiting, now); got != tt.fold {
			t.Errorf("%s: folded %v", tt.name, got)
		}
		if got := Foremost(tt.waiting); got != tt.foremost {
			t.Errorf("%s: %d comes first", tt.name, got)
		}
	}
}
