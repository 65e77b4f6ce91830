package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"wardbot/simulator"
)

func TestHTML(t *testing.T) {
	mark := func(kind string, offset, length int, extra ...string) simulator.Mark {
		return simulator.Mark{Type: kind, Offset: offset, Length: length, Extra: strings.Join(extra, "")}
	}
	for _, tt := range []struct {
		name, source, text string
		marks              []simulator.Mark
	}{
		{"plain", "Việc hôm nay", "Việc hôm nay", nil},
		{"bold", "a <b>việc</b> b", "a việc b", []simulator.Mark{mark("bold", 2, 4)}},
		{"all simple tags", "<strong>a</strong><i>b</i><em>c</em><u>d</u><ins>e</ins><s>f</s><strike>g</strike><del>h</del><code>i</code><tg-spoiler>j</tg-spoiler>", "abcdefghij", []simulator.Mark{
			mark("bold", 0, 1), mark("italic", 1, 1), mark("italic", 2, 1), mark("underline", 3, 1), mark("underline", 4, 1), mark("strikethrough", 5, 1),
			mark("strikethrough", 6, 1), mark("strikethrough", 7, 1), mark("code", 8, 1), mark("spoiler", 9, 1),
		}},
		{"nested, outer first", "<b>a<i>b</i></b>", "ab", []simulator.Mark{mark("bold", 0, 2), mark("italic", 1, 1)}},
		{"tags in capitals", "<B>a</B>", "a", []simulator.Mark{mark("bold", 0, 1)}},
		{"end of whatever is open", "<b>a</>", "a", []simulator.Mark{mark("bold", 0, 1)}},
		{"empty tag marks nothing", "a<b></b>", "a", nil},
		{"UTF-16 units", "😀<b>é</b>", "😀é", []simulator.Mark{mark("bold", 2, 1)}},
		{"references", "&lt;b&gt; &amp; &quot; &#60; &#x3C;", `<b> & " < <`, nil},
		{"references without semicolon", "&lt b&#60b", "< b<b", nil},
		{"no references", "&nbsp; & &; &#; &#0; &#x; AT&T", "&nbsp; & &; &#; &#0; &#x; AT&T", nil},
		{"reference beyond the plane", "&#128512;<b>a</b>", "😀a", []simulator.Mark{mark("bold", 2, 1)}},
		{"link", `<a href="https://example.org/?a=1&amp;b=2">x</a>`, "x", []simulator.Mark{mark("text_link", 0, 1, "https://example.org/?a=1&b=2")}},
		{"link in single quotes", `<a href='example.org'>x</a>`, "x", []simulator.Mark{mark("text_link", 0, 1, "http://example.org/")}},
		{"link without address is its text", `<a>example.org</a>`, "example.org", []simulator.Mark{mark("text_link", 0, 11, "http://example.org/")}},
		{"link that is none", `<a href="no">x</a>`, "x", nil},
		{"mention", `<a href="tg://user?id=5">Ana</a>`, "Ana", []simulator.Mark{mark("text_mention", 0, 3)}},
		{"spoiler in a span", `<span class="tg-spoiler">x</span>`, "x", []simulator.Mark{mark("spoiler", 0, 1)}},
		{"quote", "<blockquote>x</blockquote>", "x", []simulator.Mark{mark("blockquote", 0, 1)}},
		{"quote to expand", "<blockquote expandable>x</blockquote>", "x", []simulator.Mark{mark("expandable_blockquote", 0, 1)}},
		{"block", "<pre>x</pre>", "x", []simulator.Mark{mark("pre", 0, 1)}},
		{"block with a language", `<pre><code class="language-go">x</code></pre>`, "x", []simulator.Mark{mark("pre", 0, 1, "go")}},
		{"code has no language", `<code class="language-go">x</code>`, "x", []simulator.Mark{mark("code", 0, 1)}},
		{"emoji", `<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>`, "👍", []simulator.Mark{mark("custom_emoji", 0, 2, "5368324170671202286")}},
		{"time", `<tg-time unix="1700000000" format="t">soon</tg-time>`, "soon", []simulator.Mark{mark("date_time", 0, 4, "t")}},
		{"time without time", `<tg-time>soon</tg-time>`, "soon", nil},
		{"unknown attributes", `<b title="x" x>y</b>`, "y", []simulator.Mark{mark("bold", 0, 1)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, marks, err := simulator.ParseHTML(tt.source)
			if err != nil || text != tt.text || !slices.Equal(marks, tt.marks) {
				t.Errorf("got %q %v %v, want %q %v", text, marks, err, tt.text, tt.marks)
			}
		})
	}
}

