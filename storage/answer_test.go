package storage_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// What a tap gets and what is counted after it.
func TestAnswers(t *testing.T) {
	type tap struct {
		answer ward.Answer
		after  time.Duration // since the task was sent
		want   ward.Answer
		first  bool
		late   bool
		err    error
	}
	const done, notToday = ward.AnswerDone, ward.AnswerNotToday
	for _, tt := range []struct {
		name string
		taps []tap
		want ward.Tally
	}{
		{"in time", []tap{{done, time.Hour, done, true, false, nil}}, ward.Tally{Asked: 1, Done: 1}},
		{"twice", []tap{{done, 0, done, true, false, nil}, {done, time.Hour, done, false, false, nil}}, ward.Tally{Asked: 1, Done: 1}},
		{"after the deadline", []tap{{done, 13 * time.Hour, done, true, true, nil}}, ward.Tally{Asked: 1, Done: 1, Late: 1}},
		{"not today", []tap{{notToday, 13 * time.Hour, notToday, true, false, nil}}, ward.Tally{Asked: 1, NotToday: 1}},
		{"done after all", []tap{{notToday, 0, notToday, true, false, nil}, {done, 13 * time.Hour, done, true, true, nil}}, ward.Tally{Asked: 1, Done: 1, Late: 1}},
		{"done stays done", []tap{{done, 0, done, true, false, nil}, {notToday, 1, done, false, false, nil}}, ward.Tally{Asked: 1, Done: 1}},
		{"closed", []tap{{done, 9 * 24 * time.Hour, 0, false, false, ward.ErrTaskClosed}}, ward.Tally{Asked: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				town := newTown(t, s)
				ana := town.person()
				task := town.task()
				town.send()
				for _, tap := range tt.taps {
					at := morning.Add(tap.after)
					got, err := s.Confirm(town.ctx, task.ID, ana.ID, tap.answer, at)
					town.wants(err, tap.err)
					if got.Answer != tap.want || got.First != tap.first || got.Late != tap.late {
						t.Errorf("got %+v, want %+v", got, tap)
					}
				}
				if got := town.progress(task).Answers; got.Done != tt.want.Done || got.Late != tt.want.Late || got.NotToday != tt.want.NotToday || got.Asked != tt.want.Asked {
					t.Errorf("got %+v, want %+v", got, tt.want)
				}
				town.right()
			})
		})
	}
}

func TestAnswersOfOthers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		task := town.task()
		confirm := func(bulletin, person int64, want error) {
			t.Helper()
			_, err := s.Confirm(town.ctx, bulletin, person, ward.AnswerDone, town.now)
			town.wants(err, want)
		}
		confirm(task.ID, ana.ID, ward.ErrNotAsked) // not sent yet
		stranger := town.person()
		news := town.bulletin()
		news.Kind = ward.KindNews
		news = town.publish(news)
		town.send()
		confirm(task.ID, stranger.ID, ward.ErrNotAsked)
		confirm(news.ID, ana.ID, ward.ErrNotAsked) // nothing to answer
		confirm(999, ana.ID, ward.ErrNotAsked)
		confirm(task.ID, ana.ID, nil)
		_, err := s.AnswerOf(town.ctx, task.ID, stranger.ID)
		town.wants(err, ward.ErrNotAsked)
		town.right()
	})
}

// A tap may be faster than the result of the sending, or the proof of what
// Telegram never told.
func TestAnswerBeforeResult(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, bao, chi := town.person(), town.person(), town.person()
		task := town.task()
		keys := town.claim(town.due()...)
		town.end(ward.DeliveryUnknown, keys[1])
		town.end(ward.DeliveryFailed, keys[2])
		for _, p := range []ward.Person{ana, bao} {
			got, err := s.Confirm(town.ctx, task.ID, p.ID, ward.AnswerDone, town.now)
			town.must(err)
			if !got.First {
				t.Errorf("got %+v", got)
			}
		}
		_, err := s.Confirm(town.ctx, task.ID, chi.ID, ward.AnswerDone, town.now)
		town.wants(err, ward.ErrNotAsked)
		town.end(ward.DeliverySent, keys[0])
		if p := town.progress(task); p.Sent != 2 || p.Unknown != 0 || p.Failed != 1 || p.Answers.Done != 2 {
			t.Errorf("got %+v", p)
		}
		town.right()
	})
}

func TestUndo(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		task := town.task()
		town.send()
		confirm := func(answer ward.Answer) {
			t.Helper()
			_, err := s.Confirm(town.ctx, task.ID, ana.ID, answer, town.now)
			town.must(err)
		}
		undo := func(after time.Duration, want error) {
			t.Helper()
			town.wants(s.Undo(town.ctx, task.ID, ana.ID, town.now.Add(after)), want)
		}
		undo(0, ward.ErrNothingToUndo)
		for _, answer := range []ward.Answer{ward.AnswerDone, ward.AnswerNotToday} {
			confirm(answer)
			undo(ward.UndoFor+time.Second, ward.ErrUndoTooLate)
			undo(ward.UndoFor, nil)
			undo(0, ward.ErrNothingToUndo)
			if c, err := s.AnswerOf(town.ctx, task.ID, ana.ID); err != nil || c.Answer != ward.AnswerNone {
				t.Errorf("got %+v, %v", c, err)
			}
		}
		confirm(ward.AnswerDone)
		if c, err := s.AnswerOf(town.ctx, task.ID, ana.ID); err != nil || c.Answer != ward.AnswerDone || !c.At.Equal(town.now) {
			t.Errorf("got %+v, %v", c, err)
		}
		_, err := s.SaveReport(town.ctx, ward.Report{BulletinID: task.ID, PersonID: ana.ID, Text: "xong"}, monday, town.now)
		town.must(err)
		undo(0, ward.ErrNothingToUndo) // a report rests on it
		town.must(s.WithdrawReport(town.ctx, task.ID, ana.ID, town.now))
		undo(0, nil)
		town.now = task.Deadline.Add(time.Hour)
		confirm(ward.AnswerDone)
		undo(0, nil)
		if a := town.progress(task).Answers; a.Done != 0 || a.Late != 0 {
			t.Errorf("got %+v", a)
		}
		town.right()
	})
}

// Everybody's taps at once are all counted, each person's once.
func TestAnswersTogether(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(40)
		task := town.task()
		town.send()
		var firsts atomic.Int64
		var wg sync.WaitGroup
		for _, p := range people {
			for range 3 {
				wg.Go(func() {
					got, err := s.Confirm(town.ctx, task.ID, p.ID, ward.AnswerDone, town.now)
					if err != nil {
						t.Error(err)
					}
					if got.First {
						firsts.Add(1)
					}
				})
			}
			wg.Go(func() { // somebody else's forged tap must spoil nobody's
				if _, err := s.Confirm(town.ctx, task.ID, -p.ID, ward.AnswerDone, town.now); !errors.Is(err, ward.ErrNotAsked) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if p := town.progress(task); firsts.Load() != 40 || p.Answers.Done != 40 {
			t.Errorf("%d first answers, %+v", firsts.Load(), p)
		}
		town.right()
	})
}
