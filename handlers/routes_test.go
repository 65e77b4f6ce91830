package handlers

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wardbot/ward"
)

// TestRoutes is the table of who may do what. Whoever adds a route decides
// here, too, whom it is for.
func TestRoutes(t *testing.T) {
	commands, taps, flows := (&Handlers{}).routes()
	got := map[string][]string{}
	for name, r := range commands {
		got[r.role.String()] = append(got[r.role.String()], "/"+name)
	}
	for name, r := range taps {
		got[r.role.String()] = append(got[r.role.String()], name)
	}
	for name, f := range flows {
		got[f.role.String()] = append(got[f.role.String()], "("+name+")")
	}
	for role := range maps.Keys(got) {
		slices.Sort(got[role])
	}
	want := map[string][]string{
		"guest": {
			"(register)", "/cancel", "/dulieu", "/help", "/huy", "/language", "/leave", "/mydata", "/ngonngu", "/roidi", "/start", "/trogiup",
			"agree", "code", "erase", "full", "group", "help", "join", "lang", "leave", "mydata", "refuse", "reg", "reglng", "rewrd",
			"take", "terms", "ward",
		},
		"collaborator": {
			"(entry)", "(name)", "(report)", "(story)", "/baocao", "/caidat", "/cham", "/chuyendep", "/homnay", "/judge", "/pause",
			"/report", "/settings", "/stats", "/story", "/tamdung", "/thongke", "/today", "addr", "caidat", "claim", "credit", "done",
			"drop", "entdrp", "enter", "entfin", "entout", "entred", "entsnd", "erasrp", "finish", "homes", "judge", "lngs", "mend",
			"name", "notnow", "number", "pause", "pick", "react", "redo", "report", "rescor", "rest", "retnow", "retrac", "score",
			"send", "setadr", "skip", "stats", "story", "talcre", "taldrp", "talfin", "talfix", "talppl", "talred", "talrep", "talsnd", "talsrc",
			"today", "undo", "wake", "wards", "wstats",
		},
		"ward coordinator": {
			"(return)", "/duyet", "/review",
			"review", "rvall", "rvback", "rvcard", "rvnext", "rvok", "rvown", "rvsift", "rvtale", "rvtask", "rvwhre", "rvwhy",
		},
		"coordinator": {
			"(compose)", "(correct)", "(juror)", "(plan)", "(storyback)", "/compose", "/invite", "/lich", "/moi", "/schedule", "/soan",
			"admit", "again", "ask", "askhom", "bdask", "bdoff", "bdward", "board", "boards", "card", "choose", "compose", "contst",
			"date", "discard", "entry", "errors", "fix", "fixnon", "fixnot", "fixnow", "fixoff", "fixpas", "fixto", "fixtxt", "form",
			"go", "hold", "invite", "jadd", "jdrop", "juror", "keepit", "kind", "noform", "now", "passon", "plan", "planat", "plandl",
			"planhd", "planit", "planlk", "planof", "planon", "planrm", "plans", "plansk", "plantm", "publish", "rank", "recall",
			"refresh", "reject", "remind", "repeat", "result", "rewrite", "sample", "setend", "stop", "takeit", "tales", "talnew",
			"talret", "taltak", "talwhy", "tellem", "test", "to", "toall", "toward", "unask", "unjury", "unpass", "until", "usual", "via",
			"when", "whenat", "whenno", "zip",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("who may do what (-want +got):\n%s", diff)
	}
}

// TestRoles is the other half: which role passes which door.
func TestRoles(t *testing.T) {
	waiting := ward.Person{ID: 1, State: ward.PersonWaiting}
	for _, tt := range []struct {
		name               string
		r                  *request
		guest, member, all error // at the door of guests, of collaborators, of coordinators
	}{
		{"guest", &request{role: ward.RoleGuest}, nil, errNotMember, errNotMember},
		{"waiting", &request{role: ward.RoleGuest, me: waiting}, nil, errWaiting, errWaiting},
		{"collaborator", &request{role: ward.RoleCollaborator}, nil, nil, errNotAllowed},
		{"ward coordinator", &request{role: ward.RoleWardCoordinator}, nil, nil, errNotAllowed},
		{"coordinator", &request{role: ward.RoleCoordinator}, nil, nil, nil},
		{"admin", &request{role: ward.RoleAdmin}, nil, nil, nil},
	} {
		for least, want := range map[ward.Role]error{ward.RoleGuest: tt.guest, ward.RoleCollaborator: tt.member, ward.RoleCoordinator: tt.all} {
			if got := tt.r.may(least); !errors.Is(got, want) {
				t.Errorf("%s at the door of %s: %v, want %v", tt.name, least, got, want)
			}
		}
	}
}

// TestLooksAfter is the table of role × place: whose reports somebody sees.
func TestLooksAfter(t *testing.T) {
	const home, away = 1, 2
	for _, tt := range []struct {
		name        string
		role, own   ward.Role // as they are now, and as a person of the register
		coordinated map[int64]bool
		home, away  bool
	}{
		{"collaborator", ward.RoleCollaborator, ward.RoleCollaborator, nil, false, false},
		{"ward coordinator", ward.RoleWardCoordinator, ward.RoleWardCoordinator, map[int64]bool{home: true}, true, false},
		{"coordinator", ward.RoleCoordinator, ward.RoleCoordinator, nil, true, true},
		{"coordinator, where a ward has its own", ward.RoleCoordinator, ward.RoleCoordinator, map[int64]bool{away: true}, true, false},
		{"admin", ward.RoleAdmin, ward.RoleGuest, map[int64]bool{home: true}, false, true},
		{"admin who is a ward's coordinator", ward.RoleAdmin, ward.RoleWardCoordinator, map[int64]bool{home: true}, true, true},
	} {
		r := &request{role: tt.role, me: ward.Person{Role: tt.own, WardID: home}}
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
