package ward

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Limits of a report.
const (
	MaxHouseholds  = 500
	MaxReportText  = 2000 // UTF-16 units
	MaxReportFiles = 10
)

// Report is what a person tells of a task: one per task and person.
type Report struct {
	ID         int64
	Code       string // MD1-1207-08, to speak of it on the phone
	BulletinID int64
	PersonID   int64
	WardID     int64
	GroupID    int64
	Households int // 0 and HasCount false: not said
	HasCount   bool
	Text       string
	Photos     []Photo
	At         time.Time // first sent
	UpdatedAt  time.Time
}

// Photo is a picture kept at Telegram.
type Photo struct {
	FileID   string // for sending again
	UniqueID string // for comparing
}

// ReportCode builds the code of the n-th report of a ward on a day:
// initials and digits of the ward's name, day and month, number.
func ReportCode(wardName string, day Day, n int) string {
	var b strings.Builder
	for _, word := range strings.Fields(strings.ToUpper(Fold(wardName))) {
		for i, r := range word {
			if i == 0 || unicode.IsDigit(r) {
				b.WriteRune(r)
			}
		}
	}
	return fmt.Sprintf("%s-%02d%02d-%02d", b.String(), int(day)%100, int(day)/100%100, n)
}
