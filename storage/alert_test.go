package storage_test

import (
	"slices"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// alert publishes an alert for everybody; wakes is when those get it who do
// not want to be woken.
func (t *town) alert(wakes time.Time) ward.Bulletin {
	t.Helper()
	b := t.bulletin()
	b.Kind, b.WakesAt, b.Deadline = ward.KindAlert, wakes, t.now.Add(ward.AlertLasts)
	return t.publish(b)
}

// bound are the people whom deliveries are for, in their order.
func bound(due []ward.Delivery) (people []int64) {
	for _, d := range due {
		people = append(people, d.PersonID)
	}
	return people
}

func (t *town) reaches(due []ward.Delivery, people ...ward.Person) {
	t.Helper()
	var want []int64
	for _, p := range people {
		want = append(want, p.ID)
	}
	if got := bound(due); !slices.Equal(got, want) {
		t.Fatalf("due for %v, want %v", got, want)
	}
}

func (t *town) alertsDue() []ward.Delivery {
	t.Helper()
	all, err := t.AlertsDue(t.ctx, t.now, 100)
	t.must(err)
	return all
}

func TestAlertByNight(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		sleeper, woken, resting, restingWoken := town.person(), town.person(), town.person(), town.person()
		for _, p := range []ward.Person{woken, restingWoken} {
			town.must(s.SetUrgent(town.ctx, p.ID, true))
		}
		for _, p := range []ward.Person{resting, restingWoken} {
			town.must(s.Pause(town.ctx, p.ID, town.now.Add(30*time.Hour)))
		}
		size, err := s.CountAlert(town.ctx, ward.Audience{}, town.now)
		town.must(err)
		if size.People != 3 || size.Woken != 2 {
			t.Errorf("an alert would reach %+v", size)
		}
		town.task()
		morning := town.now.Add(4 * time.Hour)
		alert := town.alert(morning)
		town.reaches(town.alertsDue(), woken, restingWoken)
		if first := town.due()[0]; first.BulletinID != alert.ID {
			t.Errorf("bulletin %d goes before alert %d", first.BulletinID, alert.ID)
		}
		if p := town.progress(alert); p.Audience != 4 || p.Paused != 2 || p.Retrying != 0 {
			t.Errorf("progress %+v", p)
		}
		town.end(ward.DeliverySent, town.claim(town.alertsDue()...)...)
		town.reaches(town.alertsDue())

		// Who wants to be woken after all is woken.
		town.must(s.SetUrgent(town.ctx, sleeper.ID, true))
		town.reaches(town.alertsDue(), sleeper)
		town.must(s.SetUrgent(town.ctx, sleeper.ID, false))
		town.end(ward.DeliverySent, town.claim(town.alertsDue()...)...)

		// The one who rests gets it afterwards, as long as it is on.
		town.now = town.now.Add(31 * time.Hour)
		town.reaches(town.alertsDue(), resting)
		town.must(s.ClearAlert(town.ctx, ward.Actor{}, alert.ID, town.now))
		town.reaches(town.alertsDue())
		for more := true; more; {
			var err error
			more, err = s.FanOut(town.ctx, town.now)
			town.must(err)
		}
		if p := town.progress(alert); p.TooLate != 1 || p.Sent != 3 {
			t.Errorf("after all clear: %+v", p)
		}
		town.right()
	})
}

func TestHush(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		sleeper, woken := town.person(), town.person()
		town.must(s.SetUrgent(town.ctx, woken.ID, true))
		alert := town.alert(time.Time{})
		town.reaches(town.alertsDue(), sleeper, woken)
		for night := range 2 { // it was held by day, and the next day too
			morning := town.now.Add(8 * time.Hour)
			for range 2 {
				town.must(s.Hush(town.ctx, town.now, morning))
				town.reaches(town.alertsDue(), woken)
			}
			town.now = morning
			if all := town.alertsDue(); len(all) != 2 {
				t.Errorf("in the morning after night %d: %v", night, bound(all))
			}
			town.now = morning.Add(14 * time.Hour)
		}
		if b, err := s.Bulletin(town.ctx, alert.ID); err != nil || b.WakesAt.IsZero() {
			t.Errorf("wakes at %v, %v", b.WakesAt, err)
		}
	})
}

