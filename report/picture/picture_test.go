package picture

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"wardbot/locales"
	"wardbot/ward"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew; full-sized ones into -into")
var into = flag.String("into", "", "a folder for full-sized pictures, to be looked at")

var (
	org   = "Ban điều phối quận Nam Từ Liêm"
	at    = time.Date(2023, time.July, 16, 20, 0, 0, 0, time.UTC)
	light = Card{Organisation: org, At: at}
	dark  = Card{Organisation: org, At: at, Theme: Dark}
	week  = ward.WeekWith(20230716)
	wards = []string{"Cầu Diễn", "Đại Mỗ", "Mễ Trì", "Mỹ Đình 1", "Mỹ Đình 2", "Phú Đô", "Phương Canh", "Tây Mỗ", "Trung Văn", "Xuân Phương"}
)

func texts(t testing.TB, lang locales.Language) *locales.Texts {
	t.Helper()
	c, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.In(lang)
}

// tally is some tally: shares between 30 and 100 percent that look like life.
func tally(place, day int) ward.Tally {
	asked := 20 + (place*37+11)%17
	share := 98 - (place*place*7+day*day)%62
	if place%10 == 9 {
		share = share * 2 / 5 // one place has a bad week
	}
	done := asked * share / 100
	return ward.Tally{
		Asked: asked, Done: done, Late: done / 9, NotToday: (asked - done) / 3, Reports: done / 5,
		Households: 3 * done, Active: done, Groups: 12, Covered: 8 + place%5,
	}
}

func column(p ward.Period, names []string, seed int) ward.Column {
	c := ward.Column{Period: p}
	for i, name := range names {
		c.Places = append(c.Places, ward.PlaceTally{PlaceID: int64(i + 1), Name: name, People: 30, Tally: tally(i, seed)})
	}
	c.Total = ward.Sum(c.Places)
	return c
}

func view(p ward.Period, names ...string) ward.View {
	v := ward.View{Period: p}
	for d := range min(p.Days(), 32) {
		day := p.From.Add(d)
		v.Days = append(v.Days, column(ward.Period{From: day, To: day}, names, d))
	}
	sum := column(p, names, 0)
	for i := range sum.Places {
		sum.Places[i].Tally = ward.Tally{}
		for _, d := range v.Days {
			n := sum.Places[i].Add(d.Places[i].Tally)
			n.Groups, n.Covered = 12, d.Places[i].Covered
			sum.Places[i].Tally = n
		}
	}
	v.Places, v.Total = sum.Places, ward.Sum(sum.Places)
	if p.Days() > 31 {
		v.Days = nil
	}
	v.Before = v.Total
	v.Before.Done -= v.Total.Done / 19
	for i := range 12 {
		w := column(ward.WeekWith(p.To.Add(-7*(11-i))), names, 11-i)
		w.Total.Done = w.Total.Asked * (41 + 3*i - 5*(i%3)) / 100
		v.Weeks = append(v.Weeks, w)
	}
	v.Weeks[11].Total = v.Total
	return v
}

func groups(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = "Tổ " + string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10))
		if i < 9 {
			names[i] = "Tổ " + string(rune('1'+i))
		}
	}
	return names
}

func of(name string, v ward.View) ward.View {
	v.Ward = ward.Ward{ID: 1, Name: name}
	return v
}

type drawing func(*locales.Texts, Card, ward.View) ([]byte, error)

