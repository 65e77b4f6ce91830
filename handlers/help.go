package handlers

import (
	"context"
	"errors"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// help is one screen with buttons, and somebody to call.
func (h *Handlers) help(ctx context.Context, r *request) error {
	args := locales.Args{"Org": h.Org, "Contact": h.Contact}
	switch {
	case r.role >= ward.RoleWardCoordinator:
		if err := h.setCommands(ctx, r); err != nil {
			return err
		}
		k := bot.Keyboard{
			{button(r.t.Plain("btn.compose"), "compose"), button(r.t.Plain("btn.stats"), "stats")},
			{button(r.t.Plain("btn.review"), "review"), button(r.t.Plain("btn.people"), "ppl")},
		}
		if r.me.ID == 0 {
			k = append(k, []bot.Button{button(r.t.Plain("btn.start"), "reg")})
		}
		return r.say(ctx, r.t.HTML("help.coordinator", args), k)
	case r.role >= ward.RoleCollaborator:
		var err error
		if args["Helpers"], err = h.helpers(ctx, r.me.WardID); err != nil {
			return err
		}
		return r.say(ctx, r.t.HTML("help.collaborator", args), bot.Keyboard{
			{button(r.t.Plain("btn.today"), "today"), button(r.t.Plain("btn.stats"), "stats")},
		})
	}
	return r.say(ctx, r.t.HTML("help.guest", args), nil)
}

// helpers are the people to call: the ward's own coordinators, else those of
// all wards. They have signed everything that people get, so it is no secret
// who they are.
func (h *Handlers) helpers(ctx context.Context, wardID int64) (string, error) {
	people, err := h.store.Coordinators(ctx, wardID)
	if err == nil && len(people) == 0 {
		people, err = h.store.Coordinators(ctx, 0)
	}
	var names []string
	for _, p := range people[:min(len(people), 2)] {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", "), err
}

// cancel ends the conversation under way, whatever it is.
func (h *Handlers) cancel(ctx context.Context, r *request) error {
	c, err := h.store.ActiveConversation(ctx, r.chat)
	if errors.Is(err, ward.ErrNotFound) {
		_, err := r.reply(ctx, r.t.HTML("help.nothing_to_cancel"), nil)
		return err
	}
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, c.Flow); err != nil {
		return err
	}
	r.strip(ctx, c.MessageID)
	_, err = r.reply(ctx, r.t.HTML("help.cancelled"), nil)
	return err
}
