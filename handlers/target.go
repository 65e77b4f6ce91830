package handlers

import (
	"context"
	"errors"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// targets are the rates that are offered to aim at, in percent.
var targets = []int64{50, 60, 70, 75, 80, 85, 90, 95, 100}

// askTargetPlace asks which ward a target is for, from the numbers of a ward
// only what it is.
func (h *Handlers) askTargetPlace(ctx context.Context, r *request) error {
	if r.arg(0) != 0 {
		return h.askTarget(ctx, r)
	}
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		buttons = append(buttons, button(w.Name, "targof", w.ID))
	}
	k := append(bot.Keyboard{{button(r.t.Plain("btn.stats_all"), "targof")}}, rows(buttons[:min(len(buttons), maxButtons)], 2)...)
	return r.edit(ctx, r.t.HTML("stats.target_which"), append(k, []bot.Button{button(r.t.Plain("btn.back"), "stats", statsToday)}))
}

// askTarget offers the rates for one ward, or for all.
func (h *Handlers) askTarget(ctx context.Context, r *request) error {
	place, err := h.targetPlace(ctx, r)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, n := range targets {
		buttons = append(buttons, button(r.t.Plain("btn.percent", locales.Args{"Number": r.t.Number(int(n))}), "targst", r.arg(0), n))
	}
	k := append(rows(buttons, 3), []bot.Button{
		button(r.t.Plain("btn.no_target"), "targst", r.arg(0), 0), button(r.t.Plain("btn.back"), "stats", statsToday),
	})
	return r.edit(ctx, r.t.HTML("stats.target_ask", locales.Args{"Place": place}), k)
}

// setTarget sets what was chosen. The store logs it, ward by ward.
func (h *Handlers) setTarget(ctx context.Context, r *request) error {
	percent := r.arg(1)
	if percent != 0 && !slices.Contains(targets, percent) {
		return errOldButton
	}
	place, err := h.targetPlace(ctx, r)
	if err != nil {
		return err
	}
	wards := []ward.Ward{{ID: r.arg(0)}}
	if r.arg(0) == 0 {
		if wards, err = h.store.Wards(ctx); err != nil {
			return err
		}
	}
	for _, w := range wards {
		if err := h.store.SetTarget(ctx, w.ID, int(percent), r.actor()); err != nil {
			return err
		}
	}
	words := r.t.HTML("stats.target_dropped", locales.Args{"Place": place})
	if percent != 0 {
		words = r.t.HTML("stats.target_set", locales.Args{"Place": place, "Number": r.t.Number(int(percent))})
	}
	return r.edit(ctx, words, bot.Keyboard{{button(r.t.Plain("btn.back"), "stats", statsToday)}})
}

// targetPlace is what the place of a button is called.
func (h *Handlers) targetPlace(ctx context.Context, r *request) (string, error) {
	if r.arg(0) == 0 {
		return r.t.Plain("stats.target_all"), nil
	}
	w, err := h.store.Ward(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) {
		err = errOldButton
	}
	return r.t.Plain("log.ward", locales.Args{"Ward": w.Name}), err
}
