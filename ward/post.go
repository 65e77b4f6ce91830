package ward

import "time"

// Via is how a bulletin reaches its audience.
type Via int

// The ways of a bulletin.
const (
	ViaPeople   Via = iota // a letter to each person
	ViaPosts               // one post on each board of their wards
	ViaBoth                // both; nobody is counted twice
	ViaChannels            // a letter to each person, and one post on each channel
)

// Posts says whether posts are part of it.
func (v Via) Posts() bool { return v != ViaPeople }

// People says whether letters are part of it.
func (v Via) People() bool { return v != ViaPosts }

// Boards are those of an audience that get a post.
func (v Via) Boards(n BoardCount) BoardCount {
	switch v {
	case ViaPeople:
		return BoardCount{}
	case ViaChannels:
		n.Groups = 0
	}
	return n
}

// PostKey names one message on one board.
type PostKey struct {
	BulletinID int64
	BoardID    int64
	Part       int
}

// Post is one message that is to be, or has been, put on a board. Everybody
// there sees the same, so it shows a number where a letter shows its reader's
// own answer.
type Post struct {
	PostKey
	Board     Board
	Attempts  int
	Resent    bool // once more, because nobody knows whether it arrived
	MessageID int64
	More      []int64 // the other messages of an album
	SentAt    time.Time
	ReplyTo   int64 // message on the board that it is about; 0: none
	Revision  int   // that it shall show
	Done      int   // people of its ward who did the task: the number it shall show
	Amend     bool  // of one that is out: its words are behind, not just its number
}

// PostSettlement is what became of a post, or when to try it again.
type PostSettlement struct {
	PostKey
	State     DeliveryState // DeliveryDue: try again at Next
	MessageID int64         // of a sent one
	More      []int64       // the other messages of an album
	Revision  int           // of the words that it shows
	Done      int           // number that it shows
	Next      time.Time     // of a due one
	Err       string        // for coordinators, never with a token in it
	At        time.Time
}

// PostAmendment is what came of bringing a post up to date.
type PostAmendment struct {
	Post
	Result AmendmentResult
	Next   time.Time // with AmendLater: not before
}

// PostProgress is how far the posts of a bulletin have come, in boards.
type PostProgress struct {
	BoardCount     // on which it is to be
	Sent       int // is there
	Failed     int // cannot be put there
	Unknown    int
	Cancelled  int
}

// Settled is how many need nothing more.
func (p PostProgress) Settled() int { return p.Sent + p.Failed + p.Unknown + p.Cancelled }

// PostFailure is one board that a bulletin did not reach.
type PostFailure struct {
	Board Board
	State DeliveryState // failed or unknown
	Err   string        // what Telegram said, may be empty
}
