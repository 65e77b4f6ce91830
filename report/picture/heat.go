package picture

import (
	"image/color"
	"math"
	"strconv"
	"strings"
	"time"

	"wardbot/locales"
	"wardbot/ward"
)

const (
	heatRows  = 16 // more places than these stand in two blocks side by side
	smallText = 24 // no number is drawn smaller
)

// Heat draws how large a share was done in each place on each day; in a view
// without days, which is longer than a month, in each of its twelve weeks.
// Cells have their number as long as it can be read.
func Heat(t *locales.Texts, card Card, v ward.View) ([]byte, error) {
	c := newCanvas(card.Theme)
	if v.Total.Asked == 0 {
		return c.nothing(t, card, v)
	}
	columns, labels := v.Days, days(t, v)
	if len(columns) > 0 {
		c.header(card, t.Plain("picture.heat_days", numbers(t, v)), period(t, v.Period), t.Plain("picture.heat_sum", numbers(t, v)))
	} else {
		columns, labels = v.Weeks, weekNumbers(v)
		c.header(card, t.Plain("picture.heat_weeks", numbers(t, v)), dates(t, span(v.Weeks)))
	}
	places := inOrder(v.Places)
	if len(places) == 0 {
		c.wrapped(t.Plain("picture.all_small"), plain(36), c.muted)
	} else {
		c.heatMap(places, columns, labels)
	}
	c.scale(t)
	return c.footer(t, card)
}

// days are the labels of the days: weekdays in a week, else days of the month.
func days(t *locales.Texts, v ward.View) []string {
	names := strings.Split(t.Plain("picture.weekdays"), "|")
	labels := make([]string, len(v.Days))
	for i, d := range v.Days {
		from := d.Period.From.In(time.UTC)
		labels[i] = strconv.Itoa(from.Day())
		if len(v.Days) <= 7 {
			labels[i] = names[from.Weekday()]
		}
	}
	return labels
}

func weekNumbers(v ward.View) []string {
	labels := make([]string, len(v.Weeks))
	for i, w := range v.Weeks {
		_, n := w.Period.Week()
		labels[i] = strconv.Itoa(n)
	}
	return labels
}

// block is one of the parts of a heat map that stand side by side.
type block struct {
	x, names     float64 // where it begins, and how wide the names are
	cell, row    float64 // width and height of a cell, the gap included
	name, number style
	numbers      bool
}

func (c *canvas) heatMap(places []ward.PlaceTally, columns []ward.Column, labels []string) {
	const gap, head = 36, 56
	blocks := 1.0
	if len(places) > heatRows {
		blocks = 2
	}
	rows := math.Ceil(float64(len(places)) / blocks)
	w := (inner - gap*(blocks-1)) / blocks
	b := block{row: math.Floor(min(88, (maxHeight-c.y-footerRoom-head-20)/rows))} // whole pixels have sharp edges
	b.name = plain(min(42, 0.72*b.row))
	names := make([]string, len(places))
	for i, p := range places {
		names[i] = p.Name
	}
	b.names = min(c.widest(names, b.name)+20, 0.36*w)
	b.cell = math.Floor((w - b.names) / float64(len(columns)))
	b.names = w - b.cell*float64(len(columns))
	b.number = plain(min(40, 0.66*b.row))
	for b.number.size > smallText && c.measure("88", b.number) > b.cell-16 {
		b.number.size--
	}
	b.numbers = b.number.size >= smallText && c.measure("88", b.number) <= b.cell-14
	found := lookup(columns)
	for i := 0.0; i < blocks; i++ {
		b.x = margin + i*(w+gap)
		c.labels(b, labels)
		part := places[min(len(places), int(i*rows)):min(len(places), int((i+1)*rows))]
		for n, p := range part {
			c.heatRow(b, p, found[p.PlaceID], c.y+head+float64(n)*b.row)
		}
	}
	c.y += head + rows*b.row + 20
}

// lookup finds the tallies of a place, one a column.
func lookup(columns []ward.Column) map[int64][]ward.Tally {
	found := map[int64][]ward.Tally{}
	for i, col := range columns {
		for _, p := range col.Places {
			if found[p.PlaceID] == nil {
				found[p.PlaceID] = make([]ward.Tally, len(columns))
			}
			found[p.PlaceID][i] = p.Tally
		}
	}
	return found
}

// labels writes as many of the columns' labels as do not touch.
func (c *canvas) labels(b block, labels []string) {
	s := bold(36)
	if b.cell < 60 {
		s = bold(30)
	}
	step := 1
	for widest := c.widest(labels, s) + 12; float64(step)*b.cell < widest; {
		step++
	}
	if step > 2 && step < 7 && len(labels) > 14 {
		step = 7 // the same weekday
	}
	for i := 0; i < len(labels); i += step {
		c.textAround(labels[i], s, c.muted, b.x+b.names+b.cell*(float64(i)+0.5), c.y+40)
	}
}

func (c *canvas) heatRow(b block, p ward.PlaceTally, days []ward.Tally, y float64) {
	name, s := c.fit(p.Name, b.name, 0.7*b.name.size, b.names-16)
	c.text(name, s, c.ink, b.x, y+b.row/2+0.33*s.size)
	between := math.Round(min(6, 0.14*b.cell))
	for i, n := range days {
		x, w, h := b.x+b.names+b.cell*float64(i), b.cell-between, b.row-between
		ground := c.heat(n)
		c.box(x, y, w, h, min(10, w/4), ground)
		switch {
		case n.Asked == 0:
			c.box(x+w/2-min(8, w/4), y+h/2-2, 2*min(8, w/4), 4, 2, c.muted)
		case b.numbers:
			share, s := c.fit(strconv.Itoa(100*n.Done/n.Asked), b.number, 0.5*b.number.size, w-4)
			c.textAround(share, s, inkOn(ground), x+w/2, y+h/2+0.35*s.size)
		}
	}
}

// heat is the colour of a share: the more, the further from the paper. It
// changes faster towards the top, where most shares lie.
func (p palette) heat(n ward.Tally) color.RGBA {
	if n.Asked == 0 {
		return mix(p.paper, p.track, 0.5)
	}
	return mix(p.track, p.full, 0.06+0.94*math.Pow(rate(n), 1.4))
}

// scale says what the colours of a heat map mean.
func (c *canvas) scale(t *locales.Texts) {
	s := plain(30)
	x, base := float64(margin), c.y+31
	c.text("0%", s, c.muted, x, base)
	x += c.measure("0%", s) + 14
	for done := 0; done <= 100; done += 25 {
		c.box(x, c.y+4, 50, 34, 8, c.heat(ward.Tally{Asked: 100, Done: done}))
		x += 54
	}
	c.text("100%", s, c.muted, x+10, base)
	x += 10 + c.measure("100%", s) + 40
	c.box(x, c.y+4, 50, 34, 8, c.heat(ward.Tally{}))
	c.box(x+17, c.y+19, 16, 4, 2, c.muted)
	x += 64
	text, s := c.fit(t.Plain("picture.not_asked"), s, 24, width-margin-x)
	c.text(text, s, c.muted, x, base)
	c.y += leading * 36
}
