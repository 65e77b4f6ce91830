package storage_test

import (
	"testing"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestReportRows(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		home, other := town.wards[0], town.wards[1]
		lan := town.personOf(home.ID, town.groups[home.ID][0].ID)
		hoa := town.personOf(other.ID, 0)
		b := town.task()
		town.send()
		for i, p := range []ward.Person{lan, hoa} {
			_, err := s.SaveReport(town.ctx, ward.Report{BulletinID: b.ID, PersonID: p.ID, Households: 3 + i, HasCount: true, Text: "xong"}, monday, town.now)
			town.must(err)
		}
		list := func(p ward.Period, wardID int64) (all []ward.ReportRow) {
			for r, err := range s.ReportRows(town.ctx, p, wardID) {
				town.must(err)
				all = append(all, r)
			}
			return all
		}
		week := ward.WeekWith(monday)
		all := list(week, 0)
		if len(all) != 2 {
			t.Fatalf("listed: %+v", all)
		}
		mine := list(week, home.ID)
		if len(mine) != 1 || mine[0].Ward != home.Name || mine[0].Group != town.groups[home.ID][0].Name || mine[0].Households != 3 ||
			mine[0].Task != b.Title || mine[0].Day != monday || mine[0].Person != lan.Name || mine[0].State != ward.ReportSent {
			t.Errorf("in one ward: %+v", mine)
		}
		if theirs := list(week, other.ID); len(theirs) != 1 || theirs[0].Group != "" {
			t.Errorf("without a group: %+v", theirs)
		}
		if next := list(ward.WeekWith(monday+7), 0); len(next) != 0 {
			t.Errorf("next week: %+v", next)
		}
		for _, err := range s.ReportRows(town.ctx, week, 0) {
			town.must(err)
			break // who stops early leaves nothing open: the store closes
		}
		town.must(s.Erase(town.ctx, lan.ID, town.now))
		if left := list(week, home.ID); len(left) != 1 || left[0].Person != "" || left[0].Text != "" || left[0].Households != 3 {
			t.Errorf("of somebody who has left, only the number stays: %+v", left)
		}
	})
}
