package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wardbot/ward"
)

func TestReadPlaces(t *testing.T) {
	rows, err := readPlaces(strings.NewReader("\ufeffward,group,aliases\r\nMỹ Đình 1,Tổ 12,to muoi hai; khu A \r\nTrung Văn,\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []ward.PlaceRow{{Ward: "Mỹ Đình 1", Group: "Tổ 12", Aliases: []string{"to muoi hai", "khu A"}}, {Ward: "Trung Văn"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestReadPlacesExplainsEveryBadRow(t *testing.T) {
	_, err := readPlaces(strings.NewReader("ward,group\n,Tổ 1\nMỹ Đình 1,Tổ 1\nmy dinh 1,to 1\nA,B,C,D\n" + strings.Repeat("x", 50) + ",1\n"))
	if err == nil {
		t.Fatal("no bad row was seen")
	}
	for _, want := range []string{"line 2: the ward is missing", "line 4: the same place as line 3", "line 5: 4 columns", "line 6: a name is longer"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the reasons:\n%v", want, err)
		}
	}
	if _, err := readPlaces(strings.NewReader("ward,group\n")); err == nil {
		t.Error("an empty file was taken")
	}
	if _, err := readPlaces(strings.NewReader("\"open")); err == nil {
		t.Error("broken CSV was taken")
	}
}

func TestSampleDistrict(t *testing.T) {
	rows, err := readPlaces(strings.NewReader(string(samplePlaces)))
	if err != nil {
		t.Fatal(err)
	}
	wards := map[string]bool{}
	for _, r := range rows {
		wards[r.Ward] = true
	}
	if len(rows) != 139 || len(wards) != 10 {
		t.Errorf("%d groups in %d wards", len(rows), len(wards))
	}
}
