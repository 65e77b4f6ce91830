package ward

import (
	"cmp"
	"slices"
	"time"
)

// Limits of a call for entries.
const (
	MaxEntries    = 10   // of one person in one call
	MaxEntryText  = 3000 // UTF-16 units
	MaxEntryFiles = 10
	MinPoints     = 1
	MaxPoints     = 10
)

// Credit is what an author agreed to, should the entry be chosen.
type Credit int

// The ways an entry may be published.
const (
	CreditNone    Credit = iota // not at all
	CreditUnnamed               // without the author's name
	CreditNamed                 // with it
)

// EntryState is how far an entry has come.
type EntryState int

// The states of an entry. Whether it is chosen is the coordinator's decision,
// whatever the points.
const (
	EntryIn EntryState = iota
	EntryShortlisted
	EntryChosen
)

func (s EntryState) String() string {
	return [...]string{"in", "shortlisted", "chosen"}[s]
}

// Entry is what a person sends to a call for entries. A person may send
// several. Jurors see its number and what is in it, never whose it is.
type Entry struct {
	ID         int64
	DraftKey   string // of the draft it was made from; a draft is sent in once
	BulletinID int64
	PersonID   int64
	WardID     int64
	GroupID    int64
	Number     int // within its call, from 1
	Text       string
	Files      []EntryFile
	Credit     Credit
	State      EntryState
	At         time.Time
}

// EntryFile is a file of an entry, kept at Telegram.
type EntryFile struct {
	Kind     string `json:"kind"` // photo, video, video_note, animation, document, audio or voice
	FileID   string `json:"file"`
	UniqueID string `json:"unique"`
	Name     string `json:"name,omitempty"` // as its sender called it
	Size     int64  `json:"size,omitempty"` // bytes, 0: not known
}

// Kind says what an entry mostly is: its first file, or a text.
func (e Entry) Kind() string {
	if len(e.Files) > 0 {
		return e.Files[0].Kind
	}
	return "text"
}

// Scored is an entry with what the jurors gave it.
type Scored struct {
	Entry
	Jurors int // how many gave points
	Points int // all of them together
}

// Mean is the mean of the points, 0 without any.
func (s Scored) Mean() float64 {
	if s.Jurors == 0 {
		return 0
	}
	return float64(s.Points) / float64(s.Jurors)
}

// ByPoints sorts entries for the coordinator: the best mean first, of equal
// ones the one that more jurors have seen, then by number.
func ByPoints(entries []Scored) []Scored {
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, func(a, b Scored) int {
		return cmp.Or(
			cmp.Compare(b.Points*a.Jurors, a.Points*b.Jurors), // the means, without rounding
			cmp.Compare(b.Jurors, a.Jurors),
			cmp.Compare(a.Number, b.Number),
		)
	})
	return sorted
}

// Judging is how far a call for entries has come.
type Judging struct {
	Entries     int // sent in
	People      int // who sent them
	Shortlisted int // the chosen ones included
	Chosen      int
	Jurors      []Juror
}

// Juror is somebody who gives points.
type Juror struct {
	PersonID int64
	Name     string
	Scored   int // entries they have given points to
	Own      int // entries of their own, which they do not judge
}
