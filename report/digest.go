package report

import (
	"html"
	"strings"

	"wardbot/locales"
	"wardbot/ward"
)

// mostPraised is how many places one line of a digest names.
const mostPraised = 6

// Digest is a view for those who look after its places, in Telegram's HTML, at
// most so many UTF-16 units long: the main numbers in words, who is silent and
// what there is to praise, by what rule, above the signature. What does not
// fit is left out from the end, never the numbers or the signature.
func Digest(t *locales.Texts, title string, v ward.View, signature string, limit int) string {
	lines := []string{"<b>" + html.EscapeString(title) + "</b>", summary(t, v.Total)}
	more := []string{Compared(t, v)}
	if silent := v.Silent(); len(silent) > 0 {
		more = append(more, t.HTML("digest.silent", locales.Args{"Places": Places(t, silent, mostPraised)}))
	}
	if praises := v.Praises(); len(praises) > 0 {
		more = append(more, t.HTML("digest.praises"))
		for _, p := range praises {
			more = append(more, "• "+praise(t, v, p))
		}
		more = append(more, t.HTML("digest.rule"))
	}
	left := limit - ward.Units(strings.Join(lines, "\n")) - ward.Units(signature) - 1
	for _, line := range more {
		if left -= ward.Units(line) + 1; left < 0 {
			break
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(append(lines, signature), "\n")
}

func praise(t *locales.Texts, v ward.View, p ward.Praise) string {
	args := locales.Args{
		"Places": Places(t, p.Places, mostPraised), "Households": t.Number(v.Total.Households), "Reports": t.Number(v.Total.Reports),
	}
	switch p.Kind {
	case ward.PraiseBack:
		return t.HTML("digest.back", args)
	case ward.PraiseAll:
		return t.HTML("digest.all", args)
	case ward.PraiseBetter:
		return t.HTML("digest.better", args)
	case ward.PraiseCovered:
		return t.HTML("digest.covered")
	case ward.PraiseRise:
		return t.HTML("digest.rise")
	case ward.PraiseHomes:
		return t.HTML("digest.homes", args)
	}
	return t.HTML("digest.reports", args)
}

// Places are the names of places in alphabetical order, the last ones as a
// number if there are many.
func Places(t *locales.Texts, places []ward.PlaceTally, most int) string {
	var names []string
	for _, p := range locales.Sorted(places, func(p ward.PlaceTally) string { return p.Name }) {
		names = append(names, p.Name)
	}
	return Names(t, names, most)
}

// Names are names in the order given, the last ones as a number if there are
// more than so many.
func Names(t *locales.Texts, names []string, most int) string {
	if left := len(names) - most; left > 0 {
		return t.Plain("stats.and_more", locales.Args{"Names": strings.Join(names[:most], ", "), "Number": t.Number(left)})
	}
	return strings.Join(names, ", ")
}

// Totals is a long look back in Telegram's HTML: what a month or a year came
// to, as a review of several years is made of.
func Totals(t *locales.Texts, title string, v ward.View, o ward.Output) string {
	return t.HTML("digest.totals", locales.Args{
		"Title": title, "People": t.Number(v.People()), "Active": t.Number(v.Total.Active), "Covered": t.Number(v.Total.Covered),
		"Groups": t.Number(v.Total.Groups), "Tasks": t.Number(v.Tasks), "Done": t.Number(v.Total.Done),
		"Percent": t.Percent(v.Total.Done, v.Total.Asked), "Households": t.Number(v.Total.Households),
		"Reports": t.Number(v.Total.Reports), "Stories": t.Number(o.Stories), "Entries": t.Number(o.Entries),
	})
}
