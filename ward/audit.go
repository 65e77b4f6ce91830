package ward

import "time"

// Deed is something that is logged because it is about people, or about who
// may see them.
type Deed int

// The deeds. Their numbers are stored: new ones go to the end.
const (
	DeedAppointed  Deed = iota + 1 // gave a person a role
	DeedDismissed                  // took it back
	DeedAdmitted                   // agreed to a newcomer
	DeedDeclined                   // did not
	DeedMoved                      // gave a person another place
	DeedInvited                    // made an invite
	DeedRevoked                    // took one back
	DeedSawNames                   // looked at names
	DeedExported                   // took names along as a file
	DeedListed                     // imported a list of people who are expected
	DeedStruck                     // took somebody off that list
	DeedRecognised                 // agreed to at once: the newcomer was on the list
	DeedMerged                     // a ward went into another
	DeedSplit                      // groups of a ward went to others
	DeedTargeted                   // set the target of a ward, or of a group of it
	DeedAsked                      // asked for a second coordinator's consent; the count is of people
	DeedAgreed                     // gave it
	DeedRefused                    // did not
	DeedCleared                    // said that an alert is over
	DeedMailed                     // sent names along with a digest, to whom looks after them
	DeedTook                       // took numbers along as files, without names
	deeds
)

// Valid says whether there is such a deed.
func (d Deed) Valid() bool { return d >= DeedAppointed && d < deeds }

// Actor is who does something. The zero Actor is the program itself, or who
// runs it at its command line.
type Actor struct {
	PersonID int64
	AdminID  int64 // Telegram id of an administrator who has not registered
}

// Audit is a line of the log: who did what, when, about whom or what. It has
// no names, so that it need not be changed when somebody leaves.
type Audit struct {
	ID       int64
	At       time.Time
	By       Actor
	Deed     Deed
	PersonID int64 // about whom, 0: nobody
	WardID   int64 // where, 0: everywhere
	Role     Role  // of an appointment or dismissal
	Count    int   // how many names, people, uses or percent, where that can be said
}
