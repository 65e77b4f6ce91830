package ward

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// SearchWards finds the wards that a typed name may mean, without tones. The
// ways of looking are tried in order of certainty, and the first that finds
// anything decides: the whole name, the name without spaces, its beginning,
// the beginning of one of its words, its initials. More than one ward means
// that the person has to choose. The word for ward in front of a name is
// dropped only if the words as typed find nothing, for there is a ward called
// Phương Canh.
func SearchWards(query string, wards []Ward) []Ward {
	keys := func(w Ward) []string { return names(w.Key, w.Aliases) }
	key := Fold(query)
	if found := search(key, wards, keys); len(found) > 0 {
		return found
	}
	for _, word := range []string{"phuong ", "p "} {
		if rest, ok := strings.CutPrefix(key, word); ok {
			return search(rest, wards, keys)
		}
	}
	return nil
}

// SearchGroups finds the groups of one ward that a typed name or number may
// mean. A number means that number alone: 1 is not the beginning of 12.
func SearchGroups(query string, groups []Group) []Group {
	key := Fold(query)
	if number := groupNumber(key); number != "" {
		return slices.DeleteFunc(slices.Clone(groups), func(g Group) bool {
			return !slices.ContainsFunc(names(g.Key, g.Aliases), func(key string) bool { return groupNumber(key) == number })
		})
	}
	return search(key, groups, func(g Group) []string { return names(g.Key, g.Aliases) })
}

// How a group is named beside its ward: by number, before or after the ward
// ("to 12 my dinh 1" is how addresses are written), or by name, after it.
var (
	numberedGroup = regexp.MustCompile(`(?:^| )` + groupWords + ` ?(?:so )?(\d+[a-z]?)(?: |$)`)
	namedGroup    = regexp.MustCompile(`^(.+?) ` + groupWords + ` (.+)$`)
	numberAtEnd   = regexp.MustCompile(`^(.+) (\d+)$`)
)

// ParsePlace reads a ward and a group typed in one go, "my dinh 1 to 12". It
// returns the wards that may be meant and what was typed for the group, if
// anything.
func ParsePlace(query string, wards []Ward) (found []Ward, group string) {
	key := Fold(query)
	if at := numberedGroup.FindStringSubmatchIndex(key); at != nil {
		return SearchWards(key[:at[0]]+" "+key[at[1]:], wards), key[at[2]:at[3]]
	}
	if m := namedGroup.FindStringSubmatch(key); m != nil {
		if found := SearchWards(m[1], wards); len(found) > 0 {
			return found, m[2]
		}
	}
	if found := SearchWards(key, wards); len(found) > 0 {
		return found, ""
	}
	if m := numberAtEnd.FindStringSubmatch(key); m != nil { // "cau dien 5"
		return SearchWards(m[1], wards), m[2]
	}
	return nil, ""
}

func names(key string, aliases []string) []string {
	keys := []string{key}
	for _, a := range aliases {
		keys = append(keys, Fold(a))
	}
	return keys
}

func search[T any](query string, items []T, keys func(T) []string) []T {
	if query == "" {
		return nil
	}
	joined := strings.ReplaceAll(query, " ", "")
	for _, matches := range []func(key string) bool{
		func(key string) bool { return key == query },
		func(key string) bool { return strings.ReplaceAll(key, " ", "") == joined },
		func(key string) bool { return strings.HasPrefix(key, query) },
		func(key string) bool { return strings.Contains(" "+key, " "+query) },
		func(key string) bool { return initials(key) == joined },
	} {
		var found []T
		for _, item := range items {
			if slices.ContainsFunc(keys(item), matches) {
				found = append(found, item)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// initials are the first letters of a name's words, numbers whole: md1.
func initials(key string) string {
	var b strings.Builder
	for _, word := range strings.Fields(key) {
		if strings.Trim(word, "0123456789") == "" {
			b.WriteString(word)
		} else {
			_, size := utf8.DecodeRuneInString(word)
			b.WriteString(word[:size])
		}
	}
	return b.String()
}
