package simulator

import (
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"
)

// How Telegram keeps updates (tdlib/telegram-bot-api Client.cpp, tdlib/td
// TQueue.cpp).
const (
	keepMessage  = 24 * time.Hour
	keepCallback = 150 * time.Second
	maxWaiting   = 100_000 // more are dropped
	maxPage      = 100
	maxPoll      = 50 * time.Second
)

// unasked are the kinds that a bot gets only by naming them (Bot API:
// getUpdates).
var unasked = []string{"chat_member", "message_reaction", "message_reaction_count"}

// update is one that waits to be fetched and confirmed.
type update struct {
	id    int64
	kind  string
	body  json.RawMessage
	until time.Time
}

// MarshalJSON writes Bot API's Update.
func (u update) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, len(u.body)+64)
	b = append(b, `{"update_id":`...)
	b = strconv.AppendInt(b, u.id, 10)
	b = append(b, `,"`...)
	b = append(b, u.kind...)
	b = append(b, `":`...)
	b = append(b, u.body...)
	return append(b, '}'), nil
}

// updates is the queue of what the bot has not confirmed.
type updates struct {
	mu      sync.Mutex
	now     func() time.Time
	last    int64 // id
	waiting []update
	allowed []string      // nil = all but unasked
	arrived chan struct{} // closed when an update comes, if a poll waits
	ended   chan error    // of the poll that waits: why it must end
	webhook webhook
	courier courier
	server  *Server // whose courier it is
}

func (u *updates) start(seed uint64, now func() time.Time) {
	u.now = now
	u.last = 100_000_000 + int64(seed%1000)*1000 // Telegram begins anywhere
}

// push puts an update into the queue, unless the bot does not want its kind.
func (u *updates) push(kind string, body any, keep time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.wants(kind) || len(u.waiting) >= maxWaiting {
		return
	}
	u.last++
	u.waiting = append(u.waiting, update{u.last, kind, mustJSON(body), u.now().Add(keep)})
	u.sendOff(u.server, u.waiting[len(u.waiting)-1])
	if u.arrived != nil {
		close(u.arrived)
		u.arrived = nil
	}
}

func (u *updates) wants(kind string) bool {
	if u.allowed == nil {
		return !slices.Contains(unasked, kind)
	}
	return slices.Contains(u.allowed, kind)
}

// allow remembers which kinds the bot wants; an empty list is the default.
func (u *updates) allow(kinds []string) {
	u.allowed = kinds
	if len(kinds) == 0 {
		u.allowed = nil
	}
}

// confirm forgets what an offset confirms, and what is too old.
func (u *updates) confirm(offset int64) {
	now := u.now()
	old := 0
	switch {
	case offset > 0:
		for old < len(u.waiting) && u.waiting[old].id < offset {
			old++
		}
	case offset < 0:
		old = max(0, len(u.waiting)+int(max(offset, -maxWaiting)))
	}
	u.waiting = u.waiting[old:]
	if slices.ContainsFunc(u.waiting, func(w update) bool { return now.After(w.until) }) {
		u.waiting = slices.DeleteFunc(slices.Clone(u.waiting), func(w update) bool { return now.After(w.until) })
	}
}

// endPoll makes the poll that waits end with an error.
func (u *updates) endPoll(why error) {
	if u.ended != nil {
		u.ended <- why
		u.ended = nil
	}
}

func (s *Server) getUpdates(c *call) (any, error) {
	u := &s.updates
	offset := c.int("offset")
	limit := min(max(c.int("limit"), 1), maxPage)
	if !c.has("limit") || c.int("limit") == 0 {
		limit = maxPage
	}
	wait := min(time.Duration(max(c.int("timeout"), 0))*time.Second, maxPoll)

	u.mu.Lock()
	if u.webhook.URL != "" {
		u.mu.Unlock()
		return nil, errWebhookActive
	}
	if c.has("allowed_updates") {
		var kinds []string
		if err := c.json("allowed_updates", &kinds); err != nil {
			u.mu.Unlock()
			return nil, err
		}
		u.allow(kinds)
	}
	u.endPoll(errOtherPoll)
	u.confirm(offset)
	if len(u.waiting) > 0 || wait == 0 {
		defer u.mu.Unlock()
		return u.page(limit), nil
	}
	ended, arrived := make(chan error, 1), make(chan struct{})
	u.ended, u.arrived = ended, arrived
	u.mu.Unlock()

	timer := time.NewTimer(wait)
	defer timer.Stop()
	var err error
	select {
	case <-arrived:
	case <-timer.C:
	case <-c.ctx.Done():
	case <-s.done:
	case err = <-ended:
		return nil, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.ended != ended { // ended at the same moment
		return nil, <-ended
	}
	u.ended, u.arrived = nil, nil
	return u.page(limit), nil
}

func (u *updates) page(limit int64) []update {
	page := slices.Clone(u.waiting[:min(int(limit), len(u.waiting))])
	if page == nil {
		page = []update{}
	}
	return page
}

// Pending is how many updates the bot has not confirmed.
func (s *Server) Pending() int {
	s.updates.mu.Lock()
	defer s.updates.mu.Unlock()
	return len(s.updates.waiting)
}

// Inject sends the bot an update of any kind and content, such as
// {"poll_answer": {…}}. It gets an update_id, and is sent even if the bot did
// not ask for its kind.
func (s *Server) Inject(raw map[string]any) {
	s.updates.mu.Lock()
	defer s.updates.mu.Unlock()
	u := &s.updates
	for kind, body := range raw {
		if kind == "update_id" {
			continue
		}
		u.last++
		u.waiting = append(u.waiting, update{u.last, kind, mustJSON(body), u.now().Add(keepMessage)})
		u.sendOff(s, u.waiting[len(u.waiting)-1])
	}
	if u.arrived != nil {
		close(u.arrived)
		u.arrived = nil
	}
}
