package delivery

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"wardbot/bot"
	"wardbot/simulator"
	"wardbot/storage"
	"wardbot/ward"
)

// How long a victim runs.
const (
	untilSent = "until sent"
	forEver   = "for ever"
)

func TestMain(m *testing.M) {
	if os.Getenv("WARDBOT_ENGINE") != "" {
		if err := runVictim(); err != nil {
			slog.Error("engine ended", "err", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// runVictim is the process that gets killed: an engine, until its bulletin is
// sent, or for ever.
func runVictim() error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j := newJournal()
	j.out = os.Stdout
	log := slog.New(j)
	store, err := storage.Open(ctx, os.Getenv("WARDBOT_DATABASE"))
	if err != nil {
		return err
	}
	line, err := bot.New(bot.Options{Token: os.Getenv("WARDBOT_TOKEN"), APIURL: os.Getenv("WARDBOT_URL"), Log: log})
	if err != nil {
		return err
	}
	go func() { // nobody is left behind when the test itself is killed
		io.Copy(io.Discard, os.Stdin) //nolint:errcheck // closed when the test ends, however it does
		os.Exit(1)
	}()
	if os.Getenv("WARDBOT_ENGINE") != forEver {
		go func() {
			<-j.has("bulletin sent")
			cancel()
		}()
	}
	err = New(store, line, Options{Post: plainPost, InFlight: 16, Tick: 5 * time.Millisecond, Grace: 30 * time.Millisecond, Log: log}).Run(ctx)
	return errors.Join(err, store.Close())
}

// However often the engine is killed, in the middle of whatever it does,
// everybody gets exactly one copy of each part, and no part alone.
func TestKilledAtAnyMomentEverybodyGetsOneCopy(t *testing.T) {
	for _, tt := range []struct {
		name          string
		people, kills int
		letters       []ward.Letter
	}{
		{"a task", 600, 20, []ward.Letter{task}},
		{"news without buttons", 300, 8, []ward.Letter{news}},
		{"a task with a message to pass on", 200, 8, []ward.Letter{task, pass}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, tt.people, simulator.Options{Latency: latency(4 * time.Millisecond)})
			b := of.publish(tt.letters...)
			arrived := of.arrivals()
			random := rand.New(rand.NewPCG(1, uint64(tt.kills)))
			var journal strings.Builder
			killed := 0
			for ended := false; !ended; {
				victim := of.victim(&journal)
				if killed == tt.kills {
					of.must(victim.Wait())
					break
				}
				ended = of.killAfter(victim, arrived, 1+random.IntN(tt.people/tt.kills), time.Duration(random.IntN(3000))*time.Microsecond)
				killed++
			}
			t.Logf("%d kills", killed)
			if killed < tt.kills/2 {
				t.Error("sent before it could be killed more often")
			}
			if strings.Contains(journal.String(), "letter sent once more") {
				t.Log(journal.String())
			}
			for _, letter := range tt.letters {
				of.onceEach(strings.NewReplacer("<b>", "", "</b>", "").Replace(letter.HTML))
			}
			if p := of.progress(b); p.Sent != tt.people {
				t.Errorf("progress: %+v", p)
			}
		})
	}
}

// victim starts a process with an engine that ends when its bulletin is sent.
func (of *office) victim(journal io.Writer) *exec.Cmd {
	of.Helper()
	return of.process(untilSent, journal)
}

func (of *office) process(lasting string, journal io.Writer) *exec.Cmd {
	of.Helper()
	victim := exec.CommandContext(of.ctx, os.Args[0])
	victim.Env = append(os.Environ(), "WARDBOT_ENGINE="+lasting, "WARDBOT_DATABASE="+of.path, "WARDBOT_URL="+of.url, "WARDBOT_TOKEN="+of.telegram.Token())
	victim.Stdout, victim.Stderr = journal, os.Stderr
	_, err := victim.StdinPipe()
	of.must(err)
	of.must(victim.Start())
	return victim
}

// killAfter kills a process a moment after so many messages have arrived. It
// reports whether the process had ended by itself.
func (of *office) killAfter(victim *exec.Cmd, arrived <-chan struct{}, n int, moment time.Duration) (ended bool) {
	of.Helper()
	gone := make(chan error, 1)
	go func() { gone <- victim.Wait() }()
	for range n {
		select {
		case <-arrived:
		case err := <-gone:
			of.must(err)
			return true
		case <-of.ctx.Done():
			of.Fatal("the killed engine does not send")
		}
	}
	select {
	case <-time.After(moment):
	case err := <-gone:
		of.must(err)
		return true
	}
	of.must(victim.Process.Kill())
	err := <-gone
	return err == nil // it was faster
}

// Killed again and again while copies are corrected or recalled, with the rest
// of the letters still on their way: in the end nobody reads the old words,
// and nobody has two copies.
func TestKilledWhileCopiesAreChanged(t *testing.T) {
	const people, kills = 500, 8
	for _, tt := range []struct {
		name   string
		change func(*office, ward.Bulletin)
		method string // of the calls that change copies
		prove  func(*office, ward.Bulletin)
	}{
		{"a correction", (*office).correct, "editMessageText", func(of *office, b ward.Bulletin) {
			of.onceEach("bờ sông")
			of.onceEach("Dọn rác")
			if p := of.progress(b); p.Sent != people {
				of.Errorf("progress: %+v", p)
			}
		}},
		{"a recall", (*office).recall, "deleteMessage", func(of *office, b ward.Bulletin) {
			if counts := of.copies("Dọn rác"); counts[0] != people {
				of.Errorf("copies left: %v", counts)
			}
			if p := of.progress(b); p.Sent+p.Cancelled != people {
				of.Errorf("progress: %+v", p)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, people, simulator.Options{Latency: latency(20 * time.Millisecond)})
			b := of.publish(task)
			random := rand.New(rand.NewPCG(3, kills))
			var journal strings.Builder
			reached := of.reached(people * 3 / 4)
			victim := of.process(forEver, &journal)
			<-reached
			tt.change(of, b)
			killed := 0
			for ; killed < kills; killed++ {
				goal := of.telegram.Calls()[tt.method] + 1 + random.IntN(people/kills/2)
				of.until(func() bool { return of.telegram.Calls()[tt.method] >= goal || !of.changing(b) })
				of.must(victim.Process.Kill())
				victim.Wait() //nolint:errcheck // it was killed
				if !of.changing(b) {
					break
				}
				victim = of.process(forEver, &journal)
			}
			if killed < kills/2 {
				t.Errorf("killed %d times only", killed)
			}
			victim.Process.Kill() //nolint:errcheck // it may have been killed before
			victim.Wait()         //nolint:errcheck // it was killed
			of.start(of.hire(Options{InFlight: 16}))
			of.until(func() bool { p := of.progress(b); return p.Settled() == p.Audience && !of.changing(b) })
			tt.prove(of, b)
		})
	}
}

// changing says whether copies of a bulletin are being corrected or recalled.
func (of *office) changing(b ward.Bulletin) bool {
	of.Helper()
	b, err := of.store.Bulletin(of.ctx, b.ID)
	of.must(err)
	return b.Amending()
}
