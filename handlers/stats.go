package handlers

import (
	"context"
	"errors"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/ward"
)

// The periods on the buttons of the statistics, the first number of their data.
const (
	statsToday = iota
	statsWeek
)

// minShown is how many people a place must have for its numbers to be shown
// outside its own ward: fewer are as good as names.
const minShown = 5

// stats is the command: today, by ward.
func (h *Handlers) stats(ctx context.Context, r *request) error {
	return h.tallyByWard(ctx, r, statsToday)
}

// showStats is a tap on one of the periods.
func (h *Handlers) showStats(ctx context.Context, r *request) error {
	return h.tallyByWard(ctx, r, r.arg(0))
}

func (h *Handlers) tallyByWard(ctx context.Context, r *request, which int64) error {
	period, title := h.period(r.t, which)
	wards, err := h.store.Tallies(ctx, period)
	if err != nil {
		return err
	}
	if wards, err = h.shown(ctx, r, wards); err != nil {
		return err
	}
	figures, err := h.figures(ctx, period, wards...)
	if err != nil {
		return err
	}
	return r.say(ctx, report.Table(r.t, title, wards, ward.Sum(wards))+report.Figures(r.t, figures), h.statsButtons(r, which, 0))
}

// shown leaves out the wards whose numbers would be as good as names, for
// everybody who does not look after them. The total is of what is shown, or
// the difference would give the numbers away.
func (h *Handlers) shown(ctx context.Context, r *request, wards []ward.PlaceTally) ([]ward.PlaceTally, error) {
	sees, err := r.sight(ctx)
	return slices.DeleteFunc(wards, func(p ward.PlaceTally) bool {
		return p.People < minShown && p.PlaceID != r.me.WardID && !sees(p.PlaceID)
	}), err
}

// pickStatsWard offers the wards to look into: coordinators have all of them,
// a ward's coordinator has that one, and everybody else their own.
func (h *Handlers) pickStatsWard(ctx context.Context, r *request) error {
	switch {
	case r.role == ward.RoleWardCoordinator:
		r.args = []int64{r.arg(0), r.me.ChargeID}
		return h.showWardStats(ctx, r)
	case r.role < ward.RoleWardCoordinator:
		r.args = []int64{r.arg(0), r.me.WardID}
		return h.showWardStats(ctx, r)
	}
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		buttons = append(buttons, button(w.Name, "wstats", r.arg(0), w.ID))
	}
	k := append(rows(buttons[:min(len(buttons), maxButtons)], 2), []bot.Button{button(r.t.Plain("btn.back"), "stats", r.arg(0))})
	return r.edit(ctx, r.t.HTML("stats.which_ward"), k)
}

// showWardStats is one ward by residential group. Small groups are left out
// for those who neither live in the ward nor look after it, and then the total
// is of what is shown.
func (h *Handlers) showWardStats(ctx context.Context, r *request) error {
	id := r.arg(1)
	w, err := h.store.Ward(ctx, id)
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	period, title := h.period(r.t, r.arg(0))
	groups, err := h.store.GroupTallies(ctx, period, id)
	if err != nil {
		return err
	}
	for i, g := range groups {
		groups[i].Name = groupName(r.t, ward.Group{Name: g.Name, Key: ward.Fold(g.Name)})
	}
	total, err := h.wardTally(ctx, period, id)
	if err != nil {
		return err
	}
	sees, err := r.sight(ctx)
	if err != nil {
		return err
	}
	if id != r.me.WardID && !sees(id) {
		all := len(groups)
		groups = slices.DeleteFunc(groups, func(g ward.PlaceTally) bool { return g.People < minShown })
		if len(groups) < all {
			total = ward.Sum(groups)
		}
	}
	title = r.t.Plain("stats.ward_title", locales.Args{"Ward": w.Name, "Title": title})
	figures, err := h.figures(ctx, period, ward.PlaceTally{PlaceID: id})
	if err != nil {
		return err
	}
	return r.say(ctx, report.Table(r.t, title, groups, total)+report.Figures(r.t, figures), h.statsButtons(r, r.arg(0), id))
}

// figures are what was counted besides households in the wards that are shown.
func (h *Handlers) figures(ctx context.Context, p ward.Period, wards ...ward.PlaceTally) ([]ward.Figure, error) {
	all, err := h.store.Figures(ctx, p)
	return slices.DeleteFunc(all, func(f ward.Figure) bool {
		return !slices.ContainsFunc(wards, func(w ward.PlaceTally) bool { return w.PlaceID == f.WardID })
	}), err
}

func (h *Handlers) wardTally(ctx context.Context, p ward.Period, id int64) (ward.Tally, error) {
	wards, err := h.store.Tallies(ctx, p)
	for _, w := range wards {
		if w.PlaceID == id {
			return w.Tally, err
		}
	}
	return ward.Tally{}, err
}

func (h *Handlers) period(t *locales.Texts, which int64) (ward.Period, string) {
	now := h.Now()
	if which == statsWeek {
		week := ward.WeekOf(now, h.Zone)
		_, number := week.Week()
		return week, t.Plain("stats.week_title", locales.Args{
			"Week": number, "From": t.DayMonth(week.From.In(h.Zone)), "To": t.DayMonth(week.To.In(h.Zone)),
		})
	}
	return ward.Today(now, h.Zone), t.Plain("stats.today_title", locales.Args{"Day": t.Day(now.In(h.Zone))})
}

// statsButtons lead to the other period and to the other kind of place.
func (h *Handlers) statsButtons(r *request, which, wardID int64) bot.Keyboard {
	today, week := button(r.t.Plain("btn.stats_today"), "stats", statsToday), button(r.t.Plain("btn.stats_week"), "stats", statsWeek)
	if wardID != 0 {
		today.Data, week.Data = data("wstats", statsToday, wardID), data("wstats", statsWeek, wardID)
		return bot.Keyboard{{today, week}, {button(r.t.Plain("btn.stats_all"), "stats", which)}}
	}
	last := button(r.t.Plain("btn.stats_my_ward"), "wards", which)
	if r.role >= ward.RoleCoordinator {
		last.Text = r.t.Plain("btn.stats_one_ward")
	}
	return bot.Keyboard{{today, week}, {last}}
}
