package handlers

import (
	"context"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// whenWords say when a sheet goes out; nothing means now. An alert by night
// comes at once only to those who wanted that.
func (h *Handlers) whenWords(t *locales.Texts, s sheet, b ward.Bulletin, size ward.AudienceSize) string {
	if b.Kind != ward.KindAlert {
		return h.timeWords(t, s, b)
	}
	if b.WakesAt.IsZero() {
		return ""
	}
	return t.Plain("alert.by_night", locales.Args{
		"People": t.Number(size.Woken), "Others": t.Number(size.People - size.Woken), "Time": t.Clock(b.WakesAt.In(h.Zone)),
	})
}

// asksButton shows whether an alert asks people whether they are safe, and
// changes it.
func asksButton(t *locales.Texts, b ward.Bulletin) bot.Button {
	if b.AsksSafety() {
		return button(t.Plain("btn.asks_safety"), "asksaf")
	}
	return button(t.Plain("btn.asks_nothing"), "asksaf")
}

func (h *Handlers) switchAsks(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	if s.Kind != ward.KindAlert {
		return errOldButton
	}
	s.Form.Nothing = !s.Form.Nothing
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	return h.showCard(ctx, r, c)
}

// alertHTML is the text of an alert, of its one reminder, or of all clear.
func (h *Handlers) alertHTML(t *locales.Texts, b ward.Bulletin, args locales.Args) string {
	switch {
	case b.About == 0:
		args["Asks"], args["Time"] = b.AsksSafety(), t.Clock(b.SendAt.In(h.Zone))
		return t.HTML("alert.letter", args)
	case b.AsksSafety():
		return t.HTML("alert.reminder", args)
	}
	return t.HTML("alert.all_clear", args)
}

// alertButtons ask whether people are safe.
func alertButtons(t *locales.Texts, b ward.Bulletin, where int64) bot.Keyboard {
	args := []int64{b.ID, where}
	switch {
	case !b.AsksSafety():
		return nil
	case b.About != 0:
		args = []int64{b.About, inReminder, b.ID}
	}
	return bot.Keyboard{{button(t.Plain("btn.safe"), "safe", args...), button(t.Plain("btn.need_help"), "sos", args...)}}
}

// setUrgent switches alerts by night on or off.
func (h *Handlers) setUrgent(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	wanted := r.arg(0) == 1
	if err := h.store.SetUrgent(ctx, r.me.ID, wanted); err != nil {
		return err
	}
	r.me.Urgent = wanted
	return h.settings(ctx, r)
}

func urgentButton(t *locales.Texts, p ward.Person) bot.Button {
	if p.Urgent {
		return button(t.Plain("btn.urgent_off"), "urgent", 0)
	}
	return button(t.Plain("btn.urgent_on"), "urgent", 1)
}

// openAlert is the alert that a coordinator's button names, if it is on.
func (h *Handlers) openAlert(ctx context.Context, r *request) (ward.Bulletin, error) {
	b, err := h.store.Bulletin(ctx, r.arg(0))
	if err == nil {
		err = b.OnAlert(h.Now())
	}
	return b, err
}

// follow publishes what follows an alert: its reminder, or that all is clear.
// Like the alert, it wakes those who wanted that.
func (h *Handlers) follow(ctx context.Context, r *request, about, b ward.Bulletin) error {
	b.Kind, b.About, b.Title, b.Signed, b.AuthorID = ward.KindAlert, about.ID, about.Title, about.Signed, r.me.ID
	h.setOff(&b)
	m, err := r.reply(ctx, r.t.HTML("compose.preparing", locales.Args{"Title": b.Title}), nil)
	if err != nil {
		return err
	}
	if b, err = h.toOutbox(ctx, r, b, m.ID); err != nil {
		return err
	}
	html, k, err := h.sendCard(ctx, r.t, b, r.chat)
	if err != nil {
		return err
	}
	return h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: m.ID, HTML: html, Keyboard: k})
}

// remindAlert asks once more, and only once, those who have not answered.
func (h *Handlers) remindAlert(ctx context.Context, r *request) error {
	b, err := h.openAlert(ctx, r)
	if err != nil {
		return err
	}
	if !b.AsksSafety() {
		return errOldButton
	}
	r.toast(ctx, "")
	return h.follow(ctx, r, b, ward.Bulletin{DraftKey: data("arem", b.ID), Audience: ward.Audience{Unheard: b.ID}})
}

// askClear asks once more before everybody hears that all is clear.
func (h *Handlers) askClear(ctx context.Context, r *request) error {
	b, err := h.openAlert(ctx, r)
	if err != nil {
		return err
	}
	size, err := h.store.CountAlert(ctx, ward.Audience{Warned: b.ID}, h.Now())
	if err != nil {
		return err
	}
	c, err := h.store.CountSafety(ctx, b.ID, nil)
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	_, err = r.reply(ctx, r.t.HTML("alert.clear_sure", locales.Args{"Title": b.Title, "Waits": r.t.Number(c.Waits)}), bot.Keyboard{{
		button(r.t.Plain("btn.send_to", locales.Args{"Count": size.People}), "aover", b.ID), button(r.t.Plain("btn.back"), "keepit"),
	}})
	return err
}

// clearAlert ends an alert and tells everybody who got it. Handled twice, it
// is one message to them.
func (h *Handlers) clearAlert(ctx context.Context, r *request) error {
	b, err := h.store.Bulletin(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if err := b.OnAlert(h.Now()); err != nil && !errors.Is(err, ward.ErrAlertOver) { // which it is, handled twice
		return err
	}
	if err := h.store.ClearAlert(ctx, r.actor(), b.ID, h.Now()); err != nil {
		return err
	}
	h.Log.Info("all clear", "bulletin", b.ID, "by", r.from.ID)
	r.toast(ctx, "")
	r.strip(ctx, r.tappedID())
	return h.follow(ctx, r, b, ward.Bulletin{
		DraftKey: data("aover", b.ID), Form: ward.Form{Nothing: true}, Audience: ward.Audience{Warned: b.ID},
	})
}
