package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/report"
	"wardbot/ward"
)

// sumUp is what a month or a year came to, for coordinators: what a review is
// made of.
func (h *Handlers) sumUp(ctx context.Context, r *request) error {
	p, err := h.period(r.arg(0))
	if err != nil {
		return err
	}
	v, err := h.viewFor(ctx, r, p, 0)
	if err != nil {
		return err
	}
	o, err := h.store.Output(ctx, p)
	if err != nil {
		return err
	}
	today := ward.DayOf(h.Now(), h.Zone)
	month, year := ward.MonthOf(today), ward.YearOf(today)
	to := func(p ward.Period) bot.Button { return button(h.periodTitle(r.t, p), "sumup", spanOf(p)) }
	return r.edit(ctx, report.Totals(r.t, h.placeTitle(r.t, v), v, o), bot.Keyboard{
		{to(month.Before()), to(month)},
		{to(year.Before()), to(year)},
		{button(r.t.Plain("btn.stats_picture"), "pic", spanOf(p), int64(pictureCard)), button(r.t.Plain("btn.stats_file"), "book", spanOf(p))},
		{button(r.t.Plain("btn.thanks"), "thanks", spanOf(ward.YearOf(p.To))), button(r.t.Plain("btn.back"), "stats", statsToday)},
	})
}
