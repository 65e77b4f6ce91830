package report

import (
	"iter"
	"runtime"

	"wardbot/ward"
)

// counter is where a book goes that nobody reads.
type counter struct{ n int }

func (c *counter) Write(p []byte) (int, error) { c.n += len(p); return len(p), nil }

// watched hands reports on and notes the most memory in use meanwhile.
func watched(all iter.Seq2[ward.ReportRow, error], peak *uint64) iter.Seq2[ward.ReportRow, error] {
	return func(yield func(ward.ReportRow, error) bool) {
		i := 0
		for r, err := range all {
			if i++; i%5000 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				*peak = max(*peak, m.HeapAlloc)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
