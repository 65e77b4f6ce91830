package ward

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func place(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestNextSlot(t *testing.T) {
	const hanoi, newYork, santiago = "Asia/Ho_Chi_Minh", "America/New_York", "America/Santiago"
	for _, tt := range []struct {
		name  string
		rule  Recurrence
		after string // on the wall of the rule's zone
		want  []string
	}{
		{"once", Recurrence{Repeat: Once, From: 20230713, At: 450, Zone: hanoi}, "2023-07-12 07:30", []string{"2023-07-13 07:30", ""}},
		{"once, over", Recurrence{Repeat: Once, From: 20230713, At: 450, Zone: hanoi}, "2023-07-13 07:30", []string{""}},
		{"daily, before its time", Recurrence{Repeat: Daily, From: 20230701, At: 450, Zone: hanoi}, "2023-07-12 07:29", []string{"2023-07-12 07:30", "2023-07-13 07:30"}},
		{"daily, at its time", Recurrence{Repeat: Daily, From: 20230701, At: 450, Zone: hanoi}, "2023-07-12 07:30", []string{"2023-07-13 07:30"}},
		{"daily, not begun", Recurrence{Repeat: Daily, From: 20230801, At: 450, Zone: hanoi}, "2023-07-12 07:30", []string{"2023-08-01 07:30", "2023-08-02 07:30"}},
		{"weekdays over a weekend", Recurrence{Repeat: Weekdays, From: 20230701, At: 690, Zone: hanoi}, "2023-07-13 12:00", []string{"2023-07-14 11:30", "2023-07-17 11:30"}},
		{"weekdays begun on a Sunday", Recurrence{Repeat: Weekdays, From: 20230716, At: 690, Zone: hanoi}, "2023-07-12 12:00", []string{"2023-07-17 11:30"}},
		{"weekly", Recurrence{Repeat: Weekly, From: 20230712, At: 1140, Zone: hanoi}, "2023-07-12 19:00", []string{"2023-07-19 19:00", "2023-07-26 19:00"}},
		{"dates in any order", Recurrence{Repeat: OnDates, Dates: []Day{20240105, 20231215, 20231222}, At: 450, Zone: hanoi}, "2023-12-15 07:30", []string{"2023-12-22 07:30", "2024-01-05 07:30", ""}},
		{"29 February", Recurrence{Repeat: Daily, From: 20240101, At: 450, Zone: hanoi}, "2024-02-28 08:00", []string{"2024-02-29 07:30", "2024-03-01 07:30"}},
		{"the clocks go forward", Recurrence{Repeat: Daily, From: 20230101, At: 150, Zone: newYork}, "2023-03-11 02:30", []string{"2023-03-12 03:30", "2023-03-13 02:30"}},
		{"the clocks go back", Recurrence{Repeat: Daily, From: 20230101, At: 90, Zone: newYork}, "2023-11-04 01:30", []string{"2023-11-05 01:30", "2023-11-06 01:30"}},
		{"a day without midnight", Recurrence{Repeat: Daily, From: 20230101, At: 0, Zone: santiago}, "2023-09-02 00:00", []string{"2023-09-03 01:00", "2023-09-04 00:00"}},
		{"an unknown zone is UTC", Recurrence{Repeat: Daily, From: 20230101, At: 450, Zone: "Mars/Olympus"}, "2023-07-12 07:30", []string{"2023-07-13 07:30"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			zone := tt.rule.Location()
			at, err := time.ParseInLocation("2006-01-02 15:04", tt.after, zone)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				slot, ok := tt.rule.Next(at)
				got := ""
				if ok {
					got = slot.In(zone).Format("2006-01-02 15:04")
				}
				if got != want {
					t.Fatalf("after %s: got %q, want %q", at.In(zone), got, want)
				}
				at = slot
			}
		})
	}
}

