package ward

import "time"

// Plan is a bulletin that will be sent at set times: a draft that is kept, and
// when. Whom it reaches is settled each time when it is sent.
type Plan struct {
	ID       int64
	Draft    Bulletin // but for its times and its id
	Rule     Recurrence
	Deadline Deadline
	Next     time.Time // the next slot; zero: there is none any more
	Paused   bool      // its slots pass without anything being sent
	Agreed   bool      // a second coordinator agreed to it
	Revision int       // how often it was changed
	// ChatID and Language are those of the coordinator who planned it.
	ChatID   int64
	Language string
	// Missed is how many slots could not be kept, and MissedSince the first of
	// them, as long as the coordinator was not told.
	Missed      int
	MissedSince time.Time
}

// Slots are the times of a plan that lie in a period, the next one first.
func (p Plan) Slots(days Period) (slots []time.Time) {
	zone := p.Rule.Location()
	first, more := p.Next, !p.Next.IsZero()
	if begin := days.From.In(zone); more && first.Before(begin) {
		first, more = p.Rule.Next(begin.Add(-1))
	}
	for ; more && DayOf(first, zone) <= days.To; first, more = p.Rule.Next(first) {
		slots = append(slots, first)
	}
	return slots
}

// CalendarItem is a plan from a row of a spreadsheet. The DraftKey of its
// draft is the row's own, by day, time, kind, title and wards; Sum is of all
// that the row says.
type CalendarItem struct {
	Plan
	Line int // as the spreadsheet counts
	Sum  string
}

// Soon is how much later than now a plan may begin at the earliest, farthest
// how far ahead anything is planned, and MaxDeadline how long after a bulletin
// its deadline may lie.
const (
	Soon        = time.Minute
	farthest    = 366 * 24 * time.Hour
	MaxDeadline = 62 * 24 * time.Hour
)

// MayPlan says why something may not be planned for a moment: ErrPast,
// ErrTooFar or ErrQuiet.
func MayPlan(at, now time.Time, quiet Quiet) error {
	switch ahead := at.Sub(now); {
	case ahead < Soon:
		return ErrPast
	case ahead > farthest:
		return ErrTooFar
	case quiet.Holds(at):
		return ErrQuiet
	}
	return nil
}

// UsualDeadline is 20:00: of a task on the day it is sent, or the next if that
// leaves less than an hour, of a call for entries in two weeks. Nothing else
// has one.
func UsualDeadline(kind Kind, sent time.Time, zone *time.Location) time.Time {
	const evening = Clock(20 * 60)
	day := DayOf(sent, zone)
	switch {
	case !kind.HasDeadline():
		return time.Time{}
	case kind == KindCall:
		return evening.On(day.Add(14), zone)
	case evening.On(day, zone).Sub(sent) < time.Hour:
		return evening.On(day.Add(1), zone)
	}
	return evening.On(day, zone)
}

// Deadline is the deadline of a planned bulletin, counted from the day of its slot.
type Deadline struct {
	Days int   `json:"days,omitempty"`
	At   Clock `json:"at,omitempty"`
}

// DeadlineAfter says how a deadline lies to a slot.
func DeadlineAfter(slot, deadline time.Time, zone *time.Location) Deadline {
	first, last := DayOf(slot, zone), DayOf(deadline, zone)
	return Deadline{
		Days: int(last.In(time.UTC).Sub(first.In(time.UTC)) / (24 * time.Hour)),
		At:   ClockOf(deadline, zone),
	}
}

// Slot is the bulletin of one slot. Its key is the slot's own: however often
// it is published, it is published once.
func (p Plan) Slot(slot time.Time, key string) Bulletin {
	b, zone := p.Draft, p.Rule.Location()
	b.DraftKey, b.SendAt, b.SendDay = key, slot, DayOf(slot, zone)
	if b.Kind.HasDeadline() {
		b.Deadline = p.Deadline.At.On(b.SendDay.Add(p.Deadline.Days), zone)
	}
	return b
}

// Worth says whether the bulletin of a slot still makes sense if it goes out
// at a moment: a task before its deadline, anything else on its day.
func (p Plan) Worth(b Bulletin, at time.Time) bool {
	if b.Kind.HasDeadline() {
		return !b.TooLate(at)
	}
	return DayOf(at, p.Rule.Location()) == b.SendDay
}
