package simulator

import (
	"maps"
	"slices"
	"sync"
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
