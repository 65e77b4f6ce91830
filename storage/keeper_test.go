package storage_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
)

// slots is how many times of a daily plan come while nobody counts.
const slots = 120

// keepAll is the process that gets killed: it keeps all slots of all plans, as
// the program does when each has come.
func keepAll() error {
	ctx := context.Background()
	s, err := storage.Open(ctx, os.Getenv("WARDBOT_KEEPER"))
	if err != nil {
		return err
	}
	last := morning.Add(slots * 24 * time.Hour)
	for {
		due, err := s.PlansDue(ctx, last)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, p := range due {
			if _, err := keep(ctx, s, p); err != nil {
				return err
			}
		}
	}
}

// Killed at any moment around the slots of a plan, two at a time at that, the
// programs publish each of them, and none twice.
func TestKilledWhileKeepingPlans(t *testing.T) {
	for _, engine := range []struct {
		name string
		url  func(testing.TB) string
	}{
		{"sqlite", func(tb testing.TB) string { return filepath.Join(tb.TempDir(), "wardbot.db") }},
		{"postgres", storagetest.PostgresURL},
	} {
		t.Run(engine.name, func(t *testing.T) {
			const kills = 10
			url := engine.url(t)
			s, err := storage.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			town := newTown(t, s)
			town.person()
			plan := town.plan("a")
			random := rand.New(rand.NewPCG(4, kills))
			killed := 0
			for ended := false; !ended; killed++ {
				one, other := town.keeper(url), town.keeper(url)
				goal := town.published() + 1 + random.IntN(slots/kills)
				for town.published() < min(goal, slots) {
					runtime.Gosched()
				}
				ended = killed == kills || town.published() == slots
				for _, p := range []*exec.Cmd{one, other} {
					if !ended {
						town.must(p.Process.Kill())
					}
					if err := p.Wait(); ended && err != nil {
						t.Error(err)
					}
				}
			}
			if killed < kills/2 {
				t.Errorf("killed %d times only", killed)
			}
			bulletins, err := s.RecentBulletins(town.ctx, 2*slots)
			town.must(err)
			for i, b := range bulletins {
				want := plan.Next.Add(time.Duration(len(bulletins)-1-i) * 24 * time.Hour)
				if !b.SendAt.Equal(want) {
					t.Fatalf("the %d. was sent at %s, not %s", len(bulletins)-i, b.SendAt, want)
				}
			}
			if len(bulletins) != slots {
				t.Errorf("%d published, not %d", len(bulletins), slots)
			}
			town.must(s.Close())
		})
	}
}

// keeper starts a process that keeps plans.
func (t *town) keeper(url string) *exec.Cmd {
	t.Helper()
	p := exec.CommandContext(t.ctx, os.Args[0])
	p.Env, p.Stderr = append(os.Environ(), "WARDBOT_KEEPER="+url), os.Stderr
	t.must(p.Start())
	return p
}

func (t *town) published() int {
	t.Helper()
	all, err := t.RecentBulletins(t.ctx, 2*slots)
	t.must(err)
	return len(all)
}

// keeperMain is the test binary as a keeper.
func keeperMain() {
	if err := keepAll(); err != nil {
		slog.Error("keeper", "error", err)
		os.Exit(1)
	}
}
