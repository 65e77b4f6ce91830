package ward

import "time"

// Record is everything that is kept about a person: what they may see, take
// with them and have corrected.
type Record struct {
	Person   Person
	Consents []Consent // oldest first
	Received []Received
	Reports  []Report
	Plights  []Plight // answers to alerts, newest last
	Stories  []Story
	Entries  []SentEntry
	Thanked  int            // after how many days of deeds they were last thanked, 0: not yet
	Offered  time.Time      // when a pause was last offered, zero: never
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
	Reaction   Reaction // 0: none
}

// SentEntry is an entry, and to which call it was sent.
type SentEntry struct {
	Entry
	Call string
}
