package ward

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text is words as a coordinator formatted them.
type Text struct {
	Plain string `json:"plain"`
	Marks []Mark `json:"marks,omitempty"` // by place
}

// Mark is a formatted part of a text. From and To are bytes of Plain.
type Mark struct {
	Kind     string `json:"kind"` // as the Bot API names it: bold, text_link, …
	From     int    `json:"from"`
	To       int    `json:"to"`
	URL      string `json:"url,omitempty"`      // of a text_link
	Language string `json:"language,omitempty"` // of a pre
}

// Entity is a mark as Telegram tells it: its place in UTF-16 units of the raw
// text. It comes from outside and may point anywhere.
type Entity struct {
	Kind           string
	Offset, Length int
	URL, Language  string
}

// tags are the kinds that are kept, in Telegram's HTML, the outer ones first:
// a quotation holds lines of any look, code holds nothing else (Bot API:
// Formatting options). All other kinds stay as plain words: names and links in
// sight are found by Telegram itself, and emoji of a pack are not ours to send.
var tags = []struct{ kind, open, end string }{
	{"blockquote", "<blockquote>", "</blockquote>"},
	{"expandable_blockquote", "<blockquote expandable>", "</blockquote>"},
	{"pre", "<pre>", "</pre>"},
	{"code", "<code>", "</code>"},
	{link, "", "</a>"},
	{"spoiler", "<tg-spoiler>", "</tg-spoiler>"},
	{"bold", "<b>", "</b>"},
	{"italic", "<i>", "</i>"},
	{"underline", "<u>", "</u>"},
	{"strikethrough", "<s>", "</s>"},
}

// link is words with an address behind them.
const link = "text_link"

// maxMarks is more than Telegram keeps in a message (100).
const maxMarks = 200

// rank is the place of a kind in tags, -1 if it is not kept.
func rank(kind string) int {
	for i, t := range tags {
		if t.kind == kind {
			return i
		}
	}
	return -1
}

// Formatted is Clean for a text with its entities, which move along with the
// words. An entity that ends inside a letter takes the letter in.
func Formatted(raw string, entities []Entity) Text {
	t := Text{Plain: Clean(raw)}
	entities = slices.DeleteFunc(slices.Clone(entities), func(e Entity) bool {
		return rank(e.Kind) < 0 || e.Offset < 0 || e.Length <= 0 || e.Kind == link && e.URL == ""
	})
	if len(entities) == 0 || len(entities) > maxMarks {
		return t
	}
	plain, from, to := trace(raw)
	if plain != t.Plain {
		return t // words are worth more than their looks
	}
	units := len(from) - 1
	for _, e := range entities {
		if e.Offset >= units || e.Length > units-e.Offset {
			continue
		}
		if m := (Mark{e.Kind, from[e.Offset], to[e.Offset+e.Length], e.URL, e.Language}); m.From < m.To {
			t.Marks = append(t.Marks, m)
		}
	}
	sortMarks(t.Marks)
	return t
}

func sortMarks(marks []Mark) {
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Or(a.From-b.From, b.To-a.To) })
}

// trace cleans a text and says for each UTF-16 unit of the raw one, and for
// its end, where in the clean one, in bytes, a mark begins that begins there,
// and where one ends that ends there.
func trace(raw string) (plain string, from, to []int) {
	raw = strings.ToValidUTF8(raw, "")
	var sifted strings.Builder
	var at []int // by unit, in bytes of sifted
	for i, r := range raw {
		start := sifted.Len()
		at = append(at, start)
		if is := sift(r); is >= 0 && (r != '\r' || !strings.HasPrefix(raw[i+1:], "\n")) {
			sifted.WriteRune(is)
		}
		if r > 0xffff { // the middle of a surrogate pair is inside the letter
			at = append(at, min(start+1, sifted.Len()))
		}
	}
	at = append(at, sifted.Len())

	composed, first, last := compose(sifted.String())
	plain = strings.TrimLeftFunc(composed, blank)
	cut := len(composed) - len(plain)
	plain = strings.TrimRightFunc(plain, blank)
	within := func(i int) int { return min(max(i-cut, 0), len(plain)) }
	from, to = make([]int, len(at)), make([]int, len(at))
	for unit, i := range at {
		from[unit], to[unit] = within(first[i]), within(last[i])
	}
	return plain, from, to
}

