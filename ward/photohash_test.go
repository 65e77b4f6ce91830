package ward

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
)

// scene is a made-up photo: the same seed gives the same scene in any size.
func scene(seed uint64, w, h int) *image.RGBA {
	rng := rand.New(rand.NewPCG(seed, 0))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	type spot struct{ x, y, r, light float64 }
	var spots []spot
	for range 12 {
		spots = append(spots, spot{rng.Float64(), rng.Float64(), 0.1 + rng.Float64()/4, rng.Float64() * 255})
	}
	for y := range h {
		for x := range w {
			light := 100.0
			for _, s := range spots {
				dx, dy := float64(x)/float64(w)-s.x, float64(y)/float64(h)-s.y
				if dx*dx+dy*dy < s.r*s.r {
					light = s.light
				}
			}
			img.Set(x, y, color.RGBA{uint8(light), uint8(light * 0.9), uint8(light * 0.7), 255})
		}
	}
	return img
}

// shrunk is a picture in half its size, each pixel the mean of four.
func shrunk(img *image.RGBA) *image.RGBA {
	half := image.NewRGBA(image.Rect(0, 0, img.Rect.Dx()/2, img.Rect.Dy()/2))
	for y := range half.Rect.Dy() {
		for x := range half.Rect.Dx() {
			var sum [4]int
			for i := range 4 {
				at := img.PixOffset(2*x+i%2, 2*y+i/2)
				for c := range sum {
					sum[c] += int(img.Pix[at+c])
				}
			}
			for c := range sum {
				half.Pix[half.PixOffset(x, y)+c] = uint8(sum[c] / 4)
			}
		}
	}
	return half
}

func jpegOf(t *testing.T, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPhotoHash(t *testing.T) {
	var hashes []PhotoHash
	for seed := range uint64(30) {
		h, err := HashPhoto(jpegOf(t, scene(seed, 320, 240), 90))
		if err != nil {
			t.Fatal(err)
		}
		half := shrunk(scene(seed, 320, 240))
		for _, again := range [][]byte{jpegOf(t, scene(seed, 320, 240), 30), jpegOf(t, half, 80), jpegOf(t, shrunk(half), 80)} {
			g, err := HashPhoto(again)
			if err != nil {
				t.Fatal(err)
			}
			if !h.Alike(g) {
				t.Errorf("scene %d in another size or quality looks different: %064b %064b", seed, h, g)
			}
		}
		for other, g := range hashes {
			if h.Alike(g) {
				t.Errorf("scenes %d and %d look alike: %064b %064b", seed, other, h, g)
			}
		}
		hashes = append(hashes, h)
	}
}

func TestPicturesThatCannotBeCompared(t *testing.T) {
	var png1 bytes.Buffer
	if err := png.Encode(&png1, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	whole := jpegOf(t, scene(1, 64, 48), 90)
	bomb := bytes.Clone(whole)
	// The frame header says how big the picture is: height and width follow
	// the marker, its length and the precision.
	at := bytes.Index(bomb, []byte{0xff, 0xc0}) + 5
	copy(bomb[at:], []byte{0xff, 0xff, 0xff, 0xff})
	for name, file := range map[string][]byte{
		"nothing": nil, "no picture": []byte("hello"), "one pixel": png1.Bytes(), "cut off": whole[:len(whole)/2],
		"all dark": jpegOf(t, image.NewGray(image.Rect(0, 0, 64, 48)), 90), "says that it is huge": bomb,
	} {
		if h, err := HashPhoto(file); !errors.Is(err, ErrNoPicture) {
			t.Errorf("%s: %x, %v", name, h, err)
		}
	}
}

func FuzzHashPhoto(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := HashPhoto(file); err != nil && !errors.Is(err, ErrNoPicture) {
			t.Error(err)
		}
	})
}
