package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

const tuesday = ward.Day(20230711)

// names lists the wards of today with their groups.
func (t *town) names() map[string][]string {
	t.Helper()
	wards, err := t.Wards(t.ctx)
	t.must(err)
	all := map[string][]string{}
	for _, w := range wards {
		groups, err := t.Groups(t.ctx, w.ID)
		t.must(err)
		all[w.Name] = []string{}
		for _, g := range groups {
			all[w.Name] = append(all[w.Name], g.Name)
		}
	}
	return all
}

func (t *town) wardNamed(name string) ward.Ward {
	t.Helper()
	wards, err := t.Wards(t.ctx)
	t.must(err)
	for _, w := range wards {
		if w.Name == name {
			return w
		}
	}
	t.Fatalf("no ward %s", name)
	return ward.Ward{}
}

func TestMergeWards(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		first, second := town.wards[0], town.wards[1]
		ana := town.person() // group 1 of the first
		bao := town.personOf(second.ID, town.groups[second.ID][0].ID)
		chi := town.personOf(second.ID, 0)
		gone := town.personOf(second.ID, 0)
		town.must(s.Erase(town.ctx, gone.ID, town.now))
		_, err := s.Appoint(town.ctx, ward.Actor{}, chi.ID, ward.RoleWardCoordinator, second.ID)
		town.must(err)
		town.must(s.CreateInvite(town.ctx, ward.Invite{Code: "g", WardID: first.ID, GroupID: ana.GroupID, UsesLeft: 9}, ward.Invite{Code: "w", WardID: second.ID, UsesLeft: 9}))
		_, err = s.ImportRoster(town.ctx, ward.Actor{}, []ward.Expected{{Name: "Lan", WardID: second.ID}})
		town.must(err)
		task := town.task()
		town.send()
		_, err = s.Confirm(town.ctx, task.ID, bao.ID, ward.AnswerDone, town.now)
		town.must(err)

		town.now = town.now.Add(24 * time.Hour)
		done, err := s.MergeWards(town.ctx, ward.Actor{}, []int64{first.ID, second.ID}, "Từ Liêm", tuesday)
		town.must(err)
		if diff := cmp.Diff(ward.Redrawn{Wards: 2, Groups: 3, People: 3}, done); diff != "" {
			t.Errorf("done (-want +got):\n%s", diff)
		}
		want := map[string][]string{"Từ Liêm": {"Tổ 1 (Mỹ Đình 1)", "Tổ 2", "Tổ 1 (Cầu Diễn)"}}
		if diff := cmp.Diff(want, town.names()); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
		merged := town.wardNamed("Từ Liêm")
		if found := ward.SearchWards("cau dien", []ward.Ward{merged}); len(found) != 1 {
			t.Errorf("the old name is forgotten: %+v", merged)
		}
		for _, old := range []ward.Person{ana, bao, chi} {
			p, err := s.Person(town.ctx, old.ID)
			town.must(err)
			if p.WardID != merged.ID || (p.GroupID == 0) != (old.GroupID == 0) || old.GroupID != 0 && p.GroupID == old.GroupID {
				t.Errorf("moved to %+v", p)
			}
		}
		if charges, err := s.Charges(town.ctx, merged.ID); err != nil || len(charges) != 3 {
			t.Errorf("charges %v, %v", charges, err)
		}
		coordinated, err := s.CoordinatedWards(town.ctx)
		town.must(err)
		if !coordinated[merged.ID] || !coordinated[first.ID] || !coordinated[second.ID] {
			t.Errorf("wards with a coordinator: %v", coordinated)
		}
		if open, err := s.OpenInvites(town.ctx, merged.ID, town.now); err != nil || len(open) != 2 || open[0].GroupID == ana.GroupID {
			t.Errorf("invites %+v, %v", open, err)
		}
		if n, err := s.CountRoster(town.ctx, merged.ID); err != nil || n != 1 {
			t.Errorf("%d are expected, %v", n, err)
		}

		// History stays: yesterday has the old wards, today on both, tomorrow the new.
		yesterday, err := s.Tallies(town.ctx, ward.Period{From: monday, To: monday})
		town.must(err)
		if len(yesterday) != 2 || yesterday[1].Name != second.Name || yesterday[1].Done != 1 || yesterday[1].People != 2 || yesterday[1].Groups != 1 {
			t.Errorf("yesterday: %+v", yesterday)
		}
		if groups, err := s.GroupTallies(town.ctx, ward.Period{From: monday, To: monday}, second.ID); err != nil || len(groups) != 1 || groups[0].Done != 1 {
			t.Errorf("yesterday's groups: %+v, %v", groups, err)
		}
		if both, err := s.Tallies(town.ctx, ward.Period{From: tuesday, To: tuesday}); err != nil || len(both) != 3 {
			t.Errorf("the day of the change: %+v, %v", both, err)
		}
		if after, err := s.Tallies(town.ctx, ward.Period{From: tuesday + 1, To: tuesday + 1}); err != nil || len(after) != 1 || after[0].Groups != 3 {
			t.Errorf("the day after: %+v, %v", after, err)
		}
		// An answer of today to yesterday's task counts where it was sent.
		_, err = s.Confirm(town.ctx, task.ID, chi.ID, ward.AnswerDone, town.now)
		town.must(err)
		town.right()
		yesterday, err = s.Tallies(town.ctx, ward.Period{From: monday, To: monday})
		town.must(err)
		if yesterday[1].Done != 2 {
			t.Errorf("an answer after the change: %+v", yesterday)
		}

		// Drafts and plans that name the old wards reach the people.
		b := town.bulletin()
		b.Audience.WardIDs = []int64{first.ID, second.ID}
		if size, err := s.CountAudience(town.ctx, b.Audience, town.now); err != nil || size.People != 3 {
			t.Errorf("audience %+v, %v", size, err)
		}
		if b = town.publish(b); len(b.Audience.WardIDs) != 1 || b.Audience.WardIDs[0] != merged.ID || town.progress(b).Audience != 3 {
			t.Errorf("published for %+v", b.Audience)
		}
		// What is no more cannot be chosen.
		r := town.registration()
		_, err = s.Register(town.ctx, r)
		town.wants(err, ward.ErrNotFound)
		_, err = s.MergeWards(town.ctx, ward.Actor{}, []int64{merged.ID, 999}, "Từ Liêm", tuesday)
		town.wants(err, ward.ErrNotFound)
	})
}

