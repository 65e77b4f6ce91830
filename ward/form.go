package ward

import (
	"slices"
	"strings"
)

// Ask is a kind of question of a report.
type Ask int

// The kinds of questions. Nothing asks what anybody thinks: they are about
// what was done.
const (
	AskNumber Ask = iota + 1 // how many: households, or what the label says
	AskChoice                // one of the options
	AskText                  // a few lines
	AskPhoto                 // photos
)

// Limits of a form.
const (
	MaxQuestions  = 6
	MaxLabel      = 60 // UTF-16 units
	MaxOption     = 24 // so that it fits a button
	MinOptions    = 2
	MaxOptions    = 6
	MaxHouseholds = 500
	MaxNumber     = 100_000 // of anything else; a telephone number is more
)

// Question is one question of a report.
type Question struct {
	Ask     Ask      `json:"ask"`
	Label   string   `json:"label,omitempty"` // what is counted, or chosen about; a number without one is of households
	Options []string `json:"options,omitempty"`
}

// Households says whether the question is the usual one.
func (q Question) Households() bool { return q.Ask == AskNumber && q.Label == "" }

// Counted says whether the answer is one that is added up.
func (q Question) Counted() bool { return q.Ask == AskNumber || q.Ask == AskChoice }

// Most is the greatest number that answers the question.
func (q Question) Most() int {
	switch {
	case q.Households():
		return MaxHouseholds
	case q.Ask == AskChoice:
		return len(q.Options) - 1
	}
	return MaxNumber
}

// Takes says whether n can be the answer: a number, or an option's place.
func (q Question) Takes(n int) bool { return q.Counted() && n >= 0 && n <= q.Most() }

// Validate says whether the question can be asked.
func (q Question) Validate() error {
	options := len(q.Options)
	switch {
	case q.Ask < AskNumber || q.Ask > AskPhoto, Units(q.Label) > MaxLabel, strings.Contains(q.Label, "\n"):
		return ErrForm
	case q.Ask != AskChoice && options > 0:
		return ErrForm
	case q.Ask == AskChoice && (q.Label == "" || options < MinOptions || options > MaxOptions):
		return ErrForm
	}
	seen := map[string]bool{"": true}
	for _, o := range q.Options {
		if Units(o) > MaxOption || strings.Contains(o, "\n") || seen[Fold(o)] {
			return ErrForm
		}
		seen[Fold(o)] = true
	}
	return nil
}

// Form is what a report on a task consists of, question by question. The zero
// Form is the usual one.
type Form struct {
	Nothing   bool       `json:"nothing,omitempty"` // no report is asked for: done or not is all
	Questions []Question `json:"questions,omitempty"`
}

// usual is what most tasks ask: households, then words or photos.
var usual = []Question{{Ask: AskNumber}, {Ask: AskText}, {Ask: AskPhoto}}

// Asks are the questions in order, none if nothing is asked for.
func (f Form) Asks() []Question {
	switch {
	case f.Nothing:
		return nil
	case len(f.Questions) == 0:
		return usual
	}
	return f.Questions
}

// Takes says whether a kind of question is in the form.
func (f Form) Takes(a Ask) bool {
	return slices.ContainsFunc(f.Asks(), func(q Question) bool { return q.Ask == a })
}

// Households is the place of the usual number; not ok if it is not asked for.
func (f Form) Households() (question int, ok bool) {
	question = slices.IndexFunc(f.Asks(), Question.Households)
	return question, question >= 0
}

// Question returns the n-th question; not ok if there are not so many.
func (f Form) Question(n int) (q Question, ok bool) {
	asks := f.Asks()
	if n < 0 || n >= len(asks) {
		return q, false
	}
	return asks[n], true
}

// With adds a question at the end. Words and photos are asked for once, and
// households too, because they are added up under one name.
func (f Form) With(q Question) (Form, error) {
	if err := q.Validate(); err != nil {
		return f, err
	}
	once := q.Ask == AskText || q.Ask == AskPhoto || q.Households()
	same := func(p Question) bool {
		return p.Ask == q.Ask && (once && p.Households() == q.Households() || q.Label != "" && Fold(p.Label) == Fold(q.Label))
	}
	if len(f.Questions) == MaxQuestions || slices.ContainsFunc(f.Questions, same) {
		return f, ErrForm
	}
	return Form{Questions: append(slices.Clone(f.Questions), q)}, nil
}

// Validate says whether every question can be asked.
func (f Form) Validate() error {
	var again Form
	for _, q := range f.Questions {
		var err error
		if again, err = again.With(q); err != nil {
			return err
		}
	}
	if f.Nothing && len(f.Questions) > 0 {
		return ErrForm
	}
	return nil
}

// Words are all that a coordinator wrote in the form.
func (f Form) Words() []string {
	var words []string
	for _, q := range f.Questions {
		words = append(append(words, q.Label), q.Options...)
	}
	return words
}

// Reply is the answer to a question that is counted.
type Reply struct {
	Question int `json:"q"` // its place in the form
	Value    int `json:"n"` // the number, or the place of the chosen option
}

// Replies are the answers of one report, one to a question at most.
type Replies []Reply

// To returns the answer to a question.
func (r Replies) To(question int) (value int, ok bool) {
	for _, reply := range r {
		if reply.Question == question {
			return reply.Value, true
		}
	}
	return 0, false
}

// With answers a question, in place of what was answered before.
func (r Replies) With(question, value int) Replies {
	var all Replies
	for _, reply := range r {
		if reply.Question != question {
			all = append(all, reply)
		}
	}
	return append(all, Reply{question, value})
}

// Fit says whether all of them answer questions of the form.
func (r Replies) Fit(f Form) bool {
	answered := map[int]bool{}
	for _, reply := range r {
		q, ok := f.Question(reply.Question)
		if !ok || !q.Takes(reply.Value) || answered[reply.Question] {
			return false
		}
		answered[reply.Question] = true
	}
	return true
}

// Figure is what a label comes to in all reports of a place: the sum of a
// number, or how often an option was chosen.
type Figure struct {
	WardID int64
	Label  string
	Option string // empty: a sum
	N      int
}

// SumFigures adds up figures of the same label and option, whatever their
// ward, in the order in which they first come. Labels are compared folded.
func SumFigures(all []Figure) []Figure {
	var sums []Figure
	at := map[[2]string]int{}
	for _, f := range all {
		key := [2]string{Fold(f.Label), Fold(f.Option)}
		i, known := at[key]
		if !known {
			i, at[key] = len(sums), len(sums)
			sums = append(sums, Figure{Label: f.Label, Option: f.Option})
		}
		sums[i].N += f.N
	}
	return sums
}
