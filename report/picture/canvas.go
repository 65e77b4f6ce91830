package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
	"golang.org/x/text/unicode/norm"

	"wardbot/report/fonts"
)

// Sizes in pixels.
const (
	width     = 1080
	maxHeight = 1350 // 4:5, beyond which a chat cuts pictures
	margin    = 56
	inner     = width - 2*margin
	leading   = 1.35 // of the size of a text: Ằ and Ễ rise above the ascent of the font
)

// The fonts are parsed once. A font may be shared; a face of it may not, so
// each picture makes its own.
var parsed = sync.OnceValues(func() ([2]*opentype.Font, error) {
	var all [2]*opentype.Font
	for i, data := range [][]byte{fonts.Regular, fonts.Semibold} {
		f, err := opentype.Parse(data)
		if err != nil {
			return all, fmt.Errorf("parse font: %w", err)
		}
		all[i] = f
	}
	return all, nil
})

// style is a weight and a size in pixels.
type style struct {
	bold bool
	size float64
}

func plain(size float64) style { return style{size: size} }
func bold(size float64) style  { return style{bold: true, size: size} }

// canvas is a picture being drawn from the top down: y is where it goes on.
// The first error stays, and png returns it.
type canvas struct {
	palette
	img   *image.RGBA
	fonts [2]*opentype.Font
	faces map[style]font.Face
	shape *vector.Rasterizer
	y     float64
	err   error
}

func newCanvas(theme Theme) *canvas {
	c := &canvas{
		palette: palettes[theme],
		img:     image.NewRGBA(image.Rect(0, 0, width, maxHeight)),
		faces:   map[style]font.Face{},
		shape:   vector.NewRasterizer(0, 0),
		y:       margin - 8,
	}
	c.fonts, c.err = parsed()
	draw.Draw(c.img, c.img.Bounds(), image.NewUniform(c.paper), image.Point{}, draw.Src)
	return c
}

// png is the picture from the top to a height.
func (c *canvas) png(height float64) ([]byte, error) {
	if c.err != nil {
		return nil, fmt.Errorf("draw picture: %w", c.err)
	}
	cut := *c.img
	cut.Rect.Max.Y = min(maxHeight, int(math.Ceil(height)))
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, indexed(&cut)); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	return b.Bytes(), nil
}

func (c *canvas) face(s style) font.Face {
	if f, ok := c.faces[s]; ok {
		return f
	}
	weight := c.fonts[0]
	if s.bold {
		weight = c.fonts[1]
	}
	f, err := opentype.NewFace(weight, &opentype.FaceOptions{Size: s.size, DPI: 72, Hinting: font.HintingNone})
	if err != nil && c.err == nil {
		c.err = err
	}
	c.faces[s] = f
	return f
}

// clean is a text as the font can show it: composed, because fonts place
// loose tone marks wrongly, and without what the font lacks, such as emoji.
func (c *canvas) clean(text string) string {
	if c.err != nil {
		return ""
	}
	face := c.face(plain(36))
	text = strings.Map(func(r rune) rune {
		if _, ok := face.GlyphAdvance(r); !ok {
			return -1
		}
		return r
	}, norm.NFC.String(text))
	return strings.Join(strings.Fields(text), " ")
}

func (c *canvas) measure(text string, s style) float64 {
	text = c.clean(text)
	if c.err != nil {
		return 0
	}
	return float64(font.MeasureString(c.face(s), text)) / 64
}

// widest is the width of the longest of the texts.
func (c *canvas) widest(texts []string, s style) float64 {
	w := 0.0
	for _, text := range texts {
		w = max(w, c.measure(text, s))
	}
	return w
}

