package storage_test

import (
	"sync"
	"testing"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// What is shown together is of one moment, however much happens meanwhile.
func TestNumbersShownTogetherAgree(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(40)
		task := town.task()
		var others sync.WaitGroup
		others.Go(func() {
			for due := town.due(); len(due) > 0; due = town.due() {
				town.end(ward.DeliverySent, town.claim(due[0])...)
				if _, err := s.Confirm(town.ctx, task.ID, due[0].PersonID, ward.AnswerDone, town.now); err != nil {
					t.Error(err)
				}
			}
		})
		for range 20 {
			v, err := s.View(town.ctx, ward.WeekWith(monday), 0)
			town.must(err)
			var days ward.Tally
			for _, day := range v.Days {
				days = days.Add(day.Total)
			}
			if week := v.Weeks[len(v.Weeks)-1].Total; days.Asked != v.Total.Asked || days.Done != v.Total.Done || week.Asked != v.Total.Asked || week.Done != v.Total.Done {
				t.Errorf("asked %d, by day %d, of weeks %d; done %d, %d, %d", v.Total.Asked, days.Asked, week.Asked, v.Total.Done, days.Done, week.Done)
			}
			if p := town.progress(task); p.Settled() > p.Audience || p.Answers.Done > p.Sent {
				t.Errorf("progress %+v", p)
			}
		}
		others.Wait()
		town.right()
	})
}
