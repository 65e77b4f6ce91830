package ward

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

func TestFormatted(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		entities  []Entity
		plain     string
		html      string
	}{
		{"plain", "a < b & \"c\"", nil, "a < b & \"c\"", "a &lt; b &amp; &#34;c&#34;"},
		{"every look", "b i u s h q e c", []Entity{
			{"bold", 0, 1, "", ""}, {"italic", 2, 1, "", ""}, {"underline", 4, 1, "", ""}, {"strikethrough", 6, 1, "", ""},
			{"spoiler", 8, 1, "", ""}, {"blockquote", 10, 1, "", ""}, {"expandable_blockquote", 12, 1, "", ""}, {"code", 14, 1, "", ""},
		}, "b i u s h q e c", "<b>b</b> <i>i</i> <u>u</u> <s>s</s> <tg-spoiler>h</tg-spoiler> <blockquote>q</blockquote> <blockquote expandable>e</blockquote> <code>c</code>"},
		{"program", "x := 1", []Entity{{"pre", 0, 6, "", `g"o`}}, "x := 1", `<pre><code class="language-g&#34;o">x := 1</code></pre>`},
		{"link", "xem trang", []Entity{{"text_link", 4, 5, `https://a.vn/?a=1&b="2"`, ""}}, "xem trang",
			`xem <a href="https://a.vn/?a=1&amp;b=&#34;2&#34;">trang</a>`},
		{"dropped to plain", "@lan 🙂 https://a.vn Lan", []Entity{
			{"mention", 0, 4, "", ""}, {"custom_emoji", 5, 2, "", ""}, {"url", 8, 12, "", ""}, {"text_mention", 21, 3, "", ""}, {"text_link", 21, 3, "", ""},
		}, "@lan 🙂 https://a.vn Lan", "@lan 🙂 https://a.vn Lan"},
		{"decomposed letters shift", norm.NFD.String("Việt Nam đẹp"),
			[]Entity{{"bold", 7, 3, "", ""}}, "Việt Nam đẹp", "Việt <b>Nam</b> đẹp"},
		{"an end inside a letter takes it in", "e\u0302\u0323t", []Entity{{"bold", 0, 2, "", ""}, {"italic", 1, 3, "", ""}}, "ệt", "<b><i>ệ</i></b><i>t</i>"},
		{"half a surrogate pair", "a🙂b", []Entity{{"bold", 0, 2, "", ""}, {"italic", 2, 2, "", ""}}, "a🙂b", "<b>a<i>🙂</i></b><i>b</i>"},
		{"blanks and what has no shape", " \u200b a\u200bb \r\nc ", []Entity{{"bold", 0, 5, "", ""}, {"italic", 5, 6, "", ""}}, "ab \nc", "<b>a</b><i>b \nc</i>"},
		{"nothing but blanks", "a  ", []Entity{{"bold", 1, 2, "", ""}}, "a", "a"},
		{"bad places", "ab", []Entity{{"bold", -1, 2, "", ""}, {"bold", 0, 3, "", ""}, {"bold", 2, 1, "", ""}, {"bold", 1, 0, "", ""}, {"bold", 1 << 62, 1 << 62, "", ""}}, "ab", "ab"},
		{"overlap", "abcdef", []Entity{{"bold", 0, 4, "", ""}, {"italic", 2, 4, "", ""}}, "abcdef", "<b>ab<i>cd</i></b><i>ef</i>"},
		{"a quotation is outside", "abcdef", []Entity{{"bold", 0, 4, "", ""}, {"blockquote", 2, 4, "", ""}}, "abcdef", "<b>ab</b><blockquote><b>cd</b>ef</blockquote>"},
		{"code holds nothing", "abcd", []Entity{{"bold", 0, 4, "", ""}, {"code", 1, 2, "", ""}}, "abcd", "<b>a</b><code>bc</code><b>d</b>"},
		{"one link at a time", "abcd", []Entity{{"text_link", 0, 3, "https://a.vn", ""}, {"text_link", 1, 3, "https://b.vn", ""}}, "abcd",
			`<a href="https://a.vn">abc</a><a href="https://b.vn">d</a>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Formatted(tt.raw, tt.entities)
			if got.Plain != tt.plain {
				t.Errorf("got %q, want %q", got.Plain, tt.plain)
			}
			if diff := cmp.Diff(tt.html, got.HTML()); diff != "" {
				t.Errorf("HTML (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWrite(t *testing.T) {
	var b Bulletin
	b.Write(Formatted("  Dọn rác \n\n Mang găng, \n xem trang", []Entity{
		{"italic", 2, 3, "", ""}, {"bold", 6, 11, "", ""}, {"text_link", 30, 5, "https://a.vn", ""},
	}), Formatted("Mời bà con", []Entity{{"underline", 0, 3, "", ""}}))
	for want, got := range map[string]string{
		"<i>Dọn</i> <b>rác</b>":                                       b.Heading().HTML(),
		"<b>Mang</b> găng, \n xem <a href=\"https://a.vn\">trang</a>": b.Words().HTML(),
		"<u>Mời</u> bà con":                                           b.Errand().HTML(),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if b.Title != "Dọn rác" || b.Body != "Mang găng, \n xem trang" {
		t.Errorf("got %q, %q", b.Title, b.Body)
	}
	b.Write(Text{Plain: "Chỉ tên"}, Text{})
	if b.Title != "Chỉ tên" || b.Body != "" || b.PassOn != "" || b.Marks.Title != nil || b.Marks.Body != nil {
		t.Errorf("got %+v", b)
	}
}

// A link behind words is held to the same list as one in sight.
func TestHiddenLinks(t *testing.T) {
	allow := LinkList{"phuong.gov.vn/huong-dan"}
	for url, want := range map[string]bool{
		"https://phuong.gov.vn/huong-dan/rac":          true,
		"http://phuong.gov.vn/huong-dan":               true,
		"https://phuong.gov.vn/khac":                   false,
		"https://phuong.gov.vn/huong-dan/../khac":      false,
		"https://phuong.gov.vn@evil.com/huong-dan":     false,
		"https://evil.com/phuong.gov.vn/huong-dan":     false,
		"https://phuong.gov.vn.evil.com/huong-dan":     false,
		"tg://user?id=5":                               false,
		"tg://resolve?domain=evil":                     false,
		"javascript:alert(1)":                          false,
		"mailto:a@b.vn":                                false,
		"tel:113":                                      false,
		"t.me/evil":                                    false,
		"\u00a0https://phuong.gov.vn/huong-dan":        false,
		"https://phuong.gov.vn/huong-dan\\..\\..\\abc": false,
	} {
		text := Formatted("Bấm vào phuong.gov.vn/huong-dan để xem", []Entity{{"text_link", 8, 23, url, ""}})
		b := Bulletin{Title: "a", Signed: Signature{"a", "b", "c"}}
		b.Write(Text{Plain: "a\n" + text.Plain, Marks: []Mark{{Kind: "text_link", From: 4, To: 8, URL: url}}}, Text{})
		err := b.Validate(allow)
		var link *LinkError
		if want != (err == nil) || !want && (!errors.As(err, &link) || link.Link != url) {
			t.Errorf("%s: %v", url, err)
		}
		errand := Bulletin{Signed: b.Signed}
		errand.Write(Text{Plain: "a"}, text)
		if (errand.Validate(allow) == nil) != want {
			t.Errorf("%s in a message to pass on", url)
		}
	}
}

// FuzzText: whatever a message and its entities are, the words stay what
// Clean makes of them, and the HTML shows these words with every tag closed
// and the looks where the marks are.
func FuzzText(f *testing.F) {
	f.Add("Việt Nam", "bold", 2, 3, "code", 1, 4, "https://a.vn")
	f.Add("a🙂\u200d🙂b\r\n", "text_link", 1, 2, "blockquote", 2, 9, `"><b>`)
	f.Add("e\u0302\u0323 <b>&amp;", "pre", 1, 1, "italic", 0, 3, "x")
	f.Add("\xff\xfea\u200be\u0301", "spoiler", 0, 1, "bold", 1, 1<<62, "go")
	f.Fuzz(func(t *testing.T, raw, kind1 string, from1, length1 int, kind2 string, from2, length2 int, url string) {
		text := Formatted(raw, []Entity{{kind1, from1, length1, url, url}, {kind2, from2, length2, url, url}, {"bold", 1, 2, "", ""}, {"italic", 2, 2, "", ""}})
		if text.Plain != Clean(raw) {
			t.Fatalf("%q became %q", raw, text.Plain)
		}
		checkHTML(t, text)
		// Marks out of a database that somebody has written into.
		checkHTML(t, Text{raw, []Mark{{kind1, from1, length1, url, url}, {kind2, from2, length2, url, url}}})
	})
}

// checkHTML reads the HTML of a text with somebody else's parser.
func checkHTML(t *testing.T, text Text) {
	t.Helper()
	source := text.HTML()
	z := html.NewTokenizer(strings.NewReader(source))
	var words strings.Builder
	var open []string
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Fatalf("%v left open in %q", open, source)
			}
			want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text.Plain, "\ufffd"))
			if got := strings.ToValidUTF8(words.String(), "\ufffd"); got != want && !strings.ContainsRune(text.Plain, 0) {
				t.Fatalf("%q shows %q, want %q", source, got, want)
			}
			return
		case html.StartTagToken:
			name, _ := z.TagName()
			if !slices.Contains([]string{"b", "i", "u", "s", "tg-spoiler", "blockquote", "pre", "code", "a"}, string(name)) {
				t.Fatalf("<%s> in %q", name, source)
			}
			open = append(open, string(name))
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> after %v in %q", name, open, source)
			}
			open = open[:len(open)-1]
		case html.TextToken:
			at := words.Len()
			words.Write(z.Text())
			checkLooks(t, text, at, open)
		default:
			t.Fatalf("something strange in %q", source)
		}
	}
}

// checkLooks compares the tags around a place with the marks there.
func checkLooks(t *testing.T, text Text, at int, open []string) {
	t.Helper()
	if strings.ContainsAny(text.Plain, "\r\x00") || strings.ToValidUTF8(text.Plain, "") != text.Plain {
		return // the other parser reads another text
	}
	around := map[string]bool{}
	for _, m := range text.sound() {
		if m.From <= at && at < m.To {
			around[m.Kind] = true
		}
	}
	for kind, tag := range map[string]string{"bold": "b", "italic": "i", "underline": "u", "code": "code", "spoiler": "tg-spoiler", link: "a"} {
		code := around["code"] || around["pre"]
		if kind == "code" && code || kind != "code" && code && !around[kind] {
			continue
		}
		want := around[kind] && !code
		if got := strings.Contains(" "+strings.Join(open, " ")+" ", " "+tag+" "); got != want {
			t.Fatalf("%s at %d of %q: %v, want %v", kind, at, text.HTML(), got, want)
		}
	}
}
