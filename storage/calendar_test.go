package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// row is a task from a spreadsheet for so many days from now.
func (t *town) row(key, sum string, days int) ward.CalendarItem {
	draft := t.bulletin()
	draft.DraftKey = key
	at := t.now.AddDate(0, 0, days)
	return ward.CalendarItem{Sum: sum, Plan: ward.Plan{
		Draft: draft, Next: at, ChatID: 77, Language: "vi", Deadline: ward.Deadline{At: 20 * 60},
		Rule: ward.Recurrence{From: ward.DayOf(at, time.UTC), At: ward.ClockOf(at, time.UTC), Zone: "UTC"},
	}}
}

func TestCalendarIsTakenOnceAndWhole(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.person()
		take := func(rows ...ward.CalendarItem) int {
			t.Helper()
			n, err := s.TakeCalendar(town.ctx, rows)
			town.must(err)
			return n
		}
		plans := func() []ward.Plan {
			all, err := s.Plans(town.ctx)
			town.must(err)
			return all
		}
		a, b, c := town.row("a", "1", 1), town.row("b", "1", 2), town.row("c", "1", 3)
		if n := take(a, b); n != 2 || len(plans()) != 2 {
			t.Errorf("took %d: %+v", n, plans())
		}
		if n := take(a, b, c); n != 1 || len(plans()) != 3 {
			t.Errorf("took %d of one more: %+v", n, plans())
		}
		// All or nothing: one row says something else than before.
		_, err := s.TakeCalendar(town.ctx, []ward.CalendarItem{town.row("d", "1", 4), town.row("a", "2", 1)})
		town.wants(err, ward.ErrOvertaken)
		if len(plans()) != 3 {
			t.Errorf("half was taken: %+v", plans())
		}
		// What was sent is not planned again; what was deleted may be.
		first := plans()[0]
		town.now = first.Next
		kept, err := keep(town.ctx, s, first)
		town.must(err)
		town.must(s.DropPlan(town.ctx, plans()[0].ID))
		if n := take(a, b, c); !kept || n != 1 || len(plans()) != 2 {
			t.Errorf("took %d again: %+v", n, plans())
		}
		taken, err := s.CalendarTaken(town.ctx)
		town.must(err)
		if len(taken) != 3 || taken["a"] != "1" || taken["b"] != "1" || taken["c"] != "1" {
			t.Errorf("known: %v", taken)
		}
		_, err = s.Expire(town.ctx, ward.Retention{}, c.Next.AddDate(2, 0, 0))
		town.must(err)
		if taken, err := s.CalendarTaken(town.ctx); err != nil || len(taken) > 0 {
			t.Errorf("known two years later: %v, %v", taken, err)
		}
	})
}

// A plan whose words change between being read and being kept is not sent
// with the old ones.
func TestPlanIsKeptInItsNewestWords(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.person()
		read := town.plan("a")
		changed := read
		changed.Draft.Title, changed.ChatID = "Kiểm tra vòi nước", 78
		town.must(s.ChangePlan(town.ctx, changed, read.Next))
		town.wants(s.ChangePlan(town.ctx, read, read.Next), ward.ErrOvertaken)
		kept, err := keep(town.ctx, s, read)
		town.must(err)
		if kept {
			t.Error("kept in the old words")
		}
		is, err := s.Plan(town.ctx, read.ID)
		town.must(err)
		kept, err = keep(town.ctx, s, is)
		town.must(err)
		sent, err := s.RecentBulletins(town.ctx, 9)
		town.must(err)
		if !kept || len(sent) != 1 || sent[0].Title != "Kiểm tra vòi nước" || is.ChatID != 78 {
			t.Errorf("kept %v: %+v", kept, sent)
		}
		// Keeping is no change: whoever edits meanwhile goes on.
		next, err := s.Plan(town.ctx, read.ID)
		town.must(err)
		is.Next = next.Next
		town.must(s.ChangePlan(town.ctx, is, next.Next))
	})
}
