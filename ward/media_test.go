package ward

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestReadable(t *testing.T) {
	for _, tt := range []struct {
		name, mime string
		want       bool
	}{
		{"danh sách.pdf", "application/pdf", true},
		{"PHIEU.DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", true},
		{"bang.xls", "application/vnd.ms-excel", true},
		{"anh.jpg", "image/jpeg", true},
		{"bang.csv", "", true},
		{"VNeID.apk", "application/vnd.android.package-archive", false},
		{"danh sách.pdf", "application/vnd.android.package-archive", false}, // a name is quickly changed
		{"danh sách.pdf.exe", "application/pdf", false},
		{"bang.xls", "application/vnd.ms-excel.sheet.macroEnabled.12", false},
		{"trang.html", "text/html", false},
		{"trang.pdf", "text/html", false},
		{"anh.svg", "image/svg+xml", false},
		{"nen.zip", "application/zip", false},
		{"pdf", "application/pdf", false},
		{"", "application/pdf", false},
	} {
		if got := Readable(tt.name, tt.mime); got != tt.want {
			t.Errorf("%q of type %q: %v", tt.name, tt.mime, got)
		}
	}
}

func TestMedia(t *testing.T) {
	photo, video := Media{Kind: MediaPhoto, FileID: "p"}, Media{Kind: MediaVideo, Sum: "v"}
	place := Media{Kind: MediaLocation, Latitude: 21, Longitude: 105}
	for _, tt := range []struct {
		name  string
		media []Media
		body  int // UTF-16 units
		err   error
		ahead bool
		parts []int
	}{
		{"none", nil, 3000, nil, false, []int{0, 1}},
		{"a photo", []Media{photo}, 500, nil, false, []int{0, 1}},
		{"a photo and long words", []Media{photo}, 3000, nil, true, []int{-1, 0, 1}},
		{"a photo and too many words", []Media{photo}, 3700, ErrTooLong, true, []int{-1, 0, 1}},
		{"an album", []Media{photo, video}, 10, nil, true, []int{-1, 0, 1}},
		{"a place", []Media{place}, 10, nil, true, []int{-1, 0, 1}},
		{"a document", []Media{{Kind: MediaDocument, FileID: "d"}}, 10, nil, false, []int{0, 1}},
		{"a voice", []Media{{Kind: MediaVoice, FileID: "d"}}, 10, nil, false, []int{0, 1}},
		{"eleven photos", slices.Repeat([]Media{photo}, 11), 10, ErrMedia, true, []int{-1, 0, 1}},
		{"a document in an album", []Media{photo, {Kind: MediaDocument, FileID: "d"}}, 10, ErrMedia, true, []int{-1, 0, 1}},
		{"a file that is none", []Media{{Kind: MediaPhoto}}, 10, ErrMedia, false, []int{0, 1}},
		{"a sticker", []Media{{Kind: "sticker", FileID: "s"}}, 10, ErrMedia, false, []int{0, 1}},
		{"nowhere", []Media{{Kind: MediaLocation, Latitude: math.NaN()}}, 10, ErrMedia, true, []int{-1, 0, 1}},
		{"beyond the pole", []Media{{Kind: MediaLocation, Latitude: 90.1}}, 10, ErrMedia, true, []int{-1, 0, 1}},
	} {
		b := Bulletin{Kind: KindTask, Title: "a", PassOn: "b", Body: strings.Repeat("x", tt.body), Media: tt.media, Signed: Signature{"a", "b", "c"}}
		b.Arrange()
		if err := b.Validate(nil); !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
		}
		if b.Ahead != tt.ahead || !slices.Equal(b.Parts(), tt.parts) {
			t.Errorf("%s: ahead %v, parts %v", tt.name, b.Ahead, b.Parts())
		}
	}
}

// What is said to be too long fits once so much of it is gone.
func TestLengthError(t *testing.T) {
	for _, b := range []Bulletin{
		{Body: strings.Repeat("🙂", 3000)},
		{Body: strings.Repeat("a", 900), Media: []Media{{Kind: MediaPhoto, FileID: "p"}}}, // published under a photo
		{Body: "a", PassOn: strings.Repeat("ệ", 5000)},
	} {
		b.Title, b.Signed = "a", Signature{"a", "b", "c"}
		var long *LengthError
		if !errors.As(b.Validate(nil), &long) {
			t.Fatalf("%d units are not too long", Units(b.Body))
		}
		cut := func(s string) string { return string([]rune(s)[:max(0, len([]rune(s))-long.Over)]) }
		if Units(b.Body) > Units(b.PassOn) {
			b.Body = cut(b.Body)
		} else {
			b.PassOn = cut(b.PassOn)
		}
		if err := b.Validate(nil); err != nil {
			t.Errorf("cut by %d: %v", long.Over, err)
		}
	}
}
