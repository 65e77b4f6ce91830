package simulator_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wardbot/simulator"
)

// plan says which of a hundred calls a fault strikes.
func plan(t *testing.T, seed uint64, faults ...simulator.Fault) (struck []int) {
	t.Helper()
	l := newLine(t, simulator.Options{Seed: seed, Faults: faults})
	chat := text(l.ana().ID())
	for i := range 100 {
		if r := l.call("sendMessage", "chat_id", chat, "text", "x"); !r.OK {
			struck = append(struck, i)
		}
	}
	return struck
}

func TestSameSeedSamePlan(t *testing.T) {
	fault := simulator.Fault{Kind: simulator.Error500, Share: 0.2}
	first := plan(t, 7, fault)
	if !slices.Equal(first, plan(t, 7, fault)) {
		t.Error("the same seed makes another plan")
	}
	if slices.Equal(first, plan(t, 8, fault)) {
		t.Error("another seed makes the same plan")
	}
	if len(first) < 8 || len(first) > 35 {
		t.Errorf("%d of 100 struck, about 20 wanted", len(first))
	}
	if none := plan(t, 7, simulator.Fault{Kind: simulator.Error500}); none != nil {
		t.Errorf("a share of nothing struck %v", none)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name      string
		fault     simulator.Fault
		arrives   string // never, always or sometimes
		answer    int    // status, 0 = cut off
		retry     string // Retry-After
		wantError string // of decoding
	}{
		{"error 500", simulator.Fault{Kind: simulator.Error500}, "sometimes", 500, "", ""},
		{"page 502", simulator.Fault{Kind: simulator.Page502}, "sometimes", 502, "", "invalid character '<'"},
		{"reset before", simulator.Fault{Kind: simulator.ResetBefore}, "never", 0, "", "reset by peer"},
		{"reset after", simulator.Fault{Kind: simulator.ResetAfter}, "always", 0, "", "reset by peer"},
		{"storm", simulator.Fault{Kind: simulator.Storm429, RetryAfter: 90 * time.Second}, "never", 429, "90", ""},
		{"short storm", simulator.Fault{Kind: simulator.Storm429}, "never", 429, "1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.fault.Share = 1
			l := newLine(t, simulator.Options{Faults: []simulator.Fault{tt.fault}})
			ana := l.ana() // nothing but sending is struck
			const calls = 40
			for range calls {
				r, err := l.try(t.Context(), "sendMessage", params("chat_id", text(ana.ID()), "text", "x"))
				if r.Status != tt.answer || r.RetryAfter != tt.retry {
					t.Fatalf("answered %+v", r)
				}
				if tt.wantError == "" && err != nil || tt.wantError != "" && (err == nil || !strings.Contains(err.Error(), tt.wantError)) {
					t.Fatalf("error %v, want %q", err, tt.wantError)
				}
			}
			got := "sometimes"
			switch ana.Received() {
			case 0:
				got = "never"
			case calls:
				got = "always"
			}
			if got != tt.arrives {
				t.Errorf("%d of %d arrived, want %s", ana.Received(), calls, tt.arrives)
			}
			if n := l.s.Calls()["sendMessage"]; n != ana.Received() {
				t.Errorf("%d calls counted, %d arrived", n, ana.Received())
			}
			if len(l.s.Refused()) != 0 {
				t.Errorf("recorded as mistakes: %+v", l.s.Refused())
			}
		})
	}
}

func TestTimeoutLastsUntilTheClientLeaves(t *testing.T) {
	l := newLine(t, simulator.Options{Faults: []simulator.Fault{{Kind: simulator.Timeout, Share: 1}}})
	ana := l.ana()
	ctx, leave := context.WithCancel(t.Context())
	answered := make(chan error, 1)
	go func() {
		_, err := l.try(ctx, "sendMessage", params("chat_id", text(ana.ID()), "text", "x"))
		answered <- err
	}()
	if _, err := ana.WaitFor(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-answered:
		t.Errorf("answered: %v", err)
	default:
	}
	leave()
	if err := <-answered; err == nil {
		t.Error("answered after all")
	}
}

