package ward

import (
	"testing"
	"time"
)

func TestReadHours(t *testing.T) {
	for text, want := range map[string]Hours{
		"7:30 - 19:00": {450, 1140}, "từ 7h đến 19h30": {420, 1170}, "7-19": {420, 1140}, "from 06:30 to 21:00": {390, 1260}, "11g30 – 17g": {690, 1020},
		"19:00 - 7:00": {}, "7:30": {}, "": {}, "7:30 - 25:00": {}, "sáng đến tối": {}, "7 - 19 - 21": {}, "7:30 - 24:00": {},
		"7 giờ sáng đến 7 giờ tối": {420, 1140}, "từ 7h tới 19h": {420, 1140}, "7am to 7pm": {420, 1140}, "7 đến": {}, "-7 - 19": {},
	} {
		got, ok := ReadHours(text)
		if got != want || ok != want.Set() {
			t.Errorf("%q: %+v, %v; want %+v", text, got, ok, want)
		}
	}
}

func TestHoursOpen(t *testing.T) {
	zone := time.FixedZone("", 7*3600)
	at := func(day, hour, minute int) time.Time { return time.Date(2023, 7, day, hour, minute, 0, 0, zone) }
	noon := Hours{690, 1050}
	for _, tt := range []struct {
		hours    Hours
		at, want time.Time
	}{
		{Hours{}, at(12, 3, 0), at(12, 3, 0)},
		{noon, at(12, 7, 30), at(12, 11, 30)},
		{noon, at(12, 11, 30), at(12, 11, 30)},
		{noon, at(12, 17, 29), at(12, 17, 29)},
		{noon, at(12, 17, 30), at(13, 11, 30)},
		{noon, at(31, 22, 0), time.Date(2023, 8, 1, 11, 30, 0, 0, zone)},
	} {
		if got := tt.hours.Opens(tt.at, zone); !got.Equal(tt.want) {
			t.Errorf("%+v at %s: %s, want %s", tt.hours, tt.at, got, tt.want)
		}
	}
}
