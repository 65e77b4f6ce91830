package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"wardbot/locales"
	"wardbot/ward"
)

// byteOrderMark is how Excel recognises UTF-8.
const byteOrderMark = "\ufeff"

// CSV writes the places of a view, what is in none of them, and their total for programs that read no
// spreadsheets, in UTF-8. What a program would take for a formula is marked as
// text.
func CSV(w io.Writer, t *locales.Texts, v ward.View) error {
	lines := [][]string{{
		placeKind(t, v), t.Plain("table.asked"), t.Plain("table.done"), t.Plain("table.late"), t.Plain("table.not_today"), t.Plain("table.silent"),
		t.Plain("book.active"), t.Plain("table.rate"), t.Plain("table.reports"), t.Plain("table.households"), t.Plain("book.covered_groups"), t.Plain("book.groups"),
	}}
	line := func(name string, n ward.Tally) {
		rate := ""
		if n.Asked > 0 {
			rate = strconv.FormatFloat(100*float64(n.Done)/float64(n.Asked), 'f', 1, 64)
		}
		cells := []string{harmless(name)}
		for _, number := range []int{n.Asked, n.Done, n.Late, n.NotToday, n.Silent(), n.Active} {
			cells = append(cells, strconv.Itoa(number))
		}
		cells = append(cells, rate)
		for _, number := range []int{n.Reports, n.Households, n.Covered, n.Groups} {
			cells = append(cells, strconv.Itoa(number))
		}
		lines = append(lines, cells)
	}
	for _, p := range locales.Sorted(v.Places, func(p ward.PlaceTally) string { return p.Name }) {
		line(p.Name, p.Tally)
	}
	if rest := v.Rest(); rest.Told() {
		line(restName(t, v), rest)
	}
	line(t.Plain("table.total"), v.Total)
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return fmt.Errorf("write CSV of %s: %w", v.Period, err)
	}
	if err := csv.NewWriter(w).WriteAll(lines); err != nil {
		return fmt.Errorf("write CSV of %s: %w", v.Period, err)
	}
	return nil
}

// placeKind is what the places of a view are: wards, or groups of one.
func placeKind(t *locales.Texts, v ward.View) string {
	if v.Ward.ID != 0 {
		return t.Plain("book.group")
	}
	return t.Plain("table.ward")
}

// restName is what the line is called that stands for everything in the total
// of a ward and in no line.
func restName(t *locales.Texts, v ward.View) string {
	return t.Plain("book.rest", locales.Args{"Hidden": v.Hidden > 0})
}

// harmless marks as text what would be a formula, which CSV cannot say.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
