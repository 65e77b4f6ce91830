package handlers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// calendarLines is how many bulletins one message of the calendar lists at
// most: fewer than Telegram would take, for 4,096 characters and 100 looks.
const calendarLines = 34

// calendarAhead is how many days from now on the calendar shows at most, which
// is a little more than anything may be planned ahead.
const calendarAhead = 370

// reachable are the plans that this person may change.
func (h *Handlers) reachable(ctx context.Context, r *request) ([]ward.Plan, error) {
	planned, err := h.store.Plans(ctx)
	if err != nil {
		return nil, err
	}
	var all []ward.Plan
	for _, p := range planned {
		switch err := r.within(ctx, p.Draft.Audience); {
		case err == nil:
			all = append(all, p)
		case !errors.Is(err, errElsewhere):
			return nil, err
		}
	}
	return all, nil
}

// slot is one line of the calendar.
type slot struct {
	at   time.Time
	plan ward.Plan
}

// plans shows a month by day, from the tapped day on.
func (h *Handlers) plans(ctx context.Context, r *request) error {
	if err := h.store.EndConversation(ctx, r.chat, flowCalendar); err != nil { // back from asking for a file
		return err
	}
	all, err := h.reachable(ctx, r)
	if err != nil {
		return err
	}
	file := []bot.Button{button(r.t.Plain("btn.calendar_file"), "calask"), button(r.t.Plain("btn.calendar_sample"), "calsam")}
	if len(all) == 0 {
		return r.say(ctx, r.t.HTML("plan.none"), bot.Keyboard{{button(r.t.Plain("btn.compose"), "compose")}, file})
	}
	page := ward.Period{From: h.calendarDay(r.arg(0))}
	page.To = ward.MonthOf(page.From).To
	shown, rest, next := calendarPage(slotsOf(all, page), page)
	args := locales.Args{"Month": monthName(page.From)}
	title := r.t.HTML("calendar.title", args)
	if page.From != h.firstOfPage(page.From) {
		title = r.t.HTML("calendar.title_rest", args)
	}
	lines, numbers, err := h.calendarDays(ctx, r, shown)
	if err != nil {
		return err
	}
	if rest > 0 {
		lines = append(lines, r.t.HTML("calendar.more_on_day", locales.Args{"Count": rest}))
	}
	hint := r.t.HTML("calendar.hint")
	if len(shown) == 0 {
		hint = r.t.HTML("calendar.none")
	}
	k := append(rows(numbers, 5), h.calendarTurns(page, next))
	if slices.ContainsFunc(all, func(p ward.Plan) bool { return p.Paused }) {
		k = append(k, []bot.Button{button(r.t.Plain("btn.paused_plans"), "plnoff")})
	}
	html := strings.Join(append(append([]string{title}, lines...), "", hint), "\n")
	return r.say(ctx, html, append(k, file))
}

// calendarDay is the first day of a page: the one that a button names if it
// lies in the next year, else today.
func (h *Handlers) calendarDay(named int64) ward.Day {
	today := ward.DayOf(h.Now(), h.Zone)
	if named < int64(today) || named > int64(today.Add(calendarAhead)) {
		return today
	}
	return ward.DayOf(ward.Day(named).In(time.UTC), time.UTC) // also of a 32nd
}

// firstOfPage is the first day of the month of a day, or today.
func (h *Handlers) firstOfPage(d ward.Day) ward.Day {
	return max(ward.MonthOf(d).From, ward.DayOf(h.Now(), h.Zone))
}

// monthName is 07/2023.
func monthName(d ward.Day) string { return d.In(time.UTC).Format("01/2006") }

// slotsOf are the times at which something will be sent, by time.
func slotsOf(plans []ward.Plan, page ward.Period) (all []slot) {
	for _, p := range plans {
		if p.Paused {
			continue
		}
		for _, at := range p.Slots(page) {
			all = append(all, slot{at, p})
		}
	}
	slices.SortStableFunc(all, func(a, b slot) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.plan.ID, b.plan.ID)) })
	return all
}

