package delivery

import (
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

var errDown = errors.New("no route to host")

// While the network is down the tries become rare, and the journal has one
// line for the beginning and one for the end.
func TestOutageTriesAreRareAndLoggedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal()
		o := outage{log: slog.New(j)}
		began, tries := time.Now(), 0
		o.failed(began, errDown)
		for range 10 * 60 * 100 { // ten minutes
			time.Sleep(10 * time.Millisecond) // of the bubble's own time
			if open, trial := o.open(); open {
				if !trial {
					t.Fatal("the network is thought to be back")
				}
				tries++
				o.failed(time.Now().Add(time.Nanosecond), errDown)
			}
		}
		if tries < 10 || tries > 16 {
			t.Errorf("%d tries in ten minutes", tries)
		}
		o.over()
		o.over()
		if open, trial := o.open(); !open || trial {
			t.Error("the network is thought to be down")
		}
		if j.count("cannot be reached") != 1 || j.count("goes on") != 1 {
			t.Errorf("journal:\n%s", j)
		}
	})
}

func TestCallsThatFailTogetherCountOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := outage{log: slog.New(newJournal())}
		began := time.Now()
		for range 50 {
			o.failed(began, errDown)
		}
		if o.pause != shortestPause {
			t.Errorf("pause %v", o.pause)
		}
	})
}

func TestOnlyManyUnknownOutcomesInARowAreAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := outage{log: slog.New(newJournal())}
		for range strikes - 1 {
			if o.puzzled(time.Now(), errDown) {
				t.Fatal("an outage already")
			}
		}
		o.over() // somebody's letter arrived
		for range strikes - 1 {
			o.puzzled(time.Now(), errDown)
		}
		if open, _ := o.open(); !open {
			t.Error("an outage, though not in a row")
		}
		if !o.puzzled(time.Now(), errDown) {
			t.Error("no outage")
		}
	})
}
