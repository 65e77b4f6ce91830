package handlers

import (
	"context"
	"time"

	"wardbot/bot"
	"wardbot/storage"
	"wardbot/ward"
)

// deadlines are the times of day offered for today and the days after.
var deadlines = []time.Duration{12 * time.Hour, 17*time.Hour + 30*time.Minute, 20 * time.Hour}

// askDeadline offers times for the end of a task.
func (h *Handlers) askDeadline(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	if !s.Kind.HasDeadline() {
		return errOldButton
	}
	c.Step = stepDeadline
	return h.showDeadlines(ctx, r, c)
}

// ahead are the days offered for the end of a bulletin: a task is for now, a
// call for entries gives people weeks.
func ahead(kind ward.Kind) []int {
	if kind == ward.KindCall {
		return []int{7, 14, 21, 30, 45, 60}
	}
	return []int{0, 1, 2}
}

func (h *Handlers) showDeadlines(ctx context.Context, r *request, c *storage.Conversation) error {
	var k bot.Keyboard
	s := unpack[sheet](*c)
	sent := h.sendTime(s)
	for _, days := range ahead(s.Kind) {
		var row []bot.Button
		for _, at := range deadlines {
			end := ward.DayOf(sent, h.Zone).Add(days).In(h.Zone).Add(at)
			if end.Sub(sent) < 10*time.Minute {
				continue
			}
			row = append(row, button(r.t.Clock(end)+" "+r.t.DayMonth(end), "setend", end.Unix()))
		}
		if len(row) > 0 {
			k = append(k, row)
		}
	}
	k = append(k, []bot.Button{button(r.t.Plain("btn.back"), "card")})
	return r.step(ctx, c, r.t.HTML("compose.deadline"), k)
}

// setDeadline is a tap on one of the times.
func (h *Handlers) setDeadline(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	end := time.Unix(r.arg(0), 0)
	if sent := h.sendTime(s); end.Before(sent) || end.After(sent.Add(ward.MaxDeadline)) {
		return errOldButton
	}
	s.Deadline = end
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	return h.showCard(ctx, r, c)
}
