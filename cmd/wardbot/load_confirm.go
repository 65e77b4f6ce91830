package main

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadConfirm measures the storage alone.
type loadConfirm struct {
	trial
	People  int `default:"200000" help:"How many confirm."`
	Clients int `default:"256" help:"How many at a time, each waiting for the commit."`
}

// Run has everybody confirm one task, more or less in the order in which it
// was sent to them.
func (l loadConfirm) Run(s *surroundings) error {
	g, err := l.ground(s, 0, simulator.Options{})
	defer g.close()
	if err != nil {
		return err
	}
	if err := g.store.Populate(g.ctx, firstChat, l.People); err != nil {
		return err
	}
	task, err := g.publish(ward.KindTask, time.Now())
	if err != nil {
		return err
	}
	people, err := g.pretendSent()
	if err != nil {
		return err
	}
	g.scatter(people)

	waits := make([][]time.Duration, l.Clients)
	errs := make([]error, l.Clients)
	var next atomic.Int64
	var clients sync.WaitGroup
	began := time.Now()
	for c := range l.Clients {
		clients.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(people) && errs[c] == nil; n = int(next.Add(1)) - 1 {
				at := time.Now()
				_, errs[c] = g.store.Confirm(g.ctx, task.ID, people[n], ward.AnswerDone, at)
				waits[c] = append(waits[c], time.Since(at))
			}
		})
	}
	clients.Wait()
	took := time.Since(began)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	counted, err := g.store.Progress(g.ctx, task.ID)
	if err != nil {
		return err
	}
	all := slices.Concat(waits...)
	speed, p99 := float64(len(people))/took.Seconds(), quantile(all, 0.99)
	l.print(s.out, row{
		what:       "confirmations made durable by storage",
		figure:     fmt.Sprintf("%.0f/s, p99 %.1f ms, %d counted", speed, ms(p99), counted.Answers.Done),
		reach:      "≥ 60,000/s, p99 ≤ 15 ms",
		reached:    speed >= 60_000 && p99 <= 15*time.Millisecond && counted.Answers.Done == l.People,
		conditions: fmt.Sprintf("%s, %d people, %d clients, each waits for its commit", l.engineName(), l.People, l.Clients),
	})
	return nil
}

// pretendSent records everything due as sent, without sending it, and returns
// to whom that was.
func (g *ground) pretendSent() (people []int64, err error) {
	for more := true; more; {
		if more, err = g.store.FanOut(g.ctx, time.Now()); err != nil {
			return nil, err
		}
	}
	for {
		due, err := g.store.Due(g.ctx, time.Now(), 2000)
		if err != nil || len(due) == 0 {
			return people, err
		}
		results := make([]ward.Settlement, len(due))
		for i, d := range due {
			people = append(people, d.PersonID)
			results[i] = ward.Settlement{DeliveryKey: d.DeliveryKey, State: ward.DeliverySent, MessageID: int64(len(people)), At: time.Now()}
		}
		if _, err := g.store.Claim(g.ctx, due, time.Now()); err != nil {
			return nil, err
		}
		if err := g.store.Settle(g.ctx, results); err != nil {
			return nil, err
		}
	}
}

// scatter moves everybody some thousand places at most.
func (g *ground) scatter(people []int64) {
	place := make(map[int64]int, len(people))
	for i, p := range people {
		place[p] = i + g.rng.IntN(10_000)
	}
	slices.SortFunc(people, func(a, b int64) int { return place[a] - place[b] })
}

// ms is a time in milliseconds.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
