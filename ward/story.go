package ward

import "time"

// MaxStory is how long a story may be, in UTF-16 units: it becomes news that
// people read on a phone.
const MaxStory = 1500

// StorySource is how its author knows a story.
type StorySource int

// The sources of stories.
const (
	SourceSeen  StorySource = iota + 1 // was there
	SourceTold                         // heard it
	SourcePress                        // read or heard it in the news
)

// StoryState is where a story is on its way into the news:
//
//	sent ──▶ taken ──▶ published
//	  └────▶ returned   with a reason; mended, it comes back as a new story
type StoryState int

// The states of a story.
const (
	StorySent StoryState = iota
	StoryTaken
	StoryReturned
	StoryPublished
)

func (s StoryState) String() string {
	return [...]string{"sent", "taken", "returned", "published"}[s]
}

// Story is good news that a collaborator sends in.
type Story struct {
	ID         int64
	DraftKey   string // a draft is sent in once
	PersonID   int64
	WardID     int64
	GroupID    int64
	Text       string
	PhotoID    string // Telegram file_id, empty: none
	Source     StorySource
	Agreed     bool // those in the story agreed to be told of by name
	Credit     bool // its author wants to be named
	State      StoryState
	Reason     string // why it was returned
	BulletinID int64  // the news it became, 0: none yet
	At         time.Time
}

// Reaction is what a reader taps below the organisation's own good news: a
// thank-you, counted. There is none that says no.
type Reaction int

// The reactions.
const (
	ReactHeart Reaction = iota + 1
	ReactClap
	ReactThanks
	reactions
)

func (r Reaction) String() string {
	return [...]string{"", "heart", "clap", "thanks"}[r]
}

// Valid says whether there is such a reaction.
func (r Reaction) Valid() bool { return r > 0 && r < reactions }

// Reactions counts them by kind.
type Reactions map[Reaction]int
