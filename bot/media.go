package bot

import (
	"fmt"
	"strconv"
)

// Media is a file or a place to send, by its kind in the Bot API: photo,
// video, animation, document, audio, voice, video_note or location.
type Media struct {
	Kind   string
	FileID string
	Upload *File // the file itself instead of a file_id; its Field need not be set
	Location
}

// Photo is a photo that Telegram has; of "" it is nothing.
func Photo(fileID string) []Media {
	if fileID == "" {
		return nil
	}
	return []Media{{Kind: "photo", FileID: fileID}}
}

// sendMethods is how each kind is sent: the method, whose parameter of the kind's
// name holds the file. A file is of its kind for good: Telegram refuses to
// send a round video as a video.
var sendMethods = map[string]string{
	"photo": "sendPhoto", "video": "sendVideo", "video_note": "sendVideoNote", "animation": "sendAnimation",
	"document": "sendDocument", "audio": "sendAudio", "voice": "sendVoice", "location": "sendLocation",
}

// one adds a file or place to the parameters of its method.
func (m Media) one(b build, caption string) (method string, p Params, files []File) {
	method = sendMethods[m.Kind]
	if m.Kind == "location" {
		b.p["latitude"], b.p["longitude"] = degrees(m.Latitude), degrees(m.Longitude)
		return method, b.p, nil
	}
	if m.Kind != "video_note" { // which takes no caption
		b.html("caption", caption)
	}
	if m.Upload != nil {
		file := *m.Upload
		file.Field = m.Kind
		return method, b.p, []File{file}
	}
	return method, b.text(m.Kind, m.FileID).p, nil
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

// inputMedia is one file of an album (Bot API: InputMedia).
type inputMedia struct {
	Type      string `json:"type"`
	Media     string `json:"media"`
	Caption   string `json:"caption,omitempty"`
	ParseMode string `json:"parse_mode,omitempty"`
}

// album adds 2 to 10 files, the caption under the first. What is uploaded goes
// into parts of the body that the list names.
func album(b build, media []Media, caption string) (method string, p Params, files []File) {
	list := make([]inputMedia, len(media))
	for i, m := range media {
		list[i] = inputMedia{Type: m.Kind, Media: m.FileID}
		if m.Upload != nil {
			file := *m.Upload
			file.Field = fmt.Sprintf("file%d", i)
			files = append(files, file)
			list[i].Media = "attach://" + file.Field
		}
	}
	if caption != "" {
		list[0].Caption, list[0].ParseMode = caption, "HTML"
	}
	return "sendMediaGroup", b.json("media", list).p, files
}

// File finds the file of a message, of a photo its largest size, and of what
// kind it is.
func (f *Files) File() (kind string, file Attachment, ok bool) {
	if n := len(f.Photo); n > 0 {
		p := f.Photo[0]
		for _, size := range f.Photo {
			if size.Width*size.Height > p.Width*p.Height {
				p = size
			}
		}
		return "photo", Attachment{FileID: p.FileID, FileUniqueID: p.FileUniqueID, FileSize: p.FileSize}, true
	}
	for _, one := range []struct {
		kind string
		file *Attachment
	}{
		{"video", f.Video}, {"video_note", f.VideoNote}, {"animation", f.Animation}, {"audio", f.Audio}, {"voice", f.Voice}, {"document", f.Document},
	} {
		if one.file != nil {
			return one.kind, *one.file, true
		}
	}
	return "", Attachment{}, false
}
