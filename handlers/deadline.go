package handlers

import (
	"context"
	"time"

	"wardbot/bot"
	"wardbot/storage"
	"wardbot/ward"
)

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

// endings are the times offered for the end of a bulletin: a task is for now, a
// call for entries gives people weeks.
func (h *Handlers) endings(kind ward.Kind, sent time.Time) (times []time.Time, inRow int) {
	add := func(days int, hours ...time.Duration) {
		for _, hour := range hours {
			if end := ward.DayOf(sent, h.Zone).Add(days).In(h.Zone).Add(hour); end.Sub(sent) >= 10*time.Minute {
				times = append(times, end)
			}
		}
	}
	const noon, afternoon, evening = 12 * time.Hour, 17*time.Hour + 30*time.Minute, 20 * time.Hour
	if kind == ward.KindCall {
		for _, days := range []int{7, 14, 21, 30, 45, 60} {
			add(days, evening)
		}
		return times, 2
	}
	for days := range 3 {
		add(days, noon, afternoon, evening)
	}
	return times, 3
}

func (h *Handlers) showDeadlines(ctx context.Context, r *request, c *storage.Conversation) error {
	s := unpack[sheet](*c)
	times, inRow := h.endings(s.Kind, h.sendTime(s))
	var ends []bot.Button
	for _, end := range times {
		day := r.t.ShortDay(end)
		if inRow > 2 { // is one of the next few
			day = r.t.ShortWeekday(end)
		}
		ends = append(ends, button(r.t.Clock(end)+" "+day, "setend", end.Unix()))
	}
	k := append(rows(ends, inRow), []bot.Button{button(r.t.Plain("btn.back"), "card")})
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
