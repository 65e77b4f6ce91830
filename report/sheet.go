package report

import (
	"time"

	"github.com/xuri/excelize/v2"
)

// maxCell is how long a text in a cell may be; excelize would cut it without
// a word.
const maxCell = 32767

// addSheet writes rows into the i-th sheet. Texts stay texts whatever they
// begin with, so that nothing a person wrote is ever a formula.
func addSheet(f *excelize.File, i int, name string, rows [][]any) error {
	if i == 0 {
		if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(name); err != nil {
		return err
	}
	moment := "dd/mm/yyyy hh:mm"
	dates, err := f.NewStyle(&excelize.Style{CustomNumFmt: &moment})
	if err != nil {
		return err
	}
	widths := map[int]float64{}
	for y, row := range rows {
		for x, value := range row {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				return err
			}
			if err := setCell(f, name, cell, value, dates); err != nil {
				return err
			}
			widths[x] = max(widths[x], cellWidth(value))
		}
	}
	for x, width := range widths {
		column, err := excelize.ColumnNumberToName(x + 1)
		if err != nil {
			return err
		}
		if err := f.SetColWidth(name, column, column, width); err != nil {
			return err
		}
	}
	return nil
}

func setCell(f *excelize.File, sheet, cell string, value any, dates int) error {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return f.SetCellStr(sheet, cell, cutCell(v))
	case time.Time:
		if v.IsZero() {
			return nil
		}
		// A cell has no zone: it shows the clock on the wall.
		wall := time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), 0, time.UTC)
		if err := f.SetCellValue(sheet, cell, wall); err != nil {
			return err
		}
		return f.SetCellStyle(sheet, cell, cell, dates)
	}
	return f.SetCellValue(sheet, cell, value)
}

// cellWidth is about as wide as a value, in letters.
func cellWidth(value any) float64 {
	switch v := value.(type) {
	case string:
		return min(max(float64(len([]rune(v)))+2, 8), 60)
	case time.Time:
		return 18
	}
	return 12
}
