package delivery

import (
	"context"
	"sync/atomic"
	"time"

	"wardbot/ward"
)

const (
	// Results are recorded when so many have come together, or the first of
	// them is so old.
	entries  = 256
	entryAge = 5 * time.Millisecond
)

// ledger records results, many in one transaction. What the database refuses
// stays in memory until it does not; the letters keep their places meanwhile,
// so there are never more results than places.
type ledger struct {
	settle   func(context.Context, []result) error
	in       chan result
	refusing atomic.Bool // the database: send nothing
}

// result is what became of a letter that has a place in the sky.
type result struct {
	ward.Settlement
	began time.Time // its call; zero if there was none
}

func newLedger(settle func(context.Context, []result) error) *ledger {
	return &ledger{settle: settle, in: make(chan result, most)}
}

// put hands over a result.
func (l *ledger) put(r result) { l.in <- r }

// close ends run when all results are recorded. No put may follow.
func (l *ledger) close() { close(l.in) }

// run records results until close. When the context ends, what cannot be
// recorded is given up: it stays "sending" and is in doubt at the next start.
func (l *ledger) run(ctx context.Context) {
	age := time.NewTimer(0)
	defer age.Stop()
	for first := range l.in {
		batch := []result{first}
		age.Reset(entryAge)
		for open := true; open && len(batch) < entries; {
			var r result
			select {
			case r, open = <-l.in:
				if open {
					batch = append(batch, r)
				}
			case <-age.C:
				open = false
			}
		}
		// The error is the context's: nobody waits for the results any more.
		_ = l.settle(ctx, batch)
	}
}

// settle records a batch, however long the database refuses, and frees the
// places of its letters.
func (e *Engine) settle(ctx context.Context, batch []result) error {
	settlements := make([]ward.Settlement, len(batch))
	for i, r := range batch {
		settlements[i] = r.Settlement
	}
	trouble := outage{log: e.log}
	for {
		// Not ctx: a transaction that has begun shall end.
		err := e.store.Settle(context.WithoutCancel(ctx), settlements)
		if err == nil {
			break
		}
		e.ledger.refusing.Store(true)
		e.sky.recall(all)
		if !trouble.sleep(ctx, "the database refuses results: nothing is sent", err) {
			return ctx.Err()
		}
	}
	trouble.over()
	e.ledger.refusing.Store(false)
	e.sky.free(len(batch))
	e.stats.count(batch)
	for _, r := range batch {
		if !r.began.IsZero() {
			e.limit.end(1)
		}
	}
	e.Wake()
	return nil
}
