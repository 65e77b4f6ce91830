package delivery

import (
	"testing"
	"testing/synctest"
	"time"
)

// The limit finds as many places as the network needs at the gate's rate, and
// not many more.
func TestLimitFollowsRateAndLatency(t *testing.T) {
	for _, tt := range []struct {
		name         string
		rate         int // of the gate, a second
		latency      time.Duration
		lower, limit int
	}{
		{"25 a second, near", 25, 60 * time.Millisecond, least, least + 8},
		{"30 a second, very slow", 30, 2 * time.Second, 60, 160},
		{"1,000 a second", 1000, 60 * time.Millisecond, 60, 160},
		{"1,000 a second, slow", 1000, 250 * time.Millisecond, 250, 600},
		{"1,000 a second, very slow", 1000, 2 * time.Second, open, open},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLimit(0, float64(tt.rate))
				var onTheWire []time.Time // when they began
				waiting, rate := 0, 0
				for range 60 * 1000 { // milliseconds
					time.Sleep(time.Millisecond) // of the bubble's own time
					for len(onTheWire) > 0 && time.Since(onTheWire[0]) >= tt.latency {
						l.end(1)
						onTheWire = onTheWire[1:]
					}
					waiting = max(waiting, l.places(waiting+len(onTheWire))-len(onTheWire))
					for rate += tt.rate; rate >= 1000; rate -= 1000 {
						if waiting > 0 {
							waiting--
							l.begin()
							onTheWire = append(onTheWire, time.Now())
						}
					}
				}
				if l.most < tt.lower || l.most > tt.limit {
					t.Errorf("limit %d, want %d to %d", l.most, tt.lower, tt.limit)
				}
			})
		})
	}
}
