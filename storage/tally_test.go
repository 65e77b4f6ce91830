package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestTallies(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		first, second := town.wards[0], town.wards[1]
		ana := town.person()
		bao := town.personOf(first.ID, town.groups[first.ID][1].ID)
		chi := town.personOf(first.ID, 0)
		dung := town.personOf(second.ID, town.groups[second.ID][0].ID)
		week := ward.Period{From: monday, To: monday.Add(6)}

		day := func(n int, kind ward.Kind) ward.Bulletin {
			t.Helper()
			town.now = morning.Add(time.Duration(n) * 24 * time.Hour)
			b := town.bulletin()
			b.Kind, b.SendDay = kind, monday.Add(n)
			b = town.publish(b)
			town.send()
			return b
		}
		confirm := func(b ward.Bulletin, p ward.Person, answer ward.Answer, at time.Time) {
			t.Helper()
			_, err := s.Confirm(town.ctx, b.ID, p.ID, answer, at)
			town.must(err)
		}
		one := day(0, ward.KindTask)
		confirm(one, ana, ward.AnswerDone, town.now)
		confirm(one, chi, ward.AnswerDone, one.Deadline.Add(time.Hour))
		confirm(one, dung, ward.AnswerNotToday, town.now)
		day(0, ward.KindNews) // not tallied
		two := day(1, ward.KindTask)
		confirm(two, ana, ward.AnswerDone, town.now)
		_, err := s.SaveReport(town.ctx, ward.Report{BulletinID: two.ID, PersonID: ana.ID, Households: 5, HasCount: true}, monday.Add(1), town.now)
		town.must(err)
		day(7, ward.KindTask) // next week
		// Whoever moves takes nothing along.
		town.must(s.MovePerson(town.ctx, ward.Actor{}, bao.ID, second.ID, 0))

		expect := func(what string, got []ward.PlaceTally, want ...ward.PlaceTally) {
			t.Helper()
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, want)
			}
		}
		got, err := s.Tallies(town.ctx, week)
		town.must(err)
		expect("the week", got,
			ward.PlaceTally{PlaceID: first.ID, Name: first.Name, People: 2, Tally: ward.Tally{Asked: 6, Done: 3, Late: 1, Reports: 1, Households: 5, Active: 2, Groups: 2, Covered: 1}},
			ward.PlaceTally{PlaceID: second.ID, Name: second.Name, People: 2, Tally: ward.Tally{Asked: 2, NotToday: 1, Groups: 1}})
		got, err = s.Tallies(town.ctx, ward.Period{From: monday, To: monday})
		town.must(err)
		expect("monday", got,
			ward.PlaceTally{PlaceID: first.ID, Name: first.Name, People: 2, Tally: ward.Tally{Asked: 3, Done: 2, Late: 1, Active: 2, Groups: 2, Covered: 1}},
			ward.PlaceTally{PlaceID: second.ID, Name: second.Name, People: 2, Tally: ward.Tally{Asked: 1, NotToday: 1, Groups: 1}})
		got, err = s.Tallies(town.ctx, ward.Period{From: monday.Add(2), To: monday.Add(2)})
		town.must(err)
		expect("a day without a task", got,
			ward.PlaceTally{PlaceID: first.ID, Name: first.Name, People: 2, Tally: ward.Tally{Groups: 2}},
			ward.PlaceTally{PlaceID: second.ID, Name: second.Name, People: 2, Tally: ward.Tally{Groups: 1}})
		got, err = s.GroupTallies(town.ctx, week, first.ID)
		town.must(err)
		groups := town.groups[first.ID]
		expect("the groups", got,
			ward.PlaceTally{PlaceID: groups[0].ID, Name: groups[0].Name, People: 1, Tally: ward.Tally{Asked: 2, Done: 2, Reports: 1, Households: 5, Active: 1, Groups: 1, Covered: 1}},
			ward.PlaceTally{PlaceID: groups[1].ID, Name: groups[1].Name, Tally: ward.Tally{Asked: 2, Groups: 1}})
		town.right()
	})
}

