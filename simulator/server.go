package simulator

import (
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say which bot there is and how its Telegram behaves.
type Options struct {
	Token    string // "" = a fixed one that looks real
	Username string // of the bot, "" = wardbot_bot

	// Now is the time of messages and of everything that ages; nil = time.Now.
	Now func() time.Time

	// Limits switches Telegram's sending limits on (core.telegram.org/bots/faq):
	// Rate messages a second for the whole bot, one a second in each private
	// chat, 20 a minute in each group or channel. See limits.go.
	Limits bool
	Rate   float64 // 0 = 30

	// Latency is how long a call is on its way, half of it before it is
	// processed and half after; nil = not at all. It is never called twice at
	// the same time.
	Latency func(r *rand.Rand) time.Duration

	Faults []Fault // what goes wrong, see Fault
	Seed   uint64  // of Faults and Latency: the same seed makes the same plan
}

// fixedToken is nobody's, but has the form that BotFather gives.
const fixedToken = "7000000001:AAFxSimulatedTelegramTokenForTests_0"

// Server is a pretend Telegram with one bot. All its methods, and those of its
// people and groups, may be called from any goroutine.
type Server struct {
	token    string
	bot      wireUser
	now      func() time.Time
	spec     *specification
	limits   limits
	trouble  trouble
	world    world
	updates  updates
	files    files
	settings settings
	record   record

	done  chan struct{} // closed by Close
	close func()

	mu       sync.Mutex // guards what follows
	down     bool
	addr     string // where Listen listens
	listener net.Listener
	http     *http.Server
}

// New makes a pretend Telegram that does not listen yet: use Listen, or the
// server itself as an http.Handler.
func New(o Options) *Server {
	if o.Token == "" {
		o.Token = fixedToken
	}
	if o.Username == "" {
		o.Username = "wardbot_bot"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rate == 0 {
		o.Rate = 30
	}
	id, _, _ := strings.Cut(o.Token, ":")
	botID, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		botID = 7000000001 // a token that no client could use: tests of wrong ones
	}
	s := &Server{
		token: o.Token,
		bot:   wireUser{ID: botID, IsBot: true, FirstName: o.Username, Username: o.Username},
		now:   o.Now,
		spec:  botAPI(),
		done:  make(chan struct{}),
	}
	s.close = sync.OnceFunc(func() { close(s.done) })
	s.limits.start(o.Limits, o.Rate)
	s.limits.stars.Store(math.MaxInt64)
	s.trouble.start(o.Faults, o.Seed, o.Now(), o.Latency)
	s.world.start()
	s.updates.start(o.Seed, o.Now)
	s.updates.server = s
	s.settings.start()
	return s
}

// Token is the bot's token.
func (s *Server) Token() string { return s.token }

// Username is the bot's username, without @.
func (s *Server) Username() string { return s.bot.Username }

// SetStars puts so many tenths of a Star on the bot's balance, from which paid
// broadcasts are paid. There are plenty to begin with.
func (s *Server) SetStars(tenths int64) { s.limits.stars.Store(tenths) }

// Spent is how many tenths of a Star were paid so far.
func (s *Server) Spent() int64 { return s.limits.spent.Load() }

// SetLimits switches the sending limits on or off.
func (s *Server) SetLimits(on bool) { s.limits.set(on) }

// SetFaults replaces the plan of what goes wrong. Its times count from now.
func (s *Server) SetFaults(faults ...Fault) { s.trouble.plan(faults, s.now()) }
