package ward

import "testing"

func TestThanksFor(t *testing.T) {
	for _, tt := range []struct{ days, thanked, want int }{
		{0, 0, 0}, {6, 0, 0}, {7, 0, 7}, {8, 7, 0}, {12, 0, 7}, {29, 7, 0}, {30, 7, 30}, {45, 0, 30}, {100, 30, 100}, {250, 100, 0}, {250, 0, 100},
	} {
		if got := ThanksFor(tt.days, tt.thanked); got != tt.want {
			t.Errorf("%d days, thanked for %d: %d, want %d", tt.days, tt.thanked, got, tt.want)
		}
	}
}
