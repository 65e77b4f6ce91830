package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"wardbot/simulator"
)

// ids fetches updates and returns how far they are from the first there was.
func (l *line) ids(first int64, pairs ...string) []int64 {
	l.t.Helper()
	var list []wireUpdate
	l.ok(&list, "getUpdates", pairs...)
	ids := []int64{}
	for _, u := range list {
		ids = append(ids, u.ID-first)
	}
	return ids
}

func TestOffsets(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	for range 5 {
		ana.Say("hello")
	}
	var list []wireUpdate
	l.ok(&list, "getUpdates")
	first := list[0].ID
	for _, tt := range []struct {
		name  string
		pairs []string
		want  []int64
	}{
		{"all of them", nil, []int64{0, 1, 2, 3, 4}},
		{"seeing confirms nothing", nil, []int64{0, 1, 2, 3, 4}},
		{"limited", []string{"limit", "2"}, []int64{0, 1}},
		{"limit below one", []string{"limit", "-3"}, []int64{0}},
		{"limit above a hundred", []string{"limit", "500"}, []int64{0, 1, 2, 3, 4}},
		{"offset at an id does not confirm it", []string{"offset", text(first)}, []int64{0, 1, 2, 3, 4}},
		{"offset confirms what is before", []string{"offset", text(first + 2)}, []int64{2, 3, 4}},
		{"for good", nil, []int64{2, 3, 4}},
		{"no going back", []string{"offset", text(first)}, []int64{2, 3, 4}},
		{"negative: the last ones", []string{"offset", "-2"}, []int64{3, 4}},
		{"and the others forgotten", nil, []int64{3, 4}},
		{"more than there are", []string{"offset", "-50"}, []int64{3, 4}},
		{"everything", []string{"offset", text(first + 100)}, []int64{}},
	} {
		if got := l.ids(first, tt.pairs...); string(mustMarshal(got)) != string(mustMarshal(tt.want)) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if n := l.s.Pending(); n != 0 {
		t.Errorf("%d updates left", n)
	}
}

func TestPageHoldsAHundred(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	for range 120 {
		ana.Say("hello")
	}
	if got := l.ids(0); len(got) != 100 {
		t.Errorf("%d updates in a page", len(got))
	}
}

func TestUpdatesExpire(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now})
	ana := l.ana()
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "x", "reply_markup", oneButton)
	ana.Say("hello")
	if err := ana.Press("A"); err != nil {
		t.Fatal(err)
	}
	c.Advance(150 * time.Second)
	if n := len(l.ids(0)); n != 2 {
		t.Errorf("after 150 s: %d updates, want message and tap", n)
	}
	c.Advance(time.Second)
	if n := len(l.ids(0)); n != 1 {
		t.Errorf("after 151 s: %d updates, want the message only", n)
	}
	c.Advance(24 * time.Hour)
	if n := len(l.ids(0)); n != 0 {
		t.Errorf("after a day: %d updates", n)
	}
}

const oneButton = `{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}`

// poll begins a long poll and returns its answer in a channel.
func (l *line) poll(ctx context.Context, pairs ...string) <-chan reply {
	answered := make(chan reply, 1)
	go func() {
		if r, err := l.try(ctx, "getUpdates", params(append(pairs, "timeout", "50")...)); err == nil {
			answered <- r
		} else {
			answered <- reply{Description: "cut off"}
		}
	}()
	return answered
}

func TestLongPollAnswersAtOnce(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	for range 20 { // whether the poll is there before the message or after
		answered := l.poll(t.Context())
		ana.Say("hello")
		r := <-answered
		var list []wireUpdate
		if err := json.Unmarshal(r.Result, &list); err != nil || len(list) != 1 {
			t.Fatalf("%v: %s", err, r.Result)
		}
		l.ok(nil, "getUpdates", "offset", text(list[0].ID+1))
	}
}

func TestLongPollEnds(t *testing.T) {
	l := newLine(t, simulator.Options{})
	var list []wireUpdate
	began := time.Now()
	l.ok(&list, "getUpdates", "timeout", "1")
	if took := time.Since(began); took < time.Second || list == nil || len(list) > 0 {
		t.Errorf("%v after %v", list, took)
	}
}

func TestOlderPollGets409(t *testing.T) {
	l := newLine(t, simulator.Options{})
	first, second := l.poll(t.Context()), l.poll(t.Context())
	var older reply
	select { // whichever came first
	case older = <-first:
	case older = <-second:
	}
	if older.Code != 409 || older.Description != "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running" {
		t.Errorf("the older poll got %+v", older)
	}
}

func TestPollerWhoLeavesDisturbsNobody(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	ctx, leave := context.WithCancel(t.Context())
	gone := l.poll(ctx)
	leave()
	<-gone
	answered := l.poll(t.Context())
	ana.Say("hello")
	if r := <-answered; !r.OK {
		t.Errorf("got %+v", r)
	}
}

func TestAllowedUpdates(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	ana.Block()
	ana.Unblock()
	if n := len(l.updates()); n != 2 {
		t.Errorf("by default %d of 2 my_chat_member", n)
	}
	l.ok(nil, "getUpdates", "allowed_updates", `["message"]`)
	ana.Block()
	ana.Unblock()
	ana.Say("hello")
	if list := l.updates(); len(list) != 1 || list[0].Message == nil { // remembered
		t.Errorf("only messages asked for: got %+v", list)
	}
	l.ok(nil, "getUpdates", "allowed_updates", `[]`)
	ana.Block()
	if n := len(l.updates()); n != 1 {
		t.Errorf("back to the default: %d of 1 my_chat_member", n)
	}
	l.s.Inject(map[string]any{"chat_member": map[string]any{"odd": true}})
	var raw []map[string]any
	l.ok(&raw, "getUpdates")
	if len(raw) != 1 || raw[0]["chat_member"] == nil || raw[0]["update_id"] == nil {
		t.Errorf("injected, but got %v", raw)
	}
}

func TestWebhook(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	ana.Say("hello")
	answered := l.poll(t.Context(), "offset", "-1")
	<-answered
	l.ok(nil, "setWebhook", "url", "https://example.org/telegram", "secret_token", "s3cret", "allowed_updates", `["message"]`)
	l.refused("Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", "getUpdates")
	var info struct {
		URL     string
		Pending int      `json:"pending_update_count"`
		Allowed []string `json:"allowed_updates"`
		Max     int      `json:"max_connections"`
	}
	l.ok(&info, "getWebhookInfo")
	if info.URL != "https://example.org/telegram" || info.Pending != 1 || len(info.Allowed) != 1 || info.Max != 40 {
		t.Errorf("%+v", info)
	}
	l.ok(nil, "deleteWebhook", "drop_pending_updates", "true")
	l.ok(&info, "getWebhookInfo")
	if info.URL != "" || info.Pending != 0 {
		t.Errorf("deleted, but %+v", info)
	}
	l.ok(nil, "setWebhook", "url", "https://example.org/telegram")
	l.ok(nil, "setWebhook", "url", "") // the same as deleting
	l.ok(nil, "getUpdates")
}

func TestCloseEndsEverything(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "x", "reply_markup", oneButton)
	waited, tapped := make(chan error, 1), make(chan error, 1)
	go func() {
		waited <- ana.Wait(context.Background(), func([]simulator.Message) bool { return false })
	}()
	go func() {
		_, err := ana.Tap("A")
		tapped <- err
	}()
	if err := l.s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-waited, <-tapped); err == nil {
		t.Error("they did not notice")
	}
}
