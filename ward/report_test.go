package ward

import (
	"errors"
	"testing"
	"time"
)

func TestMayChange(t *testing.T) {
	evening := time.Date(2023, 7, 12, 13, 0, 0, 0, time.UTC)
	b := Bulletin{Kind: KindTask, Deadline: evening}
	for _, tt := range []struct {
		name  string
		state ReportState
		sent  time.Duration // after the deadline
		now   time.Duration
		want  error
	}{
		{"before the deadline", ReportSent, -time.Hour, 0, nil},
		{"accepted already, before the deadline", ReportAccepted, -time.Hour, 0, nil},
		{"after the deadline", ReportSent, -time.Hour, time.Second, ErrReportClosed},
		{"a typo of a minute ago", ReportSent, time.Hour, time.Hour + time.Minute, nil},
		{"a late one, later", ReportSent, time.Hour, time.Hour + UndoFor + time.Second, ErrReportClosed},
		{"returned", ReportReturned, -time.Hour, 24 * time.Hour, nil},
		{"returned, when the task takes no more answers", ReportReturned, -time.Hour, lateFor + time.Second, ErrReportClosed},
		{"sent in the last minute", ReportSent, lateFor, lateFor + time.Second, ErrReportClosed},
	} {
		r := Report{State: tt.state, UpdatedAt: evening.Add(tt.sent)}
		if err := r.MayChange(b, evening.Add(tt.now)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}
