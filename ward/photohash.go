package ward

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what Telegram makes of every photo
	_ "image/png"
	"math/bits"
)

// PhotoHash says what a picture looks like, in 64 bits: of a grid of nine by
// eight, whether each cell is brighter than the one before (a difference hash,
// also known as dHash). The same picture in another size or quality has the same
// bits, give or take a few.
type PhotoHash uint64

// alikeWithin is how many bits may differ in pictures that look alike. Those
// of two different photos differ in 32 on average.
const alikeWithin = 6

// Alike says whether two pictures look the same.
func (h PhotoHash) Alike(g PhotoHash) bool { return bits.OnesCount64(uint64(h^g)) <= alikeWithin }

const (
	hashColumns, hashRows = 9, 8
	// maxPixels is how big a picture may be once it is unpacked: Telegram's
	// photos have 2,560 pixels a side at most, and a small file can hold much
	// more than that.
	maxPixels = 4096 * 4096
	// minStep is how much brighter than the last a cell must be: in the sky or
	// on a wall, less is only noise. minContrast is how much the darkest and
	// the brightest must differ for anything to be seen at all.
	minStep     = 3 << 8
	minContrast = 12 << 8
)

// ErrNoPicture is a picture that cannot be compared: unreadable, too big, or
// all of one colour.
var ErrNoPicture = errors.New("picture cannot be compared")

// HashPhoto reads a picture (JPEG or PNG) and returns its hash, or
// ErrNoPicture. Nothing else of it is kept, neither pixels nor EXIF.
func HashPhoto(file []byte) (PhotoHash, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNoPicture, err)
	}
	if config.Width < hashColumns || config.Height < hashRows || config.Width > maxPixels/config.Height {
		return 0, fmt.Errorf("%w: %d × %d", ErrNoPicture, config.Width, config.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNoPicture, err)
	}
	cells := brightness(img)
	var h PhotoHash
	darkest, brightest := cells[0][0], cells[0][0]
	for _, row := range cells {
		for x, cell := range row {
			darkest, brightest = min(darkest, cell), max(brightest, cell)
			if x > 0 {
				h <<= 1
				if row[x-1]+minStep < cell {
					h |= 1
				}
			}
		}
	}
	if brightest-darkest < minContrast {
		return 0, fmt.Errorf("%w: all of one colour", ErrNoPicture)
	}
	return h, nil
}

// brightness is the mean of each cell of the grid, of 65,535.
func brightness(img image.Image) (cells [hashRows][hashColumns]int) {
	b := img.Bounds()
	for y := range hashRows {
		for x := range hashColumns {
			cell := image.Rect(b.Min.X+x*b.Dx()/hashColumns, b.Min.Y+y*b.Dy()/hashRows,
				b.Min.X+(x+1)*b.Dx()/hashColumns, b.Min.Y+(y+1)*b.Dy()/hashRows)
			sum := 0
			for py := cell.Min.Y; py < cell.Max.Y; py++ {
				for px := cell.Min.X; px < cell.Max.X; px++ {
					r, g, b, _ := img.At(px, py).RGBA()
					sum += int(299*r+587*g+114*b) / 1000
				}
			}
			cells[y][x] = sum / (cell.Dx() * cell.Dy())
		}
	}
	return cells
}