func TestMergeIntoOneOfThem(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		_, err := s.MergeWards(town.ctx, ward.Actor{}, []int64{town.wards[0].ID, town.wards[1].ID}, "mỹ đình 1", tuesday)
		town.must(err)
		want := map[string][]string{"Mỹ Đình 1": {"Tổ 1", "Tổ 2", "Tổ 1 (Cầu Diễn)"}}
		if diff := cmp.Diff(want, town.names()); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
		if p, err := s.Person(town.ctx, ana.ID); err != nil || p.GroupID != ana.GroupID {
			t.Errorf("somebody was moved who stays: %+v, %v", p, err)
		}
	})
}

func TestSplitWard(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		home := town.wards[0]
		one, two := town.groups[home.ID][0], town.groups[home.ID][1]
		ana, bao := town.person(), town.personOf(home.ID, two.ID)

		// A part goes, the ward stays.
		done, err := s.SplitWard(town.ctx, ward.Actor{}, home.ID, []ward.GroupMove{{GroupID: two.ID, Ward: "Cầu Diễn", Name: "Tổ 2"}}, "", tuesday)
		town.must(err)
		if diff := cmp.Diff(ward.Redrawn{Groups: 1, People: 1}, done); diff != "" {
			t.Errorf("done (-want +got):\n%s", diff)
		}
		if p, err := s.Person(town.ctx, bao.ID); err != nil || p.WardID != town.wards[1].ID {
			t.Errorf("moved to %+v, %v", p, err)
		}

		// All of it goes, and somebody has no group.
		chi := town.personOf(home.ID, 0)
		rest := []ward.GroupMove{{GroupID: one.ID, Ward: "Phú Đô", Name: "Tổ 7"}}
		_, err = s.SplitWard(town.ctx, ward.Actor{}, home.ID, rest, "", tuesday)
		town.wants(err, ward.ErrUnplaced)
		_, err = s.SplitWard(town.ctx, ward.Actor{}, home.ID, []ward.GroupMove{{GroupID: one.ID, Ward: "Cầu Diễn", Name: "to 1"}}, "Phú Đô", tuesday)
		town.wants(err, ward.ErrTaken)
		_, err = s.SplitWard(town.ctx, ward.Actor{}, home.ID, []ward.GroupMove{{GroupID: two.ID, Ward: "Phú Đô", Name: "Tổ 1"}}, "", tuesday)
		town.wants(err, ward.ErrNotFound) // has gone already
		_, err = s.SplitWard(town.ctx, ward.Actor{}, home.ID, rest, "Phú Đô", tuesday)
		town.must(err)
		if diff := cmp.Diff(map[string][]string{"Cầu Diễn": {"Tổ 1", "Tổ 2"}, "Phú Đô": {"Tổ 7"}}, town.names()); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
		for _, id := range []int64{ana.ID, chi.ID} {
			if p, err := s.Person(town.ctx, id); err != nil || p.WardID != town.wardNamed("Phú Đô").ID {
				t.Errorf("moved to %+v, %v", p, err)
			}
		}
		b := town.bulletin()
		b.Audience = ward.Audience{WardIDs: []int64{home.ID}, GroupIDs: []int64{two.ID}}
		if size, err := s.CountAudience(town.ctx, b.Audience, town.now); err != nil || size.People != 3 {
			t.Errorf("a plan for the old ward reaches %+v, %v", size, err)
		}
	})
}
