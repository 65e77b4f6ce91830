package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadKill kills the real program in the middle of one broadcast.
type loadKill struct {
	trial
	People  int           `default:"2223" help:"How many get the message."`
	Kills   int           `default:"200" help:"How often the program is killed."`
	Network time.Duration `default:"60ms" help:"Median time of a call."`
	Grace   time.Duration `default:"500ms" help:"How long after a call was cut off the program looks for its message: longer than any call takes here. At Telegram it waits 10s."`
}

// blow is one kill: so many messages after the start, and then a moment later.
type blow struct {
	messages int
	moment   time.Duration
}

// blows plans the kills. Every fourth comes soon after the start, while what
// was in doubt before is looked for or the program is not up yet; the others
// while it sends.
func (l loadKill) blows(rng *rand.Rand) []blow {
	plan := make([]blow, l.Kills)
	for i := range plan {
		if i%4 == 3 {
			plan[i] = blow{0, time.Duration(rng.Int64N(int64(2*l.Grace + 2*time.Millisecond)))}
			continue
		}
		plan[i] = blow{1 + rng.IntN(max(1, l.People/(l.Kills+1))), time.Duration(rng.Int64N(int64(100 * time.Millisecond)))}
	}
	return plan
}

// Run publishes one task and has `wardbot serve` send it, killing it as
// planned and starting it again each time.
func (l loadKill) Run(s *surroundings) error {
	g, err := l.ground(s, l.People, simulator.Options{Latency: around(l.Network), Limits: true})
	defer g.close()
	if err != nil {
		return err
	}
	b, err := g.publish(ward.KindTask, time.Now())
	if err != nil {
		return err
	}
	began, killed, inTheAir := time.Now(), 0, 0
	for _, blow := range l.blows(g.rng) {
		done, doubts, err := l.strike(g, b.ID, blow)
		if err != nil {
			return err
		}
		if done {
			break
		}
		killed++
		inTheAir += doubts
	}
	child, err := g.process("serve", "--grace", l.Grace.String())
	if err != nil {
		return err
	}
	defer child.stop()
	if err := g.settled(b.ID); err != nil {
		return err
	}
	p, err := g.store.Progress(g.ctx, b.ID)
	if err != nil {
		return err
	}
	lost, doubled := g.copies()
	l.print(s.out, row{
		what:    fmt.Sprintf("kill -9, %d times in one broadcast", killed),
		figure:  fmt.Sprintf("%d lost, %d doubled, %d sent", lost, doubled, p.Sent),
		reach:   "0 lost, 0 doubled",
		reached: lost == 0 && doubled == 0 && killed == l.Kills,
		conditions: fmt.Sprintf("%s, %d people, SEND_RATE=30, network %v in the median, %d letters in doubt after kills, grace %v, %.0f s, %d times 429",
			l.engineName(), l.People, l.Network, inTheAir, l.Grace, time.Since(began).Seconds(), g.telegram.Slowed()),
	})
	return errCopies(lost, doubled)
}

// strike starts the program and kills it at its moment. It reports whether the
// broadcast had ended before, and how many letters the kill left in doubt.
func (l loadKill) strike(g *ground, bulletin int64, at blow) (done bool, doubts int, err error) {
	before := g.arrived()
	child, err := g.process("serve", "--grace", l.Grace.String())
	if err != nil {
		return false, 0, err
	}
	err = until(g.ctx, func() (bool, error) {
		select {
		case <-child.ended:
			return false, fmt.Errorf("the program ended by itself: %s", child.ProcessState)
		default:
		}
		if done = g.arrived() >= l.People; done {
			b, err := g.store.Bulletin(g.ctx, bulletin)
			return b.State == ward.BulletinSent, err
		}
		return g.arrived()-before >= at.messages, nil
	})
	if err != nil {
		return false, 0, err
	}
	wait := time.NewTimer(at.moment)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-g.ctx.Done():
		return false, 0, context.Cause(g.ctx)
	}
	if err := child.kill(); err != nil {
		return false, 0, err
	}
	left, err := g.store.InDoubt(g.ctx)
	return done, len(left), err
}