// An hour that comes twice has one slot, the first of both.
func TestHourThatComesTwice(t *testing.T) {
	zone := place(t, "America/New_York")
	if got, want := Clock(90).On(20231105, zone).UTC(), time.Date(2023, 11, 5, 5, 30, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whatever the rule, zone and moment: the next slot is later, on a day of the
// rule, shows the rule's time unless the clocks leave it out, and none was
// passed over.
func TestNextSlotHolds(t *testing.T) {
	zones := []string{"Asia/Ho_Chi_Minh", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Europe/London", "Pacific/Apia"}
	r := rand.New(rand.NewPCG(7, 30))
	for range 3000 {
		from := DayOf(time.Unix(1_600_000_000+r.Int64N(200_000_000), 0), time.UTC)
		rule := Recurrence{Repeat: Repeat(r.IntN(5)), From: from, At: Clock(r.IntN(24 * 60)), Zone: zones[r.IntN(len(zones))]}
		if rule.Repeat == OnDates {
			for range 1 + r.IntN(5) {
				rule.Dates = append(rule.Dates, from.Add(r.IntN(60)))
			}
		}
		zone := rule.Location()
		after := from.In(time.UTC).Add(time.Duration(r.Int64N(int64(400*24*time.Hour))) - 30*24*time.Hour)
		slot, ok := rule.Next(after)
		if !ok {
			if rule.Repeat != Once && rule.Repeat != OnDates {
				t.Fatalf("%+v after %s: no slot", rule, after)
			}
			continue
		}
		day := DayOf(slot, zone)
		if !slot.After(after) || !rule.has(day) {
			t.Fatalf("%+v after %s: %s", rule, after, slot)
		}
		if shown := ClockOf(slot, zone); shown != rule.At && shown-rule.At != 60 && shown-rule.At != 30 {
			t.Fatalf("%+v after %s: the wall shows %s", rule, after, shown)
		}
		for d := max(rule.First(), DayOf(after, zone)); d < day; d = d.Add(1) {
			if rule.has(d) && rule.At.On(d, zone).After(after) && rule.At.On(d, zone).Before(slot) {
				t.Fatalf("%+v after %s: %s passed over for %s", rule, after, d.In(zone), slot)
			}
		}
	}
}

// has says whether a rule has a slot on a day; the test's own reading of it.
func (r Recurrence) has(d Day) bool {
	weekday := d.In(time.UTC).Weekday()
	switch r.Repeat {
	case Once:
		return d == r.From
	case Daily:
		return d >= r.From
	case Weekdays:
		return d >= r.From && weekday >= time.Monday && weekday <= time.Friday
	case Weekly:
		return d >= r.From && int(d.In(time.UTC).Sub(r.From.In(time.UTC)).Hours())%(7*24) == 0
	}
	return slices.Contains(r.Dates, d)
}

// After an outage the newest slot counts, and how many went by is known.
func TestLatestSlot(t *testing.T) {
	rule := Recurrence{Repeat: Daily, From: 20230710, At: 450, Zone: "Asia/Ho_Chi_Minh"}
	zone := rule.Location()
	first := rule.At.On(20230710, zone)
	for _, tt := range []struct {
		now    time.Time
		last   Day
		before int
	}{
		{first, 20230710, 0},
		{first.Add(23 * time.Hour), 20230710, 0},
		{first.Add(24 * time.Hour), 20230711, 1},
		{first.Add(100 * time.Hour), 20230714, 4},
	} {
		last, next, before := rule.Latest(first, tt.now)
		if DayOf(last, zone) != tt.last || before != tt.before || !next.After(tt.now) {
			t.Errorf("at %s: %s, %d before, next %s", tt.now, last, before, next)
		}
	}
	once := Recurrence{Repeat: Once, From: 20230710, At: 450, Zone: "Asia/Ho_Chi_Minh"}
	if last, next, before := once.Latest(first, first.Add(time.Hour)); !last.Equal(first) || !next.IsZero() || before != 0 {
		t.Errorf("once: %s, next %s, %d before", last, next, before)
	}
}

func TestPlannedDeadline(t *testing.T) {
	zone := place(t, "America/New_York")
	slot := Clock(450).On(20230311, zone) // the clocks go forward that night
	p := Plan{Draft: Bulletin{Kind: KindTask}, Rule: Recurrence{Repeat: Daily, From: 20230311, At: 450, Zone: "America/New_York"}}
	p.Deadline = DeadlineAfter(slot, Clock(20*60).On(20230312, zone), zone)
	for range 3 {
		b := p.Slot(slot, "key")
		if b.SendDay != DayOf(slot, zone) || !b.SendAt.Equal(slot) || b.DraftKey != "key" {
			t.Errorf("slot %s: %+v", slot, b)
		}
		if got := b.Deadline.In(zone); ClockOf(got, zone) != 20*60 || DayOf(got, zone) != b.SendDay.Add(1) {
			t.Errorf("slot %s: deadline %s", slot, got)
		}
		slot, _ = p.Rule.Next(slot)
	}
}

func TestWorth(t *testing.T) {
	p := Plan{Draft: Bulletin{Kind: KindTask}, Rule: Recurrence{Repeat: Daily, From: 20230710, At: 450, Zone: "Asia/Ho_Chi_Minh"}, Deadline: Deadline{Days: 1, At: 720}}
	slot, _ := p.Rule.Next(Day(20230710).In(p.Rule.Location()))
	for _, tt := range []struct {
		kind Kind
		late time.Duration
		want bool
	}{
		{KindTask, 28 * time.Hour, true}, {KindTask, 28*time.Hour + 30*time.Minute, false},
		{KindNews, 16 * time.Hour, true}, {KindNews, 17 * time.Hour, false}, {KindNotice, 24 * time.Hour, false},
	} {
		p.Draft.Kind = tt.kind
		if got := p.Worth(p.Slot(slot, ""), slot.Add(tt.late)); got != tt.want {
			t.Errorf("%s, %s late: %v", tt.kind, tt.late, got)
		}
	}
}
