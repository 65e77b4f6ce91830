package bot

import (
	"container/heap"
	"time"
)

// ticket is one call waiting in the gate.
type ticket struct {
	chat  int64
	size  int           // messages that it sends
	seq   uint64        // order of arrival
	at    time.Time     // when its chat is ready, or earlier
	index int           // in its queue; -1 when it has left it
	open  chan struct{} // closed when the call may start
}

// queue is the tickets of one lane, those of the readiest chats first.
type queue []*ticket

// due returns the first ticket whose chat is ready, or, with a time later than
// now, the one to look at next; nil if the queue is empty. A ticket's time is
// only a promise that its chat is not ready earlier: it is brought up to date
// when it has come and the chat is not ready.
func (q *queue) due(now time.Time, chats *chatPaces) *ticket {
	for len(*q) > 0 {
		t := (*q)[0]
		if t.at.After(now) {
			return t
		}
		at := chats.ready(t.chat, now)
		if !at.After(now) {
			return t
		}
		t.at = at
		heap.Fix(q, 0)
	}
	return nil
}

// Len, Less, Swap, Push and Pop make it a heap.
func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].seq < q[j].seq
	}
	return q[i].at.Before(q[j].at)
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *queue) Push(x any) {
	t := x.(*ticket)
	t.index = len(*q)
	*q = append(*q, t)
}

func (q *queue) Pop() any {
	last := len(*q) - 1
	t := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	t.index = -1
	return t
}