func TestPictures(t *testing.T) {
	vi, en := texts(t, locales.Vietnamese), texts(t, locales.English)
	long := "Cụm dân cư số 7 khu tập thể Nhà máy Cơ khí Hà Nội, phường Đại"
	nfd := []string{"Mê\u0303 Tri\u0300", "\u0110a\u0323i Mo\u0302\u0303", "Ằ Ễ Ỗ Ữ Ẵ 🌸", long}
	empty := ward.View{Period: week}
	gap := view(week, wards...)
	gap.Weeks[4].Total, gap.Weeks[5].Total, gap.Days[2].Places[3].Tally = ward.Tally{}, ward.Tally{}, ward.Tally{}
	low := of("Xuân Phương", view(week, "Tổ 1"))
	low.Total.Done = low.Total.Asked / 3
	thanks := func(name string) drawing {
		return func(t *locales.Texts, card Card, _ ward.View) ([]byte, error) {
			return Thanks(t, card, ThanksCard{Name: name, Place: "Tổ 12, phường Mỹ Đình 1", Period: ward.YearOf(20230716), Done: 48, Households: 1204})
		}
	}
	for _, tt := range []struct {
		name string
		t    *locales.Texts
		card Card
		draw drawing
		view ward.View
	}{
		{"bars", vi, light, Bars, view(week, wards...)},
		{"bars-dark", en, dark, Bars, view(week, wards...)},
		{"bars-names", vi, light, Bars, of("Ằ Ễ", view(week, nfd...))},
		{"bars-one", vi, light, Bars, of("Mỹ Đình 1", view(week, "Tổ 12"))},
		{"bars-18", vi, light, Bars, of("Mỹ Đình 1", view(week, groups(18)...))},
		{"bars-40", vi, light, Bars, of("Mỹ Đình 1", view(week, groups(40)...))},
		{"bars-40-dark", vi, dark, Bars, view(week, append(groups(30), wards...)...)},
		{"bars-empty", vi, light, Bars, empty},
		{"heat", vi, light, Heat, view(week, wards...)},
		{"heat-dark", en, dark, Heat, view(week, wards...)},
		{"heat-month", vi, light, Heat, view(ward.MonthOf(20230716), wards...)},
		{"heat-40", vi, light, Heat, of("Mỹ Đình 1", view(week, groups(40)...))},
		{"heat-year", vi, dark, Heat, view(ward.YearOf(20230716), wards...)},
		{"line", vi, light, Line, view(week, wards...)},
		{"line-dark-gap", en, dark, Line, gap},
		{"summary", vi, light, Summary, of("Mỹ Đình 1", view(week, groups(12)...))},
		{"summary-dark", en, dark, Summary, low},
		{"thanks", vi, light, thanks("Nguyễn Thị Hạnh"), empty},
		{"thanks-dark", en, dark, thanks("Công Tằng Tôn Nữ Phương Thảo Nguyễn Đặng Hoàng Ngọc Quỳnh Anh"), empty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.draw(tt.t, tt.card, tt.view)
			if err != nil {
				t.Fatal(err)
			}
			looksLike(t, tt.name, got)
		})
	}
}

// looksLike compares a picture with the one in testdata, both as wide as a
// phone shows them. A pixel may be a little off, and few may be more than
// that: rasterisers round differently on different processors.
func looksLike(t *testing.T, name string, got []byte) {
	t.Helper()
	if len(got) > 200_000 {
		t.Errorf("%d bytes", len(got))
	}
	img, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size.X != width || size.Y > maxHeight {
		t.Errorf("%v is no size for a chat", size)
	}
	if *into != "" {
		if err := os.WriteFile(filepath.Join(*into, name+".png"), got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	small := onPhone(img)
	path := filepath.Join("testdata", name+".png")
	if *update {
		write(t, path, indexed(small))
		return
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != small.Bounds() {
		t.Fatalf("%v, want %v", small.Bounds(), want.Bounds())
	}
	off, area := 0, small.Bounds().Dx()*small.Bounds().Dy()
	for y := range small.Bounds().Dy() {
		for x := range small.Bounds().Dx() {
			if distance(small.At(x, y), want.At(x, y)) > 24 {
				off++
			}
		}
	}
	if off > area/2000 {
		t.Errorf("%d of %d pixels look different from %s; look at both, then run with -update", off, area, path)
	}
}

func onPhone(img image.Image) *image.RGBA {
	b := img.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, 290, b.Dy()*290/b.Dx()))
	draw.BiLinear.Scale(small, small.Bounds(), img, b, draw.Src, nil)
	return small
}

func distance(a, b color.Color) int {
	r, g, bl, _ := a.RGBA()
	r2, g2, bl2, _ := b.RGBA()
	diff := func(x, y uint32) int { return max(int(x>>8)-int(y>>8), int(y>>8)-int(x>>8)) }
	return max(diff(r, r2), diff(g, g2), diff(bl, bl2))
}

func write(t *testing.T, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkPictures(b *testing.B) {
	t := texts(b, locales.Vietnamese)
	ten, forty := view(week, wards...), view(week, groups(40)...)
	for _, bb := range []struct {
		name string
		draw drawing
		view ward.View
	}{
		{"Bars", Bars, ten}, {"Bars40", Bars, forty}, {"Heat", Heat, ten}, {"Heat40", Heat, forty}, {"Line", Line, ten}, {"Summary", Summary, ten},
		{"Thanks", func(t *locales.Texts, c Card, _ ward.View) ([]byte, error) {
			return Thanks(t, c, ThanksCard{Name: "Nguyễn Thị Hạnh", Period: week, Done: 7})
		}, ten},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := bb.draw(t, light, bb.view); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
