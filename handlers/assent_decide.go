package handlers

import (
	"context"
	"crypto/rand"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// asked is the request for consent that a button names.
func (h *Handlers) asked(ctx context.Context, r *request) (ward.Assent, error) {
	a, err := h.store.Assent(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) {
		err = errOldButton
	}
	return a, err
}

// toDecide is asked for who decides: not on their own, and not once more.
func (h *Handlers) toDecide(ctx context.Context, r *request) (ward.Assent, error) {
	a, err := h.asked(ctx, r)
	switch {
	case err != nil:
	case a.ChatID == r.from.ID:
		err = ward.ErrOwnAssent
	case a.State != ward.AssentAsked:
		r.strip(ctx, r.tappedID())
		err = ward.ErrDecided
	}
	return a, err
}

// agreeToSend is the second coordinator's consent: what was asked for goes out
// with it, if its author may still send it.
func (h *Handlers) agreeToSend(ctx context.Context, r *request) error {
	a, err := h.toDecide(ctx, r)
	if err != nil {
		return err
	}
	author, err := h.absent(ctx, a.ChatID)
	if err == nil {
		err = author.within(ctx, a.Bulletin.Audience)
	}
	if err == nil {
		err = a.Bulletin.Validate(h.Links)
	}
	if err != nil {
		return err
	}
	if a.Plan == nil {
		h.setOff(&a.Bulletin)
		if a.Bulletin.TooLate(a.Bulletin.SendAt) {
			return ward.ErrTooLate
		}
	}
	if err := h.store.Agree(ctx, a, r.actor(), r.from.ID, h.letters); err != nil {
		return err
	}
	h.Log.Info("consent given", "request", a.ID, "by", r.from.ID)
	return h.decided(ctx, r, a, func(t *locales.Texts) string {
		return t.HTML("assent.agreed", locales.Args{"Title": a.Bulletin.Title, "By": r.fullName(), "Planned": a.Plan != nil})
	}, nil)
}

// decided says so first where the button was: who was quicker than we are at
// noting a card would keep it.
func (h *Handlers) decided(ctx context.Context, r *request, a ward.Assent, html func(*locales.Texts) string, k func(*locales.Texts, ward.Assent) bot.Keyboard) error {
	if err := r.edit(ctx, html(r.t), nil); err != nil {
		h.Log.Debug("card of a request not closed", "request", a.ID, "error", err)
	}
	return h.closeAssent(ctx, a, html, k)
}

// refuseToSend is the other answer. Nobody is asked why: the two know each
// other.
func (h *Handlers) refuseToSend(ctx context.Context, r *request) error {
	a, err := h.toDecide(ctx, r)
	if err != nil {
		return err
	}
	if err := h.store.Refuse(ctx, a, r.actor(), r.from.ID); err != nil {
		return err
	}
	h.Log.Info("consent refused", "request", a.ID, "by", r.from.ID)
	return h.decided(ctx, r, a, func(t *locales.Texts) string {
		return t.HTML("assent.refused", locales.Args{"Title": a.Bulletin.Title, "By": r.fullName()})
	}, redoButton)
}

// redoButton lets the author take a sheet up again that did not go out.
func redoButton(t *locales.Texts, a ward.Assent) bot.Keyboard {
	return bot.Keyboard{{button(t.Plain("btn.edit"), "asredo", a.ID)}}
}

// takeBackRequest is its author's wish.
func (h *Handlers) takeBackRequest(ctx context.Context, r *request) error {
	a, err := h.asked(ctx, r)
	if err != nil {
		return err
	}
	if a.ChatID != r.from.ID {
		return errNotAllowed
	}
	if err := h.store.EndAssent(ctx, a.ID, ward.AssentTakenBack); err != nil {
		return err
	}
	h.closeCards(ctx, a, func(t *locales.Texts) string {
		return t.HTML("assent.taken_back", locales.Args{"Title": a.Bulletin.Title})
	})
	return r.edit(ctx, r.t.HTML("assent.taken_back", locales.Args{"Title": a.Bulletin.Title}), redoButton(r.t, a))
}

// redoRefused takes up a sheet that did not go out. It is another draft from
// now on, with another consent to ask for.
func (h *Handlers) redoRefused(ctx context.Context, r *request) error {
	a, err := h.asked(ctx, r)
	if err != nil {
		return err
	}
	if a.ChatID != r.from.ID {
		return errNotAllowed
	}
	if a.State == ward.AssentAsked || a.State == ward.AssentAgreed {
		return errOldButton
	}
	s := h.refreshed(unpack[sheet](storage.Conversation{Data: a.Sheet}))
	s.Key = rand.Text()
	c, err := h.newSheet(ctx, r, stepCard, s)
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	r.strip(ctx, r.tappedID())
	r.anew = true
	return h.showSheet(ctx, r, c)
}
