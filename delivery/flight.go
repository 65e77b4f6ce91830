package delivery

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"wardbot/bot"
	"wardbot/ward"
)

// The phases of a call.
const (
	waiting  int32 = iota // for its turn in the gate
	wired                 // the request is being written, or has been
	recalled              // taken back before that
)

// passage is the way of one call through the gate to the wire.
type passage struct {
	ctx    context.Context
	cancel context.CancelFunc
	phase  atomic.Int32
}

func (p *passage) open(ctx context.Context) { p.ctx, p.cancel = context.WithCancel(ctx) }

// recall takes a call back if nothing of it was written yet. It ends with
// bot.KindCancelled then.
func (p *passage) recall() {
	if p.phase.CompareAndSwap(waiting, recalled) {
		p.cancel()
	}
}

// trace calls begin just before anything of the request is written.
func (p *passage) trace(begin func()) context.Context {
	return bot.OnWire(p.ctx, func() {
		if p.phase.CompareAndSwap(waiting, wired) {
			begin()
		}
	})
}

// flight is one letter on its way, from its claim until its call has ended.
type flight struct {
	ward.Delivery
	parcel
	flaw error // why it cannot be sent
	// revision is the one that the letter is written for.
	revision int
	passage

	after int64     // the highest message id known when the call began
	began time.Time // when it did
}

// sky holds the letters on their way. It counts a letter until what became of
// it is recorded, so that a slow database slows the sending down.
type sky struct {
	mu       sync.Mutex
	inTheAir map[*flight]struct{}
	places   int // taken
	calls    sync.WaitGroup
}

// take gives a claimed letter a place.
func (s *sky) take(ctx context.Context, f *flight) {
	f.open(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inTheAir == nil {
		s.inTheAir = map[*flight]struct{}{}
	}
	s.inTheAir[f] = struct{}{}
	s.places++
	s.calls.Add(1)
}

// landed ends a call. The place stays taken until free.
func (s *sky) landed(f *flight) {
	f.cancel()
	s.mu.Lock()
	delete(s.inTheAir, f)
	s.mu.Unlock()
	s.calls.Done()
}

// reserve takes a place for a result without a call.
func (s *sky) reserve() {
	s.mu.Lock()
	s.places++
	s.mu.Unlock()
}

// free gives back n places.
func (s *sky) free(n int) {
	s.mu.Lock()
	s.places -= n
	s.mu.Unlock()
}

// busy is how many places are taken.
func (s *sky) busy() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.places
}

// recall takes back those letters that have not been written to the wire.
func (s *sky) recall(which func(*flight) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for f := range s.inTheAir {
		if which(f) {
			f.recall()
		}
	}
}

// all letters, for recall.
func all(*flight) bool { return true }

// bulletins are the ids of what is on its way.
func (s *sky) bulletins() map[int64]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := map[int64]bool{}
	for f := range s.inTheAir {
		ids[f.BulletinID] = true
	}
	return ids
}

// abort ends all calls, whatever that leaves in doubt.
func (s *sky) abort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for f := range s.inTheAir {
		f.cancel()
	}
}

// wait returns when all calls have ended.
func (s *sky) wait() { s.calls.Wait() }
