package ward

import (
	"path"
	"slices"
	"strings"
)

// MediaKind is a kind of content, as the Bot API names it.
type MediaKind string

// The kinds that a bulletin may hold. A location is where something takes
// place, never where somebody is.
const (
	MediaPhoto     MediaKind = "photo"
	MediaVideo     MediaKind = "video"
	MediaAnimation MediaKind = "animation"
	MediaDocument  MediaKind = "document"
	MediaAudio     MediaKind = "audio"
	MediaVoice     MediaKind = "voice"
	MediaLocation  MediaKind = "location"
)

// Limits of media (Bot API: sendMediaGroup, sendPhoto).
const (
	MaxAlbum = 10
	MaxPhoto = 10 << 20 // bytes
)

// Media is a file or a place in a bulletin. A file is known by Telegram's
// file_id, by the sum of bytes that we keep, or by both: then a file_id that
// is lost can be had anew.
type Media struct {
	Kind      MediaKind `json:"kind"`
	FileID    string    `json:"file_id,omitempty"`
	Sum       string    `json:"sum,omitempty"` // SHA-256 of the bytes, hexadecimal; see Store.KeepFile
	Latitude  float64   `json:"latitude,omitzero"`
	Longitude float64   `json:"longitude,omitzero"`
}

// Photos is a photo by its file_id; of "" it is nothing.
func Photos(fileID string) []Media {
	if fileID == "" {
		return nil
	}
	return []Media{{Kind: MediaPhoto, FileID: fileID}}
}

// Albums says whether several of a kind can be sent as one album.
func (k MediaKind) Albums() bool { return k == MediaPhoto || k == MediaVideo }

// Captioned says whether a kind takes words with it.
func (k MediaKind) Captioned() bool { return k != MediaLocation }

// validMedia says whether these can go out together: one thing, or an album.
func validMedia(all []Media) error {
	if len(all) > MaxAlbum {
		return ErrMedia
	}
	for _, m := range all {
		switch m.Kind {
		case MediaPhoto, MediaVideo, MediaAnimation, MediaDocument, MediaAudio, MediaVoice:
			if m.FileID == "" && m.Sum == "" {
				return ErrMedia
			}
		case MediaLocation:
			if !(m.Latitude >= -90 && m.Latitude <= 90 && m.Longitude >= -180 && m.Longitude <= 180) {
				return ErrMedia
			}
		default:
			return ErrMedia
		}
		if len(all) > 1 && !m.Kind.Albums() {
			return ErrMedia
		}
	}
	return nil
}

// documents are the endings of files that are read, heard or looked at, and
// readable the beginnings of their MIME types. Programs are not among them:
// from a coordinator's stolen telephone one would go to thousands of others.
var (
	documents = strings.Fields(
		"pdf doc docx xls xlsx ppt pptx odt ods odp txt csv jpg jpeg png gif webp heic mp4 mov mp3 m4a ogg wav")
	readable = []string{
		"image/", "audio/", "video/", "text/plain", "text/csv", "application/pdf", "application/msword",
		"application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.",
		"application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/octet-stream",
	}
)

// Readable says whether a file of this name and MIME type is one that may be
// sent on. The type may be empty.
func Readable(name, mime string) bool {
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	mime = strings.ToLower(mime)
	return slices.Contains(documents, ending) && !strings.Contains(mime, "macro") &&
		(mime == "" || slices.ContainsFunc(readable, func(kind string) bool { return strings.HasPrefix(mime, kind) }))
}
