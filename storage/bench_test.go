package storage_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// engines runs a benchmark on both engines, with every commit on the disk.
func engines(b *testing.B, bench func(b *testing.B, s *storage.Store)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, storagetest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { bench(b, storagetest.Postgres(b)) })
}

// city is a town of 300 wards in which many people live.
func city(b *testing.B, s *storage.Store, people int) *town {
	b.Helper()
	t := newTown(b, s)
	var rows []ward.PlaceRow
	for w := range 300 {
		rows = append(rows, ward.PlaceRow{Ward: fmt.Sprintf("Phường %d", w), Group: "Tổ 1"})
	}
	_, err := s.ImportPlaces(t.ctx, rows)
	t.must(err)
	t.must(s.Populate(t.ctx, 1_000_000, people))
	return t
}

// everywhere publishes a task for everybody and writes all deliveries.
func (t *town) everywhere() ward.Bulletin {
	t.Helper()
	task := t.task()
	for more := true; more; {
		var err error
		more, err = t.FanOut(t.ctx, t.now)
		t.must(err)
	}
	return task
}

// BenchmarkConfirm has 256 people tap at a time, each waiting for the commit.
// They come more or less in the order in which the task was sent to them.
func BenchmarkConfirm(b *testing.B) {
	engines(b, func(b *testing.B, s *storage.Store) {
		const clients, people = 256, 200_000
		t := city(b, s, people)
		var tasks []ward.Bulletin
		for range b.N/people + 1 {
			tasks = append(tasks, t.everywhere())
		}
		t.must(s.Damage(t.ctx, "UPDATE delivery SET state = 2"))
		ids, err := s.IDs(t.ctx, "SELECT id FROM person ORDER BY id + (id * 7919) % 10007")
		t.must(err)
		waits := make([][]time.Duration, clients)
		var next atomic.Int64
		var wg sync.WaitGroup
		b.ResetTimer()
		for c := range clients {
			wg.Go(func() {
				for n := int(next.Add(1)) - 1; n < b.N; n = int(next.Add(1)) - 1 {
					began := time.Now()
					if _, err := s.Confirm(t.ctx, tasks[n/people].ID, ids[n%people], ward.AnswerDone, t.now); err != nil {
						b.Error(err)
						return
					}
					waits[c] = append(waits[c], time.Since(began))
				}
			})
		}
		wg.Wait()
		b.StopTimer()
		all := slices.Concat(waits...)
		slices.Sort(all)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "confirms/s")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	})
}

// BenchmarkSettle claims and records deliveries in pages of 256.
func BenchmarkSettle(b *testing.B) {
	engines(b, func(b *testing.B, s *storage.Store) {
		const people = 200_000
		t := city(b, s, people)
		for range b.N/people + 1 {
			t.everywhere()
		}
		b.ResetTimer()
		for left := b.N; left > 0; {
			due, err := s.Due(t.ctx, t.now, min(left, 256))
			t.must(err)
			keys := t.claim(due...)
			if len(keys) == 0 {
				b.Fatal("nothing due")
			}
			t.end(ward.DeliverySent, keys...)
			left -= len(keys)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
	})
}

// BenchmarkPublish writes the deliveries of a task for 100,000 people.
func BenchmarkPublish(b *testing.B) {
	engines(b, func(b *testing.B, s *storage.Store) {
		t := city(b, s, 100_000)
		b.ResetTimer()
		for range b.N {
			t.everywhere()
		}
	})
}

// BenchmarkTallies reads a week of seven tasks for 20,000 people.
func BenchmarkTallies(b *testing.B) {
	engines(b, func(b *testing.B, s *storage.Store) {
		t := city(b, s, 20_000)
		for range 7 {
			t.everywhere()
			t.send()
		}
		week := ward.Period{From: monday, To: monday.Add(6)}
		b.ResetTimer()
		for range b.N {
			if _, err := s.Tallies(context.Background(), week); err != nil {
				b.Fatal(err)
			}
		}
	})
}
