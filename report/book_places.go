package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"wardbot/locales"
	"wardbot/ward"
)

// column is one column of the sheet of places.
type column struct {
	title string
	width float64
	value func(ward.PlaceTally) any
	look  string
}

// rateColumn is where the rates stand, which the chart shows.
const rateColumn = "I"

func (b *book) placeColumns() []column {
	whole := func(of func(ward.PlaceTally) int) func(ward.PlaceTally) any {
		return func(p ward.PlaceTally) any { return of(p) }
	}
	columns := []column{
		{placeKind(b.t, b.v), 24, func(p ward.PlaceTally) any { return p.Name }, "text"},
		{b.t.Plain("table.asked"), 11, whole(func(p ward.PlaceTally) int { return p.Asked }), "whole"},
		{b.t.Plain("table.done"), 11, whole(func(p ward.PlaceTally) int { return p.Done }), "whole"},
		{b.t.Plain("table.late"), 11, whole(func(p ward.PlaceTally) int { return p.Late }), "whole"},
		{b.t.Plain("table.not_today"), 11, whole(func(p ward.PlaceTally) int { return p.NotToday }), "whole"},
		{b.t.Plain("table.silent"), 12, whole(func(p ward.PlaceTally) int { return p.Silent() }), "whole"},
		{b.t.Plain("book.active"), 13, whole(func(p ward.PlaceTally) int { return p.Active }), "whole"},
		{b.t.Plain("table.rate"), 10, func(p ward.PlaceTally) any { return share(p.Done, p.Asked) }, "share"},
	}
	for _, p := range b.v.Places {
		if p.Target > 0 {
			columns = append(columns, column{b.t.Plain("book.target"), 10, target, "share"})
			break
		}
	}
	columns = append(columns,
		column{b.t.Plain("table.reports"), 10, whole(func(p ward.PlaceTally) int { return p.Reports }), "whole"},
		column{b.t.Plain("table.households"), 12, whole(func(p ward.PlaceTally) int { return p.Households }), "whole"})
	if b.v.Ward.ID == 0 {
		columns = append(columns, column{b.t.Plain("book.covered"), 15, covered, "text"})
	}
	return columns
}

func target(p ward.PlaceTally) any {
	if p.Target == 0 {
		return nil
	}
	return float64(p.Target) / 100
}

func covered(p ward.PlaceTally) any { return fmt.Sprintf("%d/%d", p.Covered, p.Groups) }

// places writes the first sheet: a line for each place, by name, the total,
// the same of the period before, and a chart of the rates.
func (b *book) places() error {
	sheet := sheetTitle(b.t, b.v.Period)
	if err := b.open(0, sheet, Title(b.t, b.v), 1); err != nil {
		return err
	}
	columns := b.placeColumns()
	header := []cell{{b.t.Plain("book.number"), "header"}}
	if err := b.SetColWidth(sheet, "A", "A", 6); err != nil {
		return err
	}
	for i, c := range columns {
		header = append(header, cell{c.title, "header"})
		name, err := excelize.ColumnNumberToName(i + 2)
		if err == nil {
			err = b.SetColWidth(sheet, name, name, c.width)
		}
		if err != nil {
			return err
		}
	}
	if err := b.put(sheet, headerRow, header...); err != nil {
		return err
	}
	if err := b.SetRowHeight(sheet, headerRow, 32); err != nil {
		return err
	}
	y := headerRow
	line := func(number any, p ward.PlaceTally, look string) error {
		y++
		cells := []cell{{number, "number"}}
		if look != "" {
			cells[0].look = look + "text"
		}
		for _, c := range columns {
			cells = append(cells, cell{c.value(p), look + c.look})
		}
		return b.put(sheet, y, cells...)
	}
	sorted := locales.Sorted(b.v.Places, func(p ward.PlaceTally) string { return p.Name })
	for i, p := range sorted {
		if err := line(i+1, p, ""); err != nil {
			return err
		}
	}
	last := y
	if rest := b.v.Rest(); rest.Told() {
		if err := line(nil, ward.PlaceTally{Name: restName(b.t, b.v), Tally: rest}, ""); err != nil {
			return err
		}
	}
	for _, l := range []struct {
		name, look string
		tally      ward.Tally
	}{{b.t.Plain("table.total"), "total ", b.v.Total}, {sheetTitle(b.t, b.v.Period.Before()), "past ", b.v.Before}} {
		if err := line(nil, ward.PlaceTally{Name: l.name, Tally: l.tally}, l.look); err != nil {
			return err
		}
	}
	if err := b.change(sheet, y+1); err != nil {
		return err
	}
	if err := b.freeze(sheet); err != nil {
		return err
	}
	return b.chart(sheet, last, y+3)
}

// change says by how many points the rate is another one than before: a share
// that falls from 50% to 45% falls by five points and not by five percent.
func (b *book) change(sheet string, y int) error {
	points, known := change(b.v)
	if !known {
		return nil
	}
	if err := b.put(sheet, y, cell{nil, ""}, cell{b.t.Plain("book.change"), "past text"}); err != nil {
		return err
	}
	at := fmt.Sprintf("%s%d", rateColumn, y)
	if err := b.SetCellValue(sheet, at, points); err != nil {
		return err
	}
	return b.SetCellStyle(sheet, at, at, b.look["change"])
}

// chart draws the rates of the places as bars, below the table.
func (b *book) chart(sheet string, last, y int) error {
	if last == headerRow {
		return nil
	}
	zero, one := 0.0, 1.0
	axis := excelize.Font{Family: bookFont, Size: 10, Color: "202725"}
	name := func(column string) string {
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, column, headerRow+1, column, last)
	}
	return b.AddChart(sheet, fmt.Sprintf("B%d", y), &excelize.Chart{
		Type: excelize.Bar,
		Series: []excelize.ChartSeries{{
			Name: fmt.Sprintf("'%s'!$%s$%d", sheet, rateColumn, headerRow), Categories: name("B"), Values: name(rateColumn),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fillHeader}},
		}},
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: b.t.Plain("book.chart"), Font: &excelize.Font{Family: bookFont, Bold: true, Size: 12, Color: inkHeading}}}},
		Legend:    excelize.ChartLegend{Position: "none"},
		PlotArea:  excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0.0%"}},
		XAxis:     excelize.ChartAxis{ReverseOrder: true, Font: axis},
		YAxis:     excelize.ChartAxis{Minimum: &zero, Maximum: &one, Font: axis, MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0%"}},
		Dimension: excelize.ChartDimension{Width: 1000, Height: uint(max(220, 90+26*(last-headerRow)))},
	})
}
