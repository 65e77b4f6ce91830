package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// reports sends a report of somebody's on a task.
func (t *town) reports(p ward.Person, b ward.Bulletin, r ward.Report) ward.Report {
	t.Helper()
	r.BulletinID, r.PersonID = b.ID, p.ID
	saved, err := t.SaveReport(t.ctx, r, monday, t.now)
	t.must(err)
	return saved
}

func version(r ward.Report) ward.ReportVersion {
	return ward.ReportVersion{ID: r.ID, Revision: r.Revision}
}

func TestReview(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, mai := town.person(), town.person()
		task := town.task()
		town.send()
		r := town.reports(ana, task, ward.Report{Households: 12, HasCount: true})
		if r.State != ward.ReportSent || r.Revision != 1 {
			t.Errorf("got %+v", r)
		}
		back := ward.Verdict{State: ward.ReportReturned, Reason: ward.ReasonPhoto, By: mai.ID}
		returned, err := s.Review(town.ctx, version(r), back, town.now)
		town.must(err)
		if returned.State != ward.ReportReturned || returned.Reason != ward.ReasonPhoto || returned.ReviewerID != mai.ID || !returned.ReviewedAt.Equal(town.now) {
			t.Errorf("got %+v", returned)
		}
		_, err = s.Review(town.ctx, version(r), back, town.now) // an update handled twice
		town.must(err)
		_, err = s.Review(town.ctx, version(r), ward.Verdict{State: ward.ReportAccepted, By: mai.ID}, town.now)
		town.wants(err, ward.ErrReviewed)
		if p := town.progress(task).Answers; p.Reports != 1 || p.Households != 12 {
			t.Errorf("a returned report counts as it stands: %+v", p)
		}

		town.now = task.Deadline.Add(time.Hour) // who was asked to mend it may do so
		again := town.reports(ana, task, ward.Report{Households: 2, HasCount: true})
		if again.State != ward.ReportSent || again.Revision != 2 || again.Reason != ward.ReasonOther || again.ReviewerID != 0 {
			t.Errorf("got %+v", again)
		}
		_, err = s.Review(town.ctx, version(r), ward.Verdict{State: ward.ReportAccepted, By: mai.ID}, town.now)
		town.wants(err, ward.ErrReviewed) // that was an older one
		_, err = s.Review(town.ctx, version(again), ward.Verdict{State: ward.ReportAccepted, By: mai.ID}, town.now)
		town.must(err)
		town.now = town.now.Add(time.Hour)
		_, err = s.SaveReport(town.ctx, ward.Report{BulletinID: task.ID, PersonID: ana.ID}, monday, town.now)
		town.wants(err, ward.ErrReportClosed)
		town.wants(s.WithdrawReport(town.ctx, task.ID, ana.ID, town.now), ward.ErrReportClosed)
		town.right()
	})
}

func TestReviewRefuses(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		task := town.task()
		town.send()
		r := town.reports(ana, task, ward.Report{Text: "xong"})
		for _, v := range []ward.Verdict{
			{}, {State: ward.ReportSent}, {State: ward.ReportReturned}, {State: ward.ReportReturned, ReasonText: "  "},
			{State: ward.ReportReturned, Reason: ward.ReasonPhoto, ReasonText: "cả hai"}, {State: ward.ReportReturned, Reason: 99},
			{State: ward.ReportAccepted, ReasonText: "x"},
		} {
			if _, err := s.Review(town.ctx, version(r), v, town.now); err == nil || errors.Is(err, ward.ErrReviewed) {
				t.Errorf("%+v: %v", v, err)
			}
		}
		_, err := s.Review(town.ctx, ward.ReportVersion{ID: 999, Revision: 1}, ward.Verdict{State: ward.ReportAccepted}, town.now)
		town.wants(err, ward.ErrReviewed)
		town.must(s.WithdrawReport(town.ctx, task.ID, ana.ID, town.now))
		_, err = s.Review(town.ctx, version(r), ward.Verdict{State: ward.ReportAccepted}, town.now)
		town.wants(err, ward.ErrReviewed)
	})
}

