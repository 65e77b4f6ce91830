package handlers

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wardbot/ward"
)

// Update writes what is kept in testdata anew.
var Update = flag.Bool("update", false, "write testdata anew")

// TestRights is the table of route × role × place, which stands in
// testdata/rights.txt to be read. Whoever adds a route sees it change, and
// decides there, too, whom it is for.
func TestRights(t *testing.T) {
	const file = "testdata/rights.txt"
	got := rights()
	if *Update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil { // #nosec: a test's file
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("who may do what has changed; if it is meant so: go test ./handlers -run TestRights -update\n(-want +got):\n%s", diff)
	}
}

// rights writes the table.
func rights() string {
	const home, away = 1, 2
	commands, taps, flows := (&Handlers{}).routes()
	doors := map[string]door{}
	for name, r := range commands {
		doors["/"+name] = r.door
	}
	for name, r := range taps {
		doors[name] = r.door
	}
	commands, taps = (&Handlers{}).groupRoutes()
	for name, r := range commands {
		doors["group /"+name] = r.door
	}
	for name, r := range taps {
		doors["group "+name] = r.door
	}
	for name, f := range flows {
		doors["("+name+")"] = f.door
	}
	var b strings.Builder
	b.WriteString("Who may do what: /commands, buttons, (conversations), and those in groups and channels.\n" +
		"about: what names the ward that is concerned; a dash: none, or the handler keeps to the wards that the person looks after.\n" +
		"x: yes; n: yes, but in wards with a coordinator of their own only those, because names are shown.\n\n")
	row := func(cells ...string) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-13s %-11s %-6s %-13s %-10s %-10s %-10s %-12s %s", anys(cells)...), " ") + "\n")
	}
	row("route", "about", "guest", "collaborator", "ward coordinator of", "", "", "coordinator", "admin")
	row("", "", "", "", "the ward", "another", "several", "", "")
	for _, name := range slices.Sorted(maps.Keys(doors)) {
		d := doors[name]
		mark := func(role ward.Role, a ward.Area) string {
			var charges []int64
			if role == ward.RoleWardCoordinator {
				charges = []int64{home}
			}
			switch {
			case !d.opens(role, home, charges, a):
				return ""
			case d.names && role >= ward.RoleCoordinator:
				return "n"
			}
			return "x"
		}
		about := d.about
		if about == "" {
			about = "-"
		}
		row(name, about, mark(ward.RoleGuest, ward.In(home)), mark(ward.RoleCollaborator, ward.In(home)),
			mark(ward.RoleWardCoordinator, ward.In(home)), mark(ward.RoleWardCoordinator, ward.In(away)),
			mark(ward.RoleWardCoordinator, ward.Area{WardIDs: []int64{home, away}}),
			mark(ward.RoleCoordinator, ward.In(0)), mark(ward.RoleAdmin, ward.In(0)))
	}
	return b.String()
}

func anys(cells []string) []any {
	all := make([]any, len(cells))
	for i, c := range cells {
		all[i] = c
	}
	return all
}