func TestAnswersToAnAlert(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		safe, help, silent, late := town.person(), town.person(), town.person(), town.person()
		alert := town.alert(time.Time{})
		task := town.task()
		due := town.due()
		town.wants(s.AnswerAlert(town.ctx, alert.ID, safe.ID, ward.Safe, town.now), ward.ErrNotAsked) // has not got it
		town.end(ward.DeliverySent, town.claim(due...)...)
		town.wants(s.AnswerAlert(town.ctx, task.ID, safe.ID, ward.Safe, town.now), ward.ErrNotAsked)
		answer := func(p ward.Person, a ward.Safety) {
			t.Helper()
			town.must(s.AnswerAlert(town.ctx, alert.ID, p.ID, a, town.now))
		}
		count := func(want ward.SafetyCount, wards ...int64) {
			t.Helper()
			if got, err := s.CountSafety(town.ctx, alert.ID, wards); err != nil || got != want {
				t.Errorf("counted %+v, want %+v; %v", got, want, err)
			}
		}
		plight := func(p ward.Person) ward.Plight {
			t.Helper()
			is, err := s.Plight(town.ctx, alert.ID, p.ID)
			town.must(err)
			return is
		}
		answer(safe, ward.Safe)
		answer(help, ward.NeedsHelp)
		answer(help, ward.NeedsHelp)
		count(ward.SafetyCount{Safe: 1, Help: 1, Waits: 1, Silent: 2})
		count(ward.SafetyCount{}, town.wards[1].ID)
		if size, err := s.CountAlert(town.ctx, ward.Audience{Unheard: alert.ID}, town.now); err != nil || size.People != 2 {
			t.Errorf("a reminder would reach %+v, %v", size, err)
		}
		if size, err := s.CountAlert(town.ctx, ward.Audience{Warned: alert.ID}, town.now); err != nil || size.People != 4 {
			t.Errorf("all clear would reach %+v, %v", size, err)
		}

		// Coordinators are told at once, and again of what comes later.
		untold := func() []ward.Plight {
			t.Helper()
			all, err := s.UntoldHelp(town.ctx, 10)
			town.must(err)
			return all
		}
		first := untold()
		if len(first) != 1 || first[0].Name != help.Name || first[0].Located {
			t.Fatalf("untold: %+v", first)
		}
		town.must(s.LocateHelp(town.ctx, alert.ID, help.ID, 21.0285, 105.8542))
		town.must(s.LocateHelp(town.ctx, alert.ID, safe.ID, 1, 1))
		town.must(s.ToldHelp(town.ctx, first[0], town.now)) // of what was before
		second := untold()
		if len(second) != 1 || !second[0].Located || second[0].Latitude != 21.0285 || second[0].Longitude != 105.8542 {
			t.Fatalf("untold after the location came: %+v", second)
		}
		town.must(s.ToldHelp(town.ctx, second[0], town.now))
		town.must(s.NoteHelp(town.ctx, alert.ID, help.ID, "mái tốc"))
		if third := untold(); len(third) != 1 || third[0].Note != "mái tốc" {
			t.Fatalf("untold after words came: %+v", third)
		}
		if p := plight(safe); p.Located {
			t.Error("it is kept where somebody is who is safe")
		}

		// Helped once; who asks again waits again, and nothing old is kept.
		for _, want := range []bool{true, false} {
			if first, err := s.Helped(town.ctx, alert.ID, help.ID, town.now); err != nil || first != want {
				t.Errorf("helped: %v, %v", first, err)
			}
		}
		count(ward.SafetyCount{Safe: 1, Help: 1, Silent: 2})
		answer(help, ward.NeedsHelp)
		if p := plight(help); !p.Waits() || p.Located || p.Note != "" {
			t.Errorf("asks again: %+v", p)
		}
		town.must(s.LocateHelp(town.ctx, alert.ID, help.ID, 21, 105))
		answer(help, ward.Safe)
		if p := plight(help); p.Located || p.Waits() {
			t.Errorf("safe now: %+v", p)
		}

		// Who leaves takes it with them at once, who takes the consent back too.
		answer(help, ward.NeedsHelp)
		town.must(s.LocateHelp(town.ctx, alert.ID, help.ID, 21, 105))
		if r, err := s.PersonRecord(town.ctx, help.ID); err != nil || len(r.Plights) != 1 || !r.Plights[0].Located {
			t.Errorf("the record of who needs help: %+v, %v", r.Plights, err)
		}
		town.must(s.Erase(town.ctx, help.ID, town.now))
		_, err := s.Plight(town.ctx, alert.ID, help.ID)
		town.wants(err, ward.ErrNotFound)
		answer(silent, ward.NeedsHelp)
		town.must(s.WithdrawConsent(town.ctx, silent.ID, town.now))
		_, err = s.Plight(town.ctx, alert.ID, silent.ID)
		town.wants(err, ward.ErrNotFound)
		count(ward.SafetyCount{Safe: 1, Silent: 1})

		answer(late, ward.NeedsHelp)
		town.must(s.ClearAlert(town.ctx, ward.Actor{}, alert.ID, town.now))
		town.wants(s.AnswerAlert(town.ctx, alert.ID, safe.ID, ward.NeedsHelp, town.now), ward.ErrAlertOver)

		// After a week nothing of it is left.
		keep := ward.Retention{}
		town.now = town.now.Add(ward.WhereaboutsKept)
		_, err = s.Expire(town.ctx, keep, town.now)
		town.must(err)
		plight(late)
		_, err = s.Expire(town.ctx, keep, town.now.Add(time.Second))
		town.must(err)
		_, err = s.Plight(town.ctx, alert.ID, late.ID)
		town.wants(err, ward.ErrNotFound)
		town.right()
	})
}
