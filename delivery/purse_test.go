package delivery

import (
	"context"
	"testing"

	"wardbot/simulator"
)

// When the Stars run out in the middle of a broadcast, it goes on at the free
// rate: nobody is missed, nobody gets it twice, and the alarm is raised once.
func TestStarsRunOut(t *testing.T) {
	const people = 60
	of := newOffice(t, people, simulator.Options{})
	of.telegram.SetLimits(true)
	of.telegram.SetStars(10)
	b := of.publish(news)
	alarms := make(chan struct{}, people)
	e := of.hireAt(1000, Options{Paid: true, Alert: func(context.Context) { alarms <- struct{}{} }})
	stop := of.start(e)
	of.await("bulletin sent")
	stop()
	of.onceEach("Ngõ nay sạch")
	if p := of.progress(b); p.Sent != people {
		t.Errorf("progress: %+v", p)
	}
	if n := len(alarms); n != 1 {
		t.Errorf("%d alarms, want 1", n)
	}
	if n := of.telegram.Spent(); n != 10 {
		t.Errorf("%d tenths of a Star spent, want all 10", n)
	}
	if n := of.telegram.Slowed(); n != 0 {
		t.Errorf("%d times 429: the free rate was not kept", n)
	}
}
