package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// outage is one thing a poller may have to wait for. It is logged when it
// begins and when it is over, not at every try.
type outage struct {
	clock Clock
	log   *slog.Logger
	what  string
	since time.Time // zero while all is well
	pause time.Duration
}

// wait pauses after a failure, longer each time up to 30 s, or as long as a
// 429 asks. It returns the error of ctx if that ends first.
func (o *outage) wait(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err() // we are leaving: that is no outage
	}
	if o.since.IsZero() {
		o.since = o.clock.Now()
		o.log.Warn(o.what, "err", err)
	}
	o.pause = min(max(2*o.pause, time.Second), longestBackoff)
	pause := o.pause
	var e *Error
	if errors.As(err, &e) && e.Kind == KindWait {
		pause = max(pause, e.RetryAfter+time.Second)
	}
	return o.clock.Sleep(ctx, pause)
}

// over ends the outage, if there is one.
func (o *outage) over() {
	if o.since.IsZero() {
		return
	}
	o.log.Info("over: "+o.what, "lasted", o.clock.Now().Sub(o.since))
	o.since, o.pause = time.Time{}, 0
}
