package storage_test

import (
	"slices"
	"testing"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestPlaces(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		wards, groups, err := s.CountPlaces(town.ctx)
		town.must(err)
		if wards != 2 || groups != 3 {
			t.Errorf("got %d wards, %d groups", wards, groups)
		}
		added, err := s.ImportPlaces(town.ctx, []ward.PlaceRow{
			{Ward: "mỹ  đình 1", Group: "TỔ 2", Aliases: []string{"Xóm Chùa"}}, // known
			{Ward: "Mỹ Đình 1", Aliases: []string{"MĐ1", "md1"}},               // known
			{Ward: "Mỹ Đình 1", Group: "Tổ 3"},
			{Ward: "Tây Mỗ", Group: "Tổ 1"},
		})
		town.must(err)
		if added != 3 {
			t.Errorf("added %d places, want 3", added)
		}
		first, err := s.Ward(town.ctx, town.wards[0].ID)
		town.must(err)
		if first.Name != "Mỹ Đình 1" || first.Key != "my dinh 1" || !slices.Equal(first.Aliases, []string{"MĐ1"}) {
			t.Errorf("got %+v", first)
		}
		all, err := s.Groups(town.ctx, first.ID)
		town.must(err)
		if len(all) != 3 || all[1].Name != "Tổ 2" || !slices.Equal(all[1].Aliases, []string{"Xóm Chùa"}) || all[2].WardID != first.ID {
			t.Errorf("got %+v", all)
		}
		g, err := s.Group(town.ctx, all[1].ID)
		town.must(err)
		if g.Name != "Tổ 2" {
			t.Errorf("got %+v", g)
		}
		_, err = s.Ward(town.ctx, all[1].ID) // a group is no ward
		town.wants(err, ward.ErrNotFound)
		_, err = s.Group(town.ctx, first.ID)
		town.wants(err, ward.ErrNotFound)
	})
}
