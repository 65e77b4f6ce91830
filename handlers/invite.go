package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/ward"
)

// An invite ends after so many people or so many days, whichever comes first:
// what can be chosen, and what is chosen at first for a ward and for a group.
var (
	inviteUses = []int64{20, 50, 100, 500}
	inviteDays = []int64{7, 30, 90}
)

const (
	usesOfWard  = 500
	usesOfGroup = 50
	inviteTime  = 30
)

// codeLength is how many of rand.Text's letters, of five random bits each, a
// code has: few enough to be typed from paper, and 60 bits cannot be guessed.
const codeLength = 12

// invite asks which ward an invite is for; a ward coordinator has one.
func (h *Handlers) invite(ctx context.Context, r *request) error {
	if r.role == ward.RoleWardCoordinator {
		return h.showInvites(ctx, r, r.me.ChargeID)
	}
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		buttons = append(buttons, button(w.Name, "invts", w.ID))
	}
	k := append(rows(buttons[:min(len(buttons), maxButtons)], 2), []bot.Button{button(r.t.Plain("btn.all_wards"), "invts", 0), button(r.t.Plain("btn.boards"), "boards")})
	return r.say(ctx, r.t.HTML("invite.which_ward"), k)
}

// invites is the tap on a ward.
func (h *Handlers) invites(ctx context.Context, r *request) error {
	return h.showInvites(ctx, r, r.arg(0))
}

// showInvites lists what invites of a ward, or of all wards for 0, are open.
func (h *Handlers) showInvites(ctx context.Context, r *request, wardID int64) error {
	name, err := h.invitedWard(ctx, r.t, wardID)
	if err != nil {
		return err
	}
	open, err := h.store.OpenInvites(ctx, wardID, h.Now())
	if err != nil {
		return err
	}
	var k bot.Keyboard
	for _, i := range open[:min(len(open), maxButtons)] {
		place, err := h.invitedPlace(ctx, r.t, i)
		if err != nil {
			return err
		}
		k = append(k, []bot.Button{button(r.t.Plain("invite.open", locales.Args{
			"Place": place, "Left": r.t.Number(i.UsesLeft), "Uses": r.t.Number(i.Uses), "Until": r.t.ShortDay(i.ExpiresAt.In(h.Zone)),
		}), "invone", i.ID)})
	}
	k = append(k, []bot.Button{button(r.t.Plain("btn.new_invite"), "invset", wardID, 0, usesOfWard, inviteTime)})
	if wardID != 0 {
		groups, err := h.store.Groups(ctx, wardID)
		if err != nil {
			return err
		}
		if len(groups) > 0 {
			k[len(k)-1] = append(k[len(k)-1], button(r.t.Plain("btn.invite_group"), "invset", wardID, groups[0].ID, usesOfGroup, inviteTime))
			k = append(k, []bot.Button{button(r.t.Plain("btn.print_groups"), "invall", wardID)})
		}
	}
	return r.say(ctx, r.t.HTML("invite.list", locales.Args{"Ward": name, "Count": len(open)}), k)
}

// setInvite shows how many people and how long a new invite is for. The
// choices stand in the buttons.
func (h *Handlers) setInvite(ctx context.Context, r *request) error {
	i, err := h.chosenInvite(ctx, r)
	if err != nil {
		return err
	}
	place, err := h.invitedPlace(ctx, r.t, i)
	if err != nil {
		return err
	}
	name, err := h.invitedWard(ctx, r.t, i.WardID)
	if err != nil {
		return err
	}
	choice := func(label string, at int, value int64) bot.Button {
		args := slices.Clone(r.args)
		label = ticked(label, args[at] == value)
		args[at] = value
		return button(label, "invset", args...)
	}
	var uses, days []bot.Button
	for _, n := range inviteUses {
		uses = append(uses, choice(r.t.Number(int(n)), 2, n))
	}
	for _, n := range inviteDays {
		days = append(days, choice(r.t.Plain("btn.days", locales.Args{"Count": int(n)}), 3, n))
	}
	k := bot.Keyboard{uses, days}
	if i.GroupID != 0 {
		groups, err := h.store.Groups(ctx, i.WardID)
		if err != nil {
			return err
		}
		k = append(groupButtons(groups, func(id int64) bot.Button { return choice("", 1, id) }), k...)
	}
	k = append(k, []bot.Button{button(r.t.Plain("btn.make_invite"), "invnew", r.args...), button(r.t.Plain("btn.back"), "invts", i.WardID)})
	return r.edit(ctx, r.t.HTML("invite.set", locales.Args{"Ward": name, "Place": place}), k)
}

