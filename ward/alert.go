package ward

import (
	"strings"
	"time"
)

const (
	// AlertLasts is how long an alert is on at most, if nobody says before
	// that all is clear.
	AlertLasts = 3 * 24 * time.Hour

	// WhereaboutsKept is how long it is remembered what people answered to an
	// alert, and where somebody needed help. It is for helping them, and for
	// nothing else.
	WhereaboutsKept = 7 * 24 * time.Hour

	// MaxHelpNote is how much is kept of what somebody who needs help writes,
	// in UTF-16 units.
	MaxHelpNote = 300
)

// Safety is what a person said to an alert that asks whether they are safe.
type Safety int

// The answers to an alert.
const (
	SafetyUnknown Safety = iota
	Safe
	NeedsHelp
)

// AsksSafety says whether the bulletin asks people whether they are safe.
func (b Bulletin) AsksSafety() bool { return b.Kind == KindAlert && !b.Form.Nothing }

// Alerts says whether the bulletin is an alert itself: not its reminder, nor
// the word that all is clear.
func (b Bulletin) Alerts() bool { return b.Kind == KindAlert && b.About == 0 }

// Hears says whether an alert takes answers. It returns ErrNotAsked if it asks
// nothing, and what OnAlert does.
func (b Bulletin) Hears(now time.Time) error {
	if !b.AsksSafety() {
		return ErrNotAsked
	}
	return b.OnAlert(now)
}

// OnAlert says whether an alert is on. It returns ErrRecalled, ErrAlertOver
// once all is clear, and ErrNotAsked for what is no alert.
func (b Bulletin) OnAlert(now time.Time) error {
	switch {
	case !b.Alerts():
		return ErrNotAsked
	case b.Recalled():
		return ErrRecalled
	case b.TooLate(now):
		return ErrAlertOver
	}
	return nil
}

// Plight is a person's answer to an alert, and if they need help where they
// are and what they wrote, if they told it.
type Plight struct {
	BulletinID int64
	PersonID   int64
	WardID     int64
	GroupID    int64 // 0: not known
	Safety     Safety
	At         time.Time
	Note       string
	Located    bool
	Latitude   float64
	Longitude  float64
	HelpedAt   time.Time // when a coordinator saw to it; zero: they wait
	Name       string    // the person's
}

// Waits says whether somebody still has to see to the person.
func (p Plight) Waits() bool { return p.Safety == NeedsHelp && p.HelpedAt.IsZero() }

// Noted is the note with more words behind it. What comes last matters most:
// the beginning gives way if there is no room for all.
func (p Plight) Noted(words string) string {
	note := strings.Join(strings.Fields(p.Note+" "+words), " ")
	for Units(note) > MaxHelpNote {
		_, note, _ = strings.Cut(note, " ")
	}
	return note
}

// SafetyCount is how people answered an alert.
type SafetyCount struct {
	Safe   int
	Help   int // need help, those who were helped included
	Waits  int // of Help, not helped yet
	Silent int // have the alert and have not answered
}
