package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// loadCommand measures what the program promises, against the simulator.
type loadCommand struct {
	Rate    loadRate    `cmd:"" help:"How exactly SEND_RATE is held."`
	Engine  loadEngine  `cmd:"" help:"Deliveries a second without a limit."`
	Taps    loadTaps    `cmd:"" help:"From a tap to its answer, while a broadcast runs and at full speed."`
	Confirm loadConfirm `cmd:"" help:"Confirmations a second made durable by the storage."`
	Publish loadPublish `cmd:"" help:"Publishing to a million people while others tap."`
	Tally   loadTally   `cmd:"" help:"Weekly, monthly and yearly numbers over ten million deliveries; takes minutes."`
	Start   loadStart   `cmd:"" help:"From the start to the first poll; memory when idle."`
	Kill    loadKill    `cmd:"" help:"Kill the bot again and again in one broadcast."`
	Several loadSeveral `cmd:"" help:"Kill whichever of two processes leads, again and again."`
	Faults  loadFaults  `cmd:"" help:"One broadcast through everything that can go wrong."`
	All     loadAll     `cmd:"" help:"All of these, each in a process of its own; the tally in a smaller size."`
}

// trial is what all measurements can be told.
type trial struct {
	Database string        `placeholder:"URL" help:"A scratch database is made beside this one, and dropped: postgres://…, or file:… for its folder. Without it, SQLite in the folder for temporary files."`
	Seed     uint64        `default:"1" help:"The same seed makes the same plan."`
	Within   time.Duration `default:"60m" help:"Give up after this long."`
	Bare     bool          `hidden:"" help:"No header."`
}

// row is one line of the table.
type row struct {
	what, figure, reach string // reach: what design and issue ask for
	reached             bool
	conditions          string
}

const rowForm = "%-40s  %-44s  %-34s  %-7s  %s\n"

// print writes rows, under a header unless somebody else has written it.
func (t trial) print(out io.Writer, rows ...row) {
	if !t.Bare {
		header(out)
	}
	for _, r := range rows {
		fmt.Fprintf(out, rowForm, r.what, r.figure, r.reach, map[bool]string{true: "yes", false: "NO"}[r.reached], r.conditions)
	}
}

func header(out io.Writer) {
	fmt.Fprintf(out, rowForm, "what", "figure", "to reach", "reached", "conditions")
}

// engineName is which database is measured.
func (t trial) engineName() string {
	if strings.HasPrefix(t.Database, "postgres") {
		return "PostgreSQL"
	}
	return "SQLite"
}

// loadAll runs every measurement.
type loadAll struct {
	trial
	Kills int  `default:"20" help:"How often the bot is killed."`
	Small bool `help:"In a tiny size: to see that everything works, not how fast."`
}

// parts are the measurements with their arguments, usual and tiny.
var parts = []struct{ usual, small string }{
	{"rate --rate 25", "rate --rate 25 --people 20"},
	{"rate --rate 30", "rate --rate 30 --people 20"},
	{"rate --rate 1000 --people 20000", "rate --rate 1000 --people 200"},
	{"engine", "engine --people 300"},
	{"taps", "taps --people 300 --lasting 200ms"},
	{"confirm", "confirm --people 600"},
	{"publish", "publish --people 12000"},
	{"tally --deliveries 400000 --tasks 60", "tally --deliveries 4000 --tasks 40 --wards 20 --runs 2"},
	{"start", "start --times 1 --idle 50ms"},
	{"kill", "kill --people 90"},
	{"several", "several --people 120 --kills 2"},
	{"faults", "faults --people 60 --down 1s --grace 300ms"},
}

// Run runs them one after the other, so that none disturbs another. It goes on
// after one that failed.
func (l loadAll) Run(s *surroundings) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "wardbot load all, seed %d, %s\n", l.Seed, l.engineName())
	header(s.out)
	var failed []string
	for _, part := range parts {
		args := strings.Fields(part.usual)
		if l.Small {
			args = strings.Fields(part.small)
		}
		if args[0] == "several" && l.engineName() == "SQLite" {
			continue // one process serves a file
		}
		if args[0] == "kill" {
			args = append(args, "--kills", strconv.Itoa(l.Kills))
		}
		args = slices.Concat([]string{"load"}, args, []string{"--bare", "--seed", strconv.FormatUint(l.Seed, 10), "--within", l.Within.String()})
		if l.Database != "" {
			args = append(args, "--database", l.Database)
		}
		child := exec.CommandContext(s.ctx, self, args...)
		child.Stdout, child.Stderr = s.out, s.log
		child.Cancel = func() error { return child.Process.Signal(os.Interrupt) } // it has to clean up
		child.WaitDelay = time.Minute
		if err := child.Run(); err != nil {
			failed = append(failed, args[1])
		}
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("wardbot load: %s failed", strings.Join(failed, ", "))
	}
	return nil
}

// quantile is the time within which that share of all ended.
func quantile(times []time.Duration, share float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[min(len(times)-1, int(share*float64(len(times))))]
}

// until asks again and again, up to 1,000 times a second, until something
// holds.
func until(ctx context.Context, holds func() (bool, error)) error {
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		if done, err := holds(); done || err != nil {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("wardbot load: %w", context.Cause(ctx))
		}
	}
}
