package handlers

import (
	"context"
	"errors"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// askAdmission shows a newcomer to those who look after their ward
// (REGISTRATION=approve). If more than one line of the list of people who are
// expected may be them, that is for the coordinator to say.
func (h *Handlers) askAdmission(ctx context.Context, p ward.Person, lines []ward.Expected) error {
	w, err := h.store.Ward(ctx, p.WardID)
	if err != nil {
		return err
	}
	var listed bot.Keyboard
	for _, e := range lines[:min(len(lines), most)] {
		label, err := h.expectedLabel(ctx, h.texts.In(h.DefaultLanguage), e)
		if err != nil {
			return err
		}
		listed = append(listed, []bot.Button{button(label, "admit", p.ID, e.ID)})
	}
	return h.tellKeepers(ctx, p.WardID, func(t *locales.Texts) bot.Send {
		return bot.Send{HTML: t.HTML("approve.card", locales.Args{"Name": p.Name, "Ward": w.Name, "Listed": len(listed) > 0}), Keyboard: append(slices.Clone(listed), []bot.Button{
			button(t.Plain("btn.admit"), "admit", p.ID), button(t.Plain("btn.reject"), "reject", p.ID),
		})}
	})
}

// tellKeepers writes to those who look after a ward: its coordinators, and
// where there are none the coordinators of all wards and the admins. What they
// are shown waits in the store, too, so a card that does not arrive is no loss.
func (h *Handlers) tellKeepers(ctx context.Context, wardID int64, card func(*locales.Texts) bot.Send) error {
	keepers, err := h.keepersOf(ctx, wardID)
	if err != nil {
		return err
	}
	for _, p := range keepers {
		s := card(h.texts.In(locales.Language(p.Language)))
		s.ChatID, s.Silent = p.ChatID, h.hushed()
		if _, err := h.line.Send(ctx, s); err != nil {
			h.Log.Warn("coordinator not shown what waits for them", "ward", wardID, "error", err)
		}
	}
	return nil
}

// keepersOf are those who look after a ward.
func (h *Handlers) keepersOf(ctx context.Context, wardID int64) ([]ward.Person, error) {
	keepers, err := h.store.Coordinators(ctx, wardID)
	if err == nil && !slices.ContainsFunc(keepers, func(p ward.Person) bool { return p.State == ward.PersonActive }) {
		return h.everywhere(ctx)
	}
	return keepers, err
}

// everywhere are the coordinators of all wards and the admins.
func (h *Handlers) everywhere(ctx context.Context) ([]ward.Person, error) {
	all, err := h.store.Coordinators(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, admin := range h.Admins {
		p, err := h.store.PersonByChat(ctx, admin)
		if err != nil {
			p = ward.Person{ChatID: admin, Language: string(h.DefaultLanguage)}
		}
		if p.Role != ward.RoleCoordinator {
			all = append(all, p)
		}
	}
	return all, nil
}

// admit lets a newcomer in and tells them.
func (h *Handlers) admit(ctx context.Context, r *request) error {
	p, err := h.waiting(ctx, r)
	if err != nil {
		return err
	}
	if err := h.store.Admit(ctx, r.actor(), p.ID, r.arg(1)); err != nil {
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
	if err := h.store.Decline(ctx, r.actor(), p.ID); err != nil {
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
