package storage_test

import (
	"testing"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestSetTarget(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		home := town.wards[0]
		group := town.groups[home.ID][1]
		town.must(s.SetTarget(town.ctx, home.ID, 80, ward.Actor{}))
		town.must(s.SetTarget(town.ctx, group.ID, 90, ward.Actor{AdminID: 7}))
		town.wants(s.SetTarget(town.ctx, 999, 80, ward.Actor{}), ward.ErrNotFound)
		town.wants(s.SetTarget(town.ctx, home.ID, 101, ward.Actor{}), ward.ErrTarget)
		town.wants(s.SetTarget(town.ctx, home.ID, -1, ward.Actor{}), ward.ErrTarget)

		targets := func(p ward.Period) (wards, groups []int) {
			t.Helper()
			v, err := s.View(town.ctx, p, 0)
			town.must(err)
			for _, place := range v.Places {
				wards = append(wards, place.Target)
			}
			v, err = s.View(town.ctx, p, home.ID)
			town.must(err)
			for _, place := range v.Places {
				groups = append(groups, place.Target)
			}
			return wards, groups
		}
		day := ward.Period{From: monday, To: monday}
		if wards, groups := targets(day); wards[0] != 80 || wards[1] != 0 || groups[0] != 0 || groups[1] != 90 {
			t.Errorf("targets %v, %v", wards, groups)
		}
		town.must(s.SetTarget(town.ctx, home.ID, 0, ward.Actor{}))
		if wards, _ := targets(day); wards[0] != 0 {
			t.Errorf("a target that was taken back: %v", wards)
		}
		log, err := s.AuditLog(town.ctx, []int64{home.ID}, 0, 9)
		town.must(err)
		if len(log) != 3 || log[1].Deed != ward.DeedTargeted || log[1].By.AdminID != 7 || log[1].Count != 90 {
			t.Errorf("logged %+v", log)
		}

		// The target goes along with its group.
		_, err = s.SplitWard(town.ctx, ward.Actor{}, home.ID, []ward.GroupMove{{GroupID: group.ID, Ward: "Cầu Diễn", Name: "Tổ 2"}}, "", tuesday)
		town.must(err)
		groups, err := s.GroupTallies(town.ctx, ward.Period{From: tuesday + 1, To: tuesday + 1}, town.wards[1].ID)
		town.must(err)
		if len(groups) != 2 || groups[1].Target != 90 {
			t.Errorf("after the split: %+v", groups)
		}
		town.wants(s.SetTarget(town.ctx, group.ID, 50, ward.Actor{}), ward.ErrNotFound)
	})
}
