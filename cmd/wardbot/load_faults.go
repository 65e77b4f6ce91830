package main

import (
	"fmt"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadFaults lets everything go wrong in one broadcast.
type loadFaults struct {
	trial
	People  int           `default:"2223" help:"How many get the message."`
	Rate    float64       `default:"30" help:"SEND_RATE."`
	Network time.Duration `default:"60ms" help:"Median time of a call."`
	Down    time.Duration `default:"2m" help:"How long the network is down, once half of the people have the message."`
	Grace   time.Duration `default:"10s" help:"How long after a call was cut off the bot looks for its message."`
}

// faultPlan is what goes wrong besides the network, in words for the table.
const faultPlan = "5% 5xx and 1% 502 pages (every second one carried out), 5% resets after, 1% before, 0.1% time-outs, 0.3% single 429, " +
	"storms of 429 at 5, 25 and 60 s (every second call for 3 s, retry after 2, 5 and 20 s)"

// plan is faultPlan for the simulator. A storm is short because the bot makes
// no call while it lasts.
func (l loadFaults) plan() []simulator.Fault {
	plan := []simulator.Fault{
		{Kind: simulator.Error500, Share: 0.05},
		{Kind: simulator.Page502, Share: 0.01},
		{Kind: simulator.ResetAfter, Share: 0.05},
		{Kind: simulator.ResetBefore, Share: 0.01},
		{Kind: simulator.Timeout, Share: 0.001},
		{Kind: simulator.Storm429, Share: 0.003, RetryAfter: 3 * time.Second},
	}
	for _, storm := range []struct{ at, wait time.Duration }{{5, 2}, {25, 5}, {60, 20}} {
		plan = append(plan, simulator.Fault{
			Kind: simulator.Storm429, Share: 0.5, From: storm.at * time.Second, For: 3 * time.Second, RetryAfter: storm.wait * time.Second,
		})
	}
	return plan
}

// Run broadcasts one task with the whole bot.
func (l loadFaults) Run(s *surroundings) error {
	g, err := l.ground(s, l.People, simulator.Options{Latency: around(l.Network), Limits: true, Rate: max(30, l.Rate)})
	defer g.close()
	if err != nil {
		return err
	}
	b, err := g.publish(ward.KindTask, time.Now())
	if err != nil {
		return err
	}
	g.telegram.SetFaults(l.plan()...)
	began := time.Now()
	if err := g.bot(pace{rate: l.Rate, grace: l.Grace}); err != nil {
		return err
	}
	if err := until(g.ctx, func() (bool, error) { return g.arrived() >= l.People/2, nil }); err != nil {
		return err
	}
	g.telegram.Down(true)
	back := time.AfterFunc(l.Down, func() { g.telegram.Down(false) })
	defer back.Stop()
	if err := g.settled(b.ID); err != nil {
		return err
	}
	p, err := g.store.Progress(g.ctx, b.ID)
	if err != nil {
		return err
	}
	lost, doubled := g.copies()
	early := g.telegram.Early()
	l.print(s.out, row{
		what:    "everything that can go wrong",
		figure:  fmt.Sprintf("%d lost, %d doubled, %d calls too early", lost, doubled, early),
		reach:   "0 lost, 0 doubled, 0 too early",
		reached: lost == 0 && doubled == 0 && early == 0,
		conditions: fmt.Sprintf("%s, %d people, SEND_RATE=%g, %s, network down for %v, %d times 429, %d sent, %d failed, %d unknown, %.0f s",
			l.engineName(), l.People, l.Rate, faultPlan, l.Down, g.telegram.Slowed(), p.Sent, p.Failed, p.Unknown, time.Since(began).Seconds()),
	})
	return errCopies(lost, doubled)
}
