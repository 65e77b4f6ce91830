package ward

import "time"

// AssentState is how a request for a second coordinator's consent stands.
type AssentState int

// The states of a request. Only one that is asked can be decided.
const (
	AssentAsked AssentState = iota
	AssentAgreed
	AssentRefused
	AssentExpired
	AssentTakenBack // by who asked
	AssentUnheard   // nobody could be reached who may decide
)

// Assent is a bulletin that goes out only if a second coordinator agrees: one
// to many people, or an alert.
type Assent struct {
	ID       int64
	Bulletin Bulletin
	Plan     *Plan  // when, of a planned bulletin; its draft is Bulletin
	Sheet    []byte // what it was made from, for changing it
	ChatID   int64  // of who asks, whose message shows how it stands
	// MessageID is that message, Language how it is written.
	MessageID int64
	Language  string
	People    int // whom it will reach, as counted when it was asked
	AskedAt   time.Time
	ExpiresAt time.Time
	State     AssentState
}

// How long a second coordinator may take. An alert is urgent or it is none.
const (
	assentFor      = 24 * time.Hour
	alertAssentFor = 2 * time.Hour
)

// AssentUntil is until when a second coordinator may agree to a bulletin that
// is asked for now. A planned one must be agreed to before its first time.
func (b Bulletin) AssentUntil(now time.Time, p *Plan) time.Time {
	until := now.Add(assentFor)
	if b.Kind == KindAlert {
		until = now.Add(alertAssentFor)
	}
	if p != nil && p.Next.Before(until) {
		until = p.Next
	}
	return until
}

// AssentCard is the card in which somebody is asked for their consent.
type AssentCard struct {
	AssentID  int64
	ChatID    int64
	MessageID int64 // 0: they could not be reached
	Language  string
}
