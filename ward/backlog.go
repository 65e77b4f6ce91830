package ward

import "time"

// Overdue is how long after its time a bulletin on its way is no longer just
// being sent but late: the bot or the network was down, it was quiet, or its
// reader had paused. An ordinary broadcast takes minutes.
const Overdue = 30 * time.Minute

// ReasonTooLate is noted with deliveries that were cancelled because the
// deadline had passed.
const ReasonTooLate = "too late"

// TooLate says whether it makes no sense any more to bring somebody the
// bulletin: its deadline has passed.
func (b Bulletin) TooLate(now time.Time) bool {
	return !b.Deadline.IsZero() && !now.Before(b.Deadline)
}

// Awaits says whether the bulletin still makes sense for somebody who pauses
// until a moment. They get it then; others never do.
func (b Bulletin) Awaits(until time.Time) bool {
	return !b.Deadline.IsZero() && until.Before(b.Deadline)
}

// Foldable says whether the bulletin can be told together with another one. A
// correction can't: it is a reply to the message that it corrects. Nor can an
// alert, which must be read whole, or a digest, which nobody could look up
// afterwards.
func (b Bulletin) Foldable() bool {
	return b.Kind != KindCorrection && b.Kind != KindAlert && b.Kind != KindDigest
}

// Backlog says whether bulletins that wait for the same person come to them in
// one message: several do, and one of them is overdue.
func Backlog(waiting []Bulletin, now time.Time) bool {
	overdue := false
	for _, b := range waiting {
		meant := b.SendAt
		if !b.MeantAt.IsZero() {
			meant = b.MeantAt
		}
		overdue = overdue || now.Sub(meant) > Overdue
	}
	return overdue && len(waiting) > 1
}

// Foremost is the one of several bulletins that is sent, and tells of the
// others: the newest task, or else the newest of all.
func Foremost(waiting []Bulletin) (index int) {
	for i, b := range waiting {
		first := waiting[index]
		task, isTask := b.Kind == KindTask, first.Kind == KindTask
		newer := b.SendAt.After(first.SendAt) || b.SendAt.Equal(first.SendAt) && b.ID > first.ID
		if task && !isTask || task == isTask && newer {
			index = i
		}
	}
	return index
}
