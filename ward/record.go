package ward

import "time"

// Record is everything that is kept about a person: what they may see, take
// with them and have corrected.
type Record struct {
	Person   Person
	Consents []Consent // oldest first
	Received []Received
	Reports  []Report
	Plights  []Plight       // answers to alerts, newest last
	Forms    map[int64]Form // of the tasks that the reports are on, by bulletin
}

// Consent is an agreement of a person to a text, as it was shown.
type Consent struct {
	Kind        string // what it is for: "register"
	Version     string // of the text, for example "1"
	Hash        string // SHA-256 of the text as shown, hex
	GivenAt     time.Time
	WithdrawnAt time.Time // zero: it stands
}

// Received is a bulletin that was sent to a person, and their answer to it.
type Received struct {
	BulletinID int64
	Kind       Kind
	Title      string
	Day        Day
	Answer     Answer
	AnsweredAt time.Time // zero: not answered
	Late       bool
}