func TestForms(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		second := town.wards[1]
		ana, bao := town.person(), town.personOf(second.ID, 0)
		task := town.formed()
		silent := town.bulletin()
		silent.Form = ward.Form{Nothing: true}
		silent = town.publish(silent)
		town.send()
		if got, err := s.Bulletin(town.ctx, task.ID); err != nil || len(got.Form.Asks()) != 3 || got.Form.Questions[1].Options[2] != "Chưa rõ" {
			t.Errorf("the form came back as %+v, %v", got.Form, err)
		}
		town.reports(ana, task, ward.Report{Replies: ward.Replies{{Question: 0, Value: 40}, {Question: 1, Value: 2}}})
		town.reports(bao, task, ward.Report{Replies: ward.Replies{{Question: 0, Value: 2}, {Question: 1, Value: 2}}})
		expect := func(want ...ward.Figure) {
			t.Helper()
			all, err := s.Figures(town.ctx, ward.Period{From: monday, To: monday})
			town.must(err)
			of, err := s.TaskFigures(town.ctx, task.ID)
			town.must(err)
			for _, got := range [][]ward.Figure{all, of} {
				if diff := cmp.Diff(want, ward.SumFigures(got)); diff != "" {
					t.Errorf("figures (-want +got):\n%s", diff)
				}
			}
			town.right()
		}
		expect(ward.Figure{Label: "suất cơm", N: 42}, ward.Figure{Label: "Nhà có bình không?", Option: "Chưa rõ", N: 2})
		town.reports(ana, task, ward.Report{Replies: ward.Replies{{Question: 0, Value: 50}, {Question: 1, Value: 0}}})
		expect(ward.Figure{Label: "suất cơm", N: 52}, ward.Figure{Label: "Nhà có bình không?", Option: "Có", N: 1}, ward.Figure{Label: "Nhà có bình không?", Option: "Chưa rõ", N: 1})
		town.must(s.WithdrawReport(town.ctx, task.ID, ana.ID, town.now))
		expect(ward.Figure{Label: "suất cơm", N: 2}, ward.Figure{Label: "Nhà có bình không?", Option: "Chưa rõ", N: 1})

		for _, r := range []ward.Report{
			{HasCount: true, Households: 1}, {Replies: ward.Replies{{Question: 1, Value: 3}}}, {Replies: ward.Replies{{Question: 2, Value: 0}}},
		} {
			r.BulletinID, r.PersonID = task.ID, ana.ID
			_, err := s.SaveReport(town.ctx, r, monday, town.now)
			town.wants(err, ward.ErrForm)
		}
		_, err := s.SaveReport(town.ctx, ward.Report{BulletinID: silent.ID, PersonID: ana.ID}, monday, town.now)
		town.wants(err, ward.ErrNoReport)
		town.right()
		town.must(s.Damage(town.ctx, "UPDATE figure SET n = n + 1 WHERE group_id = 0"))
		if found, err := s.CheckTallies(town.ctx); err != nil || len(found) == 0 {
			t.Errorf("a wrong figure was not seen: %v", err)
		}
	})
}

