package ward

import (
	"errors"
	"fmt"
)

// What a rule can refuse. Handlers turn each into a sentence that says what
// to do next; everything else is our own fault and is logged.
var (
	ErrNotFound      = errors.New("not found")
	ErrInviteEnded   = errors.New("invite has ended")
	ErrNotAsked      = errors.New("person was not sent this task")
	ErrTaskClosed    = errors.New("task is closed")
	ErrUndoTooLate   = errors.New("too late to undo")
	ErrNothingToUndo = errors.New("nothing to undo")
	ErrReportClosed  = errors.New("report can no longer be changed")
	ErrNoReport      = errors.New("task asks for no report")
	ErrReviewed      = errors.New("report was changed, withdrawn or reviewed meanwhile")
	ErrForm          = errors.New("question lacks a label, or has too few or too many options")
	ErrUnsigned      = errors.New("bulletin lacks organisation, sender or contact")
	ErrEmpty         = errors.New("text is empty")
	ErrBadName       = errors.New("name has no letters or is too long")
	ErrTooLong       = errors.New("text is too long")
	ErrMedia         = errors.New("these files cannot be sent together")
	ErrLink          = errors.New("link is not one of the organisation's own pages")
	ErrTooLate       = errors.New("bulletin would arrive after its deadline")
	ErrNotStoppable  = errors.New("bulletin is no longer being sent")
	ErrRecalled      = errors.New("bulletin has been recalled")
	ErrEnough        = errors.New("person has sent as many entries as they may")
	ErrNotJuror      = errors.New("person does not judge this entry")
	ErrTaken         = errors.New("there is another place of that name")
	ErrUnplaced      = errors.New("somebody belongs to the ward without a group")
	ErrTarget        = errors.New("a target is a share from 0 to 100 percent")
	ErrAlertOver     = errors.New("alert is over")
	ErrDecided       = errors.New("request for consent is decided already, or expired")
	ErrOwnAssent     = errors.New("nobody agrees to their own bulletin")
	ErrOvertaken     = errors.New("bulletin was changed by somebody else meanwhile")
	ErrStoryGone     = errors.New("story was taken back by who told it")
	ErrPast          = errors.New("time is over")
	ErrTooFar        = errors.New("time is too far ahead")
	ErrQuiet         = errors.New("time is in the quiet hours")
)

// LengthError says by how many characters a text is too long. It is an
// ErrTooLong.
type LengthError struct{ Over int }

func (e *LengthError) Error() string { return fmt.Sprintf("%v by %d", ErrTooLong, e.Over) }

// Unwrap makes errors.Is(err, ErrTooLong) hold.
func (e *LengthError) Unwrap() error { return ErrTooLong }
