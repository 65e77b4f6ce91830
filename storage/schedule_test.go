package storage_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// plan keeps a daily task for everybody, from tomorrow on.
func (t *town) plan(key string) ward.Plan {
	t.Helper()
	draft := t.bulletin()
	draft.DraftKey = key
	rule := ward.Recurrence{Repeat: ward.Daily, From: monday + 1, At: 450, Zone: "Asia/Ho_Chi_Minh"}
	next, _ := rule.Next(t.now)
	p, err := t.AddPlan(t.ctx, ward.Plan{
		Draft: draft, Rule: rule, Deadline: ward.Deadline{At: 20 * 60}, Next: next, ChatID: 77, Language: "vi",
	})
	t.must(err)
	return p
}

// keep keeps the slot of a plan as it was read.
func keep(ctx context.Context, s *storage.Store, p ward.Plan) (bool, error) {
	slot := p.Next
	b := p.Slot(slot, fmt.Sprintf("plan-%d-%d", p.ID, slot.Unix()))
	p.Next, _ = p.Rule.Next(slot)
	return s.Keep(ctx, p, slot, &b, written(ward.Letter{Language: "vi", HTML: "x"}))
}

func TestPlan(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		first, gone := town.person(), town.person()
		p := town.plan("a")
		if again := town.plan("a"); again.ID != p.ID {
			t.Errorf("a draft planned twice is %d and %d", p.ID, again.ID)
		}
		is, err := s.Plan(town.ctx, p.ID)
		town.must(err)
		if is.Rule.At != 450 || is.Draft.Title == "" || is.Deadline.At != 20*60 || !is.Next.Equal(p.Next) || is.ChatID != 77 || is.Paused {
			t.Errorf("got %+v", is)
		}
		due := func() []ward.Plan {
			all, err := s.PlansDue(town.ctx, town.now)
			town.must(err)
			return all
		}
		if all := due(); len(all) != 0 {
			t.Errorf("due today: %+v", all)
		}
		// Who joins meanwhile gets it, who leaves does not.
		town.must(s.Erase(town.ctx, gone.ID, town.now))
		town.person()
		town.now = p.Next
		all := due()
		if len(all) != 1 {
			t.Fatalf("due tomorrow: %+v", all)
		}
		kept, err := keep(town.ctx, s, all[0])
		town.must(err)
		again, err := keep(town.ctx, s, all[0])
		town.must(err)
		if !kept || again {
			t.Errorf("kept %v, a second time %v", kept, again)
		}
		bulletins, err := s.RecentBulletins(town.ctx, 9)
		town.must(err)
		if len(bulletins) != 1 || town.progress(bulletins[0]).Audience != 2 || bulletins[0].SendDay != monday+1 || !bulletins[0].Deadline.Equal(town.now.Add(12*time.Hour+30*time.Minute)) {
			t.Errorf("published: %+v", bulletins)
		}
		controls, err := s.Controls(town.ctx)
		town.must(err)
		if len(controls) != 1 || controls[0].ChatID != 77 || controls[0].MessageID != 0 {
			t.Errorf("controls: %+v", controls)
		}
		if all := due(); len(all) != 0 {
			t.Errorf("still due: %+v", all)
		}

		is, err = s.Plan(town.ctx, p.ID)
		town.must(err)
		slot := is.Next
		is.Paused = true
		town.must(s.ChangePlan(town.ctx, is, slot))
		town.wants(s.ChangePlan(town.ctx, is, slot.Add(time.Minute)), ward.ErrOvertaken)
		town.now = town.now.Add(48 * time.Hour)
		if all := due(); len(all) != 0 {
			t.Errorf("due though paused: %+v", all)
		}
		if kept, err := keep(town.ctx, s, is); err != nil || kept {
			t.Errorf("kept though paused: %v", err)
		}
		if plans, err := s.Plans(town.ctx); err != nil || len(plans) != 1 {
			t.Errorf("plans: %+v, %v", plans, err)
		}
		town.must(s.DropPlan(town.ctx, p.ID))
		_, err = s.Plan(town.ctx, p.ID)
		town.wants(err, ward.ErrNotFound)
		if next := town.plan("b"); next.ID == p.ID {
			t.Error("the number of a plan was given out again")
		}
		_ = first
		town.right()
	})
}

// What could not be kept is remembered until the coordinator was told, also of
// a plan that is over.
func TestMissedSlots(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		p := town.plan("a")
		slot := p.Next
		p.Next, p.Missed, p.MissedSince = time.Time{}, 2, slot
		kept, err := s.Keep(town.ctx, p, slot, nil, nil)
		town.must(err)
		if !kept {
			t.Error("not kept")
		}
		missed, err := s.PlansMissed(town.ctx)
		town.must(err)
		if len(missed) != 1 || missed[0].Missed != 2 || !missed[0].MissedSince.Equal(slot) || !missed[0].Next.IsZero() {
			t.Fatalf("missed: %+v", missed)
		}
		town.must(s.ToldMissed(town.ctx, p.ID, 2))
		_, err = s.Plan(town.ctx, p.ID)
		town.wants(err, ward.ErrNotFound)
	})
}

func TestPlansGoWithTheirCoordinator(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		mai := town.person()
		p := town.plan("a")
		town.must(s.Damage(town.ctx, fmt.Sprintf("UPDATE schedule SET chat_id = %d", mai.ChatID)))
		town.must(s.Erase(town.ctx, mai.ID, town.now))
		_, err := s.Plan(town.ctx, p.ID)
		town.wants(err, ward.ErrNotFound)
	})
}

// Two processes that come to the same slots again and again, each with what it
// read long before, publish every slot once.
func TestSlotsAreKeptOnceByTwoProcesses(t *testing.T) {
	for engine, url := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "wardbot.db") },
		"postgres": func(t *testing.T) string { return storagetest.PostgresURL(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			at := url(t)
			var stores []*storage.Store
			for range 2 {
				s, err := storage.Open(t.Context(), at)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { s.Close() })
				stores = append(stores, s)
			}
			town := newTown(t, stores[0])
			stores[1].SetClock(func() time.Time { return town.now })
			town.people(3)
			for i := range 4 {
				town.plan(fmt.Sprint("plan ", i))
			}
			const slots = 5
			town.now = town.now.Add(24 * slots * time.Hour)
			var kept atomic.Int64
			var racing sync.WaitGroup
			for i := range 4 {
				racing.Go(func() {
					s := stores[i%2]
					for {
						plans, err := s.PlansDue(town.ctx, town.now)
						if err != nil || len(plans) == 0 {
							if err != nil {
								t.Error(err)
							}
							return
						}
						for _, p := range plans {
							mine, err := keep(town.ctx, s, p)
							if err != nil {
								t.Error(err)
								return
							}
							if mine {
								kept.Add(1)
							}
						}
					}
				})
			}
			racing.Wait()
			bulletins, err := stores[1].RecentBulletins(town.ctx, 99)
			town.must(err)
			if kept.Load() != 4*slots || len(bulletins) != 4*slots {
				t.Errorf("%d slots kept, %d bulletins published, want %d", kept.Load(), len(bulletins), 4*slots)
			}
			for _, b := range bulletins {
				if p := town.progress(b); p.Audience != 3 {
					t.Errorf("%s: %d people", b.DraftKey, p.Audience)
				}
			}
			town.right()
		})
	}
}
