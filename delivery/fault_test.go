package delivery

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/storage"
	"wardbot/ward"
)

func TestFaultsNeitherLoseNorDouble(t *testing.T) {
	for _, tt := range []struct {
		name   string
		letter ward.Letter
		faults []simulator.Fault
	}{
		{"task", task, []simulator.Fault{
			{Share: 0.05, Kind: simulator.Error500}, {Share: 0.05, Kind: simulator.ResetAfter},
			{Share: 0.02, Kind: simulator.ResetBefore}, {Share: 0.02, Kind: simulator.Page502},
		}},
		{"news without buttons", news, []simulator.Fault{{Share: 0.1, Kind: simulator.ResetAfter}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, 500, simulator.Options{Seed: 7, Latency: latency(2 * time.Millisecond), Faults: tt.faults})
			b := of.publish(tt.letter)
			e := of.hire(Options{})
			of.start(e)
			of.await("bulletin sent")
			of.onceEach("")
			if p := of.progress(b); p.Sent != 500 {
				t.Errorf("progress: %+v", p)
			}
			if s := e.Stats(); s.InDoubt == 0 || s.Found == 0 || s.Resent != 0 {
				t.Errorf("stats: %+v", s)
			}
		})
	}
}

func TestWaitsAreObeyed(t *testing.T) {
	of := newOffice(t, 40, simulator.Options{Faults: []simulator.Fault{{Share: 0.05, Kind: simulator.Storm429, RetryAfter: time.Second}}})
	of.publish(task)
	e := of.hire(Options{})
	of.start(e)
	of.await("bulletin sent")
	of.onceEach("Dọn rác")
	if e.Stats().Retried == 0 {
		t.Error("nobody had to wait")
	}
}

func TestNetworkDownForAWhile(t *testing.T) {
	of := newOffice(t, 400, simulator.Options{Latency: latency(5 * time.Millisecond)})
	b := of.publish(task)
	reached := of.reached(50)
	e := of.hire(Options{InFlight: 32})
	of.start(e)
	<-reached
	of.telegram.Down(true)
	of.await("Telegram cannot be reached")
	of.until(func() bool { return e.Stats().InFlight == 0 })
	of.telegram.Down(false)
	of.await("sending goes on")
	of.await("bulletin sent")
	of.onceEach("Dọn rác")
	if n := of.journal.count("Telegram cannot be reached"); n > 3 {
		t.Errorf("logged %d times", n)
	}
	if p := of.progress(b); p.Sent != 400 {
		t.Errorf("progress: %+v", p)
	}
}

// While results cannot be recorded nothing more is sent, and nothing is
// forgotten.
func TestDatabaseThatRefusesResults(t *testing.T) {
	of := newOffice(t, 300, simulator.Options{Latency: latency(3 * time.Millisecond)})
	of.publish(task)
	e := of.hire(Options{InFlight: 16})
	var full atomic.Bool
	recorded := 0
	e.ledger.record = func(ctx context.Context, results []ward.Settlement) error {
		if recorded > 100 && full.Load() {
			return errors.New("database or disk is full")
		}
		recorded += len(results)
		return of.store.Settle(ctx, results)
	}
	full.Store(true)
	of.start(e)
	of.await("the database refuses results")
	sent := of.copies("Dọn rác")[1]
	if sent > 100+16+16 {
		t.Errorf("%d letters sent though nothing could be recorded", sent)
	}
	full.Store(false)
	of.await("bulletin sent")
	of.onceEach("Dọn rác")
}

// busy makes all chats ones in which no letter can be looked for: something
// came from everybody just now, and may have been answered.
func (of *office) busy() {
	of.Helper()
	of.until(func() bool { more, err := of.store.FanOut(of.ctx, time.Now()); of.must(err); return !more })
	for i, id := range of.ids {
		_, err := of.store.KeepUpdates(of.ctx, []storage.Update{{ID: id, ChatID: int64(1_000_000 + i), Raw: []byte("{}")}})
		of.must(err)
	}
}

// A call that is cut off and never found out about is made once more at the
// end: posts in groups cannot be looked for.
func TestSentOnceMoreWhereNobodyCanLook(t *testing.T) {
	of := newOffice(t, 30, simulator.Options{Seed: 3, Faults: []simulator.Fault{{Method: "sendMessage", Share: 0.2, Kind: simulator.ResetAfter}}})
	b := of.publish(task)
	of.busy()
	e := of.hire(Options{})
	of.start(e)
	of.await("bulletin sent")
	p, s := of.progress(b), e.Stats()
	if p.Sent+p.Unknown != 30 || s.Resent == 0 || s.Probes != 0 {
		t.Errorf("progress: %+v, stats: %+v", p, s)
	}
	if copies := of.copies("Dọn rác"); copies[0] > 0 || copies[3] > 0 {
		t.Errorf("copies: %v", copies)
	}
}
