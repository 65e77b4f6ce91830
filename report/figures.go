package report

import (
	"strings"

	"wardbot/locales"
	"wardbot/ward"
)

// Figures are the sums of the numbers that tasks asked for by a name of their
// own, and how often each option was chosen: a line for each label, in
// Telegram's HTML, each after a line break. There are none for most tasks.
func Figures(t *locales.Texts, all []ward.Figure) string {
	type row struct{ label, value string }
	var rows []row
	at := map[string]int{} // the row of a label's options
	for _, f := range ward.SumFigures(all) {
		if f.Option == "" {
			rows = append(rows, row{f.Label, t.Number(f.N)})
			continue
		}
		option := t.Plain("table.option", locales.Args{"Option": f.Option, "Number": t.Number(f.N)})
		if i, known := at[ward.Fold(f.Label)]; known {
			rows[i].value += " · " + option
			continue
		}
		at[ward.Fold(f.Label)] = len(rows)
		rows = append(rows, row{f.Label, option})
	}
	var b strings.Builder
	for _, r := range rows {
		b.WriteString("\n" + t.HTML("table.figure", locales.Args{"Label": r.label, "Value": r.value}))
	}
	return b.String()
}
