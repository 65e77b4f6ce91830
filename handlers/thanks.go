package handlers

import (
	"context"
	"slices"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/ward"
)

// mostThanked is how many names fit on one screen.
const mostThanked = 100

// pickThanks asks in which ward somebody is to be thanked.
func (h *Handlers) pickThanks(ctx context.Context, r *request) error {
	if _, err := h.period(r.arg(0)); err != nil {
		return err
	}
	r.anew = r.arg(1) != 0 // from below a digest, which keeps its place
	if r.role == ward.RoleWardCoordinator {
		r.args = []int64{r.arg(0), r.me.ChargeID}
		return h.thanks(ctx, r)
	}
	return h.offerWards(ctx, r, "thankw", button(r.t.Plain("btn.back"), "stats", statsToday))
}

// thanks names the groups and people of a ward whom the year's own numbers
// suggest to thank, and says by what rule. All who keep to it are there, by
// name and without numbers: it is no ranking. People are named to those who
// look after the ward, and that is logged.
func (h *Handlers) thanks(ctx context.Context, r *request) error {
	p, err := h.period(r.arg(0))
	if err != nil {
		return err
	}
	r.anew = r.anew || r.arg(2) != 0
	r.toast(ctx, r.t.Plain("toast.counting"))
	v, err := h.groupsFor(ctx, r, p, r.arg(1))
	if err != nil {
		return err
	}
	people, groupIDs, err := h.store.Thanked(ctx, v.Ward.ID, p, ward.Thanks)
	if err != nil {
		return err
	}
	sees, err := r.sight(ctx)
	if err != nil {
		return err
	}
	groups := slices.DeleteFunc(v.Places, func(g ward.PlaceTally) bool { return !slices.Contains(groupIDs, g.PlaceID) })
	lines := []string{
		r.t.HTML("thanks.title", locales.Args{"Ward": v.Ward.Name, "Title": h.periodTitle(r.t, p)}),
		r.t.HTML("thanks.rule", locales.Args{"Months": ward.Thanks.Months, "Number": ward.Thanks.Percent}),
		"", r.t.HTML("thanks.groups", locales.Args{"Groups": report.Places(r.t, groups, mostThanked)}),
	}
	back := []bot.Button{button(r.t.Plain("btn.back"), "stats", statsToday)}
	if !sees(v.Ward.ID) {
		lines = append(lines, r.t.HTML("thanks.hidden"))
	} else {
		var names []string
		for _, p := range locales.SortedPeople(people, func(p ward.Person) string { return p.Name }) {
			names = append(names, p.Name)
		}
		if err := r.sawNames(ctx, v.Ward.ID, min(len(names), mostThanked)); err != nil {
			return err
		}
		lines = append(lines, r.t.HTML("thanks.people", locales.Args{"People": report.Names(r.t, names, mostThanked)}))
		if len(people) > 0 {
			back = append(back, button(r.t.Plain("btn.thanks_cards"), "thcard", spanOf(p), v.Ward.ID))
		}
	}
	return r.edit(ctx, strings.Join(lines, "\n"), bot.Keyboard{back})
}
