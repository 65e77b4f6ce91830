package storage_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wardbot/storage"
	"wardbot/storage/storagetest"
)

// process is one of several that serve a database.
type process struct {
	*testing.T
	ctx   context.Context
	store *storage.Store
	seat  *storage.Seat
	leads chan context.Context // gets the context of each time that it leads
}

func sitDown(t *testing.T, url string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	p := &process{T: t, ctx: ctx, leads: make(chan context.Context, 9)}
	var err error
	p.store, err = storage.Open(ctx, url)
	p.must(err)
	t.Cleanup(func() { p.must(p.store.Close()) })
	p.seat, err = p.store.TakeSeat(ctx)
	p.must(err)
	return p
}

func (p *process) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// serve leads when it may, until stop; it gets up then.
func (p *process) serve() (stop func()) {
	ctx, cancel := context.WithCancel(p.ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- p.seat.Lead(ctx, func(ctx context.Context) error {
			p.leads <- ctx
			<-ctx.Done()
			return nil
		})
	}()
	return func() {
		cancel()
		p.must(<-ended)
		p.seat.Close()
	}
}

// wait returns what comes out of a channel.
func wait[T any](p *process, from <-chan T, what string) (v T) {
	p.Helper()
	select {
	case v = <-from:
	case <-p.ctx.Done():
		p.Fatal("not in time: " + what)
	}
	return v
}

func TestOneProcessServesAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wardbot.db")
	first := sitDown(t, path)
	second, err := storage.Open(t.Context(), path)
	first.must(err)
	defer second.Close()
	if _, err := second.TakeSeat(t.Context()); !errors.Is(err, storage.ErrTaken) {
		t.Errorf("the second process: %v", err)
	}
	stop := first.serve()
	wait(first, first.leads, "it leads")
	stop()
	seat, err := second.TakeSeat(t.Context())
	first.must(err)
	seat.Close()
}

// Of several processes one leads. When its connection is cut it is told so at
// once and claims no more, and the other one takes over.
func TestTheNextOneLeads(t *testing.T) {
	url := storagetest.PostgresURL(t)
	first := sitDown(t, url)
	stopFirst := first.serve()
	leading := wait(first, first.leads, "the first one leads")
	second := sitDown(t, url)
	stopSecond := second.serve()
	if len(second.leads) > 0 {
		t.Error("both lead")
	}
	first.must(first.store.Unseat(first.ctx))
	wait(first, leading.Done(), "the first one is told")
	if cause := context.Cause(leading); !errors.Is(cause, storage.ErrLost) {
		t.Errorf("it is told %v", cause)
	}
	// One of them leads again, perhaps the first one once more.
	last, stopLast, other, stopOther := second, stopSecond, first, stopFirst
	select {
	case <-second.leads:
	case <-first.leads:
		last, stopLast, other, stopOther = first, stopFirst, second, stopSecond
	}
	if _, err := last.store.Claim(last.ctx, nil, time.Now()); err != nil {
		t.Errorf("the one that leads may not claim: %v", err)
	}
	stopLast() // a clean stop hands over too
	if _, err := last.store.Claim(last.ctx, nil, time.Now()); !errors.Is(err, storage.ErrLost) {
		t.Errorf("the one that led claims: %v", err)
	}
	wait(other, other.leads, "the other one takes over")
	stopOther()
}

