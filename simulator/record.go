package simulator

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Refusal is a request that the bot should not have made.
type Refusal struct {
	Method      string
	Code        int // 400, 404 (no such method) or 413
	Description string
	Params      map[string]string
}

// record is what tests ask about the bot's calls.
type record struct {
	mu      sync.Mutex
	calls   map[string]int
	refused []Refusal
	slowed  int                  // answers with code 429
	early   int                  // see Early
	until   map[string]time.Time // by chat_id: when the last retry_after is over
}

// accept counts a call that was answered with ok.
func (r *record) accept(method string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls = map[string]int{}
	}
	r.calls[method]++
}

func (r *record) refuse(f Refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused = append(r.refused, f)
}

// Calls is how many calls of each method were answered with ok, whether or not
// the answer arrived.
func (s *Server) Calls() map[string]int {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return maps.Clone(s.record.calls)
}

// Refused is every request refused as bad, in order: a bot without mistakes
// has none. A message that was not modified and a tap answered too late are
// among them.
func (s *Server) Refused() []Refusal {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return slices.Clone(s.record.refused)
}

// slow notes that a chat was told to wait from now on.
func (r *record) slow(chat string, now time.Time, wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slowed++
	if r.until == nil {
		r.until = map[string]time.Time{}
	}
	r.until[chat] = now.Add(wait)
}

// arrive notes that a call for a chat was made.
func (r *record) arrive(chat string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Before(r.until[chat]) {
		r.early++
	}
}

// Slowed is how many calls were answered with code 429.
func (s *Server) Slowed() int {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return s.record.slowed
}

// Early is how many calls that count for the limits were made for a chat while
// the retry_after of an earlier answer there was in force. A polite bot makes
// none.
func (s *Server) Early() int {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return s.record.early
}
