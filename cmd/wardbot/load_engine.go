package main

import (
	"fmt"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadEngine measures the engine without a limit.
type loadEngine struct {
	trial
	People  int           `default:"50000" help:"How many get the message."`
	Network time.Duration `default:"5ms" help:"Median time of a call."`
}

// Run lets the bot deliver one task, from its start until the last result is
// durable.
func (l loadEngine) Run(s *surroundings) error {
	g, err := l.ground(s, l.People, simulator.Options{Latency: around(l.Network)})
	defer g.close()
	if err != nil {
		return err
	}
	b, err := g.publish(ward.KindTask, time.Now())
	if err != nil {
		return err
	}
	began := time.Now()
	if err := g.bot(pace{}); err != nil {
		return err
	}
	if err := until(g.ctx, func() (bool, error) { return g.arrived() >= l.People, nil }); err != nil {
		return err
	}
	if err := g.settled(b.ID); err != nil {
		return err
	}
	took := time.Since(began)
	durable, err := g.store.Progress(g.ctx, b.ID)
	if err != nil {
		return err
	}
	speed := float64(l.People) / took.Seconds()
	lost, doubled := g.copies()
	l.print(s.out, row{
		what:       "engine alone, no limit",
		figure:     fmt.Sprintf("%.0f/s, %d durable", speed, durable.Sent),
		reach:      "≥ 10,000/s, every one durable",
		reached:    speed >= 10_000 && durable.Sent == l.People,
		conditions: fmt.Sprintf("%s, %d people, from the start of the bot, network %v in the median, %d lost, %d doubled", l.engineName(), l.People, l.Network, lost, doubled),
	})
	return errCopies(lost, doubled)
}
