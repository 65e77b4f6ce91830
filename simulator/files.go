package simulator

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"
	"sync"
)

// maxDownload is the biggest file that a bot can fetch
// (core.telegram.org/bots/faq).
const maxDownload = 20 << 20

// files is everything that was uploaded. Its ids last.
type files struct {
	mu   sync.Mutex
	last uint64
	byID map[string]*file
	path map[string]*file
	sent int // by the bot, out of the body of a call
}

// file is one file, or one size of a photo.
type file struct {
	kind, id, unique, path string
	bytes                  []byte
	sizes                  []photoSize // of the photo that it is a size of
}

// wireFile is Bot API's File.
type wireFile struct {
	ID     string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	Size   int    `json:"file_size"`
	Path   string `json:"file_path"`
}

// Photos have ids that begin so, other files have other beginnings.
const photoPrefix = "AgACAgUAA"

// keep stores a file and returns its file_id and file_unique_id.
func (f *files) keep(kind string, content []byte) (id, unique string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := f.add(kind, content)
	return kept.id, kept.unique
}

func (f *files) add(kind string, content []byte) *file {
	if f.byID == nil {
		f.byID, f.path = map[string]*file{}, map[string]*file{}
	}
	f.last++
	prefix, ending := "BQACAgUAA", "bin"
	if kind == "photo" {
		prefix, ending = photoPrefix, "jpg"
	}
	kept := &file{
		kind: kind, bytes: content, path: fmt.Sprintf("%ss/file_%d.%s", kind, f.last, ending),
		unique: "AQAD" + scramble(f.last, 1), id: prefix + scramble(f.last, 4),
	}
	f.byID[kept.id], f.path[kept.path] = kept, kept
	return kept
}

// scramble makes n words of eight bytes out of a number, in base64.
func scramble(n uint64, words int) string {
	var b []byte
	for range words {
		n = n*0x9e3779b97f4a7c15 + 0x1234567
		b = binary.LittleEndian.AppendUint64(b, n^n>>29)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// addPhoto stores a photo under each of its sizes, smallest first.
func (f *files) addPhoto(small, large []byte, width, height int) []photoSize {
	f.mu.Lock()
	defer f.mu.Unlock()
	var sizes []photoSize
	for _, size := range []struct {
		bytes []byte
		most  int
	}{{small, thumbnail}, {large, 0}} {
		kept := f.add("photo", size.bytes)
		w, h := fit(width, height, size.most)
		sizes = append(sizes, photoSize{kept.id, kept.unique, w, h, len(size.bytes)})
	}
	for _, size := range sizes {
		f.byID[size.FileID].sizes = sizes
	}
	return sizes
}

// thumbnail is the longer side of the smallest size.
const thumbnail = 90

// fit scales a size down so that its longer side is at most so long, 0 = any.
func fit(w, h, most int) (int, int) {
	longest := max(w, h)
	if most == 0 || longest <= most {
		return w, h
	}
	return max(1, w*most/longest), max(1, h*most/longest)
}

// snapshots are the picture that all people's photos show, in two sizes.
var snapshots = sync.OnceValues(func() (small, large []byte) {
	return picture(thumbnail, thumbnail*3/4), picture(320, 240)
})

func picture(w, h int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(120 + 100*y/h), uint8(160 + 60*x/w), 110, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic("simulator: draw a photo: " + err.Error())
	}
	return b.Bytes()
}

// shoot is a photo out of somebody's telephone.
func (f *files) shoot() []photoSize {
	small, large := snapshots()
	return f.addPhoto(small, large, 320, 240)
}

// File returns what was uploaded under a file_id.
func (s *Server) File(id string) ([]byte, bool) {
	f := s.files.find(id)
	if f == nil {
		return nil, false
	}
	return f.bytes, true
}

// Lose makes a file_id one that Telegram does not know any more.
func (s *Server) Lose(id string) {
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	delete(s.files.byID, id)
}

// Uploads is how many files the bot has sent as bytes, whether or not the
// answer arrived. A polite bot sends each once, and then its file_id.
func (s *Server) Uploads() int {
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	return s.files.sent
}

func (f *files) uploaded() {
	f.mu.Lock()
	f.sent++
	f.mu.Unlock()
}

func (f *files) find(id string) *file {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byID[id]
}

// wrongKind is what the real server says to a file of one kind that is to be
// sent as another (tdlib/td FileManager.cpp).
func wrongKind(is, wanted string) error {
	title := func(kind string) string {
		var b strings.Builder
		for word := range strings.SplitSeq(kind, "_") {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
		return b.String()
	}
	return bad("can't use file of type %s as %s", title(is), title(wanted))
}

func (s *Server) getFile(c *call) (any, error) {
	f := s.files.find(c.params["file_id"])
	switch {
	case f == nil:
		return nil, errFileLater
	case len(f.bytes) > maxDownload:
		return nil, bad("file is too big")
	}
	return wireFile{f.id, f.unique, len(f.bytes), f.path}, nil
}

func (s *Server) serveFile(w http.ResponseWriter, path string) {
	s.files.mu.Lock()
	f := s.files.path[path]
	s.files.mu.Unlock()
	if f == nil {
		answer(w, nil, errNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(f.bytes)
}

// wrongFile is what the real server says about a file_id that it can't read
// (tdlib/td FileManager.cpp).
func wrongFile(id string) error {
	switch {
	case id == "":
		return bad("wrong file identifier/HTTP URL specified")
	case strings.Contains(id, "://"):
		return bad("failed to get HTTP URL content") // there is no other network
	}
	if _, err := base64.RawURLEncoding.DecodeString(id); err != nil {
		return bad("wrong remote file identifier specified: Wrong character in the string")
	}
	return bad("wrong remote file identifier specified: can't unserialize it")
}