// TestDoors is what people are told who may not pass.
func TestDoors(t *testing.T) {
	ctx := t.Context()
	area := func(a ward.Area, err error) func(context.Context, *request) (ward.Area, error) {
		return func(context.Context, *request) (ward.Area, error) { return a, err }
	}
	member := door{least: ward.RoleCollaborator}
	ofWard := door{least: ward.RoleWardCoordinator, about: "ward", area: area(ward.In(1), nil)}
	gone := door{least: ward.RoleWardCoordinator, about: "ward", area: area(ward.Area{}, ward.ErrNotFound)}
	for _, tt := range []struct {
		name string
		r    *request
		d    door
		want error
	}{
		{"guest", &request{role: ward.RoleGuest}, member, errNotMember},
		{"waiting", &request{role: ward.RoleGuest, me: ward.Person{ID: 1, State: ward.PersonWaiting}}, member, errWaiting},
		{"withdrawn", &request{role: ward.RoleGuest, me: ward.Person{ID: 1, State: ward.PersonWithdrawn}}, member, errWithdrawn},
		{"collaborator", &request{role: ward.RoleCollaborator}, member, nil},
		{"collaborator at a ward's door", &request{role: ward.RoleCollaborator, me: ward.Person{WardID: 1}}, ofWard, errNotAllowed},
		{"its coordinator", &request{role: ward.RoleWardCoordinator, charges: []int64{1}}, ofWard, nil},
		{"coordinator of what went into another ward", &request{role: ward.RoleWardCoordinator, charges: []int64{3, 1}}, ofWard, nil},
		{"coordinator of another, living there", &request{role: ward.RoleWardCoordinator, me: ward.Person{WardID: 1}, charges: []int64{2}}, ofWard, errElsewhere},
		{"coordinator of all wards", &request{role: ward.RoleCoordinator}, ofWard, nil},
		{"what is no more", &request{role: ward.RoleAdmin}, gone, errOldButton},
	} {
		if got := tt.r.may(ctx, tt.d); !errors.Is(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestLooksAfter is the table of role × place: whose names somebody sees.
func TestLooksAfter(t *testing.T) {
	const home, away = 1, 2
	for _, tt := range []struct {
		name        string
		role        ward.Role
		charges     []int64
		coordinated map[int64]bool
		home, away  bool
	}{
		{"collaborator", ward.RoleCollaborator, nil, nil, false, false},
		{"ward coordinator", ward.RoleWardCoordinator, []int64{home}, map[int64]bool{home: true}, true, false},
		{"coordinator", ward.RoleCoordinator, nil, nil, true, true},
		{"coordinator, where a ward has its own", ward.RoleCoordinator, nil, map[int64]bool{away: true}, true, false},
		{"admin", ward.RoleAdmin, nil, map[int64]bool{home: true}, false, true},
		{"admin who is a ward's coordinator", ward.RoleAdmin, []int64{home}, map[int64]bool{home: true}, true, true},
	} {
		r := &request{role: tt.role, charges: tt.charges}
		if got := [2]bool{r.looksAfter(home, tt.coordinated), r.looksAfter(away, tt.coordinated)}; got != [2]bool{tt.home, tt.away} {
			t.Errorf("%s: at home %v, away %v", tt.name, got[0], got[1])
		}
	}
}

func TestParseCount(t *testing.T) {
	for _, tt := range []struct {
		text  string
		label string
		count int
		rest  string
		ok    bool
	}{
		{"12", "", 12, "", true},
		{"12 hộ", "", 12, "", true},
		{"12ho", "", 12, "", true},
		{"12 ho: mọi người cảm ơn", "", 12, "mọi người cảm ơn", true},
		{"12 households\nEverybody was there", "", 12, "Everybody was there", true},
		{"7\nxong", "", 7, "xong", true},
		{"-3", "", -3, "", true},
		{"3 cháu bé", "", 0, "3 cháu bé", false},
		{"xong 3 nhà", "", 0, "xong 3 nhà", false},
		{"", "", 0, "", false},
		{"-", "", 0, "-", false},
		{"40", "suất cơm", 40, "", true},
		{"40 suat com", "suất cơm", 40, "", true},
		{"40suất cơm, cả ngõ góp", "suất cơm", 40, "cả ngõ góp", true},
		{"40 suất: cả ngõ", "suất cơm", 40, "cả ngõ", true},
		{"40 hộ", "suất cơm", 0, "40 hộ", false},
	} {
		count, rest, ok := parseCount(tt.text, tt.label)
		if count != tt.count || rest != tt.rest || ok != tt.ok {
			t.Errorf("%q: got %d, %q, %v", tt.text, count, rest, ok)
		}
	}
}

func TestData(t *testing.T) {
	action, args, ok := parseData(data("done", 46655, 0, 1))
	if diff := cmp.Diff([]int64{46655, 0, 1}, args); action != "done" || !ok || diff != "" {
		t.Errorf("got %s %v %v", action, args, ok)
	}
}

func FuzzParseData(f *testing.F) {
	for _, s := range []string{"done:1f", "x", ":", "done:-1", "a:b:c:d:e:f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		action, args, ok := parseData(s)
		if !ok {
			return
		}
		again, numbers, ok := parseData(data(action, args...))
		if diff := cmp.Diff(args, numbers); !ok || again != action || diff != "" {
			t.Errorf("%q does not come back: %s %v", s, again, diff)
		}
	})
}

func FuzzParseCommand(f *testing.F) {
	f.Add("/start abc")
	f.Add("/@ \n")
	f.Fuzz(func(t *testing.T, s string) {
		if name, _, ok := parseCommand(s); ok && (name == "" || len(name) > 32) {
			t.Errorf("%q: name %q", s, name)
		}
	})
}

func FuzzParseCount(f *testing.F) {
	f.Add("12 hộ")
	f.Add("-9223372036854775809 x")
	f.Fuzz(func(_ *testing.T, s string) { parseCount(s, ""); parseCount(s, "suất cơm"); codeIn(s) })
}
