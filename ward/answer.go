package ward

import "time"

// Answer is what a person said to a task.
type Answer int

// The answers. Silence is AnswerNone.
const (
	AnswerNone Answer = iota
	AnswerDone
	AnswerNotToday
)

// String is empty for silence.
func (a Answer) String() string {
	switch a {
	case AnswerDone:
		return "done"
	case AnswerNotToday:
		return "not today"
	}
	return ""
}

// UndoFor is how long an answer can be taken back.
const UndoFor = 10 * time.Minute

// Confirmation is a person's answer to a task.
type Confirmation struct {
	BulletinID int64
	PersonID   int64
	Answer     Answer
	At         time.Time
	Late       bool // after the deadline; counts all the same
	// First is false if the person had given this very answer before.
	First bool
}
