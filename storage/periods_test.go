package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// sentTo is what a simple model remembers of a task that was sent to a person.
type sentTo struct {
	task            ward.Bulletin
	personID        int64
	wardID, groupID int64
	answer          ward.Answer
	late            bool
	households      int // -1: no report
}

// world is a few wards of a town and what was sent there.
type world struct {
	*town
	people []ward.Person
	wards  []int64
	sent   []*sentTo
	names  int
}

// The days of tasks: around the ends of a week, of a month and of a year.
var edges = []ward.Day{20230729, 20230730, 20230731, 20230801, 20230806, 20230807, 20231230, 20231231, 20240101, 20240107}

// Whatever happens, in whatever order, days, weeks, months, years and other
// dates say what a simple model says, and what counting anew says.
func TestPeriodsProperty(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		rapid.Check(t, func(rt *rapid.T) { liveThrough(rt, town) })
	})
}

func liveThrough(rt *rapid.T, town *town) {
	w := &world{town: town}
	allowed := func(err error) bool {
		for _, refusal := range []error{ward.ErrNotAsked, ward.ErrTaskClosed, ward.ErrNothingToUndo, ward.ErrUndoTooLate, ward.ErrReportClosed, ward.ErrNotFound, ward.ErrTaken, ward.ErrUnplaced} {
			if errors.Is(err, refusal) {
				return false
			}
		}
		if err != nil {
			rt.Fatal(err)
		}
		return true
	}
	w.settle(rt)
	some := func() *sentTo {
		if len(w.sent) == 0 {
			rt.Skip("nothing was sent")
		}
		return rapid.SampledFrom(w.sent).Draw(rt, "sent")
	}
	person := func() ward.Person { return rapid.SampledFrom(w.people).Draw(rt, "person") }
	done := func(d *sentTo) {
		if d.answer != ward.AnswerDone {
			d.answer, d.late = ward.AnswerDone, w.now.After(d.task.Deadline)
		}
	}
	rt.Repeat(map[string]func(*rapid.T){
		"send": func(rt *rapid.T) { w.sendTask(rt, rapid.SampledFrom(edges).Draw(rt, "day")) },
		"time": func(rt *rapid.T) {
			steps := []time.Duration{time.Minute, ward.UndoFor + time.Second, 13 * time.Hour}
			w.now = w.now.Add(rapid.SampledFrom(steps).Draw(rt, "step"))
		},
		"done": func(*rapid.T) {
			d := some()
			if _, err := w.Confirm(w.ctx, d.task.ID, d.personID, ward.AnswerDone, w.now); allowed(err) {
				done(d)
			}
		},
		"not today": func(*rapid.T) {
			d := some()
			_, err := w.Confirm(w.ctx, d.task.ID, d.personID, ward.AnswerNotToday, w.now)
			if allowed(err) && d.answer == ward.AnswerNone {
				d.answer = ward.AnswerNotToday
			}
		},
		"undo": func(*rapid.T) {
			d := some()
			if allowed(w.Undo(w.ctx, d.task.ID, d.personID, w.now)) {
				d.answer, d.late = ward.AnswerNone, false
			}
		},
		"report": func(rt *rapid.T) {
			d := some()
			n := rapid.IntRange(0, 9).Draw(rt, "households")
			_, err := w.SaveReport(w.ctx, ward.Report{BulletinID: d.task.ID, PersonID: d.personID, Households: n, HasCount: true}, d.task.SendDay, w.now)
			if allowed(err) {
				done(d)
				d.households = n
			}
		},
		"withdraw report": func(*rapid.T) {
			d := some()
			if allowed(w.WithdrawReport(w.ctx, d.task.ID, d.personID, w.now)) {
				d.households = -1
			}
		},
		"move": func(rt *rapid.T) {
			wardID, groupID := w.somewhere(rt)
			allowed(w.MovePerson(w.ctx, ward.Actor{}, person().ID, wardID, groupID))
		},
		"leave": func(rt *rapid.T) {
			if rapid.IntRange(0, 3).Draw(rt, "really") > 0 {
				return
			}
			allowed(w.WithdrawConsent(w.ctx, person().ID, w.now))
		},
		"erase": func(rt *rapid.T) {
			if rapid.IntRange(0, 3).Draw(rt, "really") == 0 {
				allowed(w.Erase(w.ctx, person().ID, w.now))
			}
		},
		"merge": func(rt *rapid.T) {
			if rapid.IntRange(0, 3).Draw(rt, "really") > 0 || len(w.wards) < 2 {
				return
			}
			from, into := w.wards[0], w.wards[1]
			target, err := w.Ward(w.ctx, into)
			allowed(err)
			if _, err := w.MergeWards(w.ctx, ward.Actor{}, []int64{from}, target.Name, rapid.SampledFrom(edges).Draw(rt, "day")); allowed(err) {
				w.wards = slices.Delete(w.wards, 0, 1)
			}
		},
		"split": func(rt *rapid.T) {
			groups, err := w.Groups(w.ctx, w.wards[0])
			allowed(err)
			if rapid.IntRange(0, 3).Draw(rt, "really") > 0 || len(groups) < 2 {
				return
			}
			w.names++
			name := fmt.Sprintf("%s mới %d", w.name(), w.names)
			moves := []ward.GroupMove{{GroupID: groups[0].ID, Ward: name, Name: "Tổ 1"}}
			if _, err := w.SplitWard(w.ctx, ward.Actor{}, w.wards[0], moves, "", rapid.SampledFrom(edges).Draw(rt, "day")); allowed(err) {
				w.wards = append(w.wards, w.wardNamed(name).ID)
			}
		},
	})
	day := rapid.SampledFrom(edges).Draw(rt, "day")
	for _, p := range []ward.Period{
		{From: day, To: day}, ward.WeekWith(day), ward.MonthOf(day), ward.YearOf(day),
		{From: day, To: day.Add(rapid.IntRange(1, 9).Draw(rt, "days"))},
		{From: 20230701, To: 20230930}, // a quarter, made of whole stretches
	} {
		w.compare(rt, p)
	}
	for range 2 { // as kept, and as counted anew for a database from before
		differences, err := w.CheckTallies(w.ctx)
		allowed(err)
		for _, d := range differences {
			rt.Error(d)
		}
		allowed(w.Rebuild(w.ctx))
	}
	for _, p := range w.people { // whoever is left would make the next worlds bigger and bigger
		allowed(w.Erase(w.ctx, p.ID, w.now))
	}
}

