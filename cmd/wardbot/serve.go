package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"wardbot/bot"
	"wardbot/delivery"
	"wardbot/handlers"
	"wardbot/storage"
	"wardbot/web"
)

type serveCommand struct {
	Grace     time.Duration `hidden:"" help:"How long after a call was cut off its message is looked for; 0 = what Telegram needs. For wardbot load."`
	Unlimited bool          `hidden:"" help:"Send as fast as it goes, whatever SEND_RATE says. For wardbot load."`
}

// Run runs the bot until it is told to stop.
func (command serveCommand) Run(s *surroundings) error {
	line, c, err := s.line(func(c *config) {
		c.Grace = command.Grace
		if command.Unlimited {
			c.SendRate = 0
		}
	})
	if err != nil {
		return err
	}
	log := logger(s.log, c)
	store, err := storage.Open(s.ctx, c.DatabaseURL)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer store.Close() // memory goes last
	store.SetZone(c.Zone)
	if err := firstPlaces(s.ctx, store, c, log); err != nil {
		return err
	}
	return serve(s.ctx, c, store, line, log, time.Now)
}

// firstPlaces fills an empty database from PLACES_FILE.
func firstPlaces(ctx context.Context, store *storage.Store, c config, log *slog.Logger) error {
	wards, _, err := store.CountPlaces(ctx)
	if err != nil || wards > 0 {
		return err
	}
	if c.PlacesFile == "" {
		log.Warn("there are no wards yet, nobody can register; set PLACES_FILE or run: wardbot places import FILE.csv")
		return nil
	}
	added, err := importPlaces(ctx, store, c.PlacesFile)
	if err != nil {
		return usage{fmt.Errorf("PLACES_FILE: %w", err)}
	}
	log.Info("places imported", "places", added)
	return nil
}

// startWithin bounds the first calls to Telegram.
const startWithin = 30 * time.Second

// handling is how many updates are handled at once. In the rush after a task
// each of them waits until its message may be changed at Telegram's pace, some
// for a minute, and must not keep the next taps from their answers.
const handling = 4096

// serve wires the parts together and runs them until the first one ends or
// ctx does; then all the others finish what they have begun.
func serve(ctx context.Context, c config, store *storage.Store, line *bot.Client, log *slog.Logger, now func() time.Time) error {
	texts, err := loadTexts(c.TextsDir)
	if err != nil {
		return err
	}
	seat, err := store.TakeSeat(ctx)
	if errors.Is(err, storage.ErrTaken) {
		return usage{fmt.Errorf("DATABASE_URL: %w", err)}
	}
	if err != nil {
		return err
	}
	defer seat.Close()
	seat.Log = log
	seat.Noticed = func(processes int, leads bool) { line.SetShare(share(processes, leads)) }
	starting, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	me, err := line.Me(starting)
	if err != nil {
		return unreachable(err, c)
	}
	h := handlers.New(store, line, texts, me.Username, handlers.Options{
		Org: c.Org, Contact: c.Contact, Admins: c.Admins, Registration: c.Registration, Links: c.Links, Retention: c.Retention, Quiet: c.Quiet,
		DigestAt: c.DigestAt, ApproveAbove: c.ApproveAbove, SendDelay: c.SendDelay, SendRate: c.SendRate, RefreshEvery: 3 * time.Second, Zone: c.Zone, DefaultLanguage: c.Language, Now: now, Log: log,
	})
	if err := h.Introduce(starting); err != nil {
		return unreachable(err, c)
	}
	updates := newIntake(store, seat, log, h.Handle)
	var listener net.Listener
	if c.HTTPAddr != "" {
		if listener, err = new(net.ListenConfig).Listen(ctx, "tcp", c.HTTPAddr); err != nil {
			return usage{fmt.Errorf("HTTP_ADDR: %w", err)}
		}
	}
	together, ctx := errgroup.WithContext(ctx)
	together.Go(func() error { return updates.lanes.Run(ctx) })
	// What was left over comes first: a chat's updates stay in their order.
	if err := updates.adopt(ctx); err != nil {
		return err
	}
	if listener != nil {
		site := web.New(store, func(ctx context.Context) error { _, err := line.Me(ctx); return err })
		site.Receive(c.WebhookSecret, updates.receive)
		together.Go(func() error { return site.Run(ctx, listener) })
	}
	if c.PublicURL != "" {
		if err := line.SetWebhook(starting, bot.Webhook{URL: c.PublicURL + "/telegram", Secret: c.WebhookSecret}); err != nil {
			return unreachable(err, c)
		}
	}
	together.Go(func() error {
		return seat.Lead(ctx, func(ctx context.Context) error { return lead(ctx, c, store, line, h, updates, log, now) })
	})
	log.Info("wardbot is running", "version", version, "bot", me.Username)
	err = together.Wait()
	log.Info("wardbot has stopped")
	return operatorError(err)
}

// share is how much of the bot's rate a process may use. The one that leads
// sends for all, and gets most of it.
func share(processes int, leads bool) float64 {
	const others = 0.2
	switch {
	case processes < 2:
		return 1
	case leads:
		return 1 - others
	default:
		return others / float64(processes-1)
	}
}

// lead does what one process does for all: it sends, polls if updates are
// polled, keeps the coordinators' cards up to date and takes over what
// processes that ended left behind.
func lead(ctx context.Context, c config, store *storage.Store, line *bot.Client, h *handlers.Handlers, updates *intake, log *slog.Logger, now func() time.Time) error {
	engine := delivery.New(store, line, delivery.Options{
		Now: now, Copy: h.Copy, Post: h.Post, Topic: h.TopicName(), Quiet: c.Quiet, Others: h.Others, Hushed: h.Early,
		Paid: c.Paid, Alert: h.AlertBalance, Grace: c.Grace, Log: log,
	})
	together, ctx := errgroup.WithContext(ctx)
	if c.PublicURL == "" {
		poller := &bot.Poller{Client: line, Log: log, Keep: updates.keep}
		together.Go(func() error { return poller.Run(ctx) })
	}
	together.Go(func() error { return engine.Run(ctx) })
	together.Go(func() error { return h.Run(ctx) })
	together.Go(func() error { return updates.keepAdopting(ctx) })
	return together.Wait()
}

// unreachable says what an operator can do when the very first call fails.
func unreachable(err error, c config) error {
	api := c.APIURL
	if api == "" {
		api = bot.Official
	}
	switch bot.KindOf(err) {
	case bot.KindNotSent, bot.KindUnknownOutcome, bot.KindCancelled:
		return fmt.Errorf("telegram can't be reached at %s (%w); check the network, or TELEGRAM_API_URL", api, err)
	}
	return operatorError(err)
}

// operatorError adds the cure to the errors that stop the bot.
func operatorError(err error) error {
	var refusal *bot.Error
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return nil
	case errors.As(err, &refusal) && refusal.Kind == bot.KindFatal && refusal.Code == http.StatusConflict:
		return usage{fmt.Errorf("%w; either set PUBLIC_URL, so that this program serves the webhook, or take it away: wardbot webhook delete", err)}
	case bot.KindOf(err) == bot.KindFatal:
		return usage{fmt.Errorf("telegram does not accept TELEGRAM_BOT_TOKEN (%w); get the token again from @BotFather", err)}
	case bot.KindOf(err) == bot.KindConflict:
		return usage{fmt.Errorf("%w; stop the other program that uses this token, or delete its webhook", err)}
	}
	return err
}