// chosenInvite is the invite that the tapped button describes.
func (h *Handlers) chosenInvite(ctx context.Context, r *request) (ward.Invite, error) {
	i := ward.Invite{WardID: r.arg(0), GroupID: r.arg(1), UsesLeft: int(r.arg(2)), By: r.actor()}
	days := r.arg(3)
	if !slices.Contains(inviteUses, r.arg(2)) || !slices.Contains(inviteDays, days) {
		return i, errOldButton
	}
	if i.GroupID != 0 {
		g, err := h.store.Group(ctx, i.GroupID)
		if errors.Is(err, ward.ErrNotFound) || err == nil && g.WardID != i.WardID {
			return i, errOldButton
		}
		if err != nil {
			return i, err
		}
	}
	i.ExpiresAt = h.Now().Add(time.Duration(days) * 24 * time.Hour)
	return i, nil
}

// createInvite makes the invite.
func (h *Handlers) createInvite(ctx context.Context, r *request) error {
	i, err := h.chosenInvite(ctx, r)
	if err != nil {
		return err
	}
	i.Code = rand.Text()[:codeLength]
	if err := h.store.CreateInvite(ctx, i); err != nil {
		return err
	}
	h.Log.Info("invite made", "by", r.from.ID, "ward", i.WardID, "group", i.GroupID, "uses", i.UsesLeft)
	if i, err = h.store.Invite(ctx, i.Code, h.Now()); err != nil {
		return err
	}
	return h.inviteCard(ctx, r, i)
}

func (h *Handlers) showInvite(ctx context.Context, r *request) error {
	i, err := h.store.InviteByID(ctx, r.arg(0))
	if err != nil {
		return err
	}
	return h.inviteCard(ctx, r, i)
}

// inviteCard is an invite with its link, for sending on.
func (h *Handlers) inviteCard(ctx context.Context, r *request, i ward.Invite) error {
	name, err := h.invitedWard(ctx, r.t, i.WardID)
	if err != nil {
		return err
	}
	place, err := h.invitedPlace(ctx, r.t, i)
	if err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("invite.link", locales.Args{
		"Ward": name, "Place": place, "Link": h.startLink(i.Code), "Count": i.UsesLeft, "Uses": r.t.Number(i.Uses),
		"Until": r.t.Date(i.ExpiresAt.In(h.Zone)),
	}), bot.Keyboard{
		{button(r.t.Plain("btn.print_invite"), "invpdf", i.ID), button(r.t.Plain("btn.revoke_invite"), "invoff", i.ID)},
		{button(r.t.Plain("btn.back"), "invts", i.WardID)},
	})
}

