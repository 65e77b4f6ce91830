package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestReports(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, bao := town.person(), town.person()
		task := town.task()
		town.send()
		save := func(p ward.Person, r ward.Report) ward.Report {
			t.Helper()
			r.BulletinID, r.PersonID = task.ID, p.ID
			saved, err := s.SaveReport(town.ctx, r, monday, town.now)
			town.must(err)
			return saved
		}
		first := save(ana, ward.Report{Households: 12, HasCount: true, Text: "Bà con hưởng ứng.", Photos: []ward.Photo{{FileID: "f", UniqueID: "u"}}})
		if first.Code != "MD1-1007-01" || first.WardID != ana.WardID || first.GroupID != ana.GroupID || first.Households != 12 || first.Photos[0].UniqueID != "u" || !first.At.Equal(town.now) {
			t.Errorf("got %+v", first)
		}
		if other := save(bao, ward.Report{Text: "Đã đi."}); other.Code != "MD1-1007-02" || other.HasCount {
			t.Errorf("got %+v", other)
		}
		town.now = town.now.Add(time.Hour)
		changed := save(ana, ward.Report{Households: 15, HasCount: true, Text: "Thêm ba hộ."})
		if changed.ID != first.ID || changed.Code != first.Code || !changed.At.Equal(first.At) || !changed.UpdatedAt.Equal(town.now) || len(changed.Photos) != 0 {
			t.Errorf("got %+v", changed)
		}
		if a := town.progress(task).Answers; a.Done != 2 || a.Reports != 2 || a.Households != 15 {
			t.Errorf("got %+v", a)
		}
		town.must(s.WithdrawReport(town.ctx, task.ID, bao.ID, town.now))
		town.wants(s.WithdrawReport(town.ctx, task.ID, bao.ID, town.now), ward.ErrNotFound)
		if again := save(bao, ward.Report{Households: 0, HasCount: true}); again.Code != "MD1-1007-03" || !again.HasCount {
			t.Errorf("a code was given twice: %+v", again)
		}
		got, err := s.ReportOf(town.ctx, task.ID, ana.ID)
		town.must(err)
		if got.Text != "Thêm ba hộ." {
			t.Errorf("got %+v", got)
		}
		town.right()
	})
}

func TestReportMakesDone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		task := town.task()
		town.send()
		_, err := s.Confirm(town.ctx, task.ID, ana.ID, ward.AnswerNotToday, town.now)
		town.must(err)
		_, err = s.SaveReport(town.ctx, ward.Report{BulletinID: task.ID, PersonID: ana.ID, Text: "làm rồi"}, monday, task.Deadline.Add(time.Hour))
		town.must(err)
		if c, err := s.AnswerOf(town.ctx, task.ID, ana.ID); err != nil || c.Answer != ward.AnswerDone || !c.Late {
			t.Errorf("got %+v, %v", c, err)
		}
		town.right()
	})
}

func TestReportRefuses(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		task := town.task()
		save := func(bulletin, person int64, at time.Time) error {
			_, err := s.SaveReport(town.ctx, ward.Report{BulletinID: bulletin, PersonID: person, Text: "x"}, monday, at)
			return err
		}
		town.wants(save(task.ID, ana.ID, town.now), ward.ErrNotAsked)
		town.send()
		town.wants(save(999, ana.ID, town.now), ward.ErrNotAsked)
		town.wants(save(task.ID, ana.ID, task.Closes().Add(time.Second)), ward.ErrReportClosed)
		town.must(save(task.ID, ana.ID, town.now))
		town.wants(s.WithdrawReport(town.ctx, task.ID, ana.ID, task.Closes().Add(time.Second)), ward.ErrReportClosed)
		_, err := s.ReportOf(town.ctx, task.ID, 999)
		town.wants(err, ward.ErrNotFound)
	})
}
