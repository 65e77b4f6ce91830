package ward

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean is the door for every text from outside: NFC, no control or
// zero-width characters but line breaks and the joiner that emoji need,
// no-break spaces as spaces, nothing blank at either end.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(sift, strings.ReplaceAll(s, "\r\n", "\n"))
	return strings.TrimFunc(norm.NFC.String(s), blank)
}

// sift is what a single character becomes, -1 nothing.
func sift(r rune) rune {
	switch {
	case r == '\n' || r == joiner:
		return r
	case r == '\r' || r == '\u2028' || r == '\u2029':
		return '\n'
	case r == '\t' || unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return -1 // also the marks that turn the direction of writing, and letters without a shape
	}
	return r
}

// blank is what does not stand at the ends of a text.
func blank(r rune) bool { return r == joiner || unicode.IsSpace(r) }

// joiner makes one emoji of several.
const joiner = '\u200d'

// CleanLine is Clean for what belongs on one line: names, titles, queries.
func CleanLine(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// Fold makes a key for comparing what people type without tones:
// "Mỹ Đình 1", its NFD form and "MY  DINH-1" all become "my dinh 1".
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case strings.ContainsRune("đĐðÐɖƉ", r): // đ does not decompose; three capitals look alike
			r = 'd'
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
