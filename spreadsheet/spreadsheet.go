// Package spreadsheet reads tables that somebody made by hand, in CSV or XLSX:
// headings in any order, titles above them, columns that are none of our
// business. It knows nothing of what the tables are about.
package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Limits of what is read: files come from outside.
const (
	MaxFile     = 5 << 20 // bytes
	maxRows     = 20_000
	maxColumns  = 200       // what stands further right is not looked at
	maxOpen     = 100 << 20 // bytes that a spreadsheet may unpack to
	maxHeadings = 10        // rows in which the headings are looked for
)

// What can be wrong with a whole file.
var (
	ErrNotASheet  = errors.New("neither CSV in UTF-8 nor XLSX")
	ErrTooBig     = errors.New("file is too big")
	ErrNoHeadings = errors.New("no row with known headings")
)

// Table is what stands below the known headings of a file.
type Table[C comparable] struct {
	Has  map[C]bool // which columns there are
	Rows []Row[C]
}

// Row is one row, with the cells of the known columns as they are stored: a
// date of a workbook is a number, see Moment.
type Row[C comparable] struct {
	Line  int // as the spreadsheet counts, from 1
	Cells map[C]string
}

// Named says by its name whether a file may be a spreadsheet.
func Named(fileName string) bool {
	ext := strings.ToLower(path.Ext(fileName))
	return ext == ".csv" || ext == ".xlsx"
}

// Read finds the headings and the rows below them, all but those without
// anything in the known columns. The column function says what a heading
// means; one that comes again is not read again. The name of the file says
// what it is. It returns ErrNotASheet, ErrTooBig or ErrNoHeadings.
func Read[C comparable](fileName string, content []byte, column func(heading string) (C, bool)) (Table[C], error) {
	if len(content) > MaxFile {
		return Table[C]{}, ErrTooBig
	}
	tables, err := tables(fileName, content)
	if err != nil {
		return Table[C]{}, errors.Join(ErrNotASheet, err)
	}
	var found Table[C]
	tooBig := false
	for _, rows := range tables {
		if t, size := under(rows, column), len(rows); len(t.Has) > len(found.Has) {
			found, tooBig = t, size > maxRows
		}
	}
	switch {
	case len(found.Has) == 0:
		return Table[C]{}, ErrNoHeadings
	case tooBig:
		return Table[C]{}, ErrTooBig
	}
	return found, nil
}

// under finds the headings of a table; without any it has no columns.
func under[C comparable](rows [][]string, column func(string) (C, bool)) Table[C] {
	for i, row := range rows[:min(len(rows), maxHeadings)] {
		columns := map[int]C{}
		has := map[C]bool{}
		for j, cell := range row {
			if c, known := column(cell); known && !has[c] {
				columns[j], has[c] = c, true
			}
		}
		if len(has) < 2 && len(row) > 1 || len(has) == 0 {
			continue // a title above the headings
		}
		return Table[C]{Has: has, Rows: below(rows, i, columns)}
	}
	return Table[C]{}
}

// below reads what stands under the headings.
func below[C comparable](rows [][]string, at int, columns map[int]C) (all []Row[C]) {
	for i, row := range rows[at+1:] {
		r := Row[C]{Line: at + i + 2, Cells: map[C]string{}}
		for j, cell := range row {
			if c, known := columns[j]; known && strings.TrimSpace(cell) != "" {
				r.Cells[c] = cell
			}
		}
		if len(r.Cells) > 0 {
			all = append(all, r)
		}
	}
	return all
}

// tables reads the cells of a file: the one table of a workbook, or those that
// a text may be, by what stands between its cells. Excel writes semicolons
// where the comma is the decimal mark, as in Vietnam, and the texts themselves
// are full of either; the right table is the one whose headings are known.
func tables(fileName string, content []byte) (all [][][]string, err error) {
	if strings.EqualFold(path.Ext(fileName), ".xlsx") || bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		rows, err := readXLSX(content)
		return [][][]string{rows}, err
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return nil, errors.New("not UTF-8")
	}
	for _, mark := range ",;\t" {
		rows, err := readCSV(content, mark)
		if err != nil {
			return nil, err
		}
		all = append(all, rows)
	}
	return all, nil
}

// readXLSX reads the first sheet, the cells as they are stored: a telephone
// number must not come as 9.12E+08, nor a date in whatever way it is shown.
func readXLSX(content []byte) (rows [][]string, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxOpen, UnzipXMLSizeLimit: maxOpen / 4,
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	all, err := f.Rows(sheets[0])
	if err != nil {
		return nil, err
	}
	for all.Next() && len(rows) <= maxRows {
		row, err := all.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, err
		}
		rows = append(rows, slices.Clone(row[:min(len(row), maxColumns)])) // one cell at the far right makes a long row
	}
	return rows, errors.Join(all.Error(), all.Close())
}

// readCSV reads lines as rows. Empty lines, which csv leaves out, are rows,
// too; the lines of one cell are one row, as the spreadsheet counts.
func readCSV(content []byte, mark rune) ([][]string, error) {
	in := csv.NewReader(bytes.NewReader(content))
	in.FieldsPerRecord, in.LazyQuotes, in.Comma = -1, true, mark
	var rows [][]string
	lines, read := 0, 0 // of the file
	for len(rows) <= maxRows {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		begins, _ := in.FieldPos(0)
		rows = append(rows, make([][]string, min(max(begins-1-lines, 0), maxRows))...)
		rows = append(rows, record[:min(len(record), maxColumns)])
		end := int(in.InputOffset())
		lines, read = lines+bytes.Count(content[read:end], []byte("\n")), end
	}
	return rows, nil
}
