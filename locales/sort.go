package locales

import (
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Sorted returns the items in Vietnamese order of their names: a ă â … d đ,
// the tones in their order, and group 2 before group 10.
func Sorted[T any](items []T, name func(T) string) []T {
	c := collate.New(language.Vietnamese, collate.Numeric) // not safe for concurrent use: one a sort
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b T) int { return c.CompareString(name(a), name(b)) })
	return sorted
}

// SortedPeople sorts by given name, the last word, and then by the rest, as
// lists of people are in Vietnam.
func SortedPeople[T any](people []T, name func(T) string) []T {
	return Sorted(people, func(p T) string {
		words := strings.Fields(name(p))
		if len(words) == 0 {
			return ""
		}
		last := len(words) - 1
		return words[last] + " " + strings.Join(words[:last], " ")
	})
}
