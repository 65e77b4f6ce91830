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

// stats is the command: today, by ward.
func (h *Handlers) stats(ctx context.Context, r *request) error {
	return h.statsScreen(ctx, r, statsToday, 0)
}

// showStats is a tap on one of the periods. From below a digest it comes in a
// message of its own, so that the digest keeps its place.
func (h *Handlers) showStats(ctx context.Context, r *request) error {
	r.anew = r.arg(1) != 0
	return h.statsScreen(ctx, r, r.arg(0), 0)
}

// showWardStats is one ward by residential group.
func (h *Handlers) showWardStats(ctx context.Context, r *request) error {
	r.anew = r.arg(2) != 0
	return h.statsScreen(ctx, r, r.arg(0), r.arg(1))
}

// statsScreen says the numbers of the wards, or of the groups of one, in
// words. Pictures and the file come when they are asked for.
func (h *Handlers) statsScreen(ctx context.Context, r *request, which, wardID int64) error {
	p, err := h.period(which)
	if err != nil {
		return err
	}
	v, err := h.viewFor(ctx, r, p, wardID)
	if errors.Is(err, ward.ErrFew) {
		return r.say(ctx, r.t.HTML("stats.too_few"), bot.Keyboard{{button(r.t.Plain("btn.stats_all"), "stats", which)}})
	}
	if err != nil {
		return err
	}
	title := h.periodTitle(r.t, p)
	if wardID != 0 {
		title = r.t.Plain("stats.ward_title", locales.Args{"Ward": v.Ward.Name, "Title": title})
	}
	return r.say(ctx, report.Table(r.t, title, v), h.statsButtons(r, which, v))
}

// viewFor is the numbers of a period as far as somebody may see them: places
// with fewer people than ward.MinShown only if it is their own ward or they
// look after it. Text, picture and file are made of what it returns. It
// returns ward.ErrFew for a ward that is too small itself.
func (h *Handlers) viewFor(ctx context.Context, r *request, p ward.Period, wardID int64) (ward.View, error) {
	sees, err := r.sight(ctx)
	if err != nil {
		return ward.View{}, err
	}
	return h.view(ctx, r.t, p, wardID, func(id int64) bool { return id == r.me.WardID || sees(id) })
}

// view is viewFor for whom the numbers of some wards are open.
func (h *Handlers) view(ctx context.Context, t *locales.Texts, p ward.Period, wardID int64, open func(wardID int64) bool) (ward.View, error) {
	v, err := h.store.ViewFor(ctx, p, wardID, open)
	if errors.Is(err, ward.ErrNotFound) {
		err = errOldButton
	}
	if err == nil && wardID != 0 {
		nameGroups(t, v)
	}
	return v, err
}

func (h *Handlers) peopleIn(ctx context.Context, p ward.Period, wardID int64) (int, error) {
	wards, err := h.store.Tallies(ctx, p)
	for _, w := range wards {
		if w.PlaceID == wardID {
			return w.People, err
		}
	}
	return 0, err
}

// nameGroups gives the groups of a view their names in a language.
func nameGroups(t *locales.Texts, v ward.View) {
	name := func(places []ward.PlaceTally) {
		for i, g := range places {
			places[i].Name = groupName(t, ward.Group{Name: g.Name, Key: ward.Fold(g.Name)})
		}
	}
	name(v.Places)
	for _, c := range slices.Concat(v.Days, v.Weeks, v.Months) {
		name(c.Places)
	}
}

// pickStatsWard offers the wards to look into: coordinators have all of them,
// a ward's coordinator has that one, and everybody else their own.
func (h *Handlers) pickStatsWard(ctx context.Context, r *request) error {
	if id := r.ownNumbers(); id != 0 {
		return h.statsScreen(ctx, r, r.arg(0), id)
	}
	return h.offerWards(ctx, r, "wstats", button(r.t.Plain("btn.back"), "stats", r.arg(0)))
}

// ownNumbers is the ward whose numbers are somebody's, 0 for coordinators, who
// have all.
func (r *request) ownNumbers() int64 {
	switch {
	case r.role >= ward.RoleCoordinator:
		return 0
	case r.role == ward.RoleWardCoordinator:
		return r.me.ChargeID
	}
	return r.me.WardID
}

// offerWards offers all wards for what is done with one, in the period of the
// button.
func (h *Handlers) offerWards(ctx context.Context, r *request, action string, back bot.Button) error {
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		buttons = append(buttons, button(w.Name, action, r.arg(0), w.ID))
	}
	k := append(rows(buttons[:min(len(buttons), maxButtons)], 2), []bot.Button{back})
	return r.edit(ctx, r.t.HTML("stats.which_ward"), k)
}

// statsButtons lead to other periods, other kinds of place, pictures and the
// file. Those name the period that is shown, whenever they are tapped.
func (h *Handlers) statsButtons(r *request, which int64, v ward.View) bot.Keyboard {
	t, id, span := r.t, v.Ward.ID, spanOf(v.Period)
	to := func(text, whole, one string, when int64, more ...int64) bot.Button {
		if id == 0 {
			return button(text, whole, append([]int64{when}, more...)...)
		}
		return button(text, one, append([]int64{when, id}, more...)...)
	}
	k := bot.Keyboard{
		{to(t.Plain("btn.stats_today"), "stats", "wstats", statsToday), to(t.Plain("btn.stats_week"), "stats", "wstats", statsWeek)},
		{to(t.Plain("btn.stats_last_week"), "stats", "wstats", statsLastWeek), to(t.Plain("btn.stats_month"), "stats", "wstats", statsMonth)},
		{to(t.Plain("btn.stats_picture"), "pic", "wpic", span, int64(pictureBars)), to(t.Plain("btn.stats_file"), "book", "wbook", span)},
		{to(t.Plain("btn.stats_days"), "pic", "wpic", span, int64(pictureDays)), to(t.Plain("btn.stats_weeks"), "pic", "wpic", span, int64(pictureWeeks))},
	}
	places := []bot.Button{to(t.Plain("btn.stats_silent"), "silent", "wsilnt", span)}
	switch {
	case id != 0:
		places = append(places, button(t.Plain("btn.stats_all"), "stats", which))
	case r.role >= ward.RoleCoordinator:
		places = append(places, button(t.Plain("btn.stats_one_ward"), "wards", which))
	default:
		places = append(places, button(t.Plain("btn.stats_my_ward"), "wards", which))
	}
	k = append(k, places)
	year, card := spanOf(ward.YearOf(v.Period.To)), to(t.Plain("btn.stats_card"), "pic", "wpic", span, int64(pictureCard))
	if r.role == ward.RoleWardCoordinator && id == r.me.ChargeID {
		k = append(k, []bot.Button{button(t.Plain("btn.thanks"), "thanks", year), card})
	}
	if r.role >= ward.RoleCoordinator {
		k = append(k, []bot.Button{button(t.Plain("btn.target"), "target", id), button(t.Plain("btn.summary"), "sumup", year)})
		last := []bot.Button{card}
		if id != 0 {
			last = append(last, button(t.Plain("btn.thanks"), "thankw", year, id))
		}
		k = append(k, last)
	}
	return k
}
