package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"wardbot/simulator"
)

func TestPersonIsKnownAgain(t *testing.T) {
	s := simulator.New(simulator.Options{})
	ana := s.Person(simulator.Profile{ID: 500000001, FirstName: "Ana"})
	if s.Person(simulator.Profile{ID: 500000001}) != ana {
		t.Error("the same id is another person")
	}
	if lan := s.Person(simulator.Profile{FirstName: "Lan"}); lan.ID() == ana.ID() {
		t.Error("a free id was taken")
	}
}

func TestSay(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	ana.Start("abc_123")
	ana.Reply(ana.Say("  /homnay@wardbot_bot xin #việc https://example.org. \n"), "e\u0302\u0301")
	ana.Say(" ")
	last := ana.Say(strings.Repeat("ế", 4096) + "x")
	var got []sent
	for _, u := range l.updates() {
		var m sent
		if err := json.Unmarshal(u.Message, &m); err != nil {
			t.Fatal(err)
		}
		got = append(got, m)
	}
	if len(got) != 5 || got[0].Text != "/start abc_123" || got[0].Entities[0].Length != len("/start") || got[0].From.ID != ana.ID() {
		t.Fatalf("got %+v", got)
	}
	var found []string
	for _, e := range got[1].Entities {
		found = append(found, fmt.Sprintf("%s:%d+%d", e.Type, e.Offset, e.Length))
	}
	if want := "bot_command:0+19 hashtag:24+5 url:30+19"; strings.Join(found, " ") != want {
		t.Errorf("found %s, want %s", found, want)
	}
	if got[2].Text != "e\u0302\u0301" || got[2].Reply == nil || got[2].Reply.ID != got[1].ID {
		t.Errorf("replied %+v", got[2])
	}
	if got[4].Text != "x" || last.Text != "x" {
		t.Errorf("the rest of a long text is %q", got[4].Text)
	}
}

func TestOtherThingsPeopleDo(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "pass it on")
	own := ana.Say("first")
	for name, m := range map[string]simulator.Message{
		"sticker": ana.Sticker(), "voice": ana.Voice(), "video": ana.Video(), "document": ana.Document(), "contact": ana.Contact(), "location": ana.Location(),
	} {
		if m.Other != name || m.ID == 0 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if m := ana.Forward(ana.Last()); !m.Forwarded || m.FromBot || m.Text != "pass it on" {
		t.Errorf("forwarded: %+v", m)
	}
	if m := ana.Forward(simulator.Message{ID: own.ID, Text: "made up"}); !m.Forwarded || m.Text != "made up" {
		t.Errorf("forwarded: %+v", m)
	}
	l.updates() // all checked against the specification
	if m := ana.Edit(own.ID, "changed"); m.Text != "changed" || m.EditedAt.IsZero() {
		t.Errorf("edited: %+v", m)
	}
	if list := l.updates(); len(list) != 1 || list[0].Edited == nil {
		t.Errorf("edited: %+v", list)
	}
	if m := ana.Edit(ana.Last().ID, "not hers"); m.ID != 0 {
		t.Errorf("edited a message of the bot: %+v", m)
	}
}

func TestBlock(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "x", "reply_markup", oneButton)
	statuses := func() (list []string) {
		for _, u := range l.updates() {
			var m struct {
				Old struct{ Status string } `json:"old_chat_member"`
				New struct {
					Status string
					User   struct {
						IsBot bool `json:"is_bot"`
					}
				} `json:"new_chat_member"`
				From struct{ ID int64 }
			}
			if u.Member == nil {
				list = append(list, "message")
			} else if err := json.Unmarshal(u.Member, &m); err != nil || m.From.ID != ana.ID() || !m.New.User.IsBot {
				t.Errorf("%v: %s", err, u.Member)
			} else {
				list = append(list, m.Old.Status+" to "+m.New.Status)
			}
		}
		return list
	}
	ana.Block()
	ana.Block()
	if m := ana.Say("nobody hears this"); m.ID != 0 {
		t.Errorf("said %+v", m)
	}
	if err := ana.Press("A"); err == nil {
		t.Error("pressed")
	}
	if got := strings.Join(statuses(), ", "); got != "member to kicked" {
		t.Errorf("blocked: %s", got)
	}
	ana.Start("")
	if got := strings.Join(statuses(), ", "); got != "kicked to member, message" {
		t.Errorf("started again: %s", got)
	}
	ana.Deactivate()
	ana.Block()
	ana.Say("gone")
	if got := statuses(); got != nil {
		t.Errorf("deactivated: %v", got)
	}
}

