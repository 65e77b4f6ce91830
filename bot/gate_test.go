package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// door is a gate under test with a record of what it let through.
type door struct {
	*gate
	begin time.Time

	mu     sync.Mutex
	starts []start
}

type start struct {
	after time.Duration // since begin
	lane  lane
	chat  int64
}

func newDoor(rate float64) *door {
	return &door{gate: newGate(Clock{}.orReal(), rate, slog.New(slog.DiscardHandler)), begin: time.Now()}
}

// pass waits in the gate and records the start.
func (d *door) pass(ctx context.Context, l lane, chat int64) error {
	if err := d.wait(ctx, l, chat, 1); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.starts = append(d.starts, start{time.Since(d.begin), l, chat})
	return nil
}

func (d *door) started() []start {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]start(nil), d.starts...)
}

// TestGateAlbum: an album takes as many turns as it has files, of its chat too.
func TestGateAlbum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newDoor(10)
		for i, want := range []time.Duration{0, 950 * time.Millisecond, 8 * time.Second} {
			call := []struct {
				chat int64
				size int
			}{{1, 10}, {2, 1}, {1, 1}}[i]
			if err := g.wait(t.Context(), broadcasts, call.chat, call.size); err != nil {
				t.Fatal(err)
			}
			if after := time.Since(g.begin); after != want {
				t.Errorf("call %d started after %v, want %v", i, after, want)
			}
		}
	})
}

// TestGateRate sends 2,223 letters through at the rates that matter and wants
// the time they take to the percent.
func TestGateRate(t *testing.T) {
	for _, rate := range []float64{25, 30, 1000} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(rate)
				var all sync.WaitGroup
				letters := make(chan int64)
				l := broadcasts
				if rate > mostFree {
					l = paid
				}
				for range 50 {
					all.Go(func() {
						for chat := range letters {
							if err := d.pass(t.Context(), l, chat); err != nil {
								t.Error(err)
							}
						}
					})
				}
				for chat := range int64(2223) {
					letters <- chat + 1
				}
				close(letters)
				all.Wait()
				took, want := time.Since(d.begin).Seconds(), 2223/rate
				if took < 0.97*want || took > 1.01*want {
					t.Errorf("took %.2f s, want %.2f", took, want)
				}
				if d.chats.sweep > 4096 || len(d.chats.chats) > 2048 {
					t.Errorf("%d chats are remembered", len(d.chats.chats))
				}
			})
		})
	}
}

// TestGateLate has a clock that wakes everybody 7 ms late: the timetable must
// catch up.
func TestGateLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(1000)
		d.clock.Sleep = func(ctx context.Context, pause time.Duration) error {
			return sleep(ctx, pause+7*time.Millisecond)
		}
		for chat := range int64(5000) {
			go func() { _ = d.pass(t.Context(), paid, chat+1) }()
		}
		pass(4900 * time.Millisecond)
		if n := len(d.started()); n < 4900 || n > 4951 {
			t.Errorf("%d started in 4.9 s at 1,000 a second", n)
		}
		pass(time.Second)
	})
}

func TestGateChat(t *testing.T) {
	for _, tt := range []struct {
		name string
		chat int64
		rate float64
		want []time.Duration // of the first starts
		last time.Duration   // of the 25th
	}{
		{"person", 5, 1000, []time.Duration{0, 0, 0, time.Second, 2 * time.Second}, 22 * time.Second},
		{"group", -5, 1000, []time.Duration{0, 0, 0, time.Second, 2 * time.Second}, 63 * time.Second},
		{"no pace", 5, 0, []time.Duration{0, 0, 0, 0, 0}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(tt.rate)
				for range 25 {
					if err := d.pass(t.Context(), paid, tt.chat); err != nil {
						t.Fatal(err)
					}
				}
				got := d.started()
				for i, want := range tt.want {
					if got[i].after.Round(50*time.Millisecond) != want {
						t.Errorf("call %d started at %v, want %v", i, got[i].after, want)
					}
				}
				if got[24].after.Round(50*time.Millisecond) != tt.last {
					t.Errorf("the last call started at %v, want %v", got[24].after, tt.last)
				}
			})
		})
	}
}

