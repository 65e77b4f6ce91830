package simulator

import (
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// FaultKind is what goes wrong.
type FaultKind int

// What can go wrong with a call.
const (
	Error500    FaultKind = iota + 1 // "Internal Server Error: restart"; every second one was processed
	Page502                          // the HTML page of the front server; every second one was processed
	ResetBefore                      // connection cut, not processed
	ResetAfter                       // processed, then cut
	Timeout                          // processed, and not answered until the client leaves
	Storm429                         // refused with RetryAfter
)

// Fault is one kind of trouble. Which of the calls it strikes follows from the
// seed and from how many calls it could have struck before: the same seed and
// the same order of calls give the same plan.
type Fault struct {
	Method     string  // "" = any that sends, copies, forwards or edits
	Share      float64 // of these calls, 0 to 1
	Kind       FaultKind
	RetryAfter time.Duration // with Storm429, in whole seconds, at least one
	From       time.Duration // after the server was made, or SetFaults was called
	For        time.Duration // 0 = for ever
}

// trouble decides about latency and faults.
type trouble struct {
	mu     sync.Mutex
	seed   uint64
	faults []Fault
	seen   []uint64 // by fault: calls it could have struck
	began  time.Time
	rng    *rand.Rand
	delay  func(*rand.Rand) time.Duration
}

func (t *trouble) start(faults []Fault, seed uint64, now time.Time, delay func(*rand.Rand) time.Duration) {
	t.seed, t.delay, t.rng = seed, delay, rand.New(rand.NewPCG(seed, 0))
	t.plan(faults, now)
}

func (t *trouble) plan(faults []Fault, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults, t.seen, t.began = faults, make([]uint64, len(faults)), now
}

// latency is how long a call takes on its way there and back.
func (t *trouble) latency() (before, after time.Duration) {
	if t.delay == nil {
		return 0, 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.delay(t.rng)
	return d / 2, d - d/2
}

// blow is a fault that strikes a call.
type blow struct {
	Fault
	processed bool
}

// strike returns what goes wrong with a call, or nil.
func (t *trouble) strike(method string, now time.Time) *blow {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, f := range t.faults {
		since := now.Sub(t.began)
		if since < f.From || f.For > 0 && since >= f.From+f.For {
			continue
		}
		if f.Method != method && (f.Method != "" || !limited(method)) {
			continue
		}
		n := t.seen[i]
		t.seen[i]++
		draw := rand.New(rand.NewPCG(t.seed, uint64(i)<<40|n))
		if draw.Float64() >= f.Share {
			continue
		}
		b := &blow{Fault: f}
		switch f.Kind {
		case ResetAfter, Timeout:
			b.processed = true
		case Error500, Page502:
			b.processed = draw.IntN(2) == 0
		}
		return b
	}
	return nil
}

// wait is the retry_after of a storm: whole seconds, at least one.
func (f Fault) wait() time.Duration {
	return max(1, time.Duration(math.Ceil(f.RetryAfter.Seconds()))) * time.Second
}

// badGateway is what nginx says when the server behind it is away.
const badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// spoil answers a call in the way of the fault.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, b *blow) {
	switch b.Kind {
	case Error500:
		answer(w, nil, errRestart)
	case Page502:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		w.Write([]byte(badGateway))
	case Storm429:
		answer(w, nil, tooMany(int(b.wait().Seconds())))
	case Timeout:
		select {
		case <-r.Context().Done():
		case <-s.done:
		}
		cut(w)
	default:
		cut(w)
	}
}

// pass lets some time go by; false if the server was closed meanwhile. A
// client that leaves does not stop its request, which is on its way.
func (s *Server) pass(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.done:
		return false
	}
}
