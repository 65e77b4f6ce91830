package handlers

import (
	"wardbot/locales"
	"wardbot/ward"
)

// The periods on the buttons of the statistics, the first number of their
// data. What is greater names one period for good: see spanOf.
const (
	statsToday = iota
	statsWeek
	statsLastWeek
	statsMonth
	statsSpans // how many there are
)

// The last digit of what names a period: the rest is its first day.
const (
	spanDay = iota
	spanWeek
	spanMonth
	spanYear
	spans
)

// spanOf names a period in a button, so that it shows the same tomorrow.
func spanOf(p ward.Period) int64 {
	span := spanDay
	switch {
	case p.Weekly():
		span = spanWeek
	case p.Monthly():
		span = spanMonth
	case p.Yearly():
		span = spanYear
	}
	return int64(p.From)*10 + int64(span)
}

// period is what a button names, or errOldButton.
func (h *Handlers) period(which int64) (ward.Period, error) {
	today := ward.DayOf(h.Now(), h.Zone)
	switch which {
	case statsToday:
		return ward.Period{From: today, To: today}, nil
	case statsWeek:
		return ward.WeekWith(today), nil
	case statsLastWeek:
		return ward.WeekWith(today).Before(), nil
	case statsMonth:
		return ward.MonthOf(today), nil
	}
	day := ward.Day(which / 10)
	if which > 99991231*10+spans || !day.Valid() {
		return ward.Period{}, errOldButton
	}
	switch which % 10 {
	case spanDay:
		return ward.Period{From: day, To: day}, nil
	case spanWeek:
		return ward.WeekWith(day), nil
	case spanMonth:
		return ward.MonthOf(day), nil
	case spanYear:
		return ward.YearOf(day), nil
	}
	return ward.Period{}, errOldButton
}

// periodTitle is what a period is called.
func (h *Handlers) periodTitle(t *locales.Texts, p ward.Period) string {
	first := p.From.In(h.Zone)
	switch {
	case p.Weekly():
		_, number := p.Week()
		return t.Plain("stats.week_title", locales.Args{
			"Week": number, "From": t.DayMonth(first), "To": t.DayMonth(p.To.In(h.Zone)),
		})
	case p.Monthly():
		return t.Plain("stats.month_title", locales.Args{"Month": int(first.Month()), "Year": first.Year()})
	case p.Yearly():
		return t.Plain("stats.year_title", locales.Args{"Year": first.Year()})
	case p.From == ward.DayOf(h.Now(), h.Zone):
		return t.Plain("stats.today_title", locales.Args{"Day": t.Day(first)})
	case p.From != p.To:
		return t.Plain("stats.dates_title", locales.Args{"From": t.Date(first), "To": t.Date(p.To.In(h.Zone))})
	}
	return t.Day(first)
}
