package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// loadSeveral kills the process that leads again and again, while another one
// stands by and both answer taps.
type loadSeveral struct {
	trial
	People  int           `default:"1000" help:"How many get the message."`
	Kills   int           `default:"5" help:"How often the process that leads is killed."`
	Taps    float64       `default:"5" help:"Taps a second meanwhile."`
	Network time.Duration `default:"60ms" help:"Median time of a call."`
	Grace   time.Duration `default:"500ms" help:"As of load kill."`
}

// surelyOthers is more messages than a process at SEND_RATE=30 has on their way
// when it is killed.
const surelyOthers = 40

// errOneProcess says why there is nothing to measure with SQLite.
var errOneProcess = errors.New("wardbot load several: an SQLite file is served by one process; give --database postgres://…")

// pair is two processes behind a balancer. The one that has run longer leads.
type pair struct {
	g       *ground
	grace   time.Duration
	running [2]*process
	targets [2]string // where they listen
	leads   int       // which of them
	turn    atomic.Int64
}

// Run publishes one task, has two processes send it and take the taps, and
// kills whichever leads, as often as planned.
func (l loadSeveral) Run(s *surroundings) error {
	if l.engineName() == "SQLite" {
		return usage{errOneProcess}
	}
	g, err := l.ground(s, l.People, simulator.Options{Latency: around(l.Network), Limits: true})
	defer g.close()
	if err != nil {
		return err
	}
	both := &pair{g: g, grace: l.Grace}
	if err := both.start(); err != nil {
		return err
	}
	defer both.stop()
	b, err := g.publish(ward.KindTask, time.Now())
	if err != nil {
		return err
	}
	answered, tapping := l.tap(g)
	var gaps []time.Duration
	for n := range l.Kills {
		next := (n + 1) * l.People / (l.Kills + 1)
		if err := until(g.ctx, func() (bool, error) { return g.arrived() >= next, nil }); err != nil {
			return err
		}
		gap, err := both.kill(l.People)
		if err != nil {
			return err
		}
		gaps = append(gaps, gap)
	}
	if err := g.settled(b.ID); err != nil {
		return err
	}
	times, err := tapping()
	if err != nil {
		return err
	}
	p, err := g.store.Progress(g.ctx, b.ID)
	if err != nil {
		return err
	}
	lost, doubled := g.copies()
	longest := slices.Max(append(gaps, 0))
	l.print(s.out, row{
		what: fmt.Sprintf("two processes, the leader killed %d times", len(gaps)),
		figure: fmt.Sprintf("%d lost, %d doubled, %d sent, over in %.1f s at most, %d of %d taps counted, the slowest %.1f s",
			lost, doubled, p.Sent, longest.Seconds(), p.Answers.Done, answered(), quantile(times, 1).Seconds()),
		reach:      "0 lost, 0 doubled, ≤ 5 s, every tap",
		reached:    lost == 0 && doubled == 0 && longest <= 5*time.Second && p.Answers.Done == answered(),
		conditions: fmt.Sprintf("PostgreSQL, %d people, SEND_RATE=30, %g taps/s by webhook through a balancer that takes them in turn, network %v in the median, grace %v", l.People, l.Taps, l.Network, l.Grace),
	})
	return errCopies(lost, doubled)
}

// tap has somebody tap who has the task and has not tapped yet, so many times
// a second. Answered is how many got their answer; tapping stops it, and
// returns how long each waited.
func (l loadSeveral) tap(g *ground) (answered func() int, tapping func() ([]time.Duration, error)) {
	var mu sync.Mutex
	var times []time.Duration
	var failed error
	var hands sync.WaitGroup
	stop := make(chan struct{})
	hands.Go(func() {
		tick := time.NewTicker(time.Duration(float64(time.Second) / l.Taps))
		defer tick.Stop()
		left := slices.Clone(g.people)
		for {
			select {
			case <-tick.C:
			case <-stop:
				return
			}
			i := slices.IndexFunc(left, func(p *simulator.Person) bool { return p.Received() > 0 })
			if i < 0 {
				continue
			}
			p := left[i]
			left = slices.Delete(left, i, i+1)
			hands.Go(func() {
				at := time.Now()
				_, err := p.Tap(g.done)
				took := time.Since(at)
				mu.Lock()
				defer mu.Unlock()
				times, failed = append(times, took), errors.Join(failed, err)
			})
		}
	})
	return func() int { mu.Lock(); defer mu.Unlock(); return len(times) }, func() ([]time.Duration, error) {
		close(stop)
		hands.Wait()
		return slices.Clone(times), failed
	}
}

// start starts both processes and the balancer.
func (b *pair) start() (err error) {
	for i := range b.targets {
		if b.targets[i], err = freePort(b.g); err != nil {
			return err
		}
	}
	door, err := new(net.ListenConfig).Listen(b.g.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	balancer := &http.Server{ReadHeaderTimeout: time.Minute, Handler: &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: "wardbot.example"}) },
		Transport:    &http.Transport{DisableKeepAlives: true, DialContext: b.dial},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}}
	go balancer.Serve(door) //nolint:errcheck // always returns an error, here that it was closed
	b.g.closers = append(b.g.closers, balancer.Close)
	b.g.telegram.ForwardTo("http://" + door.Addr().String())
	for i := range b.running {
		if err := b.startOne(i); err != nil {
			return err
		}
	}
	return nil
}

// dial takes the processes in turn, and the other one if nobody is there.
func (b *pair) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	turn := int(b.turn.Add(1))
	conn, err := new(net.Dialer).DialContext(ctx, network, b.targets[turn%2])
	if err != nil {
		conn, err = new(net.Dialer).DialContext(ctx, network, b.targets[(turn+1)%2])
	}
	return conn, err
}

// freePort is an address that is free now: nobody else is asked for one
// meanwhile.
func freePort(g *ground) (addr string, err error) {
	l, err := new(net.ListenConfig).Listen(g.ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// startOne starts a process and waits until it is up.
func (b *pair) startOne(i int) error {
	addr := b.targets[i]
	p, err := b.g.processWith(byWebhook(addr), "serve", "--grace", b.grace.String())
	if err != nil {
		return err
	}
	b.running[i] = p
	return until(b.g.ctx, func() (bool, error) {
		select {
		case <-p.ended:
			return false, fmt.Errorf("the program ended by itself: %s", p.ProcessState)
		default:
		}
		r, err := http.NewRequestWithContext(b.g.ctx, http.MethodGet, "http://"+addr+"/healthz", nil)
		if err != nil {
			return false, err
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return false, nil //nolint:nilerr // not up yet
		}
		resp.Body.Close()
		return true, nil
	})
}

// kill kills the process that leads and starts it again as the one that waits.
// It returns how long nothing was sent after the last of its calls had landed.
func (b *pair) kill(people int) (gap time.Duration, err error) {
	if err := b.running[b.leads].kill(); err != nil {
		return 0, err
	}
	at, seen, more := time.Now(), b.g.arrived(), 0
	err = until(b.g.ctx, func() (bool, error) {
		if n := b.g.arrived(); n > seen {
			gap, more = max(gap, time.Since(at)), more+n-seen
			at, seen = time.Now(), n
		}
		return more >= surelyOthers || seen >= people, nil
	})
	if err != nil {
		return 0, err
	}
	killed := b.leads
	b.leads = 1 - killed
	return gap, b.startOne(killed)
}

func (b *pair) stop() {
	for _, p := range b.running {
		if p != nil {
			p.stop()
		}
	}
}
