package delivery

import (
	"sync"
	"time"
)

const (
	// most letters may be on their way at once, and open of them if nobody
	// says how many: Telegram lets about 1,000 calls be open
	// (tdlib/telegram-bot-api Client.cpp:7966).
	most  = 2000
	open  = 1000
	first = 64 // to begin with
	few   = 16 // to spare for a faster network

	// With a rate, no more than these parts of a second's letters.
	firstPart = 4
	fewPart   = 8
	least     = 4

	// measured is over how long the need is taken.
	measured = 250 * time.Millisecond
)

// limit is how many letters may be on their way at once: twice as many as
// were really at work lately, from the beginning of their calls until their
// results were recorded. So a slow network gets more calls, not a lower rate,
// while few letters just wait for their turn: those are what a stop must take
// back and what is in doubt after a kill.
type limit struct {
	fixed bool
	spare int

	mu    sync.Mutex
	most  int
	since time.Time
	work  int  // letters at work now
	peak  int  // and at most since
	full  bool // most places were taken at some time since
}

func newLimit(fixed int, rate float64) *limit {
	if fixed > 0 {
		return &limit{fixed: true, most: min(fixed, most)}
	}
	l := &limit{most: first, spare: few}
	if rate > 0 {
		l.spare = min(max(int(rate)/fewPart, least), few)
		l.most = min(max(int(rate)/firstPart, l.spare), first)
	}
	return l
}

// begin notes that the call for a letter begins, end that n are done with.
func (l *limit) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.work++
	l.peak = max(l.peak, l.work)
}

func (l *limit) end(n int) {
	l.mu.Lock()
	l.work -= n
	l.mu.Unlock()
}

// places is the limit, given how many are taken.
func (l *limit) places(taken int) int {
	if l.fixed {
		return l.most
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.full = l.full || 2*taken >= l.most
	passed := time.Since(l.since)
	if passed < measured {
		return l.most
	}
	// A time with little to do says nothing, nor does one in which nobody
	// looked.
	if l.full && passed < 4*measured {
		l.most = min(max(2*l.peak+l.spare, l.most/2), open)
	}
	l.peak, l.full, l.since = l.work, false, time.Now()
	return l.most
}
