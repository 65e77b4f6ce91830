package report

import (
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"wardbot/locales"
	"wardbot/ward"
)

// columns writes the second sheet: the rate of each place on each day, or week
// by week if the view is of more than a month, the better the greener. Where
// nothing was asked, nothing stands.
func (b *book) columns() error {
	all, sheet, heading := b.v.Days, b.t.Plain("book.by_day"), b.dayHeading
	if len(all) == 0 {
		all, sheet, heading = b.v.Weeks, b.t.Plain("book.by_week"), b.weekHeading
	}
	if len(all) == 0 {
		return nil
	}
	if err := b.open(1, sheet, Title(b.t, b.v), 0); err != nil {
		return err
	}
	if err := b.SetColWidth(sheet, "A", "A", 6); err != nil {
		return err
	}
	if err := b.SetColWidth(sheet, "B", "B", 24); err != nil {
		return err
	}
	header := []cell{{b.t.Plain("book.number"), "header"}, {placeKind(b.t, b.v), "header"}}
	for _, c := range all {
		header = append(header, cell{heading(c.Period), "header"})
	}
	if err := b.put(sheet, headerRow, header...); err != nil {
		return err
	}
	if err := b.SetRowHeight(sheet, headerRow, 32); err != nil {
		return err
	}
	y := headerRow
	for i, p := range locales.Sorted(b.v.Places, func(p ward.PlaceTally) string { return p.Name }) {
		y++
		line := []cell{{i + 1, "number"}, {p.Name, "text"}}
		for _, c := range all {
			line = append(line, cell{rateOf(c, p.PlaceID), "share"})
		}
		if err := b.put(sheet, y, line...); err != nil {
			return err
		}
	}
	total := []cell{{nil, "total text"}, {b.t.Plain("table.total"), "total text"}}
	for _, c := range all {
		total = append(total, cell{share(c.Total.Done, c.Total.Asked), "total share"})
	}
	if err := b.put(sheet, y+1, total...); err != nil {
		return err
	}
	if err := b.shade(sheet, len(all), y); err != nil {
		return err
	}
	return b.freeze(sheet)
}

// shade colours the rates, from none to all.
func (b *book) shade(sheet string, columns, last int) error {
	if last == headerRow {
		return nil
	}
	right, err := excelize.ColumnNumberToName(columns + 2)
	if err != nil {
		return err
	}
	if err := b.SetColWidth(sheet, "C", right, 9); err != nil {
		return err
	}
	return b.SetConditionalFormat(sheet, fmt.Sprintf("C%d:%s%d", headerRow+1, right, last), []excelize.ConditionalFormatOptions{{
		Type: "2_color_scale", Criteria: "=", MinType: "num", MinValue: "0", MinColor: "#FFFFFF", MaxType: "num", MaxValue: "1", MaxColor: "#7FBFAE",
	}})
}

func rateOf(c ward.Column, place int64) any {
	for _, p := range c.Places {
		if p.PlaceID == place {
			return share(p.Done, p.Asked)
		}
	}
	return nil
}

func (b *book) dayHeading(p ward.Period) any {
	return b.t.ShortDay(p.From.In(time.UTC))
}

func (b *book) weekHeading(p ward.Period) any {
	_, week := p.Week()
	return b.t.Plain("book.week_short", locales.Args{"Week": week})
}
