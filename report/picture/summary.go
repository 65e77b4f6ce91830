package picture

import (
	"wardbot/locales"
	"wardbot/ward"
)

// Summary draws the main numbers of a place on a card to forward.
func Summary(t *locales.Texts, card Card, v ward.View) ([]byte, error) {
	c := newCanvas(card.Theme)
	if v.Total.Asked == 0 {
		return c.nothing(t, card, v)
	}
	c.header(card, place(t, v), period(t, v.Period))
	share, big := t.Percent(v.Total.Done, v.Total.Asked), bold(168)
	c.text(share, big, c.colour(v.Total), margin-6, c.y+148)
	x := margin + c.measure(share, big) + 36
	for i, text := range []string{t.Plain("picture.done"), t.Plain("picture.sum_short", numbers(t, v))} {
		fitted, s := c.fit(text, plain(44), 30, width-margin-x)
		c.text(fitted, s, c.ink, x, c.y+84+float64(i)*60)
	}
	c.y += 190
	c.bar(c.y, 28, rate(v.Total), c.colour(v.Total))
	c.y += 60
	if v.Before.Asked > 0 {
		c.say(t.Plain("picture.before", numbers(t, v)), plain(36), 30, c.muted)
		c.y += 20
	}
	n := v.Total
	c.tiles([]tile{
		{t.Number(n.Households), t.Plain("picture.households")},
		{t.Number(n.Reports), t.Plain("picture.reports")},
		{t.Number(n.Active), t.Plain("picture.active")},
		{t.Number(n.Covered) + "/" + t.Number(n.Groups), t.Plain("picture.covered")},
	})
	if below(v.Total) {
		c.amberMeans(t)
	}
	return c.footer(t, card)
}

// tile is a number and what it counts.
type tile struct{ number, label string }

// tiles draws numbers two in a row.
func (c *canvas) tiles(all []tile) {
	const gap, height, pad = 20, 176, 30
	const w = (inner - gap) / 2
	for i, one := range all {
		x, y := margin+float64(i%2)*(w+gap), c.y+float64(i/2)*(height+gap)
		c.box(x, y, w, height, 18, mix(c.paper, c.track, 0.6))
		number, s := c.fit(one.number, bold(76), 44, w-2*pad)
		c.text(number, s, c.ink, x+pad, y+88)
		label, s := c.fit(one.label, plain(38), 30, w-2*pad)
		c.text(label, s, c.muted, x+pad, y+144)
	}
	c.y += float64((len(all)+1)/2)*(height+gap) + 8
}
