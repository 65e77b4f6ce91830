package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wardbot/simulator"
)

// TestCourier sends updates to a webhook: in order, with the secret, once more
// if it was refused, and confirmed by any 2xx.
func TestCourier(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	ana.Say("before")
	got := make(chan string, 10)
	refusals := 1
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var u struct {
			Message struct{ Text string }
		}
		if err := json.Unmarshal(raw, &u); err != nil {
			t.Error(err)
		}
		if r.URL.Path != "/telegram" || r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != "s3cret" {
			t.Errorf("posted to %s with the secret %q", r.URL.Path, r.Header.Get("X-Telegram-Bot-Api-Secret-Token"))
		}
		got <- u.Message.Text
		if refusals > 0 {
			refusals--
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer hook.Close()
	l.s.ForwardTo(hook.URL)
	l.ok(nil, "setWebhook", "url", "https://example.org/telegram", "secret_token", "s3cret")
	ana.Say("after")
	var order []string
	for range 3 {
		order = append(order, <-got)
	}
	if diff := cmp.Diff([]string{"before", "before", "after"}, order); diff != "" {
		t.Errorf("posted (-want +got):\n%s", diff)
	}
	for l.s.Pending() > 0 { // the last one is confirmed in a moment
		if t.Context().Err() != nil {
			t.Fatal("never confirmed")
		}
	}
}

// TestCourierGoesOn sets the webhook again while an update is on its way, as
// every process does that starts: nothing is lost and nothing goes twice.
func TestCourierGoesOn(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	came, let := make(chan struct{}), make(chan struct{})
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		came <- struct{}{}
		<-let
	}))
	defer hook.Close()
	l.s.ForwardTo(hook.URL)
	set := func() { l.t.Helper(); l.ok(nil, "setWebhook", "url", "https://example.org/telegram") }
	set()
	for i := range 3 {
		ana.Say(text(int64(i)))
	}
	for range 3 {
		<-came
		set()
		let <- struct{}{}
	}
	for l.s.Pending() > 0 {
		if t.Context().Err() != nil {
			t.Fatal("never confirmed")
		}
	}
}

// TestCourierTwoQueues holds up the messages of a chat: a tap of its person
// overtakes them.
func TestCourierTwoQueues(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	l.ok(nil, "sendMessage", "chat_id", text(ana.ID()), "text", "x", "reply_markup", oneButton)
	held, tapped := make(chan struct{}), make(chan struct{})
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var u struct {
			Message *struct{}
		}
		if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
			t.Error(err)
		}
		if u.Message != nil {
			<-held
		} else {
			close(tapped)
		}
	}))
	defer hook.Close()
	l.s.ForwardTo(hook.URL)
	l.ok(nil, "setWebhook", "url", "https://example.org/telegram")
	ana.Say("first")
	if err := ana.Press("A"); err != nil {
		t.Error(err)
	}
	<-tapped
	close(held)
}
