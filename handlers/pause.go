package handlers

import (
	"context"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// pauses are the days one may pause for.
var pauses = []int64{1, 3, 7, 30}

// pause offers to send nothing for some days. From below a task it comes in a
// message of its own, so that the task keeps its place.
func (h *Handlers) pause(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	var choices []bot.Button
	for _, days := range pauses {
		choices = append(choices, button(r.t.Plain("btn.days", locales.Args{"Count": int(days)}), "rest", days))
	}
	_, err := r.reply(ctx, r.t.HTML("settings.pause"), rows(choices, 2))
	return err
}

// setPause pauses until the end of the last of so many days.
func (h *Handlers) setPause(ctx context.Context, r *request) error {
	if !slices.Contains(pauses, r.arg(0)) || r.me.ID == 0 {
		return errOldButton
	}
	end := ward.DayOf(h.Now(), h.Zone).Add(int(r.arg(0))).In(h.Zone)
	if err := h.store.Pause(ctx, r.me.ID, end); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("settings.paused", locales.Args{"Day": r.t.Day(end.Add(-1))}), bot.Keyboard{
		{button(r.t.Plain("btn.resume"), "wake")},
	})
}

// resume ends a pause early.
func (h *Handlers) resume(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errOldButton
	}
	if err := h.store.Resume(ctx, r.me.ID); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("settings.resumed"), nil)
}
