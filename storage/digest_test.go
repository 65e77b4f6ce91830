package storage_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// mailing is a digest with a letter of their own for each of these people.
func (t *town) mailing(slot storage.DigestSlot, file ward.Media, people ...ward.Person) ward.Mailing {
	return ward.Mailing{
		Bulletin: ward.Bulletin{
			DraftKey: fmt.Sprintf("digest-%d-%d", slot.Digest, slot.At.Unix()), Kind: ward.KindDigest, Title: "Tuần 28",
			Signed: ward.Signature{Org: "Ủy ban MTTQ phường", Sender: "Ủy ban MTTQ phường", Contact: "0912 345 678"},
			SendAt: slot.At, SendDay: monday, Deadline: slot.At.Add(ward.DigestWorth),
		},
		Letters: func(id int64) (all []ward.OwnLetter) {
			for _, p := range people {
				all = append(all, ward.OwnLetter{PersonID: p.ID, Letter: ward.Letter{
					Language: "vi", HTML: "Riêng " + p.Name, Media: []ward.Media{file},
					Buttons: [][]ward.LetterButton{{{Text: "Thống kê", Data: fmt.Sprintf("stats:%d", id)}}},
				}})
			}
			return all
		},
	}
}

// slot is the one digest that is due.
func (t *town) slot() storage.DigestSlot {
	t.Helper()
	due, err := t.DigestsDue(t.ctx, t.now)
	t.must(err)
	if len(due) != 1 {
		t.Fatalf("due: %+v", due)
	}
	return due[0]
}

func TestDigest(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		reader, without, gone := town.person(), town.person(), town.person()
		sheet, file, err := ward.File{Kind: ward.MediaDocument, Name: "bao-cao.xlsx", Bytes: []byte("x")}.Ready()
		town.must(err)
		at := town.now.Add(time.Hour)
		town.must(s.ScheduleDigest(town.ctx, ward.DigestWeek, "sun 20:00", at))
		// As after a restart: what is kept stays, a new setting moves it.
		town.must(s.ScheduleDigest(town.ctx, ward.DigestWeek, "sun 20:00", at.Add(time.Hour)))
		if due, err := s.DigestsDue(town.ctx, town.now); err != nil || len(due) != 0 {
			t.Errorf("due already: %+v, %v", due, err)
		}
		town.now = at
		slot := town.slot()
		if slot.Digest != ward.DigestWeek || !slot.At.Equal(at) {
			t.Errorf("got %+v", slot)
		}

		next := at.Add(7 * 24 * time.Hour)
		m := []ward.Mailing{town.mailing(slot, file, reader, gone)}
		m[0].Files = []ward.File{sheet}
		m[0].Logged = []ward.Audit{{Deed: ward.DeedMailed, PersonID: reader.ID, WardID: reader.WardID, Count: 3}}
		kept, err := s.KeepDigest(town.ctx, slot, next, m)
		town.must(err)
		again, err := s.KeepDigest(town.ctx, slot, next, m)
		town.must(err)
		if !kept || again {
			t.Errorf("kept %v, a second time %v", kept, again)
		}
		if due, err := s.DigestsDue(town.ctx, town.now); err != nil || len(due) != 0 {
			t.Errorf("still due: %+v, %v", due, err)
		}

		// Who has no letter is sent nothing; who leaves keeps none.
		due := town.due()
		if len(due) != 2 || due[0].PersonID != reader.ID || due[1].PersonID != gone.ID {
			t.Fatalf("due to %+v, want %d and %d", due, reader.ID, gone.ID)
		}
		l, err := s.OwnLetter(town.ctx, due[0].DeliveryKey)
		town.must(err)
		if l.HTML != "Riêng "+reader.Name || len(l.Media) != 1 || l.Buttons[0][0].Data != fmt.Sprintf("stats:%d", due[0].BulletinID) {
			t.Errorf("letter %+v", l)
		}
		_, err = s.OwnLetter(town.ctx, ward.DeliveryKey{BulletinID: due[0].BulletinID, PersonID: without.ID})
		town.wants(err, ward.ErrNotFound)
		town.must(s.Erase(town.ctx, gone.ID, town.now))
		_, err = s.OwnLetter(town.ctx, due[1].DeliveryKey)
		town.wants(err, ward.ErrNotFound)

		// Once all is sent, nothing of it is kept.
		if f, err := s.File(town.ctx, file); err != nil || f.Name != "bao-cao.xlsx" {
			t.Errorf("the file in it: %+v, %v", f, err)
		}
		town.send()
		sent, err := s.FinishSent(town.ctx, town.now)
		town.must(err)
		if len(sent) != 1 || town.progress(sent[0]).Sent != 1 {
			t.Errorf("sent %+v", sent)
		}
		_, err = s.OwnLetter(town.ctx, due[0].DeliveryKey)
		town.wants(err, ward.ErrNotFound)
		_, err = s.File(town.ctx, file)
		town.wants(err, ward.ErrNotFound)
		log, err := s.AuditLog(town.ctx, nil, 0, 9)
		town.must(err)
		if len(log) != 1 || log[0].Deed != ward.DeedMailed || log[0].Count != 3 {
			t.Errorf("log: %+v", log)
		}
		wards, err := s.Tallies(town.ctx, ward.Period{From: monday, To: monday})
		town.must(err)
		if sum := ward.Sum(wards); sum != (ward.Tally{Groups: sum.Groups}) {
			t.Errorf("a digest is tallied: %+v", sum)
		}
		town.right()
	})
}

