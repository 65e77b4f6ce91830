package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// evening is a mailing for those who have an occasion.
func (t *town) evening(key string, all []ward.Occasion) ward.Mailing {
	b := t.bulletin()
	b.Kind, b.DraftKey = ward.KindDigest, key
	return ward.Mailing{Bulletin: b, Letters: func(int64) (letters []ward.OwnLetter) {
		for _, o := range all {
			letters = append(letters, ward.OwnLetter{PersonID: o.Person.ID, Letter: ward.Letter{HTML: "Cảm ơn!"}})
		}
		return letters
	}}
}

func (t *town) occasions(day ward.Day) []ward.Occasion {
	t.Helper()
	all, err := t.Occasions(t.ctx, day, t.now)
	t.must(err)
	return all
}

func TestOccasions(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, bao, away := town.person(), town.person(), town.person()
		town.must(s.Pause(town.ctx, away.ID, town.now.Add(365*24*time.Hour)))
		day := monday
		live := func(answers bool) {
			t.Helper()
			for range 2 { // two tasks on a day are one day
				b := town.bulletin()
				b.SendDay = day
				b = town.publish(b)
				town.send()
				if answers {
					_, err := s.Confirm(town.ctx, b.ID, ana.ID, ward.AnswerDone, town.now)
					town.must(err)
				}
				_, err := s.Confirm(town.ctx, b.ID, bao.ID, ward.AnswerNotToday, town.now)
				town.must(err)
			}
			town.now = town.now.Add(13 * time.Hour) // the evening
		}
		morning := func() { day, town.now = day.Add(1), town.now.Add(11*time.Hour) }
		for range 6 {
			live(true)
			if all := town.occasions(day); len(all) != 0 {
				t.Fatalf("%d: %+v", day, all)
			}
			morning()
		}
		live(true)
		all := town.occasions(day)
		if len(all) != 1 || all[0].Person.ID != ana.ID || all[0].Days != 7 {
			t.Fatalf("the seventh day: %+v", all)
		}
		for range 2 {
			town.must(s.KeepOccasions(town.ctx, town.evening("evening 1", all), all))
		}
		if due := town.due(); len(due) != 1 || due[0].PersonID != ana.ID {
			t.Errorf("due %+v", due)
		}
		town.send()
		if again := town.occasions(day); len(again) != 0 {
			t.Errorf("thanked twice: %+v", again)
		}

		// Three days of silence; "not today" is an answer.
		for n := range 4 {
			morning()
			live(false)
			all := town.occasions(day)
			if offered := len(all) == 1 && all[0].Person.ID == ana.ID && all[0].Days == 0; offered != (n >= 2) || len(all) > 1 {
				t.Fatalf("silent for %d days: %+v", n+1, all)
			}
		}
		all = town.occasions(day)
		town.must(s.KeepOccasions(town.ctx, town.evening("evening 2", all), all))
		morning()
		live(false)
		if again := town.occasions(day); len(again) != 0 {
			t.Errorf("offered twice: %+v", again)
		}
		town.right()
	})
}
