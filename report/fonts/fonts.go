// Package fonts holds Be Vietnam Pro (SIL Open Font License 1.1: OFL.txt) for
// whatever is printed or drawn. It has every Vietnamese letter; it lacks
// arrows, ticks and emoji.
package fonts

import _ "embed" // the fonts

// The two weights, as TrueType.
var (
	//go:embed BeVietnamPro-400.ttf
	Regular []byte
	//go:embed BeVietnamPro-600.ttf
	Semibold []byte
)
