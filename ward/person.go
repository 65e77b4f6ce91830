package ward

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Role is what a person may do. Roles are ordered: each may do what the ones
// before it may.
type Role int

// The roles. A guest is anybody who has not registered.
const (
	RoleGuest Role = iota
	RoleCollaborator
	RoleWardCoordinator // of one ward
	RoleCoordinator     // of all wards
	RoleAdmin           // may also appoint; from ADMIN_IDS
)

func (r Role) String() string {
	return [...]string{"guest", "collaborator", "ward coordinator", "coordinator", "admin"}[r]
}

// PersonState says whether a person can be sent anything.
type PersonState int

// The states of a person.
const (
	PersonActive      PersonState = iota
	PersonWaiting                 // registered under REGISTRATION=approve, nobody has agreed yet
	PersonUnreachable             // blocked the bot, or the account is gone; comes back by writing
	PersonErased                  // left: the row keeps a number and a place for the counts, nothing else
	PersonWithdrawn               // took the consent back: nothing is sent to them or asked of them
)

// Address is the word that a person wishes to be addressed with. Vietnamese
// has one for every age and nearness; English has none. The words stand in the
// texts, in this order.
type Address int

// The ways to address a person.
const (
	AddressPlain Address = iota // not chosen
	AddressOlderBrother
	AddressOlderSister
	AddressAunt
	AddressUncle
	AddressElder
	AddressYounger
	AddressFriend
	addresses // how many there are
)

// Valid says whether there is such a way.
func (a Address) Valid() bool { return a >= AddressPlain && a < addresses }

// Person is somebody who registered and consented.
type Person struct {
	ID          int64 // ours; never Telegram's
	ChatID      int64 // Telegram user id, which is also the private chat's id
	Name        string
	Language    string // "vi" or "en"
	Address     Address
	Role        Role
	ChargeID    int64 // of a ward coordinator: the ward they look after
	WardID      int64
	GroupID     int64 // 0: group not known yet
	State       PersonState
	PausedUntil time.Time // zero: not paused
	Urgent      bool      // wants alerts also by night and while they pause
	JoinedAt    time.Time
}

// IsName says whether a text, cleaned, may be a person's name.
func IsName(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter) && Units(s) <= MaxName && !strings.Contains(s, "\n")
}

// MaxName is how long a name may be, in UTF-16 units: Telegram's own names
// have 64 in each of two fields.
const MaxName = 129

// GivenName is the last word of a Vietnamese name, the one people are called
// by; flowers and the like behind it do not count. A name without letters is
// given back whole.
func (p Person) GivenName() string {
	words := strings.Fields(p.Name)
	for _, word := range slices.Backward(words) {
		if strings.ContainsFunc(word, unicode.IsLetter) {
			return word
		}
	}
	return p.Name
}

// surnames are the most common Vietnamese family names, folded: nine in ten
// people have one of them.
var surnames = map[string]bool{
	"nguyen": true, "tran": true, "le": true, "pham": true, "hoang": true, "huynh": true, "phan": true,
	"vu": true, "vo": true, "dang": true, "bui": true, "do": true, "ho": true, "ngo": true, "duong": true,
	"ly": true, "dinh": true, "dao": true, "doan": true, "trinh": true, "truong": true, "luong": true, "mai": true,
}

// FullName puts a Telegram account's two name fields in Vietnamese order,
// family name first. The fields say "first" and "last", which people fill in
// either way; a family name at the front of the first field settles it.
func FullName(first, last string) string {
	first, last = CleanLine(first), CleanLine(last)
	word, _, several := strings.Cut(Fold(first), " ")
	if last == "" || several && surnames[word] || surnames[word] && !surnames[Fold(last)] {
		return CleanLine(first + " " + last)
	}
	return CleanLine(last + " " + first)
}

// Registration is what a completed registration conversation yields.
type Registration struct {
	ChatID      int64
	Name        string
	Language    string
	WardID      int64
	GroupID     int64       // 0: not known yet
	InviteCode  string      // empty: registered openly
	RosterID    int64       // line of the roster they are, 0: none
	State       PersonState // if they are on no roster: who is, is active at once
	ConsentedAt time.Time
	ConsentText string // version of the consent text, for example "1"
	ConsentHash string // SHA-256 of the text as shown, hex
	Now         time.Time
}

// Invite lets people register. It may name a ward and a group.
type Invite struct {
	ID        int64
	Code      string // A-Za-z0-9_-, at most 64: a Telegram start payload
	WardID    int64  // 0: any ward
	GroupID   int64  // 0: any group
	By        Actor  // who made it
	Uses      int    // how many people it was for
	UsesLeft  int
	ExpiresAt time.Time
}
