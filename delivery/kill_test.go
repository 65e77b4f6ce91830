package delivery

import (
	"context"
	"errors"
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
)

func TestMain(m *testing.M) {
	if os.Getenv("WARDBOT_ENGINE") != "" {
		os.Exit(runVictim())
	}
	os.Exit(m.Run())
}

// runVictim is the process that gets killed: an engine, until its bulletin is
// sent.
func runVictim() int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j := newJournal()
	log := slog.New(j)
	store, err := storage.Open(ctx, os.Getenv("WARDBOT_DATABASE"))
	if err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	line, err := bot.New(bot.Options{Token: os.Getenv("WARDBOT_TOKEN"), APIURL: os.Getenv("WARDBOT_URL"), Log: log})
	if err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	go func() {
		<-j.has("bulletin sent")
		cancel()
	}()
	err = New(store, line, Options{InFlight: 16, Tick: 5 * time.Millisecond, Grace: 30 * time.Millisecond, Log: log}).Run(ctx)
	os.Stdout.WriteString(j.String() + "\n")
	if err := errors.Join(err, store.Close()); err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	return 0
}

// However often the engine is killed, in the middle of whatever it does,
// everybody gets exactly one copy.
func TestKilledAtAnyMomentEverybodyGetsOneCopy(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 5
	}
	of := newOffice(t, 600, simulator.Options{Latency: latency(4 * time.Millisecond)})
	b := of.publish(task)
	arrived := of.arrivals()
	random := rand.New(rand.NewPCG(1, 2))
	killed := 0
	for done := false; !done; {
		victim, journal := of.victim()
		if killed < kills {
			done = of.killAfter(victim, arrived, 1+random.IntN(600/kills), time.Duration(random.IntN(3000))*time.Microsecond)
			killed++
		} else {
			of.must(victim.Wait())
			done = true
		}
		if done {
			t.Logf("after %d kills: %s", killed, journal.String())
		}
	}
	of.onceEach("Dọn rác")
	if p := of.progress(b); p.Sent != 600 {
		t.Errorf("progress: %+v", p)
	}
}

// victim starts a process with an engine.
func (of *office) victim() (*exec.Cmd, *strings.Builder) {
	of.Helper()
	victim := exec.CommandContext(of.ctx, os.Args[0])
	victim.Env = append(os.Environ(), "WARDBOT_ENGINE=1", "WARDBOT_DATABASE="+of.path, "WARDBOT_URL="+of.url, "WARDBOT_TOKEN="+of.telegram.Token())
	var journal strings.Builder
	victim.Stdout, victim.Stderr = &journal, os.Stderr
	of.must(victim.Start())
	return victim, &journal
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
	<-gone
	return false
}
