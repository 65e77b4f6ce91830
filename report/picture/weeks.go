package picture

import (
	"wardbot/locales"
	"wardbot/ward"
)

// Line draws the share done in each of the twelve weeks. A week in which
// nobody was asked has no point, and the line does not cross it.
func Line(t *locales.Texts, card Card, v ward.View) ([]byte, error) {
	c := newCanvas(card.Theme)
	first, last := -1, -1
	for i, w := range v.Weeks {
		if w.Total.Asked > 0 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return c.nothing(t, card, v)
	}
	args := locales.Args{"Place": place(t, v), "Percent": percent(t, v.Weeks[last].Total), "Before": percent(t, v.Weeks[first].Total)}
	change := t.Plain("picture.line_change", args)
	if first == last {
		change = t.Plain("picture.line_once", args)
	}
	c.header(card, t.Plain("picture.line", args), dates(t, span(v.Weeks)), change)
	c.curve(t, v.Weeks, first, last)
	c.labelWeeks(t, v)
	return c.footer(t, card)
}

// span is the time from the first column to the last.
func span(columns []ward.Column) ward.Period {
	if len(columns) == 0 {
		return ward.Period{}
	}
	return ward.Period{From: columns[0].Period.From, To: columns[len(columns)-1].Period.To}
}

func percent(t *locales.Texts, n ward.Tally) string { return t.Percent(n.Done, n.Asked) }

// The plot of the line.
const (
	plotLeft   = margin + 112 // after the percentages
	plotRight  = width - margin
	plotHeight = 480
)

func (c *canvas) week(i, n int) float64 {
	return plotLeft + 30 + float64(i)*(plotRight-plotLeft-68)/float64(max(1, n-1))
}

func (c *canvas) curve(t *locales.Texts, weeks []ward.Column, first, last int) {
	top := c.y + 40
	c.y = top + plotHeight
	at := func(i int) point {
		return point{c.week(i, len(weeks)), c.y - plotHeight*rate(weeks[i].Total)}
	}
	both := func(i int) bool { return i > 0 && weeks[i].Total.Asked > 0 && weeks[i-1].Total.Asked > 0 }
	for i := range weeks {
		if both(i) {
			a, b := at(i-1), at(i)
			c.polygon(mix(c.paper, c.accent, 0.12), a, b, point{b.x, c.y}, point{a.x, c.y})
		}
	}
	for share := 0; share <= 100; share += 25 {
		y := c.y - plotHeight*float64(share)/100
		c.box(plotLeft, y-1, plotRight-plotLeft, 2, 1, c.track)
		c.textTo(t.PercentWhole(share, 100), plain(36), c.muted, plotLeft-18, y+12)
	}
	for i := range weeks {
		if both(i) {
			c.stroke(at(i-1), at(i), 8, c.accent)
		}
	}
	for i := range weeks {
		if weeks[i].Total.Asked > 0 {
			c.dot(at(i).x, at(i).y, 15, c.paper)
			c.dot(at(i).x, at(i).y, 10, c.accent)
		}
	}
	c.value(percent(t, weeks[last].Total), at(last), last > 0 && both(last) && at(last-1).y < at(last).y-20)
	if first < last {
		c.value(percent(t, weeks[first].Total), at(first), both(first+1) && at(first+1).y < at(first).y-20)
	}
}

// value writes a number at a point of the line, on the side where the line
// does not go.
func (c *canvas) value(text string, p point, under bool) {
	s := bold(44)
	w := c.measure(text, s)
	x := min(max(p.x-w/2, plotLeft+4), plotRight-w)
	base := p.y - 30
	if under && p.y+64 < c.y {
		base = p.y + 62
	}
	c.box(x-6, base-38, w+12, 46, 8, c.paper) // no rule runs through it
	c.text(text, s, c.ink, x, base)
}

func (c *canvas) labelWeeks(t *locales.Texts, v ward.View) {
	for i, label := range weekNumbers(v) {
		c.textAround(label, plain(36), c.muted, c.week(i, len(v.Weeks)), c.y+54)
	}
	c.text(t.Plain("picture.week_axis"), plain(30), c.muted, margin, c.y+54)
	c.y += 88
}
