package locales

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFormats(t *testing.T) {
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	vi, en := c.In(Vietnamese), c.In(English)
	at := time.Date(2023, time.July, 12, 7, 30, 5, 0, time.UTC)
	for _, tt := range []struct{ what, got, want string }{
		{"small", vi.Number(999), "999"},
		{"thousands", vi.Number(2223), "2.223"},
		{"thousands in English", en.Number(2223), "2,223"},
		{"millions", vi.Number(1000000), "1.000.000"},
		{"negative", vi.Number(-1450), "-1.450"},
		{"share", vi.Percent(92, 100), "92,0%"},
		{"share in English", en.Percent(1, 8), "12.5%"},
		{"share of nothing", vi.Percent(0, 0), "–"},
		{"whole share", vi.PercentWhole(2, 3), "66%"},
		{"nearly all is not all", vi.PercentWhole(2222, 2223), "99%"},
		{"whole share of nothing", vi.PercentWhole(0, 0), "–"},
		{"clock", vi.Clock(at), "07:30"},
		{"seconds", vi.Seconds(at), "07:30:05"},
		{"day", vi.Day(at), "Thứ Tư, 12/07"},
		{"day in English", en.Day(at), "Wed, 12 Jul"},
		{"Sunday", vi.Day(at.AddDate(0, 0, 4)), "Chủ Nhật, 16/07"},
		{"date", vi.Date(at), "12/07/2023"},
		{"date in English", en.Date(at), "12 Jul 2023"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
		}
	}
}

func TestLanguageOfAnApp(t *testing.T) {
	for code, want := range map[string]Language{"": Vietnamese, "vi": Vietnamese, "en": English, "en-GB": English, "fr": Vietnamese, "enx": Vietnamese} {
		if got := Of(code); got != want {
			t.Errorf("%q: got %s, want %s", code, got, want)
		}
	}
}

func TestSorted(t *testing.T) {
	self := func(s string) string { return s }
	got := Sorted([]string{"Xuân Phương", "Tổ 10", "Đại Mỗ", "Tổ 2", "Cầu Diễn", "Dịch Vọng", "Ân Thi", "An Khánh"}, self)
	want := []string{"An Khánh", "Ân Thi", "Cầu Diễn", "Dịch Vọng", "Đại Mỗ", "Tổ 2", "Tổ 10", "Xuân Phương"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	got = SortedPeople([]string{"Trần Thị Hạnh", "Nguyễn Văn An", "Lê Ánh", "Nguyễn Thị Hạnh", ""}, self)
	want = []string{"", "Nguyễn Văn An", "Lê Ánh", "Nguyễn Thị Hạnh", "Trần Thị Hạnh"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
}
