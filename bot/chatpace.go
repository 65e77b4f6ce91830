package bot

import "time"

// Telegram's limits for one chat (core.telegram.org/bots/faq): one message a
// second with short bursts, 20 a minute in groups and channels. Edits count.
const (
	chatEvery  = time.Second
	chatBurst  = 3
	groupCalls = 20
	// groupWindow is a second more than the minute, because the network may
	// deliver two calls closer together than they started.
	groupWindow = 61 * time.Second
)

// chatPaces is the pace of every chat that is not at rest.
type chatPaces struct {
	paced bool // false: only holds count
	chats map[int64]*chatPace
	sweep int // number of chats at which those at rest are forgotten
}

// chatPace is the timetable of one chat. The zero one is a chat at rest.
type chatPace struct {
	held   time.Time   // no call before: a 429
	next   time.Time   // the timetable of one a second
	starts []time.Time // of a group: the last groupCalls starts, as a ring
	oldest int         // in starts, when that is full
}

// ready is when a call to the chat may start; not before now.
func (p *chatPaces) ready(id int64, now time.Time) time.Time {
	c := p.chats[id]
	if c == nil {
		return now
	}
	return latest(now, c.ready())
}

func (c *chatPace) ready() time.Time {
	at := latest(c.held, c.next.Add(-(chatBurst-1)*chatEvery))
	if len(c.starts) == groupCalls {
		at = latest(at, c.starts[c.oldest].Add(groupWindow))
	}
	return at
}

// held is when the hold of a chat is over; the zero time if it has none.
func (p *chatPaces) held(id int64) time.Time {
	if c := p.chats[id]; c != nil {
		return c.held
	}
	return time.Time{}
}

// hold lets no call to the chat start before until.
func (p *chatPaces) hold(id int64, now, until time.Time) {
	c := p.get(id, now)
	c.held = latest(c.held, until)
}

// book enters a start into the timetable of the chat.
func (p *chatPaces) book(id int64, now time.Time) {
	if !p.paced {
		return
	}
	c := p.get(id, now)
	c.next = latest(c.next, now).Add(chatEvery)
	switch {
	case id > 0: // a person
	case len(c.starts) < groupCalls:
		c.starts = append(c.starts, now)
	default:
		c.starts[c.oldest] = now
		c.oldest = (c.oldest + 1) % groupCalls
	}
}

// get finds the pace of a chat. It forgets chats at rest whenever their
// number has doubled, so memory follows the traffic.
func (p *chatPaces) get(id int64, now time.Time) *chatPace {
	if c := p.chats[id]; c != nil {
		return c
	}
	if len(p.chats) >= p.sweep {
		for id, c := range p.chats {
			if c.atRest(now) {
				delete(p.chats, id)
			}
		}
		p.sweep = max(1024, 2*len(p.chats))
	}
	if p.chats == nil {
		p.chats = map[int64]*chatPace{}
	}
	c := &chatPace{}
	p.chats[id] = c
	return c
}

// atRest reports whether the chat may be forgotten: nothing it remembers can
// delay a call from now on.
func (c *chatPace) atRest(now time.Time) bool {
	if c.held.After(now) || c.next.After(now) {
		return false
	}
	if len(c.starts) == 0 {
		return true
	}
	newest := c.starts[(c.oldest+len(c.starts)-1)%len(c.starts)]
	return !newest.Add(groupWindow).After(now)
}
