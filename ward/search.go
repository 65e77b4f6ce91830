package ward

import (
	"slices"
	"strings"
)

// SearchWards finds the wards that a typed name may mean, without tones. The
// ways of looking are tried in order of certainty, and the first that finds
// anything decides: the whole name, the name without spaces, its beginning,
// the beginning of one of its words, its initials. More than one ward means
// that the person has to choose. The word for ward in front of a name is
// dropped only if the words as typed find nothing, for there is a ward called
// Phương Canh.
func SearchWards(query string, wards []Ward) []Ward {
	return searchWithout(query, []string{"phuong ", "p "}, wards, func(w Ward) []string { return names(w.Key, w.Aliases) })
}

// SearchGroups finds the groups of one ward that a typed name or number may
// mean.
func SearchGroups(query string, groups []Group) []Group {
	key := Fold(query)
	for _, prefix := range []string{"to dan pho ", "tdp ", "to ", "group ", "so "} {
		key = strings.TrimPrefix(key, prefix)
	}
	if number := strings.TrimLeft(key, "0"); number != "" && strings.Trim(number, "0123456789") == "" {
		var found []Group
		for _, g := range groups {
			if strings.TrimLeft(g.Number(), "0") == number {
				found = append(found, g)
			}
		}
		return found
	}
	return searchWithout(query, nil, groups, func(g Group) []string { return names(g.Key, g.Aliases) })
}

// ParsePlace reads a ward and a group typed in one go, "my dinh 1 to 12". It
// returns the wards that may be meant and what was typed for the group, if
// anything.
func ParsePlace(query string, wards []Ward) (found []Ward, group string) {
	words := strings.Fields(Fold(query))
	for _, mark := range []string{"to", "tdp", "group"} {
		if i := slices.Index(words, mark); i > 0 && i < len(words)-1 {
			if found := SearchWards(strings.Join(words[:i], " "), wards); len(found) > 0 {
				return found, strings.Join(words[i+1:], " ")
			}
		}
	}
	if found := SearchWards(query, wards); len(found) > 0 {
		return found, ""
	}
	if last := len(words) - 1; last > 0 && strings.Trim(words[last], "0123456789") == "" { // "cau dien 5"
		return SearchWards(strings.Join(words[:last], " "), wards), words[last]
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

func searchWithout[T any](query string, prefixes []string, items []T, keys func(T) []string) []T {
	key := Fold(query)
	if found := search(key, items, keys); len(found) > 0 {
		return found
	}
	for _, prefix := range prefixes {
		if short := strings.TrimPrefix(key, prefix); short != key {
			return search(short, items, keys)
		}
	}
	return nil
}

func search[T any](query string, items []T, keys func(T) []string) []T {
	if query == "" {
		return nil
	}
	close := strings.ReplaceAll(query, " ", "")
	for _, matches := range []func(key string) bool{
		func(key string) bool { return key == query },
		func(key string) bool { return strings.ReplaceAll(key, " ", "") == close },
		func(key string) bool { return strings.HasPrefix(key, query) },
		func(key string) bool { return strings.Contains(" "+key, " "+query) },
		func(key string) bool { return initials(key) == close },
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
			b.WriteString(word[:1])
		}
	}
	return b.String()
}
