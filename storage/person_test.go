package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestRegister(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.must(s.CreateInvite(town.ctx, ward.Invite{Code: "abc", UsesLeft: 2, ExpiresAt: town.now.Add(time.Hour)}))
		r := town.registration()
		r.InviteCode = "abc"
		ana, err := s.Register(town.ctx, r)
		town.must(err)
		if ana.ID == 0 || ana.Name != r.Name || ana.Role != ward.RoleCollaborator || ana.State != ward.PersonActive || ana.GroupID != r.GroupID || !ana.JoinedAt.Equal(town.now) {
			t.Errorf("got %+v", ana)
		}
		again := r
		again.Name = "Somebody Else"
		same, err := s.Register(town.ctx, again)
		town.must(err)
		if same != ana {
			t.Errorf("registered twice: %+v, then %+v", ana, same)
		}
		if i, err := s.Invite(town.ctx, "abc", town.now); err != nil || i.UsesLeft != 1 {
			t.Errorf("after one registration: %+v, %v", i, err)
		}
		found, err := s.PersonByChat(town.ctx, r.ChatID)
		town.must(err)
		if found != ana {
			t.Errorf("got %+v, want %+v", found, ana)
		}
	})
}

func TestRegisterRefuses(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.must(s.CreateInvite(town.ctx, ward.Invite{Code: "used", UsesLeft: 0}))
		town.must(s.CreateInvite(town.ctx, ward.Invite{Code: "old", UsesLeft: 9, ExpiresAt: town.now}))
		for code, want := range map[string]error{"used": ward.ErrInviteEnded, "old": ward.ErrInviteEnded, "never": ward.ErrNotFound} {
			r := town.registration()
			r.InviteCode = code
			_, err := s.Register(town.ctx, r)
			town.wants(err, ward.ErrInviteEnded) // there was one when they began
			_, err = s.Invite(town.ctx, code, town.now)
			town.wants(err, want)
			_, err = s.PersonByChat(town.ctx, r.ChatID)
			town.wants(err, ward.ErrNotFound)
		}
		r := town.registration()
		r.WardID = town.wards[1].ID // the group is another ward's
		_, err := s.Register(town.ctx, r)
		town.wants(err, ward.ErrNotFound)
	})
}

func TestAdmitAndDecline(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		r := town.registration()
		r.State = ward.PersonWaiting
		ana, err := s.Register(town.ctx, r)
		town.must(err)
		r = town.registration()
		r.State = ward.PersonWaiting
		bao, err := s.Register(town.ctx, r)
		town.must(err)
		if _, _, _, waiting, err := s.CountPeople(town.ctx); err != nil || waiting != 2 {
			t.Errorf("%d wait, %v", waiting, err)
		}
		town.must(s.Admit(town.ctx, ward.Actor{}, ana.ID, 0))
		town.must(s.Admit(town.ctx, ward.Actor{}, ana.ID, 0))
		town.must(s.Decline(town.ctx, ward.Actor{}, ana.ID)) // too late: changes nothing
		town.must(s.Decline(town.ctx, ward.Actor{}, bao.ID))
		if p, err := s.Person(town.ctx, ana.ID); err != nil || p.State != ward.PersonActive {
			t.Errorf("got %+v, %v", p, err)
		}
		if p, err := s.Person(town.ctx, bao.ID); err != nil || p.State != ward.PersonErased || p.Name != "" {
			t.Errorf("got %+v, %v", p, err)
		}
		town.wants(s.Admit(town.ctx, ward.Actor{}, 999, 0), ward.ErrNotFound)
	})
}

