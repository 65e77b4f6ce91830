package handlers

import (
	"context"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// askAdmission shows a newcomer to the admins (REGISTRATION=approve).
func (h *Handlers) askAdmission(ctx context.Context, p ward.Person) error {
	w, err := h.store.Ward(ctx, p.WardID)
	if err != nil {
		return err
	}
	for _, admin := range h.Admins {
		t := h.texts.In(h.DefaultLanguage)
		if a, err := h.store.PersonByChat(ctx, admin); err == nil {
			t = h.texts.In(locales.Language(a.Language))
		}
		_, err := h.line.Send(ctx, bot.Send{ChatID: admin, HTML: t.HTML("approve.card", locales.Args{"Name": p.Name, "Ward": w.Name}), Keyboard: bot.Keyboard{
			{button(t.Plain("btn.admit"), "admit", p.ID), button(t.Plain("btn.reject"), "reject", p.ID)},
		}})
		if err != nil {
			h.Log.Warn("admin not asked about a newcomer", "person", p.ID, "error", err)
		}
	}
	return nil
}

// admit lets a newcomer in and tells them.
func (h *Handlers) admit(ctx context.Context, r *request) error {
	p, err := h.waiting(ctx, r)
	if err != nil {
		return err
	}
	if err := h.store.Admit(ctx, p.ID); err != nil {
		return err
	}
	h.Log.Info("person admitted", "person", p.ID, "by", r.from.ID)
	if err := h.tell(ctx, p, func(t *locales.Texts) string {
		return t.HTML("register.admitted", locales.Args{"Name": called(t, p)})
	}); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("approve.admitted", locales.Args{"Name": p.Name}), nil)
}

// reject forgets a newcomer and tells them.
func (h *Handlers) reject(ctx context.Context, r *request) error {
	p, err := h.waiting(ctx, r)
	if err != nil {
		return err
	}
	if err := h.store.Decline(ctx, p.ID); err != nil {
		return err
	}
	h.Log.Info("person not admitted", "person", p.ID, "by", r.from.ID)
	if err := h.tell(ctx, p, func(t *locales.Texts) string {
		return t.HTML("register.rejected", locales.Args{"Contact": h.Contact})
	}); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("approve.rejected", locales.Args{"Name": p.Name}), nil)
}

// waiting is the newcomer a card is about, if another admin has not decided.
func (h *Handlers) waiting(ctx context.Context, r *request) (ward.Person, error) {
	p, err := h.store.Person(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) || err == nil && p.State != ward.PersonWaiting {
		return p, errOldButton
	}
	return p, err
}

// tell writes to somebody who is not here, in their language.
func (h *Handlers) tell(ctx context.Context, p ward.Person, html func(*locales.Texts) string) error {
	return h.write(ctx, p, bot.Send{HTML: html(h.texts.In(locales.Language(p.Language)))})
}