// TestGateIsCourteous asks for many answers while broadcasts wait: nearly all
// of the rate is theirs, and the broadcasts do not stand still.
func TestGateIsCourteous(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(10)
		for chat := range int64(200) {
			go func() { _ = d.pass(t.Context(), broadcasts, 1000+chat) }()
			go func() { _ = d.pass(t.Context(), answers, 1+chat) }()
		}
		pass(10 * time.Second)
		went := map[lane]int{}
		for _, s := range d.started() {
			went[s.lane]++
		}
		if went[broadcasts] < 18 || went[broadcasts] > 22 {
			t.Errorf("in ten seconds %d answers and %d broadcasts went; want one broadcast in five", went[answers], went[broadcasts])
		}
		pass(time.Minute)
	})
}

// TestGatePaid has more answers and edits than are free beside a broadcast
// that is paid for: neither slows the other down. When nobody pays any more,
// all go at the free rate.
func TestGatePaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(1000)
		ask := func(l lane, from, n int64) {
			for chat := range n {
				go func() { _ = d.pass(t.Context(), l, from+chat) }()
			}
		}
		went := func(during time.Duration) (n [lanes]int) {
			before := len(d.started())
			pass(during)
			for _, s := range d.started()[before:] {
				n[s.lane]++
			}
			return n
		}
		ask(paid, 1, 9000)
		ask(answers, 20_000, 1000)
		synctest.Wait()
		if n := went(8 * time.Second); n[paid] < 7700 || n[paid] > 8000 || n[answers] < 199 || n[answers] > 202 {
			t.Errorf("in 8 s went %d paid and %d answers", n[paid], n[answers])
		}
		pass(2 * time.Second)
		ask(broadcasts, 30_000, 500)
		if n := went(10 * time.Second); n[answers]+n[broadcasts] < 249 || n[answers]+n[broadcasts] > 251 || n[broadcasts] < 49 {
			t.Errorf("in 10 s went %d answers and %d broadcasts", n[answers], n[broadcasts])
		}
		d.setShare(0.2)
		if n := went(10 * time.Second); n[answers]+n[broadcasts] < 49 || n[answers]+n[broadcasts] > 51 {
			t.Errorf("of a fifth of the rate went %v in 10 s", n)
		}
		d.setShare(1)
		pass(5 * time.Minute)
	})
}

// TestGateAnswersFirst fills the broadcast lane and then asks for a few answers.
func TestGateAnswersFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(10)
		for chat := range int64(100) {
			go func() { _ = d.pass(t.Context(), broadcasts, 1000+chat) }()
		}
		pass(time.Second)
		for chat := range int64(5) {
			go func() { _ = d.pass(t.Context(), answers, 1+chat) }()
		}
		synctest.Wait()
		before := len(d.started())
		pass(399 * time.Millisecond)
		for _, s := range d.started()[before:] {
			if s.lane != answers {
				t.Errorf("a broadcast went at %v while answers waited", s.after)
			}
		}
		pass(10 * time.Second)
		if n := len(d.started()); n != 105 {
			t.Errorf("%d calls went through, want 105", n)
		}
	})
}

// TestGateHold holds one chat after a 429: it waits a second longer than
// asked, in the lane of answers too, and nobody else waits for it.
func TestGateHold(t *testing.T) {
	for _, rate := range []float64{0, 25} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(rate)
				d.slow(5, 14*time.Second)
				for l := range lane(2) {
					go func() { _ = d.pass(t.Context(), l, 5) }()
					go func() { _ = d.pass(t.Context(), l, 6) }()
				}
				if !d.holds(5) || d.holds(6) {
					t.Error("the wrong chat is held")
				}
				pass(15*time.Second - time.Millisecond)
				for _, s := range d.started() {
					if s.chat == 5 {
						t.Errorf("a held chat was called at %v", s.after)
					}
				}
				if n := len(d.started()); n != 2 {
					t.Errorf("%d calls to the other chat went through, want 2", n)
				}
				pass(time.Second)
				if n := len(d.started()); n != 4 {
					t.Errorf("%d calls went through in the end, want 4", n)
				}
			})
		})
	}
}

func TestGateLongHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(25)
		d.slow(5, 10_072*time.Second)
		err := d.pass(t.Context(), answers, 5)
		var held *holdError
		if !errors.As(err, &held) || held.left != 10_073*time.Second {
			t.Errorf("got %v", err)
		}
		if err := d.pass(t.Context(), answers, 6); err != nil {
			t.Error(err)
		}
	})
}

// TestGateStorm checks when 429s stop the broadcasts as a whole, for how
// long, and how they come back.
func TestGateStorm(t *testing.T) {
	second := time.Second
	for _, tt := range []struct {
		name  string
		slows func(d *door)
		stop  time.Duration // of broadcasts to other chats
	}{
		{"one chat", func(d *door) { d.slow(1, 5*second) }, 0},
		{"the same chat three times", func(d *door) { d.slow(1, 5*second); d.slow(1, 5*second); d.slow(1, 5*second) }, 0},
		{"three chats", func(d *door) { d.slow(1, 5*second); d.slow(2, 9*second); d.slow(3, 2*second) }, 10 * second},
		{"three chats slowly", func(d *door) {
			d.slow(1, 5*second)
			pass(6 * second)
			d.slow(2, 5*second)
			pass(6 * second)
			d.slow(3, 5*second)
		}, 0},
		{"60 s", func(d *door) { d.slow(1, 60*second) }, 0},
		{"more than 60 s", func(d *door) { d.slow(1, 61*second) }, 62 * second},
		{"more while stopped", func(d *door) { d.slow(1, 61*second); d.slow(2, 100*second) }, 101 * second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(100)
				tt.slows(d)
				now := time.Now()
				if err := d.pass(t.Context(), answers, 100); err != nil || time.Since(now) != 0 {
					t.Errorf("an answer waited %v: %v", time.Since(now), err)
				}
				if err := d.pass(t.Context(), broadcasts, 101); err != nil {
					t.Fatal(err)
				}
				if got := time.Since(now); got != tt.stop {
					t.Fatalf("a broadcast waited %v, want %v", got, tt.stop)
				}
			})
		})
	}
}

// TestGateRecovery measures the pace after a storm: half at first, all of it
// a minute later.
func TestGateRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(100)
		for chat := range int64(3) {
			d.slow(chat+1, time.Second)
		}
		ctx, cancel := context.WithCancel(t.Context())
		for n := range int64(200) {
			go func() {
				for chat := 1000 + n; d.pass(ctx, paid, chat) == nil; chat += 200 {
				}
			}()
		}
		pass(2 * time.Second)
		for _, want := range []float64{52.5, 60, 69, 77, 85, 94, 100} {
			before := len(d.started())
			pass(5 * time.Second)
			if got := float64(len(d.started())-before) / 5; got < 0.93*want || got > 1.07*want {
				t.Errorf("%v after the storm %.1f a second, want about %.1f", time.Since(d.begin)-2*time.Second, got, want)
			}
			pass(5 * time.Second)
		}
		cancel()
		synctest.Wait()
	})
}

// TestGateCancel gives up in the queue: the place is free for others and the
// gate has nothing left to do.
func TestGateCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(1)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for chat := range int64(100) {
			all.Go(func() { _ = d.pass(ctx, broadcasts, chat+1) })
		}
		synctest.Wait()
		cancel()
		all.Wait()
		if err := d.pass(ctx, broadcasts, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("an ended context went through: %v", err)
		}
		pass(time.Minute)
		d.gate.mu.Lock()
		defer d.gate.mu.Unlock()
		if len(d.queues[broadcasts]) != 0 || d.awake {
			t.Errorf("%d are waiting, awake %v", len(d.queues[broadcasts]), d.awake)
		}
	})
}

