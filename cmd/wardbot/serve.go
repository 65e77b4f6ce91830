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
	Grace time.Duration `hidden:"" help:"How long after a call was cut off its message is looked for; 0 = what Telegram needs. For wardbot load."`
}

// Run runs the bot until it is told to stop.
func (command serveCommand) Run(s *surroundings) error {
	line, c, err := s.line()
	if err != nil {
		return err
	}
	c.Grace = command.Grace
	log := logger(s.log, c)
	store, err := storage.Open(s.ctx, c.DatabaseURL)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer store.Close() // memory goes last
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
	starting, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	me, err := line.Me(starting)
	if err != nil {
		return unreachable(err, c)
	}
	h := handlers.New(store, line, texts, me.Username, handlers.Options{
		Org: c.Org, Contact: c.Contact, Admins: c.Admins, Registration: c.Registration, Links: c.Links, Retention: c.Retention, Quiet: c.Quiet,
		SendDelay: c.SendDelay, SendRate: c.SendRate, RefreshEvery: 3 * time.Second, Zone: c.Zone, DefaultLanguage: c.Language, Now: now, Log: log,
	})
	if err := h.Introduce(starting); err != nil {
		return unreachable(err, c)
	}
	lanes := bot.NewLanes(handling, h.Handle)
	lanes.Log = log
	engine := delivery.New(store, line, delivery.Options{
		Now: now, Copy: h.Copy, Post: h.Post, Topic: h.TopicName(), Quiet: c.Quiet, Others: h.Others,
		Paid: c.Paid, Alert: h.AlertBalance, Grace: c.Grace, Log: log,
	})
	var listener net.Listener
	if c.HTTPAddr != "" {
		if listener, err = new(net.ListenConfig).Listen(ctx, "tcp", c.HTTPAddr); err != nil {
			return usage{fmt.Errorf("HTTP_ADDR: %w", err)}
		}
	}
	together, ctx := errgroup.WithContext(ctx)
	together.Go(func() error { return lanes.Run(ctx) })
	// What was left over comes first: a chat's updates stay in their order.
	if err := resume(ctx, store, lanes); err != nil {
		return err
	}
	if listener != nil {
		site := web.New(store, func(ctx context.Context) error { _, err := line.Me(ctx); return err })
		site.Receive(c.WebhookSecret, func(ctx context.Context, raw []byte) error { return receive(ctx, store, lanes, raw) })
		together.Go(func() error { return site.Run(ctx, listener) })
	}
	if c.PublicURL != "" {
		if err := line.SetWebhook(starting, bot.Webhook{URL: c.PublicURL + "/telegram", Secret: c.WebhookSecret}); err != nil {
			return unreachable(err, c)
		}
	} else {
		poller := &bot.Poller{Client: line, Log: log, Keep: func(ctx context.Context, updates []bot.Update) error {
			return keep(ctx, store, lanes, updates)
		}}
		together.Go(func() error { return poller.Run(ctx) })
	}
	together.Go(func() error { return engine.Run(ctx) })
	together.Go(func() error { return h.Run(ctx) })
	log.Info("wardbot is running", "version", version, "bot", me.Username)
	err = together.Wait()
	log.Info("wardbot has stopped")
	return operatorError(err)
}

// keep stores updates before Telegram forgets them, and hands on those that
// have not been here before.
func keep(ctx context.Context, store *storage.Store, lanes *bot.Lanes, updates []bot.Update) error {
	raw := make([]storage.Update, len(updates))
	byID := make(map[int64]bot.Update, len(updates))
	for i, u := range updates {
		raw[i] = storage.Update{ID: u.ID, ChatID: u.ChatID(), Raw: u.Raw}
		byID[u.ID] = u
	}
	fresh, err := store.KeepUpdates(ctx, raw)
	if err != nil {
		return err
	}
	for _, id := range fresh {
		lanes.Put(byID[id])
	}
	return nil
}

// receive is keep for an update that came by webhook.
func receive(ctx context.Context, store *storage.Store, lanes *bot.Lanes, raw []byte) error {
	u, err := bot.DecodeUpdate(raw)
	if err != nil && u.ID == 0 {
		return web.ErrNoUpdate
	}
	// One that cannot be read is stored all the same, and then skipped.
	return keep(ctx, store, lanes, []bot.Update{u})
}

// resume takes up the updates that were stored but not finished when the
// program last stopped.
func resume(ctx context.Context, store *storage.Store, lanes *bot.Lanes) error {
	pending, err := store.PendingUpdates(ctx)
	if err != nil {
		return err
	}
	for _, p := range pending {
		u, err := bot.DecodeUpdate(p.Raw)
		if err != nil {
			if err := store.SpoilUpdate(ctx, p.ID, "undecodable"); err != nil {
				return err
			}
			continue
		}
		lanes.Put(u)
	}
	return nil
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
