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
	next int // in the ring, when it is full
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
	if len(i.ring) < remembered {
		i.ring = append(i.ring, messageID{id, began})
		return
	}
	i.ring[i.next] = messageID{id, began}
	i.next = (i.next + 1) % remembered
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

// known are the ids of messages known to be something else than what is
// looked for.
func (i *ids) known() map[int64]bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	known := make(map[int64]bool, len(i.ring))
	for _, m := range i.ring {
		known[m.id] = true
	}
	return known
}
