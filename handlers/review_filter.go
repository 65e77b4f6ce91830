package handlers

import (
	"context"
	"errors"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// sift shows what waits, chosen by task, place, photo and hint, with the
// button that accepts all of it.
func (h *Handlers) sift(ctx context.Context, r *request) error {
	s, err := r.sieve(ctx)
	if err != nil {
		return err
	}
	count, err := h.store.CountWaiting(ctx, s.ReportFilter)
	if err != nil {
		return err
	}
	chosen, err := h.chosen(ctx, r, s)
	if err != nil {
		return err
	}
	photos, unseen := s, s
	photos.WithPhoto, unseen.NoHint = !s.WithPhoto, !s.NoHint
	k := bot.Keyboard{
		{button(r.t.Plain("btn.sift_task"), "rvtask", s.args()...), button(r.t.Plain("btn.sift_place"), "rvwhre", s.args()...)},
		{
			button(ticked(r.t.Plain("btn.sift_photo"), s.WithPhoto), "rvsift", photos.args()...),
			button(ticked(r.t.Plain("btn.sift_unseen"), s.NoHint), "rvsift", unseen.args()...),
		},
	}
	if count > 0 {
		k = append(k, []bot.Button{button(r.t.Plain("btn.accept_all", locales.Args{"Count": count}), "rvall", s.args(h.Now().UnixMilli())...)})
	}
	k = append(k, []bot.Button{button(r.t.Plain("btn.one_by_one"), "review", s.args()...)})
	return r.edit(ctx, r.t.HTML("review.sift", locales.Args{"Count": count, "Filter": strings.Join(chosen, "\n")}), k)
}

// ticked marks what is chosen.
func ticked(label string, on bool) string {
	if on {
		return label + " ✓"
	}
	return label
}

// chosen has a line for what the filter is set to.
func (h *Handlers) chosen(ctx context.Context, r *request, s sieve) ([]string, error) {
	var lines []string
	if s.TaskID != 0 {
		b, err := h.store.Bulletin(ctx, s.TaskID)
		if errors.Is(err, ward.ErrNotFound) {
			return nil, errOldButton
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, r.t.Plain("review.of_task", locales.Args{"Title": b.Title}))
	}
	if s.WardID != 0 {
		w, err := h.store.Ward(ctx, s.WardID)
		if errors.Is(err, ward.ErrNotFound) {
			return nil, errOldButton
		}
		if err != nil {
			return nil, err
		}
		place := r.t.Plain("compose.wards", locales.Args{"Wards": w.Name})
		if s.GroupID != 0 {
			group, err := h.placeOf(ctx, r.t, s.WardID, s.GroupID)
			if err != nil {
				return nil, err
			}
			place += " · " + group
		}
		lines = append(lines, place)
	}
	return lines, nil
}

// most is how many tasks or places are offered to choose from.
const most = 12

// siftTasks offers the tasks with reports that wait.
func (h *Handlers) siftTasks(ctx context.Context, r *request) error {
	s, err := r.sieve(ctx)
	if err != nil {
		return err
	}
	any := s
	any.TaskID = 0
	tasks, err := h.store.WaitingTasks(ctx, any.ReportFilter, most)
	if err != nil {
		return err
	}
	var k bot.Keyboard
	for _, w := range tasks {
		of := s
		of.TaskID = w.ID
		k = append(k, []bot.Button{button(waitingLabel(r.t, w, sentence(w.Name, wideButton-7)), "rvsift", of.args()...)})
	}
	k = append(k, []bot.Button{button(r.t.Plain("btn.all_tasks"), "rvsift", any.args()...), button(r.t.Plain("btn.back"), "rvsift", s.args()...)})
	return r.edit(ctx, r.t.HTML("review.which_task"), k)
}

// siftPlaces offers the wards with reports that wait, or the groups of the one
// that is chosen or is the only one.
func (h *Handlers) siftPlaces(ctx context.Context, r *request) error {
	s, err := r.sieve(ctx)
	if err != nil {
		return err
	}
	any := s
	any.place, any.WardID, any.GroupID = 0, 0, 0
	of := any
	switch {
	case s.WardID != 0:
		of.WardID = s.WardID
	case len(s.Scope) == 1:
		of.WardID = s.Scope[0]
	}
	places, err := h.store.WaitingPlaces(ctx, of.ReportFilter)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(places, func(w ward.Waiting) string { return w.Name }) {
		name := w.Name
		if of.WardID != 0 {
			name = groupName(r.t, ward.Group{Name: w.Name, Key: ward.Fold(w.Name)})
		}
		there := s
		there.place = w.ID
		buttons = append(buttons, button(waitingLabel(r.t, w, name), "rvsift", there.args()...))
	}
	k := append(rows(buttons[:min(len(buttons), maxButtons)], 2), []bot.Button{
		button(r.t.Plain("btn.all_places"), "rvsift", any.args()...), button(r.t.Plain("btn.back"), "rvsift", s.args()...),
	})
	return r.edit(ctx, r.t.HTML("review.which_place"), k)
}

// waitingLabel has the number of reports on the button.
func waitingLabel(t *locales.Texts, w ward.Waiting, name string) string {
	return t.Plain("btn.waiting", locales.Args{"Place": name, "Number": t.Number(w.Reports)})
}

// acceptAll accepts what the filter chose when it was shown: what has been
// sent since waits to be looked at.
func (h *Handlers) acceptAll(ctx context.Context, r *request) error {
	s, err := r.sieve(ctx)
	if err != nil {
		return err
	}
	n, err := h.store.AcceptAll(ctx, s.ReportFilter, time.UnixMilli(r.arg(3)), r.me.ID, h.Now())
	if err != nil {
		return err
	}
	h.Log.Info("reports accepted", "reports", n, "by", r.from.ID)
	outcome := r.t.Plain("review.all_accepted", locales.Args{"Count": n})
	r.toast(ctx, outcome)
	return h.showEnd(ctx, r, s, outcome)
}
