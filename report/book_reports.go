package report

import (
	"iter"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"wardbot/ward"
)

// reportWidths are the columns of the sheet of reports, in letters.
var reportWidths = [...]float64{12, 16, 15, 9, 28, 20, 7, 18, 40, 8, 12}

const (
	lineHeight = 15.0 // points
	mostLines  = 27   // 409 points are as high as a row gets
)

// reports writes the third sheet, a report in a line, if there are any. They
// are streamed: 100,000 as ordinary cells would take half a gigabyte.
func (b *book) reports(all iter.Seq2[ward.ReportRow, error]) error {
	var w *excelize.StreamWriter
	y := headerRow
	for r, err := range all {
		if err == nil && w == nil {
			w, err = b.openReports()
		}
		if err != nil {
			return err
		}
		y++
		at, err := excelize.CoordinatesToCellName(1, y)
		if err == nil {
			line := b.reportLine(r)
			err = w.SetRow(at, line, excelize.RowOpts{Height: lineHeight * float64(linesOf(line))})
		}
		if err != nil {
			return err
		}
	}
	if w == nil {
		return nil
	}
	return w.Flush()
}

func (b *book) openReports() (*excelize.StreamWriter, error) {
	sheet := b.t.Plain("book.reports")
	if _, err := b.NewSheet(sheet); err != nil {
		return nil, err
	}
	if err := b.page(sheet, 0); err != nil {
		return nil, err
	}
	w, err := b.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: headerRow, TopLeftCell: "A5", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	header := make([]any, 0, len(reportWidths))
	for i, title := range []string{
		b.t.Plain("book.date"), b.t.Plain("own.code"), b.t.Plain("table.ward"), b.t.Plain("book.group"), b.t.Plain("book.task"), b.t.Plain("own.name"),
		b.t.Plain("table.households"), b.t.Plain("own.answers"), b.t.Plain("own.text"), b.t.Plain("own.photos"), b.t.Plain("book.state"),
	} {
		if err := w.SetColWidth(i+1, i+1, reportWidths[i]); err != nil {
			return nil, err
		}
		header = append(header, excelize.Cell{StyleID: b.look["header"], Value: title})
	}
	for _, line := range []struct {
		at    string
		cells []any
	}{
		{"A1", []any{excelize.Cell{StyleID: b.look["title"], Value: Title(b.t, b.v)}}},
		{"A2", []any{excelize.Cell{StyleID: b.look["quiet"], Value: b.organisation}}},
		{"A4", header},
	} {
		if err := w.SetRow(line.at, line.cells); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (b *book) reportLine(r ward.ReportRow) []any {
	words := func(s string) any { return excelize.Cell{StyleID: b.look["words"], Value: cutCell(s)} }
	var homes any
	if r.HasCount {
		homes = r.Households
	}
	return []any{
		excelize.Cell{StyleID: b.look["date"], Value: r.Day.In(time.UTC)}, words(r.Code), words(r.Ward), words(r.Group), words(r.Task), words(r.Person),
		excelize.Cell{StyleID: b.look["count"], Value: homes}, words(strings.Join(Answers(b.t, r.Form, r.Replies), "; ")), words(r.Text),
		excelize.Cell{StyleID: b.look["count"], Value: len(r.Photos)}, words(b.state(r.State)),
	}
}

// state says how far a report has come, in a word.
func (b *book) state(s ward.ReportState) string {
	switch s {
	case ward.ReportAccepted:
		return b.t.Plain("book.accepted")
	case ward.ReportReturned:
		return b.t.Plain("book.returned")
	}
	return b.t.Plain("book.waiting")
}

// linesOf is how many lines the longest text of a row takes in its column:
// programs do not make rows higher by themselves.
func linesOf(row []any) int {
	lines := 1
	for i, c := range row {
		if s, ok := c.(excelize.Cell).Value.(string); ok {
			for n, part := range strings.Split(s, "\n") {
				lines = max(lines, n+1+int(float64(len([]rune(part)))/reportWidths[i]))
			}
		}
	}
	return min(lines, mostLines)
}

// NoReports is for books without them.
func NoReports(func(ward.ReportRow, error) bool) {}
