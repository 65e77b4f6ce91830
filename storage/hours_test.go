package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// Who has hours of their own gets what was sent before when they begin, and
// what was sent after on the next day. Nobody else waits.
func TestHours(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		zone := time.FixedZone("", 7*3600)
		s.SetZone(zone)
		now := ward.ClockOf(town.now, zone)
		later, earlier := town.person(), town.person()
		town.must(s.SetHours(town.ctx, later.ID, ward.Hours{From: now + 60, To: now + 180}))
		town.must(s.SetHours(town.ctx, earlier.ID, ward.Hours{From: now - 120, To: now}))
		within, any := town.person(), town.person()
		town.must(s.SetHours(town.ctx, within.ID, ward.Hours{From: now, To: now + 1}))
		b := town.bulletin()
		b.Deadline = town.now.Add(48 * time.Hour)
		b = town.publish(b)

		got := func(want ...ward.Person) {
			t.Helper()
			due := town.due()
			if len(due) != len(want) {
				t.Fatalf("due %+v, want %d", due, len(want))
			}
			for i, d := range due {
				if d.PersonID != want[i].ID {
					t.Errorf("due %+v, want person %d", d, want[i].ID)
				}
			}
		}
		got(within, any)
		town.send()
		if p := town.progress(b); p.Sent != 2 || p.Paused != 2 || p.Retrying != 0 {
			t.Errorf("progress %+v", p)
		}
		begin := town.now
		town.now = begin.Add(time.Hour)
		got(later)
		town.send()
		town.now = begin.Add(22*time.Hour - time.Second)
		got()
		town.now = begin.Add(22 * time.Hour)
		got(earlier)
		town.send()
		if p := town.progress(b); p.Sent != 4 || p.Paused != 0 {
			t.Errorf("progress %+v", p)
		}
		town.right()
	})
}

// New hours are those of what waits, too; a pause goes before them.
func TestHoursMove(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		now := ward.ClockOf(town.now, time.UTC)
		ana, bao := town.person(), town.person()
		for _, p := range []ward.Person{ana, bao} {
			town.must(s.SetHours(town.ctx, p.ID, ward.Hours{From: now + 60, To: now + 180}))
		}
		until := town.now.Add(3 * time.Hour)
		town.must(s.Pause(town.ctx, bao.ID, until))
		town.task()
		for _, p := range []ward.Person{ana, bao} {
			town.must(s.SetHours(town.ctx, p.ID, ward.Hours{}))
		}
		if due := town.due(); len(due) != 1 || due[0].PersonID != ana.ID {
			t.Errorf("due %+v", due)
		}
		town.now = until
		if due := town.due(); len(due) != 2 {
			t.Errorf("due %+v", due)
		}
		town.wants(s.SetHours(town.ctx, 99, ward.Hours{}), ward.ErrNotFound)
		if p, err := s.Person(town.ctx, ana.ID); err != nil || p.Hours.Set() {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

// Hours that somebody chooses hold for what was written before and has not
// gone yet, and are reckoned from when it is sent.
func TestHoursHoldForWhatIsNotSentYet(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		begin := town.now
		now := ward.ClockOf(begin, time.UTC)
		ana, bao := town.person(), town.person()
		b := town.bulletin()
		b.SendAt, b.Deadline = begin.Add(2*time.Hour), begin.Add(48*time.Hour)
		town.publish(b)
		town.must(s.SetHours(town.ctx, ana.ID, ward.Hours{From: now + 180, To: now + 240})) // begins after it is sent
		town.must(s.SetHours(town.ctx, bao.ID, ward.Hours{From: now, To: now + 60}))        // is over by then
		for _, tt := range []struct {
			after time.Duration
			want  int
		}{
			{2 * time.Hour, 0},
			{3*time.Hour - time.Second, 0},
			{3 * time.Hour, 1},
			{24*time.Hour - time.Second, 1},
			{24 * time.Hour, 2},
		} {
			town.now = begin.Add(tt.after)
			if due := town.due(); len(due) != tt.want {
				t.Errorf("after %v due %+v, want %d", tt.after, due, tt.want)
			}
		}
		town.send()
		town.right()
	})
}
