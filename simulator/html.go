package simulator

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tags of Telegram's HTML and the entities they make (Bot API: HTML style).
var tags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
	"code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote", "tg-emoji": "custom_emoji", "tg-time": "date_time",
}

// parseHTML turns Telegram's HTML into a text and its entities. Its errors are
// those of the real server after "can't parse entities: " (tdlib/td
// MessageEntity.cpp, parse_html).
func parseHTML(source string) (string, []entity, error) {
	if !strings.ContainsAny(source, "<&\x00") {
		return source, nil, nil
	}
	p := htmlParser{source: source}
	if strings.ContainsRune(source, 0) {
		return "", nil, p.fail("Text must not contain null bytes")
	}
	if err := p.parse(); err != nil {
		return "", nil, err
	}
	text := p.text.String()
	if !utf8.ValidString(text) {
		return "", nil, p.fail("Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units")
	}
	for i := range p.entities {
		if p.entities[i].Type == "code" {
			p.entities[i].Language = "" // only blocks have one
		}
	}
	sortEntities(p.entities)
	return text, p.entities, nil
}

// openTag is a tag that waits for its end.
type openTag struct {
	name       string
	attributes map[string]string
	from       int // in UTF-16 units
	fromByte   int
}

type htmlParser struct {
	source   string
	at       int // the next byte of source
	text     strings.Builder
	units    int // UTF-16 units in text
	open     []openTag
	entities []entity
}

func (p *htmlParser) fail(format string, args ...any) error {
	return bad("can't parse entities: "+format, args...)
}

func (p *htmlParser) parse() error {
	for p.at < len(p.source) {
		var err error
		switch {
		case strings.HasPrefix(p.source[p.at:], "</"):
			err = p.endTag()
		case p.source[p.at] == '<':
			err = p.startTag()
		default:
			p.character()
		}
		if err != nil {
			return err
		}
	}
	if n := len(p.open); n > 0 {
		return p.fail("Can't find end tag corresponding to start tag %q", p.open[n-1].name)
	}
	return nil
}

// character takes one character, which may be written as &lt; or &#60;.
func (p *htmlParser) character() {
	if r, size := reference(p.source[p.at:]); size > 0 {
		p.at += size
		p.units += units(string(r))
		if r >= 0xd800 && r <= 0xdfff {
			p.text.WriteString("\xff") // half a surrogate pair: no text at all
			return
		}
		p.text.WriteRune(r)
		return
	}
	r, size := utf8.DecodeRuneInString(p.source[p.at:])
	p.text.WriteString(p.source[p.at : p.at+size])
	p.at += size
	p.units++
	if r > 0xffff {
		p.units++
	}
}

var named = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}

// reference reads &lt; &gt; &amp; &quot; or a number such as &#60; or &#x3c;.
// The semicolon may be missing. Size 0 = there is none.
func reference(s string) (r rune, size int) {
	if len(s) < 2 || s[0] != '&' {
		return 0, 0
	}
	if s[1] != '#' {
		end := 1 + span(s[1:], isLetter)
		r = named[s[1:end]]
		return r, withSemicolon(s, end, r)
	}
	digits, base, start := isDigit, 10, 2
	if len(s) > 2 && s[2] == 'x' {
		digits, base, start = isHex, 16, 3
	}
	end := start + span(s[start:], digits)
	n, err := strconv.ParseInt(s[start:end], base, 32)
	if err != nil || n == 0 || n >= 0x10ffff || end >= 10 {
		return 0, 0
	}
	return rune(n), withSemicolon(s, end, rune(n))
}

func withSemicolon(s string, end int, r rune) int {
	switch {
	case r == 0:
		return 0
	case end < len(s) && s[end] == ';':
		return end + 1
	}
	return end
}