// revokeInvite ends an invite at once. What was printed says so to whoever
// uses it.
func (h *Handlers) revokeInvite(ctx context.Context, r *request) error {
	i, err := h.store.InviteByID(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if err := h.store.RevokeInvite(ctx, r.actor(), i.ID); err != nil {
		return err
	}
	h.Log.Info("invite revoked", "invite", i.ID, "by", r.from.ID)
	r.toast(ctx, r.t.Plain("toast.revoked"))
	return h.showInvites(ctx, r, i.WardID)
}

// printInvite sends an invite as a sheet to print.
func (h *Handlers) printInvite(ctx context.Context, r *request) error {
	i, err := h.store.InviteByID(ctx, r.arg(0))
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	return h.sendLeaflets(ctx, r, "thu-moi.pdf", i)
}

// inviteGroups sends a sheet for every group of a ward in one file. A group
// that has an invite that is half unused keeps it: its sheets may hang
// somewhere.
func (h *Handlers) inviteGroups(ctx context.Context, r *request) error {
	wardID := r.arg(0)
	groups, err := h.store.Groups(ctx, wardID)
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		return errOldButton
	}
	r.toast(ctx, "")
	open, err := h.store.OpenInvites(ctx, wardID, h.Now())
	if err != nil {
		return err
	}
	var all, fresh []ward.Invite
	for _, g := range locales.Sorted(groups, func(g ward.Group) string { return g.Name }) {
		at := slices.IndexFunc(open, func(i ward.Invite) bool {
			return i.GroupID == g.ID && 2*i.UsesLeft >= i.Uses && i.ExpiresAt.After(h.Now().AddDate(0, 0, inviteTime/2))
		})
		if at >= 0 {
			all = append(all, open[at])
			continue
		}
		i := ward.Invite{
			Code: rand.Text()[:codeLength], WardID: wardID, GroupID: g.ID, By: r.actor(), Uses: usesOfGroup, UsesLeft: usesOfGroup,
			ExpiresAt: h.Now().AddDate(0, 0, inviteTime),
		}
		all, fresh = append(all, i), append(fresh, i)
	}
	if len(fresh) > 0 {
		if err := h.store.CreateInvite(ctx, fresh...); err != nil {
			return err
		}
		h.Log.Info("invites made", "by", r.from.ID, "ward", wardID, "invites", len(fresh))
	}
	return h.sendLeaflets(ctx, r, "thu-moi-cac-to.pdf", all...)
}

func (h *Handlers) sendLeaflets(ctx context.Context, r *request, name string, invites ...ward.Invite) error {
	_ = h.line.ChatAction(ctx, r.chat, "upload_document")
	t := h.texts.In(h.DefaultLanguage) // it hangs where everybody reads it
	var leaflets []report.Invitation
	for _, i := range invites {
		l := report.Invitation{
			Org: h.Org, Contact: h.Contact, Link: h.startLink(i.Code), Until: t.Date(i.ExpiresAt.In(h.Zone)), Uses: i.Uses,
		}
		if i.WardID != 0 {
			w, err := h.store.Ward(ctx, i.WardID)
			if err != nil {
				return err
			}
			l.Ward = w.Name
		}
		if i.GroupID != 0 {
			g, err := h.store.Group(ctx, i.GroupID)
			if err != nil {
				return err
			}
			l.Group = groupName(t, g)
		}
		leaflets = append(leaflets, l)
	}
	pdf, err := report.Leaflets(t, leaflets)
	if err != nil {
		return fmt.Errorf("print %d invites: %w", len(invites), err)
	}
	_, err = h.line.SendDocument(ctx, r.chat, bot.File{Name: name, Bytes: pdf}, r.t.HTML("invite.sheets", locales.Args{"Count": len(leaflets)}))
	return r.gone(ctx, err)
}

// invitedWard is where an invite leads, in words.
func (h *Handlers) invitedWard(ctx context.Context, t *locales.Texts, wardID int64) (string, error) {
	if wardID == 0 {
		return t.Plain("btn.all_wards"), nil
	}
	w, err := h.store.Ward(ctx, wardID)
	if errors.Is(err, ward.ErrNotFound) {
		err = errOldButton
	}
	return strings.TrimSpace(w.Name), err
}

func (h *Handlers) invitedPlace(ctx context.Context, t *locales.Texts, i ward.Invite) (string, error) {
	if i.GroupID == 0 {
		return t.Plain("invite.whole"), nil
	}
	g, err := h.store.Group(ctx, i.GroupID)
	return groupName(t, g), err
}
