package report

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"wardbot/locales"
	"wardbot/ward"
)

// Book writes the spreadsheet of a view: its places with totals, what they
// were before, and a chart; its days, or weeks if it is longer than a month;
// and reports, one in a line, if there are any. Reports are written as they
// come, so that a hundred thousand do not fill the memory. It prints on A4.
// Whose names stand in it is for the caller to decide.
func Book(w io.Writer, t *locales.Texts, organisation string, v ward.View, reports iter.Seq2[ward.ReportRow, error]) (err error) {
	f := excelize.NewFile(excelize.Options{})
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetDefaultFont(bookFont); err != nil {
		return fmt.Errorf("write book: %w", err)
	}
	b := book{File: f, t: t, organisation: organisation, v: v}
	for _, write := range []func() error{b.styles, b.places, b.columns, func() error { return b.reports(reports) }} {
		if err := write(); err != nil {
			return fmt.Errorf("write book of %s: %w", v.Period, err)
		}
	}
	f.SetActiveSheet(0)
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write book of %s: %w", v.Period, err)
	}
	return nil
}

// BookName is a name for the file, in ASCII: bao-cao-tuan-28-2023.xlsx.
func BookName(t *locales.Texts, v ward.View) string { return fileName(t, v) + ".xlsx" }

// CSVName is the name of the same as CSV.
func CSVName(t *locales.Texts, v ward.View) string { return fileName(t, v) + ".csv" }

// TextName is the name of the same in words.
func TextName(t *locales.Texts, v ward.View) string { return fileName(t, v) + ".txt" }

// PictureName is the name of a picture of it, of which there may be several.
func PictureName(t *locales.Texts, v ward.View, kind string) string {
	return fileName(t, v) + "-" + kind + ".png"
}

func fileName(t *locales.Texts, v ward.View) string {
	words := t.Plain("book.file", locales.Args{"Period": sheetTitle(t, v.Period), "Ward": v.Ward.Name})
	return strings.ReplaceAll(ward.Fold(words), " ", "-")
}

// Title names what a view is of: "Tuần 28 (10/07/2023 – 16/07/2023) · phường
// Mỹ Đình 1".
func Title(t *locales.Texts, v ward.View) string {
	return t.Plain("book.title", locales.Args{"Period": periodTitle(t, v.Period), "Ward": v.Ward.Name})
}

// periodTitle names a period: "Tuần 28 (10/07/2023 – 16/07/2023)".
func periodTitle(t *locales.Texts, p ward.Period) string {
	from, to := t.Date(p.From.In(time.UTC)), t.Date(p.To.In(time.UTC))
	switch {
	case p.From == p.To:
		return t.Plain("book.day", locales.Args{"Date": from})
	case p.Weekly():
		_, week := p.Week()
		return t.Plain("book.week", locales.Args{"Week": week, "From": from, "To": to})
	case p.Monthly():
		return t.Plain("book.month", locales.Args{"Month": int(p.From) / 100 % 100, "Year": int(p.From) / 10000})
	case p.Yearly():
		return t.Plain("book.year", locales.Args{"Year": int(p.From) / 10000})
	}
	return t.Plain("book.dates", locales.Args{"From": from, "To": to})
}

// sheetTitle names a period without what a sheet or a file may not be called.
func sheetTitle(t *locales.Texts, p ward.Period) string {
	year, month := int(p.From)/10000, int(p.From)/100%100
	switch {
	case p.From == p.To:
		return p.From.In(time.UTC).Format("02-01-2006")
	case p.Weekly():
		year, week := p.Week()
		return t.Plain("book.sheet_week", locales.Args{"Week": week, "Year": year})
	case p.Monthly():
		return t.Plain("book.sheet_month", locales.Args{"Month": month, "Year": year})
	case p.Yearly():
		return t.Plain("book.year", locales.Args{"Year": year})
	}
	return p.From.In(time.UTC).Format("02-01-2006") + " " + p.To.In(time.UTC).Format("02-01-2006")
}

// The look of a book, and what every sheet has.
const (
	bookFont   = "Arial" // everywhere where sheets are opened
	headerRow  = 4
	paperA4    = 9
	inkHeading = "1F4E46"
	inkHeader  = "FFFFFF"
	fillHeader = "2F6F62"
	fillTotal  = "E3EFEA"
	inkQuiet   = "5B6663"
)

// book is a book being written.
type book struct {
	*excelize.File
	t            *locales.Texts
	organisation string
	v            ward.View
	look         map[string]int // styles by name
}

