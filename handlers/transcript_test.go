package handlers_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"wardbot/handlers"
	"wardbot/locales"
	"wardbot/simulator"
	"wardbot/ward"
)

// scenes are played once in each language. What people write, tap and read in
// them is a transcript, to be read aloud: go test ./handlers -run
// TestTranscripts -update writes it anew. To add a scene, write its play and a
// line here.
var scenes = []struct {
	name   string
	play   func(*stage)
	change func(*handlers.Options)
}{
	{"newcomer", playNewcomer, byInvite},
	{"coordinator", playCoordinator, func(o *handlers.Options) { o.SendDelay = 10 * time.Second }},
	{"report", playReport, nil},
	{"story", playStory, nil},
	{"contest", playContest, nil},
	{"alert", playAlert, awake},
	{"leaving", playLeaving, nil},
}

func TestTranscripts(t *testing.T) {
	for _, scene := range scenes {
		for _, lang := range locales.Languages() {
			t.Run(scene.name+"/"+string(lang), func(t *testing.T) {
				s := newStage(t, lang, scene.change)
				scene.play(s)
				s.finish(filepath.Join("testdata", "transcripts", scene.name+"."+string(lang)+".txt"))
			})
		}
	}
}

const legend = `→ writes or taps   ← reads   ✎ a message changes   ✂ a message goes   ☁ a toast
`

// stage is a town whose people speak one language, and the transcript of what
// happens there.
type stage struct {
	*town
	texts *locales.Texts
	cast  []*actor
	code  string // of an invite to Mỹ Đình 1, with which people join
	out   strings.Builder
}

func newStage(t *testing.T, lang locales.Language, change func(*handlers.Options)) *stage {
	t.Helper()
	texts, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if change == nil {
		change = func(*handlers.Options) {}
	}
	s := &stage{town: newTown(t, change), texts: texts.In(lang)}
	s.out.WriteString(legend)
	s.clockLine()
	return s
}

// in chooses what somebody writes, or the words that are waited for.
func (s *stage) in(vi, en string) string {
	if s.texts.Language() == locales.English {
		return en
	}
	return vi
}

// label is what stands on a button: the text of a key, or the words themselves.
func (s *stage) label(words string) string {
	if strings.HasPrefix(words, "btn.") {
		return s.texts.Plain(words)
	}
	return words
}

// later moves the clock.
func (s *stage) later(d time.Duration) {
	s.lookAtAll()
	s.clock.Advance(d)
	s.clockLine()
}

func (s *stage) clockLine() {
	now := s.clock.Now().In(s.zone)
	s.out.WriteString("\n— " + s.texts.Clock(now) + " " + s.texts.Day(now) + " —\n")
}

// actor is somebody whose chat is written down.
type actor struct {
	*phone
	stage *stage
	name  string
	seen  map[int64]string // messages as last written down
	acted map[int64]string // messages as they were when they last did something
	got   int              // messages of the bot by then
}

// enters brings somebody on the stage who has never written to the bot.
func (s *stage) enters(name string) *actor {
	code := string(s.texts.Language())
	a := &actor{phone: s.phone(simulator.Profile{FirstName: name, LanguageCode: code}), stage: s, seen: map[int64]string{}}
	a.name = ward.Person{Name: name}.GivenName()
	s.cast = append(s.cast, a)
	return a
}

// joins brings somebody on the stage who has registered in group 12 of Mỹ
// Đình 1 before the scene begins.
func (s *stage) joins(name string) *actor {
	s.t.Helper()
	a := s.enters(name)
	a.Start(s.code)
	a.taps(s.label("btn.start"), s.label("btn.agree"))
	if s.code == "" {
		a.tap("Mỹ Đình 1")
	}
	a.taps("12", s.label("btn.yes_right"))
	a.reads(s.in("Xong rồi", "All set"))
	a.forget()
	return a
}

