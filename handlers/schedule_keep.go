package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// keepPlans publishes what is planned when its time comes. Each time is one
// short transaction that takes effect once, so it does not matter how many
// processes do this, nor when one of them is killed.
func (h *Handlers) keepPlans(ctx context.Context) error {
	return errors.Join(h.keepDue(ctx), h.tellMissed(ctx))
}

func (h *Handlers) keepDue(ctx context.Context) error {
	due, err := h.store.PlansDue(ctx, h.Now())
	if err != nil {
		return err
	}
	var failed []error
	for _, p := range due {
		failed = append(failed, h.keepPlan(ctx, p))
	}
	return errors.Join(failed...)
}

// keepPlan publishes the newest slot of a plan that has come, if its bulletin
// would still arrive in time, and moves on. Older slots that nobody was there
// for are left out: one message after an outage, not five.
func (h *Handlers) keepPlan(ctx context.Context, p ward.Plan) error {
	slot, now := p.Next, h.Now()
	newest, next, before := p.Rule.Latest(slot, now)
	b := p.Slot(newest, data("slot", p.ID, newest.Unix()))
	stands, err := h.stands(ctx, p, b)
	if err != nil {
		return fmt.Errorf("plan %d: %w", p.ID, err)
	}
	second := false
	if stands && !p.Agreed { // the setting is new, or so many have joined
		if second, _, err = h.secondNeeded(ctx, b); err != nil {
			return fmt.Errorf("plan %d: %w", p.ID, err)
		}
	}
	if !stands || second {
		return h.haltPlan(ctx, p, second)
	}
	p.Next, p.Missed, p.MissedSince = next, before, slot
	publish := &b
	if !p.Worth(b, h.Quiet.Ends(now)) {
		publish = nil
		p.Missed++
	}
	if p.Missed == 0 {
		p.MissedSince = time.Time{}
	}
	kept, err := h.store.Keep(ctx, p, slot, publish, h.letters)
	if errors.Is(err, ward.ErrStoryGone) {
		p.Next = slot
		return h.haltPlan(ctx, p, false)
	}
	if kept {
		h.Log.Info("plan kept", "plan", p.ID, "slot", newest, "published", publish != nil, "missed", p.Missed)
	}
	return err
}

// stands says whether a plan may still be kept: its coordinator may write to
// its audience, and its text may be sent.
func (h *Handlers) stands(ctx context.Context, p ward.Plan, b ward.Bulletin) (bool, error) {
	if b.Validate(h.Links) != nil {
		return false, nil
	}
	author, err := h.absent(ctx, p.ChatID)
	if err != nil {
		return false, err
	}
	err = author.within(ctx, b.Audience)
	if errors.Is(err, errElsewhere) || errors.Is(err, ward.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// absent is a request in the name of somebody who is not here: their rights
// and language count.
func (h *Handlers) absent(ctx context.Context, chat int64) (*request, error) {
	p, err := h.store.PersonByChat(ctx, chat)
	if err != nil && !errors.Is(err, ward.ErrNotFound) {
		return nil, err
	}
	language := h.DefaultLanguage
	if p.Language != "" {
		language = locales.Language(p.Language)
	}
	r := &request{h: h, from: bot.User{ID: chat}, chat: chat, me: p, t: h.texts.In(language)}
	r.role, r.charges, err = h.rank(ctx, p, chat)
	return r, err
}

// haltPlan pauses a plan that may not be kept, and says so: it may not be sent
// any more, or not without a second coordinator's consent.
func (h *Handlers) haltPlan(ctx context.Context, p ward.Plan, second bool) error {
	p.Paused = true
	if err := h.store.ChangePlan(ctx, p, p.Next); err != nil {
		return err
	}
	h.Log.Warn("plan halted: its coordinator may not send any more, its text may not be sent, or it needs a second coordinator's consent", "plan", p.ID)
	t := h.texts.In(locales.Language(p.Language))
	look := bot.Keyboard{{button(t.Plain("btn.open_plan"), "planof", p.ID)}}
	if second {
		return h.tellCoordinator(ctx, p.ChatID, t.HTML("assent.plan_halted", locales.Args{"Title": p.Draft.Title, "People": t.Number(h.ApproveAbove)}), look)
	}
	return h.tellCoordinator(ctx, p.ChatID, t.HTML("plan.halted", locales.Args{"Title": p.Draft.Title}), look)
}

// tellMissed tells coordinators what could not be sent at its time. It is
// noted afterwards: a kill in between tells them twice.
func (h *Handlers) tellMissed(ctx context.Context) error {
	if !h.awake() {
		return nil
	}
	missed, err := h.store.PlansMissed(ctx)
	if err != nil {
		return err
	}
	for _, p := range missed {
		t, since := h.texts.In(locales.Language(p.Language)), p.MissedSince.In(h.Zone)
		html := t.HTML("plan.missed", locales.Args{
			"Title": p.Draft.Title, "Count": p.Missed, "Time": t.Clock(since), "Day": t.Day(since),
		})
		if err := h.tellCoordinator(ctx, p.ChatID, html, nil); err != nil {
			return err
		}
		if err := h.store.ToldMissed(ctx, p.ID, p.Missed); err != nil {
			return err
		}
	}
	return nil
}

// tellCoordinator writes to a coordinator; that they are gone is no error.
func (h *Handlers) tellCoordinator(ctx context.Context, chat int64, html string, k bot.Keyboard) error {
	_, err := h.line.Send(ctx, bot.Send{ChatID: chat, HTML: html, Keyboard: k, Silent: h.hushed()})
	if bot.KindOf(err) == bot.KindPersonGone {
		return h.store.SetReachable(ctx, chat, false, h.Now())
	}
	return err
}
