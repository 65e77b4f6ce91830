package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"wardbot/locales"
	"wardbot/ward"
)

// aWeek is week 28 of 2023 in the district, or in one ward.
func aWeek(wards int) ward.View {
	names := []string{"Xuân Phương", "Đại Mỗ", "Mỹ Đình 1", "Mỹ Đình 2", "Mễ Trì", "Phú Đô", "Cầu Diễn", "Trung Văn", "Tây Mỗ", "Phương Canh"}
	week := ward.WeekWith(20230712)
	v := ward.View{Period: week}
	places := func(days int, seed int) (all []ward.PlaceTally) {
		for i := range wards {
			asked := (40 + 11*i) * days
			done := asked * (50 + (i*37+seed*13)%48) / 100
			all = append(all, ward.PlaceTally{PlaceID: int64(i + 1), Name: names[i%len(names)], People: asked, Tally: ward.Tally{
				Asked: asked, Done: done, Late: done / 20, NotToday: (asked - done) / 3, Reports: done / 4, Households: done * 3 / 2,
				Active: done / max(days, 1), Groups: 12, Covered: 6 + i%7,
			}})
		}
		return all
	}
	v.Places = places(7, 0)
	v.Total, v.Before = ward.Sum(v.Places), ward.Sum(places(7, 3))
	for day := week.From; day <= week.To; day = day.Add(1) {
		p := places(1, int(day))
		if day == week.To { // nothing is sent on Sunday
			for i := range p {
				p[i].Tally = ward.Tally{Groups: 12}
			}
		}
		v.Days = append(v.Days, ward.Column{Period: ward.Period{From: day, To: day}, Places: p, Total: ward.Sum(p)})
	}
	for i := range 12 {
		p := places(7, i)
		v.Weeks = append(v.Weeks, ward.Column{Period: ward.WeekWith(week.From.Add(7 * (i - 11))), Places: p, Total: ward.Sum(p)})
	}
	return v
}

// rows are so many reports.
func rows(n int) iter.Seq2[ward.ReportRow, error] {
	return func(yield func(ward.ReportRow, error) bool) {
		for i := range n {
			r := ward.ReportRow{Day: 20230710, Ward: "Mỹ Đình 1", Group: "Tổ 12", Task: "Nhắc bà con kiểm tra bình chữa cháy", Person: "Nguyễn Thị Hạnh"}
			r.Code, r.Households, r.HasCount, r.Text = fmt.Sprintf("MD1-1207-%02d", i+1), i%15, true, "Bà con hưởng ứng, nhà nào cũng có bình."
			r.State = ward.ReportState(1 + i%2)
			if !yield(r, nil) {
				return
			}
		}
	}
}

