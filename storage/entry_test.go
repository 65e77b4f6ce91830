package storage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// call publishes a call for entries to everybody and delivers it.
func (t *town) call() ward.Bulletin {
	t.Helper()
	b := t.bulletin()
	b.Kind, b.Title = ward.KindCall, "Viết về một việc tốt"
	b = t.publish(b)
	t.send()
	return b
}

// key is of a new draft.
func (t *town) key() string {
	t.drafts++
	return fmt.Sprintf("entry-%d", t.drafts)
}

func (t *town) entry(call ward.Bulletin, p ward.Person, text string) ward.Entry {
	t.Helper()
	e, err := t.SubmitEntry(t.ctx, ward.Entry{DraftKey: t.key(), BulletinID: call.ID, PersonID: p.ID, Text: text, Credit: ward.CreditNamed}, t.now)
	t.must(err)
	return e
}

func TestEntriesAreNumberedAndLimited(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, binh := town.person(), town.person()
		call, task := town.call(), town.task()
		town.send()
		newcomer := town.person()

		first := town.entry(call, ana, "Một")
		second := town.entry(call, binh, "Hai")
		if first.Number != 1 || second.Number != 2 || first.WardID != ana.WardID {
			t.Errorf("got %+v and %+v", first, second)
		}
		if again, err := s.SubmitEntry(town.ctx, first, town.now); err != nil || again.ID != first.ID {
			t.Errorf("sent in twice: %+v, %v", again, err)
		}
		for range ward.MaxEntries - 1 {
			town.entry(call, ana, "Thêm")
		}
		submit := func(bulletin, person int64, text string, at time.Time) error {
			_, err := s.SubmitEntry(town.ctx, ward.Entry{DraftKey: town.key(), BulletinID: bulletin, PersonID: person, Text: text}, at)
			return err
		}
		town.wants(submit(call.ID, ana.ID, "Quá nhiều", town.now), ward.ErrEnough)
		town.wants(submit(call.ID, binh.ID, "", town.now), ward.ErrEmpty)
		town.wants(submit(call.ID, binh.ID, "Muộn", call.Deadline.Add(time.Second)), ward.ErrTaskClosed)
		town.wants(submit(call.ID, newcomer.ID, "Không được mời", town.now), ward.ErrNotAsked)
		town.wants(submit(task.ID, binh.ID, "Không phải cuộc thi", town.now), ward.ErrNotAsked)

		town.wants(s.WithdrawEntry(town.ctx, first.ID, binh.ID, town.now), ward.ErrNotFound)
		town.must(s.WithdrawEntry(town.ctx, first.ID, ana.ID, town.now))
		town.wants(s.WithdrawEntry(town.ctx, second.ID, binh.ID, call.Deadline.Add(time.Second)), ward.ErrTaskClosed)
		if again := town.entry(call, ana, "Bài khác"); again.Number != ward.MaxEntries+2 {
			t.Errorf("a number was given twice: %d", again.Number)
		}
		own, err := s.EntriesOf(town.ctx, call.ID, binh.ID)
		town.must(err)
		if diff := cmp.Diff([]ward.Entry{second}, own); diff != "" {
			t.Errorf("entries of one person (-want +got):\n%s", diff)
		}
	})
}

func TestJudging(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, binh, judge := town.person(), town.person(), town.person()
		call := town.call()
		a, b, own := town.entry(call, ana, "A"), town.entry(call, binh, "B"), town.entry(call, judge, "Của giám khảo")
		town.wants(s.ScoreEntry(town.ctx, a.ID, judge.ID, 8, town.now), ward.ErrNotJuror)
		for range 2 { // twice is once
			town.must(s.AppointJuror(town.ctx, call.ID, judge.ID))
		}
		if calls, err := s.JudgedBy(town.ctx, judge.ID); err != nil || len(calls) != 1 || calls[0] != call.ID {
			t.Errorf("judges %v, %v", calls, err)
		}
		next, err := s.UnscoredEntry(town.ctx, call.ID, judge.ID, 0)
		if err != nil || next.ID != a.ID {
			t.Errorf("first to judge: %+v, %v", next, err)
		}
		town.must(s.ScoreEntry(town.ctx, a.ID, judge.ID, 8, town.now))
		town.must(s.ScoreEntry(town.ctx, a.ID, judge.ID, 9, town.now)) // in place of the 8
		next, err = s.UnscoredEntry(town.ctx, call.ID, judge.ID, 0)
		if err != nil || next.ID != b.ID {
			t.Errorf("second to judge: %+v, %v", next, err)
		}
		town.wants(s.ScoreEntry(town.ctx, own.ID, judge.ID, 10, town.now), ward.ErrNotJuror)
		town.wants(s.ScoreEntry(town.ctx, b.ID, judge.ID, 11, town.now), ward.ErrNotJuror)
		town.must(s.ScoreEntry(town.ctx, b.ID, judge.ID, 3, town.now))
		_, err = s.UnscoredEntry(town.ctx, call.ID, judge.ID, 0) // their own is not shown
		town.wants(err, ward.ErrNotFound)

		town.must(s.SetEntryState(town.ctx, a.ID, ward.EntryChosen))
		town.must(s.SetEntryState(town.ctx, b.ID, ward.EntryShortlisted))
		got, err := s.Judging(town.ctx, call.ID)
		town.must(err)
		want := ward.Judging{Entries: 3, People: 3, Shortlisted: 2, Chosen: 1, Jurors: []ward.Juror{{PersonID: judge.ID, Name: judge.Name, Scored: 2, Own: 1}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("judging (-want +got):\n%s", diff)
		}
		all, err := s.Entries(town.ctx, call.ID)
		town.must(err)
		if len(all) != 3 || all[0].Points != 9 || all[0].Jurors != 1 || all[2].Jurors != 0 {
			t.Errorf("entries %+v", all)
		}
		town.must(s.WithdrawEntry(town.ctx, a.ID, ana.ID, town.now)) // with its points
		town.must(s.DismissJuror(town.ctx, call.ID, judge.ID))
		if is, err := s.IsJuror(town.ctx, call.ID, judge.ID); err != nil || is {
			t.Errorf("still a juror: %v, %v", is, err)
		}

		town.must(s.Erase(town.ctx, binh.ID, town.now))
		e, err := s.Entry(town.ctx, b.ID)
		if err != nil || e.Text != "" || e.State != ward.EntryIn || e.Credit != ward.CreditNone {
			t.Errorf("erased, but %+v, %v", e, err)
		}
	})
}
