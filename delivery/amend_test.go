package delivery

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// reworded is the letter after a correction.
var reworded = ward.Letter{Language: "vi", HTML: "<b>Dọn rác</b> ở bờ sông", Buttons: task.Buttons}

// withdrawn is what stays of a recalled one.
var withdrawn = ward.Letter{Language: "vi", HTML: "Tin này đã được thu hồi."}

func (of *office) correct(b ward.Bulletin) {
	of.Helper()
	b.Body = "ở bờ sông"
	_, err := of.store.Correct(of.ctx, b, func(ward.Bulletin) []ward.Letter { return []ward.Letter{reworded} }, time.Now())
	of.must(err)
}

func (of *office) recall(b ward.Bulletin) {
	of.Helper()
	_, err := of.store.Recall(of.ctx, b.ID, func(b ward.Bulletin) []ward.Letter {
		second := withdrawn
		second.Part = 1
		return []ward.Letter{withdrawn, second}[:len(b.Parts())]
	}, time.Now())
	of.must(err)
}

// revised waits until every copy is as it shall be.
func (of *office) revised(b ward.Bulletin) ward.Amending {
	of.Helper()
	of.until(func() bool {
		b, err := of.store.Bulletin(of.ctx, b.ID)
		of.must(err)
		return b.Revision > 0 && !b.Amending()
	})
	return of.progress(b).Amending
}

// A correction in the middle of a send, with an engine that ends in the
// middle of it and a network that cuts edits off: everybody has one copy, and
// it is the corrected one.
func TestCorrectWhileSending(t *testing.T) {
	of := newOffice(t, 300, simulator.Options{Seed: 5, Latency: latency(3 * time.Millisecond), Faults: []simulator.Fault{
		{Method: "editMessageText", Share: 0.1, Kind: simulator.ResetAfter},
		{Method: "editMessageText", Share: 0.05, Kind: simulator.Storm429, RetryAfter: time.Second},
	}})
	b := of.publish(task)
	reached := of.reached(100)
	stop := of.start(of.hire(Options{InFlight: 16}))
	<-reached
	of.correct(b)
	of.until(func() bool { return of.copies("bờ sông")[1] > 30 })
	stop()
	of.start(of.hire(Options{InFlight: 16}))
	of.await("bulletin sent")
	a := of.revised(b)
	of.onceEach("bờ sông")
	of.onceEach("Dọn rác")
	if a.Amended != a.Copies || a.Missed != 0 || a.Copies < 100 {
		t.Errorf("amending: %+v", a)
	}
	if p := of.progress(b); p.Sent != 300 {
		t.Errorf("progress: %+v", p)
	}
}

// A second correction before the first is through wins everywhere.
func TestCorrectTwice(t *testing.T) {
	of := newOffice(t, 100, simulator.Options{Latency: latency(2 * time.Millisecond)})
	b := of.publish(ward.Letter{Language: "vi", HTML: "Dọn rác", Buttons: task.Buttons})
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	first := b
	first.Body = "ở ngõ"
	first, err := of.store.Correct(of.ctx, first, func(ward.Bulletin) []ward.Letter { return []ward.Letter{task} }, time.Now())
	of.must(err)
	of.until(func() bool { return of.copies("ở ngõ")[1] > 10 })
	of.correct(first)
	of.revised(b)
	of.onceEach("bờ sông")
}

// A recall in the middle of a send of two messages each: nothing is left in
// any chat, nothing more is sent, and a restart changes nothing about it.
func TestRecallWhileSending(t *testing.T) {
	of := newOffice(t, 300, simulator.Options{Seed: 9, Latency: latency(3 * time.Millisecond), Faults: []simulator.Fault{
		{Method: "deleteMessage", Share: 0.1, Kind: simulator.ResetAfter},
	}})
	b := of.publish(task, pass)
	reached := of.reached(100)
	stop := of.start(of.hire(Options{InFlight: 16}))
	<-reached
	of.recall(b)
	stop()
	of.start(of.hire(Options{InFlight: 16}))
	of.until(func() bool { return of.progress(b).Settled() == 300 && of.copies("rác")[0] == 300 })
	a := of.revised(b)
	if p := of.progress(b); p.Sent == 0 || p.Cancelled == 0 || a.Amended != a.Copies {
		t.Errorf("progress: %+v", p)
	}
}

