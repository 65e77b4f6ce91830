package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"wardbot/bot"
	"wardbot/handlers"
	"wardbot/locales"
	"wardbot/simulator"
	"wardbot/storage"
)

type demoCommand struct {
	People int     `default:"2223" help:"How many volunteers."`
	Addr   string  `default:"127.0.0.1:8090" help:"Where the pretend Telegram listens."`
	Once   bool    `help:"Exit when everything has been checked."`
	Rate   float64 `help:"Messages a second, with Telegram's limits on (30 at most); 0 switches them off."`
	Seed   uint64  `default:"1" help:"The same seed makes the same people with the same habits."`
}

// demoStart is when the demo's day begins: a Wednesday, half past seven in the
// morning. Its clock runs from there at the usual speed.
var demoStart = time.Date(2023, time.July, 12, 0, 30, 0, 0, time.UTC)

// Run shows a district's day: people register, a task and a news item go out,
// people answer, and the tally is compared with what the people know they did.
func (d demoCommand) Run(s *surroundings) error {
	if d.People < 1 || d.Rate < 0 || d.Rate > 30 {
		return usage{errors.New("wardbot demo: --people must be at least 1 and --rate between 0 and 30")}
	}
	dir, err := os.MkdirTemp("", "wardbot-demo-")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	now := func() time.Time { return demoStart.Add(time.Since(began)) }

	telegram := simulator.New(simulator.Options{Now: now, Limits: d.Rate > 0, Rate: 30, Seed: d.Seed})
	addr := d.Addr
	if d.Once {
		addr = "127.0.0.1:0" // nobody needs to find it
	}
	url, err := telegram.Listen(addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	defer telegram.Close()
	store, err := storage.Open(s.ctx, "file:"+filepath.Join(dir, "demo.db"))
	if err != nil {
		return err
	}
	defer store.Close()
	store.SetClock(now)
	district, err := newDistrict(s, d, telegram, store, now)
	if err != nil {
		return err
	}
	store.SetZone(district.zone)
	c := config{
		Token: telegram.Token(), APIURL: url, Admins: []int64{coordinatorID}, Org: district.sample.Org, Contact: district.sample.Contact,
		Zone: district.zone, Language: locales.Vietnamese, Registration: handlers.ByInvite, SendDelay: time.Second,
	}
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	line, err := bot.New(bot.Options{Token: c.Token, APIURL: url, Rate: d.Rate, Log: log})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	together, ctx := errgroup.WithContext(ctx)
	together.Go(func() error { return serve(ctx, c, store, line, log, now) })
	together.Go(func() error {
		defer stop()
		if err := district.day(ctx); err != nil || d.Once {
			return err
		}
		fmt.Fprintf(s.out, "\nThe bot stays up; its pretend Telegram is %s. Ctrl-C ends it.\n", url)
		<-ctx.Done()
		return nil
	})
	return together.Wait()
}
