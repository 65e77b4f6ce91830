package delivery

import (
	"context"
	"sync/atomic"
	"time"

	"wardbot/storage"
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
	record   func(context.Context, []ward.Settlement) error
	in       chan result
	refusing atomic.Bool // the database: send nothing
}

// result is what became of a letter that has a place in the sky.
type result struct {
	ward.Settlement
	began time.Time // its call; zero if there was none
}

func newLedger(store *storage.Store) *ledger {
	return &ledger{record: store.Settle, in: make(chan result, most)}
}

// put hands over a result.
func (l *ledger) put(r result) { l.in <- r }

// close says that no result follows.
func (l *ledger) close() { close(l.in) }

// gather waits for a result and takes what comes soon after it. It returns
// nothing after close.
func (l *ledger) gather() (batch []result) {
	r, open := <-l.in
	age := time.NewTimer(entryAge)
	defer age.Stop()
	for open {
		batch = append(batch, r)
		if len(batch) == entries {
			return batch
		}
		select {
		case r, open = <-l.in:
		case <-age.C:
			return batch
		}
	}
	return batch
}

// keepLedger records results until the ledger is closed. When the context
// ends, what cannot be recorded is given up: it stays "sending" and is in
// doubt at the next start.
func (e *Engine) keepLedger(ctx context.Context) {
	for {
		batch := e.ledger.gather()
		if len(batch) == 0 {
			return
		}
		e.settle(ctx, batch)
	}
}

// settle records a batch, however long the database refuses, and frees the
// places of its letters.
func (e *Engine) settle(ctx context.Context, batch []result) {
	settlements := make([]ward.Settlement, 0, len(batch))
	for _, r := range batch {
		if e.unseated.Load() && r.State == ward.DeliveryDue {
			continue // the engine that has it in doubt says so
		}
		settlements = append(settlements, r.Settlement)
	}
	trouble := outage{log: e.log}
	for {
		// Not ctx: a transaction that has begun shall end.
		err := e.ledger.record(context.WithoutCancel(ctx), settlements)
		if err == nil {
			break
		}
		e.ledger.refusing.Store(true)
		e.sky.recall(all)
		if !trouble.sleep(ctx, "the database refuses results: nothing is sent", err) {
			return
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
}