func TestTap(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	chat := text(ana.ID())
	send := func(data string) (m sent) {
		l.ok(&m, "sendMessage", "chat_id", chat, "text", data, "reply_markup",
			`{"inline_keyboard":[[{"text":"✅ Done","callback_data":"`+data+`"}],[{"text":"Map","url":"https://example.org"}]]}`)
		return m
	}
	older := send("older")
	newer := send("newer")
	task := ana.Chat()[1]
	l.answerTaps()
	expect := func(want string) func(string, error) {
		return func(toast string, err error) {
			t.Helper()
			if err != nil || toast != want {
				t.Errorf("got %q %v, want %q", toast, err, want)
			}
		}
	}
	expect("got newer")(ana.Tap("✅ Done"))
	l.ok(nil, "editMessageText", "chat_id", chat, "message_id", text(older.ID), "text", "closed")
	expect("got older")(ana.TapOn(task, "✅ Done"))
	expect("got forged")(ana.TapData(task, "forged"))
	l.ok(nil, "deleteMessage", "chat_id", chat, "message_id", text(newer.ID))
	expect("got newer")(ana.TapData(simulator.Message{ID: newer.ID}, "newer"))
	send("older") // for the map
	for _, label := range []string{"Done", "Map"} {
		if _, err := ana.Tap(label); err == nil {
			t.Errorf("tapped %q", label)
		}
	}
	if _, err := ana.TapData(simulator.Message{ID: 999}, "x"); err == nil {
		t.Error("tapped on nothing")
	}
	if _, err := ana.TapOn(task, "Map"); err == nil {
		t.Error("tapped on a link")
	}
}

func TestTapsAreAnsweredOnceAndInTime(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now})
	ana := l.ana()
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "x", "reply_markup", oneButton)
	press := func() string {
		t.Helper()
		if err := ana.Press("A"); err != nil {
			t.Fatal(err)
		}
		return l.updates()[0].Callback.ID
	}
	const old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	id := press()
	l.ok(nil, "answerCallbackQuery", "callback_query_id", id)
	l.refused(old, "answerCallbackQuery", "callback_query_id", id)
	id = press()
	c.Advance(151 * time.Second)
	l.refused(old, "answerCallbackQuery", "callback_query_id", id)
}

func TestWait(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	found := make(chan simulator.Message, 1)
	go func() {
		m, err := ana.WaitFor(t.Context(), "ba")
		if err != nil {
			t.Error(err)
		}
		found <- m
	}()
	for _, words := range []string{"một", "hai", "ba"} {
		l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", words)
	}
	if m := <-found; m.Text != "ba" {
		t.Errorf("found %+v", m)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ana.WaitFor(ctx, "bốn"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled, but %v", err)
	}
	if m, err := ana.WaitFor(ctx, "hai"); err != nil || m.Text != "hai" {
		t.Errorf("what is there needs no waiting: %v", err)
	}
}

// TestWatch: a scripted person sees everything in order, and may act on it.
func TestWatch(t *testing.T) {
	l := newLine(t, simulator.Options{})
	l.answerTaps()
	ana := l.s.Person(simulator.Profile{FirstName: "Ana"})
	ana.Start("")
	var mu sync.Mutex
	var seen []string
	tapped, done := make(chan struct{}), make(chan struct{})
	ana.Watch(func(e simulator.Event) {
		mu.Lock()
		seen = append(seen, fmt.Sprintf("%d %s%s", e.Kind, e.Message.Text, e.Toast))
		mu.Unlock()
		switch {
		case e.Kind == simulator.Sent:
			if _, err := ana.Tap("A"); err != nil {
				t.Error(err)
			}
			close(tapped)
		case e.Kind == simulator.Deleted && e.Message.Deleted:
			close(done)
		}
	})
	chat := text(ana.ID())
	var m sent
	l.ok(&m, "sendMessage", "chat_id", chat, "text", "one", "reply_markup", oneButton)
	<-tapped
	l.ok(nil, "editMessageText", "chat_id", chat, "message_id", text(m.ID), "text", "two", "reply_markup", oneButton)
	l.ok(nil, "deleteMessage", "chat_id", chat, "message_id", text(m.ID))
	<-done
	mu.Lock()
	defer mu.Unlock()
	if got := strings.Join(seen, ", "); got != "1 one, 4 onegot a, 2 two, 3 two" {
		t.Errorf("she saw %s", got)
	}
}

// TestCrowd: people and bot at the same time, for the race detector.
func TestCrowd(t *testing.T) {
	l := newLine(t, simulator.Options{})
	l.answerTaps()
	var crowd sync.WaitGroup
	for range 50 {
		p := l.s.Person(simulator.Profile{FirstName: "Lan"})
		p.Watch(func(simulator.Event) {})
		crowd.Go(func() {
			p.Start("")
			for i := range 5 {
				r, err := l.try(t.Context(), "sendMessage", params("chat_id", text(p.ID()), "text", text(int64(i)), "reply_markup", oneButton))
				if err != nil || !r.OK {
					t.Errorf("%v %s", err, r.Description)
					return
				}
				if toast, err := p.Tap("A"); err != nil || toast != "got a" {
					t.Errorf("%q %v", toast, err)
				}
				p.Photo("x")
			}
		})
	}
	crowd.Wait()
}
