package ward

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

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

// What Telegram's apps turn into something to tap: addresses with a scheme,
// bare host names, and @names, which open somebody's account. "Xong.Anh" is no
// host name, only a missing space: the last part must be a real domain.
var (
	linkPattern    = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://\S+|(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}(?::\d+)?(?:[/?#]\S*)?`)
	mentionPattern = regexp.MustCompile(`(?:^|[^\p{L}\p{N}_.@])@([A-Za-z]\w{3,31})\b`)
)

// Forbidden returns the first link in text that is not of the list.
func (l LinkList) Forbidden(text string) (link string, found bool) {
	for _, link := range linkPattern.FindAllString(text, -1) {
		link = strings.TrimRight(link, ".,;:!?)\"'”»")
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

// tappable says whether a find of linkPattern is a link: it has a scheme, or
// its host ends in a public suffix (those of companies have a dot in them).
func tappable(link string) bool {
	if strings.Contains(link, "://") {
		return true
	}
	host := strings.ToLower(link)
	if i := strings.IndexAny(host, ":/?#"); i >= 0 {
		host = host[:i]
	}
	if ascii, err := idna.ToASCII(host); err == nil {
		host = ascii
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	return icann || strings.Contains(suffix, ".")
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
