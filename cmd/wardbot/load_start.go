package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"wardbot/simulator"
)

// loadStart measures the start of the real program.
type loadStart struct {
	trial
	Times int           `default:"5" help:"How often it is started on a database that is there; the median counts."`
	Idle  time.Duration `default:"5s" help:"After how long its memory is read."`
}

// Run starts the program on a new database, and then again and again.
func (l loadStart) Run(s *surroundings) error {
	g, err := l.ground(s, 0, simulator.Options{})
	defer g.close()
	if err != nil {
		return err
	}
	// A door in front of the pretend Telegram tells of the first poll.
	polls := make(chan time.Time, 1)
	door, err := (&net.ListenConfig{}).Listen(g.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	site := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/getUpdates") {
			select {
			case polls <- time.Now():
			default:
			}
		}
		g.telegram.ServeHTTP(w, r)
	})}
	go site.Serve(door) //nolint:errcheck // always returns an error, here that it was closed
	defer site.Close()
	g.url = "http://" + door.Addr().String()

	var times []time.Duration
	var idle int64
	for n := range max(1, l.Times) {
		took, memory, err := l.once(g, polls, n == 0)
		if err != nil {
			return err
		}
		if n == 0 {
			idle = memory
		}
		times = append(times, took)
	}
	median := quantile(times, 0.5)
	l.print(s.out,
		row{
			what: "start to first poll", figure: fmt.Sprintf("%.0f ms", ms(median)), reach: "≤ 100 ms", reached: median <= 100*time.Millisecond,
			conditions: fmt.Sprintf("%s, the real process, median of %d, schema there, no network", l.engineName(), len(times)),
		},
		row{
			what: "memory idle", figure: fmt.Sprintf("%.1f MB", float64(idle)/(1<<20)), reach: "≤ 35 MB", reached: idle <= 35<<20,
			conditions: fmt.Sprintf("%s, resident, %v after the first poll", l.engineName(), l.Idle),
		},
	)
	return nil
}

// once starts the program, waits for its first poll and, if it is to idle,
// reads its memory after a while.
func (l loadStart) once(g *ground, polls <-chan time.Time, idles bool) (took time.Duration, bytes int64, err error) {
	select {
	case <-polls: // of the one before
	default:
	}
	began := time.Now()
	child, err := g.process("serve")
	if err != nil {
		return 0, 0, err
	}
	defer child.stop()
	select {
	case at := <-polls:
		took = at.Sub(began)
	case <-child.ended:
		return 0, 0, fmt.Errorf("the program ended at its start: %s", child.ProcessState)
	case <-g.ctx.Done():
		return 0, 0, context.Cause(g.ctx)
	}
	if !idles {
		return took, 0, nil
	}
	wait := time.NewTimer(l.Idle)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-g.ctx.Done():
	}
	bytes, err = memory(child.Process.Pid, "VmRSS")
	return took, bytes, err
}
