package ward

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

func pixels() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for y := range 30 {
		for x := range 40 {
			img.Set(x, y, color.RGBA{uint8(6 * x), uint8(8 * y), uint8(x * y), 255})
		}
	}
	return img
}

func jpegSegment(marker byte, content string) []byte {
	size := binary.BigEndian.AppendUint16(nil, uint16(len(content)+2))
	return append(append([]byte{0xff, marker}, size...), content...)
}

func pngChunk(name, content string) []byte {
	chunk := append([]byte(name), content...)
	all := append(binary.BigEndian.AppendUint32(nil, uint32(len(content))), chunk...)
	return binary.BigEndian.AppendUint32(all, crc32.ChecksumIEEE(chunk))
}

// photos are a JPEG and a PNG that tell where they were taken.
func photos(t testing.TB) (bare, told [][]byte) {
	var j, p bytes.Buffer
	if jpeg.Encode(&j, pixels(), nil) != nil || png.Encode(&p, pixels()) != nil {
		t.Fatal("no pictures")
	}
	head := 8 + 25 // of a PNG: signature and IHDR
	return [][]byte{j.Bytes(), p.Bytes()}, [][]byte{
		bytes.Join([][]byte{
			j.Bytes()[:2], jpegSegment(0xe1, "Exif\x00\x00GPS 21.0285"), jpegSegment(0xed, "Photoshop 3.0\x00GPS"), {0xff},
			jpegSegment(0xe2, "MPF\x00GPS"), jpegSegment(0xfe, "taken at GPS"), j.Bytes()[2:], []byte("GPS behind the end"),
		}, nil),
		bytes.Join([][]byte{
			p.Bytes()[:head], pngChunk("eXIf", "GPS 21.0285"), pngChunk("tEXt", "GPS\x0021"), pngChunk("prVt", "GPS"),
			p.Bytes()[head:], []byte("GPS behind the end"),
		}, nil),
	}
}

func TestStrip(t *testing.T) {
	bare, told := photos(t)
	for i := range told {
		got, err := Strip(told[i])
		if err != nil || bytes.Contains(got, []byte("GPS")) || !bytes.Equal(got, bare[i]) {
			t.Errorf("picture %d: %v, %d bytes left, want %d", i, err, len(got), len(bare[i]))
		}
		if again, err := Strip(got); err != nil || !bytes.Equal(again, got) {
			t.Errorf("picture %d stripped twice: %v", i, err)
		}
		for _, cut := range []int{3, 40, len(bare[i]) - 3} {
			if _, err := Strip(bare[i][:cut]); !errors.Is(err, ErrPicture) {
				t.Errorf("picture %d cut at %d: %v", i, cut, err)
			}
		}
	}
	colours := jpegSegment(0xe2, "ICC_PROFILE\x00\x01\x01colours")
	kept := bytes.Join([][]byte{bare[0][:2], colours, bare[0][2:]}, nil)
	if got, err := Strip(kept); err != nil || !bytes.Equal(got, kept) {
		t.Errorf("the colours are lost: %v", err)
	}
	if _, err := Strip([]byte("GIF89a")); !errors.Is(err, ErrPicture) {
		t.Errorf("a GIF: %v", err)
	}
}

func FuzzStrip(f *testing.F) {
	bare, told := photos(f)
	for _, p := range append(bare, told...) {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := Strip(in)
		if err != nil {
			return
		}
		again, err := Strip(out)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("stripped twice: %v", err)
		}
	})
}
