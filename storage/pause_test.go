package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// A task reaches who has paused when the pause is over, if that is before its
// deadline; whatever has none never does.
func TestPausedPeopleGetItAfterwards(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, ben, eva := town.person(), town.person(), town.person()
		town.must(s.Pause(town.ctx, ana.ID, town.now.Add(3*time.Hour)))
		town.must(s.Pause(town.ctx, ben.ID, town.now.Add(24*time.Hour)))
		task := town.passOn() // twelve hours
		n := town.bulletin()
		n.Kind, n.Deadline = ward.KindNews, time.Time{}
		news := town.publish(n)
		town.send()
		if p := town.progress(task); p.Audience != 2 || p.Sent != 1 || p.Paused != 1 || p.Retrying != 0 || !p.Reached() {
			t.Errorf("task while they pause: %+v", p)
		}
		if p := town.progress(news); p.Audience != 1 || p.Sent != 1 {
			t.Errorf("news: %+v", p)
		}
		town.now = town.now.Add(3 * time.Hour)
		town.send()
		if p := town.progress(task); p.Sent != 2 || p.Paused != 0 {
			t.Errorf("task after the pause: %+v", p)
		}
		_, err := s.Confirm(town.ctx, task.ID, eva.ID, ward.AnswerDone, town.now)
		town.must(err)
		tallies, err := s.Tallies(town.ctx, ward.Period{From: monday, To: monday})
		town.must(err)
		if sum := ward.Sum(tallies); sum.Asked != 2 || sum.Done != 1 {
			t.Errorf("tally: %+v", sum)
		}
		town.right()
	})
}

func TestResumeMakesWhatWaitsDue(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		task := town.passOn()
		due := town.due()
		town.must(s.Pause(town.ctx, ana.ID, town.now.Add(3*time.Hour)))
		if claimed := town.claim(due...); len(claimed) != 0 {
			t.Errorf("claimed in spite of the pause: %v", claimed)
		}
		town.must(s.Pause(town.ctx, ana.ID, town.now.Add(5*time.Hour))) // longer
		town.now = town.now.Add(4 * time.Hour)
		if due := town.due(); len(due) != 0 {
			t.Errorf("due in the pause: %v", due)
		}
		town.must(s.Resume(town.ctx, ana.ID))
		town.send()
		if p := town.progress(task); p.Sent != 1 {
			t.Errorf("after coming back: %+v", p)
		}
		town.right()
	})
}

// Who has got the first message of a task and pauses before the second gets
// that one later.
func TestPauseBetweenTwoMessages(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		town.passOn()
		town.end(ward.DeliverySent, town.claim(town.due()...)...)
		town.must(s.Pause(town.ctx, ana.ID, town.now.Add(3*time.Hour)))
		if due := town.due(); len(due) != 0 {
			t.Errorf("due in the pause: %v", due)
		}
		town.now = town.now.Add(3 * time.Hour)
		if due := town.due(); len(due) != 1 || due[0].Part != 1 {
			t.Errorf("due after the pause: %v", due)
		}
		town.right()
	})
}

// Nothing is sent after its deadline, and it is known how many did not get it
// because of that.
func TestTooLate(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(5)
		task := town.passOn()
		due := town.due()
		keys := town.claim(due[0], due[1])
		town.end(ward.DeliverySent, keys[0])
		town.now = town.now.Add(12 * time.Hour)
		if due := town.due(); len(due) != 0 {
			t.Errorf("due after the deadline: %v", due)
		}
		if claimed := town.claim(due...); len(claimed) != 0 {
			t.Errorf("claimed after the deadline: %v", claimed)
		}
		town.end(ward.DeliveryDue, keys[1]) // a second try would come too late
		more, err := s.FanOut(town.ctx, town.now)
		for ; more; more, err = s.FanOut(town.ctx, town.now) {
			town.must(err)
		}
		town.must(err)
		if p := town.progress(task); p.Sent != 1 || p.Cancelled != 4 || p.TooLate != 4 {
			t.Errorf("progress: %+v", p)
		}
		sent, err := s.FinishSent(town.ctx, town.now)
		town.must(err)
		if len(sent) != 1 {
			t.Errorf("finished: %+v", sent)
		}
		town.right()
	})
}
