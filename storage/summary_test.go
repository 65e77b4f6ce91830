package storage_test

import (
	"testing"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestPersonSummary(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, bao := town.person(), town.person()
		for range 2 {
			task := town.task()
			town.send()
			_, err := s.Confirm(town.ctx, task.ID, ana.ID, ward.AnswerDone, town.now)
			town.must(err)
			_, err = s.Confirm(town.ctx, task.ID, bao.ID, ward.AnswerNotToday, town.now)
			town.must(err)
			_, err = s.SaveReport(town.ctx, ward.Report{BulletinID: task.ID, PersonID: ana.ID, Households: 5, HasCount: true}, monday, town.now)
			town.must(err)
		}
		for id, want := range map[int64]ward.Summary{ana.ID: {Done: 2, Reports: 2, Households: 10}, bao.ID: {}} {
			if got, err := s.PersonSummary(town.ctx, id); err != nil || got != want {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
		}
	})
}