// CheckTallies must see a wrong number, or that it finds none means nothing.
func TestCheckTalliesSees(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.person()
		town.task()
		town.send()
		town.right()
		for _, damage := range []string{
			"UPDATE tally SET sent = sent + 1 WHERE group_id = 0",
			"DELETE FROM tally WHERE group_id <> 0",
			"UPDATE bulletin SET settled = settled + 1",
			"INSERT INTO tally (bulletin_id, ward_id, group_id, day, done) VALUES (77, 1, 0, 20230710, 1)",
		} {
			before, err := s.CheckTallies(town.ctx)
			town.must(err)
			town.must(s.Damage(town.ctx, damage))
			after, err := s.CheckTallies(town.ctx)
			town.must(err)
			if len(after) <= len(before) {
				t.Errorf("not seen: %s", damage)
			}
		}
	})
}

// Whatever happens, in whatever order, the tally agrees with what happened.
func TestTalliesProperty(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		rapid.Check(t, func(rt *rapid.T) { live(rt, town) })
	})
}

// forsakenSQL finds what waits for the outcome of a message that has one.
const forsakenSQL = `
	SELECT d.bulletin_id FROM delivery d
	JOIN delivery lead ON lead.bulletin_id = d.told_by AND lead.person_id = d.person_id AND lead.part = 0
	WHERE d.state = 1 AND lead.state <> 1`

