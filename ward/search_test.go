package ward

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sampleWards() []Ward {
	var wards []Ward
	for _, name := range []string{"Cầu Diễn", "Đại Mỗ", "Mễ Trì", "Mỹ Đình 1", "Mỹ Đình 2", "Phương Canh", "Tây Mỗ", "Trung Văn"} {
		wards = append(wards, Ward{Name: name, Key: Fold(name)})
	}
	wards[0].Aliases = []string{"Thị trấn Cầu Diễn"}
	return wards
}

func TestParsePlace(t *testing.T) {
	for _, tt := range []struct {
		query string
		wards []string
		group string
	}{
		{"Mỹ Đình 1", []string{"Mỹ Đình 1"}, ""},
		{"my dinh 1", []string{"Mỹ Đình 1"}, ""},
		{"MYDINH2", []string{"Mỹ Đình 2"}, ""},
		{"my dinh", []string{"Mỹ Đình 1", "Mỹ Đình 2"}, ""},
		{"mo", []string{"Đại Mỗ", "Tây Mỗ"}, ""},
		{"md1", []string{"Mỹ Đình 1"}, ""},
		{"phường trung văn", []string{"Trung Văn"}, ""},
		{"p. me tri", []string{"Mễ Trì"}, ""},
		{"phuong canh", []string{"Phương Canh"}, ""},
		{"phường phương canh", []string{"Phương Canh"}, ""},
		{"thi tran cau dien", []string{"Cầu Diễn"}, ""},
		{"my dinh 1 to 12", []string{"Mỹ Đình 1"}, "12"},
		{"Mỹ Đình 1, tổ 12", []string{"Mỹ Đình 1"}, "12"},
		{"md1 tdp 3", []string{"Mỹ Đình 1"}, "3"},
		{"cau dien 5", []string{"Cầu Diễn"}, "5"},
		{"tổ 12, phường Mỹ Đình 1", []string{"Mỹ Đình 1"}, "12"},
		{"to dan pho so 7 my dinh 2", []string{"Mỹ Đình 2"}, "7"},
		{"my dinh 2 to dan pho 7", []string{"Mỹ Đình 2"}, "7"},
		{"md1 to12", []string{"Mỹ Đình 1"}, "12"},
		{"Mễ Trì tổ 5A", []string{"Mễ Trì"}, "5a"},
		{"me tri to huu tri", []string{"Mễ Trì"}, "huu tri"},
		{"to 12", nil, "12"},
		{"my dinh to 5", []string{"Mỹ Đình 1", "Mỹ Đình 2"}, "5"},
		{"my dinh 12", []string{"Mỹ Đình 1", "Mỹ Đình 2"}, "12"},
		{"ha noi", nil, ""},
		{"ha noi to 3", nil, "3"},
		{"", nil, ""},
		{"😀", nil, ""},
	} {
		found, group := ParsePlace(tt.query, sampleWards())
		var names []string
		for _, w := range found {
			names = append(names, w.Name)
		}
		if diff := cmp.Diff(tt.wards, names); diff != "" || group != tt.group {
			t.Errorf("%q: group %q, want %q; wards (-want +got):\n%s", tt.query, group, tt.group, diff)
		}
	}
}

func TestSearchGroups(t *testing.T) {
	var groups []Group
	for _, name := range []string{"Tổ 1", "Tổ 2", "Tổ 12", "Tổ 5A", "Khu đô thị Mỹ Đình"} {
		groups = append(groups, Group{Name: name, Key: Fold(name)})
	}
	groups[4].Aliases = []string{"Tổ 9"}
	for query, want := range map[string]string{
		"12": "Tổ 12", "to 12": "Tổ 12", "Tổ dân phố số 2": "Tổ 2", "01": "Tổ 1", "khu do thi": "Khu đô thị Mỹ Đình", "9": "Khu đô thị Mỹ Đình",
		"5a": "Tổ 5A", "tổ 5A": "Tổ 5A", "5": "", "7": "", "": "",
	} {
		got := ""
		if found := SearchGroups(query, groups); len(found) == 1 {
			got = found[0].Name
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
}

func TestGroupNumber(t *testing.T) {
	for name, want := range map[string]string{"Tổ 12": "12", "Tổ dân phố 3": "3", "Tổ dân phố số 03": "3", "TDP 7": "7", "5": "5", "Khu A": "", "Tổ hưu trí": ""} {
		if got := (Group{Key: Fold(name)}).Number(); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func FuzzParsePlace(f *testing.F) {
	f.Add("my dinh 1 to 12")
	f.Add("Mỹ Đình")
	f.Add("p. \x00\xff")
	f.Add("tổ 5 п к")
	wards := sampleWards()
	f.Fuzz(func(t *testing.T, query string) {
		found, group := ParsePlace(query, wards)
		if len(found) > 0 && Fold(query) == "" || Fold(group) != group {
			t.Errorf("%q: found %v, group %q", query, found, group)
		}
		SearchGroups(query, []Group{{Key: "to 1"}})
	})
}
