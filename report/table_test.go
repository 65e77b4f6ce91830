package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"wardbot/locales"
	"wardbot/ward"
)

func texts(t *testing.T, lang locales.Language) *locales.Texts {
	t.Helper()
	c, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.In(lang)
}

// district is three wards out of order, one of them typed with loose accents.
func district() []ward.PlaceTally {
	return []ward.PlaceTally{
		{Name: "Xuân Phương", Tally: ward.Tally{Groups: 12}},
		{Name: norm.NFD.String("Mỹ Đình 1"), Tally: ward.Tally{Asked: 1251, Done: 1151, Late: 20, NotToday: 37, Reports: 412, Households: 2223, Active: 1151, Groups: 14, Covered: 13}},
		{Name: "Đại Mỗ", Tally: ward.Tally{Asked: 8, Done: 1, NotToday: 1, Reports: 1, Households: 5, Active: 1, Groups: 10, Covered: 1}},
	}
}

func TestTable(t *testing.T) {
	for _, tt := range []struct {
		name   string
		lang   locales.Language
		title  string
		places []ward.PlaceTally
		want   string
	}{
		{"by ward", locales.Vietnamese, "Hôm nay · <12/07>", district(), `<b>Hôm nay · &lt;12/07&gt;</b>
<pre>Đại Mỗ              1/8 12,5%
Mỹ Đình 1   1.151/1.251 92,0%
Xuân Phương         0/0     –</pre>
91,5% đã làm (1.152/1.259) · 38 bận · 69 chưa trả lời
413 báo cáo · 2.228 hộ · 14/36 tổ có người làm`},
		{"in English", locales.English, "Today", district(), `<b>Today</b>
<pre>Đại Mỗ              1/8 12.5%
Mỹ Đình 1   1,151/1,251 92.0%
Xuân Phương         0/0     –</pre>
91.5% done (1,152/1,259) · 38 not today · 69 silent
Reports: 413 · households: 2,228 · active groups: 14/36`},
		{"groups in their order, a name too long", locales.Vietnamese, "Mễ Trì", []ward.PlaceTally{
			{Name: "Tổ 10", Tally: ward.Tally{Asked: 2, Done: 2, Groups: 1, Covered: 1}},
			{Name: "Tổ 2", Tally: ward.Tally{Asked: 3, Groups: 1}},
			{Name: "Khu đô thị Mỹ Đình & Mễ Trì Hạ số 2", Tally: ward.Tally{Asked: 10, Done: 5, Groups: 1, Covered: 1}},
		}, `<b>Mễ Trì</b>
<pre>Khu đô thị Mỹ Đình &amp;…  5/10  50,0%
Tổ 2                    0/3   0,0%
Tổ 10                   2/2 100,0%</pre>
46,7% đã làm (7/15) · 0 bận · 8 chưa trả lời
0 báo cáo · 0 hộ · 2/3 tổ có người làm`},
		{"no tasks", locales.Vietnamese, "Hôm nay", []ward.PlaceTally{{Name: "Mễ Trì"}}, "<b>Hôm nay</b>\nChưa có việc nào được gửi."},
		{"no places", locales.English, "Today", nil, "<b>Today</b>\nNo task has been sent yet."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Table(texts(t, tt.lang), tt.title, ward.View{Places: tt.places, Total: ward.Sum(tt.places)})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			_, table, _ := strings.Cut(got, "<pre>")
			table, _, _ = strings.Cut(table, "</pre>")
			for line := range strings.Lines(strings.ReplaceAll(table, "&amp;", "&")) {
				if n := width(strings.TrimSuffix(line, "\n")); strings.Contains(got, "<pre>") && n > chatWidth {
					t.Errorf("%q is %d wide, a phone shows %d", line, n, chatWidth)
				}
			}
		})
	}
}

// What everybody reads below the table need not be all that is in it: places
// that are too small to be shown still count.
func TestTableOfNoneShown(t *testing.T) {
	want := `<b>Hôm nay</b>
50,0% đã làm (1/2) · 0 bận · 1 chưa trả lời
0 báo cáo · 0 hộ · 1/1 tổ có người làm`
	got := Table(texts(t, locales.Vietnamese), "Hôm nay", ward.View{Total: ward.Tally{Asked: 2, Done: 1, Groups: 1, Covered: 1}})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTerminalTable(t *testing.T) {
	places := district()
	for _, tt := range []struct {
		lang   locales.Language
		places []ward.PlaceTally
		want   string
	}{
		{locales.Vietnamese, places, `Tuần 28
Phường       Được giao  Đã làm  Sau hạn  Bận  Chưa trả lời  Tỷ lệ  Báo cáo     Hộ
─────────────────────────────────────────────────────────────────────────────────
Đại Mỗ               8       1        0    1             6  12,5%        1      5
Mỹ Đình 1        1.251   1.151       20   37            63  92,0%      412  2.223
Xuân Phương          0       0        0    0             0      –        0      0
─────────────────────────────────────────────────────────────────────────────────
Tổng cộng        1.259   1.152       20   38            69  91,5%      413  2.228
`},
		{locales.English, nil, `Tuần 28
Ward   Asked  Done  Late  Not today  Silent  Rate  Reports  Households
──────────────────────────────────────────────────────────────────────
──────────────────────────────────────────────────────────────────────
Total      0     0     0          0       0     –        0           0
`},
	} {
		got := TerminalTable(texts(t, tt.lang), "Tuần 28", ward.View{Places: tt.places, Total: ward.Sum(tt.places)})
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.lang, diff)
		}
	}
}
