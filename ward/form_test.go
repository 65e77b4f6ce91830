package ward

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestQuestions(t *testing.T) {
	options := []string{"Có", "Không"}
	for _, tt := range []struct {
		name string
		q    Question
		want error
	}{
		{"households", Question{Ask: AskNumber}, nil},
		{"a number of something", Question{Ask: AskNumber, Label: "suất cơm"}, nil},
		{"a choice", Question{Ask: AskChoice, Label: "Nhà có bình không?", Options: options}, nil},
		{"words", Question{Ask: AskText}, nil},
		{"a photo", Question{Ask: AskPhoto}, nil},
		{"nothing", Question{}, ErrForm},
		{"something unknown", Question{Ask: AskPhoto + 1}, ErrForm},
		{"a choice about nothing", Question{Ask: AskChoice, Options: options}, ErrForm},
		{"no choice", Question{Ask: AskChoice, Label: "x", Options: options[:1]}, ErrForm},
		{"too many options", Question{Ask: AskChoice, Label: "x", Options: []string{"1", "2", "3", "4", "5", "6", "7"}}, ErrForm},
		{"twice the same but for tones", Question{Ask: AskChoice, Label: "x", Options: []string{"Có", "co"}}, ErrForm},
		{"an empty option", Question{Ask: AskChoice, Label: "x", Options: []string{"Có", ""}}, ErrForm},
		{"a long option", Question{Ask: AskChoice, Label: "x", Options: []string{"Có", strings.Repeat("x", 25)}}, ErrForm},
		{"a long label", Question{Ask: AskNumber, Label: strings.Repeat("x", 61)}, ErrForm},
		{"a label of two lines", Question{Ask: AskNumber, Label: "a\nb"}, ErrForm},
		{"a number with options", Question{Ask: AskNumber, Label: "x", Options: options}, ErrForm},
	} {
		if err := tt.q.Validate(); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestForms(t *testing.T) {
	meals := Question{Ask: AskNumber, Label: "suất cơm"}
	for _, tt := range []struct {
		name string
		f    Form
		asks int
		want error
	}{
		{"the usual one", Form{}, 3, nil},
		{"nothing", Form{Nothing: true}, 0, nil},
		{"households and meals", Form{Questions: []Question{{Ask: AskNumber}, meals}}, 2, nil},
		{"households twice", Form{Questions: []Question{{Ask: AskNumber}, {Ask: AskNumber}}}, 2, ErrForm},
		{"photos twice", Form{Questions: []Question{{Ask: AskPhoto}, {Ask: AskPhoto}}}, 2, ErrForm},
		{"meals twice", Form{Questions: []Question{meals, {Ask: AskNumber, Label: "Suat com"}}}, 2, ErrForm},
		{"something and nothing", Form{Nothing: true, Questions: []Question{meals}}, 0, ErrForm},
	} {
		if got := len(tt.f.Asks()); got != tt.asks {
			t.Errorf("%s: %d questions, want %d", tt.name, got, tt.asks)
		}
		if err := tt.f.Validate(); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	f := Form{}
	for _, label := range []string{"a", "b", "c", "d", "e", "f"} {
		var err error
		if f, err = f.With(Question{Ask: AskNumber, Label: label}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.With(meals); !errors.Is(err, ErrForm) {
		t.Errorf("a seventh question: %v", err)
	}
}

// TestLinksInForms: the words of a form are read by everybody who has the task.
func TestLinksInForms(t *testing.T) {
	b := Bulletin{
		Kind: KindTask, Title: "x", Signed: Signature{Org: "a", Sender: "b", Contact: "c"},
		Form: Form{Questions: []Question{{Ask: AskChoice, Label: "Xem ở đâu?", Options: []string{"facebook.com/abc", "Ở nhà"}}}},
	}
	if err := b.Validate(nil); !errors.Is(err, ErrLink) {
		t.Errorf("got %v", err)
	}
	b.Form.Questions[0].Options = nil
	if err := b.Validate(nil); !errors.Is(err, ErrForm) {
		t.Errorf("got %v", err)
	}
}

func TestRepliesFit(t *testing.T) {
	f := Form{Questions: []Question{{Ask: AskNumber}, {Ask: AskChoice, Label: "x", Options: []string{"a", "b"}}, {Ask: AskText}}}
	for _, tt := range []struct {
		r    Replies
		want bool
	}{
		{nil, true},
		{Replies{{0, 500}, {1, 1}}, true},
		{Replies{{0, 501}}, false},
		{Replies{{1, 2}}, false},
		{Replies{{1, -1}}, false},
		{Replies{{2, 0}}, false},
		{Replies{{3, 0}}, false},
		{Replies{{-1, 0}}, false},
		{Replies{{1, 0}, {1, 1}}, false},
	} {
		if got := tt.r.Fit(f); got != tt.want {
			t.Errorf("%v: %v", tt.r, got)
		}
	}
}

// Whatever is answered in whatever order, the last answer to each stands.
func TestRepliesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r Replies
		want := map[int]int{}
		for range rapid.IntRange(0, 20).Draw(t, "answers") {
			q, n := rapid.IntRange(0, 5).Draw(t, "question"), rapid.Int().Draw(t, "n")
			r, want[q] = r.With(q, n), n
		}
		got := map[int]int{}
		for q := range 6 {
			if n, ok := r.To(q); ok {
				got[q] = n
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(r) != len(want) {
			t.Error(diff)
		}
	})
}

func TestSumFigures(t *testing.T) {
	got := SumFigures([]Figure{
		{WardID: 1, Label: "suất cơm", N: 3}, {WardID: 1, Label: "Có bình?", Option: "Có", N: 1}, {WardID: 2, Label: "Suat com", N: 4},
		{WardID: 2, Label: "Có bình?", Option: "Không", N: 2},
	})
	want := []Figure{{Label: "suất cơm", N: 7}, {Label: "Có bình?", Option: "Có", N: 1}, {Label: "Có bình?", Option: "Không", N: 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