// compose is NFC. For each byte of the text, and for its end, it says where in
// the result the letter begins that the byte is inside of, and where it ends;
// between two letters both are the same.
func compose(s string) (composed string, first, last []int) {
	var b strings.Builder
	first, last = make([]int, len(s)+1), make([]int, len(s)+1)
	for i := 0; i < len(s); {
		n := norm.NFC.NextBoundaryInString(s[i:], true)
		start := b.Len()
		b.WriteString(norm.NFC.String(s[i : i+n]))
		for k := i; k < i+n; k++ {
			first[k], last[k] = start, b.Len()
		}
		last[i] = start
		i += n
	}
	first[len(s)], last[len(s)] = b.Len(), b.Len()
	return b.String(), first, last
}

// Cut is the part of a text between two of its bytes, with its marks.
func (t Text) Cut(from, to int) Text {
	part := Text{Plain: t.Plain[from:to]}
	for _, m := range t.Marks {
		m.From, m.To = max(m.From, from)-from, min(m.To, to)-from
		if m.From < m.To {
			part.Marks = append(part.Marks, m)
		}
	}
	return part
}

// Trim takes the blanks at both ends away.
func (t Text) Trim() Text {
	left := strings.TrimLeftFunc(t.Plain, blank)
	return t.Cut(len(t.Plain)-len(left), len(strings.TrimRightFunc(t.Plain, blank)))
}

// HTML is the text in Telegram's HTML: every character of it escaped, every
// tag closed, whatever the marks are. Where marks overlap, the inner one is
// taken apart.
func (t Text) HTML() string {
	marks := t.sound()
	if len(marks) == 0 {
		return html.EscapeString(t.Plain)
	}
	cuts := []int{0, len(t.Plain)}
	for _, m := range marks {
		cuts = append(cuts, m.From, m.To)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var b strings.Builder
	var open []int // of marks
	turn := func(wanted []int) {
		same := 0
		for same < min(len(open), len(wanted)) && open[same] == wanted[same] {
			same++
		}
		for _, i := range slices.Backward(open[same:]) {
			b.WriteString(marks[i].end())
		}
		for _, i := range wanted[same:] {
			b.WriteString(marks[i].tag())
		}
		open = wanted
	}
	for i, from := range cuts[:len(cuts)-1] {
		turn(nested(marks, from))
		b.WriteString(html.EscapeString(t.Plain[from:cuts[i+1]]))
	}
	turn(nil)
	return b.String()
}

// sound are the marks of a text that can be shown, the outer ones first.
func (t Text) sound() []Mark {
	var marks []Mark
	for _, m := range t.Marks {
		inside := 0 <= m.From && m.From < m.To && m.To <= len(t.Plain)
		if inside && rank(m.Kind) >= 0 && letterStart(t.Plain, m.From) && letterStart(t.Plain, m.To) && len(marks) < maxMarks {
			marks = append(marks, m)
		}
	}
	slices.SortStableFunc(marks, func(a, b Mark) int {
		return cmp.Or(rank(a.Kind)-rank(b.Kind), a.From-b.From, b.To-a.To)
	})
	return marks
}

func letterStart(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }

// nested are the marks around a byte in the order of their tags: one of each
// kind, one quotation, and nothing but a quotation around code.
func nested(marks []Mark, at int) (around []int) {
	last := ""
	for i, m := range marks {
		kind := strings.TrimPrefix(m.Kind, "expandable_")
		if at < m.From || at >= m.To || kind == last {
			continue
		}
		around, last = append(around, i), kind
		if kind == "pre" || kind == "code" {
			break
		}
	}
	return around
}

// tag opens a mark.
func (m Mark) tag() string {
	switch {
	case m.Kind == link:
		return `<a href="` + html.EscapeString(m.URL) + `">`
	case m.Kind == "pre" && m.Language != "":
		return `<pre><code class="language-` + html.EscapeString(m.Language) + `">`
	}
	return tags[rank(m.Kind)].open
}

// end closes it.
func (m Mark) end() string {
	if m.Kind == "pre" && m.Language != "" {
		return "</code></pre>"
	}
	return tags[rank(m.Kind)].end
}
