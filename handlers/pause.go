package handlers

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// pauses are the days that are offered; one may type any number up to the
// longest.
var pauses = []int64{1, 3, 7, longestPause}

const longestPause = 30

// pause offers to send nothing for some days. From below a task it comes in a
// message of its own, so that the task keeps its place.
func (h *Handlers) pause(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	r.anew = true
	return h.showPause(ctx, r, &storage.Conversation{Flow: flowPause})
}

func (h *Handlers) showPause(ctx context.Context, r *request, c *storage.Conversation) error {
	var choices []bot.Button
	for _, days := range pauses {
		choices = append(choices, button(r.t.Plain("btn.days", locales.Args{"Count": int(days)}), "rest", days))
	}
	return r.step(ctx, c, r.t.HTML("settings.pause", locales.Args{"Most": longestPause}), rows(choices, 2))
}

// pauseInput takes a number of days that was typed.
func (h *Handlers) pauseInput(ctx context.Context, r *request, c *storage.Conversation) error {
	number := strings.TrimFunc(r.text(), func(c rune) bool { return !unicode.IsDigit(c) }) // also with the word for days
	days, err := strconv.Atoi(number)
	if err != nil || days < 1 || days > longestPause {
		_, err := r.reply(ctx, r.t.HTML("settings.pause_days", locales.Args{"Most": longestPause}), nil)
		return err
	}
	r.strip(ctx, c.MessageID)
	return h.pauseFor(ctx, r, days)
}

// setPause takes a number of days that was tapped.
func (h *Handlers) setPause(ctx context.Context, r *request) error {
	if !slices.Contains(pauses, r.arg(0)) || r.me.ID == 0 {
		return errOldButton
	}
	return h.pauseFor(ctx, r, int(r.arg(0)))
}

// pauseFor pauses until the end of the last of so many days, and from there to
// the hours in which the person wants messages.
func (h *Handlers) pauseFor(ctx context.Context, r *request, days int) error {
	end := ward.DayOf(h.Now(), h.Zone).Add(days).In(h.Zone)
	if err := h.store.Pause(ctx, r.me.ID, r.me.Hours.Opens(end, h.Zone)); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowPause); err != nil {
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
