package picture

import (
	"image/color"
	"math"

	"wardbot/ward"
)

// palette is one colour and amber on paper. Text in ink, muted, accent and
// amber keeps 4.5:1 on paper (WCAG 2.2, 1.4.3); a test computes it.
type palette struct {
	paper, ink, muted, track, accent, amber color.RGBA
	full                                    color.RGBA // 100% in a heat map
}

var palettes = map[Theme]palette{
	Light: {
		paper: hex(0xfbfaf7), ink: hex(0x1b2a33), muted: hex(0x56646d), track: hex(0xe3e6e3),
		accent: hex(0x09706b), amber: hex(0xb05606),
		full: hex(0x075955),
	},
	Dark: {
		paper: hex(0x151b1f), ink: hex(0xf1efe9), muted: hex(0xaab5bc), track: hex(0x30393f),
		accent: hex(0x3fbdb2), amber: hex(0xf2a444),
		full: hex(0x52d3c7),
	},
}

func hex(rgb uint32) color.RGBA {
	return color.RGBA{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: 0xff}
}

// mix is the colour a part of the way from one to the other.
func mix(from, to color.RGBA, part float64) color.RGBA {
	channel := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + part*(float64(b)-float64(a)))) }
	return color.RGBA{R: channel(from.R, to.R), G: channel(from.G, to.G), B: channel(from.B, to.B), A: 0xff}
}

// inkOn is black or white, whichever is easier to read on the colour: one of
// them always has 4.5:1.
func inkOn(ground color.RGBA) color.RGBA {
	black, white := hex(0), hex(0xffffff)
	if contrast(black, ground) > contrast(white, ground) {
		return black
	}
	return white
}

// contrast is the ratio that WCAG 2.2 defines, 1 to 21.
func contrast(a, b color.RGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// colour is that of a share: amber below the line.
func (p palette) colour(n ward.Tally) color.RGBA {
	if below(n) {
		return p.amber
	}
	return p.accent
}

// under is the colour of a share on which ink is written.
func (p palette) under(n ward.Tally) color.RGBA { return mix(p.paper, p.colour(n), 0.38) }
