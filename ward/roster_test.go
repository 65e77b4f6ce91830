package ward_test

import (
	"testing"

	"wardbot/ward"
)

func TestPhone(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		ok         bool
	}{
		{"0912 345 678", "+84912345678", true}, {"84912345678", "+84912345678", true}, {"+84 (0)912-345-678", "+84912345678", true},
		{"0084912345678", "+84912345678", true}, {"912345678", "+84912345678", true}, {"0841234567", "+84841234567", true},
		{"841234567", "+84841234567", true}, {"024 3765 0000", "", false}, {"0112345678", "", false}, {"09123456789", "", false},
		{"0912a45678", "", false}, {"", "", false}, {"٠٩١٢٣٤٥٦٧٨", "", false}, {"+0912345678+", "", false},
	} {
		if got, ok := ward.Phone(tt.text); got != tt.want || ok != tt.ok {
			t.Errorf("%q: got %q, %v", tt.text, got, ok)
		}
	}
	if got := ward.MaskPhone("+84912345678"); got != "0912 ••• 678" {
		t.Errorf("masked: %q", got)
	}
	if got := ward.MaskPhone("x"); got != "" {
		t.Errorf("masked: %q", got)
	}
}

func TestArea(t *testing.T) {
	for _, tt := range []struct {
		area  ward.Area
		wards []int64
		want  bool
	}{
		{ward.In(1), []int64{1}, true}, {ward.In(1), []int64{2, 1}, true}, {ward.In(1), []int64{2}, false}, {ward.In(1), nil, false},
		{ward.In(0), []int64{1}, false}, {ward.Area{}, []int64{1}, false}, {ward.Area{WardIDs: []int64{1, 2}}, []int64{1}, false},
		{ward.Area{WardIDs: []int64{1, 2}}, []int64{1, 2}, true}, {ward.Area{WardIDs: []int64{1}, Everywhere: true}, []int64{1}, false},
	} {
		if got := tt.area.Within(tt.wards...); got != tt.want {
			t.Errorf("%+v within %v: %v", tt.area, tt.wards, got)
		}
	}
}
