// Package roster reads lists of people from spreadsheets that somebody made
// by hand: headings in any spelling, Vietnamese or English.
package roster

import (
	"errors"

	"wardbot/spreadsheet"
	"wardbot/ward"
)

// column is what a heading says that a column holds. Others are not read:
// numbers, notes, birthdays.
type column int

const (
	surname column = iota + 1 // family and middle name, where they stand apart
	given                     // alone, it is the whole name
	name
	wardName
	groupName
	phone
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

// line is one row of a file.
type line struct {
	number int // as the spreadsheet counts, from 1
	values map[column]string
}

// read finds the headings and the people below them.
func read(fileName string, content []byte) ([]line, map[column]bool, *Fault) {
	table, err := spreadsheet.Read(fileName, content, func(heading string) (column, bool) {
		c, known := headings[ward.Fold(heading)]
		return c, known
	})
	switch {
	case errors.Is(err, spreadsheet.ErrTooBig):
		return nil, nil, &Fault{Problem: TooBig}
	case errors.Is(err, spreadsheet.ErrNoHeadings):
		return nil, nil, &Fault{Problem: NoHeadings}
	case err != nil:
		return nil, nil, &Fault{Problem: NotASheet}
	}
	var lines []line
	for _, row := range table.Rows {
		l := line{row.Line, map[column]string{}}
		for c, cell := range row.Cells {
			if text := ward.CleanLine(cell); text != "" {
				l.values[c] = text
			}
		}
		if len(l.values) == 0 {
			continue
		}
		if l.values[name] == "" {
			l.values[name] = ward.CleanLine(l.values[surname] + " " + l.values[given])
		}
		lines = append(lines, l)
	}
	table.Has[name] = table.Has[name] || table.Has[given]
	return lines, table.Has, nil
}
