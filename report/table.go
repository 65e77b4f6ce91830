// Package report is how numbers look: in words, as tables. It knows neither
// Telegram nor SQL.
package report

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"wardbot/locales"
	"wardbot/ward"
)

// chatWidth is how many letters of a fixed-width font fit on a phone without
// breaking the line (measured at 360 px).
const chatWidth = 34

// Table is a view for a chat, in Telegram's HTML: a table narrow enough for a
// phone, the main numbers in words, what they were in the period before, and
// what the tasks counted. The rate that a place aims at stands behind its own.
// Places stand in alphabetical order, never by rank.
func Table(t *locales.Texts, title string, v ward.View) string {
	heading, words, _ := strings.Cut(Words(t, title, v), "\n")
	if v.Total.Asked == 0 {
		return heading + "\n" + words
	}
	aims := slices.ContainsFunc(v.Places, func(p ward.PlaceTally) bool { return p.Target > 0 })
	rows := make([][]string, 0, len(v.Places))
	for _, p := range locales.Sorted(v.Places, func(p ward.PlaceTally) string { return p.Name }) {
		row := []string{p.Name, t.Number(p.Done) + "/" + t.Number(p.Asked), t.Percent(p.Done, p.Asked)}
		switch {
		case p.Target > 0:
			row = append(row, "≥"+t.Number(p.Target))
		case aims:
			row = append(row, "")
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 { // else all places are too small to be shown
		heading += "\n<pre>" + html.EscapeString(grid(rows, chatWidth)) + "</pre>"
	}
	if aims {
		words = t.HTML("stats.targets") + "\n" + words
	}
	return heading + "\n" + words + Figures(t, v.Figures)
}

// summary says the main numbers in words, for screen readers and for those
// who read no tables.
func summary(t *locales.Texts, total ward.Tally) string {
	args := locales.Args{
		"Percent": t.Percent(total.Done, total.Asked), "Done": t.Number(total.Done), "Asked": t.Number(total.Asked),
		"NotToday": t.Number(total.NotToday), "Silent": t.Number(total.Silent()), "Reports": t.Number(total.Reports),
		"Households": t.Number(total.Households), "Covered": t.Number(total.Covered), "Groups": t.Number(total.Groups),
	}
	return t.HTML("table.summary", args) + "\n" + t.HTML("table.more", args)
}

// TerminalTable is a view for a terminal, with every column.
func TerminalTable(t *locales.Texts, title string, v ward.View) string {
	rows := [][]string{{
		placeKind(t, v), t.Plain("table.asked"), t.Plain("table.done"), t.Plain("table.late"), t.Plain("table.not_today"),
		t.Plain("table.silent"), t.Plain("table.rate"), t.Plain("table.reports"), t.Plain("table.households"),
	}}
	row := func(name string, n ward.Tally) []string {
		return []string{
			name, t.Number(n.Asked), t.Number(n.Done), t.Number(n.Late), t.Number(n.NotToday),
			t.Number(n.Silent()), t.Percent(n.Done, n.Asked), t.Number(n.Reports), t.Number(n.Households),
		}
	}
	for _, p := range locales.Sorted(v.Places, func(p ward.PlaceTally) string { return p.Name }) {
		rows = append(rows, row(p.Name, p.Tally))
	}
	if rest := v.Rest(); rest.Told() {
		rows = append(rows, row(restName(t, v), rest))
	}
	rows = append(rows, row(t.Plain("table.total"), v.Total))
	lines := strings.Split(grid(rows, 0), "\n")
	rule := strings.Repeat("─", width(lines[0]))
	lines = append(lines[:1:1], append(append([]string{rule}, lines[1:len(lines)-1]...), rule, lines[len(lines)-1])...)
	return title + "\n" + strings.Join(lines, "\n") + "\n"
}

// grid lays rows out in columns, the first to the left, the numbers to the
// right. Where a limit is given, the first column gives way: names are cut.
func grid(rows [][]string, limit int) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], width(cell))
		}
	}
	if limit > 0 {
		rest := limit
		for _, w := range widths[1:] {
			rest -= w + 1
		}
		widths[0] = min(widths[0], max(rest, 1))
	}
	var lines []string
	for _, row := range rows {
		line := pad(cut(row[0], widths[0]), widths[0], false)
		for i, cell := range row[1:] {
			gap := " "
			if limit == 0 {
				gap = "  "
			}
			line += gap + pad(cell, widths[i+1], true)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// width counts letters; in NFC every Vietnamese letter is one.
func width(s string) int { return utf8.RuneCountInString(norm.NFC.String(s)) }

func cut(s string, n int) string {
	letters := []rune(norm.NFC.String(s))
	if len(letters) <= n {
		return string(letters)
	}
	return strings.TrimRight(string(letters[:n-1]), " ") + "…"
}

func pad(s string, n int, right bool) string {
	space := strings.Repeat(" ", max(0, n-width(s)))
	if right {
		return space + s
	}
	return s + space
}
