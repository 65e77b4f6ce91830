package main

import (
	"context"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wardbot/storage/storagetest"
)

// TestMain lets the test binary be the program, which some measurements start
// again.
func TestMain(m *testing.M) {
	if os.Getenv("WARDBOT_TEST_AS_PROGRAM") != "" {
		main()
		return
	}
	storagetest.Main(m)
}

// Every measurement comes to its end and finds nobody missed and nobody
// written to twice; how fast it is does not matter here.
func TestEveryMeasurementWorks(t *testing.T) {
	t.Setenv("WARDBOT_TEST_AS_PROGRAM", "1")
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute) // against hanging only
	defer cancel()
	var out, log strings.Builder
	err := run(surroundings{ctx: ctx, getenv: os.Getenv, out: &out, log: &log}, []string{"load", "all", "--small", "--kills", "2"})
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, &out, &log)
	}
	for _, want := range []string{
		"rate held at SEND_RATE=25", "rate held at SEND_RATE=30", "rate held at SEND_RATE=1000", "200 durable", "engine alone", "300 durable",
		"broadcast at SEND_RATE=1000", "broadcast at SEND_RATE=30", "300 counted", "600 counted", "12000 deliveries", "taps meanwhile",
		"memory at most", "start to first poll", "memory idle", "2 times in one broadcast", "0 lost, 0 doubled, 90 sent", "0 lost, 0 doubled, 0 calls too early",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in the table:\n%s", want, &out)
		}
	}
}

// Two processes on one PostgreSQL, of which the one that leads is killed: the
// other one goes on, nobody is missed and nobody written to twice, and every
// tap is counted, whichever process it came to.
func TestTheOtherProcessGoesOn(t *testing.T) {
	database := storagetest.PostgresURL(t)
	t.Setenv("WARDBOT_TEST_AS_PROGRAM", "1")
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute) // against hanging only
	defer cancel()
	var out, log strings.Builder
	err := run(surroundings{ctx: ctx, getenv: os.Getenv, out: &out, log: &log},
		[]string{"load", "several", "--people", "150", "--kills", "2", "--database", database})
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, &out, &log)
	}
	if !regexp.MustCompile(`0 lost, 0 doubled, 150 sent.* (\d+) of (\d+) taps`).MatchString(out.String()) {
		t.Error(out.String())
	}
	m := regexp.MustCompile(`(\d+) of (\d+) taps counted`).FindStringSubmatch(out.String())
	if m == nil || m[1] != m[2] {
		t.Errorf("taps: %v", m)
	}
}

func TestSameSeedSameKills(t *testing.T) {
	l := loadKill{People: 2223, Kills: 200, Grace: time.Second}
	plan := func(seed uint64) []blow { return l.blows(rand.New(rand.NewPCG(seed, 1))) }
	if !slices.Equal(plan(1), plan(1)) || slices.Equal(plan(1), plan(2)) {
		t.Error("the plan does not follow from the seed")
	}
}