// coordinator is joins for the ward's coordinator.
func (s *stage) coordinator() *actor {
	s.t.Helper()
	a := s.joins("Nguyễn Thị Mai")
	s.appoint(a.phone, ward.RoleWardCoordinator)
	return a
}

// sendsTask sends a task to the ward, which is left out of the transcript.
func (a *actor) sendsTask() {
	a.o.t.Helper()
	s := a.stage
	a.Say("/soan")
	a.tap(s.label("btn.task"))
	a.reads(s.in("Gửi nội dung", "Send the text"))
	a.Say(s.in("Nhắc bà con kiểm tra bình chữa cháy\n1. Xem kim đồng hồ có ở vạch xanh không.\n2. Nhắc ba nhà gần mình nhất.",
		"Remind neighbours to check their fire extinguishers\n1. Is the needle in the green?\n2. Remind the three nearest houses."))
	a.tap(s.label("btn.send_now"))
	a.tapPrefix(s.in("Gửi cho ", "Send to "))
	a.reads(s.in("Đã gửi xong", "Sent at"))
	a.forget()
}

// forget leaves out of the transcript what stands in the chat by now.
func (a *actor) forget() {
	for _, m := range a.Chat() {
		if m.FromBot {
			a.seen[m.ID] = shown(m)
		}
	}
}

// does writes down what somebody does, after what they read until then.
func (a *actor) does(what string) {
	a.look()
	a.acted, a.got = maps.Clone(a.seen), a.Received()
	a.stage.out.WriteString("\n" + a.name + " → " + indent(what) + "\n")
}

func (a *actor) says(text string) {
	a.does(text)
	a.Say(text)
}

func (a *actor) starts(payload string) {
	a.does(strings.TrimSpace("/start " + payload))
	a.Start(payload)
}

func (a *actor) sendsPhoto(caption string) {
	a.does(strings.TrimSpace("[photo] " + caption))
	a.Photo(caption)
}

// key presses one of the keys that stand in place of the letters.
func (a *actor) key(label string) {
	a.o.t.Helper()
	label = a.stage.label(label)
	a.does("(" + label + ")")
	if _, err := a.PressKey(label); err != nil {
		a.o.t.Fatal(err)
	}
}

// presses waits for each button in turn and taps it. A label that begins with
// "btn." is a key of the texts.
func (a *actor) presses(labels ...string) {
	a.o.t.Helper()
	for _, label := range labels {
		label = a.stage.label(label)
		a.button(label)
		a.does("[" + label + "]")
		if toast := a.tap(label); toast != "" {
			a.stage.out.WriteString("    ☁ " + toast + "\n")
			if utf8.RuneCountInString(toast) > longestToast {
				a.o.t.Errorf("too long for a toast: %s", toast)
			}
		}
	}
}

// hears waits until there are messages with each of these words that are new,
// or have changed, since this person last did something, and writes down what
// is new in the chat. What comes in any order is waited for at once.
func (a *actor) hears(words ...string) {
	a.o.t.Helper()
	a.wait(strings.Join(words, ", "), func(chat []simulator.Message) bool { return a.heard(chat, words) })
}

func (a *actor) heard(chat []simulator.Message, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool {
		return !a.fresh(chat, func(m simulator.Message) bool { return strings.Contains(m.Text, w) })
	})
}

// loses is hears when a button goes as well.
func (a *actor) loses(label string, words ...string) {
	a.o.t.Helper()
	label = a.stage.label(label)
	a.wait(strings.Join(words, ", ")+" without "+label, func(chat []simulator.Message) bool {
		has := func(m simulator.Message) bool { _, ok := m.Button(label); return ok }
		return a.heard(chat, words) && !slices.ContainsFunc(chat, has)
	})
}

// awaits is hears for a button.
func (a *actor) awaits(label string) {
	a.o.t.Helper()
	label = a.stage.label(label)
	a.wait(label, func(chat []simulator.Message) bool {
		return a.fresh(chat, func(m simulator.Message) bool { _, ok := m.Button(label); return ok })
	})
}

