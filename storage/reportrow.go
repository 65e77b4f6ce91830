package storage

import (
	"context"
	"fmt"
	"iter"

	"wardbot/ward"
)

// reportRowsSQL lists the reports on the tasks of a period, in one ward or,
// with 0, in all. Of people who have left only the numbers are there.
const reportRowsSQL = `
	SELECT ` + reportColumns + `, b.send_day, w.name, COALESCE(g.name, ''), b.title, b.form, COALESCE(p.name, '')
	FROM bulletin b JOIN report r ON r.bulletin_id = b.id
		JOIN place w ON w.id = r.ward_id LEFT JOIN place g ON g.id = r.group_id
		JOIN person p ON p.id = r.person_id
	WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2 AND ($3 = 0 OR r.ward_id = $3)
	ORDER BY b.send_day, b.id, w.name, g.name, r.id`

// ReportRows goes through the reports on the tasks of a period, of one ward
// or, with 0, of all, in the order of their tasks and places. It holds one at
// a time. An error is the last thing that it hands out.
func (s *Store) ReportRows(ctx context.Context, p ward.Period, wardID int64) iter.Seq2[ward.ReportRow, error] {
	return func(yield func(ward.ReportRow, error) bool) {
		failed := func(err error) { yield(ward.ReportRow{}, fmt.Errorf("list reports of %s: %w", p, err)) }
		rows, err := s.readers.QueryContext(ctx, reportRowsSQL, p.From, p.To, wardID)
		if err != nil {
			failed(err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			one, err := scanReportRow(rows)
			if err != nil {
				failed(err)
				return
			}
			if !yield(one, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			failed(err)
		}
	}
}

func scanReportRow(r row) (one ward.ReportRow, err error) {
	one.Report, err = scanReport(wider{r, []any{&one.Day, &one.Ward, &one.Group, &one.Task, inJSON(&one.Form), &one.Person}})
	return one, err
}

// wider is a row with columns behind those that a scanner knows.
type wider struct {
	row
	fields []any
}

func (w wider) Scan(known ...any) error { return w.row.Scan(append(known, w.fields...)...) }
