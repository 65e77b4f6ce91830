package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"math"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/BurntSushi/toml"

	"wardbot/bot"
	"wardbot/delivery"
	"wardbot/handlers"
	"wardbot/locales"
	"wardbot/simulator"
	"wardbot/storage"
	"wardbot/ward"
)

// firstChat is the number of the first pretend person's chat.
const firstChat = 1_000_000

// ground is where a measurement takes place: a pretend Telegram and a scratch
// database, with people who are known to both.
type ground struct {
	ctx      context.Context
	fail     context.CancelCauseFunc // ends everything
	telegram *simulator.Server
	url      string // of the pretend Telegram
	database string
	store    *storage.Store
	people   []*simulator.Person
	sample   sample
	zone     *time.Location
	done     string // label of the button
	rng      *rand.Rand
	closers  []func() error
}

// ground prepares one. Close it, also after an error.
func (t trial) ground(s *surroundings, people int, o simulator.Options) (*ground, error) {
	limited, cancel := context.WithTimeoutCause(s.ctx, t.Within, errors.New("it did not end within the time given by --within"))
	ctx, fail := context.WithCancelCause(limited)
	g := &ground{ctx: ctx, fail: fail, rng: rand.New(rand.NewPCG(t.Seed, 1))}
	g.closers = append(g.closers, func() error { fail(nil); cancel(); return nil })
	return g, g.prepare(t, people, o)
}

func (g *ground) prepare(t trial, people int, o simulator.Options) (err error) {
	if _, err := toml.Decode(sampleTexts, &g.sample); err != nil {
		return fmt.Errorf("sample texts: %w", err)
	}
	texts, err := locales.Load(nil)
	if err != nil {
		return err
	}
	g.done = texts.In(locales.Vietnamese).Plain("btn.done")
	if g.zone, err = time.LoadLocation("Asia/Ho_Chi_Minh"); err != nil {
		return err
	}
	o.Seed = t.Seed
	g.telegram = simulator.New(o)
	if g.url, err = g.telegram.Listen("127.0.0.1:0"); err != nil {
		return err
	}
	g.closers = append(g.closers, g.telegram.Close)
	var drop func() error
	if g.database, drop, err = storage.Scratch(g.ctx, t.Database); err != nil {
		return err
	}
	g.closers = append(g.closers, drop)
	if g.store, err = storage.Open(g.ctx, g.database); err != nil {
		return err
	}
	g.closers = append(g.closers, g.store.Close)
	rows, err := readPlaces(bytes.NewReader(samplePlaces))
	if err != nil {
		return err
	}
	if _, err := g.store.ImportPlaces(g.ctx, rows); err != nil {
		return err
	}
	for i := range people {
		g.people = append(g.people, g.telegram.Person(simulator.Profile{ID: firstChat + int64(i), LanguageCode: "vi", Started: true}))
	}
	if people == 0 {
		return nil
	}
	return g.store.Populate(g.ctx, firstChat, people)
}

// close takes down what was set up, in reverse.
func (g *ground) close() {
	for i := len(g.closers) - 1; i >= 0; i-- {
		if err := g.closers[i](); err != nil {
			slog.Warn("load: clean up", "err", err)
		}
	}
}

// publish publishes something for everybody.
func (g *ground) publish(kind ward.Kind, at time.Time) (ward.Bulletin, error) {
	text := g.sample.News
	if kind == ward.KindTask {
		text = g.sample.Task
	}
	b := ward.Bulletin{
		Kind: kind, SendAt: at, SendDay: ward.DayOf(at, g.zone),
		Signed: ward.Signature{Org: g.sample.Org, Sender: g.sample.Coordinator, Contact: g.sample.Contact},
	}
	b.Title, b.Body = ward.Split(text)
	if kind == ward.KindTask {
		b.Deadline = at.Add(24 * time.Hour)
	}
	return g.store.Publish(g.ctx, b, func(b ward.Bulletin) []ward.Letter {
		letter := ward.Letter{Language: string(locales.Vietnamese), HTML: html.EscapeString(text)}
		if kind == ward.KindTask {
			letter.Buttons = [][]ward.LetterButton{{{Text: g.done, Data: "done:" + strconv.FormatInt(b.ID, 36) + ":0"}}}
		}
		return []ward.Letter{letter}
	})
}

// quiet is a log that nobody reads: what goes wrong on purpose is no news.
func quiet() *slog.Logger {
	return slog.New(slog.DiscardHandler)
}

// inside runs the whole bot in this process, without a limit, until the ground
// is closed: for what has to be done in the bot's own process.
func (g *ground) inside() error {
	line, err := bot.New(bot.Options{Token: g.telegram.Token(), APIURL: g.url, Log: quiet()})
	if err != nil {
		return err
	}
	c := config{
		Token: g.telegram.Token(), APIURL: g.url, Org: g.sample.Org, Contact: g.sample.Contact, Zone: g.zone,
		Language: locales.Vietnamese, Registration: handlers.ByInvite,
	}
	g.background(func(ctx context.Context) error { return serve(ctx, c, g.store, line, quiet(), time.Now) })
	return nil
}

// background runs something that ends with its context; stop ends it and
// returns its error.
func (g *ground) background(run func(context.Context) error) (stop func() error) {
	ctx, cancel := context.WithCancel(g.ctx)
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	g.closers = append(g.closers, stop)
	return stop
}

// deliver sends what is due, before anything is measured.
func (g *ground) deliver(people int) error {
	line, err := bot.New(bot.Options{Token: g.telegram.Token(), APIURL: g.url, Log: quiet()})
	if err != nil {
		return err
	}
	engine := delivery.New(g.store, line, delivery.Options{Log: quiet()})
	stop := g.background(engine.Run)
	err = until(g.ctx, func() (bool, error) { return engine.Stats().Sent >= int64(people), nil })
	return errors.Join(err, stop())
}

// arrived is how many messages have been sent to anybody so far.
func (g *ground) arrived() int { return g.telegram.Calls()["sendMessage"] }

// settled waits until every delivery of a bulletin has its result.
func (g *ground) settled(id int64) error {
	return until(g.ctx, func() (bool, error) {
		b, err := g.store.Bulletin(g.ctx, id)
		return b.State == ward.BulletinSent, err
	})
}

// copies counts, at the pretend Telegram, who got nothing and how many copies
// too many there were of the one message everybody should have.
func (g *ground) copies() (lost, doubled int) {
	for _, p := range g.people {
		n := p.Received()
		if n == 0 {
			lost++
		}
		doubled += max(0, n-1)
	}
	return lost, doubled
}

// errCopies says that not everybody has exactly one copy.
func errCopies(lost, doubled int) error {
	if lost == 0 && doubled == 0 {
		return nil
	}
	return fmt.Errorf("wardbot load: %d people got no copy, %d copies were too many", lost, doubled)
}

// around is a network whose calls take a median time and now and then much
// longer, at most seven times as long.
func around(median time.Duration) func(*rand.Rand) time.Duration {
	if median == 0 {
		return nil
	}
	return func(r *rand.Rand) time.Duration {
		return time.Duration(float64(median) * min(7, math.Exp(r.NormFloat64()/2)))
	}
}

// always is a network whose calls all take the same time.
func always(d time.Duration) func(*rand.Rand) time.Duration {
	if d == 0 {
		return nil
	}
	return func(*rand.Rand) time.Duration { return d }
}
