package bot

import (
	"container/heap"
	"context"
	"log/slog"
	"sync"
	"time"
)

// lane is how urgent a call is.
type lane int

const (
	answers    lane = iota // somebody waits for it
	broadcasts             // goes when no answer waits
	paid                   // broadcasts for which Stars are paid: they have a rate of their own
	lanes
)

// courtesy is how many answers a broadcast that is ready lets go first.
const courtesy = 4

// arrears is how far the gate may be behind its timetable and still catch
// up: timers and the garbage collector are late by milliseconds, and without
// catching up each would lower the rate. It is also the burst after a rest.
const arrears = 50 * time.Millisecond

// gate lets calls start, for one token, no faster than Telegram allows: so
// many a second for the whole bot, so many for each chat, none for a chat
// that is held after a 429. A waiting answer always goes before a broadcast,
// and a chat that must wait holds up nobody else.
//
// Starts follow a timetable of absolute times, so the rate does not depend on
// how late anybody wakes. A goroutine runs only while calls are waiting.
//
// Answers go before broadcasts, but in a rush of taps every answer may be an
// edit, and all the rate would go to people who have the task already, none to
// those who still wait for it. So a broadcast that is ready lets at most
// courtesy answers go first.
//
// Above what is free there are two timetables: one for all calls, and one for
// those that nobody pays for.
type gate struct {
	clock    Clock
	interval time.Duration // between two starts; 0 = no pace at all
	gratis   time.Duration // between two starts that are not paid for
	log      *slog.Logger

	mu     sync.Mutex
	share  float64   // of what is free that this process may use
	next   time.Time // when the timetable has its next start,
	free   time.Time // and the one of calls that are not paid for
	chats  chatPaces
	storm  storm
	queues [lanes]queue
	passed int // answers that went before a broadcast that was ready
	seq    uint64
	awake  bool               // the goroutine runs
	until  time.Time          // when it wakes by itself
	wake   context.CancelFunc // wakes it earlier; nil while it works
}

func newGate(clock Clock, rate float64, log *slog.Logger) *gate {
	g := &gate{clock: clock, log: log, share: 1}
	if rate > 0 {
		g.interval = every(rate)
		g.gratis = g.interval
	}
	if rate > mostFree {
		g.gratis = every(FreeRate)
	}
	g.chats.paced = rate > 0
	return g
}

// every is the time between two of so many a second.
func every(rate float64) time.Duration { return time.Duration(float64(time.Second) / rate) }

// setShare changes how much of what is free this process may use.
func (g *gate) setShare(share float64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.share = share
}

// holdError says that a chat is held for longer than a call should wait.
type holdError struct{ left time.Duration }

func (e *holdError) Error() string { return "the chat is held for " + e.left.String() }

// wait returns nil when a call that sends so many messages to chat may start.
// It returns the error of ctx if that ends first, and a *holdError if the chat
// is held for long.
func (g *gate) wait(ctx context.Context, l lane, chat int64, size int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g.mu.Lock()
	now := g.clock.Now()
	if left := g.chats.held(chat).Sub(now); left > patience {
		g.mu.Unlock()
		return &holdError{left}
	}
	g.seq++
	t := &ticket{chat: chat, size: size, seq: g.seq, at: g.chats.ready(chat, now), open: make(chan struct{})}
	q := &g.queues[l]
	heap.Push(q, t)
	next := g.startDue(now)
	if t.index < 0 { // started already
		g.mu.Unlock()
		return nil
	}
	g.rouse(next)
	g.mu.Unlock()

	select {
	case <-t.open:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.index >= 0 {
		heap.Remove(q, t.index)
	}
	if g.wake != nil && g.waiting() == 0 {
		g.wake() // to find that it can go home
	}
	return ctx.Err()
}

// slow takes note of a 429 from a chat: it is held for a second longer than
// Telegram asked, because repeats lengthen blocks.
func (g *gate) slow(chat int64, retryAfter time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	hold := retryAfter + time.Second
	g.chats.hold(chat, now, now.Add(hold))
	if stop, news := g.storm.note(now, chat, hold); news {
		g.log.Warn("Telegram slows us down: broadcasts stop", "for", stop)
	}
}

// holds reports whether a chat is held after a 429.
func (g *gate) holds(chat int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.chats.held(chat).After(g.clock.Now())
}

// rouse makes sure that somebody is awake at next.
func (g *gate) rouse(next time.Time) {
	switch {
	case !g.awake:
		g.awake = true
		go g.run()
	case g.wake != nil && next.Before(g.until):
		g.wake()
	}
}

// run starts what is due until nothing waits any more.
func (g *gate) run() {
	for {
		g.mu.Lock()
		now := g.clock.Now()
		next := g.startDue(now)
		if next.IsZero() {
			g.awake = false
			g.mu.Unlock()
			return
		}
		ctx, wake := context.WithCancel(context.Background())
		g.until, g.wake = next, wake
		g.mu.Unlock()

		// Woken early or not, the loop looks again.
		_ = g.clock.Sleep(ctx, next.Sub(now))
		g.mu.Lock()
		g.wake = nil
		g.mu.Unlock()
		wake()
	}
}

// startDue starts every call that may start now. It returns when the next one
// may, or the zero time if none waits.
func (g *gate) startDue(now time.Time) time.Time {
	for {
		t, l, next := g.first(now)
		if t == nil {
			return next
		}
		heap.Remove(&g.queues[l], t.index)
		for range t.size {
			g.book(now, l, t.chat)
		}
		close(t.open)
	}
}

// waiting is how many calls wait.
func (g *gate) waiting() (n int) {
	for _, q := range g.queues {
		n += len(q)
	}
	return n
}

// first finds the call that goes next if one may go now, and otherwise when
// to look again.
func (g *gate) first(now time.Time) (t *ticket, l lane, next time.Time) {
	var heads [lanes]*ticket
	var ready [lanes]bool
	for l := range lanes {
		t := g.queues[l].due(now, &g.chats)
		if t == nil {
			continue
		}
		at := latest(t.at, g.opens(l))
		heads[l], ready[l] = t, !at.After(now)
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	switch {
	case ready[broadcasts] && (!ready[answers] || g.passed >= courtesy):
		return heads[broadcasts], broadcasts, next
	case ready[answers]:
		if ready[broadcasts] {
			g.passed++
		}
		return heads[answers], answers, next
	case ready[paid]:
		return heads[paid], paid, next
	}
	return nil, l, next
}

// opens is when the next call of a lane may start, whatever its chat.
func (g *gate) opens(l lane) time.Time {
	switch l {
	case answers:
		return latest(g.next, g.free)
	case broadcasts:
		return latest(g.next, g.free, g.storm.opens())
	default:
		return latest(g.next, g.storm.opens())
	}
}

// book enters a message into the timetables.
func (g *gate) book(now time.Time, l lane, chat int64) {
	if g.interval == 0 {
		return
	}
	begun := now.Add(-arrears)
	g.next = latest(g.next, begun).Add(g.interval)
	pause := g.interval
	if l != paid {
		pause = time.Duration(float64(g.gratis) / g.share)
		g.free = latest(g.free, begun).Add(pause)
	}
	if l != answers {
		g.storm.book(now, pause)
	}
	if l == broadcasts {
		g.passed = 0
	}
	g.chats.book(chat, now)
}

func latest(t time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.After(t) {
			t = o
		}
	}
	return t
}
