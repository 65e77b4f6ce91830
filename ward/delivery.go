package ward

import "time"

// DeliveryState is where one delivery is; delivery/doc.go draws the states.
type DeliveryState int

// The states of a delivery.
const (
	DeliveryDue DeliveryState = iota
	DeliverySending
	DeliverySent
	DeliveryUnreachable
	DeliveryFailed
	DeliveryUnknown
	DeliveryCancelled
	DeliveryPosted // asked by a post on their ward's board; no message of their own
)

// Letter is a bulletin written out in one language: what all its readers of
// that language get. Nothing in it depends on the reader.
type Letter struct {
	Language string
	Part     int
	HTML     string  // Telegram HTML, escaped; none of PartAhead
	Media    []Media // of one file HTML is the caption
	Silent   bool    // delivered without a sound
	Revision int     // of its bulletin that it is written for
	Buttons  [][]LetterButton
}

// LetterButton is one inline button of a letter.
type LetterButton struct {
	Text string // as shown, plain
	Data string // callback data, the same for every reader, for example "done:1f"
	URL  string `json:",omitempty"` // opens a page instead
}

// DeliveryKey names one message for one person.
type DeliveryKey struct {
	BulletinID int64
	PersonID   int64
	Part       int
}

// Delivery is one message that is to reach one person.
type Delivery struct {
	DeliveryKey
	ChatID    int64
	Language  string
	State     DeliveryState
	Attempts  int       // calls made so far
	ClaimedAt time.Time // when it became DeliverySending
	// OverAt is a moment at which its call was surely over: what was claimed
	// later was sent later. Zero: not known.
	OverAt time.Time
	// Revision is the one its bulletin is at, ReplyTo the message of the
	// bulletin that this one is about; 0: none.
	Revision int
	ReplyTo  int64
	// Others wait for the same person after an outage: this message tells of
	// them, and with it they are sent. See delivery/doc.go.
	Others []DeliveryKey
}

// Settlement is what became of a delivery, or when to try it again.
type Settlement struct {
	DeliveryKey
	State     DeliveryState // DeliveryDue: try again at Next
	MessageID int64         // of a sent one
	More      []int64       // the other messages of a sent album
	Revision  int           // of the letter that was sent; 0 if nobody knows
	Next      time.Time     // of a due one
	Err       string        // for coordinators, never with a token in it
	At        time.Time
	// Gone: the person cannot be reached any more, whatever the bulletin.
	Gone bool
}
