package simulator_test

import (
	"bytes"
	"encoding/json"
	"image"
	"io"
	"net/http"
	"strings"
	"testing"

	"wardbot/simulator"
)

// download fetches a file as a bot does.
func (l *line) download(id string) []byte {
	l.t.Helper()
	var f struct {
		Path string `json:"file_path"`
		Size int    `json:"file_size"`
	}
	l.ok(&f, "getFile", "file_id", id)
	resp, err := http.Get(strings.Replace(l.url, "/bot", "/file/bot", 1) + f.Path)
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || len(content) != f.Size {
		l.t.Fatalf("%v, status %d, %d bytes of %d", err, resp.StatusCode, len(content), f.Size)
	}
	return content
}

func TestPhotos(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	chat := text(ana.ID())
	chart := drawing(t, 600, 300)
	r := l.upload("sendPhoto", "photo", chart, "chat_id", chat, "caption", "tuần này")
	var m sent
	if err := json.Unmarshal(r.Result, &m); err != nil || !r.OK || len(m.Photo) != 2 {
		t.Fatalf("%v %+v", err, r)
	}
	id := ana.Last().Photo
	if m.Photo[0].Width != 90 || m.Photo[1].Width != 600 || m.Photo[1].FileID != id || ana.Last().Text != "tuần này" {
		t.Errorf("sent %+v, seen %+v", m, ana.Last())
	}
	if !bytes.Equal(l.download(id), chart) {
		t.Error("another file comes back")
	}
	if kept, ok := l.s.File(id); !ok || !bytes.Equal(kept, chart) {
		t.Error("the test can't read it")
	}
	l.ok(&m, "sendPhoto", "chat_id", chat, "photo", id)
	if m.Photo[1].FileID != id {
		t.Error("sent again, it has another file_id")
	}
	r = l.upload("sendPhoto", "chart", chart, "chat_id", chat, "photo", "attach://chart")
	if !r.OK {
		t.Errorf("attached: %s", r.Description)
	}

	hers := ana.Photo("Xong rồi")
	img, kind, err := image.Decode(bytes.NewReader(l.download(hers.Photo)))
	if err != nil || kind != "jpeg" || img.Bounds().Dx() != 320 {
		t.Errorf("her photo: %v %v", kind, err)
	}
	if list := l.updates(); len(list) != 1 || json.Unmarshal(list[0].Message, &m) != nil || m.Caption != "Xong rồi" || m.Photo[len(m.Photo)-1].FileID != hers.Photo {
		t.Errorf("the bot got %+v", m)
	}
}

func TestPicturesOfPeople(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	mine := drawing(t, 400, 300)
	m, err := ana.Picture(mine, "ngõ nhà tôi")
	if err != nil || m.Text != "ngõ nhà tôi" || !bytes.Equal(l.download(m.Photo), mine) {
		t.Errorf("sent %+v, %v", m, err)
	}
	if _, err := ana.Picture([]byte("no picture"), ""); err == nil {
		t.Error("what is no picture was taken")
	}
}

func TestBadPhotos(t *testing.T) {
	l := newLine(t, simulator.Options{})
	chat := text(l.ana().ID())
	for want, content := range map[string][]byte{
		"file must be non-empty":   nil,
		"IMAGE_PROCESS_FAILED":     []byte("no picture"),
		"PHOTO_INVALID_DIMENSIONS": drawing(t, 210, 10),
		"file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes": make([]byte, 10<<20+1),
	} {
		if r := l.upload("sendPhoto", "photo", content, "chat_id", chat); r.Description != "Bad Request: "+want {
			t.Errorf("got %q, want %q", r.Description, want)
		}
	}
	r := l.upload("sendDocument", "document", make([]byte, 20<<20+1), "chat_id", chat)
	var m struct {
		Document struct {
			ID string `json:"file_id"`
		}
	}
	if err := json.Unmarshal(r.Result, &m); err != nil {
		t.Fatal(err)
	}
	l.refused("Bad Request: file is too big", "getFile", "file_id", m.Document.ID)
}

func TestAlbums(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	ana.Album(3, "ba ảnh")
	var photos, albums []string
	for i, u := range l.updates() {
		var m sent
		if err := json.Unmarshal(u.Message, &m); err != nil {
			t.Fatal(err)
		}
		photos, albums = append(photos, m.Photo[len(m.Photo)-1].FileID), append(albums, m.Album)
		if (m.Caption != "") != (i == 0) {
			t.Errorf("photo %d has the caption %q", i, m.Caption)
		}
	}
	if len(photos) != 3 || photos[0] == photos[1] || albums[0] == "" || albums[0] != albums[2] {
		t.Fatalf("photos %v of albums %v", photos, albums)
	}
	media := `[{"type":"photo","media":"` + photos[0] + `","caption":"<b>c</b>","parse_mode":"HTML"},{"type":"photo","media":"` + photos[1] + `"}]`
	var both []sent
	l.ok(&both, "sendMediaGroup", "chat_id", text(ana.ID()), "media", media)
	if len(both) != 2 || both[0].Album == "" || both[0].Album != both[1].Album || both[0].Caption != "c" || ana.Received() != 2 {
		t.Errorf("sent %+v", both)
	}
	if last := ana.Last(); last.MediaGroup != both[0].Album || last.Photo != photos[1] {
		t.Errorf("seen %+v", last)
	}
}
