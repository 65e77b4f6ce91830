package picture

import (
	"image/color"
	"math"
	"strings"

	"golang.org/x/image/vector"

	"wardbot/locales"
	"wardbot/ward"
)

// ThanksCard is what a card of thanks says. The numbers are the person's own:
// the card is theirs to show or to keep.
type ThanksCard struct {
	Name       string
	Place      string // where they help; empty: not said
	Period     ward.Period
	Done       int
	Households int // 0: not said
}

// Thanks draws a card of thanks with a person's name, signed by the
// organisation.
func Thanks(t *locales.Texts, card Card, thanks ThanksCard) ([]byte, error) {
	c := newCanvas(card.Theme)
	const frame = 28
	c.box(frame, frame, width-2*frame, thanksHeight-2*frame, 36, mix(c.paper, c.accent, 0.10))
	c.lotus(width/2, 276, 160)
	c.y = 336
	c.centred(t.Plain("picture.thanks"), plain(46), 36, c.accent)
	c.y += 6
	c.name(thanks.Name)
	if thanks.Place != "" {
		c.centred(thanks.Place, plain(40), 32, c.muted)
	}
	c.y += 34
	c.centred(period(t, thanks.Period), plain(38), 32, c.muted)
	c.centred(t.Plain("picture.thanks_done", locales.Args{"Count": thanks.Done}), bold(52), 38, c.ink)
	if thanks.Households > 0 {
		c.centred(t.Plain("picture.thanks_households", locales.Args{"Count": thanks.Households}), bold(52), 38, c.ink)
	}
	c.y += 16
	c.centred(t.Plain("picture.thanks_wish"), plain(40), 32, c.ink)
	c.y = thanksHeight - 130
	c.centred(card.Organisation, bold(40), 30, c.accent)
	return c.png(thanksHeight)
}

const thanksHeight = 1080

// centred writes one line in the middle and goes on below it.
func (c *canvas) centred(text string, s style, smallest float64, col color.RGBA) {
	fitted, small := c.fit(text, s, smallest, inner-60)
	c.textAround(fitted, small, col, width/2, c.y+1.04*s.size)
	c.y += leading * s.size
}

// name writes a person's name as large as it goes; a long one in two lines,
// because a name of thanks should not be cut.
func (c *canvas) name(name string) {
	const size, least = 92, 64
	name = c.clean(name)
	if c.measure(name, bold(least)) <= inner-60 {
		c.centred(name, bold(size), least, c.ink)
		return
	}
	words := strings.Fields(name)
	half := c.measure(name, bold(least)) / 2
	first := 1
	for first < len(words)-1 && c.measure(strings.Join(words[:first+1], " "), bold(least)) <= half+40 {
		first++
	}
	rows := []string{strings.Join(words[:first], " "), strings.Join(words[first:], " ")}
	s := bold(least)
	for s.size > 40 && c.widest(rows, s) > inner-60 {
		s.size -= 2
	}
	for _, row := range rows {
		c.centred(row, s, s.size, c.ink)
	}
}

// lotus draws a flower of seven petals that grow from a point, the outer ones
// first.
func (c *canvas) lotus(x, y, size float64) {
	for _, petal := range []struct{ lean, long, depth float64 }{
		{-78, 0.80, 0.30}, {78, 0.80, 0.30}, {-52, 0.92, 0.48}, {52, 0.92, 0.48}, {-26, 1, 0.68}, {26, 1, 0.68}, {0, 1.06, 0.92},
	} {
		c.petal(x, y, petal.lean, petal.long*size, mix(c.paper, c.accent, petal.depth))
	}
}

func (c *canvas) petal(x, y, lean, long float64, col color.RGBA) {
	sin, cos := math.Sincos(lean * math.Pi / 180)
	// on turns a point of an upright petal, across and up from its foot.
	on := func(across, up float64) (float64, float64) {
		return x + across*cos + up*sin, y + across*sin - up*cos
	}
	c.fill(around(x-long, y-long, x+long, y+long), col, func(z *vector.Rasterizer, dx, dy float64) {
		move := func(across, up float64) (float32, float32) {
			px, py := on(across*long, up*long)
			return float32(px + dx), float32(py + dy)
		}
		z.MoveTo(move(0, 0))
		for _, side := range []float64{-1, 1} {
			ax, ay := move(side*0.42, 0.30)
			bx, by := move(side*0.26, 0.74)
			tx, ty := move(0, 1)
			if side > 0 { // down again
				ax, ay, bx, by = bx, by, ax, ay
				tx, ty = move(0, 0)
			}
			z.CubeTo(ax, ay, bx, by, tx, ty)
		}
	})
}
