package delivery

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// backlog publishes three bulletins that have been overdue for hours: a
// notice, a task and a piece of news, with the task as the foremost.
func (of *office) backlog() (notice, task, news ward.Bulletin) {
	of.Helper()
	publish := func(kind ward.Kind, title string, ago time.Duration) ward.Bulletin {
		at := time.Now().Add(-ago)
		b := ward.Bulletin{
			Kind: kind, Title: title, Signed: ward.Signature{Org: "Phường", Sender: "Mai", Contact: "024"},
			SendAt: at, SendDay: ward.DayOf(at, time.UTC),
		}
		if kind == ward.KindTask {
			b.Deadline = time.Now().Add(time.Hour)
		}
		b, err := of.store.Publish(of.ctx, b, func(b ward.Bulletin) []ward.Letter {
			return []ward.Letter{{Language: "vi", HTML: title, Buttons: [][]ward.LetterButton{{{Text: "✅", Data: fmt.Sprint("done:", b.ID)}}}}}
		})
		of.must(err)
		return b
	}
	return publish(ward.KindNotice, "Họp tổ", 3*time.Hour), publish(ward.KindTask, "Dọn rác", 2*time.Hour), publish(ward.KindNews, "Ngõ nay sạch", time.Hour)
}

// oneEach fails unless everybody has the foremost of three bulletins once and
// the others count as sent with it.
func (of *office) oneEach(all ...ward.Bulletin) {
	of.Helper()
	of.onceEach("Dọn rác")
	for _, words := range []string{"Họp tổ", "Ngõ nay sạch"} {
		if counts := of.copies(words); counts[0] != len(of.people) {
			of.Errorf("messages with %q → people: %v, want none", words, counts)
		}
	}
	for _, b := range all {
		if p := of.progress(b); p.Sent != len(of.people) {
			of.Errorf("%s: %+v", b.Kind, p)
		}
	}
	wrong, err := of.store.CheckTallies(of.ctx)
	of.must(err)
	if len(wrong) > 0 {
		of.Errorf("tallies: %v", wrong)
	}
}

// tell is the line for tests.
func tell(_ string, n int) string { return fmt.Sprint("Còn ", n, " tin nữa") }

// After an outage there is one message, although calls are cut off, and
// nobody gets it twice.
func TestBacklogIsOneMessageInSpiteOfFaults(t *testing.T) {
	of := newOffice(t, 300, simulator.Options{Seed: 7, Latency: latency(2 * time.Millisecond), Faults: []simulator.Fault{
		{Share: 0.05, Kind: simulator.Error500}, {Share: 0.08, Kind: simulator.ResetAfter}, {Share: 0.03, Kind: simulator.ResetBefore},
	}})
	notice, task, news := of.backlog()
	e := of.hire(Options{Others: tell})
	of.start(e)
	of.await("bulletin sent")
	of.oneEach(notice, task, news)
	of.onceEach("Còn 2 tin nữa")
	if s := e.Stats(); s.Found == 0 || s.Resent != 0 {
		t.Errorf("stats: %+v", s)
	}
}

// However often the engine is killed over it, too.
func TestBacklogIsOneMessageInSpiteOfKills(t *testing.T) {
	const people, kills = 300, 10
	of := newOffice(t, people, simulator.Options{Latency: latency(4 * time.Millisecond)})
	notice, task, news := of.backlog()
	arrived := of.arrivals()
	random := rand.New(rand.NewPCG(2, kills))
	var journal strings.Builder
	killed := 0
	for ended := false; !ended; killed++ {
		victim := of.victim(&journal)
		if killed == kills {
			of.must(victim.Wait())
			break
		}
		ended = of.killAfter(victim, arrived, 1+random.IntN(people/kills), time.Duration(random.IntN(3000))*time.Microsecond)
	}
	if killed < kills/2 {
		t.Errorf("killed %d times only", killed)
	}
	of.oneEach(notice, task, news)
}

// A message that tells of others is not deleted when its own bulletin is
// recalled: it loses its words and keeps the line.
func TestRecalledMessageGoesOnTelling(t *testing.T) {
	of := newOffice(t, 20, simulator.Options{})
	notice, task, _ := of.backlog()
	of.start(of.hire(Options{Others: tell}))
	of.await("bulletin sent")
	of.recall(notice)
	of.revised(notice)
	of.onceEach("Dọn rác")
	of.recall(task)
	of.revised(task)
	of.onceEach("thu hồi.\n\nCòn 2 tin nữa")
	if counts := of.copies("Dọn rác"); counts[0] != len(of.people) {
		t.Errorf("copies that still show it: %v", counts)
	}
}

// wall is a clock that can be turned forward.
type wall struct{ ahead atomic.Int64 }

func (w *wall) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

func (w *wall) turn(d time.Duration) { w.ahead.Add(int64(d)) }

// A broadcast that is running when it becomes quiet goes on in the morning.
func TestBroadcastWaitsForTheMorning(t *testing.T) {
	of := newOffice(t, 300, simulator.Options{Latency: latency(5 * time.Millisecond)})
	var w wall
	evening := ward.ClockOf(w.now().Add(2*time.Hour), time.UTC)
	quiet := ward.Quiet{From: evening, To: (evening + 9*60) % (24 * 60), Zone: time.UTC}
	of.store.SetClock(w.now)
	now := w.now()
	b, err := of.store.Publish(of.ctx, ward.Bulletin{
		Kind: ward.KindNews, Title: "Dọn rác", Signed: ward.Signature{Org: "Phường", Sender: "Mai", Contact: "024"},
		SendAt: now, SendDay: ward.DayOf(now, time.UTC),
	}, func(ward.Bulletin) []ward.Letter { return []ward.Letter{task} })
	of.must(err)
	reached := of.reached(50)
	e := of.hire(Options{InFlight: 8, Now: w.now, Quiet: quiet})
	of.start(e)
	<-reached
	w.turn(3 * time.Hour)
	of.until(func() bool { return e.Stats().InFlight == 0 && e.idle.Load() })
	night := of.copies("Dọn rác")
	if p := of.progress(b); night[1] == 300 || p.Sent != night[1] || p.Cancelled != 0 {
		t.Errorf("copies when it became quiet: %v, %+v", night, p)
	}
	w.turn(9 * time.Hour)
	of.await("bulletin sent")
	of.onceEach("Dọn rác")
}

// What waits for its turn when the deadline passes is not sent.
func TestDeadlineInTheMiddleOfABroadcast(t *testing.T) {
	of := newOffice(t, 300, simulator.Options{Latency: latency(5 * time.Millisecond)})
	var w wall
	of.store.SetClock(w.now)
	b := of.publish(task) // an hour
	reached := of.reached(50)
	e := of.hire(Options{InFlight: 8, Now: w.now})
	of.start(e)
	<-reached
	w.turn(2 * time.Hour)
	of.await("bulletin sent")
	p := of.progress(b)
	if p.TooLate == 0 || p.Sent+p.TooLate != 300 || p.Cancelled != p.TooLate || p.Sent != of.copies("Dọn rác")[1] {
		t.Errorf("progress: %+v, copies: %v", p, of.copies("Dọn rác"))
	}
}
