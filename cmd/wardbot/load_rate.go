package main

import (
	"errors"
	"fmt"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadRate measures how exactly the rate is held.
type loadRate struct {
	trial
	Rate    float64       `default:"25" help:"SEND_RATE."`
	People  int           `default:"2223" help:"How many get the message."`
	Network time.Duration `default:"60ms" help:"Median time of a call."`
}

// Run broadcasts one task with the whole bot, Telegram's limits on.
func (l loadRate) Run(s *surroundings) error {
	if l.Rate <= 0 || l.People < 2 {
		return usage{errors.New("wardbot load rate: --rate must be above 0, --people at least 2")}
	}
	// More than 30 a second is what Telegram sells.
	g, err := l.ground(s, l.People, simulator.Options{Latency: around(l.Network), Limits: true})
	defer g.close()
	if err != nil {
		return err
	}
	if err := g.bot(pace{rate: l.Rate}); err != nil {
		return err
	}
	b, err := g.publish(ward.KindTask, time.Now())
	if err != nil {
		return err
	}
	var first, last time.Time
	early := 0 // had arrived when the clock began
	err = until(g.ctx, func() (bool, error) {
		n := g.arrived()
		switch {
		case n > 0 && first.IsZero():
			first, early = time.Now(), n
		case n >= l.People:
			last = time.Now()
		}
		return !last.IsZero(), nil
	})
	if err != nil {
		return err
	}
	if err := g.settled(b.ID); err != nil {
		return err
	}
	durable, err := g.store.Progress(g.ctx, b.ID)
	if err != nil {
		return err
	}
	held := 100 * float64(l.People-early) / last.Sub(first).Seconds() / l.Rate
	slowed := g.telegram.Slowed()
	lost, doubled := g.copies()
	l.print(s.out, row{
		what:       fmt.Sprintf("rate held at SEND_RATE=%g", l.Rate),
		figure:     fmt.Sprintf("%.2f%%, %d times 429, %d durable", held, slowed, durable.Sent),
		reach:      "≥ 99%, no 429, every one durable",
		reached:    held >= 99 && slowed == 0 && durable.Sent == l.People,
		conditions: fmt.Sprintf("%s, %d people, network %v in the median, limits on, %d lost, %d doubled, %d tenths of a Star paid", l.engineName(), l.People, l.Network, lost, doubled, g.telegram.Spent()),
	})
	return errCopies(lost, doubled)
}
