package delivery

import (
	"sync"
	"time"
)

// remembered is how many message ids are kept: those of half a minute at the
// highest rate.
const remembered = 1 << 15

// fresh is for how long the highest id tells where the counter is.
const fresh = 30 * time.Second

// ids are the message ids that Telegram gave to letters in private chats. All
// private chats of a bot share one counter, so a message sent later has a
// higher id (pyrogram's documentation, "Message identifiers").
type ids struct {
	mu   sync.Mutex
	ring []messageID
	all  map[int64]struct{} // that are in the ring
	next int                // in the ring, when it is full
	high int64
	last time.Time // when the latest call began
}

type messageID struct {
	id    int64
	began time.Time // the call
}

// note remembers the id of a message whose call began at a moment.
func (i *ids) note(id int64, began time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.high = max(i.high, id)
	if began.After(i.last) {
		i.last = began
	}
	if i.all == nil {
		i.all = map[int64]struct{}{}
	}
	i.all[id] = struct{}{}
	if len(i.ring) < remembered {
		i.ring = append(i.ring, messageID{id, began})
		return
	}
	delete(i.all, i.ring[i.next].id)
	i.ring[i.next] = messageID{id, began}
	i.next = (i.next + 1) % remembered
}

// learn remembers ids that were given out before the program started.
func (i *ids) learn(list []int64) {
	for _, id := range list {
		i.note(id, time.Time{})
	}
}

// taken says whether an id is known to be of another message.
func (i *ids) taken(id int64) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	_, ok := i.all[id]
	return ok
}

// stale says that no id was given out lately: people may have written any
// number of messages since the last.
func (i *ids) stale() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return time.Since(i.last) > fresh
}

// highest is the highest id known, or 0.
func (i *ids) highest() int64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.high
}

// bound is the lowest id of a message whose call began after a moment, or 0:
// what had been sent by that moment has a lower one.
func (i *ids) bound(moment time.Time) (lowest int64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.last.After(moment) {
		return 0
	}
	for _, m := range i.ring {
		if m.began.After(moment) && (lowest == 0 || m.id < lowest) {
			lowest = m.id
		}
	}
	return lowest
}
