package ward

import (
	"testing"
)

func counted(id int64, people, asked, done int) PlaceTally {
	return PlaceTally{PlaceID: id, People: people, Tally: Tally{Asked: asked, Done: done}}
}

func nobody(int64) bool { return false }

func ids(few map[int64]bool) (sum int64) {
	for id := range few {
		sum |= 1 << id
	}
	return sum
}

func TestFew(t *testing.T) {
	district := []PlaceTally{counted(1, 40, 40, 30), counted(2, 4, 4, 2), counted(3, 0, 0, 0)}
	groups := []PlaceTally{counted(1, 12, 12, 9), counted(2, 4, 4, 2), counted(3, 9, 9, 1), counted(4, 20, 20, 20)}
	idle := []PlaceTally{counted(1, 12, 12, 9), counted(2, 0, 0, 0)}
	quiet := []PlaceTally{counted(1, 12, 12, 9), counted(2, 3, 3, 1), counted(3, 4, 0, 0)}
	all := View{Ward: Ward{ID: 9}, Places: []PlaceTally{counted(1, 12, 12, 9), counted(2, 8, 8, 8)}, Loose: 3, Total: Tally{Asked: 23, Done: 18}}
	many := all
	many.Loose = 7
	oneDay := View{Ward: Ward{ID: 9}, Places: groups, Days: []Column{{Places: []PlaceTally{counted(1, 12, 12, 9), counted(2, 4, 4, 2), counted(3, 9, 0, 0), counted(4, 20, 20, 9)}}}}
	left := []PlaceTally{counted(1, 12, 12, 9), counted(2, 0, 3, 1), counted(3, 6, 6, 6)}
	for _, tt := range []struct {
		name string
		v    View
		open func(int64) bool
		want int64 // bits
	}{
		{"small wards", View{Places: district}, nobody, 1<<2 | 1<<3},
		{"but not one's own", View{Places: district}, func(id int64) bool { return id == 2 }, 1 << 3},
		{"a second group, or the first is the difference", View{Ward: Ward{ID: 9}, Places: groups}, nobody, 1<<2 | 1<<3},
		{"nobody was ever asked there", View{Ward: Ward{ID: 9}, Places: idle}, nobody, 1 << 2},
		{"who was asked there has left", View{Ward: Ward{ID: 9}, Places: left}, nobody, 1<<2 | 1<<3},
		{"one that nobody was asked in hides none", View{Ward: Ward{ID: 9}, Places: quiet}, nobody, 1<<1 | 1<<2 | 1<<3},
		{"few people without a group", all, nobody, 1 << 2},
		{"enough people without a group", many, nobody, 0},
		{"alone on one day", oneDay, nobody, 1<<1 | 1<<2 | 1<<3},
		{"small once is small always", View{Places: []PlaceTally{counted(1, 9, 9, 9)}, Weeks: []Column{{Places: []PlaceTally{counted(1, 3, 3, 3)}}}}, nobody, 1 << 1},
	} {
		if got := ids(tt.v.Few(tt.open)); got != tt.want {
			t.Errorf("%s: left out %b, want %b", tt.name, got, tt.want)
		}
	}
}

// TestNothingBySubtraction takes away whatever is shown from whatever is
// shown: less than five people must never be what is left.
func TestNothingBySubtraction(t *testing.T) {
	places := []PlaceTally{counted(1, 40, 40, 30), counted(2, 4, 4, 2), counted(3, 6, 6, 6)}
	column := Column{Places: places, Total: Sum(places)}
	v := View{Places: places, Total: Sum(places), Before: Sum(places), Days: []Column{column}, Weeks: []Column{column}, Months: []Column{column},
		Figures: []Figure{{WardID: 1, N: 10}, {WardID: 2, N: 3}}}
	got := v.Without(v.Few(nobody), places)
	want := Tally{Asked: 46, Done: 36}
	if got.Total != want || got.Before != want || got.Days[0].Total != want || got.Weeks[0].Total != want || got.Months[0].Total != want {
		t.Errorf("the district still counts the small ward: %+v", got)
	}
	if len(got.Places) != 2 || len(got.Days[0].Places) != 2 || len(got.Weeks[0].Places) != 2 || len(got.Figures) != 1 {
		t.Errorf("the small ward is still there: %+v", got)
	}
	if len(v.Places) != 3 || len(v.Days[0].Places) != 3 || len(v.Figures) != 2 {
		t.Error("the whole view has changed")
	}

	// Of a ward, the total is known from the district.
	v.Ward.ID = 9
	got = v.Without(v.Few(nobody), nil)
	missing := got.Total.Asked - Sum(got.Places).Asked
	if got.Total != v.Total || missing < MinShown || got.Rest() != (Tally{Asked: 10, Done: 8}) || got.Hidden != 2 {
		t.Errorf("%d people are left by subtraction: %+v", missing, got.Rest())
	}
}

func TestPraises(t *testing.T) {
	before := []PlaceTally{counted(1, 9, 9, 0), counted(2, 9, 9, 9), counted(3, 9, 10, 3), counted(4, 9, 10, 5)}
	now := []PlaceTally{counted(1, 9, 9, 1), counted(2, 9, 9, 9), counted(3, 9, 10, 6), counted(4, 9, 10, 5)}
	v := View{Places: now, Total: Sum(now), Before: Sum(before), Weeks: []Column{{Places: before}, {Places: now}}}
	v.Total.Households = 12
	var got []PraiseKind
	for _, p := range v.Praises() {
		got = append(got, p.Kind)
		if len(p.Places) != 1 || p.Places[0].PlaceID != int64(p.Kind) {
			t.Errorf("praise %d is about %+v", p.Kind, p.Places)
		}
	}
	if len(got) != 3 || got[0] != PraiseBack || got[1] != PraiseAll || got[2] != PraiseBetter {
		t.Errorf("praises %v", got)
	}
	v.Places, v.Weeks = nil, nil
	if all := v.Praises(); len(all) != 2 || all[0].Kind != PraiseRise || all[1].Kind != PraiseHomes {
		t.Errorf("of the whole: %+v", all)
	}
	if all := (View{}).Praises(); len(all) != 0 {
		t.Errorf("nothing happened, and %+v", all)
	}
}
