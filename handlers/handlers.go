// Package handlers is what happens on each command, tap and message: one file
// per thing a person can do. A handler commits to the store first and answers
// afterwards; it never calls the delivery engine, it publishes to the outbox.
package handlers

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// Registration is who may become a collaborator.
type Registration string

// The ways to register (REGISTRATION).
const (
	ByInvite   Registration = "invite"  // by invite link only
	ByApproval Registration = "approve" // anyone; a coordinator agrees
	Open       Registration = "open"    // anyone
)

// Options are the settings of the conversations.
type Options struct {
	Org             string // the organisation that signs everything
	Contact         string // how to reach it
	Admins          []int64
	Registration    Registration
	Links           ward.LinkList // the organisation's own pages
	Retention       ward.Retention
	Quiet           ward.Quiet      // when nobody is written to unasked
	ApproveAbove    int             // people above which a second coordinator must agree; 0: off
	DigestAt        ward.DigestTime // when the week is looked back on
	SendDelay       time.Duration   // the time to stop a send
	SendRate        float64         // messages a second, for saying how long a send will take; 0: not said
	RefreshEvery    time.Duration   // how often a live message is edited
	Zone            *time.Location
	DefaultLanguage locales.Language
	Now             func() time.Time
	Log             *slog.Logger
}

// Handlers answers updates.
type Handlers struct {
	Options
	store    *storage.Store
	line     *bot.Client
	texts    *locales.Catalog
	username string // the bot's, for invite links
	commands map[string]route
	taps     map[string]route
	flows    map[string]flow
	// what can be done in groups and channels
	groupCommands map[string]route
	groupTaps     map[string]route
	owed          owed
}

// New prepares the handlers. The username is the bot's own, from getMe.
func New(store *storage.Store, line *bot.Client, texts *locales.Catalog, username string, o Options) *Handlers {
	h := &Handlers{Options: o, store: store, line: line, texts: texts, username: username}
	h.commands, h.taps, h.flows = h.routes()
	h.groupCommands, h.groupTaps = h.groupRoutes()
	return h
}

// An update whose answer could not be sent is handled again after these
// waits; handlers repeat an answer without repeating its effect.
var retries = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}

// Handle answers one update and finishes it in the store. It returns when
// there is nothing left to do for it; a cancelled context leaves the update in
// the store for the next start.
func (h *Handlers) Handle(ctx context.Context, u bot.Update) {
	defer func() {
		if p := recover(); p != nil {
			h.Log.Error("update is poisonous, skipped", "update", u.ID, "kind", u.Kind, "panic", p)
			h.finish(ctx, u.ID, h.store.SpoilUpdate(ctx, u.ID, "panic"))
		}
	}()
	for attempt := 0; ; attempt++ {
		err := h.serve(ctx, u)
		if err == nil {
			err = h.payOwed(ctx, u)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			h.Log.Error("update not answered", "code", troubleCode(u.ID), "update", u.ID, "kind", u.Kind, "attempt", attempt+1, "error", err)
		}
		if !mayPass(err) || attempt == len(retries) {
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retries[attempt]):
		}
	}
	h.finish(ctx, u.ID, h.store.FinishUpdate(ctx, u.ID))
}

func (h *Handlers) finish(ctx context.Context, id int64, err error) {
	if err != nil && ctx.Err() == nil {
		h.Log.Error("update not finished, it will be handled again", "update", id, "error", err)
	}
}

// mayPass says whether the same call may succeed a little later.
func mayPass(err error) bool {
	switch bot.KindOf(err) {
	case bot.KindNotSent, bot.KindWait, bot.KindUnknownOutcome:
		return true
	}
	return false
}

// serve finds out who speaks and where, and hands on to the right handler.
func (h *Handlers) serve(ctx context.Context, u bot.Update) error {
	switch {
	case u.MyChatMember != nil:
		return h.membership(ctx, u)
	case u.Message != nil && u.Message.MigrateToChatID != 0:
		return h.service(ctx, u.Message)
	case u.Message != nil && u.Message.Anonymous():
		return h.anonymous(ctx, u.Message)
	case u.From() == nil || u.From().IsBot || u.ChatID() == 0:
		return nil // channel posts, other bots, kinds of update we do not know
	}
	r := &request{h: h, update: u, from: *u.From(), chat: u.ChatID()}
	if m := u.Message; m != nil && m.Chat.Type != "private" {
		return h.groupMessage(ctx, r)
	}
	if m := u.EditedMessage; m != nil && m.Chat.Type != "private" {
		return nil
	}
	if u.Callback != nil && r.chat != r.from.ID {
		return h.groupTap(ctx, r)
	}
	if err := h.recognise(ctx, r); err != nil {
		return h.apologise(ctx, r, err)
	}
	err := h.dispatch(ctx, r)
	if err != nil {
		err = h.apologise(ctx, r, err)
	}
	if u.Callback != nil {
		r.toast(ctx, "") // every tap is answered, or the button spins on
	}
	return err
}

// recognise looks up the person, their role and language.
func (h *Handlers) recognise(ctx context.Context, r *request) error {
	me, err := h.store.PersonByChat(ctx, r.from.ID)
	switch {
	case errors.Is(err, ward.ErrNotFound):
	case err != nil:
		r.t = h.texts.In(h.DefaultLanguage)
		return err
	default:
		r.me = me
		if me.State == ward.PersonUnreachable && r.chat == r.from.ID && r.update.MyChatMember == nil { // who writes can be written to
			if err := h.store.SetReachable(ctx, r.from.ID, true, h.Now()); err != nil {
				return err
			}
		}
	}
	if r.role, r.charges, err = h.rank(ctx, r.me, r.from.ID); err != nil {
		r.t = h.texts.In(h.DefaultLanguage)
		return err
	}
	r.t = h.texts.In(h.languageOf(ctx, r))
	return nil
}

// rank is the role of somebody, whom the store may not know, and the wards
// that a ward coordinator looks after.
func (h *Handlers) rank(ctx context.Context, p ward.Person, chat int64) (role ward.Role, charges []int64, err error) {
	switch {
	case slices.Contains(h.Admins, chat):
		return ward.RoleAdmin, nil, nil
	case p.ID == 0, p.State == ward.PersonWaiting, p.State == ward.PersonWithdrawn:
		return ward.RoleGuest, nil, nil
	case p.Role == ward.RoleWardCoordinator:
		charges, err = h.store.Charges(ctx, p.ChargeID)
	}
	return p.Role, charges, err
}

// languageOf is the person's choice, else what their app speaks.
func (h *Handlers) languageOf(ctx context.Context, r *request) locales.Language {
	if r.me.Language != "" {
		return locales.Language(r.me.Language)
	}
	if c, err := h.store.Conversation(ctx, r.from.ID, flowRegister); err == nil {
		if chosen := unpack[registration](c).Language; chosen != "" {
			return locales.Language(chosen)
		}
	}
	if r.from.LanguageCode == "" {
		return h.DefaultLanguage
	}
	return locales.Of(r.from.LanguageCode)
}

// membership follows people who block the bot and come back.
func (h *Handlers) membership(ctx context.Context, u bot.Update) error {
	m := u.MyChatMember
	if m.Chat.Type != "private" {
		return h.standing(ctx, u)
	}
	err := h.store.SetReachable(ctx, m.Chat.ID, m.NewStatus != "kicked", h.Now())
	if errors.Is(err, ward.ErrNotFound) {
		return nil
	}
	return err
}
