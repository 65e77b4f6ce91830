package handlers

import (
	"context"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// maxButtons keeps a keyboard on one screen; a longer list is typed.
const maxButtons = 60

// showWards asks for the ward; a search that found several shows only those.
func (h *Handlers) showWards(ctx context.Context, r *request, c *storage.Conversation, found []ward.Ward) error {
	wards := found
	if len(wards) == 0 {
		var err error
		if wards, err = h.store.Wards(ctx); err != nil {
			return err
		}
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		buttons = append(buttons, button(w.Name, "ward", w.ID))
	}
	if len(buttons) > maxButtons {
		buttons = nil
	}
	return r.step(ctx, c, r.t.HTML("register.which_ward"), rows(buttons, 2))
}

func (h *Handlers) showGroups(ctx context.Context, r *request, c *storage.Conversation) error {
	reg := unpack[registration](*c)
	w, err := h.store.Ward(ctx, reg.WardID)
	if err != nil {
		return err
	}
	groups, err := h.store.Groups(ctx, reg.WardID)
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		if err := pack(c, stepSure, reg); err != nil {
			return err
		}
		return h.askSure(ctx, r, c)
	}
	var k bot.Keyboard
	if len(groups) <= maxButtons {
		k = groupButtons(groups, func(id int64) bot.Button { return button("", "group", id) })
	}
	k = append(k, []bot.Button{
		button(r.t.Plain("btn.unsure"), "group", 0),
		button(r.t.Plain("btn.back"), "rewrd"),
	})
	return r.step(ctx, c, r.t.HTML("register.which_group", locales.Args{"Ward": w.Name}), k)
}

// askSure shows ward and group once more before anything is stored.
func (h *Handlers) askSure(ctx context.Context, r *request, c *storage.Conversation) error {
	reg := unpack[registration](*c)
	w, err := h.store.Ward(ctx, reg.WardID)
	if err != nil {
		return err
	}
	html := r.t.HTML("register.sure_ward", locales.Args{"Ward": w.Name})
	if reg.GroupID != 0 {
		g, err := h.store.Group(ctx, reg.GroupID)
		if err != nil {
			return err
		}
		html = r.t.HTML("register.sure", locales.Args{"Ward": w.Name, "Group": groupName(r.t, g)})
	}
	return r.step(ctx, c, html, bot.Keyboard{
		{button(r.t.Plain("btn.yes_right"), "join"), button(r.t.Plain("btn.choose_again"), "rewrd")},
	})
}

// groupName is how people call a group: by its number, if it has one.
func groupName(t *locales.Texts, g ward.Group) string {
	if n := g.Number(); n != "" {
		return t.Plain("register.group", locales.Args{"Number": n})
	}
	return g.Name
}

// consented loads a registration that has got past the consent.
func (h *Handlers) consented(ctx context.Context, r *request) (*storage.Conversation, registration, error) {
	c, err := r.conversation(ctx, flowRegister)
	if err != nil {
		return nil, registration{}, err
	}
	reg := unpack[registration](*c)
	if reg.ConsentedAt.IsZero() {
		return nil, reg, errOldButton
	}
	return c, reg, nil
}

func (h *Handlers) pickWard(ctx context.Context, r *request) error {
	c, reg, err := h.consented(ctx, r)
	if err != nil {
		return err
	}
	w, err := h.store.Ward(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	reg.WardID, reg.GroupID = w.ID, 0
	return h.nextPlace(ctx, r, c, reg)
}

func (h *Handlers) pickGroup(ctx context.Context, r *request) error {
	c, reg, err := h.consented(ctx, r)
	if err != nil {
		return err
	}
	if id := r.arg(0); id != 0 {
		g, err := h.store.Group(ctx, id)
		if errors.Is(err, ward.ErrNotFound) || err == nil && g.WardID != reg.WardID {
			return errOldButton
		}
		if err != nil {
			return err
		}
		reg.GroupID = g.ID
	} else {
		reg.GroupID = 0
	}
	if reg.WardID == 0 {
		return errOldButton
	}
	if err := pack(c, stepSure, reg); err != nil {
		return err
	}
	return h.askSure(ctx, r, c)
}

func (h *Handlers) repickWard(ctx context.Context, r *request) error {
	c, reg, err := h.consented(ctx, r)
	if err != nil {
		return err
	}
	reg.WardID, reg.GroupID = 0, 0
	return h.nextPlace(ctx, r, c, reg)
}
