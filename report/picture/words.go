package picture

import (
	"time"
	"unicode/utf16"

	"wardbot/locales"
	"wardbot/ward"
)

// maxCaption is how long a caption of a photo may be, in UTF-16 units (Bot
// API: sendPhoto).
const maxCaption = 1024

// Caption says the main numbers of a picture in words, without markup, for
// those who listen to their phone or do not load pictures: 1024 UTF-16 units
// at most.
func Caption(t *locales.Texts, v ward.View) string {
	caption := place(t, v) + " · " + period(t, v.Period) + "\n"
	if v.Total.Asked == 0 {
		caption += t.Plain("picture.no_tasks")
	} else {
		args := numbers(t, v)
		caption += t.Plain("picture.caption", args)
		if v.Before.Asked > 0 {
			caption += " " + t.Plain("picture.caption_before", args)
		}
	}
	units := utf16.Encode([]rune(caption))
	if len(units) <= maxCaption {
		return caption
	}
	cut := units[:maxCaption-1]
	if utf16.IsSurrogate(rune(cut[len(cut)-1])) && cut[len(cut)-1] < 0xdc00 {
		cut = cut[:len(cut)-1] // half a letter
	}
	return string(utf16.Decode(cut)) + "…"
}

func numbers(t *locales.Texts, v ward.View) locales.Args {
	n := v.Total
	return locales.Args{
		"Place": place(t, v), "Percent": t.Percent(n.Done, n.Asked), "Done": t.Number(n.Done), "Asked": t.Number(n.Asked),
		"NotToday": t.Number(n.NotToday), "Silent": t.Number(n.Silent()), "Reports": t.Number(n.Reports),
		"Households": t.Number(n.Households), "Covered": t.Number(n.Covered), "Groups": t.Number(n.Groups),
		"Before": t.Percent(v.Before.Done, v.Before.Asked),
	}
}

// place is what the view is about.
func place(t *locales.Texts, v ward.View) string {
	if v.Ward.ID == 0 {
		return t.Plain("picture.everywhere")
	}
	return t.Plain("picture.ward", locales.Args{"Ward": v.Ward.Name})
}

// period is a period as people say it.
func period(t *locales.Texts, p ward.Period) string {
	from, to := p.From.In(time.UTC), p.To.In(time.UTC)
	_, week := p.Week()
	switch {
	case p.Days() == 1:
		return t.Day(from)
	case p.Yearly():
		return from.Format(t.Plain("picture.year"))
	case p.Monthly():
		return from.Format(t.Plain("picture.month"))
	case p.Weekly():
		return t.Plain("picture.week", locales.Args{"Week": week, "From": t.DayMonth(from), "To": t.Date(to)})
	default:
		return dates(t, p)
	}
}

func dates(t *locales.Texts, p ward.Period) string {
	from, to := p.From.In(time.UTC), p.To.In(time.UTC)
	if from.Year() != to.Year() {
		return t.Plain("picture.dates", locales.Args{"From": t.Date(from), "To": t.Date(to)})
	}
	return t.Plain("picture.dates", locales.Args{"From": t.DayMonth(from), "To": t.Date(to)})
}

// header writes who speaks, what about, and when.
func (c *canvas) header(card Card, title string, more ...string) {
	c.say(card.Organisation, bold(34), 28, c.accent)
	c.y += 10 // room for the tones of a capital
	c.say(title, bold(48), 36, c.ink)
	for _, text := range more {
		c.say(text, plain(36), 30, c.muted)
	}
	c.y += 22
}

// sum is the second line of most pictures: how many of how many, and before.
func sum(t *locales.Texts, v ward.View) string {
	args := numbers(t, v)
	if v.Before.Asked == 0 {
		return t.Plain("picture.sum", args)
	}
	return t.Plain("picture.sum_before", args)
}

// nothing is the picture of a period in which nobody was asked.
func (c *canvas) nothing(t *locales.Texts, card Card, v ward.View) ([]byte, error) {
	c.header(card, place(t, v), period(t, v.Period))
	c.bar(c.y+10, 20, 0, c.accent)
	c.y += 60
	c.wrapped(t.Plain("picture.no_tasks"), plain(42), c.ink)
	c.y += 12
	return c.footer(t, card)
}

// footer says when the numbers were counted, and ends the picture.
func (c *canvas) footer(t *locales.Texts, card Card) ([]byte, error) {
	c.y += 4
	if !card.At.IsZero() {
		c.say(t.Plain("picture.at", locales.Args{"Time": t.Clock(card.At), "Date": t.Date(card.At)}), plain(30), 24, c.muted)
	}
	return c.png(c.y + margin - 16)
}