func written(t testing.TB, lang locales.Language, v ward.View, reports iter.Seq2[ward.ReportRow, error]) *excelize.File {
	t.Helper()
	c, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Book(&b, c.In(lang), "Hội LHPN phường", v, reports); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func TestBook(t *testing.T) {
	f := written(t, locales.Vietnamese, aWeek(10), rows(30))
	if got, want := f.GetSheetList(), []string{"Tuần 28-2023", "Theo ngày", "Báo cáo"}; !cmp.Equal(got, want) {
		t.Fatalf("sheets %q", got)
	}
	for _, tt := range []struct{ sheet, cell, want string }{
		{"Tuần 28-2023", "A1", "Tuần 28 (10/07/2023 – 16/07/2023)"},
		{"Tuần 28-2023", "A2", "Hội LHPN phường"},
		{"Tuần 28-2023", "B4", "Phường"},
		{"Tuần 28-2023", "I4", "Tỷ lệ"},
		{"Tuần 28-2023", "B5", "Cầu Diễn"}, // Vietnamese order
		{"Tuần 28-2023", "B6", "Đại Mỗ"},
		{"Tuần 28-2023", "B15", "Tổng cộng"},
		{"Tuần 28-2023", "B16", "Tuần 27-2023"},
		{"Theo ngày", "C4", "T2 10/07"},
		{"Theo ngày", "I4", "CN 16/07"},
		{"Theo ngày", "I5", ""}, // nothing was asked
		{"Báo cáo", "A5", "10/07/2023"},
		{"Báo cáo", "B34", "MD1-1207-30"},
	} {
		if got, err := f.GetCellValue(tt.sheet, tt.cell); err != nil || got != tt.want {
			t.Errorf("%s!%s = %q, %v; want %q", tt.sheet, tt.cell, got, err, tt.want)
		}
	}
	v := aWeek(10)
	asked, err := f.GetCellValue("Tuần 28-2023", "C15", excelize.Options{RawCellValue: true})
	if want := fmt.Sprint(v.Total.Asked); err != nil || asked != want {
		t.Errorf("asked in all: %s, want %s (%v)", asked, want, err)
	}
}

// Of a ward, people whose group is not known are in the total and in a line of
// their own, so that the column adds up.
func TestBookOfAWard(t *testing.T) {
	v := aWeek(3)
	v.Ward = ward.Ward{ID: 7, Name: "Mỹ Đình 1"}
	v.Total = v.Total.Add(ward.Tally{Asked: 5, Done: 2})
	v.Places[1].Target = 80
	f := written(t, locales.English, v, NoReports)
	if got, want := f.GetSheetList(), []string{"Week 28-2023", "By day"}; !cmp.Equal(got, want) {
		t.Fatalf("sheets %q", got)
	}
	for _, tt := range []struct{ cell, want string }{
		{"A1", "Week 28 (10 Jul 2023 – 16 Jul 2023) · Mỹ Đình 1 ward"}, {"B8", "Group not known"}, {"C8", "5"}, {"J4", "Target"}, {"J5", "80.0%"}, {"I11", "−3.7 points"},
	} {
		if got, err := f.GetCellValue("Week 28-2023", tt.cell); err != nil || got != tt.want {
			t.Errorf("%s = %q, %v; want %q", tt.cell, got, err, tt.want)
		}
	}
}

// What is hidden is one line, the same in every kind of file, and the lines add
// up to the total.
func TestTheRestIsOneLine(t *testing.T) {
	v := aWeek(4)
	v.Ward, v.Loose = ward.Ward{ID: 7, Name: "Mỹ Đình 1"}, 4
	v.Total = v.Total.Add(ward.Tally{Asked: 5, Done: 2})
	v.Places[1].People = 3
	shown := v.Without(v.Few(func(int64) bool { return false }), nil)
	asked := v.Total.Asked - v.Places[2].Asked - v.Places[3].Asked // on one day the small group would be alone
	vi := texts(t, locales.Vietnamese)
	const name = "Tổ ít người, chưa rõ tổ"
	sheet, err := written(t, locales.Vietnamese, shown, NoReports).GetRows("Tuần 28-2023")
	if err != nil {
		t.Fatal(err)
	}
	if got := sheet[headerRow+2]; got[1] != name || got[2] != strconv.Itoa(asked) {
		t.Errorf("the sheet says %q", got)
	}
	var b strings.Builder
	if err := CSV(&b, vi, shown); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := lines[3]; got[0] != name || got[1] != strconv.Itoa(asked) || len(lines) != 5 {
		t.Errorf("the file says %q", lines)
	}
	for column := range lines[0][1:] {
		sum := 0
		for _, line := range lines[1:4] {
			n, _ := strconv.Atoi(line[column+1])
			sum += n
		}
		if rate := lines[0][column+1] == vi.Plain("table.rate"); !rate && strconv.Itoa(sum) != lines[4][column+1] {
			t.Errorf("%s: the lines add up to %d, the total is %s", lines[0][column+1], sum, lines[4][column+1])
		}
	}
	if table := TerminalTable(vi, "", shown); !strings.Contains(table, name) {
		t.Errorf("the table:\n%s", table)
	}
}

// Nothing that a person wrote is ever a formula, in no kind of file.
func TestNoFormulas(t *testing.T) {
	v := aWeek(1)
	evil := []string{`=HYPERLINK("http://evil.example","x")`, "+84912345678", "-5 hộ", "@SUM(A1)", "\t=1+1"}
	for i, s := range evil {
		v.Places = append(v.Places, ward.PlaceTally{PlaceID: int64(100 + i), Name: s})
	}
	f := written(t, locales.Vietnamese, v, func(yield func(ward.ReportRow, error) bool) {
		for _, s := range evil {
			r := ward.ReportRow{Day: 20230710, Ward: s, Group: s, Task: s, Person: s}
			r.Code, r.Text = s, s
			if !yield(r, nil) {
				return
			}
		}
	})
	for _, sheet := range f.GetSheetList() {
		lines, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, line := range lines {
			for x := range line {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, err := f.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s!%s is the formula %q (%v)", sheet, at, formula, err)
				}
			}
		}
	}
	var b strings.Builder
	if err := CSV(&b, texts(t, locales.Vietnamese), v); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), byteOrderMark))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if strings.ContainsAny(line[0][:1], "=+-@\t") {
			t.Errorf("a formula: %q", line[0])
		}
	}
	if !strings.HasPrefix(b.String(), byteOrderMark) || len(lines) != 8 {
		t.Errorf("%d lines: %s", len(lines), b.String())
	}
}

