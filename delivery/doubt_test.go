package delivery

import (
	"slices"
	"testing"
	"time"

	"wardbot/bot"
	"wardbot/storage"
)

func TestCandidates(t *testing.T) {
	numbers := func(from, to int64, without ...int64) (ids []int64) {
		for id := from; id <= to; id++ {
			if !slices.Contains(without, id) {
				ids = append(ids, id)
			}
		}
		return ids
	}
	backwards := func(ids []int64) []int64 { slices.Reverse(ids); return ids }
	line, err := bot.New(bot.Options{Token: "123456:AAAAAAAAAAAAAAAAAAAA"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		doubt doubt
		known []int64
		want  []int64
		whole bool
	}{
		{"between two known ones", doubt{after: 10, before: 15}, nil, numbers(11, 14), true},
		{"less what is something else", doubt{after: 10, before: 15}, []int64{12, 13}, []int64{11, 14}, true},
		{"less what was asked", doubt{after: 10, before: 15, absent: map[int64]bool{11: true}}, nil, numbers(12, 14), true},
		{"none left", doubt{after: 10, before: 12}, []int64{11}, nil, true},
		{"a thousand known ones", doubt{after: 10, before: 1013}, numbers(11, 1010), numbers(1011, 1012), true},
		{"too many: next to both bounds", doubt{after: 1000, before: 2000}, nil,
			append(numbers(1001, 1100), backwards(numbers(1900, 1999))...), false},
		{"nothing sent since", doubt{after: 10}, numbers(11, 20), numbers(21, 20+others), true},
		{"nothing sent before, in this run", doubt{before: 1000, ours: true}, []int64{990}, backwards(numbers(899, 999, 990)), true},
		{"nothing sent before, in an earlier run", doubt{before: 4}, nil, []int64{3, 2, 1}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := New(&storage.Store{}, line, Options{})
			for _, id := range tt.known {
				e.ids.note(id, time.Now())
			}
			got, whole := e.candidates(&tt.doubt)
			if !slices.Equal(got, tt.want) || whole != tt.whole {
				t.Errorf("got %v, %v\nwant %v, %v", got, whole, tt.want, tt.whole)
			}
		})
	}
}

func TestBoundIsTheFirstSentSince(t *testing.T) {
	var i ids
	moment := time.Now()
	i.note(5, moment.Add(-time.Second))
	if got := i.bound(moment); got != 0 {
		t.Errorf("bound %d before anything was sent", got)
	}
	i.note(9, moment.Add(2*time.Second))
	i.note(8, moment.Add(time.Second))
	i.note(3, moment) // began too early to tell
	if got := i.bound(moment); got != 8 {
		t.Errorf("bound %d, want 8", got)
	}
	for n := range int64(remembered) {
		i.note(100+n, moment.Add(time.Minute))
	}
	if len(i.ring) != remembered || i.bound(moment) != 100 || i.highest() != 99+remembered {
		t.Errorf("%d remembered, bound %d, highest %d", len(i.ring), i.bound(moment), i.highest())
	}
}

func TestLikeliestFirst(t *testing.T) {
	ids := []int64{11, 12, 14, 17}
	for _, tt := range []struct {
		place int
		want  []int64
	}{
		{0, []int64{11, 12, 14, 17}},
		{2, []int64{14, 12, 17, 11}},
		{9, []int64{17, 14, 12, 11}}, // was not sent, as far as one can guess
	} {
		if got := likeliest(ids, tt.place); !slices.Equal(got, tt.want) {
			t.Errorf("place %d: %v, want %v", tt.place, got, tt.want)
		}
	}
}
