package spreadsheet

import (
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Moment reads a date, a time of day or both, which a workbook stores as a
// number of days: the date is in front of the point, 0 for none, the time of
// day behind it, rounded to minutes. Not ok are numbers that are no date of
// our days, and what is no number.
func Moment(cell string) (at time.Time, hasDay, ok bool) {
	days, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
	const first, last = 36526, 73050 // the days of 2000 to 2099
	if err != nil || !(days >= 0 && days < 1 || days >= first && days <= last) {
		return time.Time{}, false, false
	}
	at, err = excelize.ExcelDateToTime(days, false)
	return at.Round(time.Minute), days >= first, err == nil
}
