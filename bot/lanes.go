package bot

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

const (
	// lanesFull is how many updates wait before Put does.
	lanesFull = 4096

	// drainTime is how long updates may still be handled after the end.
	drainTime = 8 * time.Second
)

// Lanes hands out updates: in order within a chat, chats side by side.
type Lanes struct {
	Log *slog.Logger // nil = slog.Default()

	workers int
	handle  func(context.Context, Update)

	mu      sync.Mutex
	ctx     context.Context              // of the handlers; nil before Run
	busy    int                          // workers that there are, each with something to do
	done    sync.Cond                    // closed, and nobody is busy
	room    sync.Cond                    // fewer wait than lanesFull, or closed
	chats   map[int64][]Update           // those waiting, of chats with any waiting or in hand
	ready   []int64                      // chats with something waiting and nothing in hand
	inHand  map[int64]context.CancelFunc // by chat: tells its handler that the next one has come
	waiting int
	closed  bool
}

// NewLanes makes lanes that handle so many updates at once.
func NewLanes(workers int, handle func(ctx context.Context, u Update)) *Lanes {
	l := &Lanes{workers: max(workers, 1), handle: handle, chats: map[int64][]Update{}, inHand: map[int64]context.CancelFunc{}}
	l.done.L, l.room.L = &l.mu, &l.mu
	return l
}

// Put adds an update. It waits while thousands are waiting already, and drops
// the update after Close: it is stored, and comes back at the next start.
func (l *Lanes) Put(u Update) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.waiting >= lanesFull && !l.closed {
		l.room.Wait()
	}
	if l.closed {
		return
	}
	chat := u.queue()
	queue, busy := l.chats[chat]
	l.chats[chat] = append(queue, u)
	l.waiting++
	if !busy {
		l.ready = append(l.ready, chat)
		l.hire()
	}
	if overtake := l.inHand[chat]; overtake != nil {
		overtake()
	}
}

// hire makes one more worker, if there may be one: they are there only while
// there is something to do, so that many may wait for Telegram in a rush.
func (l *Lanes) hire() {
	if l.ctx != nil && l.busy < l.workers {
		l.busy++
		go l.work()
	}
}

// Close takes no more updates. Run returns when the rest are handled.
func (l *Lanes) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.done.Broadcast()
	l.room.Broadcast()
}

// Run handles updates until Close, or until ctx ends, and then those that
// still wait. The handlers' context lives 8 s longer than ctx, so that what
// was begun can be finished.
func (l *Lanes) Run(ctx context.Context) error {
	handling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		l.Close()
		time.AfterFunc(drainTime, cancel)
	})()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx = handling
	for range l.ready {
		l.hire()
	}
	for !l.closed || l.busy > 0 {
		l.done.Wait()
	}
	return nil
}

// work handles updates while any are ready.
func (l *Lanes) work() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.ready) > 0 {
		chat := l.ready[0]
		l.ready = l.ready[1:]
		u := l.chats[chat][0]
		l.chats[chat] = l.chats[chat][1:]
		l.waiting--
		l.room.Signal()
		overtaken, overtake := context.WithCancel(l.ctx)
		if len(l.chats[chat]) > 0 {
			overtake()
		}
		l.inHand[chat] = overtake

		l.mu.Unlock()
		l.guarded(withOvertaken(l.ctx, overtaken), u)
		l.mu.Lock()

		delete(l.inHand, chat)
		overtake()
		if len(l.chats[chat]) == 0 {
			delete(l.chats, chat)
		} else {
			l.ready = append(l.ready, chat) // behind the others
		}
	}
	l.busy--
	l.done.Broadcast()
}

// guarded handles one update and survives it: a poisonous one must not stop
// the rest.
func (l *Lanes) guarded(ctx context.Context, u Update) {
	defer func() {
		if p := recover(); p != nil {
			cmp.Or(l.Log, slog.Default()).Error("an update made its handler panic",
				"update", u.ID, "kind", u.Kind, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	l.handle(ctx, u)
}
