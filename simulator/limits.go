package simulator

import (
	"math"
	"strings"
	"sync/atomic"
	"time"
)

// The limits are those that Telegram names (core.telegram.org/bots/faq); how
// much may come at once is unspecified and our choice:
//   - the whole bot: Options.Rate a second, a second's worth of it at once;
//     with allow_paid_broadcast 1,000 a second;
//   - a private chat: one a second, five at once;
//   - a group or channel: 20 within any minute.
//
// Edits count like messages (tdlib/td#3034). A call that is refused does not.
const (
	paidRate    = 1000
	chatBurst   = 5
	groupBurst  = 20
	groupWindow = time.Minute
)

// limited reports whether a method counts for the sending limits.
func limited(method string) bool {
	for _, verb := range []string{"send", "copy", "forward", "edit"} {
		if strings.HasPrefix(method, verb) {
			return method != "sendChatAction"
		}
	}
	return false
}

// limits are the whole bot's. They are guarded by the world's lock, but for
// the switch.
type limits struct {
	on         atomic.Bool
	free, paid pace
	gratis     pace         // what a paid broadcast need not pay for
	stars      atomic.Int64 // tenths of a Star on the bot's balance
	spent      atomic.Int64
}

func (l *limits) start(on bool, rate float64) {
	l.on.Store(on)
	l.free = newPace(rate, rate)
	paid := math.Max(rate, paidRate)
	l.paid = newPace(paid, paid)
	l.gratis = newPace(rate, rate)
}

func (l *limits) set(on bool) { l.on.Store(on) }

// admit lets n messages to a chat pass, or says how many seconds to wait.
func (l *limits) admit(ch *chat, n int, paid bool, now time.Time) error {
	if !l.on.Load() {
		return nil
	}
	whole := &l.free
	if paid {
		whole = &l.paid
	}
	if wait := max(whole.wait(n, now), ch.wait(n, now)); wait > 0 {
		return tooMany(int(math.Ceil(wait.Seconds())))
	}
	if paid {
		if err := l.pay(n, now); err != nil {
			return err
		}
	}
	whole.count(n, now)
	ch.count(n, now)
	return nil
}

// pay takes a tenth of a Star for each message above the free ones, only when
// it is sent (Bot API: sendMessage, allow_paid_broadcast).
func (l *limits) pay(n int, now time.Time) error {
	if l.gratis.wait(n, now) <= 0 {
		l.gratis.count(n, now)
		return nil
	}
	if l.stars.Load() < int64(n) {
		return errBalance
	}
	l.stars.Add(int64(-n))
	l.spent.Add(int64(n))
	return nil
}

// pace is a rate with a burst: next is when the burst would be all there again.
type pace struct {
	interval, burst time.Duration
	next            time.Time
}

func newPace(rate, burst float64) pace {
	interval := time.Duration(float64(time.Second) / rate)
	return pace{interval: interval, burst: time.Duration(burst * float64(interval))}
}

// wait is how long n more must wait. More at once than the burst holds pass
// when nothing went before.
func (p *pace) wait(n int, now time.Time) time.Duration {
	need := min(time.Duration(n)*p.interval, p.burst)
	return max(0, p.next.Sub(now)) + need - p.burst
}

func (p *pace) count(n int, now time.Time) {
	if p.next.Before(now) {
		p.next = now
	}
	p.next = p.next.Add(time.Duration(n) * p.interval)
}

// window is at most so many within any stretch of time.
type window struct {
	sent []time.Time // of the last groupWindow
}

func (w *window) wait(n int, now time.Time) time.Duration {
	for len(w.sent) > 0 && now.Sub(w.sent[0]) >= groupWindow {
		w.sent = w.sent[1:]
	}
	over := len(w.sent) + min(n, groupBurst) - groupBurst
	if over <= 0 {
		return 0
	}
	return w.sent[over-1].Add(groupWindow).Sub(now)
}

func (w *window) count(n int, now time.Time) {
	for range n {
		w.sent = append(w.sent, now)
	}
}

// wait and count are the limits of one chat.
func (ch *chat) wait(n int, now time.Time) time.Duration {
	if ch.private() {
		return ch.pace.wait(n, now)
	}
	return ch.window.wait(n, now)
}

func (ch *chat) count(n int, now time.Time) {
	if ch.private() {
		ch.pace.count(n, now)
	} else {
		ch.window.count(n, now)
	}
}
