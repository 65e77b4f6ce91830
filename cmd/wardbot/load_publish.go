package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadPublish measures a very large audience.
type loadPublish struct {
	trial
	People int     `default:"1000000" help:"How many will get the message."`
	Taps   float64 `default:"100" help:"Taps a second meanwhile."`
}

// tapping is how many of the people have an older task to tap on.
const tapping = 2000

// Run publishes a task for tomorrow while the whole bot runs, so that its
// deliveries are written but not sent.
func (l loadPublish) Run(s *surroundings) error {
	if l.People <= tapping {
		return usage{fmt.Errorf("wardbot load publish: --people must be above %d", tapping)}
	}
	g, err := l.ground(s, tapping, simulator.Options{})
	defer g.close()
	if err != nil {
		return err
	}
	if _, err := g.publish(ward.KindTask, time.Now()); err != nil {
		return err
	}
	if err := g.deliver(tapping); err != nil {
		return err
	}
	if err := g.store.Populate(g.ctx, firstChat+tapping, l.People-tapping); err != nil {
		return err
	}
	if err := g.inside(); err != nil {
		return err
	}
	debug.FreeOSMemory()
	peak, err := watchMemory()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(g.ctx)
	var times []time.Duration
	var failed error
	tapped := make(chan struct{})
	go func() {
		times, failed = g.tapFor(ctx, l.Taps, l.Within)
		close(tapped)
	}()
	began := time.Now()
	b, err := g.publish(ward.KindTask, time.Now().Add(24*time.Hour))
	if err == nil {
		err = until(g.ctx, func() (bool, error) {
			now, err := g.store.Bulletin(g.ctx, b.ID)
			return now.State == ward.BulletinSending, err
		})
	}
	took := time.Since(began)
	stop()
	<-tapped
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	written, err := g.store.Progress(g.ctx, b.ID)
	if err != nil {
		return err
	}
	most := time.Second
	if l.engineName() == "PostgreSQL" {
		most = 4 * time.Second
	}
	memory, err := peak()
	if err != nil {
		return err
	}
	p99 := quantile(times, 0.99)
	conditions := fmt.Sprintf("%s, %d people; memory of bot and simulator together", l.engineName(), l.People)
	l.print(s.out,
		row{
			what: "publish", figure: fmt.Sprintf("%.2f s, %d deliveries", took.Seconds(), written.Audience), reach: fmt.Sprintf("≤ %v", most),
			reached: took <= most && written.Audience == l.People, conditions: conditions,
		},
		row{
			what: "taps meanwhile", figure: fmt.Sprintf("p50 %.1f ms, p99 %.1f ms", ms(quantile(times, 0.5)), ms(p99)), reach: "p99 ≤ 30 ms",
			reached: p99 <= 30*time.Millisecond, conditions: fmt.Sprintf("%g taps/s, %d of them, no network", l.Taps, len(times)),
		},
		row{
			what: "memory at most meanwhile", figure: fmt.Sprintf("%d MB", memory>>20), reach: "≤ 100 MB",
			reached: memory <= 100<<20, conditions: conditions,
		},
	)
	return nil
}