// An update that two processes get is handled by one, the updates of a chat
// wait for each other, and what a process leaves behind is taken over.
func TestUpdatesOfSeveralProcesses(t *testing.T) {
	url := storagetest.PostgresURL(t)
	first := sitDown(t, url)
	stopFirst := first.serve()
	wait(first, first.leads, "the first one leads")
	keep := func(p *process, id, chat int64) []storage.Kept {
		t.Helper()
		kept, err := p.store.KeepUpdates(p.ctx, []storage.Update{{ID: id, ChatID: chat, Raw: []byte("{}")}})
		p.must(err)
		return kept
	}
	keep(first, 11, 7) // before anybody else is there
	second := sitDown(t, url)
	stopSecond := second.serve()
	for _, tt := range []struct {
		name     string
		at       *process
		id, chat int64
		want     []storage.Kept
	}{
		{"the same again", second, 11, 7, nil},
		{"behind one of the other process", second, 12, 7, []storage.Kept{{ID: 12, Ahead: []int64{11}}}},
		{"the other process knows", first, 13, 7, []storage.Kept{{ID: 13, Ahead: []int64{12}}}},
		{"another chat", second, 14, 8, []storage.Kept{{ID: 14}}},
		{"its own do not count", second, 15, 8, []storage.Kept{{ID: 15}}},
		{"no chat", first, 16, 0, []storage.Kept{{ID: 16}}},
		{"no chat either", second, 17, 0, []storage.Kept{{ID: 17}}},
	} {
		if diff := cmp.Diff(tt.want, keep(tt.at, tt.id, tt.chat)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	waited := make(chan error, 1)
	go func() { waited <- second.store.Await(second.ctx, []int64{11}) }()
	first.must(first.store.FinishUpdate(first.ctx, 11))
	second.must(wait(second, waited, "the one ahead is finished"))

	if orphans, err := first.seat.Orphans(first.ctx); err != nil || len(orphans) > 0 {
		t.Errorf("taken from somebody who is there: %v, %v", orphans, err)
	}
	stopSecond()
	orphans, err := first.seat.Orphans(first.ctx)
	first.must(err)
	var ids []int64
	for _, o := range orphans {
		ids = append(ids, o.ID)
	}
	if diff := cmp.Diff([]int64{12, 14, 15, 17}, ids); diff != "" {
		t.Errorf("taken over (-want +got):\n%s", diff)
	}
	stopFirst()
}

// What a process that was killed had in hand is taken over when it has been
// away for some seconds, not at once: it may only have lost its connection.
func TestKilledWithUpdatesInHand(t *testing.T) {
	url := storagetest.PostgresURL(t)
	first := sitDown(t, url)
	noticed := make(chan int, 99)
	first.seat.Noticed = func(processes int, leads bool) {
		if !leads {
			t.Error("it does not lead")
		}
		noticed <- processes
	}
	_, err := first.seat.Orphans(first.ctx) // what was left over before
	first.must(err)
	stop := first.serve()
	wait(first, first.leads, "the first one leads")
	second := sitDown(t, url)
	for wait(first, noticed, "it notices the second one") != 2 {
	}
	_, err = second.store.KeepUpdates(second.ctx, []storage.Update{{ID: 1, ChatID: 7, Raw: []byte("{}")}})
	second.must(err)
	second.store.Drop(second.seat)
	for wait(first, noticed, "it notices") != 1 {
	}
	now := time.Now()
	first.store.SetClock(func() time.Time { return now })
	for _, tt := range []struct {
		later time.Duration
		want  int
	}{{0, 0}, {2 * time.Second, 0}, {2 * time.Second, 1}, {time.Hour, 0}} {
		now = now.Add(tt.later)
		if orphans, err := first.seat.Orphans(first.ctx); err != nil || len(orphans) != tt.want {
			t.Errorf("after %v more: %v, %v", tt.later, orphans, err)
		}
	}
	stop()
}

// A process that starts alone takes up at once what was left over, also by one
// that was killed.
func TestLeftOver(t *testing.T) {
	url := storagetest.PostgresURL(t)
	first := sitDown(t, url)
	_, err := first.store.KeepUpdates(first.ctx, []storage.Update{{ID: 1, ChatID: 7, Raw: []byte("{}")}})
	first.must(err)
	first.store.Drop(first.seat)
	second := sitDown(t, url)
	orphans, err := second.seat.Orphans(second.ctx)
	second.must(err)
	if len(orphans) != 1 || orphans[0].ID != 1 {
		t.Errorf("taken up: %v", orphans)
	}
	second.seat.Close()
}
