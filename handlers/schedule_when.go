package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// What can be wrong with the time of a plan.
var (
	errNoTime  = errors.New("time not understood")
	errNoDates = errors.New("dates not understood")
)

const (
	// usualDays are the days for which times are offered, and offeredDates
	// the days among which dates are chosen.
	usualDays    = 2
	offeredDates = 14
)

// usualTimes are offered as buttons: before work, at noon, after work, in the
// evening.
var usualTimes = []ward.Clock{7*60 + 30, 11*60 + 30, 17*60 + 30, 19 * 60}

// rule is when a planned sheet is sent.
func (h *Handlers) rule(s sheet) ward.Recurrence {
	return ward.Recurrence{
		Repeat: s.Repeat, From: ward.DayOf(s.When, h.Zone), Dates: s.Dates,
		At: ward.ClockOf(s.When, h.Zone), Zone: h.Zone.String(),
	}
}

// sendTime is when a sheet goes out: at the first of its times, or now, after
// the time to think again and never in quiet hours.
func (h *Handlers) sendTime(s sheet) time.Time {
	if s.When.IsZero() {
		return h.Quiet.Ends(h.Now().Add(h.SendDelay))
	}
	if first, ok := h.rule(s).Next(h.Now()); ok {
		return first
	}
	return s.When
}

// timeWords says when a sheet goes out; nothing means now.
func (h *Handlers) timeWords(t *locales.Texts, s sheet, b ward.Bulletin) string {
	at := b.SendAt.In(h.Zone)
	switch {
	case !s.When.IsZero():
		return t.Plain("plan.at", locales.Args{"Time": t.Clock(at), "Day": t.Day(at), "Repeat": h.repeatWords(t, h.rule(s))})
	case b.SendAt.Sub(h.Now()) > h.SendDelay:
		return t.Plain("plan.at_daylight", locales.Args{"Time": t.Clock(at), "Day": t.Day(at)})
	}
	return ""
}

// repeatWords says how often a plan repeats, and nothing for once.
func (h *Handlers) repeatWords(t *locales.Texts, r ward.Recurrence) string {
	switch r.Repeat {
	case ward.Daily:
		return t.Plain("plan.daily")
	case ward.Weekdays:
		return t.Plain("plan.weekdays")
	case ward.Weekly:
		return t.Plain("plan.weekly")
	case ward.OnDates:
		return t.Plain("plan.on_dates", locales.Args{"Count": len(r.Dates)})
	}
	return ""
}

// plannedUntil is a deadline as its coordinator reads it, who is not there on
// the day of sending.
func (h *Handlers) plannedUntil(t *locales.Texts, b ward.Bulletin) string {
	until := h.until(t, b)
	if today := ward.DayOf(h.Now(), h.Zone); until != "" && ward.DayOf(b.SendAt, h.Zone) != today && ward.DayOf(b.Deadline, h.Zone) == ward.DayOf(b.SendAt, h.Zone) {
		return t.Plain("plan.until_same_day", locales.Args{"Time": t.Clock(b.Deadline.In(h.Zone))})
	}
	return until
}

// askWhen asks for the time of a sheet.
func (h *Handlers) askWhen(ctx context.Context, r *request) error {
	c, _, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	c.Step = stepWhen
	return h.showWhen(ctx, r, c)
}

func (h *Handlers) showWhen(ctx context.Context, r *request, c *storage.Conversation) error {
	k := h.timeButtons(r.t, "whenat")
	last := []bot.Button{button(r.t.Plain("btn.back"), "card")}
	if s := unpack[sheet](*c); !s.When.IsZero() && s.Plan == 0 {
		last = append(last, button(r.t.Plain("btn.send_at_once"), "whenno"))
	}
	return r.step(ctx, c, h.whenHTML(r.t), append(k, last))
}

// whenHTML asks for a time and says when there is none to be had.
func (h *Handlers) whenHTML(t *locales.Texts) string {
	args := locales.Args{"From": "", "To": ""}
	if q := h.Quiet; q.From != q.To {
		args = locales.Args{"From": q.From.String(), "To": q.To.String()}
	}
	return t.HTML("plan.when", args)
}

// timeButtons are the usual times of the next days.
func (h *Handlers) timeButtons(t *locales.Texts, action string, args ...int64) bot.Keyboard {
	var buttons []bot.Button
	for days := range usualDays {
		for _, clock := range usualTimes {
			at := clock.On(ward.DayOf(h.Now(), h.Zone).Add(days), h.Zone)
			if h.checkTime(at) == nil {
				buttons = append(buttons, button(t.Clock(at)+" "+t.ShortDay(at), action, append(slices.Clone(args), at.Unix())...))
			}
		}
	}
	return rows(buttons, 2)
}

// checkTime says whether something may be planned for a moment.
func (h *Handlers) checkTime(at time.Time) error {
	return ward.MayPlan(at, h.Now(), h.Quiet)
}

// pickWhen is a tap on one of the times.
func (h *Handlers) pickWhen(ctx context.Context, r *request) error {
	c, _, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	return h.setWhen(ctx, r, c, time.Unix(r.arg(0), 0))
}

// whenInput is a time that was typed.
func (h *Handlers) whenInput(ctx context.Context, r *request, c *storage.Conversation) error {
	at, ok := ward.ParseWhen(r.text(), h.Now(), h.Zone)
	if !ok {
		return errNoTime
	}
	return h.setWhen(ctx, r, c, at)
}

