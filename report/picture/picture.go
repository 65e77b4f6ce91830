// Package picture draws the numbers for a chat: bars by place, a heat map of
// days, a line of twelve weeks, a card to forward, a card of thanks. Each is a
// PNG, 1080 pixels wide and 4:5 at most, that can be read on a phone where a
// chat shows it 290 points wide. Places stand in alphabetical order, never by
// rank, and what a colour means is also written.
//
// A caller who may not show a place leaves it out of the view's Places; it is
// then in no picture.
package picture

import (
	"time"

	"wardbot/locales"
	"wardbot/ward"
)

// Theme is the background that a picture is made for.
type Theme int

// The themes. Light reads well in both of Telegram's own.
const (
	Light Theme = iota
	Dark
)

// Card is what every picture has besides its numbers.
type Card struct {
	Organisation string // signs the picture
	Theme        Theme
	At           time.Time // when the numbers were counted, in the organisation's zone; zero: not said
}

// line is the share in percent below which a bar is amber.
const line = 50

// below says whether fewer than line percent did what they were asked.
func below(n ward.Tally) bool { return n.Asked > 0 && 100*n.Done < line*n.Asked }

// rate is the share done, 0 to 1.
func rate(n ward.Tally) float64 {
	if n.Asked == 0 {
		return 0
	}
	return min(1, float64(n.Done)/float64(n.Asked))
}

func inOrder(places []ward.PlaceTally) []ward.PlaceTally {
	return locales.Sorted(places, func(p ward.PlaceTally) string { return p.Name })
}
