package ward

import (
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// Kind is what a bulletin is.
type Kind int

// The kinds of bulletins. There is no kind that points at somebody else's
// post, account or opinion, and there will be none.
const (
	KindTask       Kind = iota + 1 // a deed in the neighbourhood, or a signed message to pass on
	KindNews                       // a good-news story
	KindNotice                     // information
	KindReminder                   // of a task, to those who have not answered it; not tallied
	KindCorrection                 // what changed in a bulletin, to those who have it; not tallied
	KindCall                       // a call for entries: a writing or photo contest, with a deadline
	KindDigest                     // a summary that every reader gets in words of their own; not tallied
	KindAlert                      // urgent: a storm, a fire, a flood; may ask whether people are safe; not tallied
)

func (k Kind) String() string {
	switch k {
	case KindTask:
		return "task"
	case KindNews:
		return "news"
	case KindNotice:
		return "notice"
	case KindReminder:
		return "reminder"
	case KindCorrection:
		return "correction"
	case KindCall:
		return "call for entries"
	case KindDigest:
		return "digest"
	case KindAlert:
		return "alert"
	}
	return "unknown"
}

// HasDeadline says whether such a bulletin asks for something by a time.
func (k Kind) HasDeadline() bool { return k == KindTask || k == KindCall }

// BulletinState is where a bulletin is on its way.
type BulletinState int

// The states of a bulletin.
const (
	BulletinPublished BulletinState = iota + 1 // deliveries are being written
	BulletinSending                            // every delivery is written; the engine may send from SendAt on
	BulletinPaused                             // a coordinator holds it
	BulletinSent                               // every delivery is settled
	BulletinStopped                            // a coordinator stopped it; what was not sent never will be
)

// Limits of Telegram's messages in UTF-16 units; the server counts code
// points, so counting units is never too lax (Bot API: sendMessage, sendPhoto).
const (
	MaxText    = 4096
	MaxCaption = 1024
	// room for title, deadline, signature and a word about other bulletins
	// around a coordinator's text
	frame = 480
)

// Signature is who stands behind a bulletin. All three are required: nothing
// is sent that does not say who sends it and how to reach them.
type Signature struct {
	Org     string // the organisation, ORG_NAME
	Sender  string // the coordinator's name
	Contact string // how to reach the organisation, ORG_CONTACT
}

// Complete reports whether nothing of the signature is missing.
func (s Signature) Complete() bool {
	return strings.TrimSpace(s.Org) != "" && strings.TrimSpace(s.Sender) != "" && strings.TrimSpace(s.Contact) != ""
}

// Bulletin is one thing sent to an audience.
type Bulletin struct {
	ID       int64
	DraftKey string // of the draft it was made from; a draft is published once
	Kind     Kind
	Title    string // first line of what the coordinator wrote
	Body     string // the rest
	PassOn   string // of a task: the message to pass on to neighbours; empty: the task is a deed
	Story    int64  `json:",omitempty"` // of a draft: the story that it tells; 0: none
	Marks    Marks  // how these are formatted
	Media    []Media
	Ahead    bool  // Media goes ahead in a message of its own; see Arrange
	Form     Form  // of a task: what to report
	About    int64 // of a reminder or correction: the bulletin it is about
	Signed   Signature
	AuthorID int64 // person id
	Audience Audience
	Via      Via
	SendAt   time.Time
	WakesAt  time.Time // of an alert by night: those who did not ask to be woken get it then; zero: all at once
	MeantAt  time.Time // when it would have gone out had it not been quiet; zero: SendAt
	SendDay  Day       // the day it is tallied on
	Deadline time.Time // of a task or call; of an alert when it is over; zero for the others
	State    BulletinState
	SentAt   time.Time // when the last delivery was settled; zero before
	Tells    bool      // some of its messages tell of other bulletins too

	Revision    int       // how often it was corrected or recalled
	Revised     int       // the revision that every copy shows: less while copies are being changed
	CorrectedAt time.Time // when it was last corrected; zero: never
	Correction  string    // what changed, in the coordinator's words; may be empty
	RecalledAt  time.Time // when it was recalled; zero: it stands
}

// Amending says whether copies are still being changed after a correction or
// a recall.
func (b Bulletin) Amending() bool { return b.Revised < b.Revision }

// Recalled says whether the bulletin was taken back.
func (b Bulletin) Recalled() bool { return !b.RecalledAt.IsZero() }

// Marks are how the words of a bulletin are formatted.
type Marks struct {
	Title  []Mark `json:"title,omitempty"`
	Body   []Mark `json:"body,omitempty"`
	PassOn []Mark `json:"pass_on,omitempty"`
}

// Write gives a bulletin its words: the first line of text is the title.
func (b *Bulletin) Write(text, passOn Text) {
	first, rest := text.Plain, len(text.Plain)
	if i := strings.IndexByte(text.Plain, '\n'); i >= 0 {
		first, rest = text.Plain[:i], i+1
	}
	title, body := text.Cut(0, len(first)).Trim(), text.Cut(rest, len(text.Plain)).Trim()
	b.Title, b.Body, b.PassOn = title.Plain, body.Plain, passOn.Plain
	b.Marks = Marks{title.Marks, body.Marks, passOn.Marks}
}

// Written is what Write took: title and body in one text.
func (b Bulletin) Written() Text {
	if b.Body == "" {
		return b.Heading()
	}
	t := Text{Plain: b.Title + "\n" + b.Body, Marks: slices.Clone(b.Marks.Title)}
	for _, m := range b.Marks.Body {
		m.From, m.To = m.From+len(b.Title)+1, m.To+len(b.Title)+1
		t.Marks = append(t.Marks, m)
	}
	return t
}

// Split takes apart what a coordinator wrote without looks: the first line is
// the title.
func Split(text string) (title, body string) {
	var b Bulletin
	b.Write(Text{Plain: Clean(text)}, Text{})
	return b.Title, b.Body
}

// Heading is the title as it is formatted.
func (b Bulletin) Heading() Text { return Text{b.Title, b.Marks.Title} }

// Words is the body as it is formatted.
func (b Bulletin) Words() Text { return Text{b.Body, b.Marks.Body} }

// Errand is the message to pass on as it is formatted.
func (b Bulletin) Errand() Text { return Text{b.PassOn, b.Marks.PassOn} }

// Arrange decides whether the media of a new bulletin goes ahead: an album and
// a place take no buttons and no words, and long words do not fit under a
// file. People read the words last then, with the buttons below them.
func (b *Bulletin) Arrange() {
	b.Ahead = len(b.Media) > 1 || len(b.Media) == 1 && (!b.Media[0].Kind.Captioned() || b.length() > MaxCaption)
}

// length is how long the letter will be at most.
func (b Bulletin) length() int {
	return Units(b.Title) + Units(b.Body) + Units(b.Correction) + frame
}

// Captioned says whether the words of the letter are the caption of a file.
func (b Bulletin) Captioned() bool { return len(b.Media) > 0 && !b.Ahead }

// Validate says whether the bulletin may be stored: it is signed, is not
// empty, fits a Telegram message and links only to pages in allow.
func (b Bulletin) Validate(allow LinkList) error {
	if !b.Signed.Complete() {
		return ErrUnsigned
	}
	if b.Title == "" {
		return ErrEmpty
	}
	if err := validMedia(b.Media); err != nil {
		return err
	}
	limit := MaxText
	if b.Captioned() {
		limit = MaxCaption
	}
	if over := max(b.length()-limit, Units(b.PassOn)+frame-MaxText); over > 0 {
		return &LengthError{Over: over}
	}
	if err := b.Form.Validate(); err != nil {
		return err
	}
	for _, text := range append(b.Form.Words(), b.Correction) {
		if link, ok := allow.Forbidden(text); ok {
			return &LinkError{Link: link}
		}
	}
	for _, text := range []Text{b.Heading(), b.Words(), b.Errand()} {
		if link, ok := allow.Forbids(text); ok {
			return &LinkError{Link: link}
		}
	}
	return nil
}

// The parts of a delivery, in their order. Each goes out when the one before
// it has arrived, and PartLetter is the one that people are counted by.
const (
	PartAhead  = -1 // media that needs a message of its own
	PartLetter = 0  // the words, with the buttons
	PartPassOn = 1  // on its own, so that it forwards and copies whole
)

// Messages is how many messages one person gets.
func (b Bulletin) Messages() int {
	n := len(b.Parts())
	if b.Ahead {
		n += len(b.Media) - 1
	}
	return n
}

// Parts are the parts that a bulletin consists of.
func (b Bulletin) Parts() []int {
	parts := []int{PartLetter}
	if b.Ahead {
		parts = []int{PartAhead, PartLetter}
	}
	if b.PassOn != "" {
		parts = append(parts, PartPassOn)
	}
	return parts
}

// Accepts says whether an answer at now still counts, and whether it is late.
// A task is open until its deadline and takes late answers until closing.
func (b Bulletin) Accepts(now time.Time) (late bool, err error) {
	switch {
	case b.Kind != KindTask:
		return false, ErrNotAsked
	case b.Recalled():
		return false, ErrRecalled
	case now.After(b.Closes()):
		return false, ErrTaskClosed
	}
	return now.After(b.Deadline), nil
}

// lateFor is how long after its deadline a task still takes answers.
const lateFor = 7 * 24 * time.Hour

// Closes is when a task stops taking answers.
func (b Bulletin) Closes() time.Time { return b.Deadline.Add(lateFor) }

// Units counts UTF-16 code units, Telegram's measure of texts.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// Audience is whom a bulletin is for. The zero Audience is everybody.
type Audience struct {
	WardIDs  []int64
	GroupIDs []int64
	SilentOn int64 // only those who have not answered this task
	Holding  int64 // only those who have this bulletin
	ChosenIn int64 `json:",omitempty"` // only authors of entries chosen in this call
	Warned   int64 `json:",omitempty"` // only those who have, or may have, this alert
	Unheard  int64 `json:",omitempty"` // of those only who have not answered it
	Lettered bool  `json:",omitempty"` // only those for whom a letter of their own was written, see Mailing
}

// AudienceSize counts an audience as it is now.
type AudienceSize struct {
	People int // will be sent the bulletin
	Paused int // would be, but have paused
	Woken  int // of an alert: of People, those who have it also by night
}
