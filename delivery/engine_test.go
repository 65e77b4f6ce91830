package delivery

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wardbot/bot"
	"wardbot/simulator"
	"wardbot/ward"
)

func TestEverybodyGetsOneCopy(t *testing.T) {
	for _, tt := range []struct {
		name   string
		letter ward.Letter
	}{{"task with buttons", task}, {"news without", news}} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, 300, simulator.Options{})
			b := of.publish(tt.letter)
			e := of.hire(Options{})
			stop := of.start(e)
			of.await("bulletin sent")
			stop()
			of.onceEach("")
			if p := of.progress(b); p.Sent != 300 || p.Audience != 300 {
				t.Errorf("progress: %+v", p)
			}
			if s := e.Stats(); s.Sent != 300 || s.InFlight != 0 {
				t.Errorf("stats: %+v", s)
			}
		})
	}
}

func TestWhoIsGoneDoesNotKeepOthersFromTheirs(t *testing.T) {
	of := newOffice(t, 100, simulator.Options{})
	for i, p := range of.people {
		switch i % 10 {
		case 3:
			p.Block()
		case 7:
			p.Deactivate()
		}
	}
	b := of.publish(task)
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	if p := of.progress(b); p.Sent != 80 || p.Unreachable != 20 {
		t.Errorf("progress: %+v", p)
	}
	if got := of.copies("Dọn rác"); got[1] != 80 || got[0] != 20 {
		t.Errorf("copies: %v", got)
	}
	p, err := of.store.Person(of.ctx, of.ids[3])
	of.must(err)
	if p.State != ward.PersonUnreachable {
		t.Errorf("state of somebody who blocked us: %v", p.State)
	}
}

func TestSecondPartFollowsTheFirst(t *testing.T) {
	of := newOffice(t, 60, simulator.Options{})
	of.people[5].Block()
	of.publish(task, pass)
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	for i, p := range of.people {
		var got []string
		for _, m := range p.Chat() {
			if m.FromBot {
				got = append(got, m.Text)
			}
		}
		want := "Dọn rác ở ngõ|Mời bà con dọn rác"
		if i == 5 {
			want = ""
		}
		if strings.Join(got, "|") != want {
			t.Errorf("person %d got %q", i, got)
		}
	}
}

func TestStoppedBulletinGoesToNobodyElse(t *testing.T) {
	of := newOffice(t, 500, simulator.Options{Latency: latency(5 * time.Millisecond)})
	b := of.publish(task)
	reached := of.reached(50)
	e := of.hire(Options{InFlight: 8})
	stop := of.start(e)
	<-reached
	_, err := of.store.StopBulletin(of.ctx, b.ID, time.Now())
	of.must(err)
	atStop := of.copies("Dọn rác")[1]
	of.until(func() bool { p := of.progress(b); return p.Settled() == p.Audience })
	stop()
	p := of.progress(b)
	if p.Sent > atStop+8 || p.Sent != of.copies("Dọn rác")[1] || p.Sent+p.Cancelled != 500 {
		t.Errorf("%d had it when it was stopped; then: %+v", atStop, p)
	}
}

func TestHeldBulletinGoesOnWhereItStopped(t *testing.T) {
	of := newOffice(t, 300, simulator.Options{Latency: latency(5 * time.Millisecond)})
	b := of.publish(task)
	reached := of.reached(50)
	e := of.hire(Options{InFlight: 8})
	of.start(e)
	<-reached
	of.must(of.store.HoldBulletin(of.ctx, b.ID))
	of.until(func() bool { return e.Stats().InFlight == 0 })
	held := of.copies("Dọn rác")[1]
	if held == 300 {
		t.Fatal("nothing was held")
	}
	of.must(of.store.ReleaseBulletin(of.ctx, b.ID))
	of.await("bulletin sent")
	of.onceEach("Dọn rác")
}

