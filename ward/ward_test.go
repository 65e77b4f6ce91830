package ward

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	for _, s := range []string{"Mỹ Đình 1", norm.NFD.String("Mỹ Đình 1"), "MY  DINH-1", " mỹ đình 1 ", "Mỹ Ðình 1"} {
		if got := Fold(s); got != "my dinh 1" {
			t.Errorf("%q: got %q", s, got)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Mỹ Đình 1")
	f.Add("\xf3\xf3\xf3\xf3Ĭ ẞ ϴ Ǆ")
	f.Fuzz(func(t *testing.T, s string) {
		got := Fold(s)
		if Fold(got) != got {
			t.Errorf("%q became %q and then %q", s, got, Fold(got))
		}
		if utf8.ValidString(s) && Fold(norm.NFC.String(s)) != got {
			t.Errorf("%q and its NFC form have different keys", s)
		}
	})
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		norm.NFD.String("Hạnh"):        "Hạnh",
		" a\u00a0b\u200bc ":            "a bc",
		"one\r\ntwo\rthree":            "one\ntwo\nthree",
		"\u202eevil\u202c":             "evil",
		"tab\tand\x00null":             "tab andnull",
		"👨\u200d👩\u200d👧":              "👨\u200d👩\u200d👧",
		"broken \xff bytes":            "broken  bytes",
		"one\u2028two":                 "one\ntwo",
		"\u3164\u200d\u115f":           "",
		"Hạnh ❤️":                      "Hạnh ❤️",
		"\u2066isolated\u2069 \ufeffx": "isolated x",
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("Mỹ Đình 1")
	f.Add("\xff\u202e\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Errorf("%q became %q: not valid NFC", s, got)
		}
		if again := Clean(got); again != got {
			t.Errorf("%q became %q and then %q", s, got, again)
		}
	})
}

func TestFullName(t *testing.T) {
	for _, tt := range []struct{ first, last, want, given string }{
		{"Hạnh", "Nguyễn Thị", "Nguyễn Thị Hạnh", "Hạnh"},
		{"Nguyễn Thị", "Hạnh", "Nguyễn Thị Hạnh", "Hạnh"},
		{"Nguyễn Thị Hạnh", "", "Nguyễn Thị Hạnh", "Hạnh"},
		{"Nguyễn", "Hạnh", "Nguyễn Hạnh", "Hạnh"},
		{"Mai", "Nguyễn", "Nguyễn Mai", "Mai"},
		{" Hạnh ", "", "Hạnh", "Hạnh"},
		{"Hạnh 🌸", "Nguyễn", "Nguyễn Hạnh 🌸", "Hạnh"},
		{"🌸", "", "🌸", "🌸"},
	} {
		got := FullName(tt.first, tt.last)
		if got != tt.want || (Person{Name: got}).GivenName() != tt.given {
			t.Errorf("%q %q: got %q, called %q; want %q, called %q", tt.first, tt.last, got, Person{Name: got}.GivenName(), tt.want, tt.given)
		}
	}
}

func TestDaysAndWeeks(t *testing.T) {
	zone := time.FixedZone("ICT", 7*3600)
	late := time.Date(2023, time.July, 9, 17, 30, 0, 0, time.UTC) // half past midnight on Monday in Hà Nội
	if got := DayOf(late, zone); got != 20230710 {
		t.Errorf("got day %d", got)
	}
	week := WeekOf(late, zone)
	if year, n := week.Week(); week != (Period{20230710, 20230716}) || year != 2023 || n != 28 {
		t.Errorf("got %v, week %d of %d", week, n, year)
	}
	newYear := WeekOf(time.Date(2023, time.January, 1, 5, 0, 0, 0, time.UTC), zone)
	if year, n := newYear.Week(); newYear != (Period{20221226, 20230101}) || year != 2022 || n != 52 {
		t.Errorf("got %v, week %d of %d", newYear, n, year)
	}
	if got := Day(20240228).Add(2); got != 20240301 {
		t.Errorf("two days after 28 February 2024: %d", got)
	}
}