// calendarPage is as much of a month as one message takes, in whole days: only
// a single day that is too long is cut short, by rest. Next is the day on which
// the month goes on; zero: it is all there.
func calendarPage(all []slot, page ward.Period) (shown []slot, rest int, next ward.Day) {
	if len(all) <= calendarLines {
		return all, 0, 0
	}
	day := func(s slot) ward.Day { return ward.DayOf(s.at, s.plan.Rule.Location()) }
	cut := calendarLines
	for cut > 0 && day(all[cut-1]) == day(all[calendarLines]) {
		cut--
	}
	if cut > 0 {
		return all[:cut], 0, day(all[cut])
	}
	first := day(all[0])
	end := slices.IndexFunc(all, func(s slot) bool { return day(s) != first })
	if end < 0 {
		end = len(all)
	}
	if next = first.Add(1); next > page.To {
		next = 0
	}
	return all[:calendarLines], end - calendarLines, next
}

// calendarDays are the lines of a page, and the buttons of its plans: one that
// repeats has the same number on every day.
func (h *Handlers) calendarDays(ctx context.Context, r *request, shown []slot) (lines []string, numbers []bot.Button, err error) {
	names, err := h.wardNames(ctx)
	if err != nil {
		return nil, nil, err
	}
	known := map[int64]int{}
	var last ward.Day
	for _, s := range shown {
		at := s.at.In(h.Zone)
		if day := ward.DayOf(at, h.Zone); day != last {
			lines, last = append(lines, r.t.HTML("calendar.day", locales.Args{"Day": r.t.Day(at)})), day
		}
		n := known[s.plan.ID]
		if n == 0 {
			n = len(known) + 1
			known[s.plan.ID] = n
			numbers = append(numbers, button(strconv.Itoa(n), "planof", s.plan.ID))
		}
		lines = append(lines, r.t.HTML("calendar.line", locales.Args{
			"Number": n, "Time": r.t.Clock(at), "Kind": kindWord(r.t, s.plan.Draft.Kind), "Title": sentence(s.plan.Draft.Title, 32),
			"To": shortAudience(r.t, s.plan.Draft.Audience, names),
		}))
	}
	return lines, numbers, nil
}

// calendarTurns leads to the month before and to what comes next.
func (h *Handlers) calendarTurns(page ward.Period, next ward.Day) (row []bot.Button) {
	today := ward.DayOf(h.Now(), h.Zone)
	before := h.firstOfPage(page.From)
	if before == page.From {
		before = h.firstOfPage(page.From.Add(-1))
	}
	if page.From > today {
		row = append(row, button("‹ "+monthName(before), "plans", int64(before)))
	}
	if next == 0 {
		next = page.To.Add(1)
	}
	if next <= today.Add(calendarAhead) {
		row = append(row, button(monthName(next)+" ›", "plans", int64(next)))
	}
	return row
}

// wardNames are the wards of today by id.
func (h *Handlers) wardNames(ctx context.Context) (map[int64]string, error) {
	all, err := h.store.Wards(ctx)
	names := map[int64]string{}
	for _, w := range all {
		names[w.ID] = w.Name
	}
	return names, err
}

// shortAudience is to whom a bulletin goes, where there is little room.
func shortAudience(t *locales.Texts, a ward.Audience, names map[int64]string) string {
	if len(a.WardIDs) == 0 {
		return t.Plain("calendar.everybody")
	}
	var to []string
	for _, id := range a.WardIDs {
		if name := names[id]; name != "" { // one that is gone lives on in others
			to = append(to, name)
		}
	}
	return sentence(strings.Join(locales.Sorted(to, func(s string) string { return s }), ", "), 24)
}

// pausedPlans lists what is paused, a page at a time.
func (h *Handlers) pausedPlans(ctx context.Context, r *request) error {
	all, err := h.reachable(ctx, r)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(p ward.Plan) bool { return !p.Paused })
	at := r.arg(1)
	if at > int64(len(all)) || int(at)*namesOnPage >= len(all) {
		at = 0
	}
	first := int(at) * namesOnPage
	end := min(first+namesOnPage, len(all))
	var k bot.Keyboard
	for _, p := range all[first:end] {
		k = append(k, []bot.Button{button(sentence(p.Draft.Title, 40), "planof", p.ID)})
	}
	return r.edit(ctx, r.t.HTML("calendar.paused"), append(k, turns(r.t, "plnoff", 0, at, end < len(all), "plans")))
}
