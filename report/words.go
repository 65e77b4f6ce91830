package report

import (
	"html"
	"time"

	"wardbot/locales"
	"wardbot/ward"
)

// Words are the main numbers of a view and what they were before: what stands
// under a picture of them.
func Words(t *locales.Texts, title string, v ward.View) string {
	text := "<b>" + html.EscapeString(title) + "</b>\n"
	if v.Total.Asked == 0 {
		return text + t.HTML("table.no_tasks")
	}
	text += summary(t, v.Total)
	if compared := Compared(t, v); compared != "" {
		text += "\n" + compared
	}
	return text
}

// Compared says how the rate has changed since the period before, in points.
// It is empty if nothing was asked then or now.
func Compared(t *locales.Texts, v ward.View) string {
	points, known := change(v)
	if !known {
		return ""
	}
	args := locales.Args{
		"Earlier": periodBefore(t, v.Period), "Percent": t.Percent(v.Before.Done, v.Before.Asked), "Points": t.Decimal(max(points, -points)),
	}
	switch {
	case points >= leastChange:
		return t.HTML("stats.rose", args)
	case points <= -leastChange:
		return t.HTML("stats.fell", args)
	}
	return t.HTML("stats.stayed", args)
}

// leastChange is, in points, what is not rounded to nothing.
const leastChange = 0.05

// change is by how many points the rate is another one than before; it is
// known if something was asked both times.
func change(v ward.View) (points float64, known bool) {
	if v.Before.Asked == 0 || v.Total.Asked == 0 {
		return 0, false
	}
	return rate(v.Total) - rate(v.Before), true
}

func periodBefore(t *locales.Texts, p ward.Period) string {
	switch {
	case p.Weekly():
		return t.Plain("stats.last_week")
	case p.Monthly():
		return t.Plain("stats.last_month")
	case p.Yearly():
		return t.Plain("stats.last_year")
	case p.Days() == 1:
		return t.Plain("stats.day_before")
	}
	return t.Plain("stats.before")
}

// rate is in percent.
func rate(n ward.Tally) float64 { return 100 * float64(n.Done) / float64(n.Asked) }

// Columns says the rate of each day or week of a view in words: what a picture
// of them shows.
func Columns(t *locales.Texts, columns []ward.Column) string {
	var text string
	for _, c := range columns {
		if c.Total.Asked == 0 {
			continue
		}
		args := locales.Args{
			"Day": t.DayMonth(c.Period.From.In(time.UTC)), "Percent": t.Percent(c.Total.Done, c.Total.Asked),
			"Done": t.Number(c.Total.Done), "Asked": t.Number(c.Total.Asked),
		}
		if c.Period.Days() == 1 {
			text += "\n" + t.HTML("stats.day", args)
			continue
		}
		_, args["Week"] = c.Period.Week()
		text += "\n" + t.HTML("stats.week", args)
	}
	return text
}
