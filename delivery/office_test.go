package delivery

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"wardbot/bot"
	"wardbot/simulator"
	"wardbot/storage"
	"wardbot/ward"
)

// office is an organisation with people to write to, at a simulated Telegram.
type office struct {
	testing.TB
	ctx      context.Context
	url      string // of Telegram
	path     string // of the database
	telegram *simulator.Server
	store    *storage.Store
	journal  *journal
	people   []*simulator.Person
	ids      []int64 // of the people, in the store
}

// newOffice registers so many people, each of whom has started the bot.
func newOffice(tb testing.TB, people int, o simulator.Options) *office {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	tb.Cleanup(cancel)
	of := &office{TB: tb, ctx: ctx, journal: newJournal(), path: filepath.Join(tb.TempDir(), "wardbot.db")}
	of.telegram = simulator.New(o)
	var err error
	of.url, err = of.telegram.Listen("127.0.0.1:0")
	of.must(err)
	of.store, err = storage.Open(ctx, of.path)
	of.must(err)
	tb.Cleanup(func() {
		of.must(of.telegram.Close())
		of.must(of.store.Close())
	})
	_, err = of.store.ImportPlaces(ctx, []ward.PlaceRow{{Ward: "Mễ Trì", Group: "Tổ 1"}})
	of.must(err)
	wards, err := of.store.Wards(ctx)
	of.must(err)
	of.people, of.ids = make([]*simulator.Person, people), make([]int64, people)
	registering := make(chan struct{}, 64)
	var all sync.WaitGroup
	for i := range people {
		registering <- struct{}{}
		all.Go(func() {
			defer func() { <-registering }()
			of.people[i] = of.telegram.Person(simulator.Profile{ID: int64(1_000_000 + i), FirstName: fmt.Sprint("Lan ", i)})
			of.people[i].Start("")
			p, err := of.store.Register(ctx, ward.Registration{
				ChatID: int64(1_000_000 + i), Name: fmt.Sprint("Lan ", i), Language: "vi", WardID: wards[0].ID,
				State: ward.PersonActive, ConsentedAt: time.Now(), ConsentText: "1", ConsentHash: "00", Now: time.Now(),
			})
			if err != nil {
				tb.Errorf("register: %v", err)
			}
			of.ids[i] = p.ID
		})
	}
	all.Wait()
	if tb.Failed() {
		tb.FailNow()
	}
	return of
}

func (of *office) must(err error) {
	of.Helper()
	if err != nil {
		of.Fatal(err)
	}
}

// Letters for tests; the id of the bulletin is not needed in their buttons,
// because nobody gets two bulletins in one test.
var (
	task = ward.Letter{Language: "vi", HTML: "<b>Dọn rác</b> ở ngõ", Buttons: [][]ward.LetterButton{{{Text: "✅", Data: "done:1:0"}}}}
	pass = ward.Letter{Language: "vi", Part: 1, HTML: "Mời bà con dọn rác", Buttons: [][]ward.LetterButton{{{Text: "✅", Data: "done:1:1"}}}}
	news = ward.Letter{Language: "vi", HTML: "Ngõ nay sạch"}
)

// publish publishes a bulletin to everybody, due at once.
func (of *office) publish(letters ...ward.Letter) ward.Bulletin {
	of.Helper()
	now := time.Now()
	b := ward.Bulletin{
		Kind: ward.KindTask, Title: "Dọn rác", Signed: ward.Signature{Org: "Phường", Sender: "Mai", Contact: "024"},
		SendAt: now, SendDay: ward.DayOf(now, time.UTC), Deadline: now.Add(time.Hour),
	}
	if len(letters) > 1 {
		b.PassOn = "Mời bà con"
	}
	b, err := of.store.Publish(of.ctx, b, func(ward.Bulletin) []ward.Letter { return letters })
	of.must(err)
	return b
}

// hire makes an engine that reports to the journal.
func (of *office) hire(o Options) *Engine { of.Helper(); return of.hireAt(0, o) }

// hireAt makes one that sends so many letters a second.
func (of *office) hireAt(rate float64, o Options) *Engine {
	of.Helper()
	line, err := bot.New(bot.Options{Token: of.telegram.Token(), APIURL: of.url, Rate: rate, Log: slog.New(of.journal)})
	of.must(err)
	o.Tick, o.Log = 5*time.Millisecond, slog.New(of.journal)
	if o.Grace == 0 {
		o.Grace = 50 * time.Millisecond
	}
	return New(of.store, line, o)
}

// start runs an engine until stop, which waits for it.
func (of *office) start(e *Engine) (stop func()) {
	ctx, cancel := context.WithCancel(of.ctx)
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			of.Errorf("Run: %v", err)
		}
	})
	of.Cleanup(stop)
	return stop
}

// await waits until the engine has logged something.
func (of *office) await(message string) {
	of.Helper()
	select {
	case <-of.journal.has(message):
	case <-of.ctx.Done():
		of.Fatalf("waiting for %q in vain; the journal:\n%s", message, of.journal)
	}
}

// copies counts for each person how often they got a text of the bot.
func (of *office) copies(text string) map[int]int {
	counts := map[int]int{}
	for _, p := range of.people {
		n := 0
		for _, m := range p.Chat() {
			if m.FromBot && strings.Contains(m.Text, text) {
				n++
			}
		}
		counts[n]++
	}
	return counts
}

// onceEach fails the test unless everybody has exactly one copy.
func (of *office) onceEach(text string) {
	of.Helper()
	if counts := of.copies(text); counts[1] != len(of.people) {
		of.Errorf("copies of %q → people: %v, want one for each of %d", text, counts, len(of.people))
	}
}

func (of *office) progress(b ward.Bulletin) ward.Progress {
	of.Helper()
	p, err := of.store.Progress(of.ctx, b.ID)
	of.must(err)
	return p
}

// journal keeps what is logged and wakes those who wait for it.
type journal struct {
	out     io.Writer // gets every line too, unless nil
	mu      sync.Mutex
	lines   []string
	waiting map[string]chan struct{}
}

func newJournal() *journal { return &journal{waiting: map[string]chan struct{}{}} }

// has returns a channel that is closed once a message was logged.
func (j *journal) has(message string) <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	c := j.waiting[message]
	if c == nil {
		c = make(chan struct{})
		j.waiting[message] = c
		for _, line := range j.lines {
			if strings.Contains(line, message) {
				close(c)
				break
			}
		}
	}
	return c
}

// forget empties the journal.
func (j *journal) forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines, j.waiting = nil, map[string]chan struct{}{}
}

// count is how often a message was logged.
func (j *journal) count(message string) (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, line := range j.lines {
		if strings.Contains(line, message) {
			n++
		}
	}
	return n
}

// Handle implements slog.Handler.
func (j *journal) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
	if j.out != nil {
		if _, err := fmt.Fprintln(j.out, line); err != nil {
			return err
		}
	}
	for message, c := range j.waiting {
		if strings.Contains(line, message) {
			select {
			case <-c:
			default:
				close(c)
			}
		}
	}
	return nil
}

// Enabled implements slog.Handler.
func (j *journal) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs implements slog.Handler.
func (j *journal) WithAttrs([]slog.Attr) slog.Handler { return j }

// WithGroup implements slog.Handler.
func (j *journal) WithGroup(string) slog.Handler { return j }

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, "\n")
}
