package delivery

import (
	"context"
	"sync"
	"time"

	"wardbot/ward"
)

// countEvery is how long at least lies between two changes of numbers on one
// board: people who press together are shown together, and much is left of the
// 20 calls a minute that a group allows (core.telegram.org/bots/faq).
const countEvery = 5 * time.Second

// boards are those at which the engine is at work, one call at a time on each,
// so that posts keep their order and no two changes meet.
type boards struct {
	mu      sync.Mutex
	busy    map[int64]*errand
	counted map[int64]time.Time        // when a number was last changed there
	doubts  map[ward.PostKey]time.Time // posts in doubt, and since when
	calls   sync.WaitGroup
}

// errand is one call at a board.
type errand struct {
	passage
	bulletin int64
}

// take begins an errand at a board, unless there is one.
func (bs *boards) take(ctx context.Context, p ward.Post) *errand {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if bs.busy[p.BoardID] != nil {
		return nil
	}
	if bs.busy == nil {
		bs.busy = map[int64]*errand{}
	}
	c := &errand{bulletin: p.BulletinID}
	c.open(ctx)
	bs.busy[p.BoardID] = c
	return c
}

func (bs *boards) done(board int64) {
	bs.mu.Lock()
	delete(bs.busy, board)
	bs.mu.Unlock()
}

// occupied are the boards on which an errand is being run.
func (bs *boards) occupied() map[int64]bool {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	ids := make(map[int64]bool, len(bs.busy))
	for id := range bs.busy {
		ids[id] = true
	}
	return ids
}

// all lists the errands that are being run.
func (bs *boards) all() []*errand {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	var all []*errand
	for _, c := range bs.busy {
		all = append(all, c)
	}
	return all
}

// mayCount reports whether a number may be changed on a board.
func (bs *boards) mayCount(board int64, now time.Time) bool {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	last, ok := bs.counted[board]
	return !ok || now.Sub(last) >= countEvery
}

// counts notes that a number is being changed on a board.
func (bs *boards) counts(board int64, now time.Time) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if bs.counted == nil {
		bs.counted = map[int64]time.Time{}
	}
	bs.counted[board] = now
}

// doubt notes a post of which nobody knows whether it is there.
func (bs *boards) doubt(key ward.PostKey) {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	if bs.doubts == nil {
		bs.doubts = map[ward.PostKey]time.Time{}
	}
	bs.doubts[key] = time.Now()
}

// hopeless lists the posts that have been in doubt for a while.
func (bs *boards) hopeless(grace time.Duration) []ward.PostKey {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	var keys []ward.PostKey
	for key, since := range bs.doubts {
		if time.Since(since) >= grace {
			keys = append(keys, key)
		}
	}
	return keys
}

func (bs *boards) resolve(key ward.PostKey) {
	bs.mu.Lock()
	delete(bs.doubts, key)
	bs.mu.Unlock()
}
