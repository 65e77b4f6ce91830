package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// backlog publishes a notice, a task of two messages and a task, an hour apart
// from each other, and comes back when all of them are overdue.
func (t *town) backlog() (notice, passOn, task ward.Bulletin) {
	t.Helper()
	n := t.bulletin()
	n.Kind, n.Deadline = ward.KindNotice, time.Time{}
	notice = t.publish(n)
	t.now = t.now.Add(time.Hour)
	passOn = t.passOn()
	t.now = t.now.Add(time.Hour)
	task = t.task()
	t.now = t.now.Add(time.Hour)
	return notice, passOn, task
}

func TestBacklogComesInOneMessage(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(3)
		notice, passOn, task := town.backlog()
		due := town.due()
		if len(due) != 3 {
			t.Fatalf("%d deliveries due, want one a person", len(due))
		}
		for _, d := range due {
			if d.BulletinID != task.ID || len(d.Others) != 2 {
				t.Errorf("due: %+v", d)
			}
		}
		claimed := town.claim(due...)
		if more := town.due(); len(more) != 0 {
			t.Errorf("due beside it: %+v", more)
		}
		doubts, err := s.InDoubt(town.ctx)
		town.must(err)
		if len(doubts) != 3 {
			t.Errorf("%d in doubt: what is only told is no message", len(doubts))
		}
		if quiet, err := s.Quiet(town.ctx, doubts[0]); err != nil || !quiet {
			t.Errorf("a message can't be looked for because of those it tells of: %v", err)
		}

		town.end(ward.DeliverySent, claimed[0])
		town.end(ward.DeliveryUnreachable, claimed[1])
		town.end(ward.DeliveryFailed, claimed[2])
		for _, b := range []ward.Bulletin{notice, passOn} {
			if p := town.progress(b); p.Sent != 1 || p.Unreachable != 1 || p.Failed != 0 || p.Settled() != 2 {
				t.Errorf("%s: %+v", b.Kind, p)
			}
		}
		if p := town.progress(task); p.Sent != 1 || p.Failed != 1 {
			t.Errorf("task: %+v", p)
		}
		due = town.due() // what the failed message was to tell is due again
		if len(due) != 1 || due[0].PersonID != people[2].ID || due[0].BulletinID != passOn.ID || len(due[0].Others) != 1 {
			t.Fatalf("due again: %+v", due)
		}
		town.send()
		for _, b := range []ward.Bulletin{notice, passOn, task} {
			if p := town.progress(b); p.Settled() != 3 {
				t.Errorf("%s: %+v", b.Kind, p)
			}
		}
		sent, err := s.FinishSent(town.ctx, town.now)
		town.must(err)
		if len(sent) != 3 {
			t.Errorf("%d bulletins finished", len(sent))
		}
		town.right()
	})
}

// A message that has to wait frees what it told of: all is put together anew.
func TestRetriedBacklog(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.person()
		notice, _, task := town.backlog()
		keys := town.claim(town.due()...)
		town.must(s.Settle(town.ctx, []ward.Settlement{{DeliveryKey: keys[0], State: ward.DeliveryDue, At: town.now, Next: town.now.Add(time.Minute)}}))
		if due := town.due(); len(due) != 0 {
			t.Errorf("due before its time: %+v", due)
		}
		_, err := s.Recall(town.ctx, task.ID, written(ward.Letter{Language: "vi", HTML: "x"}), town.now)
		town.must(err)
		town.now = town.now.Add(time.Minute)
		due := town.due()
		if len(due) != 1 || len(due[0].Others) != 1 || due[0].Others[0].BulletinID != notice.ID {
			t.Errorf("due: %+v", due)
		}
		town.right()
	})
}

// A tap tells that a message arrived of which nobody knew, and what it told of
// arrived with it.
func TestTapTellsOfTheOthersToo(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(2)
		notice, _, task := town.backlog()
		keys := town.claim(town.due()...)
		town.end(ward.DeliveryUnknown, keys...)
		if p := town.progress(notice); p.Unknown != 2 {
			t.Errorf("before: %+v", p)
		}
		town.must(s.MarkSeen(town.ctx, keys[0], 77, town.now))
		for _, b := range []ward.Bulletin{notice, task} {
			if p := town.progress(b); p.Unknown != 1 || p.Sent != 1 {
				t.Errorf("after: %+v", p)
			}
		}
		town.right()
	})
}

// What was only told has no message to correct or recall, until its reader
// asks to see it.
func TestToldBulletinGetsItsCopyWhenItIsShown(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		notice, passOn, task := town.backlog()
		town.send()
		told, err := s.ToldOnly(town.ctx, ana.ID, morning)
		town.must(err)
		if len(told) != 2 || told[0].ID != passOn.ID || told[1].ID != notice.ID {
			t.Fatalf("told: %+v", told)
		}
		if n, err := s.TellsOf(town.ctx, task.ID, ana.ID); err != nil || n != 2 {
			t.Errorf("the task tells of %d, %v", n, err)
		}
		if b, err := s.Bulletin(town.ctx, task.ID); err != nil || !b.Tells {
			t.Errorf("%+v, %v", b, err)
		}

		notice.Title = "Kiểm tra bình cứu hỏa"
		corrected, err := s.Correct(town.ctx, notice, written(ward.Letter{Language: "vi", HTML: "x"}), town.now)
		town.must(err)
		if _, copies, err := s.CopiesDue(town.ctx, town.now, 9); err != nil || len(copies) != 0 {
			t.Errorf("copies to correct: %+v, %v", copies, err)
		}
		// It is corrected once more while it is shown.
		town.must(s.Show(town.ctx, ward.DeliveryKey{BulletinID: notice.ID, PersonID: ana.ID}, 501, corrected.Revision-1, town.now))
		_, copies, err := s.CopiesDue(town.ctx, town.now, 9)
		town.must(err)
		if len(copies) != 1 || copies[0].MessageID != 501 {
			t.Errorf("copies to correct: %+v", copies)
		}
		if told, err = s.ToldOnly(town.ctx, ana.ID, morning); err != nil || len(told) != 1 {
			t.Errorf("still told: %+v, %v", told, err)
		}

		_, err = s.Recall(town.ctx, passOn.ID, written(ward.Letter{Language: "vi", HTML: "x"}, ward.Letter{Language: "vi", Part: 1, HTML: "x"}), town.now)
		town.must(err)
		if told, err = s.ToldOnly(town.ctx, ana.ID, morning); err != nil || len(told) != 0 {
			t.Errorf("a recalled bulletin is told: %+v, %v", told, err)
		}
		town.right()
	})
}

func TestOrdinaryBroadcastsAreNotFolded(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(2)
		town.task()
		town.now = town.now.Add(ward.Overdue)
		town.task()
		if due := town.due(); len(due) != 4 {
			t.Errorf("due: %+v", due)
		}
	})
}
