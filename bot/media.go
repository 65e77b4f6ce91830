package bot

import (
	"context"
	"fmt"
)

// resending is how each kind of file is sent: the method, whose parameter of
// the kind's name holds the file_id. A file is of its kind for good: Telegram
// refuses to send a round video as a video.
var resending = map[string]string{
	"photo": "sendPhoto", "video": "sendVideo", "video_note": "sendVideoNote", "animation": "sendAnimation",
	"document": "sendDocument", "audio": "sendAudio", "voice": "sendVoice",
}

// Resend sends a file that Telegram has by its kind and file_id (Bot API:
// sendPhoto and so on).
func (c *Client) Resend(ctx context.Context, chatID int64, kind, fileID string) error {
	method, ok := resending[kind]
	if !ok {
		return &Error{Method: "send " + kind, Kind: KindMessageBad, Err: fmt.Errorf("no kind of file: %q", kind)}
	}
	return c.Call(ctx, method, to(chatID).text(kind, fileID).p, nil, nil)
}

// File finds the file of a message, of a photo its largest size, and of what
// kind it is.
func (m *Message) File() (kind string, f Attachment, ok bool) {
	if n := len(m.Photo); n > 0 {
		p := m.Photo[0]
		for _, size := range m.Photo {
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
		{"video", m.Video}, {"video_note", m.VideoNote}, {"animation", m.Animation}, {"audio", m.Audio}, {"voice", m.Voice}, {"document", m.Document},
	} {
		if one.file != nil {
			return one.kind, *one.file, true
		}
	}
	return "", Attachment{}, false
}
