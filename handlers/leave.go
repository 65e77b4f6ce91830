package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
)

// leave asks once, because it can't be undone.
func (h *Handlers) leave(ctx context.Context, r *request) error {
	if r.me.ID == 0 { // nothing but a half-finished registration, which goes at once
		if err := h.store.EndConversation(ctx, r.chat, flowRegister); err != nil {
			return err
		}
		return r.say(ctx, r.t.HTML("data.nothing"), nil)
	}
	return r.say(ctx, r.t.HTML("data.leave"), bot.Keyboard{
		{button(r.t.Plain("btn.erase"), "erase")},
		{button(r.t.Plain("btn.only_pause"), "pause"), button(r.t.Plain("btn.back"), "mydata")},
	})
}

// erase forgets a person at once. Afterwards nothing is sent to them.
func (h *Handlers) erase(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	if err := h.store.Erase(ctx, r.me.ID, h.Now()); err != nil {
		return err
	}
	now := h.Now().In(h.Zone)
	h.Log.Info("person left and was erased")
	return r.edit(ctx, r.t.HTML("data.erased", locales.Args{"Time": r.t.Clock(now), "Date": r.t.Date(now)}), nil)
}

// say answers a command with a new message and a tap by changing the tapped one.
func (r *request) say(ctx context.Context, html string, k bot.Keyboard) error {
	if r.update.Callback != nil {
		return r.edit(ctx, html, k)
	}
	_, err := r.reply(ctx, html, k)
	return err
}