func TestLinks(t *testing.T) {
	own := LinkList{"example.gov.vn/huong-dan", "t.me/my_dinh"}
	for text, want := range map[string]string{
		"no link at all, 3.5 km, v.v. và tổ 12.Nhà ai cũng có": "",
		"đã xong.Anh chị ạ":                                    "",
		"пример.рф":                                            "пример.рф",
		"abc.com:8080?x=1":                                     "abc.com:8080?x=1",
		"xem https://example.gov.vn/huong-dan/vneid nhé":       "",
		"xem example.gov.vn/huong-dan.":                        "",
		"HTTPS://EXAMPLE.GOV.VN/huong-dan":                     "",
		"theo @my_dinh":                                        "",
		"https://example.gov.vn/huong-danh":                    "https://example.gov.vn/huong-danh",
		"https://example.gov.vn/":                              "https://example.gov.vn/",
		"https://example.gov.vn/huong-dan/../x":                "https://example.gov.vn/huong-dan/../x",
		"https://example.gov.vn@evil.com/huong-dan":            "https://example.gov.vn@evil.com/huong-dan",
		"bit.ly/abc":            "bit.ly/abc",
		"tg://resolve?domain=x": "tg://resolve?domain=x",
		"like @somebody's post": "@somebody",
		"facebook.com":          "facebook.com",
		"FACEBOOK.COM":          "FACEBOOK.COM",
		"mai@evil.com":          "evil.com",
		"hỏi .@somebody":        "@somebody",
		"evil.xn--p1ai":         "evil.xn--p1ai",
		"💩.la":                  "💩.la",
		"vào 10.20.30.40/x":     "10.20.30.40/x",
		"1http://10.20.30.40":   "http://10.20.30.40",
		"Xong.Com/x":            "Xong.Com/x",
		"https://example.gov.vn/huong-dan/”bit.ly/x": "bit.ly/x",
		"https://example.gov.vn/huong-dan/«bit.ly/x": "bit.ly/x",
		"https://example.gov.vn\\@evil.com":          "https://example.gov.vn\\@evil.com",
		"ngày 12.07.2023, TP.HCM, 1.Vi phạm, 2.Do":   "",
		"https://example.gov.vn/huong-dan/(a), nhé!": "",
	} {
		got, found := own.Forbidden(text)
		if got != want || found != (want != "") {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzLinks(f *testing.F) {
	f.Add("https://example.gov.vn/huong-dan")
	f.Add("@x http://[::1]/%zz")
	f.Fuzz(func(t *testing.T, text string) {
		if link, found := (LinkList{}).Forbidden(text); found && link == "" {
			t.Errorf("%q: a link without a name", text)
		}
	})
}

func TestValidate(t *testing.T) {
	good := Bulletin{Kind: KindTask, Title: "Nhắc bà con", Signed: Signature{Org: "Hội", Sender: "Mai", Contact: "024"}}
	for _, tt := range []struct {
		name   string
		change func(*Bulletin)
		want   error
	}{
		{"whole", func(*Bulletin) {}, nil},
		{"no organisation", func(b *Bulletin) { b.Signed.Org = " " }, ErrUnsigned},
		{"no sender", func(b *Bulletin) { b.Signed.Sender = "" }, ErrUnsigned},
		{"no contact", func(b *Bulletin) { b.Signed.Contact = "" }, ErrUnsigned},
		{"no title", func(b *Bulletin) { b.Title = "" }, ErrEmpty},
		{"too long", func(b *Bulletin) { b.Body = strings.Repeat("a", 4000) }, ErrTooLong},
		{"too long below a photo", func(b *Bulletin) {
			b.Media = []Media{{Kind: MediaPhoto, FileID: "x"}}
			b.Body = strings.Repeat("a", 700)
		}, ErrTooLong},
		{"a link in the body", func(b *Bulletin) { b.Body = "bit.ly/x" }, ErrLink},
		{"a link to pass on", func(b *Bulletin) { b.PassOn = "bit.ly/x" }, ErrLink},
	} {
		b := good
		tt.change(&b)
		if err := b.Validate(nil); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestAccepts(t *testing.T) {
	end := time.Date(2023, time.July, 12, 13, 0, 0, 0, time.UTC)
	task := Bulletin{Kind: KindTask, Deadline: end}
	for _, tt := range []struct {
		name string
		b    Bulletin
		at   time.Time
		late bool
		err  error
	}{
		{"in time", task, end, false, nil},
		{"late", task, end.Add(time.Minute), true, nil},
		{"a week later", task, end.Add(7 * 24 * time.Hour), true, nil},
		{"closed", task, end.Add(7*24*time.Hour + time.Second), false, ErrTaskClosed},
		{"no task", Bulletin{Kind: KindNews}, end, false, ErrNotAsked},
	} {
		if late, err := tt.b.Accepts(tt.at); late != tt.late || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %v, %v", tt.name, late, err)
		}
	}
}

func TestReportCode(t *testing.T) {
	for name, want := range map[string]string{"Mỹ Đình 1": "MD1-1207-08", "Đại Mỗ": "DM-1207-08", "Phường 12": "P12-1207-08"} {
		if got := ReportCode(name, 20230712, 8); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	title, body := Split("  Việc \r\n\r\n 1. Một\n2. Hai ")
	if title != "Việc" || body != "1. Một\n2. Hai" {
		t.Errorf("got %q and %q", title, body)
	}
}

func TestWrittenIsWhatWasWritten(t *testing.T) {
	for _, text := range []Text{
		{Plain: "Tên"},
		{Plain: "Tên\nthân\nbài", Marks: []Mark{{Kind: "bold", From: 0, To: 4}, {Kind: "italic", From: 5, To: 10}}},
	} {
		var b Bulletin
		b.Write(text, Text{})
		if diff := cmp.Diff(text, b.Written()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text.Plain, diff)
		}
	}
}

func TestSlotsOfAMonth(t *testing.T) {
	zone := time.FixedZone("", 7*3600)
	next := time.Date(2023, 7, 14, 7, 30, 0, 0, zone)
	for _, tt := range []struct {
		name string
		rule Recurrence
		days Period
		want []int
	}{
		{"once", Recurrence{From: 20230714, At: 450}, Period{20230701, 20230731}, []int{14}},
		{"once, later", Recurrence{From: 20230714, At: 450}, Period{20230801, 20230831}, nil},
		{"weekly", Recurrence{Repeat: Weekly, From: 20230714, At: 450}, Period{20230701, 20230731}, []int{14, 21, 28}},
		{"weekly, next month", Recurrence{Repeat: Weekly, From: 20230714, At: 450}, Period{20230801, 20230831}, []int{4, 11, 18, 25}},
		{"dates", Recurrence{Repeat: OnDates, Dates: []Day{20230731, 20230714, 20230801}, At: 450}, Period{20230715, 20230731}, []int{31}},
		{"a skipped date", Recurrence{Repeat: OnDates, Dates: []Day{20230713, 20230714}, At: 450}, Period{20230701, 20230731}, []int{14}},
	} {
		tt.rule.Zone = "Asia/Ho_Chi_Minh"
		var got []int
		for _, at := range (Plan{Rule: tt.rule, Next: next}).Slots(tt.days) {
			got = append(got, at.In(zone).Day())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if got := (Plan{}).Slots(Period{20230701, 20230731}); got != nil {
		t.Errorf("a plan that is over: %v", got)
	}
}
