package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// An invite ends after so many people or so long, whichever comes first.
const (
	inviteUses = 500
	inviteFor  = 30 * 24 * time.Hour
)

// invite asks which ward a new invite link is for.
func (h *Handlers) invite(ctx context.Context, r *request) error {
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		buttons = append(buttons, button(w.Name, "invite", w.ID))
	}
	k := append(rows(buttons[:min(len(buttons), maxButtons)], 2), []bot.Button{button(r.t.Plain("btn.all_wards"), "invite", 0), button(r.t.Plain("btn.boards"), "boards")})
	return r.say(ctx, r.t.HTML("invite.which_ward"), k)
}

// makeInvite makes a link that knows the ward, so that a newcomer taps less.
func (h *Handlers) makeInvite(ctx context.Context, r *request) error {
	name := r.t.Plain("btn.all_wards")
	if id := r.arg(0); id != 0 {
		w, err := h.store.Ward(ctx, id)
		if errors.Is(err, ward.ErrNotFound) {
			return errOldButton
		}
		if err != nil {
			return err
		}
		name = w.Name
	}
	code, ends := rand.Text(), h.Now().Add(inviteFor)
	err := h.store.CreateInvite(ctx, ward.Invite{
		Code: code, WardID: r.arg(0), CreatedBy: r.me.ID, UsesLeft: inviteUses, ExpiresAt: ends,
	})
	if err != nil {
		return err
	}
	h.Log.Info("invite made", "by", r.from.ID, "ward", r.arg(0))
	return r.edit(ctx, r.t.HTML("invite.link", locales.Args{
		"Ward": name, "Link": h.startLink(code), "Count": inviteUses, "Until": r.t.Date(ends.In(h.Zone)),
	}), nil)
}