func TestFaultsHaveTheirTimeAndMethod(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now, Faults: []simulator.Fault{
		{Kind: simulator.Error500, Share: 1, From: time.Minute, For: time.Minute},
		{Kind: simulator.Storm429, Share: 1, Method: "getMe"},
	}})
	chat := text(l.ana().ID())
	for minute, want := range []int{200, 500, 200} {
		if r := l.call("sendMessage", "chat_id", chat, "text", "x"); r.Status != want {
			t.Errorf("minute %d: status %d, want %d", minute, r.Status, want)
		}
		c.Advance(time.Minute)
	}
	if r := l.call("getMe"); r.Status != 429 {
		t.Errorf("getMe: status %d", r.Status)
	}
	l.s.SetFaults(simulator.Fault{Kind: simulator.Page502, Share: 1, Method: "getChat", From: time.Second})
	l.ok(nil, "getMe")
	l.ok(nil, "getChat", "chat_id", chat)
	c.Advance(time.Second)
	if r, _ := l.try(t.Context(), "getChat", params("chat_id", chat)); r.Status != 502 {
		t.Errorf("getChat: status %d", r.Status)
	}
}

// TestLatency runs in a bubble, where time passes only while all wait.
func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Seed: 1, Latency: func(r *rand.Rand) time.Duration {
			return 60*time.Millisecond + time.Duration(r.IntN(10))*time.Millisecond
		}})
		for range 5 {
			began := time.Now()
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/bot"+s.Token()+"/getMe", nil))
			if took := time.Since(began); w.Code != 200 || took < 60*time.Millisecond || took >= 70*time.Millisecond {
				t.Errorf("status %d after %v", w.Code, took)
			}
		}
	})
}

func TestDown(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	polling := l.poll(t.Context())
	l.s.Down(true)
	if r := <-polling; r.OK {
		t.Errorf("the poll was answered: %+v", r)
	}
	_, err := l.try(t.Context(), "getMe", nil)
	if err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("down, but %v", err)
	}
	ana.Say("does anybody hear me?")
	l.s.Down(false)
	l.ok(nil, "getMe")
	if n := len(l.updates()); n != 1 {
		t.Errorf("%d updates kept", n)
	}
}

// A call for a chat that was told to wait is early; one for another chat, or
// after the wait, is not.
func TestEarlyCallsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := simulator.New(simulator.Options{Faults: []simulator.Fault{{Kind: simulator.Storm429, Share: 1, RetryAfter: 2 * time.Second, For: time.Second}}})
		ana := s.Person(simulator.Profile{ID: 5, Started: true})
		bao := s.Person(simulator.Profile{ID: 6, Started: true})
		send := func(p *simulator.Person) int {
			r := httptest.NewRequest(http.MethodGet, "/bot"+s.Token()+"/sendMessage?text=x&chat_id="+text(p.ID()), nil)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w.Code
		}
		if code := send(ana); code != 429 || s.Slowed() != 1 || s.Early() != 0 {
			t.Errorf("status %d, %d slowed, %d early", code, s.Slowed(), s.Early())
		}
		time.Sleep(1500 * time.Millisecond) // of the bubble's own time
		if code := send(bao); code != 200 || s.Early() != 0 {
			t.Errorf("another chat: status %d, %d early", code, s.Early())
		}
		if code := send(ana); code != 200 || s.Early() != 1 {
			t.Errorf("too early: status %d, %d early", code, s.Early())
		}
		time.Sleep(500 * time.Millisecond)
		if code := send(ana); code != 200 || s.Early() != 1 || s.Slowed() != 1 {
			t.Errorf("in time: status %d, %d early, %d slowed", code, s.Early(), s.Slowed())
		}
	})
}
