package delivery

import (
	"sync/atomic"

	"wardbot/ward"
)

// Stats counts what the engine did since it was made.
type Stats struct {
	Sent        int64 // letters that are in their chats
	Unreachable int64 // blocked us, or gone
	Failed      int64 // refused for good
	Unknown     int64 // never found out
	Cancelled   int64 // stopped before they went
	Retried     int64 // given back to be sent later
	InDoubt     int64 // may have been sent or not, when their call was cut off or the program ended
	Found       int64 // of those, found in their chats
	Absent      int64 // of those, proved not to be there
	Resent      int64 // of those, sent once more without proof
	Probes      int64 // calls made to find out
	Edits       int64 // calls made to change or delete copies
	Posts       int64 // messages put on boards
	PostsAgain  int64 // of those, once more without proof
	InFlight    int   // on their way just now
}

// stats are the counters behind Stats.
type stats struct {
	states                                 [ward.DeliveryCancelled + 1]atomic.Int64
	inDoubt, found, absent, resent, probes atomic.Int64
	edits, posts, postsAgain               atomic.Int64
}

func (s *stats) count(batch []result) {
	for _, r := range batch {
		s.states[r.State].Add(1)
	}
}

// Stats returns the counters as they are now.
func (e *Engine) Stats() Stats {
	s := &e.stats
	return Stats{
		Sent:        s.states[ward.DeliverySent].Load(),
		Unreachable: s.states[ward.DeliveryUnreachable].Load(),
		Failed:      s.states[ward.DeliveryFailed].Load(),
		Unknown:     s.states[ward.DeliveryUnknown].Load(),
		Cancelled:   s.states[ward.DeliveryCancelled].Load(),
		Retried:     s.states[ward.DeliveryDue].Load(),
		InDoubt:     s.inDoubt.Load(),
		Found:       s.found.Load(),
		Absent:      s.absent.Load(),
		Resent:      s.resent.Load(),
		Probes:      s.probes.Load(),
		Edits:       s.edits.Load(),
		Posts:       s.posts.Load(),
		PostsAgain:  s.postsAgain.Load(),
		InFlight:    e.sky.busy(),
	}
}
