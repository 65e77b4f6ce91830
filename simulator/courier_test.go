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
