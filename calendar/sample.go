package calendar

import (
	"time"

	"github.com/xuri/excelize/v2"

	"wardbot/locales"
	"wardbot/ward"
)

// Sample is a workbook to fill in: the headings and a row of each usual kind,
// for the days after today. As it is, it can be read.
func Sample(t *locales.Texts, today ward.Day) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on a disk
	name := t.Plain("calendar.sheet_name")
	if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
		return nil, err
	}
	heads := make([]any, len(titles))
	for i, h := range titles {
		heads[i] = t.Plain(h.key)
	}
	rows := [][]any{
		heads,
		{t.Plain("btn.task"), t.Plain("calendar.sample_task"), t.Plain("calendar.sample_task_text"), t.Plain("calendar.sample_pass_on"), nil, "20:00", nil},
		{t.Plain("btn.news"), t.Plain("calendar.sample_news"), t.Plain("calendar.sample_news_text"), nil, t.Plain("calendar.sample_source"), nil, nil},
		{t.Plain("btn.notice"), t.Plain("calendar.sample_notice"), t.Plain("calendar.sample_notice_text"), nil, nil, nil, nil},
	}
	for i, row := range rows {
		if i > 0 { // texts, not dates: whatever program opens it shows them as they are
			row = append([]any{today.Add(i).In(time.UTC).Format("02/01/2006"), "07:30"}, row...)
		}
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = f.SetSheetRow(name, cell, &row)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := f.SetColWidth(name, "A", "C", 13); err != nil {
		return nil, err
	}
	if err := f.SetColWidth(name, "D", "I", 30); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
