// Package roster reads lists of people from spreadsheets that somebody made
// by hand: headings in any order and spelling, Vietnamese or English, titles
// above them, columns that are none of our business.
package roster

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

	"wardbot/ward"
)

// Limits of what is read: files come from outside.
const (
	MaxFile = 5 << 20 // bytes
	maxRows = 20_000
	maxOpen = 100 << 20 // bytes that a spreadsheet may unpack to
)

// column is what a heading says that a column holds.
type column int

const (
	other   column = iota // not read: numbers, notes, birthdays
	surname               // family and middle name, where they stand apart
	given
	name
	wardName
	groupName
	phone
	columns
)

// headings are the words for the columns, without tones.
var headings = map[string]column{
	"ho": surname, "ho dem": surname, "ho lot": surname, "ho va ten dem": surname, "ho va dem": surname, "last name": surname,
	"ten": given, "first name": given,
	"ho ten": name, "ho va ten": name, "ho ten ctv": name, "ho va ten ctv": name, "ten ctv": name, "cong tac vien": name,
	"ho ten cong tac vien": name, "ho va ten cong tac vien": name, "name": name, "full name": name,
	"phuong": wardName, "ten phuong": wardName, "phuong xa": wardName, "xa phuong": wardName, "xa": wardName, "ward": wardName,
	"to": groupName, "so to": groupName, "to so": groupName, "to dan pho": groupName, "to dan pho so": groupName, "tdp": groupName,
	"ten to": groupName, "to khu pho": groupName, "group": groupName, "residential group": groupName,
	"so dien thoai": phone, "dien thoai": phone, "sdt": phone, "so dt": phone, "dt": phone, "dtdd": phone, "di dong": phone,
	"so di dong": phone, "phone": phone, "phone number": phone, "mobile": phone,
}

// line is one row of a file under its headings.
type line struct {
	number int // as the spreadsheet counts, from 1
	values [columns]string
}

// read finds the headings and the rows below them. The name says what kind of
// file it is.
func read(fileName string, content []byte) ([]line, [columns]bool, *Fault) {
	var has [columns]bool
	if len(content) > MaxFile {
		return nil, has, &Fault{Problem: TooBig}
	}
	rows, err := table(fileName, content)
	switch {
	case err != nil:
		return nil, has, &Fault{Problem: NotASheet}
	case len(rows) > maxRows:
		return nil, has, &Fault{Problem: TooBig}
	}
	for i, row := range rows[:min(len(rows), 10)] {
		kinds, known := kindsOf(row)
		if known < 2 && len(row) > 1 || known == 0 {
			continue // a title above the headings
		}
		for _, k := range kinds {
			has[k] = true
		}
		if has[given] && !has[surname] { // "tên" alone is the whole name
			kinds[slices.Index(kinds, given)] = name
			has[name] = true
		}
		if has[surname] && has[given] {
			has[name] = true
		}
		return below(rows, i, kinds), has, nil
	}
	return nil, has, &Fault{Problem: NoHeadings}
}

// kindsOf reads a row as headings and says how many of them are known. A
// heading that comes again is not read again.
func kindsOf(row []string) (kinds []column, known int) {
	for _, cell := range row {
		kind := headings[ward.Fold(cell)]
		if kind != other && slices.Contains(kinds, kind) {
			kind = other
		}
		if kind != other {
			known++
		}
		kinds = append(kinds, kind)
	}
	return kinds, known
}

// below reads what stands under the headings; empty rows are no rows.
func below(rows [][]string, at int, kinds []column) []line {
	var lines []line
	for i, row := range rows[at+1:] {
		l := line{number: at + i + 2}
		for j, cell := range row {
			if j < len(kinds) && kinds[j] != other {
				l.values[kinds[j]] = ward.CleanLine(cell)
			}
		}
		if l.values[name] == "" {
			l.values[name] = ward.CleanLine(l.values[surname] + " " + l.values[given])
		}
		if strings.Join(l.values[:], "") != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// table reads the cells of a file.
func table(fileName string, content []byte) ([][]string, error) {
	if strings.EqualFold(path.Ext(fileName), ".xlsx") || bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return xlsx(content)
	}
	return readCSV(content)
}

// xlsx reads the first sheet, the cells as they are stored: a telephone number
// must not come as 9.12E+08.
func xlsx(content []byte) (rows [][]string, err error) {
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
	cells, err := f.Rows(sheets[0])
	if err != nil {
		return nil, err
	}
	for cells.Next() && len(rows) <= maxRows {
		row, err := cells.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, errors.Join(cells.Error(), cells.Close())
}

// readCSV reads commas, semicolons or tabs between the cells, whichever the
// file has most of: Excel writes semicolons where the comma is the decimal
// mark, as in Vietnam.
func readCSV(content []byte) ([][]string, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		return nil, errors.New("not UTF-8")
	}
	in := csv.NewReader(bytes.NewReader(content))
	in.FieldsPerRecord, in.LazyQuotes = -1, true
	for _, mark := range ";\t" {
		if bytes.Count(content, []byte(string(mark))) > bytes.Count(content, []byte(string(in.Comma))) {
			in.Comma = mark
		}
	}
	var rows [][]string
	for len(rows) <= maxRows {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		number, _ := in.FieldPos(0)
		for len(rows) < number-1 { // empty lines, which csv leaves out, are lines, too
			rows = append(rows, nil)
		}
		rows = append(rows, record)
	}
	return rows, nil
}
