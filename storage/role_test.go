package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// deeds is the log, oldest first, without numbers and times.
func (t *town) deeds(wardIDs ...int64) []ward.Audit {
	t.Helper()
	all, err := t.AuditLog(t.ctx, wardIDs, 0, 100)
	t.must(err)
	var old []ward.Audit
	for i := len(all) - 1; i >= 0; i-- {
		old = append(old, all[i])
	}
	return old
}

var bare = cmpopts.IgnoreFields(ward.Audit{}, "ID", "At")

func TestAppoint(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		boss, ana := ward.Actor{AdminID: 42}, town.person()
		home, away := town.wards[0].ID, town.wards[1].ID

		for _, wantChange := range []bool{true, false} { // the second time nothing changes, and nothing is logged
			changed, err := s.Appoint(town.ctx, boss, ana.ID, ward.RoleWardCoordinator, away)
			town.must(err)
			if changed != wantChange {
				t.Errorf("changed: %v", changed)
			}
		}
		coordinated, err := s.CoordinatedWards(town.ctx)
		town.must(err)
		if diff := cmp.Diff(map[int64]bool{away: true}, coordinated); diff != "" {
			t.Errorf("wards with a coordinator:\n%s", diff)
		}
		town.must(s.MovePerson(town.ctx, ward.Actor{PersonID: ana.ID}, ana.ID, away, 0)) // moving takes no role along
		town.must(s.MovePerson(town.ctx, boss, ana.ID, home, 0))
		keepers, err := s.Coordinators(town.ctx, away)
		town.must(err)
		if len(keepers) != 1 || keepers[0].ID != ana.ID || keepers[0].ChargeID != away {
			t.Errorf("coordinators of the ward: %+v", keepers)
		}
		task := town.task()
		town.must(s.SetControl(town.ctx, storage.Control{BulletinID: task.ID, ChatID: ana.ChatID, MessageID: 7, Language: "vi"}))
		_, err = s.Appoint(town.ctx, boss, ana.ID, ward.RoleCollaborator, 0)
		town.must(err)
		if left, err := s.Controls(town.ctx); err != nil || len(left) > 0 {
			t.Errorf("a coordinator no more still has live messages: %v, %v", left, err)
		}

		ignoreMoves := cmpopts.IgnoreSliceElements(func(a ward.Audit) bool { return a.Deed == ward.DeedMoved })
		want := []ward.Audit{
			{By: boss, Deed: ward.DeedAppointed, PersonID: ana.ID, WardID: away, Role: ward.RoleWardCoordinator},
			{By: boss, Deed: ward.DeedDismissed, PersonID: ana.ID, WardID: away, Role: ward.RoleWardCoordinator},
		}
		if diff := cmp.Diff(want, town.deeds(), bare, ignoreMoves); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
		if n := len(town.deeds(home)); n != 2 { // both moves, and nothing of the other ward
			t.Errorf("%d deeds in the log of the other ward", n)
		}
	})
}

func TestWhoCanHaveNoRole(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		r := town.registration()
		r.State = ward.PersonWaiting
		waiting, err := s.Register(town.ctx, r)
		town.must(err)
		left, back := town.person(), town.person()
		town.must(s.Erase(town.ctx, left.ID, town.now))
		_, err = s.Appoint(town.ctx, ward.Actor{}, back.ID, ward.RoleWardCoordinator, town.wards[0].ID)
		town.must(err)
		town.must(s.WithdrawConsent(town.ctx, back.ID, town.now))
		for _, id := range []int64{waiting.ID, left.ID, back.ID, 999} {
			_, err := s.Appoint(town.ctx, ward.Actor{}, id, ward.RoleCoordinator, 0)
			town.wants(err, ward.ErrNotFound)
		}
		_, err = s.Appoint(town.ctx, ward.Actor{}, town.person().ID, ward.RoleWardCoordinator, 999)
		town.wants(err, ward.ErrNotFound)
		if wards, err := s.CoordinatedWards(town.ctx); err != nil || len(wards) > 0 {
			t.Errorf("who took their consent back still has a ward: %v, %v", wards, err)
		}
	})
}

func TestLogOutlivesPeopleWithoutTheirNames(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, bao := town.person(), town.person()
		_, err := s.Appoint(town.ctx, ward.Actor{PersonID: ana.ID}, bao.ID, ward.RoleCoordinator, 0)
		town.must(err)
		town.must(s.Audit(town.ctx, ward.Audit{By: ward.Actor{PersonID: ana.ID}, Deed: ward.DeedSawNames, WardID: ana.WardID, Count: 10}))
		town.must(s.Erase(town.ctx, bao.ID, town.now))
		if deeds := town.deeds(); len(deeds) != 2 || deeds[0].PersonID != bao.ID || deeds[1].Count != 10 {
			t.Errorf("log: %+v", deeds)
		}
		if p, err := s.Person(town.ctx, bao.ID); err != nil || p.Name != "" || p.Role != ward.RoleGuest {
			t.Errorf("what is left of a person: %+v, %v", p, err)
		}
		_, err = s.Expire(town.ctx, ward.Retention{Logs: 90 * 24 * time.Hour}, town.now.Add(91*24*time.Hour))
		town.must(err)
		if deeds := town.deeds(); len(deeds) > 0 {
			t.Errorf("kept too long: %+v", deeds)
		}
	})
}