// live is one sequence of random events in a town. The sequences follow each
// other in one store, each with people and tasks of its own.
func live(rt *rapid.T, town *town) {
	var people []ward.Person
	for range rapid.IntRange(1, 5).Draw(rt, "people") {
		w := rapid.SampledFrom(town.wards).Draw(rt, "ward")
		group := int64(0)
		if rapid.Bool().Draw(rt, "group known") {
			group = rapid.SampledFrom(town.groups[w.ID]).Draw(rt, "group").ID
		}
		people = append(people, town.personOf(w.ID, group))
	}
	tasks := []ward.Bulletin{town.task(), town.passOn(), town.formed()}
	allowed := func(err error) {
		for _, refusal := range []error{nil, ward.ErrNotAsked, ward.ErrTaskClosed, ward.ErrNothingToUndo, ward.ErrUndoTooLate, ward.ErrReportClosed, ward.ErrNotFound, ward.ErrNotStoppable, ward.ErrForm, ward.ErrReviewed} {
			if errors.Is(err, refusal) {
				return
			}
		}
		rt.Fatal(err)
	}
	states := []ward.DeliveryState{ward.DeliverySent, ward.DeliverySent, ward.DeliveryDue, ward.DeliveryUnreachable, ward.DeliveryFailed, ward.DeliveryUnknown}
	person := func() ward.Person { return rapid.SampledFrom(people).Draw(rt, "person") }
	task := func() ward.Bulletin { return rapid.SampledFrom(tasks).Draw(rt, "task") }
	key := func() ward.DeliveryKey {
		return ward.DeliveryKey{BulletinID: task().ID, PersonID: person().ID, Part: rapid.IntRange(0, 1).Draw(rt, "part")}
	}
	rt.Repeat(map[string]func(*rapid.T){
		"time": func(rt *rapid.T) {
			steps := []time.Duration{time.Second, time.Minute, ward.UndoFor + time.Second, ward.Overdue + time.Second, 13 * time.Hour, 8 * 24 * time.Hour}
			town.now = town.now.Add(rapid.SampledFrom(steps).Draw(rt, "step"))
		},
		"claim": func(*rapid.T) { town.claim(town.due()...) },
		"settle": func(rt *rapid.T) {
			doubt, err := town.InDoubt(town.ctx)
			allowed(err)
			for _, d := range doubt {
				if rapid.Bool().Draw(rt, "settled") {
					town.end(rapid.SampledFrom(states).Draw(rt, "end"), d.DeliveryKey)
				}
			}
		},
		"settle anything": func(rt *rapid.T) { town.end(rapid.SampledFrom(states).Draw(rt, "end"), key(), key()) },
		"seen":            func(*rapid.T) { allowed(town.MarkSeen(town.ctx, key(), 1, town.now)) },
		"confirm": func(rt *rapid.T) {
			answer := rapid.SampledFrom([]ward.Answer{ward.AnswerDone, ward.AnswerNotToday}).Draw(rt, "answer")
			_, err := town.Confirm(town.ctx, task().ID, person().ID, answer, town.now)
			allowed(err)
		},
		"undo": func(*rapid.T) { allowed(town.Undo(town.ctx, task().ID, person().ID, town.now)) },
		"report": func(rt *rapid.T) {
			n := rapid.IntRange(-1, 20).Draw(rt, "households")
			b := task()
			r := ward.Report{BulletinID: b.ID, PersonID: person().ID, Households: max(0, n), HasCount: n >= 0}
			for i, q := range b.Form.Questions {
				if q.Counted() && rapid.Bool().Draw(rt, "answered") {
					r.Replies = append(r.Replies, ward.Reply{Question: i, Value: rapid.IntRange(0, min(9, q.Most())).Draw(rt, "value")})
					r.HasCount = false
				}
			}
			_, err := town.SaveReport(town.ctx, r, monday, town.now)
			allowed(err)
		},
		"delete report": func(*rapid.T) { allowed(town.WithdrawReport(town.ctx, task().ID, person().ID, town.now)) },
		"review": func(rt *rapid.T) {
			r, err := town.ReportOf(town.ctx, task().ID, person().ID)
			allowed(err)
			verdict := ward.Verdict{State: ward.ReportAccepted}
			if rapid.Bool().Draw(rt, "returned") {
				verdict = ward.Verdict{State: ward.ReportReturned, Reason: ward.ReasonPhoto}
			}
			_, err = town.Review(town.ctx, ward.ReportVersion{ID: r.ID, Revision: r.Revision}, verdict, town.now)
			allowed(err)
		},
		"hold":    func(*rapid.T) { allowed(town.HoldBulletin(town.ctx, task().ID)) },
		"release": func(*rapid.T) { allowed(town.ReleaseBulletin(town.ctx, task().ID)) },
		"move":    func(*rapid.T) { allowed(town.MovePerson(town.ctx, ward.Actor{}, person().ID, town.wards[1].ID, 0)) },
		"fan out": func(*rapid.T) {
			_, err := town.FanOut(town.ctx, town.now)
			allowed(err)
		},
		"resume":  func(*rapid.T) { allowed(town.Resume(town.ctx, person().ID)) },
		"show":    func(*rapid.T) { allowed(town.Show(town.ctx, key(), 2, 0, town.now)) },
		"publish": func(*rapid.T) { tasks = append(tasks, town.task()) },
		"finish": func(*rapid.T) {
			_, err := town.FinishSent(town.ctx, town.now)
			allowed(err)
		},
		"rarely": func(rt *rapid.T) {
			switch rapid.IntRange(0, 15).Draw(rt, "what") {
			case 0:
				allowed(town.Erase(town.ctx, person().ID, town.now))
			case 1:
				_, err := town.StopBulletin(town.ctx, task().ID, town.now)
				allowed(err)
			case 2:
				allowed(town.Pause(town.ctx, person().ID, town.now.Add(time.Hour)))
			}
		},
	})
	lost, err := town.IDs(town.ctx, forsakenSQL)
	allowed(err)
	if len(lost) > 0 {
		rt.Errorf("on their way with a message that is not: bulletins %v", lost)
	}
	differences, err := town.CheckTallies(town.ctx)
	allowed(err)
	for _, d := range differences {
		rt.Error(d)
	}
	for _, p := range people { // whoever is left would make the next towns bigger and bigger
		allowed(town.Erase(town.ctx, p.ID, town.now))
	}
	for _, b := range tasks {
		_, err := town.StopBulletin(town.ctx, b.ID, town.now)
		allowed(err)
	}
}
