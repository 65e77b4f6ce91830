package ward

// Board is a group or channel on which a ward's bulletins are posted. An
// organisation's coordinators link it; a chat belongs to one ward at a time.
type Board struct {
	ID       int64
	ChatID   int64 // Telegram's; changes when a group becomes a supergroup
	Channel  bool  // or else a group
	Title    string
	WardID   int64 // 0 while BoardOffered
	ThreadID int   // topic of a forum; 0: none
	LinkedBy int64 // person id; 0: an admin who is no collaborator
	State    BoardState
}

// BoardState says whether a board can be posted on.
type BoardState int

// The states of a board. Removed and Muted are for its coordinators to mend;
// Telegram tells when they have.
const (
	BoardOffered  BoardState = iota + 1 // the bot is there, nobody has said for which ward
	BoardActive                         // posts go there
	BoardRemoved                        // the bot is not in the chat any more
	BoardMuted                          // the bot may not write there
	BoardUnlinked                       // a coordinator took it off; old posts can still be changed
)

// Linked says whether a ward counts the chat among its boards, working or not.
func (b Board) Linked() bool {
	return b.State == BoardActive || b.State == BoardRemoved || b.State == BoardMuted
}

// BoardCount is how many boards there are of each sort.
type BoardCount struct{ Groups, Channels int }

// All is their number.
func (c BoardCount) All() int { return c.Groups + c.Channels }
