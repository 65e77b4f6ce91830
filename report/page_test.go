package report

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"wardbot/locales"
	"wardbot/ward"
)

func nobody(int64) bool { return false }

func public(t *testing.T, lang locales.Language, v ward.View) string {
	t.Helper()
	var b strings.Builder
	p := Page{Organisation: "Hội LHPN phường", Contact: "024 3765 0000", At: time.Date(2023, time.July, 17, 8, 5, 0, 0, time.UTC), Table: "bang.csv"}
	if err := Public(&b, texts(t, lang), p, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPublic holds what everybody may read: who answers for it, the numbers as
// in every other file, and nothing from elsewhere.
func TestPublic(t *testing.T) {
	for _, tt := range []struct {
		lang locales.Language
		says []string
	}{
		{locales.Vietnamese, []string{
			`<html lang="vi">`, "Hội LHPN phường chịu trách nhiệm", "024 3765 0000", "Tuần 28 (10/07/2023 – 16/07/2023)", "Tất cả các phường",
			"Chúng tôi đếm thế nào", "Số liệu lúc 08:05 ngày 17/07/2023", `href="bang.csv"`,
		}},
		{locales.English, []string{`<html lang="en">`, "Hội LHPN phường answers for this page", "How we count", "All wards", "percentage points"}},
	} {
		v := aWeek(10)
		page := public(t, tt.lang, v)
		words := texts(t, tt.lang)
		for _, said := range append(tt.says, words.Number(v.Total.Done), words.Percent(v.Total.Done, v.Total.Asked), words.Number(v.Total.Households), "Đại Mỗ") {
			if !strings.Contains(page, said) {
				t.Errorf("%s: the page does not say %q", tt.lang, said)
			}
		}
		wellFormed(t, page)
	}
}

// wellFormed reads a page as strictly as XML is read, and looks for what would
// need a script or another server.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!DOCTYPE html>")))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	ids := map[string]bool{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		tag, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range tag.Attr {
			switch {
			case a.Name.Local == "id" && ids[a.Value]:
				t.Errorf("two elements are called %s", a.Value)
			case a.Name.Local == "id":
				ids[a.Value] = true
			case strings.HasPrefix(a.Name.Local, "on"), tag.Name.Local == "script":
				t.Errorf("a script in %+v", tag)
			case tag.Name.Local == "img" && a.Name.Local == "alt" && a.Value == "":
				t.Error("a picture without words")
			}
		}
	}
	if strings.Contains(page, "ZgotmplZ") || strings.Count(page, "data:image/png;base64,iVBOR") != strings.Count(page, "<img")*2 {
		t.Error("a picture for light or for dark screens is missing")
	}
	if found := regexp.MustCompile(`(?i)https?://|url\(|@import`).FindString(page); found != "" {
		t.Errorf("%s in a page that should have everything in it", found)
	}
}

func TestPublicOfSmallPlaces(t *testing.T) {
	v := aWeek(5)
	v.Places[2].People = 4
	if err := Public(io.Discard, texts(t, locales.Vietnamese), Page{}, v); !errors.Is(err, errSmall) {
		t.Errorf("a small ward is published: %v", err)
	}
	name := v.Places[2].Name
	shown := v.Without(v.Few(nobody), nil)
	if page := public(t, locales.Vietnamese, shown); strings.Contains(page, name) || strings.Contains(page, texts(t, locales.Vietnamese).Number(v.Total.Asked)) {
		t.Errorf("%s, or a total with it, is on the page", name)
	}
	v.Ward = ward.Ward{ID: 7, Name: `<b>"Mỹ Đình" & 1</b>`}
	page := public(t, locales.English, v.Without(v.Few(nobody), nil))
	if !strings.Contains(page, "Small groups, group not known") || strings.Contains(page, "<b>") {
		t.Errorf("no line for the rest, or a ward's name is markup:\n%s", page)
	}
	wellFormed(t, page)
}

func TestPublicOfNothing(t *testing.T) {
	page := public(t, locales.Vietnamese, ward.View{Period: ward.MonthOf(20230201)})
	if !strings.Contains(page, "chưa có việc nào được giao") || strings.Contains(page, "<table") {
		t.Errorf("the page of nothing:\n%s", page)
	}
	wellFormed(t, page)
}