// TestDigestIsKeptByOne lets several processes come to a slot at once.
func TestDigestIsKeptByOne(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		reader := town.person()
		town.must(s.ScheduleDigest(town.ctx, ward.DigestWeek, "sun 20:00", town.now))
		slot := town.slot()
		var kept atomic.Int32
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				ok, err := s.KeepDigest(town.ctx, slot, slot.At.Add(time.Hour), []ward.Mailing{town.mailing(slot, ward.Photos("photo")[0], reader)})
				if err != nil {
					t.Error(err)
				}
				if ok {
					kept.Add(1)
				}
			})
		}
		all.Wait()
		if kept.Load() != 1 || len(town.due()) != 1 {
			t.Errorf("kept %d times, %d letters are due", kept.Load(), len(town.due()))
		}
	})
}

// TestDigestTooLate is a digest that nobody could be sent within a day.
func TestDigestTooLate(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		reader := town.person()
		town.must(s.ScheduleDigest(town.ctx, ward.DigestMonth, "sun 20:00", town.now))
		slot := town.slot()
		kept, err := s.KeepDigest(town.ctx, slot, slot.At.Add(30*24*time.Hour), []ward.Mailing{town.mailing(slot, ward.Photos("photo")[0], reader)})
		if !kept || err != nil {
			t.Fatal(kept, err)
		}
		town.now = town.now.Add(ward.DigestWorth)
		if due := town.due(); len(due) != 0 {
			t.Errorf("a day later still due: %+v", due)
		}
		for more := true; more; {
			more, err = s.FanOut(town.ctx, town.now)
			town.must(err)
		}
		sent, err := s.FinishSent(town.ctx, town.now)
		town.must(err)
		if len(sent) != 1 || town.progress(sent[0]).TooLate != 1 {
			t.Errorf("finished %+v", sent)
		}
	})
}

func TestDigestReaders(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		reads, paused, off := town.person(), town.person(), town.person()
		blocked, erased := town.person(), town.person()
		town.must(s.Pause(town.ctx, paused.ID, town.now.Add(time.Hour)))
		town.must(s.WantDigest(town.ctx, off.ID, false))
		town.must(s.SetReachable(town.ctx, blocked.ChatID, false, town.now))
		town.must(s.Erase(town.ctx, erased.ID, town.now))
		for _, want := range [][]ward.Person{{reads}, {reads, paused, off}} {
			got, err := s.DigestReaders(town.ctx, town.now)
			town.must(err)
			if len(got) != len(want) || got[0].ID != want[0].ID {
				t.Errorf("readers %+v, want %+v", got, want)
			}
			town.must(s.WantDigest(town.ctx, off.ID, true))
			town.now = town.now.Add(2 * time.Hour)
		}
		for p, want := range map[int64]bool{off.ID: true, reads.ID: true} {
			if wanted, err := s.WantsDigest(town.ctx, p); err != nil || wanted != want {
				t.Errorf("person %d wants it: %v, %v", p, wanted, err)
			}
		}
		_, err := s.WantsDigest(town.ctx, 9999)
		town.wants(err, ward.ErrNotFound)
	})
}

func TestShares(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		lan, mai := town.person(), town.person()
		first, second := town.task(), town.task()
		town.send()
		for _, b := range []ward.Bulletin{first, second} {
			_, err := s.Confirm(town.ctx, b.ID, lan.ID, ward.AnswerDone, town.now)
			town.must(err)
		}
		_, err := s.SaveReport(town.ctx, ward.Report{BulletinID: first.ID, PersonID: lan.ID, Households: 12, HasCount: true, Text: "x"}, monday, town.now)
		town.must(err)
		week := ward.WeekWith(monday)
		got, err := s.Shares(town.ctx, week)
		town.must(err)
		if want := (ward.Share{Asked: 2, Summary: ward.Summary{Done: 2, Reports: 1, Households: 12}}); got[lan.ID] != want {
			t.Errorf("Lan: %+v, want %+v", got[lan.ID], want)
		}
		if want := (ward.Share{Asked: 2}); got[mai.ID] != want {
			t.Errorf("Mai: %+v, want %+v", got[mai.ID], want)
		}
		if deeds, err := s.Deeds(town.ctx, week, lan.ID); err != nil || deeds != got[lan.ID].Summary {
			t.Errorf("Lan alone: %+v, %v", deeds, err)
		}
		if deeds, err := s.Deeds(town.ctx, week.Before(), lan.ID); err != nil || deeds != (ward.Summary{}) {
			t.Errorf("Lan the week before: %+v, %v", deeds, err)
		}
		if o, err := s.Output(town.ctx, week); err != nil || o != (ward.Output{}) {
			t.Errorf("output %+v, %v", o, err)
		}
		if none, err := s.Shares(town.ctx, week.Before()); err != nil || len(none) != 0 {
			t.Errorf("the week before: %+v, %v", none, err)
		}

		// One month is no year yet.
		people, groups, err := s.Thanked(town.ctx, lan.WardID, ward.YearOf(monday), ward.ThanksRule{Months: 1, Percent: 80})
		town.must(err)
		if len(people) != 1 || people[0].ID != lan.ID || len(groups) != 0 {
			t.Errorf("to thank: %+v, %v", people, groups)
		}
		people, groups, err = s.Thanked(town.ctx, lan.WardID, ward.YearOf(monday), ward.ThanksRule{Months: 1, Percent: 50})
		town.must(err)
		if len(people) != 1 || len(groups) != 1 || groups[0] != lan.GroupID {
			t.Errorf("by an easier rule: %+v, %v", people, groups)
		}
		people, groups, err = s.Thanked(town.ctx, lan.WardID, ward.YearOf(monday), ward.Thanks)
		town.must(err)
		if len(people)+len(groups) != 0 {
			t.Errorf("after one month: %+v, %v", people, groups)
		}
	})
}