func TestFindPeople(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		names := []string{"Nguyễn Thị Hạnh", "Trần Thị Hạnh"}
		for i, name := range names {
			r := town.registration()
			r.Name, r.WardID, r.GroupID = name, town.wards[i].ID, 0
			_, err := s.Register(town.ctx, r)
			town.must(err)
		}
		first := func(id int64) bool { return id == town.wards[0].ID }
		for _, tt := range []struct {
			query string
			sees  func(int64) bool
			want  []string
		}{
			{"hanh", anywhere, names},
			{"hanh", first, names[:1]},
			{"thi hanh", first, names[:1]},
			{"tran thi hanh", first, names[1:]}, // who types it all knows it
			{"", anywhere, nil},
			{"nobody", anywhere, nil},
		} {
			found, err := s.FindPeople(town.ctx, tt.query, tt.sees, 9)
			town.must(err)
			var got []string
			for _, p := range found {
				got = append(got, p.Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.query, diff)
			}
		}
	})
}

func TestOpenInvites(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		by, home := ward.Actor{PersonID: ana.ID}, town.wards[0]
		group := town.groups[home.ID][1].ID
		town.must(s.CreateInvite(town.ctx,
			ward.Invite{Code: "ward", WardID: home.ID, UsesLeft: 20, By: by, ExpiresAt: town.now.Add(time.Hour)},
			ward.Invite{Code: "group", WardID: home.ID, GroupID: group, UsesLeft: 50, By: by, ExpiresAt: town.now.Add(time.Hour)},
			ward.Invite{Code: "old", WardID: home.ID, UsesLeft: 5, By: by, ExpiresAt: town.now},
		))
		r := town.registration()
		r.InviteCode = "group"
		_, err := s.Register(town.ctx, r)
		town.must(err)
		open, err := s.OpenInvites(town.ctx, home.ID, town.now)
		town.must(err)
		left := map[string]int{}
		for _, i := range open {
			left[i.Code] = i.UsesLeft
		}
		if diff := cmp.Diff(map[string]int{"ward": 20, "group": 49}, left); diff != "" {
			t.Errorf("open invites (-want +got):\n%s", diff)
		}
		for range 2 {
			if err := s.RevokeInvite(town.ctx, by, open[0].ID); err != nil {
				town.wants(err, ward.ErrNotFound)
			}
		}
		r = town.registration()
		r.InviteCode = open[0].Code
		_, err = s.Register(town.ctx, r)
		town.wants(err, ward.ErrInviteEnded)
		want := []ward.Audit{
			{By: by, Deed: ward.DeedInvited, WardID: home.ID, Count: 75},
			{By: by, Deed: ward.DeedRevoked, WardID: home.ID, Count: open[0].UsesLeft},
		}
		if diff := cmp.Diff(want, town.deeds(home.ID), bare); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
	})
}

func TestRoster(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		home := town.wards[0].ID
		one, two := town.groups[home][0].ID, town.groups[home][1].ID
		here := town.person() // in group one
		list := []ward.Expected{
			{Name: here.Name, WardID: home, GroupID: one}, // has come already
			{Name: "Nguyễn Thị Hạnh", WardID: home, GroupID: one, Phone: "+84912345678"},
			{Name: "Nguyễn Thị Hạnh", WardID: home, GroupID: two},
			{Name: "Trần Lan", WardID: home},
		}
		for i, want := range []int{3, 0} {
			added, err := s.ImportRoster(town.ctx, ward.Actor{}, list)
			town.must(err)
			if added != want {
				t.Errorf("import %d added %d, want %d", i, added, want)
			}
		}
		lines, err := s.RosterNamed(town.ctx, "NGUYEN thi hanh")
		town.must(err)
		if len(lines) != 2 || len(ward.Match(lines, home, two)) != 1 || len(ward.Match(lines, home, 0)) != 2 {
			t.Errorf("lines of that name: %+v", lines)
		}
		r := town.registration()
		r.Name, r.State, r.RosterID = "Nguyễn Thị Hạnh", ward.PersonWaiting, lines[0].ID
		hanh, err := s.Register(town.ctx, r)
		town.must(err)
		if hanh.State != ward.PersonActive {
			t.Errorf("somebody on the list waits: %+v", hanh)
		}
		r = town.registration()
		r.Name, r.State, r.RosterID = "Nguyễn Thị Hạnh", ward.PersonWaiting, lines[0].ID // is taken
		second, err := s.Register(town.ctx, r)
		town.must(err)
		if second.State != ward.PersonWaiting {
			t.Errorf("a line let two people in: %+v", second)
		}
		town.must(s.Admit(town.ctx, ward.Actor{}, second.ID, lines[1].ID))
		if n, err := s.CountRoster(town.ctx, home); err != nil || n != 1 {
			t.Errorf("%d people are expected still, %v", n, err)
		}
		_, err = s.Expire(town.ctx, ward.Retention{Inactive: 24 * time.Hour}, town.now.Add(25*time.Hour))
		town.must(err)
		if n, err := s.CountRoster(town.ctx, home); err != nil || n != 0 {
			t.Errorf("%d people are kept who did not come, %v", n, err)
		}
	})
}