// fit makes a text fit into a width: it shrinks down to a size, and is cut
// after that.
func (c *canvas) fit(text string, s style, smallest, room float64) (string, style) {
	text = c.clean(text)
	for s.size > smallest && c.measure(text, s) > room {
		s.size = max(smallest, s.size-2)
	}
	if c.measure(text, s) <= room {
		return text, s
	}
	letters := []rune(text)
	for len(letters) > 0 && c.measure(string(letters)+"…", s) > room {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimRight(string(letters), " ") + "…", s
}

// text writes with its left end at x, or the nearest whole pixel: equal words
// have equal pixels then, which packs better.
func (c *canvas) text(text string, s style, col color.RGBA, x, baseline float64) {
	text = c.clean(text)
	if c.err != nil {
		return
	}
	d := font.Drawer{Dst: c.img, Src: image.NewUniform(col), Face: c.face(s), Dot: fixed.Point26_6{
		X: fixed.I(int(math.Round(x))), Y: fixed.I(int(math.Round(baseline))),
	}}
	d.DrawString(text)
}

// textTo writes with its right end at x.
func (c *canvas) textTo(text string, s style, col color.RGBA, x, baseline float64) {
	c.text(text, s, col, x-c.measure(text, s), baseline)
}

// textAround writes with its middle at x.
func (c *canvas) textAround(text string, s style, col color.RGBA, x, baseline float64) {
	c.text(text, s, col, x-c.measure(text, s)/2, baseline)
}

// say writes one line across the picture, smaller if it must be, and goes on
// below it.
func (c *canvas) say(text string, s style, smallest float64, col color.RGBA) {
	fitted, small := c.fit(text, s, smallest, inner)
	c.text(fitted, small, col, margin, c.y+1.04*s.size)
	c.y += leading * s.size
}

// wrapped writes as many lines as it takes.
func (c *canvas) wrapped(text string, s style, col color.RGBA) {
	row := ""
	for _, word := range strings.Fields(c.clean(text)) {
		if row != "" && c.measure(row+" "+word, s) > inner {
			c.say(row, s, s.size, col)
			row = ""
		}
		row = strings.TrimPrefix(row+" "+word, " ")
	}
	if row != "" {
		c.say(row, s, s.size, col)
	}
}

// fill paints a shape that lies within a rectangle; path draws it in the
// rasteriser, whose origin is the rectangle's corner.
func (c *canvas) fill(within image.Rectangle, col color.RGBA, path func(z *vector.Rasterizer, dx, dy float64)) {
	if within.Empty() {
		return
	}
	c.shape.Reset(within.Dx(), within.Dy()) // no larger than the shape: it is cleared each time
	path(c.shape, float64(-within.Min.X), float64(-within.Min.Y))
	c.shape.ClosePath()
	c.shape.Draw(c.img, within, image.NewUniform(col), image.Point{})
}

func around(x0, y0, x1, y1 float64) image.Rectangle {
	return image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1)))
}

// box paints a rectangle with round corners.
func (c *canvas) box(x, y, w, h, r float64, col color.RGBA) {
	r = min(r, w/2, h/2)
	k := r * 0.4477 // how far from the corner the handles of a cubic quarter circle lie
	c.fill(around(x, y, x+w, y+h), col, func(z *vector.Rasterizer, dx, dy float64) {
		to := func(f func(float32, float32), px, py float64) { f(float32(px+dx), float32(py+dy)) }
		corner := func(ax, ay, bx, by, px, py float64) {
			z.CubeTo(float32(ax+dx), float32(ay+dy), float32(bx+dx), float32(by+dy), float32(px+dx), float32(py+dy))
		}
		to(z.MoveTo, x+r, y)
		to(z.LineTo, x+w-r, y)
		corner(x+w-k, y, x+w, y+k, x+w, y+r)
		to(z.LineTo, x+w, y+h-r)
		corner(x+w, y+h-k, x+w-k, y+h, x+w-r, y+h)
		to(z.LineTo, x+r, y+h)
		corner(x+k, y+h, x, y+h-k, x, y+h-r)
		to(z.LineTo, x, y+r)
		corner(x, y+k, x+k, y, x+r, y)
	})
}

// bar paints a track across the picture and the part of it that is filled.
func (c *canvas) bar(y, h, part float64, col color.RGBA) {
	c.box(margin, y, inner, h, h/2, c.track)
	if part > 0 {
		c.box(margin, y, max(h, inner*part), h, h/2, col) // a little is a dot, not nothing
	}
}

func (c *canvas) dot(x, y, r float64, col color.RGBA) { c.box(x-r, y-r, 2*r, 2*r, r, col) }

// point is a place in the picture.
type point struct{ x, y float64 }

// polygon paints what lies between the points.
func (c *canvas) polygon(col color.RGBA, points ...point) {
	x0, y0, x1, y1 := points[0].x, points[0].y, points[0].x, points[0].y
	for _, p := range points {
		x0, y0, x1, y1 = min(x0, p.x), min(y0, p.y), max(x1, p.x), max(y1, p.y)
	}
	c.fill(around(x0, y0, x1, y1), col, func(z *vector.Rasterizer, dx, dy float64) {
		z.MoveTo(float32(points[0].x+dx), float32(points[0].y+dy))
		for _, p := range points[1:] {
			z.LineTo(float32(p.x+dx), float32(p.y+dy))
		}
	})
}

// stroke paints a straight line with a thickness.
func (c *canvas) stroke(a, b point, thick float64, col color.RGBA) {
	length := math.Hypot(b.x-a.x, b.y-a.y)
	nx, ny := (a.y-b.y)/length*thick/2, (b.x-a.x)/length*thick/2
	c.polygon(col, point{a.x + nx, a.y + ny}, point{b.x + nx, b.y + ny}, point{b.x - nx, b.y - ny}, point{a.x - nx, a.y - ny})
}