// TestGateForgets calls a million chats and looks at what is remembered.
func TestGateForgets(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	p := chatPaces{paced: true}
	for i := range int64(1_000_000) {
		now = now.Add(time.Millisecond)
		p.book(i+1, now)
		if i%10 == 0 {
			p.book(-i-1, now)
		}
		if len(p.chats) > 32_768 {
			t.Fatalf("after %d chats %d are remembered", i, len(p.chats))
		}
	}
}

// TestGateProperty lets random traffic through and looks for a window in
// which too much was started, or a call to a chat that was held.
func TestGateProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rate := rapid.SampledFrom([]float64{2, 30, 1000}).Draw(r, "rate")
		type event struct {
			After time.Duration // since the one before
			Chat  int64
			Lane  lane
			Calls int
			Slow  time.Duration // 0 = calls, otherwise a 429
		}
		events := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) event {
			return event{
				After: time.Duration(rapid.IntRange(0, 3000).Draw(r, "after")) * time.Millisecond,
				Chat:  rapid.SampledFrom([]int64{1, 2, 3, 4, 5, -1, -2}).Draw(r, "chat"),
				Lane:  lane(rapid.IntRange(0, int(lanes)-1).Draw(r, "lane")),
				Calls: rapid.IntRange(1, 40).Draw(r, "calls"),
				Slow:  time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 8, 61}).Draw(r, "slow")) * time.Second,
			}
		}), 1, 30).Draw(r, "events")

		const unpaid = 99 // instead of a chat: all calls that are not paid for
		type hold struct {
			chat        int64
			from, until time.Duration
		}
		var starts []start
		var holds []hold
		synctest.Test(t, func(t *testing.T) {
			d := newDoor(rate)
			ctx, cancel := context.WithCancel(t.Context())
			for _, e := range events {
				pass(e.After)
				synctest.Wait()
				if e.Slow > 0 {
					from := time.Since(d.begin)
					d.slow(e.Chat, e.Slow)
					holds = append(holds, hold{e.Chat, from, from + e.Slow + time.Second})
					synctest.Wait()
					continue
				}
				for range e.Calls {
					go func() { _ = d.pass(ctx, e.Lane, e.Chat) }()
				}
			}
			pass(5 * time.Minute)
			cancel()
			synctest.Wait()
			starts = d.started()
		})

		within := func(what string, chat int64, limit func(window time.Duration) float64) {
			var at []time.Duration
			for _, s := range starts {
				if chat == 0 || s.chat == chat || chat == unpaid && s.lane != paid {
					at = append(at, s.after)
				}
			}
			for i := range at {
				for j := i; j < len(at); j++ {
					if n := float64(j - i + 1); n > limit(at[j]-at[i])+1e-6 {
						r.Fatalf("%s: %v calls within %v", what, n, at[j]-at[i])
					}
				}
			}
		}
		burst := 1 + arrears.Seconds()*rate
		if rate > mostFree {
			within("what nobody pays for", unpaid, func(w time.Duration) float64 { return (w+arrears).Seconds()*FreeRate + 1 + 1e-3 })
		}
		within("the bot", 0, func(w time.Duration) float64 { return w.Seconds()*rate + burst + 1e-3 })
		for _, chat := range []int64{1, 2, 3, 4, 5, -1, -2} {
			within(fmt.Sprint("chat ", chat), chat, func(w time.Duration) float64 { return w.Seconds() + chatBurst })
		}
		for _, chat := range []int64{-1, -2} {
			within(fmt.Sprint("group ", chat), chat, func(w time.Duration) float64 {
				return groupCalls * (1 + float64(w/time.Minute))
			})
		}
		for _, h := range holds {
			for _, s := range starts {
				if s.chat == h.chat && s.after > h.from && s.after < h.until {
					r.Fatalf("chat %d was called at %v, held from %v to %v", s.chat, s.after, h.from, h.until)
				}
			}
		}
	})
}