func TestLettersInTheGateAreTakenBack(t *testing.T) {
	of := newOffice(t, 60, simulator.Options{})
	b := of.publish(task)
	line, err := bot.New(bot.Options{Token: of.telegram.Token(), APIURL: of.url, Rate: 2})
	of.must(err)
	e := New(of.store, line, Options{InFlight: 50, Tick: time.Millisecond})
	of.start(e)
	of.until(func() bool { return e.Stats().InFlight > 40 })
	_, err = of.store.StopBulletin(of.ctx, b.ID, time.Now())
	of.must(err)
	began := time.Now()
	of.until(func() bool { p := of.progress(b); return p.Settled() == p.Audience })
	if took := time.Since(began); took > 5*time.Second { // they would take 25
		t.Errorf("50 letters at 2 a second stopped after %v", took)
	}
}

func TestBadLetterIsHeldBeforeEverybodyWasTried(t *testing.T) {
	of := newOffice(t, 400, simulator.Options{Latency: latency(2 * time.Millisecond)})
	bad := task
	bad.HTML = "<b>Dọn rác"
	b := of.publish(bad)
	e := of.hire(Options{InFlight: 16})
	of.start(e)
	of.await("bulletin held")
	of.until(func() bool { return e.Stats().InFlight == 0 })
	if p := of.progress(b); p.Failed < proof || p.Failed > 100 {
		t.Errorf("progress: %+v", p)
	}
}

func TestWrongTokenEndsTheRun(t *testing.T) {
	of := newOffice(t, 30, simulator.Options{})
	b := of.publish(task)
	line, err := bot.New(bot.Options{Token: "1:wrong", APIURL: of.url})
	of.must(err)
	e := New(of.store, line, Options{Tick: time.Millisecond})
	if err := e.Run(of.ctx); bot.KindOf(err) != bot.KindFatal {
		t.Errorf("Run: %v", err)
	}
	if p := of.progress(b); p.Settled() != 0 {
		t.Errorf("progress: %+v", p)
	}
	left, err := of.store.InDoubt(of.ctx)
	of.must(err)
	if len(left) != 0 {
		t.Errorf("%d letters in doubt", len(left))
	}
}

func TestStopFinishesWhatIsOnTheWire(t *testing.T) {
	of := newOffice(t, 400, simulator.Options{Latency: latency(30 * time.Millisecond)})
	b := of.publish(task)
	reached := of.reached(20)
	stop := of.start(of.hire(Options{InFlight: 16}))
	<-reached
	stop()
	left, err := of.store.InDoubt(of.ctx)
	of.must(err)
	if len(left) != 0 {
		t.Errorf("%d letters in doubt after a clean stop", len(left))
	}
	if p := of.progress(b); p.Sent == 400 || p.Sent != of.copies("Dọn rác")[1] {
		t.Errorf("progress: %+v", p)
	}
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	of.onceEach("Dọn rác")
}

// latency answers after d, more or less.
func latency(d time.Duration) func(*rand.Rand) time.Duration {
	return func(r *rand.Rand) time.Duration { return d/2 + time.Duration(r.Int64N(int64(d))) }
}

// reached returns a channel that is closed once n messages of the bot have
// arrived anywhere.
func (of *office) reached(n int) <-chan struct{} {
	ctx, cancel := context.WithCancel(of.ctx)
	arrived := of.arrivals()
	go func() {
		defer cancel()
		for range n {
			select {
			case <-arrived:
			case <-of.ctx.Done():
				return
			}
		}
	}()
	return ctx.Done()
}

// arrivals gets something for each message of the bot that arrives from now
// on.
func (of *office) arrivals() <-chan struct{} {
	arrived := make(chan struct{}, 1<<16)
	for _, p := range of.people {
		p.Watch(func(simulator.Event) {
			select {
			case arrived <- struct{}{}:
			default:
			}
		})
	}
	return arrived
}

// until looks at the store until something holds there.
func (of *office) until(holds func() bool) {
	of.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-of.ctx.Done():
			of.Fatalf("waited in vain; the journal:\n%s", of.journal)
		}
	}
}
