package picture

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// indexed is the picture in 256 colours, a third of the size to send. Like
// colours, equal in the upper five bits of each channel, become the one that
// most of their plain areas have; the smoothed edges of letters change by what
// no eye sees.
func indexed(img *image.RGBA) *image.Paletted {
	type bucket struct {
		color  color.RGBA
		votes  int // of Boyer and Moore's majority vote
		pixels int
		index  uint8
	}
	var buckets [1 << 15]bucket
	size := img.Bounds().Size()
	row := func(y int) []uint8 { return img.Pix[y*img.Stride : y*img.Stride+4*size.X] }
	at := func(p []uint8) int { return int(p[0]>>3)<<10 | int(p[1]>>3)<<5 | int(p[2]>>3) }
	for y := range size.Y {
		var left color.RGBA
		var b *bucket
		for p := row(y); len(p) > 0; p = p[4:] {
			c := color.RGBA{R: p[0], G: p[1], B: p[2], A: 0xff}
			if c != left { // the edge of something, which has no vote
				b, left = &buckets[at(p)], c
				if b.pixels++; b.pixels == 1 {
					b.color = c
				}
				continue
			}
			b.pixels++
			switch {
			case c == b.color:
				b.votes++
			case b.votes == 0:
				b.color, b.votes = c, 1
			default:
				b.votes--
			}
		}
	}
	var used []*bucket
	for i := range buckets {
		if buckets[i].pixels > 0 {
			used = append(used, &buckets[i])
		}
	}
	slices.SortStableFunc(used, func(a, b *bucket) int { return cmp.Compare(b.pixels, a.pixels) })
	var palette color.Palette
	for i, b := range used {
		if i < 256 {
			b.index = uint8(i)
			palette = append(palette, b.color)
			continue
		}
		b.index = uint8(palette.Index(b.color)) // the nearest
	}
	small := image.NewPaletted(image.Rectangle{Max: size}, palette)
	for y := range size.Y {
		to := small.Pix[y*small.Stride:]
		for x, p := 0, row(y); len(p) > 0; x, p = x+1, p[4:] {
			to[x] = buckets[at(p)].index
		}
	}
	return small
}
