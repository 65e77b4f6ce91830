package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadTaps measures how soon a tap is answered.
type loadTaps struct {
	trial
	People  int           `default:"20000" help:"How many have a task to tap on."`
	Taps    float64       `default:"100" help:"Taps a second while the broadcast runs."`
	Rates   []float64     `default:"1000,30" help:"SEND_RATE of the broadcasts."`
	Lasting time.Duration `default:"10s" help:"How long that is measured."`
	Network time.Duration `default:"60ms" help:"Time of every call."`
	Hands   int           `default:"512" help:"At full speed: how many people tap at a time."`
}

// Run measures under a broadcast, with and without a network, and then at full
// speed.
func (l loadTaps) Run(s *surroundings) error {
	var rows []row
	for _, rate := range l.Rates {
		for _, way := range []way{{l.Network, true}, {l.Network, false}, {0, false}} {
			r, err := l.underBroadcast(s, rate, way)
			if err != nil {
				return err
			}
			rows = append(rows, r)
		}
	}
	r, err := l.fullSpeed(s)
	if err != nil {
		return err
	}
	l.print(s.out, append(rows, r)...)
	return nil
}

// way is how taps come to the program.
type way struct {
	network time.Duration
	webhook bool // else they are polled
}

func (w way) String() string {
	if w.webhook {
		return "by webhook"
	}
	return "polled: a tap just after a poll was answered waits one more call for the next"
}

// underBroadcast has people tap on a task while a news item goes out.
func (l loadTaps) underBroadcast(s *surroundings, rate float64, by way) (row, error) {
	g, err := l.ground(s, l.People, simulator.Options{Latency: always(by.network)})
	defer g.close()
	if err != nil {
		return row{}, err
	}
	task, err := g.publish(ward.KindTask, time.Now())
	if err != nil {
		return row{}, err
	}
	if err := g.deliver(l.People); err != nil {
		return row{}, err
	}
	g.telegram.SetLimits(true)
	if err := g.bot(pace{rate: rate, webhook: by.webhook}); err != nil {
		return row{}, err
	}
	if _, err := g.publish(ward.KindNews, time.Now()); err != nil {
		return row{}, err
	}
	err = until(g.ctx, func() (bool, error) { return g.arrived() > l.People, nil }) // it has begun
	if err != nil {
		return row{}, err
	}
	before := g.arrived()
	times, err := g.tapFor(g.ctx, l.Taps, l.Lasting)
	if err != nil {
		return row{}, err
	}
	sent := float64(g.arrived()-before) / l.Lasting.Seconds()
	counted, err := g.store.Progress(g.ctx, task.ID)
	if err != nil {
		return row{}, err
	}
	p50, p99, most := quantile(times, 0.5), quantile(times, 0.99), by.network+10*time.Millisecond
	return row{
		what:       fmt.Sprintf("tap to answer, broadcast at SEND_RATE=%g", rate),
		figure:     fmt.Sprintf("p50 %.1f ms, p99 %.1f ms, %d counted", ms(p50), ms(p99), counted.Answers.Done),
		reach:      fmt.Sprintf("p99 ≤ %v (network + 10 ms)", most),
		reached:    p99 <= most && counted.Answers.Done == len(times),
		conditions: fmt.Sprintf("%s, %g taps/s for %v, every call takes %v, %s, %.0f/s broadcast", l.engineName(), l.Taps, l.Lasting, by.network, by, sent),
	}, nil
}

// tapFor has one person after the other tap, so many a second, and returns how
// long each waited for the answer.
func (g *ground) tapFor(ctx context.Context, rate float64, lasting time.Duration) ([]time.Duration, error) {
	var mu sync.Mutex
	var times []time.Duration
	var failed error
	var hands sync.WaitGroup
	order := g.rng.Perm(len(g.people))
	tick := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer tick.Stop()
	began := time.Now()
	for n := 0; time.Since(began) < lasting && n < len(order) && ctx.Err() == nil; n++ {
		hands.Go(func() {
			p := g.people[order[n]]
			at := time.Now()
			_, err := p.Tap(g.done)
			took := time.Since(at)
			mu.Lock()
			defer mu.Unlock()
			times, failed = append(times, took), errors.Join(failed, err)
		})
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	hands.Wait()
	return times, failed
}

// fullSpeed has everybody tap as fast as they are answered.
func (l loadTaps) fullSpeed(s *surroundings) (row, error) {
	g, err := l.ground(s, l.People, simulator.Options{})
	defer g.close()
	if err != nil {
		return row{}, err
	}
	task, err := g.publish(ward.KindTask, time.Now())
	if err != nil {
		return row{}, err
	}
	if err := g.deliver(l.People); err != nil {
		return row{}, err
	}
	if err := g.bot(pace{}); err != nil {
		return row{}, err
	}
	var next atomic.Int64
	var hands sync.WaitGroup
	errs := make([]error, l.Hands)
	began := time.Now()
	for h := range l.Hands {
		hands.Go(func() {
			for n := next.Add(1) - 1; n < int64(len(g.people)) && errs[h] == nil; n = next.Add(1) - 1 {
				_, errs[h] = g.people[n].Tap(g.done)
			}
		})
	}
	hands.Wait()
	took := time.Since(began)
	if err := errors.Join(errs...); err != nil {
		return row{}, err
	}
	counted, err := g.store.Progress(g.ctx, task.ID)
	if err != nil {
		return row{}, err
	}
	speed := float64(l.People) / took.Seconds()
	return row{
		what:       "taps, from update to answer",
		figure:     fmt.Sprintf("%.0f/s, %d counted", speed, counted.Answers.Done),
		reach:      "≥ 3,000/s, each counted and answered",
		reached:    speed >= 3000 && counted.Answers.Done == l.People,
		conditions: fmt.Sprintf("%s, %d people, %d at a time, no network, no limit", l.engineName(), l.People, l.Hands),
	}, nil
}
