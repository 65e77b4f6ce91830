package handlers_test

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"wardbot/simulator"
)

// What holds for everything that people read, whatever it says. The
// transcripts are judged by it line by line.
const (
	mostLines  = 9  // a task, the consent and a coordinator's card; most have six
	twoInARow  = 17 // letters on each of two buttons
	manyInARow = 10

	longestToast = 60 // letters
)

var (
	// shortDate is a day without its year; such a day says its weekday.
	shortDate = regexp.MustCompile(`(.{0,12})\b(\d\d/\d\d|\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))\b(/?\d* ?\d*)`)
	weekday   = regexp.MustCompile(`(?:Thứ \pL+|Chủ Nhật|T[2-7]|CN|Mon|Tue|Wed|Thu|Fri|Sat|Sun),? $`)
	typed     = regexp.MustCompile(`(?:gõ|gõ như|type|type them like|type it like): .*`) // what people may type is shorter
	twelve    = regexp.MustCompile(`\d ?(?:AM|PM|am|pm|giờ sáng|giờ chiều)\b`)
)

// judge holds a message against the manners. What is quoted from people is
// theirs, so the scenes write well-mannered things.
func (s *stage) judge(m simulator.Message) {
	s.t.Helper()
	for _, fault := range faults(m) {
		s.t.Errorf("%s:\n%s", fault, shown(m))
	}
}

func faults(m simulator.Message) (all []string) {
	lines := 0
	for line := range strings.SplitSeq(m.Text, "\n") {
		if line != "" {
			lines++
		}
	}
	if lines > mostLines && len(m.Text) < 1200 { // the whole policy may be long
		all = append(all, "too many lines")
	}
	if strings.Contains(m.Text, "!!") {
		all = append(all, "it shouts")
	}
	if strings.HasSuffix(m.Text, "?") && len(m.Buttons) == 0 && m.ForceReply == "" {
		all = append(all, "it asks and has no way to answer")
	}
	if twelve.MatchString(m.Text) {
		all = append(all, "a time that is not of 24 hours")
	}
	for _, found := range shortDate.FindAllStringSubmatch(typed.ReplaceAllString(m.Text, ""), -1) {
		if !weekday.MatchString(found[1]) && len(found[3]) < 4 {
			all = append(all, "the day "+found[2]+" without its weekday")
		}
	}
	for _, row := range m.Buttons {
		for _, b := range row {
			if n := utf8.RuneCountInString(b.Text); len(row) == 2 && n > twoInARow || len(row) > 2 && n > manyInARow {
				all = append(all, "the button "+b.Text+" is too wide")
			}
		}
	}
	return all
}
