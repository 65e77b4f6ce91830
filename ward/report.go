package ward

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Limits of a report.
const (
	MaxReportText  = 2000 // UTF-16 units
	MaxReportFiles = 10
	MaxReason      = 300 // UTF-16 units
)

// ReportState is where a report is on its way:
//
//	draft ──send──▶ sent ──accept──▶ accepted
//	                │ ▲ ▲                │
//	           return │ └──send again────┘
//	                ▼ │send again
//	              returned
//
// A draft is a conversation, not a Report yet. Sent, accepted and returned
// ones can be withdrawn, and are gone then: nothing of them is kept but that
// their code is not given again. Whatever their state, the numbers of a
// report count from the first sending to the withdrawal, as they stand: the
// tally is of what people report, and a return asks them to mend it.
type ReportState int

// The states of a report.
const (
	ReportSent     ReportState = iota + 1 // waits for a coordinator
	ReportAccepted                        // a coordinator has seen it
	ReportReturned                        // its author is asked to mend it
)

func (s ReportState) String() string {
	return [...]string{"draft", "sent", "accepted", "returned"}[s]
}

// Reason is why a report was returned.
type Reason int

// The common reasons, for which there are buttons. ReasonOther is in the
// coordinator's own words.
const (
	ReasonOther   Reason = iota
	ReasonPhoto          // the photo shows too little
	ReasonNumber         // the number cannot be right
	ReasonPrivate        // faces of children, papers, number plates
	ReasonTask           // about something else
	reasons
)

// CommonReasons are those for which there are buttons.
func CommonReasons() []Reason {
	var all []Reason
	for r := ReasonOther + 1; r < reasons; r++ {
		all = append(all, r)
	}
	return all
}

// Common says whether it is one of them.
func (r Reason) Common() bool { return r > ReasonOther && r < reasons }

// Report is what a person tells of a task: one per task and person.
type Report struct {
	ID         int64
	Code       string // MD1-1207-08, to speak of it on the phone
	BulletinID int64
	PersonID   int64
	WardID     int64
	GroupID    int64
	Households int // 0 and HasCount false: not said
	HasCount   bool
	Replies    Replies // to the questions of the task's form that have a label
	Text       string
	Photos     []Photo
	At         time.Time // first sent
	UpdatedAt  time.Time // last sent

	State      ReportState
	Revision   int // how often it was sent
	ReviewerID int64
	ReviewedAt time.Time
	Reason     Reason // of a returned one
	ReasonText string // of ReasonOther
}

// Answers are all answers that are counted, households among them.
func (r Report) Answers(f Form) Replies {
	if q, ok := f.Households(); ok && r.HasCount {
		return r.Replies.With(q, r.Households)
	}
	return r.Replies
}

// Answer sets them.
func (r *Report) Answer(f Form, all Replies) {
	homes, asked := f.Households()
	r.Replies = nil
	for _, reply := range all {
		if asked && reply.Question == homes {
			r.Households, r.HasCount = reply.Value, true
		} else {
			r.Replies = append(r.Replies, reply)
		}
	}
}

// Photo is a picture kept at Telegram.
type Photo struct {
	FileID   string // for sending again
	UniqueID string // for comparing
	SmallID  string `json:",omitempty"` // of its smallest size, for looking at
}

// MayChange says whether the author may edit or withdraw the report: until
// the deadline, and for ten minutes after it was sent in any case. One that
// was returned may be mended as long as the task takes answers. Else it
// returns ErrReportClosed.
func (r Report) MayChange(b Bulletin, now time.Time) error {
	until := b.Deadline
	if grace := r.UpdatedAt.Add(UndoFor); grace.After(until) {
		until = grace
	}
	if r.State == ReportReturned || until.After(b.Closes()) {
		until = b.Closes()
	}
	if now.After(until) {
		return ErrReportClosed
	}
	return nil
}

// ReportVersion names a report as somebody has seen it.
type ReportVersion struct {
	ID       int64
	Revision int
}

// Verdict is what a coordinator says of a report.
type Verdict struct {
	State      ReportState // accepted or returned
	Reason     Reason
	ReasonText string
	By         int64 // person id; 0 for an admin who is no collaborator
}

// Validate says whether it is a verdict: a return needs a reason.
func (v Verdict) Validate() error {
	words := strings.TrimSpace(v.ReasonText)
	switch {
	case v.State == ReportAccepted && v.Reason == ReasonOther && words == "":
		return nil
	case v.State != ReportReturned:
		return fmt.Errorf("no verdict: %s", v.State)
	case v.Reason.Common() != (words == ""):
		return ErrEmpty
	case Units(words) > MaxReason:
		return ErrTooLong
	}
	return nil
}

// Of says whether this is what was said of a report.
func (v Verdict) Of(r Report) bool {
	return v == Verdict{State: r.State, Reason: r.Reason, ReasonText: r.ReasonText, By: r.ReviewerID}
}

// ReportFilter chooses among the reports that wait for a coordinator.
type ReportFilter struct {
	Scope     []int64 // the wards that the coordinator looks after
	TaskID    int64   // 0: any, like the places
	WardID    int64
	GroupID   int64
	WithPhoto bool
	NoHint    bool // every photo was looked at, and is like no other
}

// Waiting is a task or place with reports that wait.
type Waiting struct {
	ID      int64
	Name    string
	Reports int
}

// ReportCode builds the code of the n-th report of a ward on a day:
// initials and digits of the ward's name, day and month, number.
func ReportCode(wardName string, day Day, n int) string {
	var b strings.Builder
	for _, word := range strings.Fields(strings.ToUpper(Fold(wardName))) {
		for i, r := range word {
			if i == 0 || unicode.IsDigit(r) {
				b.WriteRune(r)
			}
		}
	}
	return fmt.Sprintf("%s-%02d%02d-%02d", b.String(), int(day)%100, int(day)/100%100, n)
}