func TestWaitingReports(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		first, second := town.wards[0], town.wards[1]
		ana, bao := town.person(), town.personOf(first.ID, town.groups[first.ID][1].ID)
		chi, dung := town.personOf(second.ID, 0), town.person()
		old, young := town.task(), town.task()
		town.send()
		photo := []ward.Photo{{FileID: "f", UniqueID: "u", SmallID: "s"}}
		codes := map[string]string{}
		for _, r := range []struct {
			name string
			who  ward.Person
			on   ward.Bulletin
			with ward.Report
		}{
			{"ana old", ana, old, ward.Report{Text: "1"}}, {"bao old", bao, old, ward.Report{Photos: photo}}, {"chi old", chi, old, ward.Report{}},
			{"ana young", ana, young, ward.Report{}}, {"dung young", dung, young, ward.Report{}},
		} {
			codes[town.reports(r.who, r.on, r.with).Code] = r.name
		}
		town.must(s.Erase(town.ctx, dung.ID, town.now)) // nothing of hers is for anybody to judge
		both := []int64{first.ID, second.ID}
		list := func(f ward.ReportFilter) (names []string) {
			t.Helper()
			var at ward.Report
			for {
				r, err := s.NextReport(town.ctx, f, at)
				if errors.Is(err, ward.ErrNotFound) {
					break
				}
				town.must(err)
				names, at = append(names, codes[r.Code]), r
			}
			n, err := s.CountWaiting(town.ctx, f)
			town.must(err)
			if n != len(names) {
				t.Errorf("%+v: %d counted, %d listed", f, n, len(names))
			}
			return names
		}
		for _, tt := range []struct {
			name string
			f    ward.ReportFilter
			want []string
		}{
			{"all, the newest task first", ward.ReportFilter{Scope: both}, []string{"ana young", "ana old", "bao old", "chi old"}},
			{"nobody's wards", ward.ReportFilter{}, nil},
			{"one ward's coordinator", ward.ReportFilter{Scope: both[1:]}, []string{"chi old"}},
			{"a ward outside the scope", ward.ReportFilter{Scope: both[1:], WardID: first.ID}, nil},
			{"a task", ward.ReportFilter{Scope: both, TaskID: young.ID}, []string{"ana young"}},
			{"a group", ward.ReportFilter{Scope: both, WardID: first.ID, GroupID: bao.GroupID}, []string{"bao old"}},
			{"with photo", ward.ReportFilter{Scope: both, WithPhoto: true}, []string{"bao old"}},
			{"without hints: a photo at which nobody has looked may have one", ward.ReportFilter{Scope: both, NoHint: true}, []string{"ana young", "ana old", "chi old"}},
		} {
			if diff := cmp.Diff(tt.want, list(tt.f)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
		tasks, err := s.WaitingTasks(town.ctx, ward.ReportFilter{Scope: both}, 10)
		town.must(err)
		if got := fmt.Sprint(tasks); got != fmt.Sprintf("[{%d %s 1} {%d %s 3}]", young.ID, young.Title, old.ID, old.Title) {
			t.Errorf("tasks: %s", got)
		}
		wards, err := s.WaitingPlaces(town.ctx, ward.ReportFilter{Scope: both})
		town.must(err)
		groups, err := s.WaitingPlaces(town.ctx, ward.ReportFilter{Scope: both, WardID: first.ID})
		town.must(err)
		if got := fmt.Sprint(wards, groups); got != fmt.Sprintf("[{%d %s 3} {%d %s 1}] [{%d Tổ 1 2} {%d Tổ 2 1}]", first.ID, first.Name, second.ID, second.Name, ana.GroupID, bao.GroupID) {
			t.Errorf("places: %s", got)
		}

		looked := town.now
		town.now = town.now.Add(time.Minute)
		town.reports(ana, old, ward.Report{Text: "sửa lại"}) // after the coordinator looked
		n, err := s.AcceptAll(town.ctx, ward.ReportFilter{Scope: both, TaskID: old.ID}, looked, ana.ID, town.now)
		town.must(err)
		if n != 2 {
			t.Errorf("%d accepted, want 2", n)
		}
		if diff := cmp.Diff([]string{"ana young", "ana old"}, list(ward.ReportFilter{Scope: both})); diff != "" {
			t.Error(diff)
		}
		town.right()
	})
}

func TestReturnsAreToldOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		task := town.task()
		town.send()
		untold := func() []ward.Report {
			t.Helper()
			all, err := s.UntoldReturns(town.ctx, 10)
			town.must(err)
			return all
		}
		back := ward.Verdict{State: ward.ReportReturned, ReasonText: "Ghi rõ ngõ giúp nhé"}
		for range 2 { // a report may be returned again
			r := town.reports(ana, task, ward.Report{Text: "xong"})
			_, err := s.Review(town.ctx, version(r), back, town.now)
			town.must(err)
			all := untold()
			if len(all) != 1 || all[0].ID != r.ID || all[0].ReasonText != back.ReasonText {
				t.Fatalf("got %+v", all)
			}
			town.must(s.MarkTold(town.ctx, version(all[0]), town.now))
			if left := untold(); len(left) != 0 {
				t.Errorf("told twice: %+v", left)
			}
		}
	})
}