func (b *book) styles() error {
	b.look = map[string]int{}
	font := func(f excelize.Font) *excelize.Font { f.Family, f.Size = bookFont, max(f.Size, 11); return &f }
	thin := []excelize.Border{{Type: "bottom", Color: "C9D3CF", Style: 1}}
	header := excelize.Style{
		Font: font(excelize.Font{Bold: true, Color: inkHeader}), Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fillHeader}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
	}
	total := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fillTotal}}
	text := &excelize.Alignment{Horizontal: "left", Indent: 1, Vertical: "center"}
	middle, top := &excelize.Alignment{Vertical: "center"}, &excelize.Alignment{Vertical: "top"}
	whole, share, date := "#,##0", "0.0%", "dd/mm/yyyy"
	points := ` "` + b.t.Plain("book.points") + `"`
	change := "+0.0" + points + `;"−"0.0` + points + ";0.0" + points // a sign that Excel does not know has to be quoted
	for name, style := range map[string]excelize.Style{
		"title":       {Font: font(excelize.Font{Bold: true, Size: 16, Color: inkHeading})},
		"quiet":       {Font: font(excelize.Font{Color: inkQuiet})},
		"header":      header,
		"text":        {Font: font(excelize.Font{}), Alignment: text, Border: thin},
		"number":      {Font: font(excelize.Font{Color: inkQuiet}), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}, Border: thin},
		"words":       {Font: font(excelize.Font{}), Alignment: &excelize.Alignment{Horizontal: "left", Indent: 1, Vertical: "top", WrapText: true}, Border: thin},
		"count":       {Font: font(excelize.Font{}), CustomNumFmt: &whole, Alignment: top, Border: thin},
		"whole":       {Font: font(excelize.Font{}), CustomNumFmt: &whole, Alignment: middle, Border: thin},
		"share":       {Font: font(excelize.Font{}), CustomNumFmt: &share, Alignment: middle, Border: thin},
		"change":      {Font: font(excelize.Font{Color: inkQuiet}), CustomNumFmt: &change},
		"date":        {Font: font(excelize.Font{}), CustomNumFmt: &date, Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "top"}, Border: thin},
		"total text":  {Font: font(excelize.Font{Bold: true}), Fill: total, Alignment: text},
		"total whole": {Font: font(excelize.Font{Bold: true}), Fill: total, CustomNumFmt: &whole, Alignment: middle},
		"total share": {Font: font(excelize.Font{Bold: true}), Fill: total, CustomNumFmt: &share, Alignment: middle},
		"past text":   {Font: font(excelize.Font{Color: inkQuiet}), Alignment: text},
		"past whole":  {Font: font(excelize.Font{Color: inkQuiet}), CustomNumFmt: &whole},
		"past share":  {Font: font(excelize.Font{Color: inkQuiet}), CustomNumFmt: &share},
	} {
		id, err := b.NewStyle(&style)
		if err != nil {
			return err
		}
		b.look[name] = id
	}
	return nil
}

// cell is a value and how it looks.
type cell struct {
	value any
	look  string
}

// put writes a row of cells, the first column being A.
func (b *book) put(sheet string, y int, cells ...cell) error {
	for x, c := range cells {
		at, err := excelize.CoordinatesToCellName(x+1, y)
		if err != nil {
			return err
		}
		if s, ok := c.value.(string); ok {
			err = b.SetCellStr(sheet, at, cutCell(s))
		} else if c.value != nil {
			err = b.SetCellValue(sheet, at, c.value)
		}
		if err == nil && c.look != "" {
			err = b.SetCellStyle(sheet, at, at, b.look[c.look])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// open makes the n-th sheet with its title, and says how it prints: on so many
// pages, 0 for as many as it takes.
func (b *book) open(n int, sheet, title string, pages int) error {
	if n == 0 {
		if err := b.SetSheetName(b.GetSheetName(0), sheet); err != nil {
			return err
		}
	} else if _, err := b.NewSheet(sheet); err != nil {
		return err
	}
	for y, line := range []cell{{title, "title"}, {b.organisation, "quiet"}} {
		if err := b.put(sheet, y+1, line); err != nil {
			return err
		}
	}
	return b.page(sheet, pages)
}

// page says how a sheet prints: on A4 across, as wide as the paper, with its
// header on every page.
func (b *book) page(sheet string, pages int) error {
	a4, across, one, fit := paperA4, "landscape", 1, true
	layout := excelize.PageLayoutOptions{Size: &a4, Orientation: &across, FitToWidth: &one, FitToHeight: &pages}
	if err := b.SetPageLayout(sheet, &layout); err != nil {
		return err
	}
	if err := b.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	footer := "&L&8" + strings.ReplaceAll(b.organisation, "&", "&&") + "&R&8" + b.t.Plain("book.page")
	if err := b.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: footer}); err != nil {
		return err
	}
	return b.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheet, headerRow, headerRow), Scope: sheet,
	})
}

// freeze keeps the header and the first columns in sight.
func (b *book) freeze(sheet string) error {
	return b.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: headerRow, TopLeftCell: "C5", ActivePane: "bottomRight"})
}

// share is a rate as a number; none of nothing.
func share(part, whole int) any {
	if whole == 0 {
		return nil
	}
	return float64(part) / float64(whole)
}

// cutCell keeps a text within what a cell holds.
func cutCell(s string) string {
	if runes := []rune(s); len(runes) > maxCell {
		return string(runes[:maxCell-1]) + "…"
	}
	return s
}
