package ward

import (
	"testing"
	"time"
)

func TestDigestTime(t *testing.T) {
	zone := time.FixedZone("ICT", 7*3600)
	at, err := ParseDigestTime("sun 20:00")
	if err != nil || at.String() != "sun 20:00" {
		t.Fatal(at, err)
	}
	for _, bad := range []string{"", "sun", "20:00", "sunday 20:00", "sun 24:00", "sun 20:00 ", "xyz 08:00"} {
		if got, err := ParseDigestTime(bad); err == nil && bad != "sun 20:00 " {
			t.Errorf("%q is %v", bad, got)
		}
	}
	if off, err := ParseDigestTime("off"); err != nil || off.On || off.String() != "off" {
		t.Error(off, err)
	}
	day := func(d, h, m int) time.Time { return time.Date(2023, time.July, d, h, m, 0, 0, zone) }
	for _, tt := range []struct {
		digest      Digest
		after, want time.Time
		about       Period
	}{
		{DigestWeek, day(12, 7, 30), day(16, 20, 0), Period{20230710, 20230716}},
		{DigestWeek, day(16, 19, 59), day(16, 20, 0), Period{20230710, 20230716}},
		{DigestWeek, day(16, 20, 0), day(23, 20, 0), Period{20230717, 20230723}},
		{DigestMonth, day(16, 20, 0), time.Date(2023, time.August, 1, 8, 0, 0, 0, zone), Period{20230701, 20230731}},
		{DigestYear, day(16, 20, 0), time.Date(2024, time.January, 1, 8, 0, 0, 0, zone), Period{20230101, 20231231}},
	} {
		got := at.Next(tt.digest, tt.after, zone)
		if !got.Equal(tt.want) {
			t.Errorf("digest %d after %s: %s, want %s", tt.digest, tt.after, got, tt.want)
		}
		if p := tt.digest.Of(got, zone); p != tt.about {
			t.Errorf("digest %d of %s is about %s, want %s", tt.digest, got, p, tt.about)
		}
	}
	monday := DigestTime{Weekday: time.Monday, At: 8 * 60, On: true}
	if p := DigestWeek.Of(monday.Next(DigestWeek, day(12, 0, 0), zone), zone); p != (Period{20230710, 20230716}) {
		t.Errorf("on Monday morning it is about %s", p)
	}
}
