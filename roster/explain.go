package roster

import "wardbot/locales"

// explanations are the words for each problem, with its cure.
var explanations = map[Problem]struct{ key string }{
	NotASheet:    {"roster.not_a_sheet"},
	TooBig:       {"roster.too_big"},
	NoHeadings:   {"roster.no_headings"},
	NoNames:      {"roster.no_names"},
	NoWards:      {"roster.no_wards"},
	Nobody:       {"roster.nobody"},
	NameMissing:  {"roster.name_missing"},
	NameBad:      {"roster.name_bad"},
	WardMissing:  {"roster.ward_missing"},
	WardUnknown:  {"roster.ward_unknown"},
	WardUnclear:  {"roster.ward_unclear"},
	WardForeign:  {"roster.ward_foreign"},
	GroupUnknown: {"roster.group_unknown"},
	GroupUnclear: {"roster.group_unclear"},
	PhoneBad:     {"roster.phone_bad"},
	Twice:        {"roster.twice"},
}

// maxValue is how much of a faulty cell is shown, in letters.
const maxValue = 40

// Explain says in plain words what is wrong with a row, and what to do.
func Explain(t *locales.Texts, f Fault) string {
	value := []rune(f.Value)
	if len(value) > maxValue {
		value = append(value[:maxValue], '…')
	}
	args := locales.Args{"Value": string(value), "Other": f.Other}
	said := explanations[f.Problem]
	text := t.Plain(said.key, args)
	if f.Line == 0 {
		return text
	}
	return t.Plain("roster.line", locales.Args{"Number": f.Line, "Text": text})
}
