package picture

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"wardbot/locales"
	"wardbot/ward"
)

func TestCaption(t *testing.T) {
	vi, en := texts(t, locales.Vietnamese), texts(t, locales.English)
	v := ward.View{
		Period: week,
		Total:  ward.Tally{Asked: 2223, Done: 1633, NotToday: 200, Reports: 41, Households: 1204, Groups: 139, Covered: 131},
	}
	before := v
	before.Before = ward.Tally{Asked: 1000, Done: 701}
	for _, tt := range []struct {
		what string
		t    *locales.Texts
		view ward.View
		want string
	}{
		{
			"district", vi, before, "Mọi phường · Tuần 28 · 10/07 – 16/07/2023\n" +
				"73,5% đã làm: 1.633/2.223 lượt. 200 lượt bận, 390 lượt chưa trả lời.\n41 báo cáo, 1.204 hộ, 131/139 tổ có người làm. Kỳ trước: 70,1%.",
		},
		{
			"a ward, nothing before, in English", en, of("Mễ Trì", v), "Mễ Trì ward · Week 28 · 10 Jul – 16 Jul 2023\n" +
				"73.5% done: 1,633/2,223 tasks. 200 not today, 390 silent.\n41 reports, 1,204 households, 131/139 groups active.",
		},
		{"no tasks", vi, ward.View{Period: ward.YearOf(20230101)}, "Mọi phường · Năm 2023\nTrong thời gian này chưa có việc nào được gửi."},
	} {
		if diff := cmp.Diff(tt.want, Caption(tt.t, tt.view)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.what, diff)
		}
	}
	if n := len(utf16.Encode([]rune(Caption(vi, of(strings.Repeat("𠀀", 900), v))))); n > maxCaption {
		t.Errorf("a caption of %d units", n)
	}
}

func TestPeriodsInWords(t *testing.T) {
	vi, en := texts(t, locales.Vietnamese), texts(t, locales.English)
	for _, tt := range []struct{ got, want string }{
		{period(vi, ward.Period{From: 20230712, To: 20230712}), "Thứ Tư, 12/07"},
		{period(vi, ward.MonthOf(20230712)), "Tháng 7/2023"},
		{period(en, ward.MonthOf(20230712)), "July 2023"},
		{period(vi, ward.YearOf(20230712)), "Năm 2023"},
		{period(vi, ward.Period{From: 20230712, To: 20230720}), "12/07 – 20/07/2023"},
		{period(vi, ward.Period{From: 20221226, To: 20230105}), "26/12/2022 – 05/01/2023"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestContrast(t *testing.T) {
	if got := contrast(hex(0), hex(0xffffff)); got < 20.99 || got > 21.01 {
		t.Fatalf("black on white has %.2f:1", got)
	}
	for theme, p := range palettes {
		tinted, tiles := mix(p.paper, p.accent, 0.10), mix(p.paper, p.track, 0.6)
		bad := ward.Tally{Asked: 10, Done: 1}
		good := ward.Tally{Asked: 10, Done: 9}
		for _, pair := range []struct {
			what string
			got  float64
		}{
			{"ink on paper", contrast(p.ink, p.paper)}, {"muted on paper", contrast(p.muted, p.paper)},
			{"accent on paper", contrast(p.accent, p.paper)}, {"amber on paper", contrast(p.amber, p.paper)},
			{"ink on track", contrast(p.ink, p.track)}, {"ink on a good share", contrast(p.ink, p.under(good))},
			{"ink on a low share", contrast(p.ink, p.under(bad))}, {"muted on a tile", contrast(p.muted, tiles)},
			{"muted on a card", contrast(p.muted, tinted)}, {"accent on a card", contrast(p.accent, tinted)},
		} {
			if pair.got < 4.5 {
				t.Errorf("theme %d: %s has %.2f:1", theme, pair.what, pair.got)
			}
		}
		for share := range 101 {
			ground := p.heat(ward.Tally{Asked: 100, Done: share})
			if got := contrast(inkOn(ground), ground); got < 4.5 {
				t.Errorf("theme %d: a cell of %d%% has %.2f:1", theme, share, got)
			}
		}
	}
}

func TestNamesAreFitted(t *testing.T) {
	c := newCanvas(Light)
	for _, tt := range []struct {
		name string
		room float64
		want string
		size float64
	}{
		{"Me\u0302\u0303 Tri\u0300", 400, "Mễ Trì", 42},
		{"Tổ 🌸 12", 400, "Tổ 12", 42},
		{"Khu tập thể Nhà máy", 350, "Khu tập thể Nhà máy", 34},
		{"Khu tập thể Nhà máy Cơ khí", 300, "Khu tập thể Nhà m…", 30},
	} {
		got, s := c.fit(tt.name, plain(42), 30, tt.room)
		if got != tt.want || s.size != tt.size || c.measure(got, s) > tt.room {
			t.Errorf("%q: got %q at %v, %v wide", tt.name, got, s.size, c.measure(got, s))
		}
	}
}

// The race detector looks on.
func TestManyAtOnce(t *testing.T) {
	vi, v := texts(t, locales.Vietnamese), view(week, wards...)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := Bars(vi, light, v); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// Whatever a caller leaves out of Places is in no picture, though its days
// are still in the view.
func TestHiddenPlacesAreNotDrawn(t *testing.T) {
	vi, v := texts(t, locales.Vietnamese), view(week, wards...)
	v.Places = nil
	for name, draw := range map[string]drawing{"bars": Bars, "heat": Heat} {
		got, err := draw(vi, light, v)
		if err != nil {
			t.Fatal(err)
		}
		looksLike(t, name+"-hidden", got)
	}
}
