package ward

import "testing"

func TestParsePeriod(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Period
		ok   bool
	}{
		{"2023-W28", Period{20230710, 20230716}, true},
		{"2023-W01", Period{20230102, 20230108}, true},
		{"2020-W53", Period{20201228, 20210103}, true},
		{"2023-W53", Period{}, false},
		{"2023-W00", Period{}, false},
		{"2023-07", Period{20230701, 20230731}, true},
		{"2023-13", Period{}, false},
		{"2024", Period{20240101, 20241231}, true},
		{"0000", Period{}, false},
		{"2023-07-12", Period{20230712, 20230712}, true},
		{"2023-02-30", Period{}, false},
		{"tuần 28", Period{}, false},
		{"", Period{}, false},
	} {
		if got, err := ParsePeriod(tt.text); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q is %s, %v", tt.text, got, err)
		}
	}
}
