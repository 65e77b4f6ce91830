package ward

import "time"

// DeleteWithin is how old a message may be for us to delete it (Bot API:
// deleteMessage).
const DeleteWithin = 48 * time.Hour

// Copy is a delivery that has arrived: one message in somebody's chat.
type Copy struct {
	DeliveryKey
	ChatID    int64
	MessageID int64
	More      []int64 // the other messages of an album
	Language  string  // of its reader, now
	SentAt    time.Time
	Revision  int // that it shall show
	Others    int // bulletins that it tells of too, see Delivery.Others
	// Due is since when it is to be changed again; zero: for the first time.
	Due time.Time
}

// AmendmentResult is what came of changing a copy.
type AmendmentResult int

// The results of changing a copy.
const (
	Amended    AmendmentResult = iota + 1 // it is as it shall be
	AmendMiss                             // it cannot be changed, for good
	AmendLater                            // to be tried again
)

// Amendment is what became of one copy of a bulletin that was corrected or
// recalled.
type Amendment struct {
	DeliveryKey
	Revision int // that it was changed to
	Result   AmendmentResult
	Next     time.Time // with AmendLater: not before
	Due      time.Time // of the copy: what came up since is not done
	At       time.Time
	// Gone: the person cannot be reached any more, whatever the bulletin.
	Gone bool
}

// Amending is how far a correction or recall has come, in people and boards.
type Amending struct {
	Copies  int // that were there when it began, or arrived since
	Amended int
	Missed  int // deleted by their reader, or out of our reach
}

// Failure is one person whom a bulletin did not reach.
type Failure struct {
	Name   string
	WardID int64
	State  DeliveryState // unreachable, failed or unknown
	Err    string        // what Telegram said, may be empty
}
