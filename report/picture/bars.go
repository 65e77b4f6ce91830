package picture

import (
	"math"

	"wardbot/locales"
	"wardbot/ward"
)

const (
	listed = 12 // more places than these are folded into columns
	inTwo  = 24 // and more than these into three
)

// Bars draws how large a share was done in each place. Up to twelve places
// have a line and a bar each; more stand in columns, each on its bar, so that
// forty still fit into one picture.
func Bars(t *locales.Texts, card Card, v ward.View) ([]byte, error) {
	c := newCanvas(card.Theme)
	if v.Total.Asked == 0 {
		return c.nothing(t, card, v)
	}
	c.header(card, t.Plain("picture.bars", numbers(t, v)), period(t, v.Period), sum(t, v))
	places := inOrder(v.Places)
	room := maxHeight - c.y - footerRoom
	switch {
	case len(places) == 0:
		c.bar(c.y, 28, rate(v.Total), c.colour(v.Total))
		c.y += 48
		c.wrapped(t.Plain("picture.all_small"), plain(36), c.muted)
		c.y += 12
	case len(places) <= listed:
		c.list(t, places, min(104, room/float64(len(places))))
	default:
		c.columns(t, places, room)
	}
	for _, p := range append(places, ward.PlaceTally{Tally: v.Total}) {
		if below(p.Tally) {
			c.amberMeans(t)
			break
		}
	}
	return c.footer(t, card)
}

// footerRoom is what is kept for the lines below a chart.
const footerRoom = 148

// list draws a place a row: its name, how many of how many, the share, and
// the bar below them.
func (c *canvas) list(t *locales.Texts, places []ward.PlaceTally, row float64) {
	rates, counts := make([]string, len(places)), make([]string, len(places))
	for i, p := range places {
		rates[i], counts[i] = t.Percent(p.Done, p.Asked), t.Number(p.Done)+"/"+t.Number(p.Asked)
		if p.Asked == 0 {
			counts[i] = t.Plain("picture.not_asked")
		}
	}
	const right = width - margin
	middle := right - c.widest(rates, bold(44)) - 36
	room := middle - c.widest(counts, plain(36)) - 28 - margin
	for i, p := range places {
		base := c.y + row - 40
		name, s := c.fit(p.Name, plain(42), 30, room)
		c.text(name, s, c.ink, margin, base)
		c.textTo(counts[i], plain(36), c.muted, middle, base)
		c.textTo(rates[i], bold(44), c.ink, right, base)
		c.bar(base+15, 18, rate(p.Tally), c.colour(p.Tally))
		c.y += row
	}
	c.y += 22
}

// columns draws each place on its bar, down one column and then the next.
func (c *canvas) columns(t *locales.Texts, places []ward.PlaceTally, room float64) {
	const gap, pad = 20, 12
	n := 2
	if len(places) > inTwo {
		n = 3
	}
	rows := math.Ceil(float64(len(places)) / float64(n))
	row := min(78, room/rows)
	w := (inner - gap*float64(n-1)) / float64(n)
	size := min(38, 0.66*(row-6))
	names := make([]string, len(places))
	for i, p := range places {
		names[i] = p.Name
	}
	share := c.widest([]string{"100%"}, bold(size)) + pad
	nameSize := size
	for nameSize > 0.8*size && c.widest(names, plain(nameSize)) > w-2*pad-share {
		nameSize -= 2 // one size for all looks calmer than one for each
	}
	for i, p := range places {
		x := margin + (w+gap)*math.Floor(float64(i)/rows)
		y := c.y + row*math.Mod(float64(i), rows)
		base := y + (row-6)/2 + 0.35*size
		c.box(x, y, w, row-6, 10, c.track)
		if part := rate(p.Tally); part > 0 {
			c.box(x, y, max(20, w*part), row-6, 10, c.under(p.Tally))
		}
		name, s := c.fit(p.Name, plain(nameSize), 0.6*size, w-2*pad-share)
		c.text(name, s, c.ink, x+pad, base)
		c.textTo(t.PercentWhole(p.Done, p.Asked), bold(size), c.ink, x+w-pad, base)
	}
	c.y += row*rows + 18
}

// amberMeans says what amber means.
func (c *canvas) amberMeans(t *locales.Texts) {
	c.box(margin, c.y+8, 44, 26, 13, c.amber)
	text, s := c.fit(t.Plain("picture.below", locales.Args{"Percent": t.PercentWhole(line, 100)}), plain(30), 24, inner-60)
	c.text(text, s, c.muted, margin+60, c.y+31)
	c.y += leading * 30
}
