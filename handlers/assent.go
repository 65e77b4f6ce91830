package handlers

import (
	"context"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// sizeOf counts whom a bulletin would be sent to.
func (h *Handlers) sizeOf(ctx context.Context, b ward.Bulletin) (ward.AudienceSize, error) {
	if b.Kind == ward.KindAlert {
		return h.store.CountAlert(ctx, b.Audience, b.SendAt)
	}
	return h.store.CountAudience(ctx, b.Audience, b.SendAt)
}

// secondFor says whether a bulletin goes out only if a second coordinator
// agrees: an alert always, anything else above so many people. Who pauses
// counts, because they get it afterwards.
func (h *Handlers) secondFor(b ward.Bulletin, size ward.AudienceSize) bool {
	return b.Kind == ward.KindAlert || h.ApproveAbove > 0 && size.People+size.Paused > h.ApproveAbove
}

// secondNeeded is secondFor of an audience as it is now, and counts it.
func (h *Handlers) secondNeeded(ctx context.Context, b ward.Bulletin) (needed bool, people int, err error) {
	size, err := h.sizeOf(ctx, b)
	return err == nil && h.secondFor(b, size), size.People + size.Paused, err
}

// seconds are those who may agree to what somebody sends to an audience: its
// ward's coordinators, those of all wards and the admins, but not they
// themselves.
func (h *Handlers) seconds(ctx context.Context, a ward.Audience, author int64) ([]ward.Person, error) {
	all, err := h.everywhere(ctx)
	if err != nil {
		return nil, err
	}
	area, err := h.areaOf(ctx, a)
	if err != nil {
		return nil, err
	}
	if len(area.WardIDs) == 1 {
		own, err := h.store.Coordinators(ctx, area.WardIDs[0])
		if err != nil {
			return nil, err
		}
		all = append(own, all...)
	}
	asked := map[int64]bool{author: true}
	return slices.DeleteFunc(all, func(p ward.Person) bool {
		skip := asked[p.ChatID] || p.State != ward.PersonActive
		asked[p.ChatID] = true
		return skip
	}), nil
}

// askForPlan asks for the consent that a plan on the calendar lacks: rows of a
// spreadsheet come without, and so does what has grown since it was planned.
func (h *Handlers) askForPlan(ctx context.Context, r *request) error {
	p, err := h.aPlan(ctx, r, 0)
	if err != nil {
		return err
	}
	if p.Paused = false; !p.Next.After(h.Now()) {
		p.Next, _ = p.Rule.Next(h.Now())
	}
	if p.Next.IsZero() {
		return ward.ErrTooLate
	}
	s := h.sheetOfPlan(p)
	b := p.Slot(p.Next, data("planok", p.ID, r.update.ID)) // an update that comes twice asks once
	needed, people, err := h.secondNeeded(ctx, b)
	if err != nil {
		return err
	}
	if !needed || p.Agreed {
		return h.showPlan(ctx, r, p)
	}
	c := storage.Conversation{MessageID: r.tappedID()}
	if err := pack(&c, stepCard, s); err != nil {
		return err
	}
	p.Agreed = true
	return h.askSecond(ctx, r, &c, ward.Assent{Bulletin: b, Plan: &p, People: people})
}

// askSecond keeps a sheet that is ready to go until a second coordinator
// agrees, or says who can help if there is none.
func (h *Handlers) askSecond(ctx context.Context, r *request, c *storage.Conversation, a ward.Assent) error {
	if err := a.Bulletin.Validate(h.Links); err != nil {
		return err
	}
	if err := r.within(ctx, a.Bulletin.Audience); err != nil {
		return err
	}
	others, err := h.seconds(ctx, a.Bulletin.Audience, r.chat)
	if err != nil {
		return err
	}
	if len(others) == 0 {
		r.toast(ctx, "")
		_, err := r.reply(ctx, r.t.HTML("assent.alone", locales.Args{"Org": h.Org, "Contact": h.Contact}), nil)
		return err
	}
	a.Bulletin.Media = h.keepPictures(ctx, a.Bulletin.Media)
	if a.Plan != nil {
		a.Plan.Draft = a.Bulletin
	}
	now := h.Now()
	a.Sheet, a.ChatID, a.MessageID, a.Language = c.Data, r.chat, c.MessageID, string(r.t.Language())
	a.AskedAt, a.ExpiresAt = now, a.Bulletin.AssentUntil(now, a.Plan)
	if a, err = h.store.AskAssent(ctx, r.actor(), a); err != nil {
		return err
	}
	h.Log.Info("consent asked for", "request", a.ID, "kind", a.Bulletin.Kind, "people", a.People, "by", r.from.ID)
	if c.Flow == flowCompose {
		if err := h.store.EndConversation(ctx, r.chat, flowCompose); err != nil {
			return err
		}
	}
	return r.edit(ctx, r.t.HTML("assent.asked", locales.Args{"Title": a.Bulletin.Title, "Until": h.assentUntil(r.t, a)}), bot.Keyboard{
		{button(r.t.Plain("btn.take_back"), "asoff", a.ID)},
	})
}

func (h *Handlers) assentUntil(t *locales.Texts, a ward.Assent) string {
	until := a.ExpiresAt.In(h.Zone)
	return t.Clock(until) + " " + t.Day(until)
}
