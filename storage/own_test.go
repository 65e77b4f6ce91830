package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestAPersonsOwnWishes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		p := town.person()
		town.must(s.SetAddress(town.ctx, p.ID, ward.AddressOlderSister))
		town.must(s.Rename(town.ctx, p.ID, "Trần Thị Hạnh"))
		town.wants(s.Rename(town.ctx, p.ID, "123 🌸"), ward.ErrBadName)
		got, err := s.Person(town.ctx, p.ID)
		town.must(err)
		if got.Address != ward.AddressOlderSister || got.Name != "Trần Thị Hạnh" {
			t.Errorf("got %+v", got)
		}
		town.must(s.Erase(town.ctx, p.ID, town.now))
		if got, err = s.Person(town.ctx, p.ID); err != nil || got.Address != ward.AddressPlain || got.Name != "" {
			t.Errorf("erased, but %+v, %v", got, err)
		}
	})
}

func TestConsentTakenBackAndGivenAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		p, neighbour := town.person(), town.person()
		b := town.bulletin()
		b.SendAt = town.now.Add(time.Hour)
		due := town.publish(b)

		later := town.now.Add(time.Minute)
		for range 2 { // twice is once
			town.must(s.WithdrawConsent(town.ctx, p.ID, later))
		}
		if size, err := s.CountAudience(town.ctx, ward.Audience{}, later); err != nil || size.People != 1 {
			t.Errorf("audience %+v, %v; want the neighbour only", size, err)
		}
		waiting, err := s.Due(town.ctx, town.now.Add(2*time.Hour), 10)
		town.must(err)
		if len(waiting) != 1 || waiting[0].PersonID != neighbour.ID {
			t.Errorf("bulletin %d is due to %+v, want the neighbour only", due.ID, waiting)
		}
		consents, err := s.Consents(town.ctx, p.ID)
		town.must(err)
		want := []ward.Consent{{Kind: "register", Version: "1", Hash: "abc", GivenAt: town.now, WithdrawnAt: later}}
		if diff := cmp.Diff(want, consents); diff != "" {
			t.Errorf("consents (-want +got):\n%s", diff)
		}
		town.must(s.SetReachable(town.ctx, p.ChatID, true, later)) // writing is no consent
		if got, err := s.Person(town.ctx, p.ID); err != nil || got.State != ward.PersonWithdrawn {
			t.Errorf("got %+v, %v", got, err)
		}

		again := town.registration()
		again.Now, again.ConsentText, again.ConsentedAt = later.Add(time.Hour), "2", later.Add(time.Hour)
		town.must(s.ConsentAgain(town.ctx, p.ID, again))
		town.must(s.ConsentAgain(town.ctx, neighbour.ID, again)) // has never taken it back: nothing new
		got, err := s.PersonRecord(town.ctx, p.ID)
		town.must(err)
		if got.Person.State != ward.PersonActive || len(got.Consents) != 2 || got.Consents[1].Version != "2" {
			t.Errorf("got %+v", got)
		}
		if kept, err := s.Consents(town.ctx, neighbour.ID); err != nil || len(kept) != 1 {
			t.Errorf("the neighbour's consents: %+v, %v", kept, err)
		}
	})
}

func TestPersonRecord(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		p := town.person()
		town.person()
		task := town.task()
		town.send()
		_, err := s.Confirm(town.ctx, task.ID, p.ID, ward.AnswerDone, town.now)
		town.must(err)
		_, err = s.SaveReport(town.ctx, ward.Report{BulletinID: task.ID, PersonID: p.ID, Households: 12, HasCount: true, Text: "Xong"}, monday, town.now)
		town.must(err)
		got, err := s.PersonRecord(town.ctx, p.ID)
		town.must(err)
		want := []ward.Received{{BulletinID: task.ID, Kind: ward.KindTask, Title: task.Title, Day: monday, Answer: ward.AnswerDone, AnsweredAt: town.now}}
		if diff := cmp.Diff(want, got.Received); diff != "" {
			t.Errorf("received (-want +got):\n%s", diff)
		}
		if len(got.Reports) != 1 || got.Reports[0].Households != 12 || got.Person.ID != p.ID {
			t.Errorf("got %+v", got)
		}
	})
}

func TestExpire(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		writer, away, back := town.person(), town.person(), town.person()
		task := town.task()
		town.send()
		_, err := s.SaveReport(town.ctx, ward.Report{
			BulletinID: task.ID, PersonID: writer.ID, Households: 3, HasCount: true, Text: "Xong", Photos: []ward.Photo{{FileID: "a", UniqueID: "b"}},
		}, monday, town.now)
		town.must(err)
		town.must(s.SetReachable(town.ctx, away.ChatID, false, town.now))
		town.must(s.SetReachable(town.ctx, back.ChatID, false, town.now))
		town.must(s.SetReachable(town.ctx, back.ChatID, true, town.now))

		day := 24 * time.Hour
		keep := ward.Retention{Reports: 365 * day, Media: 180 * day, Logs: 90 * day, Inactive: 90 * day}
		for _, tt := range []struct {
			after  time.Duration
			erased int
			text   string
			photos int
		}{
			{89 * day, 0, "Xong", 1},
			{91 * day, 1, "Xong", 1},
			{181 * day, 0, "Xong", 0},
			{366 * day, 0, "", 0},
		} {
			erased, err := s.Expire(town.ctx, keep, town.now.Add(tt.after))
			town.must(err)
			r, err := s.ReportOf(town.ctx, task.ID, writer.ID)
			town.must(err)
			if erased != tt.erased || r.Text != tt.text || len(r.Photos) != tt.photos || r.Households != 3 {
				t.Errorf("after %v: %d erased, report %+v; want %+v", tt.after, erased, r, tt)
			}
		}
		if photos, err := s.UncheckedPhotos(town.ctx, 1); err != nil || len(photos) > 0 {
			t.Errorf("left of the photos: %+v, %v", photos, err)
		}
		if p, err := s.Person(town.ctx, away.ID); err != nil || p.State != ward.PersonErased {
			t.Errorf("who went away: %+v, %v", p, err)
		}
		if p, err := s.Person(town.ctx, back.ID); err != nil || p.State != ward.PersonActive {
			t.Errorf("who came back: %+v, %v", p, err)
		}
	})
}
