package simulator

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// entity is Bot API's MessageEntity. Offset and Length are UTF-16 units.
type entity struct {
	Type     string    `json:"type"`
	Offset   int       `json:"offset"`
	Length   int       `json:"length"`
	URL      string    `json:"url,omitempty"`
	User     *wireUser `json:"user,omitempty"`
	Language string    `json:"language,omitempty"`
	EmojiID  string    `json:"custom_emoji_id,omitempty"`
	Unix     int64     `json:"unix_time,omitempty"`
	Format   string    `json:"date_time_format,omitempty"`
}

// units is the length of a text in UTF-16 units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// detect finds the commands, links, mentions and hashtags that Telegram finds
// by itself in everybody's texts. They stand at the start of a text or after a
// space or bracket; anything written in another way is not found.
func detect(text string) []entity {
	var all []entity
	for at := 0; at < len(text); {
		next := strings.IndexAny(text[at:], "/@#h")
		if next < 0 {
			break
		}
		at += next
		kind, size := recognize(text[at:])
		if size == 0 || at > 0 && !strings.ContainsRune(" \t\n(", rune(text[at-1])) {
			at++
			continue
		}
		all = append(all, entity{Type: kind, Offset: units(text[:at]), Length: units(text[at : at+size])})
		at += size
	}
	return all
}

// recognize says what a text begins with, and how many bytes of it that is.
func recognize(text string) (kind string, size int) {
	word := 1 + span(text[1:], isWord)
	switch {
	case text[0] == '/' && word > 1 && word <= 65:
		if rest := text[word:]; strings.HasPrefix(rest, "@") {
			word += 1 + span(rest[1:], isWord)
		}
		return "bot_command", word
	case text[0] == '@' && word >= 5 && word <= 33 && isLetter(text[1]):
		return "mention", word
	case text[0] == '#':
		size := 1
		for _, r := range text[1:] {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
				break
			}
			size += utf8.RuneLen(r)
		}
		if size > 1 {
			return "hashtag", size
		}
	case strings.HasPrefix(text, "http://"), strings.HasPrefix(text, "https://"):
		start := strings.Index(text, "://") + len("://")
		host := span(text[start:], func(c byte) bool { return !isSpace(c) && !strings.ContainsRune(`<>")`, rune(c)) })
		if host > 0 {
			return "url", start + len(strings.TrimRight(text[start:start+host], ".,;:!?"))
		}
	}
	return "", 0
}

func isWord(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

func overlaps(all []entity, e entity) bool {
	return slices.ContainsFunc(all, func(o entity) bool {
		return e.Offset < o.Offset+o.Length && o.Offset < e.Offset+e.Length
	})
}

// sortEntities puts them in Telegram's order: by place, the outer ones first.
func sortEntities(all []entity) {
	slices.SortStableFunc(all, func(a, b entity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length))
	})
}

// withDetected adds what Telegram finds by itself outside links and code.
func withDetected(text string, entities []entity) []entity {
	extra := detect(text)
	if len(extra) == 0 {
		return entities
	}
	var exclusive []entity
	for _, e := range entities {
		switch e.Type {
		case "text_link", "text_mention", "code", "pre":
			exclusive = append(exclusive, e)
		}
	}
	for _, e := range extra {
		if !overlaps(exclusive, e) {
			entities = append(entities, e)
		}
	}
	sortEntities(entities)
	return entities
}

// trim takes the white space around a text away, as Telegram does, and moves
// its entities along.
func trim(text string, entities []entity) (string, []entity) {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	cut := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	if len(entities) == 0 {
		return text[cut:], nil
	}
	before := units(text[:cut])
	text = text[cut:]
	end := units(text)
	kept := entities[:0]
	for _, e := range entities {
		from, to := max(e.Offset-before, 0), min(e.Offset+e.Length-before, end)
		if from < to {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return text, kept
}

// sameEntities compares what two texts look like.
func sameEntities(a, b []entity) bool {
	return slices.EqualFunc(a, b, func(a, b entity) bool {
		if a.User != nil && b.User != nil {
			if *a.User != *b.User {
				return false
			}
			a.User, b.User = nil, nil
		}
		return a == b
	})
}

// runes is the length that Telegram's server limits (tdlib/td
// MessageContent.cpp).
func runes(text string) int { return utf8.RuneCountInString(text) }
