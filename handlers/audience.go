package handlers

import (
	"context"
	"errors"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// askAudience offers the wards to choose among.
func (h *Handlers) askAudience(ctx context.Context, r *request) error {
	c, _, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	c.Step = stepAudience
	return h.showAudience(ctx, r, c)
}

func (h *Handlers) showAudience(ctx context.Context, r *request, c *storage.Conversation) error {
	s := unpack[sheet](*c)
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		name := w.Name
		if slices.Contains(s.WardIDs, w.ID) {
			name += " ✓"
		}
		buttons = append(buttons, button(name, "toward", w.ID))
	}
	k := append(rows(buttons[:min(len(buttons), maxButtons)], 2), []bot.Button{
		button(r.t.Plain("btn.everybody"), "toall"), button(r.t.Plain("btn.finish"), "card"),
	})
	return r.step(ctx, c, r.t.HTML("compose.audience"), k)
}

// toggleWard adds a ward to the audience, or takes it out.
func (h *Handlers) toggleWard(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
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
	if i := slices.Index(s.WardIDs, w.ID); i >= 0 {
		s.WardIDs = slices.Delete(s.WardIDs, i, i+1)
	} else {
		s.WardIDs = append(s.WardIDs, w.ID)
	}
	if err := pack(c, stepAudience, s); err != nil {
		return err
	}
	return h.showAudience(ctx, r, c)
}

// toEverybody is the whole register again.
func (h *Handlers) toEverybody(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	s.WardIDs = nil
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	return h.showCard(ctx, r, c)
}
