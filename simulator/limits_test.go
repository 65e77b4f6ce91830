package simulator_test

import (
	"testing"
	"time"

	"wardbot/simulator"
)

// pass sends and says how many seconds to wait, 0 = it was sent.
func (l *line) pass(method string, pairs ...string) int {
	l.t.Helper()
	r := l.call(method, pairs...)
	if r.OK {
		return 0
	}
	if r.Code != 429 || r.Status != 429 || r.RetryAfter != text(int64(r.Parameters.RetryAfter)) ||
		r.Description != "Too Many Requests: retry after "+r.RetryAfter {
		l.t.Fatalf("%s: %+v", method, r)
	}
	return r.Parameters.RetryAfter
}

func TestPaidBroadcast(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now, Limits: true})
	l.s.SetStars(5)
	send := func(pairs ...string) string {
		p := l.ana()
		return l.call("sendMessage", append([]string{"chat_id", text(p.ID()), "text", "x"}, pairs...)...).Description
	}
	for i := range 30 { // are free
		if fault := send("allow_paid_broadcast", "true"); fault != "" || l.s.Spent() != 0 {
			t.Fatalf("message %d of the first 30: %q, %d tenths of a Star spent", i, fault, l.s.Spent())
		}
	}
	for range 5 {
		if fault := send("allow_paid_broadcast", "true"); fault != "" {
			t.Fatal(fault)
		}
	}
	if fault := send("allow_paid_broadcast", "true"); fault != "Bad Request: BALANCE_TOO_LOW" || l.s.Spent() != 5 {
		t.Errorf("with an empty balance: %q, %d tenths of a Star spent", fault, l.s.Spent())
	}
	if fault := send(); fault != "" {
		t.Errorf("without paying: %q", fault)
	}
}

func TestLimitOfAPrivateChat(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now, Limits: true})
	ana, lan := l.ana(), l.ana()
	to := func(p *simulator.Person) []string { return []string{"chat_id", text(p.ID()), "text", "x"} }
	for i := range 5 {
		if wait := l.pass("sendMessage", to(ana)...); wait != 0 {
			t.Fatalf("message %d must wait %d s", i, wait)
		}
	}
	last := text(ana.Last().ID)
	if wait := l.pass("sendMessage", to(ana)...); wait != 1 {
		t.Errorf("the sixth at once waits %d s", wait)
	}
	if wait := l.pass("editMessageText", "chat_id", text(ana.ID()), "message_id", last, "text", "y"); wait != 1 {
		t.Errorf("an edit waits %d s: it counts too", wait)
	}
	if wait := l.pass("sendMessage", to(lan)...); wait != 0 {
		t.Errorf("another chat waits %d s", wait)
	}
	l.ok(nil, "sendChatAction", "chat_id", text(ana.ID()), "action", "typing")
	l.ok(nil, "deleteMessage", "chat_id", text(ana.ID()), "message_id", last)
	c.Advance(999 * time.Millisecond)
	if wait := l.pass("sendMessage", to(ana)...); wait != 1 {
		t.Errorf("a moment before, it waits %d s", wait)
	}
	for range 3 { // one a second from now on
		c.Advance(time.Second)
		if wait := l.pass("sendMessage", to(ana)...); wait != 0 {
			t.Errorf("a second later it waits %d s", wait)
		}
	}
	if n := len(l.s.Refused()); n != 0 {
		t.Errorf("%d of these count as mistakes", n)
	}
}

func TestLimitOfTheWholeBot(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now, Limits: true, Rate: 10})
	send := func(n int, extra ...string) (sent int) {
		for range n {
			if l.pass("sendMessage", append(extra, "chat_id", text(l.ana().ID()), "text", "x")...) == 0 {
				sent++
			}
		}
		return sent
	}
	if n := send(15); n != 10 {
		t.Errorf("%d at once, want 10", n)
	}
	if n := send(5, "allow_paid_broadcast", "true"); n != 5 {
		t.Errorf("%d of 5 paid ones", n)
	}
	c.Advance(500 * time.Millisecond)
	if n := send(15); n != 5 {
		t.Errorf("%d after half a second, want 5", n)
	}
	c.Advance(time.Minute)
	if n := send(15); n != 10 {
		t.Errorf("%d after a minute, want 10", n)
	}
	l.s.SetLimits(false)
	if n := send(15); n != 15 {
		t.Errorf("%d of 15 without limits", n)
	}
}

func TestLimitOfAGroup(t *testing.T) {
	c := newClock()
	l := newLine(t, simulator.Options{Now: c.Now, Limits: true})
	group := l.s.Group("Tổ 12", l.ana())
	to := []string{"chat_id", text(group.ID()), "text", "x"}
	for i := range 20 {
		if wait := l.pass("sendMessage", to...); wait != 0 {
			t.Fatalf("message %d must wait %d s", i, wait)
		}
		c.Advance(2 * time.Second)
	}
	if wait := l.pass("sendMessage", to...); wait != 20 {
		t.Errorf("the 21st waits %d s, want 20", wait)
	}
	c.Advance(20 * time.Second)
	if wait := l.pass("sendMessage", to...); wait != 0 {
		t.Errorf("it still waits %d s", wait)
	}
	if wait := l.pass("sendMessage", to...); wait != 2 {
		t.Errorf("the next waits %d s, want 2", wait)
	}
}
