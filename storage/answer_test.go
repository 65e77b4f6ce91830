package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

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