// Whoever blocked us or deleted the copy is out of reach, and counted so.
func TestCopiesOutOfReach(t *testing.T) {
	of := newOffice(t, 10, simulator.Options{})
	b := of.publish(task)
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	of.people[0].Block()
	of.people[1].Deactivate()
	of.correct(b)
	if a := of.revised(b); a.Copies != 10 || a.Amended != 8 || a.Missed != 2 {
		t.Errorf("amending: %+v", a)
	}
	p, err := of.store.Person(of.ctx, of.ids[0])
	of.must(err)
	if p.State != ward.PersonUnreachable {
		t.Errorf("who blocked us is %v", p.State)
	}
	of.recall(b)
	if a := of.revised(b); a.Amended+a.Missed != a.Copies {
		t.Errorf("amending: %+v", a)
	}
}

// A pause and a stop outlive the program.
func TestHandOnItSurvivesARestart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steer func(of *office, b ward.Bulletin) error
		all   bool // of them get it in the end
	}{
		{"pause", func(of *office, b ward.Bulletin) error { return of.store.HoldBulletin(of.ctx, b.ID) }, true},
		{"stop", func(of *office, b ward.Bulletin) error {
			_, err := of.store.StopBulletin(of.ctx, b.ID, time.Now())
			return err
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, 300, simulator.Options{Latency: latency(3 * time.Millisecond)})
			b := of.publish(task)
			reached := of.reached(50)
			stop := of.start(of.hire(Options{InFlight: 16}))
			<-reached
			of.must(tt.steer(of, b))
			stop()
			got := of.copies("Dọn rác")[1]
			e := of.hire(Options{InFlight: 16})
			stop = of.start(e)
			// Something else goes out meanwhile: the engine is at work.
			other := of.publish(ward.Letter{Language: "vi", HTML: "Họp tổ"})
			of.until(func() bool { return of.progress(other).Sent == 300 })
			if now := of.copies("Dọn rác")[1]; now > got+16 || now == 300 {
				t.Errorf("%d had it at the restart, %d afterwards", got, now)
			}
			stop()
			if !tt.all {
				if p := of.progress(b); p.Cancelled == 0 || p.Settled() != 300 {
					t.Errorf("progress: %+v", p)
				}
				return
			}
			of.must(of.store.ReleaseBulletin(of.ctx, b.ID))
			of.start(of.hire(Options{}))
			of.until(func() bool { return of.progress(b).Sent == 300 })
			of.onceEach("Dọn rác")
		})
	}
}

// A message about another one is a reply to it.
func TestReplyToTheBulletin(t *testing.T) {
	of := newOffice(t, 3, simulator.Options{})
	b := of.publish(task)
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	now := time.Now()
	_, err := of.store.Publish(of.ctx, ward.Bulletin{
		Kind: ward.KindCorrection, Title: "Dọn rác", About: b.ID, Audience: ward.Audience{Holding: b.ID},
		Signed: b.Signed, SendAt: now, SendDay: b.SendDay,
	}, func(ward.Bulletin) []ward.Letter {
		return []ward.Letter{{Language: "vi", HTML: "Đính chính: 19:30"}}
	})
	of.must(err)
	of.until(func() bool { return of.copies("Đính chính")[1] == 3 })
	for _, p := range of.people {
		chat := p.Chat()
		i := slices.IndexFunc(chat, func(m simulator.Message) bool { return strings.Contains(m.Text, "Dọn rác") })
		if last := p.Last(); last.ReplyTo != chat[i].ID {
			t.Errorf("it replies to %d, the bulletin is %d", last.ReplyTo, chat[i].ID)
		}
	}
}

// A copy that Telegram does not let us delete loses its words instead.
func TestRecallWhatCannotBeDeleted(t *testing.T) {
	var ahead atomic.Int64 // Telegram's clock
	of := newOffice(t, 5, simulator.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	b := of.publish(task)
	of.start(of.hire(Options{}))
	of.await("bulletin sent")
	ahead.Store(int64(49 * time.Hour))
	of.recall(b)
	a := of.revised(b)
	of.onceEach("Tin này đã được thu hồi.")
	if n := of.copies("Dọn rác")[0]; n != 5 || a.Amended != 5 {
		t.Errorf("%d of 5 lost their words, %+v", n, a)
	}
}
