package storage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestView(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		first, second := town.wards[0], town.wards[1]
		ana := town.person()
		town.personOf(first.ID, town.groups[first.ID][1].ID)
		bao := town.personOf(second.ID, town.groups[second.ID][0].ID)
		task := town.formed()
		town.send()
		old := town.bulletin()
		old.SendDay = monday.Add(-7)
		old = town.publish(old)
		town.send()
		for _, b := range []ward.Bulletin{task, old} {
			_, err := s.Confirm(town.ctx, b.ID, ana.ID, ward.AnswerDone, town.now)
			town.must(err)
		}
		_, err := s.SaveReport(town.ctx, ward.Report{BulletinID: task.ID, PersonID: bao.ID, Replies: ward.Replies{{Question: 0, Value: 4}}}, monday, town.now)
		town.must(err)

		week := ward.WeekWith(monday)
		v, err := s.View(town.ctx, week, 0)
		town.must(err)
		if v.Total.Asked != 3 || v.Total.Done != 2 || v.Total.Active != 2 || v.Total.Covered != 2 || v.Total.Groups != 3 || v.Before.Asked != 3 || v.Before.Active != 1 {
			t.Errorf("total %+v, before %+v", v.Total, v.Before)
		}
		if v.Tasks != 1 || len(v.Places) != 2 || len(v.Days) != 7 || len(v.Weeks) != 12 || v.Months != nil || len(v.Figures) != 1 {
			t.Errorf("%d tasks, %d places, %d days, %d weeks, months %v, figures %v", v.Tasks, len(v.Places), len(v.Days), len(v.Weeks), v.Months, v.Figures)
		}
		if diff := cmp.Diff(v.Places, v.Days[0].Places); diff != "" {
			t.Errorf("the only day with a task (-week +day):\n%s", diff)
		}
		if diff := cmp.Diff(v.Places, v.Weeks[11].Places); diff != "" {
			t.Errorf("the last of the weeks (-week +column):\n%s", diff)
		}
		weeks, err := s.Weeks(town.ctx, monday, 0)
		town.must(err)
		if diff := cmp.Diff(v.Weeks, weeks); diff != "" {
			t.Errorf("the weeks alone (-view +weeks):\n%s", diff)
		}

		v, err = s.View(town.ctx, week, first.ID)
		town.must(err)
		if v.Ward.ID != first.ID || v.Total.Asked != 2 || v.Total.Groups != 2 || v.Total.Covered != 1 || len(v.Places) != 2 || len(v.Figures) != 0 {
			t.Errorf("of a ward: %+v, figures %v", v.Total, v.Figures)
		}
		if silent := v.Silent(); len(silent) != 1 || silent[0].PlaceID != town.groups[first.ID][1].ID {
			t.Errorf("silent: %+v", silent)
		}
		if v, err = s.View(town.ctx, week, second.ID); err != nil || len(v.Figures) != 1 || v.Figures[0].N != 4 || v.Silent() != nil {
			t.Errorf("of the other: %+v, %v", v, err)
		}

		v, err = s.View(town.ctx, ward.YearOf(monday), 0)
		town.must(err)
		if v.Tasks != 2 || v.Days != nil || len(v.Months) != 12 || v.Total.Asked != 6 || v.Total.Active != 2 || v.Months[6].Total.Asked != 6 || v.Months[7].Total.Asked != 0 {
			t.Errorf("the year: %d tasks, %d months, %+v", v.Tasks, len(v.Months), v.Total)
		}
		_, err = s.View(town.ctx, week, 999)
		town.wants(err, ward.ErrNotFound)
	})
}

// TestViewFor looks at a ward of six people from outside: four in a group, one
// in another, one without a group.
func TestViewFor(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		first, second := town.wards[0], town.wards[1]
		for range 4 {
			town.personOf(first.ID, town.groups[first.ID][0].ID)
		}
		town.personOf(first.ID, town.groups[first.ID][1].ID)
		town.personOf(first.ID, 0)
		town.personOf(second.ID, town.groups[second.ID][0].ID)
		town.publish(town.bulletin())
		town.send()
		week := ward.WeekWith(monday)
		nobody := func(int64) bool { return false }

		v, err := s.ViewFor(town.ctx, week, first.ID, func(id int64) bool { return id == first.ID })
		town.must(err)
		if v.Loose != 1 || v.People() != 6 || len(v.Places) != 2 || v.Hidden != 0 || v.Rest().Asked != 1 {
			t.Errorf("from inside: %d groups, total %+v, rest %+v", len(v.Places), v.Total, v.Rest())
		}
		v, err = s.ViewFor(town.ctx, week, first.ID, nobody)
		town.must(err)
		if len(v.Places) != 0 || v.Hidden != 2 || v.Total.Asked != 6 || v.Rest().Asked != 6 {
			t.Errorf("from outside: %d groups, total %+v, rest %+v", len(v.Places), v.Total, v.Rest())
		}
		if v, err = s.ViewFor(town.ctx, week, 0, nobody); err != nil || len(v.Places) != 1 || v.Total.Asked != 6 || v.Hidden != 1 {
			t.Errorf("all wards: %d wards, total %+v, %v", len(v.Places), v.Total, err)
		}
		_, err = s.ViewFor(town.ctx, week, second.ID, nobody)
		town.wants(err, ward.ErrFew)
	})
}