func TestPhotosSeenBefore(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana, bao, chi := town.person(), town.person(), town.person()
		task := town.task()
		town.send()
		pictures := map[string]ward.PhotoHash{"street": 0x0f0f0f0f0f0f0f0f, "street again": 0x0f0f0f0f0f0f0f0e, "house": 0x123456789abcdef0}
		photos := func(names ...string) (all []ward.Photo) {
			for _, n := range names {
				all = append(all, ward.Photo{FileID: "big " + n, SmallID: "small " + n, UniqueID: n})
			}
			return all
		}
		look := func() {
			t.Helper()
			all, err := s.UncheckedPhotos(town.ctx, 10)
			town.must(err)
			for _, p := range all {
				if p.FileID != "small "+p.UniqueID {
					t.Errorf("looks at %q", p.FileID)
				}
				var hash *ward.PhotoHash
				if h, ok := pictures[p.UniqueID]; ok {
					hash = &h
				}
				town.must(s.SavePhotoHash(town.ctx, p, hash, town.now))
			}
		}
		alike := func(r ward.Report) []string {
			t.Helper()
			codes, err := s.AlikeReports(town.ctx, r.ID)
			town.must(err)
			return codes
		}
		first := town.reports(ana, task, ward.Report{Photos: photos("street", "dark")})
		look()
		town.now = town.now.Add(time.Hour)
		second := town.reports(bao, task, ward.Report{Photos: photos("street again")})
		third := town.reports(chi, task, ward.Report{Photos: photos("house")})
		look()
		if got := [][]string{alike(first), alike(second), alike(third)}; !slices.Equal(got[1], []string{first.Code}) || len(got[0])+len(got[2]) > 0 {
			t.Errorf("got %v", got)
		}
		// Once the first photo is gone, there is nothing that it was like.
		town.reports(ana, task, ward.Report{Photos: photos("dark")})
		look()
		if got := alike(second); len(got) > 0 {
			t.Errorf("like a photo that is gone: %v", got)
		}
		// The one who was second is now first.
		fourth := town.reports(chi, task, ward.Report{Photos: photos("street")})
		look()
		if got := alike(fourth); !slices.Equal(got, []string{second.Code}) {
			t.Errorf("got %v", got)
		}
		town.must(s.WithdrawReport(town.ctx, task.ID, bao.ID, town.now))
		look()
		if got := alike(fourth); len(got) > 0 {
			t.Errorf("like a report that is gone: %v", got)
		}
		town.must(s.Erase(town.ctx, chi.ID, town.now))
		if all, err := s.UncheckedPhotos(town.ctx, 10); err != nil || len(all) > 0 {
			t.Errorf("left of somebody erased: %v, %v", all, err)
		}
	})
}

func TestUnfinishedConversations(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		c := storage.Conversation{ChatID: 7, Flow: "report", Step: "question", UpdatedAt: town.now}
		town.must(s.SaveConversation(town.ctx, c))
		unfinished := func() []storage.Conversation {
			t.Helper()
			all, err := s.Unfinished(town.ctx, "report", town.now, 10)
			town.must(err)
			return all
		}
		if all := unfinished(); len(all) != 0 {
			t.Errorf("brought back at once: %v", all)
		}
		town.now = town.now.Add(24 * time.Hour)
		all := unfinished()
		if len(all) != 1 {
			t.Fatalf("got %v", all)
		}
		stale := all[0]
		stale.UpdatedAt = stale.UpdatedAt.Add(-time.Second)
		if ok, err := s.BringBack(town.ctx, stale, "preview", town.now); err != nil || ok {
			t.Errorf("its person went on meanwhile: %v, %v", ok, err)
		}
		for _, want := range []bool{true, false} {
			if ok, err := s.BringBack(town.ctx, all[0], "preview", town.now); err != nil || ok != want {
				t.Errorf("got %v, %v, want %v", ok, err, want)
			}
		}
		town.must(s.MoveConversation(town.ctx, all[0], 99))
		got, err := s.Conversation(town.ctx, 7, "report")
		town.must(err)
		if got.Step != "preview" || got.MessageID != 99 || len(unfinished()) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

// Whatever happens to reports, in whatever order, each is in the state that
// ward/report.go draws, and the numbers are those of the reports that stand.
func TestReportStatesProperty(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		rapid.Check(t, func(rt *rapid.T) { reviewed(rt, town) })
	})
}

type reportModel struct {
	state    ward.ReportState
	revision int
	meals    int
	choice   int
}