func TestChangePerson(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		town.must(s.SetLanguage(town.ctx, ana.ChatID, "en"))
		town.must(s.MovePerson(town.ctx, ward.Actor{}, ana.ID, town.wards[1].ID, 0))
		_, err := s.Appoint(town.ctx, ward.Actor{}, ana.ID, ward.RoleCoordinator, 0)
		town.must(err)
		town.must(s.SetReachable(town.ctx, ana.ChatID, false, town.now))
		town.must(s.Pause(town.ctx, ana.ID, town.now.Add(time.Hour)))
		got, err := s.Person(town.ctx, ana.ID)
		town.must(err)
		want := ana
		want.Language, want.WardID, want.GroupID, want.Role = "en", town.wards[1].ID, 0, ward.RoleCoordinator
		want.State, want.PausedUntil = ward.PersonUnreachable, town.now.Add(time.Hour)
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		town.must(s.SetReachable(town.ctx, ana.ChatID, true, town.now))
		town.must(s.Resume(town.ctx, ana.ID))
		got, err = s.Person(town.ctx, ana.ID)
		town.must(err)
		if got.State != ward.PersonActive || !got.PausedUntil.IsZero() {
			t.Errorf("got %+v", got)
		}
		town.must(s.SetReachable(town.ctx, 404, true, town.now)) // a stranger
		town.wants(s.SetLanguage(town.ctx, 404, "en"), ward.ErrNotFound)
		town.wants(s.Pause(town.ctx, 404, town.now), ward.ErrNotFound)
		town.wants(s.Resume(town.ctx, 404), ward.ErrNotFound)
		town.wants(s.MovePerson(town.ctx, ward.Actor{}, 404, town.wards[0].ID, 0), ward.ErrNotFound)
	})
}

func TestErase(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, bao := town.person(), town.person()
		done := town.task()
		town.send()
		_, err := s.SaveReport(town.ctx, ward.Report{BulletinID: done.ID, PersonID: ana.ID, Households: 12, HasCount: true, Text: "Vui lắm", Photos: []ward.Photo{{FileID: "f"}}}, monday, town.now)
		town.must(err)
		next := town.passOn()
		town.must(s.SaveConversation(town.ctx, storage.Conversation{ChatID: ana.ChatID, Flow: "report", UpdatedAt: town.now}))

		town.must(s.Erase(town.ctx, ana.ID, town.now))
		town.must(s.Erase(town.ctx, ana.ID, town.now))

		_, err = s.PersonByChat(town.ctx, ana.ChatID)
		town.wants(err, ward.ErrNotFound)
		got, err := s.Person(town.ctx, ana.ID)
		town.must(err)
		if want := (ward.Person{ID: ana.ID, WardID: ana.WardID, GroupID: ana.GroupID, State: ward.PersonErased, JoinedAt: ana.JoinedAt}); got != want {
			t.Errorf("kept %+v, want %+v", got, want)
		}
		report, err := s.ReportOf(town.ctx, done.ID, ana.ID)
		town.must(err)
		if report.Text != "" || len(report.Photos) != 0 || report.Households != 12 {
			t.Errorf("kept %+v", report)
		}
		_, err = s.ActiveConversation(town.ctx, ana.ChatID)
		town.wants(err, ward.ErrNotFound)
		for _, d := range town.due() {
			if d.PersonID != bao.ID {
				t.Errorf("still due: %+v", d)
			}
		}
		town.send()
		if p := town.progress(next); p.Audience != 2 || p.Sent != 1 || p.Cancelled != 1 {
			t.Errorf("got %+v", p)
		}
		if p := town.progress(done).Answers; p.Done != 1 || p.Households != 12 {
			t.Errorf("the counts changed: %+v", p)
		}
		r := town.registration()
		r.ChatID = ana.ChatID
		anew, err := s.Register(town.ctx, r)
		town.must(err)
		if anew.ID == ana.ID {
			t.Error("the erased person came back")
		}
		town.right()
	})
}

// Somebody erased while a message is on its way to them is not asked about
// any more, and the bulletin comes to its end.
func TestEraseOnTheWay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		town.task()
		keys := town.claim(town.due()...)
		town.must(s.Erase(town.ctx, ana.ID, town.now))
		if doubt, err := s.InDoubt(town.ctx); err != nil || len(doubt) > 0 {
			t.Errorf("in doubt: %+v, %v", doubt, err)
		}
		if sent, err := s.FinishSent(town.ctx, town.now); err != nil || len(sent) != 1 {
			t.Errorf("finished %+v, %v", sent, err)
		}
		town.end(ward.DeliverySent, keys...) // the result comes late and changes nothing
		town.right()
	})
}
