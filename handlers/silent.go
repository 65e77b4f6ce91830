package handlers

import (
	"context"
	"errors"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/ward"
)

// silent names the groups in which nobody has answered, as far as
// somebody may see them: of one ward, or ward by ward.
func (h *Handlers) silent(ctx context.Context, r *request) error {
	return h.silentGroups(ctx, r, r.ownNumbers())
}

func (h *Handlers) wardSilent(ctx context.Context, r *request) error {
	return h.silentGroups(ctx, r, r.arg(1))
}

func (h *Handlers) silentGroups(ctx context.Context, r *request, wardID int64) error {
	p, err := h.period(r.arg(0))
	if err != nil {
		return err
	}
	wards := []ward.Ward{{ID: wardID}}
	back, most := button(r.t.Plain("btn.back"), "stats", r.arg(0)), mostOfEach
	if wardID == 0 {
		if wards, err = h.store.Wards(ctx); err != nil {
			return err
		}
	} else {
		back, most = button(r.t.Plain("btn.back"), "wstats", r.arg(0), wardID), mostOfOne
	}
	lines := []string{r.t.HTML("stats.silent_title", locales.Args{"Title": h.periodTitle(r.t, p)})}
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		v, err := h.groupsFor(ctx, r, p, w.ID)
		if errors.Is(err, ward.ErrFew) {
			continue
		}
		if err != nil {
			return err
		}
		if silent := v.Silent(); len(silent) > 0 {
			lines = append(lines, r.t.HTML("stats.silent", locales.Args{"Ward": v.Ward.Name, "Groups": report.Places(r.t, silent, most)}))
		}
	}
	if len(lines) == 1 {
		lines = append(lines, r.t.HTML("stats.none_silent"))
	}
	return r.say(ctx, strings.Join(lines, "\n"), bot.Keyboard{{back}})
}

// How many silent groups are named: of one ward, and of each of all wards.
const (
	mostOfOne  = 60
	mostOfEach = 6
)

// groupsFor is the groups of a ward as far as somebody may see them.
func (h *Handlers) groupsFor(ctx context.Context, r *request, p ward.Period, wardID int64) (v ward.View, err error) {
	sees, err := r.sight(ctx)
	if err != nil {
		return v, err
	}
	if v.Ward, err = h.store.Ward(ctx, wardID); err != nil {
		return v, err
	}
	if v.Places, err = h.store.GroupTallies(ctx, p, wardID); err != nil {
		return v, err
	}
	if wardID != r.me.WardID && !sees(wardID) {
		people, err := h.peopleIn(ctx, p, wardID)
		if err != nil {
			return v, err
		}
		if people < ward.MinShown {
			return v, ward.ErrFew
		}
		v = v.Without(v.Few(func(int64) bool { return false }), nil)
	}
	nameGroups(r.t, v)
	return v, nil
}