func reviewed(rt *rapid.T, town *town) {
	people := town.people(3)
	task := town.formed()
	town.send()
	model := map[int64]*reportModel{} // by person
	must := func(err error) {
		if err != nil {
			rt.Fatal(err)
		}
	}
	person := func() int64 { return rapid.SampledFrom(people).Draw(rt, "person").ID }
	rt.Repeat(map[string]func(*rapid.T){
		"send": func(rt *rapid.T) {
			who, meals, choice := person(), rapid.IntRange(0, 50).Draw(rt, "meals"), rapid.IntRange(0, 2).Draw(rt, "choice")
			_, err := town.SaveReport(town.ctx, ward.Report{
				BulletinID: task.ID, PersonID: who, Replies: ward.Replies{{Question: 0, Value: meals}, {Question: 1, Value: choice}},
			}, monday, town.now)
			must(err)
			if model[who] == nil {
				model[who] = &reportModel{}
			}
			m := model[who]
			*m = reportModel{ward.ReportSent, m.revision + 1, meals, choice}
		},
		"withdraw": func(*rapid.T) {
			who := person()
			err := town.WithdrawReport(town.ctx, task.ID, who, town.now)
			if model[who] == nil {
				if !errors.Is(err, ward.ErrNotFound) {
					rt.Fatal(err)
				}
				return
			}
			must(err)
			delete(model, who)
		},
		"judge": func(rt *rapid.T) {
			who := person()
			m := model[who]
			if m == nil {
				return
			}
			r, err := town.ReportOf(town.ctx, task.ID, who)
			must(err)
			seen := rapid.IntRange(max(1, m.revision-1), m.revision).Draw(rt, "seen")
			verdict := rapid.SampledFrom([]ward.Verdict{
				{State: ward.ReportAccepted}, {State: ward.ReportReturned, Reason: ward.ReasonNumber}, {State: ward.ReportReturned, ReasonText: "?"},
			}).Draw(rt, "verdict")
			_, err = town.Review(town.ctx, ward.ReportVersion{ID: r.ID, Revision: seen}, verdict, town.now)
			switch {
			case seen == m.revision && m.state == ward.ReportSent:
				must(err)
				m.state = verdict.State
			case seen == m.revision && verdict.Of(r):
				must(err)
			case !errors.Is(err, ward.ErrReviewed):
				rt.Fatalf("a report that is %s, seen in version %d of %d: %v", m.state, seen, m.revision, err)
			}
		},
		"accept all": func(*rapid.T) {
			_, err := town.AcceptAll(town.ctx, ward.ReportFilter{Scope: []int64{town.wards[0].ID}, TaskID: task.ID}, town.now, 0, town.now)
			must(err)
			for _, m := range model {
				if m.state == ward.ReportSent {
					m.state = ward.ReportAccepted
				}
			}
		},
		"": func(rt *rapid.T) { // after each of them
			meals, choices := 0, map[int]int{}
			for _, p := range people {
				r, err := town.ReportOf(town.ctx, task.ID, p.ID)
				m := model[p.ID]
				if m == nil {
					if !errors.Is(err, ward.ErrNotFound) {
						rt.Fatalf("a withdrawn report is there: %+v, %v", r, err)
					}
					continue
				}
				must(err)
				if r.State != m.state || r.Revision != m.revision {
					rt.Fatalf("%s in version %d, want %s in %d", r.State, r.Revision, m.state, m.revision)
				}
				meals, choices[m.choice] = meals+m.meals, choices[m.choice]+1
			}
			figures, err := town.TaskFigures(town.ctx, task.ID)
			must(err)
			for _, f := range figures {
				if f.Option == "" {
					meals -= f.N
				} else {
					choices[slices.Index(task.Form.Questions[1].Options, f.Option)] -= f.N
				}
			}
			if meals != 0 || choices[0] != 0 || choices[1] != 0 || choices[2] != 0 {
				rt.Fatalf("the figures differ by %d meals and %v choices", meals, choices)
			}
		},
	})
	differences, err := town.CheckTallies(town.ctx)
	must(err)
	for _, d := range differences {
		rt.Error(d)
	}
	for _, p := range people { // whoever is left would make the next rounds bigger and bigger
		must(town.Erase(town.ctx, p.ID, town.now))
	}
}
