package handlers

import (
	"context"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// moving is somebody on the way to another place. They move themselves, or a
// coordinator moves them: the buttons differ, and who may tap them.
type moving struct {
	person                  ward.Person
	ward, group, here, back string // actions of the buttons
}

// askOwnMove is the button in the settings.
func (h *Handlers) askOwnMove(ctx context.Context, r *request) error {
	return h.askMoveWard(ctx, r, ownMove(r))
}

func (h *Handlers) ownMoveWard(ctx context.Context, r *request) error {
	return h.askMoveGroup(ctx, r, ownMove(r), r.arg(1))
}

func (h *Handlers) ownMoveGroup(ctx context.Context, r *request) error {
	return h.move(ctx, r, ownMove(r), r.arg(1), r.arg(2))
}

func ownMove(r *request) moving {
	return moving{person: r.me, ward: "mymvw", group: "mymvg", here: "mymove", back: "caidat"}
}

// askMove is the button on the card of a person.
func (h *Handlers) askMove(ctx context.Context, r *request) error {
	m, err := h.moved(ctx, r)
	if err != nil {
		return err
	}
	return h.askMoveWard(ctx, r, m)
}

func (h *Handlers) moveWard(ctx context.Context, r *request) error {
	m, err := h.moved(ctx, r)
	if err != nil {
		return err
	}
	return h.askMoveGroup(ctx, r, m, r.arg(1))
}

func (h *Handlers) moveGroup(ctx context.Context, r *request) error {
	m, err := h.moved(ctx, r)
	if err != nil {
		return err
	}
	return h.move(ctx, r, m, r.arg(1), r.arg(2))
}

func (h *Handlers) moved(ctx context.Context, r *request) (moving, error) {
	p, err := h.store.Person(ctx, r.arg(0))
	if err == nil && (p.State == ward.PersonErased || p.State == ward.PersonWithdrawn) {
		err = errOldButton
	}
	return moving{person: p, ward: "mvward", group: "mvgrp", here: "move", back: "pers"}, err
}

// askMoveWard offers the wards, the present one first.
func (h *Handlers) askMoveWard(ctx context.Context, r *request, m moving) error {
	if m.person.ID == 0 {
		return errNotMember
	}
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		b := button(w.Name, m.ward, m.person.ID, w.ID)
		if w.ID == m.person.WardID {
			b.Text += " ✓"
			buttons = append([]bot.Button{b}, buttons...)
		} else {
			buttons = append(buttons, b)
		}
	}
	k := append(rows(buttons[:min(len(buttons), maxButtons)], 2), []bot.Button{button(r.t.Plain("btn.back"), m.back, m.person.ID)})
	return r.say(ctx, r.t.HTML("move.which_ward", locales.Args{"Name": m.person.Name}), k)
}

func (h *Handlers) askMoveGroup(ctx context.Context, r *request, m moving, wardID int64) error {
	w, err := h.store.Ward(ctx, wardID)
	if errors.Is(err, ward.ErrNotFound) || m.person.ID == 0 {
		return errOldButton
	}
	if err != nil {
		return err
	}
	groups, err := h.store.Groups(ctx, wardID)
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		return h.move(ctx, r, m, wardID, 0)
	}
	k := groupButtons(groups, func(id int64) bot.Button { return button("", m.group, m.person.ID, wardID, id) })
	k = append(k, []bot.Button{
		button(r.t.Plain("btn.unsure"), m.group, m.person.ID, wardID, 0), button(r.t.Plain("btn.back"), m.here, m.person.ID),
	})
	return r.edit(ctx, r.t.HTML("register.which_group", locales.Args{"Ward": w.Name}), k)
}

// groupButtons are the groups of a ward, by number five in a row, or by name
// two in a row.
func groupButtons(groups []ward.Group, of func(groupID int64) bot.Button) bot.Keyboard {
	perRow, buttons := 5, []bot.Button{}
	for i, g := range locales.Sorted(groups, func(g ward.Group) string { return g.Name }) {
		if i == maxButtons {
			break
		}
		b := of(g.ID)
		if b.Text = g.Number(); b.Text == "" {
			b.Text, perRow = g.Name, 2
		}
		buttons = append(buttons, b)
	}
	return rows(buttons, perRow)
}

// move gives the person their new place. Statistics keep the place of their
// day. The ward they come to is told, and the person, if it was not them.
func (h *Handlers) move(ctx context.Context, r *request, m moving, wardID, groupID int64) error {
	if m.person.ID == 0 {
		return errOldButton
	}
	err := h.store.MovePerson(ctx, r.actor(), m.person.ID, wardID, groupID)
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	w, err := h.store.Ward(ctx, wardID)
	if err != nil {
		return err
	}
	place := func(t *locales.Texts) locales.Args {
		args := locales.Args{"Name": m.person.Name, "Ward": w.Name, "Group": ""}
		if g, err := h.store.Group(ctx, groupID); err == nil {
			args["Group"] = groupName(t, g)
		}
		return args
	}
	h.Log.Info("person moved", "person", m.person.ID, "ward", wardID, "group", groupID, "by", r.from.ID)
	if m.person.ID != r.me.ID && m.person.State == ward.PersonActive {
		err := h.tell(ctx, m.person, func(t *locales.Texts) string { return t.HTML("move.you", place(t)) })
		if err != nil {
			return err
		}
	}
	if wardID != m.person.WardID {
		err := h.tellKeepers(ctx, wardID, func(t *locales.Texts) bot.Send {
			return bot.Send{HTML: t.HTML("move.arrived", place(t))}
		})
		if err != nil {
			return err
		}
	}
	return r.edit(ctx, r.t.HTML("move.done", place(r.t)), nil)
}
