package report

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"wardbot/locales"
	"wardbot/ward"
)

// IndexRow is one entry in the index of all entries of a call.
type IndexRow struct {
	ward.Scored
	Author string // empty: left and was erased
	Ward   string
	Group  string
	Credit string
	At     time.Time // in the organisation's zone
	Files  []string  // names in the archives
}

// Index writes the index sheet of a call's entries.
func Index(t *locales.Texts, rows []IndexRow) (sheet []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	table := [][]any{{
		t.Plain("entries.number"), t.Plain("entries.author"), t.Plain("entries.ward"), t.Plain("entries.group"), t.Plain("entries.at"),
		t.Plain("entries.state"), t.Plain("entries.mean"), t.Plain("entries.jurors"), t.Plain("entries.credit"), t.Plain("entries.files"),
		t.Plain("entries.text"),
	}}
	for _, r := range rows {
		var mean any
		if r.Jurors > 0 {
			mean = r.Mean()
		}
		table = append(table, []any{
			r.Number, r.Author, r.Ward, r.Group, r.At, entryState(t, r.State), mean, r.Jurors, r.Credit, strings.Join(r.Files, ", "), r.Text,
		})
	}
	if err := addSheet(f, 0, t.Plain("entries.sheet"), table); err != nil {
		return nil, fmt.Errorf("write index: %w", err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write index: %w", err)
	}
	return b.Bytes(), nil
}

func entryState(t *locales.Texts, s ward.EntryState) string {
	switch s {
	case ward.EntryShortlisted:
		return t.Plain("entries.shortlisted")
	case ward.EntryChosen:
		return t.Plain("entries.chosen")
	}
	return ""
}