// startTag reads <name attribute="value">.
func (p *htmlParser) startTag() error {
	begin := p.at
	p.at++
	name := strings.ToLower(p.take(func(c byte) bool { return !isSpace(c) && c != '>' }))
	if p.ended() {
		return p.fail("Unclosed start tag at byte offset %d", begin)
	}
	if tags[name] == "" {
		return p.fail("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	tag := openTag{name: name, from: p.units, fromByte: p.text.Len()}
	for {
		p.take(isSpace)
		if !p.ended() && p.source[p.at] == '>' {
			p.at++
			break
		}
		if err := p.attribute(&tag, begin); err != nil {
			return err
		}
	}
	if name == "span" && tag.attributes["class"] != "tg-spoiler" {
		return p.fail("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, tag)
	return nil
}

func (p *htmlParser) attribute(tag *openTag, begin int) error {
	name := p.take(func(c byte) bool { return !isSpace(c) && !strings.ContainsRune(`=>/"'`, rune(c)) })
	if name == "" {
		return p.fail("Empty attribute name in the tag \"%s\" at byte offset %d", tag.name, begin)
	}
	p.take(isSpace)
	if p.ended() {
		return p.fail("Unclosed start tag \"%s\" at byte offset %d", tag.name, begin)
	}
	if tag.attributes == nil {
		tag.attributes = map[string]string{}
	}
	if p.source[p.at] != '=' { // no value, as in <blockquote expandable>
		tag.attributes[name] = ""
		return nil
	}
	p.at++
	p.take(isSpace)
	if p.ended() {
		return p.fail("Unclosed start tag \"%s\" at byte offset %d", tag.name, begin)
	}
	value, err := p.value()
	if err != nil {
		return err
	}
	if p.ended() {
		return p.fail("Unclosed start tag at byte offset %d", begin)
	}
	tag.attributes[name] = value
	return nil
}

// value reads the value of an attribute, with or without quotes.
func (p *htmlParser) value() (string, error) {
	quote := p.source[p.at]
	if quote != '"' && quote != '\'' {
		begin := p.at
		token := p.take(func(c byte) bool { return isLetter(c) || isDigit(c) || c == '.' || c == '-' })
		if !p.ended() && !isSpace(p.source[p.at]) && p.source[p.at] != '>' {
			return "", p.fail("Unexpected end of name token at byte offset %d", begin)
		}
		return strings.ToLower(token), nil
	}
	p.at++
	var b strings.Builder
	for !p.ended() && p.source[p.at] != quote {
		if r, size := reference(p.source[p.at:]); size > 0 {
			b.WriteRune(r)
			p.at += size
			continue
		}
		b.WriteByte(p.source[p.at])
		p.at++
	}
	if !p.ended() {
		p.at++
	}
	return b.String(), nil
}

// endTag reads </name>, or </> which ends whatever is open.
func (p *htmlParser) endTag() error {
	begin := p.at
	if len(p.open) == 0 {
		return p.fail("Unexpected end tag at byte offset %d", begin)
	}
	p.at += 2
	name := strings.ToLower(p.take(func(c byte) bool { return !isSpace(c) && c != '>' }))
	p.take(isSpace)
	if p.ended() || p.source[p.at] != '>' {
		return p.fail("Unclosed end tag at byte offset %d", begin)
	}
	p.at++
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return p.fail("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units == tag.from {
		return nil
	}
	return p.mark(tag)
}

// mark makes the entity of a tag that has ended.
func (p *htmlParser) mark(tag openTag) error {
	e := entity{Type: tags[tag.name], Offset: tag.from, Length: p.units - tag.from}
	switch tag.name {
	case "a":
		href := tag.attributes["href"]
		if href == "" {
			href = p.text.String()[tag.fromByte:]
		}
		if id, ok := userLink(href); ok {
			e.Type, e.User = "text_mention", &wireUser{ID: id, FirstName: p.text.String()[tag.fromByte:]}
		} else if e.URL = checkedLink(href); e.URL == "" {
			return nil // a text without a link, as the real server makes of it
		}
	case "tg-emoji":
		id, err := strconv.ParseInt(tag.attributes["emoji-id"], 10, 64)
		if err != nil || id == 0 {
			return p.fail("Invalid custom emoji identifier specified")
		}
		e.EmojiID = strconv.FormatInt(id, 10)
	case "tg-time":
		unix, err := strconv.ParseInt(tag.attributes["unix"], 10, 32)
		if err != nil || unix <= 0 {
			return nil
		}
		e.Unix, e.Format = unix, tag.attributes["format"]
	case "blockquote":
		if _, ok := tag.attributes["expandable"]; ok {
			e.Type = "expandable_blockquote"
		}
	case "code":
		language, ok := strings.CutPrefix(tag.attributes["class"], "language-")
		if n := len(p.open); ok && n > 0 && p.open[n-1].name == "pre" {
			e.Language = language // handed to the pre around it, see below
		}
	case "pre":
		if n := len(p.entities); n > 0 {
			inner := p.entities[n-1]
			if inner.Type == "code" && inner.Language != "" && inner.Offset == e.Offset && inner.Length == e.Length {
				e.Language = inner.Language
				p.entities = p.entities[:n-1]
			}
		}
	}
	p.entities = append(p.entities, e)
	return nil
}

// userLink is tg://user?id=N, a mention of somebody without a username.
func userLink(href string) (int64, bool) {
	s, ok := strings.CutPrefix(href, "tg://user?id=")
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(s, 10, 64)
	return id, err == nil && id > 0
}

// checkedLink returns the link as Telegram keeps it, or "" if it is none.
func checkedLink(href string) string {
	href = strings.TrimSpace(href)
	if !strings.Contains(href, "://") {
		href = "http://" + href
	}
	u, err := url.Parse(href)
	if err != nil || u.Host == "" {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "tg", "ton", "tonsite":
		return href
	case "http", "https":
		if !strings.Contains(u.Hostname(), ".") && u.Hostname() != "localhost" {
			return ""
		}
		if u.Path == "" {
			u.Path = "/"
		}
		return u.String()
	}
	return ""
}

func (p *htmlParser) ended() bool { return p.at >= len(p.source) }

// take reads on as long as the bytes are of a kind.
func (p *htmlParser) take(kind func(byte) bool) string {
	n := span(p.source[p.at:], kind)
	p.at += n
	return p.source[p.at-n : p.at]
}

func span(s string, kind func(byte) bool) int {
	n := 0
	for n < len(s) && kind(s[n]) {
		n++
	}
	return n
}

func isSpace(c byte) bool  { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isHex(c byte) bool    { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