// setWhen keeps the time and asks how often. A deadline that would be over by
// then moves along.
func (h *Handlers) setWhen(ctx context.Context, r *request, c *storage.Conversation, at time.Time) error {
	if err := h.checkTime(at); err != nil {
		return err
	}
	s := unpack[sheet](*c)
	s.When, s.Repeat, s.Dates = at, ward.Once, nil
	if err := pack(c, stepRepeat, h.withDeadline(s)); err != nil {
		return err
	}
	return h.showRepeat(ctx, r, c)
}

// withDeadline moves a deadline that a planned sheet would miss to the same
// time after it.
func (h *Handlers) withDeadline(s sheet) sheet {
	sent := h.sendTime(s)
	if !s.Kind.HasDeadline() || s.Deadline.After(sent) {
		return s
	}
	clock, day := ward.ClockOf(s.Deadline, h.Zone), ward.DayOf(sent, h.Zone)
	if s.Deadline = clock.On(day, h.Zone); !s.Deadline.After(sent) {
		s.Deadline = clock.On(day.Add(1), h.Zone)
	}
	return s
}

// dropWhen makes it a bulletin that is sent at once again.
func (h *Handlers) dropWhen(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	if s.Plan != 0 {
		return errOldButton
	}
	s.When, s.Repeat, s.Dates = time.Time{}, ward.Once, nil
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	return h.showCard(ctx, r, c)
}

// showRepeat asks how often.
func (h *Handlers) showRepeat(ctx context.Context, r *request, c *storage.Conversation) error {
	at := unpack[sheet](*c).When.In(h.Zone)
	return r.step(ctx, c, r.t.HTML("plan.repeat", locales.Args{"Time": r.t.Clock(at), "Day": r.t.Day(at)}), bot.Keyboard{
		{button(r.t.Plain("btn.once"), "repeat", int64(ward.Once)), button(r.t.Plain("btn.daily"), "repeat", int64(ward.Daily))},
		{button(r.t.Plain("btn.weekdays"), "repeat", int64(ward.Weekdays)), button(r.t.Plain("btn.weekly"), "repeat", int64(ward.Weekly))},
		{button(r.t.Plain("btn.on_dates"), "repeat", int64(ward.OnDates)), button(r.t.Plain("btn.back"), "when")},
	})
}

// pickRepeat is a tap on how often.
func (h *Handlers) pickRepeat(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	repeat := ward.Repeat(r.arg(0))
	if s.When.IsZero() || repeat > ward.OnDates {
		return errOldButton
	}
	s.Repeat, s.Dates = repeat, nil
	step := stepCard
	if repeat == ward.OnDates {
		s.Dates, step = []ward.Day{ward.DayOf(s.When, h.Zone)}, stepDates
	}
	if err := pack(c, step, h.withDeadline(s)); err != nil {
		return err
	}
	return h.showCompose(ctx, r, c)
}

// showDates offers the next days to choose among; others can be typed.
func (h *Handlers) showDates(ctx context.Context, r *request, c *storage.Conversation) error {
	s := unpack[sheet](*c)
	first := h.firstDate(s)
	var buttons []bot.Button
	for i := range offeredDates {
		day := first.Add(i)
		words := r.t.Day(day.In(h.Zone))
		if slices.Contains(s.Dates, day) {
			words += " ✓"
		}
		buttons = append(buttons, button(words, "date", int64(day)))
	}
	return r.step(ctx, c, r.t.HTML("plan.dates", locales.Args{"Dates": h.dateWords(r.t, s.Dates)}), append(rows(buttons, 2), []bot.Button{
		button(r.t.Plain("btn.finish"), "card"), button(r.t.Plain("btn.back"), "when"),
	}))
}

// firstDate is the first day on which the time of a sheet is still ahead.
func (h *Handlers) firstDate(s sheet) ward.Day {
	today := ward.DayOf(h.Now(), h.Zone)
	if h.rule(s).At.On(today, h.Zone).Sub(h.Now()) < ward.Soon {
		return today.Add(1)
	}
	return today
}

// dateWords lists days, a line each.
func (h *Handlers) dateWords(t *locales.Texts, days []ward.Day) string {
	var lines []string
	for _, d := range slices.Sorted(slices.Values(days)) {
		lines = append(lines, "• "+t.Day(d.In(h.Zone)))
	}
	return strings.Join(lines, "\n")
}

// toggleDate adds a day, or takes it out.
func (h *Handlers) toggleDate(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	day := ward.Day(r.arg(0))
	if s.Repeat != ward.OnDates {
		return errOldButton
	}
	dates := slices.DeleteFunc(slices.Clone(s.Dates), func(d ward.Day) bool { return d == day })
	if len(dates) == len(s.Dates) {
		dates = append(dates, day)
	}
	return h.setDates(ctx, r, c, s, dates)
}

// datesInput is days that were typed, in place of those there were.
func (h *Handlers) datesInput(ctx context.Context, r *request, c *storage.Conversation) error {
	dates, ok := ward.ParseDates(r.text(), h.Now(), h.Zone)
	if !ok {
		return errNoDates
	}
	return h.setDates(ctx, r, c, unpack[sheet](*c), dates)
}

func (h *Handlers) setDates(ctx context.Context, r *request, c *storage.Conversation, s sheet, dates []ward.Day) error {
	if len(dates) == 0 {
		return errNoDates
	}
	at := h.rule(s).At
	for _, d := range dates {
		if err := h.checkTime(at.On(d, h.Zone)); err != nil {
			return err
		}
	}
	slices.Sort(dates)
	s.Dates, s.When = dates, at.On(dates[0], h.Zone)
	if err := pack(c, stepDates, h.withDeadline(s)); err != nil {
		return err
	}
	return h.showDates(ctx, r, c)
}
