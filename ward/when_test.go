package ward

import (
	"slices"
	"testing"
	"time"
)

func TestParseWhen(t *testing.T) {
	zone := place(t, "Asia/Ho_Chi_Minh")
	now := Clock(8*60).On(20230712, zone) // a Wednesday
	for _, tt := range []struct{ text, want string }{
		{"19:30", "12/07/2023 19:30"},
		{"7:30", "13/07/2023 07:30"}, // past for today
		{"7:30 mai", "13/07/2023 07:30"},
		{"7h30 sáng mai", "13/07/2023 07:30"},
		{"7 giờ 30 ngày mai", "13/07/2023 07:30"},
		{"7h tối nay", "12/07/2023 19:00"},
		{"7g tối", "12/07/2023 19:00"},
		{"lúc 1 giờ trưa", "12/07/2023 13:00"},
		{"19h30 15/12", "15/12/2023 19:30"},
		{"19h 15/12", "15/12/2023 19:00"},
		{"15/12 lúc 19h30", "15/12/2023 19:30"},
		{"7:30 5/1", "05/01/2024 07:30"},
		{"7:30 15/12/2023", "15/12/2023 07:30"},
		{"7:30 thứ 6", "14/07/2023 07:30"},
		{"7:30 thu sau", "14/07/2023 07:30"},
		{"7:30 T4", "19/07/2023 07:30"},
		{"9:30 t4", "12/07/2023 09:30"},
		{"17:30 CN", "16/07/2023 17:30"},
		{"17:30 Chủ Nhật", "16/07/2023 17:30"},
		{"7:30 ngày kia", "14/07/2023 07:30"},
		{"7:30 nay", "12/07/2023 07:30"}, // over: the day was named
		{"7pm", "12/07/2023 19:00"},
		{"7:30 pm tomorrow", "13/07/2023 19:30"},
		{"12am tomorrow", "13/07/2023 00:00"},
		{"at 7:30 on Friday", "14/07/2023 07:30"},
		{"19:30 thu", "13/07/2023 19:30"},
		{"", ""}, {"mai", ""}, {"25:00", ""}, {"19:60", ""}, {"7:30 31/2", ""}, {"7:30 khi nào rảnh", ""}, {"1930", ""}, {"15/12", ""},
	} {
		at, ok := ParseWhen(tt.text, now, zone)
		got := ""
		if ok {
			got = at.In(zone).Format("02/01/2006 15:04")
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestParseDates(t *testing.T) {
	zone := place(t, "Asia/Ho_Chi_Minh")
	now := Clock(8*60).On(20231201, zone)
	for _, tt := range []struct {
		text string
		want []Day
	}{
		{"15/12, 22/12 và 5/1", []Day{20231215, 20231222, 20240105}},
		{"22/12,15/12,22/12", []Day{20231215, 20231222}},
		{"15-12", []Day{20231215}},
		{"ngày 15/12/2024", []Day{20241215}},
		{"31/2", nil}, {"mai", nil}, {"", nil}, {"15/12 hoặc 16/12", nil},
	} {
		if got, ok := ParseDates(tt.text, now, zone); !slices.Equal(got, tt.want) || ok != (tt.want != nil) {
			t.Errorf("%q: got %v, %v", tt.text, got, ok)
		}
	}
}

func FuzzParseWhen(f *testing.F) {
	f.Add("19h30 15/12")
	f.Add("7 giờ tối thứ 6")
	now := time.Date(2023, 7, 12, 1, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if at, ok := ParseWhen(s, now, time.UTC); ok && (at.Second() != 0 || at.Year() > 10000) {
			t.Errorf("%q: %s", s, at)
		}
		ParseDates(s, now, time.UTC)
	})
}

func TestReadClock(t *testing.T) {
	for text, want := range map[string]Clock{
		"7:30": 450, "07:30": 450, "19h30": 1170, "7h tối": 1140, "7 giờ": 420, "7 pm": 1140, "lúc 7:30 sáng": 450, "20h": 1200,
		"": -1, "7": -1, "25:00": -1, "7:30 mai": -1, "7:30 12/7": -1, "sáng": -1,
	} {
		got, ok := ReadClock(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d instead of %d", text, got, want)
		}
	}
}
