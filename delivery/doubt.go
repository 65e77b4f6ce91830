package delivery

import (
	"context"
	"slices"
	"sync"
	"time"

	"wardbot/ward"
)

const (
	// candidates is how many message ids are tried at most to find a letter.
	candidates = 200

	// fullOfDoubt is how many letters may be in doubt before no more are sent.
	fullOfDoubt = 500

	// asking is how many letters are looked for at once.
	asking = 16

	// others is how many messages of people and answers to them are reckoned
	// with between the last id known and a letter in doubt, where no later id
	// is known.
	others = 100
)

// doubt is a letter of which nobody knows whether it was sent.
//
// It is looked for in its chat. Message ids of private chats come from one
// counter, so the letter's own lies between the highest id known when its
// call began and the lowest one given out after it was surely over. Of these,
// few are not known to be something else. An edit of such a candidate in that
// chat with the letter's own keyboard is answered "message is not modified"
// if it is the letter, and "message to edit not found" or "message can't be
// edited" if it is not (tdlib/telegram-bot-api Client.cpp:108, 6729).
type doubt struct {
	ward.Delivery
	asOf time.Time // when the call ended, or the program started
	ours bool      // the call was made in this run

	after  int64 // the letter's id is higher,
	before int64 // and lower; 0 = not known
	old    bool  // from before the program started: the sending waits for it

	absent   map[int64]bool // ids that it does not have
	next     time.Time      // when to ask again
	hopeless bool           // it cannot be looked for
}

// doubts are all letters in doubt.
type doubts struct {
	mu  sync.Mutex
	all []*doubt
}

func (ds *doubts) add(d ...*doubt) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	ds.all = append(ds.all, d...)
}

func (ds *doubts) drop(d *doubt) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	ds.all = slices.DeleteFunc(ds.all, func(other *doubt) bool { return other == d })
}

// list returns all doubts, in the order in which they arose.
func (ds *doubts) list() []*doubt {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	return slices.Clone(ds.all)
}

// place is how many doubts come before d in the order of sending.
func (ds *doubts) place(d *doubt) (n int) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, other := range ds.all {
		if c := other.ClaimedAt.Compare(d.ClaimedAt); c < 0 || c == 0 && other.PersonID < d.PersonID {
			n++
		}
	}
	return n
}

// count is how many there are, and how many of them the sending waits for.
func (ds *doubts) count() (all, awaited int) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, d := range ds.all {
		if d.old {
			awaited++
		}
	}
	return len(ds.all), awaited
}

// release lets the sending go on without this one.
func (ds *doubts) release(d *doubt) {
	ds.mu.Lock()
	d.old = false
	ds.mu.Unlock()
}

// takeOver takes up what was on its way when the program last ended. What was
// recorded after the first of these was claimed has ids that they cannot have.
func (e *Engine) takeOver(ctx context.Context, left []ward.Delivery) error {
	if len(left) == 0 {
		return nil
	}
	first := slices.MinFunc(left, func(a, b ward.Delivery) int { return a.ClaimedAt.Compare(b.ClaimedAt) })
	after, _, err := e.store.MessageWindow(ctx, first)
	if err != nil {
		return err
	}
	known, err := e.store.MessagesAfter(ctx, after, first.ClaimedAt)
	if err != nil {
		return err
	}
	e.ids.learn(known)
	for _, d := range left {
		e.doubts.add(&doubt{Delivery: d, asOf: e.began, old: true})
	}
	e.stats.inDoubt.Add(int64(len(left)))
	e.log.Info("letters in doubt since the last run", "letters", len(left))
	return nil
}

// likeliest puts those candidates first that the letter would have if letters
// had arrived in the order in which they were sent, as they nearly do: the
// first one in doubt has the first of the ids that nobody has, and so on.
func likeliest(ids []int64, place int) []int64 {
	order := make([]int64, 0, len(ids))
	right := min(place, len(ids))
	left := right - 1
	for left >= 0 || right < len(ids) {
		if right < len(ids) {
			order = append(order, ids[right])
			right++
		}
		if left >= 0 {
			order = append(order, ids[left])
			left--
		}
	}
	return order
}

// ready returns the doubts that can be looked into now.
func (e *Engine) ready() []*doubt {
	reachable, trial := e.network.open()
	if !reachable {
		return nil
	}
	var ready []*doubt
	idle, now := e.idle.Load(), time.Now()
	open := false // one without an upper bound is among them
	for _, d := range e.doubts.list() {
		if now.Before(d.next) || now.Sub(d.asOf) < e.grace || d.hopeless && !idle {
			continue
		}
		if d.before == 0 {
			d.before = e.ids.bound(d.asOf.Add(e.grace))
		}
		if d.before == 0 && !d.hopeless {
			// Nothing was sent since, and nothing will be until one of these
			// is sent again: that bounds the others.
			if !idle || open {
				continue
			}
			open = true
		}
		ready = append(ready, d)
		if trial {
			break
		}
	}
	return ready
}

// candidates are the ids that the letter may have. Whole says that it was not
// sent if it has none of them. With too many ids between the bounds, these are
// the ones next to both.
//
// Where only one bound is known, the others in doubt and some messages of
// people may lie between it and the letter, but no more: letters whose id is
// known do not count. Only below the first letter of all there may be
// anything, if time has passed since it was sent.
func (e *Engine) candidates(d *doubt) (ids []int64, whole bool) {
	scan := func(id, step, end int64, reach int) (ids []int64) {
		for ; id != end && len(ids) < reach; id += step {
			if !e.ids.taken(id) && !d.absent[id] {
				ids = append(ids, id)
			}
		}
		return ids
	}
	all, _ := e.doubts.count()
	reach := min(all+others, candidates) - len(d.absent)
	switch {
	case d.after > 0 && d.before > 0:
		ids = scan(d.after+1, 1, d.before, candidates+1)
		if len(ids) <= candidates {
			return ids, true
		}
		ids = ids[:candidates/2]
		return append(ids, scan(d.before-1, -1, ids[len(ids)-1], candidates/2)...), false
	case d.after > 0:
		return scan(d.after+1, 1, 0, reach), all+others <= candidates
	default:
		return scan(d.before-1, -1, 0, reach), all+others <= candidates && d.ours
	}
}