func TestHTMLRefused(t *testing.T) {
	for source, reason := range map[string]string{
		"<p>x</p>":                       `Unsupported start tag "p" at byte offset 0`,
		"a < b":                          `Unsupported start tag "" at byte offset 2`,
		"1<2":                            `Unclosed start tag at byte offset 1`,
		"<br/>":                          `Unsupported start tag "br/" at byte offset 0`,
		"<b":                             "Unclosed start tag at byte offset 0",
		"<b>x":                           `Can't find end tag corresponding to start tag "b"`,
		"x</b>":                          "Unexpected end tag at byte offset 1",
		"<b>x</i>":                       `Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`,
		"<b><i>x</b></i>":                `Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`,
		"<b>x</b":                        "Unclosed end tag at byte offset 4",
		"<b>x</b y>":                     "Unclosed end tag at byte offset 4",
		`<a href=">x</a>`:                "Unclosed start tag at byte offset 0",
		`<a href=https://x.org>x</a>`:    "Unexpected end of name token at byte offset 8",
		`<a =x>x</a>`:                    `Empty attribute name in the tag "a" at byte offset 0`,
		`<b />x</b>`:                     `Empty attribute name in the tag "b" at byte offset 0`,
		`<a href`:                        `Unclosed start tag "a" at byte offset 0`,
		`<a href=`:                       `Unclosed start tag "a" at byte offset 0`,
		"<span>x</span>":                 `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		`<span class="x">y</span>`:       `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		`<tg-emoji>x</tg-emoji>`:         "Invalid custom emoji identifier specified",
		"&#xd800;":                       "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
		"x\x00y":                         "Text must not contain null bytes",
		"Tổ <b>1</b> <Tổ trưởng>":        `Unsupported start tag "tổ" at byte offset 14`,
		"<b>x</b><blockquote><u>y</u><b": "Unclosed start tag at byte offset 28",
	} {
		_, _, err := simulator.ParseHTML(source)
		if want := "Bad Request: can't parse entities: " + reason; err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", source, err, want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"", "a", "<b>x</b>", `<a href="https://example.org">x</a>`, "&lt;&#60;&#x1F600;", "<pre><code class='language-go'>x</code></pre>",
		"<b><i>x</b></i>", "<blockquote expandable>x</blockquote>", "<tg-emoji emoji-id='1'>x</tg-emoji>", "&#xd800;", "<a b=c", "</", "<",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if !utf8.ValidString(source) {
			return // refused before it is parsed
		}
		text, marks, err := simulator.ParseHTML(source)
		if err != nil {
			return
		}
		if !utf8.ValidString(text) {
			t.Errorf("%q: text %q is no UTF-8", source, text)
		}
		if len(text) > len(source) {
			t.Errorf("%q: text %q is longer", source, text)
		}
		end := len(utf16.Encode([]rune(text)))
		for _, m := range marks {
			if m.Offset < 0 || m.Length <= 0 || m.Offset+m.Length > end {
				t.Errorf("%q: %v is outside of %q", source, m, text)
			}
		}
		escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(source)
		if back, none, err := simulator.ParseHTML(escaped); back != source && !strings.ContainsRune(source, 0) || len(none) > 0 || err != nil && !strings.ContainsRune(source, 0) {
			t.Errorf("%q escaped comes back as %q, %v, %v", source, back, none, err)
		}
	})
}
