package simulator

import (
	"bytes"
	"image"
	_ "image/gif"  // photos of these kinds are taken
	_ "image/jpeg" //
	_ "image/png"  //
	"strings"
)

const (
	maxPhoto      = 10 << 20 // bytes (Bot API: sendPhoto)
	maxPhotoSides = 10000    // width + height
	maxPhotoRatio = 20
	maxAlbum      = 10 // (Bot API: sendMediaGroup)
)

func (s *Server) sendPhoto(c *call) (any, error) {
	k, err := readCaption(c)
	if err != nil {
		return nil, err
	}
	if k.photo, err = s.readPhoto(c, "photo", c.params["photo"]); err != nil {
		return nil, err
	}
	return s.sendOne(c, k)
}

// readPhoto takes a photo out of the body, or by its file_id.
func (s *Server) readPhoto(c *call, part, id string) ([]photoSize, error) {
	if name, ok := strings.CutPrefix(id, "attach://"); ok {
		part = name
		if _, ok := c.files[part]; !ok {
			return nil, bad("can't find the file %q that is attached", name)
		}
	}
	if u, ok := c.files[part]; ok {
		s.files.uploaded()
		return s.storePhoto(u.bytes)
	}
	f := s.files.find(id)
	switch {
	case f == nil:
		return nil, wrongFile(id)
	case f.kind != "photo":
		return nil, wrongKind(f.kind, "photo")
	}
	return f.sizes, nil
}

// storePhoto checks an uploaded photo as Telegram does and keeps it.
func (s *Server) storePhoto(content []byte) ([]photoSize, error) {
	if len(content) == 0 {
		return nil, errFileEmpty
	}
	if len(content) > maxPhoto {
		return nil, bad("file of size %d bytes is too big for a photo; the maximum size is %d bytes", len(content), maxPhoto)
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(content))
	w, h := config.Width, config.Height
	switch {
	case err != nil:
		return nil, bad("IMAGE_PROCESS_FAILED")
	case w+h > maxPhotoSides || max(w, h) > maxPhotoRatio*min(w, h):
		return nil, bad("PHOTO_INVALID_DIMENSIONS")
	}
	return s.files.addPhoto(content, content, w, h), nil
}

// inputMedia is Bot API's InputMedia.
type inputMedia struct {
	Type      string   `json:"type"`
	Media     string   `json:"media"`
	Caption   string   `json:"caption"`
	ParseMode string   `json:"parse_mode"`
	Entities  []entity `json:"caption_entities"`
}

func (s *Server) readMedia(c *call, m inputMedia) (content, error) {
	k, err := format(m.Caption, m.ParseMode, m.Entities)
	if err != nil {
		return content{}, err
	}
	if runes(k.text) > maxCaption {
		return content{}, errCaptionLong
	}
	k.captions = true
	if m.Type == "photo" {
		k.photo, err = s.readPhoto(c, "", m.Media)
		return k, err
	}
	k.otherName, k.other, err = s.attachment(c, m.Type, m.Media)
	return k, err
}

// mixed reports whether files are in an album that take no company: documents
// and sound files are grouped only with their like (Bot API: sendMediaGroup).
func mixed(media []inputMedia) bool {
	for _, m := range media {
		if m.Type != media[0].Type && (alone[m.Type] || alone[media[0].Type]) {
			return true
		}
	}
	return false
}

var alone = map[string]bool{"document": true, "audio": true}

func (s *Server) sendMediaGroup(c *call) (any, error) {
	var media []inputMedia
	if err := c.json("media", &media); err != nil {
		return nil, err
	}
	switch {
	case len(media) < 2:
		return nil, bad("media group must include 2-10 items")
	case len(media) > maxAlbum:
		return nil, bad("too many messages to send as an album")
	case mixed(media):
		return nil, bad("can't send as album: files of these kinds stay among themselves")
	}
	album := s.nextAlbum()
	contents := make([]content, len(media))
	for i, m := range media {
		k, err := s.readMedia(c, m)
		if err != nil {
			return nil, err
		}
		if err := k.options(c); err != nil {
			return nil, err
		}
		k.mediaGroup = album
		contents[i] = k
	}
	posts, err := s.send(c, contents)
	if err != nil {
		return nil, err
	}
	sent := make([]*wireMessage, len(posts))
	for i, p := range posts {
		sent[i] = &p.wire
	}
	return sent, nil
}
