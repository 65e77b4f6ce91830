package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"time"
)

// ReadUpdates are the kinds of updates that this package reads.
var ReadUpdates = []string{KindOfMessage, KindOfEditedMessage, KindOfCallback, KindOfMyChatMember}

const (
	pollLimit      = 100              // updates a page (Bot API: getUpdates)
	pollTime       = 50 * time.Second // the server cuts longer polls (tdlib/telegram-bot-api Client.h:1610)
	conflictPause  = 30 * time.Second
	conflictMemory = 5 * time.Minute
	longestBackoff = 30 * time.Second
)

// Poller fetches updates and confirms them only after they were stored: what
// Telegram forgets, we have.
type Poller struct {
	Client *Client
	// Keep stores updates; they must be committed when it returns nil. An
	// update may come again after a restart, with the same id.
	Keep           func(ctx context.Context, updates []Update) error
	AllowedUpdates []string      // nil = ReadUpdates
	Timeout        time.Duration // of one long poll, in whole seconds; 0 = 50 s
	Log            *slog.Logger  // nil = slog.Default()
}

// Run polls until ctx ends, then returns nil. Outages, of Telegram or of
// Keep, are waited out. It returns an *Error if polling can never work: a
// wrong token, a webhook, or a second 409 (somebody else polls) within five
// minutes.
func (p *Poller) Run(ctx context.Context) error {
	clock, log := p.Client.line.clock, cmp.Or(p.Log, slog.Default())
	r := &polling{
		Poller: p,
		clock:  clock,
		log:    log,
		params: p.params(),
		line:   outage{clock: clock, log: log, what: "Telegram cannot be reached"},
		keep:   outage{clock: clock, log: log, what: "updates cannot be stored"},
	}
	for ctx.Err() == nil {
		page, err := r.fetch(ctx)
		switch {
		case err == nil:
			r.line.over()
			r.store(ctx, page)
		case ctx.Err() == nil:
			if err := r.mend(ctx, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Poller) params() Params {
	allowed := p.AllowedUpdates
	if allowed == nil {
		allowed = ReadUpdates
	}
	timeout := cmp.Or(p.Timeout, pollTime)
	return build{Params{}}.
		int("limit", pollLimit).
		int("timeout", int64(timeout/time.Second)).
		json("allowed_updates", allowed).p // absent would mean: as it was
}

// polling is one run of a Poller.
type polling struct {
	*Poller
	clock    Clock
	log      *slog.Logger
	params   Params // offset included, once there is one
	line     outage
	keep     outage
	conflict time.Time // the last 409
}

// fetch gets the next page, each update read on its own: one that cannot be
// read must not hide the others.
func (r *polling) fetch(ctx context.Context) ([]Update, error) {
	var raws []json.RawMessage
	if err := r.Client.Call(ctx, "getUpdates", r.params, nil, &raws); err != nil {
		return nil, err
	}
	page := make([]Update, len(raws))
	confirmable := len(raws) == 0
	for i, raw := range raws {
		var err error
		if page[i], err = DecodeUpdate(raw); err != nil {
			r.log.Warn("an update could not be read", "update", page[i].ID, "err", err)
		}
		confirmable = confirmable || page[i].ID > 0
	}
	if !confirmable { // it would come again at once, and for ever
		return nil, &Error{Method: "getUpdates", Kind: KindUnknownOutcome, Err: errors.New("no update has an id")}
	}
	return page, nil
}

// store keeps a page, trying until it works, and only then moves the offset.
func (r *polling) store(ctx context.Context, page []Update) {
	if len(page) == 0 {
		// What the offset confirmed is forgotten over there. Without it the
		// next poll gets whatever comes, even when ids start anew, lower,
		// after a quiet week (Bot API: Update).
		delete(r.params, "offset")
		return
	}
	for {
		err := r.Keep(ctx, page)
		if err == nil {
			break
		}
		if r.keep.wait(ctx, err) != nil {
			return
		}
	}
	r.keep.over()
	last := page[0].ID
	for _, u := range page {
		last = max(last, u.ID)
	}
	r.params["offset"] = strconv.FormatInt(last+1, 10)
}

// mend waits after a failed poll, or returns its error if waiting is useless.
func (r *polling) mend(ctx context.Context, err error) error {
	switch KindOf(err) {
	case KindNotSent, KindUnknownOutcome, KindWait:
		_ = r.line.wait(ctx, err)
		return nil
	case KindConflict:
		now := r.clock.Now()
		if !r.conflict.IsZero() && now.Sub(r.conflict) < conflictMemory {
			return err
		}
		r.conflict = now
		r.log.Warn("somebody else polls with this token: once more after a pause", "pause", conflictPause)
		_ = r.clock.Sleep(ctx, conflictPause)
		return nil
	default:
		return err
	}
}
