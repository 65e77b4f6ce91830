package ward

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// File is bytes that we keep ourselves, to be uploaded once and then sent by
// the file_id that Telegram gave them.
type File struct {
	Kind   MediaKind
	Name   string // as its readers see it
	Bytes  []byte
	FileID string // empty: not at Telegram, or not any more
}

// Ready is the file as it may be kept, and what names it in a bulletin: a
// photo loses all that it tells beside the picture. ErrPicture says that it is
// none.
func (f File) Ready() (File, Media, error) {
	if f.Kind == MediaPhoto {
		var err error
		if f.Bytes, err = Strip(f.Bytes); err != nil {
			return f, Media{}, err
		}
	}
	sum := sha256.Sum256(f.Bytes)
	return f, Media{Kind: f.Kind, FileID: f.FileID, Sum: hex.EncodeToString(sum[:])}, nil
}

// ErrPicture says that bytes are no JPEG or PNG that can be read.
var ErrPicture = errors.New("not a picture")

// Strip takes out of a JPEG or PNG what it tells beside the picture: where and
// when it was taken and with what (Exif, XMP, IPTC), comments, and what hangs
// behind its end. Nothing of the picture itself changes, but a camera's word
// about which side is up goes too: Telegram has turned what comes from there.
func Strip(picture []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(picture, []byte("\xff\xd8")):
		return stripJPEG(picture)
	case bytes.HasPrefix(picture, []byte(pngHead)):
		return stripPNG(picture)
	}
	return nil, ErrPicture
}

// Markers of JPEG (ITU T.81, table B.1).
const (
	jpegEnd     = 0xd9
	jpegScan    = 0xda
	jpegApp0    = 0xe0 // JFIF
	jpegApp2    = 0xe2 // colours, and other things
	jpegApp14   = 0xee // Adobe: how colours are written
	jpegApp15   = 0xef
	jpegComment = 0xfe
)

func stripJPEG(in []byte) ([]byte, error) {
	out := append(make([]byte, 0, len(in)), in[:2]...)
	for in = in[2:]; len(in) >= 4; {
		marker := in[1]
		if in[0] != 0xff {
			return nil, ErrPicture
		}
		if marker == 0xff { // padding
			in = in[1:]
			continue
		}
		if marker == jpegEnd {
			return append(out, in[:2]...), nil
		}
		size := 2 + int(binary.BigEndian.Uint16(in[2:]))
		if size < 4 || size > len(in) {
			return nil, ErrPicture
		}
		if marker == jpegScan {
			size += scanned(in[size:])
		}
		if !tells(marker, in[4:]) {
			out = append(out, in[:size]...)
		}
		in = in[size:]
	}
	if len(in) >= 2 && in[0] == 0xff && in[1] == jpegEnd {
		return append(out, in[:2]...), nil
	}
	return nil, ErrPicture
}

// tells says whether a segment is about the picture instead of of it.
func tells(marker byte, content []byte) bool {
	switch marker {
	case jpegComment:
		return true
	case jpegApp2:
		return !bytes.HasPrefix(content, []byte("ICC_PROFILE\x00"))
	}
	return marker > jpegApp0 && marker <= jpegApp15 && marker != jpegApp14
}

// scanned is how long the picture's data is, up to the next marker.
func scanned(data []byte) int {
	for i := 0; i+1 < len(data); i++ {
		if next := data[i+1]; data[i] == 0xff && next != 0 && (next < 0xd0 || next > 0xd7) && next != 0xff {
			return i
		}
	}
	return len(data)
}

const pngHead = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks of a PNG that make the picture (PNG, 3rd edition,
// table 7).
var pngKept = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true,
	"tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "sBIT": true, "pHYs": true,
}

func stripPNG(in []byte) ([]byte, error) {
	out := append(make([]byte, 0, len(in)), pngHead...)
	for in = in[len(pngHead):]; len(in) >= 12; {
		size := 12 + int64(binary.BigEndian.Uint32(in))
		if size > int64(len(in)) {
			return nil, ErrPicture
		}
		name := string(in[4:8])
		if pngKept[name] {
			out = append(out, in[:size]...)
		}
		if name == "IEND" {
			return out, nil
		}
		in = in[size:]
	}
	return nil, ErrPicture
}