func (a *actor) fresh(chat []simulator.Message, holds func(simulator.Message) bool) bool {
	return slices.ContainsFunc(chat, func(m simulator.Message) bool {
		return m.FromBot && holds(m) && a.acted[m.ID] != shown(m)
	})
}

// gets waits until so many messages have come since this person last did
// something: one that looks like an older one can't be told by its words.
func (a *actor) gets(n int) {
	a.o.t.Helper()
	a.wait("another message", func([]simulator.Message) bool { return a.Received() >= a.got+n })
}

// hasAlone waits until so many messages have come since this person last did
// something, of which one has the words: those before it are gone. Nothing is
// written down, because they may have come in any number of pieces.
func (a *actor) hasAlone(words string, n int) {
	a.o.t.Helper()
	err := a.Wait(a.o.ctx, func([]simulator.Message) bool { return a.Received() >= a.got+n && a.count(words) == 1 })
	if err != nil {
		a.o.t.Fatalf("%s waits for %q alone: %v\nthe chat:\n%s", a.name, words, err, a.transcript())
	}
}

func (a *actor) wait(what string, holds func([]simulator.Message) bool) {
	a.o.t.Helper()
	if err := a.Wait(a.o.ctx, holds); err != nil {
		a.o.t.Fatalf("%s waits for %q: %v\nthe chat:\n%s", a.name, what, err, a.transcript())
	}
	a.look()
}

// look writes down what is new in the chat. Buttons that go without anything
// else changing are left out: they go when Telegram's pace allows it.
func (a *actor) look() {
	out := &a.stage.out
	chat, there := a.Chat(), map[int64]bool{}
	for _, m := range chat {
		if !m.FromBot {
			continue
		}
		there[m.ID] = true
		now := shown(m)
		was, known := a.seen[m.ID]
		a.seen[m.ID] = now
		switch {
		case !known:
			out.WriteString("\n" + a.name + " ← " + now + "\n")
		case now != was && !strings.HasPrefix(was, now):
			out.WriteString("\n" + a.name + " ✎ " + now + "\n")
		default:
			continue
		}
		a.stage.judge(m)
	}
	for _, id := range slices.Sorted(maps.Keys(a.seen)) {
		if was := a.seen[id]; !there[id] {
			first, _, _ := strings.Cut(was, "\n")
			out.WriteString("\n" + a.name + " ✂ " + first + "\n")
			delete(a.seen, id)
		}
	}
}

func (s *stage) lookAtAll() {
	for _, a := range s.cast {
		a.look()
	}
}

// shown is a message as it stands in a transcript.
func shown(m simulator.Message) string {
	var parts []string
	if m.Photo != "" {
		parts = append(parts, "[photo]")
	}
	if m.Other != "" {
		parts = append(parts, "["+strings.TrimSpace(m.Other+" "+m.FileName)+"]")
	}
	if m.Text != "" {
		parts = append(parts, m.Text)
	}
	if m.Silent {
		parts = append(parts, "(without a sound)")
	}
	if m.ForceReply != "" {
		parts = append(parts, "(answer: "+m.ForceReply+")")
	}
	for _, row := range m.Buttons {
		line := ""
		for _, b := range row {
			line += " [" + b.Text + "]"
		}
		parts = append(parts, line[1:])
	}
	return indent(strings.Join(parts, "\n"))
}

// indent sets the lines after the first one in.
func indent(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines[1:] {
		if lines[i+1] != "" {
			lines[i+1] = "    " + lines[i+1]
		}
	}
	return strings.Join(lines, "\n")
}

// finish compares the transcript with the one that was kept.
func (s *stage) finish(path string) {
	s.t.Helper()
	s.lookAtAll()
	got := s.out.String()
	if *handlers.Update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept), got); diff != "" {
		s.t.Errorf("%s (-kept +now; -update writes it anew):\n%s", path, diff)
	}
}
