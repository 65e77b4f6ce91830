package calendar

import "wardbot/locales"

// Problem is why a row, or a whole file, cannot be taken.
type Problem int

// The problems. Those with Line 0 are of the whole file.
const (
	NotASheet Problem = iota + 1 // neither CSV in UTF-8 nor XLSX
	TooBig
	NoHeadings
	NoColumn // Column is missing
	NoRows
	TooMany
	Missing // the cell of Column is empty
	DayBad
	ClockBad
	KindBad
	NotPassedOn // only tasks have a message to pass on
	NoDeadline  // only tasks and calls have one
	DeadlineBad // not understood, before the sending, or too long after it
	WardUnknown
	WardUnclear // more than one ward may be meant
	WardForeign // not the ward of who brings the file
	LinkBad
	TooLong  // by Other letters
	Unsigned // organisation, sender or contact is missing
	Past
	TooFar
	Quiet
	Twice   // the same as in line Other
	Changed // taken before, but saying something else
)

// Fault is what is wrong with a row.
type Fault struct {
	Line    int // as the spreadsheet counts, 0: the whole file
	Problem Problem
	Column  column
	Value   string // what stands there
	Other   int
}

// said is a text by its key.
type said struct{ key string }

// explanations are the words for each problem, with its cure.
var explanations = map[Problem]said{
	NotASheet: {"roster.not_a_sheet"}, TooBig: {"roster.too_big"}, NoHeadings: {"calendar.no_headings"}, NoColumn: {"calendar.no_column"},
	NoRows: {"calendar.no_rows"}, TooMany: {"calendar.too_many"},
	Missing: {"calendar.missing"}, DayBad: {"calendar.day_bad"}, ClockBad: {"calendar.clock_bad"}, KindBad: {"calendar.kind_bad"},
	NotPassedOn: {"calendar.not_passed_on"}, NoDeadline: {"calendar.no_deadline"}, DeadlineBad: {"calendar.deadline_bad"},
	WardUnknown: {"calendar.ward_unknown"}, WardUnclear: {"calendar.ward_unclear"}, WardForeign: {"calendar.ward_foreign"},
	Unsigned: {"sorry.unsigned"}, LinkBad: {"calendar.link_bad"}, TooLong: {"calendar.too_long"}, Past: {"calendar.past"}, TooFar: {"calendar.too_far"}, Quiet: {"calendar.quiet"},
	Twice: {"calendar.twice"}, Changed: {"calendar.changed"},
}

// titles are the headings, in the order of the sample.
var titles = []struct {
	column column
	said
}{
	{day, said{"calendar.head_day"}}, {clock, said{"calendar.head_clock"}}, {kind, said{"calendar.head_kind"}}, {title, said{"calendar.head_title"}},
	{text, said{"calendar.head_text"}}, {passOn, said{"calendar.head_pass_on"}}, {source, said{"calendar.head_source"}},
	{deadline, said{"calendar.head_deadline"}}, {wards, said{"calendar.head_wards"}},
}

// maxValue is how much of a faulty cell is shown, in letters.
const maxValue = 40

// Explain says in plain words what is wrong with a row, and what to do.
func Explain(t *locales.Texts, f Fault) string {
	value := []rune(f.Value)
	if len(value) > maxValue {
		value = append(value[:maxValue], '…')
	}
	heading := ""
	for _, h := range titles {
		if h.column == f.Column {
			heading = t.Plain(h.key)
		}
	}
	why := explanations[f.Problem]
	text := t.Plain(why.key, locales.Args{"Value": string(value), "Heading": heading, "Other": t.Number(f.Other), "Max": MaxRows})
	if f.Line == 0 {
		return text
	}
	return t.Plain("roster.line", locales.Args{"Number": f.Line, "Text": text})
}
