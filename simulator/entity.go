package simulator

import (
	"cmp"
	"regexp"
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

// found are the entities that Telegram finds by itself in everybody's texts.
var found = []struct {
	kind    string
	pattern *regexp.Regexp // the first group is the entity
}{
	{"bot_command", regexp.MustCompile(`(?:^|[\s(])(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?:\b|$)`)},
	{"url", regexp.MustCompile(`(?:^|[\s(])((?:https?://)[^\s<>"]+)`)},
	{"mention", regexp.MustCompile(`(?:^|[\s(])(@[A-Za-z][A-Za-z0-9_]{3,31})\b`)},
	{"hashtag", regexp.MustCompile(`(?:^|[\s(])(#[\pL\pN_]{1,256})`)},
}

// detect finds commands, links, mentions and hashtags. Anything written in
// another way than the usual one is not found.
func detect(text string) []entity {
	var all []entity
	if !strings.ContainsAny(text, "/@#") {
		return nil
	}
	for _, f := range found {
		for _, at := range f.pattern.FindAllStringSubmatchIndex(text, -1) {
			e := entity{Type: f.kind, Offset: units(text[:at[2]]), Length: units(text[at[2]:at[3]])}
			if !overlaps(all, e) {
				all = append(all, e)
			}
		}
	}
	sortEntities(all)
	return all
}

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
