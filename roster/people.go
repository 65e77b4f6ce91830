package roster

import (
	"fmt"

	"wardbot/ward"
)

// Problem is why a row, or a whole file, cannot be taken.
type Problem int

// The problems. Those with Line 0 are of the whole file.
const (
	NotASheet Problem = iota + 1 // neither CSV in UTF-8 nor XLSX
	TooBig
	NoHeadings // no row with known headings
	NoNames    // no column for the name
	NoWards    // no column for the ward
	Nobody     // headings, but nobody under them
	NameMissing
	NameBad
	WardMissing
	WardUnknown
	WardUnclear // more than one ward may be meant
	WardForeign // not the ward of who brings the list
	GroupUnknown
	GroupUnclear
	PhoneBad
	Twice // the same person as in line Other
)

// Fault is what is wrong with a row.
type Fault struct {
	Line    int // as the spreadsheet counts, 0: the whole file
	Problem Problem
	Value   string // what stands there
	Other   int    // of Twice: the line before
}

// Places are the wards of today with their groups.
type Places struct {
	Wards  []ward.Ward
	Groups map[int64][]ward.Group
}

// Read reads a list of people. Home is the ward of a list without a column for
// it, and the only one that may be in it; 0 is any. Every fault there is comes
// back; with a fault, nobody does.
func Read(fileName string, content []byte, places Places, home int64) ([]ward.Expected, []Fault) {
	lines, has, fault := read(fileName, content)
	switch {
	case fault != nil:
		return nil, []Fault{*fault}
	case !has[name]:
		return nil, []Fault{{Problem: NoNames}}
	case !has[wardName] && home == 0:
		return nil, []Fault{{Problem: NoWards}}
	case len(lines) == 0:
		return nil, []Fault{{Problem: Nobody}}
	}
	var people []ward.Expected
	var faults []Fault
	seen := map[string]int{}
	for _, l := range lines {
		e, bad := l.person(places, home, has[wardName])
		if len(bad) > 0 {
			faults = append(faults, bad...)
			continue
		}
		key := fmt.Sprint(e.WardID, "/", e.GroupID, "/", ward.Fold(e.Name), "/", e.Phone)
		if seen[key] != 0 {
			faults = append(faults, Fault{Line: l.number, Problem: Twice, Value: e.Name, Other: seen[key]})
			continue
		}
		seen[key] = l.number
		people = append(people, e)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return people, nil
}

// person reads one row, and finds all that is wrong with it.
func (l line) person(places Places, home int64, hasWard bool) (e ward.Expected, faults []Fault) {
	wrong := func(p Problem, value string) {
		faults = append(faults, Fault{Line: l.number, Problem: p, Value: value})
	}
	e.Name = l.values[name]
	switch {
	case e.Name == "":
		wrong(NameMissing, "")
	case !ward.IsName(e.Name):
		wrong(NameBad, e.Name)
	}
	e.WardID = home
	if hasWard {
		var problem Problem
		if e.WardID, problem = findWard(l.values[wardName], places.Wards); problem == 0 && home != 0 && e.WardID != home {
			problem = WardForeign
		}
		if problem != 0 {
			wrong(problem, l.values[wardName])
			e.WardID = 0
		}
	}
	if text := l.values[groupName]; text != "" && e.WardID != 0 {
		switch found := ward.SearchGroups(text, places.Groups[e.WardID]); len(found) {
		case 0:
			wrong(GroupUnknown, text)
		case 1:
			e.GroupID = found[0].ID
		default:
			wrong(GroupUnclear, text)
		}
	}
	if text := l.values[phone]; text != "" {
		var ok bool
		if e.Phone, ok = ward.Phone(text); !ok {
			wrong(PhoneBad, text)
		}
	}
	return e, faults
}

// findWard takes a ward only if nothing else can be meant: a list is not a
// conversation, nobody is there to ask.
func findWard(text string, wards []ward.Ward) (int64, Problem) {
	if text == "" {
		return 0, WardMissing
	}
	switch found := ward.SearchWards(text, wards); len(found) {
	case 0:
		return 0, WardUnknown
	case 1:
		return found[0].ID, 0
	}
	return 0, WardUnclear
}
