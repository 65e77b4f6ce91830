package delivery

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	shortestPause = time.Second
	longestPause  = time.Minute

	// strikes unknown outcomes in a row, with no answer of Telegram between
	// them, mean that it is down. Fewer are left to chance.
	strikes = 8
)

// outage is something the engine has to wait for: 1, 2, 4 … 60 s between two
// tries. It is logged when it begins and when it is over, not at every try.
type outage struct {
	log *slog.Logger

	mu      sync.Mutex
	since   time.Time // zero while all is well
	noticed time.Time // when the last failure was
	pause   time.Duration
	unknown int // outcomes in a row
}

// begin notes a failure. The pause it leads to is returned.
func (o *outage) begin(what string, err error) time.Duration {
	now := time.Now()
	if o.since.IsZero() {
		o.since = now
		o.log.Warn(what, "err", err)
	}
	o.noticed = now
	o.pause = min(max(2*o.pause, shortestPause), longestPause)
	return o.pause
}

// over ends the outage, if there is one.
func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unknown = 0
	if o.since.IsZero() {
		return
	}
	o.log.Info("sending goes on", "after", time.Since(o.since).Round(time.Millisecond))
	o.since, o.pause = time.Time{}, 0
}

// sleep notes a failure and waits for the next try. It reports false if the
// context ended first.
func (o *outage) sleep(ctx context.Context, what string, err error) bool {
	o.mu.Lock()
	pause := o.begin(what, err)
	o.mu.Unlock()
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// failed notes that a call begun at a moment found no network. Calls that
// were on their way together fail together and count once.
func (o *outage) failed(began time.Time, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() || began.After(o.noticed) {
		o.begin("Telegram cannot be reached: nothing is sent", err)
	}
}

// puzzled notes a call without a trustworthy answer. It reports whether that
// makes an outage.
func (o *outage) puzzled(began time.Time, err error) bool {
	o.mu.Lock()
	o.unknown++
	down := o.unknown >= strikes || !o.since.IsZero()
	o.mu.Unlock()
	if down {
		o.failed(began, err)
	}
	return down
}

// open says whether calls may be made, and whether only one on trial.
func (o *outage) open() (open, trial bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		return true, false
	}
	return time.Since(o.noticed) >= o.pause, true
}