func (w *world) name() string { return fmt.Sprintf("Phường %d", w.chats) }

// settle makes two wards with two groups each, and people in them.
func (w *world) settle(rt *rapid.T) {
	w.chats++
	var rows []ward.PlaceRow
	for _, side := range []string{"Đông", "Tây"} {
		for n := range 2 {
			rows = append(rows, ward.PlaceRow{Ward: w.name() + " " + side, Group: fmt.Sprintf("Tổ %d", n+1)})
		}
	}
	if _, err := w.ImportPlaces(w.ctx, rows); err != nil {
		rt.Fatal(err)
	}
	w.wards = []int64{w.wardNamed(rows[0].Ward).ID, w.wardNamed(rows[2].Ward).ID}
	for range rapid.IntRange(1, 4).Draw(rt, "people") {
		wardID, groupID := w.somewhere(rt)
		w.people = append(w.people, w.personOf(wardID, groupID))
	}
}

// somewhere is a place of the world, with or without a group.
func (w *world) somewhere(rt *rapid.T) (wardID, groupID int64) {
	wardID = rapid.SampledFrom(w.wards).Draw(rt, "ward")
	groups, err := w.Groups(w.ctx, wardID)
	if err != nil {
		rt.Fatal(err)
	}
	if n := rapid.IntRange(0, len(groups)).Draw(rt, "group"); n > 0 {
		groupID = groups[n-1].ID
	}
	return wardID, groupID
}

// sendTask sends a task of a day to everybody there is.
func (w *world) sendTask(rt *rapid.T, day ward.Day) {
	var asked []*sentTo
	for _, p := range w.people {
		p, err := w.Person(w.ctx, p.ID)
		if err != nil {
			rt.Fatal(err)
		}
		if p.State == ward.PersonActive {
			asked = append(asked, &sentTo{personID: p.ID, wardID: p.WardID, groupID: p.GroupID, households: -1})
		}
	}
	b := w.bulletin()
	b.SendDay = day
	b = w.publish(b)
	w.send()
	for _, d := range asked {
		d.task = b
	}
	w.sent = append(w.sent, asked...)
}

// count is what the model says of a place, group 0 for a ward.
func (w *world) count(p ward.Period, wardID, groupID int64) (t ward.Tally) {
	active, covered := map[int64]bool{}, map[int64]bool{}
	for _, d := range w.sent {
		if !p.Has(d.task.SendDay) || d.wardID != wardID || groupID != 0 && d.groupID != groupID {
			continue
		}
		t.Asked++
		switch d.answer {
		case ward.AnswerDone:
			t.Done++
			active[d.personID] = true
			if d.groupID != 0 {
				covered[d.groupID] = true
			}
			if d.late {
				t.Late++
			}
		case ward.AnswerNotToday:
			t.NotToday++
		}
		if d.households >= 0 {
			t.Reports++
			t.Households += d.households
		}
	}
	t.Active, t.Covered = len(active), len(covered)
	if groupID != 0 {
		t.Covered = min(1, t.Done)
	}
	return t
}

// compare compares a period's numbers with the model's, ward by ward and group
// by group.
func (w *world) compare(rt *rapid.T, p ward.Period) {
	wards, err := w.Tallies(w.ctx, p)
	if err != nil {
		rt.Fatal(err)
	}
	same := func(place ward.PlaceTally, want ward.Tally) {
		want.Groups = place.Groups
		if place.Tally != want {
			rt.Errorf("%s, %s: %+v instead of %+v", p, place.Name, place.Tally, want)
		}
	}
	for _, place := range wards {
		if !slices.Contains(w.wards, place.PlaceID) && w.count(p, place.PlaceID, 0).Asked == 0 {
			continue // of a world before
		}
		same(place, w.count(p, place.PlaceID, 0))
		groups, err := w.GroupTallies(w.ctx, p, place.PlaceID)
		if err != nil {
			rt.Fatal(err)
		}
		for _, group := range groups {
			same(group, w.count(p, place.PlaceID, group.PlaceID))
		}
	}
}
