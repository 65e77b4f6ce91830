package main

import (
	"context"
	"fmt"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadTally measures how soon numbers are there once much has happened.
type loadTally struct {
	trial
	Deliveries int `default:"10000000" help:"How many were sent in a year, about."`
	Tasks      int `default:"365" help:"On how many days of the year, up to its end, there was a task for everybody."`
	Wards      int `default:"1800" help:"How many wards there are."`
	Groups     int `default:"5" help:"How many groups a ward has."`
	Runs       int `default:"50" help:"How often each question is asked."`
}

// Of a made-up year.
const lastDay = ward.Day(20251231)

// Run makes up a year and asks for its numbers.
func (l loadTally) Run(s *surroundings) error {
	if l.Tasks < 1 || l.Tasks > 365 || l.Wards < 1 || l.Groups < 1 || l.Runs < 1 || l.Deliveries < l.Tasks {
		return usage{fmt.Errorf("wardbot load tally: --tasks must be between 1 and 365, --deliveries at least as many, and the others above 0")}
	}
	g, err := l.ground(s, 0, simulator.Options{})
	defer g.close()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := l.year(g); err != nil {
		return err
	}
	built := time.Since(began)
	wards, err := g.store.Wards(g.ctx)
	if err != nil {
		return err
	}
	week := ward.WeekWith(lastDay.Add(-9)) // a whole one in one month
	one := wards[len(wards)/2].ID
	conditions := fmt.Sprintf("%s, %d deliveries of %d tasks to %d wards of %d groups, made up in %.0f s; %d runs",
		l.engineName(), l.Deliveries/l.Tasks*l.Tasks, l.Tasks, l.Wards, l.Groups, built.Seconds(), l.Runs)
	var rows []row
	for _, q := range []struct {
		what string
		most time.Duration
		ask  func() error
	}{
		{"weekly tally by ward", 5 * time.Millisecond, tallies(g, week)},
		{"weekly tally by group", 5 * time.Millisecond, groupTallies(g, week, one)},
		{"week across two months by ward", 10 * time.Millisecond, tallies(g, ward.WeekWith(20251201-1))},
		{"twelve-week line of all wards", 100 * time.Millisecond, weeks(g, 0)},
		{"twelve-week line of a ward", 5 * time.Millisecond, weeks(g, one)},
		{"month by ward", 20 * time.Millisecond, tallies(g, ward.MonthOf(lastDay))},
		{"month by group", 5 * time.Millisecond, groupTallies(g, ward.MonthOf(lastDay), one)},
		{"year by ward", 200 * time.Millisecond, tallies(g, ward.YearOf(lastDay))},
		{"year by group", 50 * time.Millisecond, groupTallies(g, ward.YearOf(lastDay), one)},
		{"view of a week, all wards", 500 * time.Millisecond, view(g, week, 0)},
		{"view of a week, one ward", 50 * time.Millisecond, view(g, week, one)},
		{"view of the year, all wards", time.Second, view(g, ward.YearOf(lastDay), 0)},
	} {
		times := make([]time.Duration, l.Runs)
		for i := -1; i < l.Runs; i++ { // the first one warms up
			at := time.Now()
			if err := q.ask(); err != nil {
				return err
			}
			times[max(0, i)] = time.Since(at)
		}
		median := quantile(times, 0.5)
		rows = append(rows, row{
			what: q.what, figure: fmt.Sprintf("p50 %.1f ms, p99 %.1f ms", ms(median), ms(quantile(times, 0.99))),
			reach: fmt.Sprintf("p50 ≤ %v", q.most), reached: median <= q.most, conditions: conditions,
		})
	}
	began = time.Now()
	wrong, err := g.store.CheckTallies(g.ctx)
	if err != nil {
		return err
	}
	rows = append(rows, row{
		what: "everything counted anew", figure: fmt.Sprintf("%.1f s, %d differences", time.Since(began).Seconds(), len(wrong)),
		reach: "no difference", reached: len(wrong) == 0, conditions: conditions,
	})
	l.print(s.out, rows...)
	if len(wrong) > 0 {
		return fmt.Errorf("wardbot load tally: %d differences, the first: %s", len(wrong), wrong[0])
	}
	return nil
}

func tallies(g *ground, p ward.Period) func() error {
	return func() error { _, err := g.store.Tallies(g.ctx, p); return err }
}

func groupTallies(g *ground, p ward.Period, wardID int64) func() error {
	return func() error { _, err := g.store.GroupTallies(g.ctx, p, wardID); return err }
}

func weeks(g *ground, wardID int64) func() error {
	return func() error { _, err := g.store.Weeks(g.ctx, lastDay, wardID); return err }
}

func view(g *ground, p ward.Period, wardID int64) func() error {
	return func() error { _, err := g.store.View(g.ctx, p, wardID); return err }
}

// year makes up people, and a task a day that was sent to all of them.
func (l loadTally) year(g *ground) error {
	var places []ward.PlaceRow
	for w := range l.Wards {
		for n := range l.Groups {
			places = append(places, ward.PlaceRow{Ward: fmt.Sprintf("Phường số %d", w+1), Group: fmt.Sprintf("Tổ %d", n+1)})
		}
	}
	if _, err := g.store.ImportPlaces(g.ctx, places); err != nil {
		return err
	}
	if err := g.store.Populate(g.ctx, firstChat, l.Deliveries/l.Tasks); err != nil {
		return err
	}
	for n := range l.Tasks {
		if err := l.task(g.ctx, g, lastDay.Add(n-l.Tasks+1)); err != nil {
			return err
		}
	}
	if err := g.store.Rebuild(g.ctx); err != nil {
		return err
	}
	return g.store.Analyze(g.ctx)
}

func (l loadTally) task(ctx context.Context, g *ground, day ward.Day) error {
	at := day.In(g.zone).Add(8 * time.Hour)
	task, err := g.publish(ward.KindTask, at)
	if err != nil {
		return err
	}
	for more := true; more; {
		if more, err = g.store.FanOut(ctx, at); err != nil {
			return err
		}
	}
	return g.store.Pretend(ctx, task)
}
