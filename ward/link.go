package ward

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// LinkList holds the organisation's own pages, as hosts with path prefixes
// ("example.gov.vn/huong-dan"). The empty list allows no link at all.
type LinkList []string

// LinkError names the link that a bulletin may not hold. It is an ErrLink.
type LinkError struct{ Link string }

func (e *LinkError) Error() string { return fmt.Sprintf("%v: %s", ErrLink, e.Link) }

// Unwrap makes errors.Is(err, ErrLink) hold.
func (e *LinkError) Unwrap() error { return ErrLink }

// What Telegram turns into something to tap: addresses with a scheme, bare
// hosts, and @names, which open somebody's account (tdlib/td
// MessageEntity.cpp: match_urls, match_mentions). Addresses end where
// Telegram ends them, so that a second one behind a quotation mark is seen.
var (
	linkPattern    = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://` + inPath + `+|` + inHost + `+(?:\.` + inHost + `+)+(?::\d+)?(?:[/?#]` + inPath + `*)?`)
	mentionPattern = regexp.MustCompile(`(?:^|[^\p{L}\p{N}_])@([A-Za-z]\w{2,31})`)
)

const (
	inHost = `[\w~\x{c0}-\x{1fff}\x{2010}-\x{2015}\x{2070}-\x{2fff}\x{3001}-\x{10ffff}-]`
	inPath = `[^\s<>"«»\x{2000}-\x{200b}\x{200e}\x{200f}\x{2016}-\x{206f}]`
)

// Forbidden returns the first link in text that is not of the list.
func (l LinkList) Forbidden(text string) (link string, found bool) {
	for _, link := range linkPattern.FindAllString(text, -1) {
		link = strings.TrimRight(link, ".,;:!?()'`")
		if tappable(link) && !l.allows(link) {
			return link, true
		}
	}
	for _, m := range mentionPattern.FindAllStringSubmatch(text, -1) {
		if !l.allows("t.me/" + m[1]) {
			return "@" + m[1], true
		}
	}
	return "", false
}

// Forbids returns the first link in a formatted text that is not of the list,
// in sight or behind words.
func (l LinkList) Forbids(t Text) (string, bool) {
	for _, m := range t.Marks {
		if m.Kind == link && !l.allows(m.URL) {
			return m.URL, true
		}
	}
	return l.Forbidden(t.Plain)
}

// tappable says whether a find of linkPattern is a link: it has a scheme, is
// an IPv4 address, or ends in a domain that exists. "Xong.Anh" is a missing
// space: Telegram takes no last part that begins with a capital (fix_url).
func tappable(link string) bool {
	if strings.Contains(link, "://") {
		return true
	}
	host, bare := link, true
	if i := strings.IndexAny(link, ":/?#"); i >= 0 {
		host, bare = link[:i], false
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is4() {
		return true
	}
	last := host[strings.LastIndex(host, ".")+1:]
	if bare && capitalised(last) {
		return false
	}
	host = strings.ToLower(host)
	if strings.HasPrefix(strings.ToLower(last), "xn--") {
		return true
	}
	if ascii, err := idna.ToASCII(host); err == nil {
		host = ascii
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	return icann || strings.Contains(suffix, ".") // suffixes of companies have a dot in them
}

// capitalised is Like this, not LIKE THIS.
func capitalised(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first) && strings.ToLower(word[size:]) == word[size:]
}

func (l LinkList) allows(link string) bool {
	if !strings.Contains(link, "://") {
		link = "https://" + link
	}
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil || u.Host == "" {
		return false
	}
	for _, own := range l {
		host, path, _ := strings.Cut(own, "/")
		if !strings.EqualFold(u.Host, host) {
			continue
		}
		path = "/" + strings.Trim(path, "/")
		if path == "/" || u.Path == path || strings.HasPrefix(u.Path, path+"/") {
			return !strings.Contains(u.Path, "..")
		}
	}
	return false
}
