package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// keepAssents shows requests to those who may agree, and ends those that
// nobody has answered in time.
func (h *Handlers) keepAssents(ctx context.Context) error {
	open, err := h.store.OpenAssents(ctx)
	for _, a := range open {
		err = errors.Join(err, h.keepAssent(ctx, a))
	}
	return err
}

func (h *Handlers) keepAssent(ctx context.Context, a ward.Assent) error {
	if !h.Now().Before(a.ExpiresAt) {
		return h.endAssent(ctx, a, ward.AssentExpired, func(t *locales.Texts) string {
			return t.HTML("assent.expired", locales.Args{"Title": a.Bulletin.Title})
		})
	}
	if !h.awake() && a.Bulletin.Kind != ward.KindAlert {
		return nil
	}
	cards, err := h.store.AssentCards(ctx, a.ID)
	if err != nil {
		return err
	}
	others, err := h.seconds(ctx, a.Bulletin.Audience, a.ChatID)
	if err != nil {
		return err
	}
	reached := slices.ContainsFunc(cards, func(c ward.AssentCard) bool { return c.MessageID != 0 })
	var failed []error
	for _, p := range others {
		if slices.ContainsFunc(cards, func(c ward.AssentCard) bool { return c.ChatID == p.ChatID }) {
			continue
		}
		shown, err := h.showAssent(ctx, a, p.ChatID)
		reached = reached || shown || err != nil // which is tried again
		failed = append(failed, err)
	}
	if !reached {
		failed = append(failed, h.endAssent(ctx, a, ward.AssentUnheard, func(t *locales.Texts) string {
			return t.HTML("assent.alone", locales.Args{"Org": h.Org, "Contact": h.Contact})
		}))
	}
	return errors.Join(failed...)
}

// showAssent sends somebody the exact preview and under it the question, and
// reports whether they could be reached. It is noted afterwards: a kill in
// between asks them twice.
func (h *Handlers) showAssent(ctx context.Context, a ward.Assent, chat int64) (reached bool, err error) {
	r, err := h.absent(ctx, chat)
	if err != nil {
		return false, err
	}
	html, err := h.assentHTML(ctx, r, a)
	if err != nil {
		return false, err
	}
	var m bot.Sent
	shown, err := h.showPreview(ctx, r, a.Bulletin)
	if err == nil && !slices.Contains(shown, 0) {
		m, err = r.reply(ctx, html, bot.Keyboard{{
			button(r.t.Plain("btn.agree_to_send"), "asyes", a.ID), button(r.t.Plain("btn.refuse_to_send"), "asno", a.ID),
		}})
	}
	if kind := bot.KindOf(err); kind == bot.KindChatGone || kind == bot.KindPersonGone { // an admin who never came here
		err = nil
	}
	if err != nil {
		return false, fmt.Errorf("ask %d for consent to %d: %w", chat, a.ID, err)
	}
	err = h.store.AddAssentCard(ctx, ward.AssentCard{AssentID: a.ID, ChatID: chat, MessageID: m.ID, Language: string(r.t.Language())})
	if err != nil || m.ID == 0 {
		return m.ID != 0, err
	}
	// Another one may have decided before the card was noted.
	if a, err = h.store.Assent(ctx, a.ID); err == nil && a.State != ward.AssentAsked {
		r.strip(ctx, m.ID)
	}
	return true, err
}

func (h *Handlers) assentHTML(ctx context.Context, r *request, a ward.Assent) (string, error) {
	b, at := a.Bulletin, ""
	to, err := h.audienceName(ctx, r, b.Audience)
	if err != nil {
		return "", err
	}
	if p := a.Plan; p != nil {
		first := p.Next.In(h.Zone)
		at = r.t.Plain("plan.at", locales.Args{"Time": r.t.Clock(first), "Day": r.t.Day(first), "Repeat": h.repeatWords(r.t, p.Rule)})
	}
	return r.t.HTML("assent.card", locales.Args{
		"By": b.Signed.Sender, "To": to, "People": r.t.Number(a.People), "At": at, "Until": h.assentUntil(r.t, a),
		"Urgent": b.Kind == ward.KindAlert,
	}), nil
}

// endAssent ends a request that nobody has answered.
func (h *Handlers) endAssent(ctx context.Context, a ward.Assent, state ward.AssentState, html func(*locales.Texts) string) error {
	if err := h.store.EndAssent(ctx, a.ID, state); errors.Is(err, ward.ErrDecided) {
		return nil
	} else if err != nil {
		return err
	}
	h.Log.Info("request for consent ended without an answer", "request", a.ID, "state", state)
	return h.closeAssent(ctx, a, html, redoButton)
}

// closeAssent says on all cards how a request ended, and tells its author in a
// message of their own, so that their telephone rings. The author's own card
// becomes the live message of what was published.
func (h *Handlers) closeAssent(ctx context.Context, a ward.Assent, html func(*locales.Texts) string, k func(*locales.Texts, ward.Assent) bot.Keyboard) error {
	h.closeCards(ctx, a, html)
	t := h.texts.In(locales.Language(a.Language))
	var keyboard bot.Keyboard
	if k != nil {
		keyboard = k(t, a)
	}
	if k != nil || a.Plan != nil { // nothing lives in it
		if err := h.line.EditKeyboard(ctx, a.ChatID, a.MessageID, nil); err != nil {
			h.Log.Debug("button of a request not taken away", "request", a.ID, "error", err)
		}
	}
	_, err := h.line.Send(ctx, bot.Send{ChatID: a.ChatID, HTML: html(t), Keyboard: keyboard})
	if bot.KindOf(err) == bot.KindPersonGone {
		return h.store.SetReachable(ctx, a.ChatID, false, h.Now())
	}
	return err
}

// closeCards is a courtesy: a card that can't be edited keeps its buttons, and
// they answer kindly.
func (h *Handlers) closeCards(ctx context.Context, a ward.Assent, html func(*locales.Texts) string) {
	cards, err := h.store.AssentCards(ctx, a.ID)
	for _, c := range cards {
		if c.MessageID == 0 {
			continue
		}
		e := bot.Edit{ChatID: c.ChatID, MessageID: c.MessageID, HTML: html(h.texts.In(locales.Language(c.Language)))}
		if failed := h.line.EditText(ctx, e); failed != nil {
			err = errors.Join(err, failed)
		}
	}
	if err != nil {
		h.Log.Debug("cards of a request not closed", "request", a.ID, "error", err)
	}
}
