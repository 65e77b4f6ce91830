package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// settings is what a person can choose for themselves, on one screen.
func (h *Handlers) settings(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	day := ""
	if until := r.me.PausedUntil; until.After(h.Now()) {
		day = r.t.Day(until.Add(-1).In(h.Zone))
	}
	k := bot.Keyboard{
		{button(r.t.Plain("btn.address"), "addr"), button(r.t.Plain("btn.rename"), "name")},
		{button(r.t.Plain("btn.language"), "lngs"), button(r.t.Plain("btn.my_place"), "mymove")},
		{button(r.t.Plain("btn.pause"), "pause"), button(r.t.Plain("btn.my_data"), "mydata")},
		{urgentButton(r.t, r.me)},
	}
	if h.DigestAt.On {
		digest, err := h.digestButton(ctx, r)
		if err != nil {
			return err
		}
		k = append(k, []bot.Button{digest})
	}
	return r.say(ctx, r.t.HTML("settings.mine", locales.Args{
		"Name": r.name(), "Language": r.t.Plain("settings.language_name"), "Day": day, "Urgent": r.me.Urgent,
	}), k)
}

// askAddress shows a person's name with every word it may be said with.
func (h *Handlers) askAddress(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	var choices []bot.Button
	seen := map[string]bool{}
	for a := ward.AddressPlain; a.Valid(); a++ {
		p := r.me
		p.Address = a
		if words := called(r.t, p); !seen[words] { // in English all are the same
			seen[words] = true
			choices = append(choices, button(words, "setadr", int64(a)))
		}
	}
	return r.say(ctx, r.t.HTML("settings.address"), append(rows(choices, 2), []bot.Button{button(r.t.Plain("btn.back"), "caidat")}))
}

func (h *Handlers) setAddress(ctx context.Context, r *request) error {
	a := ward.Address(r.arg(0))
	if !a.Valid() || r.me.ID == 0 {
		return errOldButton
	}
	if err := h.store.SetAddress(ctx, r.me.ID, a); err != nil {
		return err
	}
	r.me.Address = a
	return r.edit(ctx, r.t.HTML("settings.addressed", locales.Args{"Name": r.name()}), bot.Keyboard{
		{button(r.t.Plain("btn.back"), "caidat")},
	})
}

// askName waits for the right name to be typed.
func (h *Handlers) askName(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	return h.showName(ctx, r, &storage.Conversation{Flow: flowName})
}

func (h *Handlers) showName(ctx context.Context, r *request, c *storage.Conversation) error {
	return r.step(ctx, c, r.t.HTML("settings.ask_name"), bot.Keyboard{{button(r.t.Plain("btn.back"), "caidat")}})
}

// nameInput takes the name. The conversation ends with it, also if what was
// typed is no name: then the person is told, and types again.
func (h *Handlers) nameInput(ctx context.Context, r *request, c *storage.Conversation) error {
	name := ward.CleanLine(r.text())
	if err := h.store.Rename(ctx, r.me.ID, name); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, c.Flow); err != nil {
		return err
	}
	r.me.Name = name
	r.strip(ctx, c.MessageID)
	_, err := r.reply(ctx, r.t.HTML("settings.named", locales.Args{"Name": r.name()}), nil)
	return err
}