func TestNames(t *testing.T) {
	vi, en := texts(t, locales.Vietnamese), texts(t, locales.English)
	inWard := ward.View{Period: ward.WeekWith(20230712), Ward: ward.Ward{ID: 1, Name: "Mỹ Đình 1"}}
	for _, tt := range []struct{ got, want string }{
		{BookName(vi, ward.View{Period: ward.WeekWith(20230712)}), "bao-cao-tuan-28-2023.xlsx"},
		{BookName(vi, inWard), "bao-cao-tuan-28-2023-my-dinh-1.xlsx"},
		{BookName(en, inWard), "report-week-28-2023-my-dinh-1.xlsx"},
		{BookName(vi, ward.View{Period: ward.WeekWith(20230101)}), "bao-cao-tuan-52-2022.xlsx"},
		{CSVName(vi, ward.View{Period: ward.MonthOf(20230712)}), "bao-cao-thang-7-2023.csv"},
		{CSVName(vi, ward.View{Period: ward.YearOf(20230712)}), "bao-cao-nam-2023.csv"},
		{PictureName(vi, ward.View{Period: ward.Period{From: 20230705, To: 20230714}}, "bars"), "bao-cao-05-07-2023-14-07-2023-bars.png"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestBookOfNothing(t *testing.T) {
	f := written(t, locales.Vietnamese, ward.View{Period: ward.MonthOf(20230201)}, NoReports)
	if got := f.GetSheetList(); !cmp.Equal(got, []string{"Tháng 2-2023"}) {
		t.Errorf("sheets %q", got)
	}
}

// A report that cannot be read ends the book with its error.
func TestBookOfBrokenReports(t *testing.T) {
	broken := fmt.Errorf("the disk")
	err := Book(&bytes.Buffer{}, texts(t, locales.Vietnamese), "x", aWeek(1), func(yield func(ward.ReportRow, error) bool) { yield(ward.ReportRow{}, broken) })
	if err == nil || !strings.Contains(err.Error(), "the disk") {
		t.Errorf("got %v", err)
	}
}

// BenchmarkBook writes a week with 100,000 reports and says how much memory
// that takes at the most.
func BenchmarkBook(b *testing.B) {
	c, err := locales.Load(nil)
	if err != nil {
		b.Fatal(err)
	}
	v := aWeek(10)
	b.ReportAllocs()
	for b.Loop() {
		var peak uint64
		if err := Book(&counter{}, c.In(locales.Vietnamese), "Hội LHPN phường", v, watched(rows(100_000), &peak)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(peak)/1e6, "MB-peak")
	}
}
