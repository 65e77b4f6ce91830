package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// What of a coordinator's files cannot be sent on. Each has its sentence in
// apologies.
var (
	errNoContent = errors.New("kind of content not for bulletins")
	errProgram   = errors.New("file may be a program")
	errLivePlace = errors.New("location follows a person")
)

// entities are the looks of a message's words, as the domain names them.
func entities(all []bot.Entity) []ward.Entity {
	var to []ward.Entity
	for _, e := range all {
		to = append(to, ward.Entity{Kind: e.Type, Offset: e.Offset, Length: e.Length, URL: e.URL, Language: e.Language})
	}
	return to
}

// wordsOf is what a message says, clean and as it is formatted, caption
// included.
func wordsOf(m *bot.Message) ward.Text {
	if m.Text != "" {
		return ward.Formatted(m.Text, entities(m.Entities))
	}
	return ward.Formatted(m.Caption, entities(m.CaptionEntities))
}

// brought is the file or place that a message brings for a bulletin, if it
// brings one.
func brought(m *bot.Message) (media ward.Media, some bool, err error) {
	if m.Location != nil {
		if m.Location.LivePeriod > 0 {
			return media, false, errLivePlace
		}
		return ward.Media{Kind: ward.MediaLocation, Latitude: m.Location.Latitude, Longitude: m.Location.Longitude}, true, nil
	}
	kind, file, some := m.File()
	if !some {
		return media, false, nil
	}
	media = ward.Media{Kind: ward.MediaKind(kind), FileID: file.FileID}
	switch media.Kind {
	case ward.MediaPhoto, ward.MediaVideo, ward.MediaAnimation, ward.MediaAudio, ward.MediaVoice:
		return media, true, nil
	case ward.MediaDocument:
		if !ward.Readable(file.FileName, file.MimeType) {
			return media, false, errProgram
		}
		return media, true, nil
	}
	return media, false, errNoContent
}

// files are the media of a bulletin as Telegram has them, and the bytes of
// what it does not have yet.
func (h *Handlers) files(ctx context.Context, all []ward.Media) ([]bot.Media, error) {
	var files []bot.Media
	for _, m := range all {
		is := bot.Media{Kind: string(m.Kind), FileID: m.FileID, Location: bot.Location{Latitude: m.Latitude, Longitude: m.Longitude}}
		if m.Sum != "" {
			kept, err := h.store.FileID(ctx, m)
			if err == nil && kept == "" {
				var file ward.File
				file, err = h.store.File(ctx, m)
				is.Upload = &bot.File{Name: file.Name, Bytes: file.Bytes}
			}
			switch {
			case err == nil:
				is.FileID = kept
			case !errors.Is(err, ward.ErrNotFound) || m.FileID == "":
				return nil, err
			}
		}
		files = append(files, is)
	}
	return files, nil
}

// sendLetter sends a bulletin as its letters show it: what goes ahead, and the
// words with the buttons. It returns the messages in their order.
func (h *Handlers) sendLetter(ctx context.Context, r *request, b ward.Bulletin, html string, k bot.Keyboard) (sent []bot.Sent, err error) {
	media, err := h.files(ctx, b.Media)
	if err != nil {
		return nil, err
	}
	if b.Ahead {
		if sent, err = r.sendAll(ctx, bot.Send{ChatID: r.chat, Media: media, Silent: true}); err != nil {
			return sent, err
		}
		media = nil
	}
	m, err := r.send(ctx, bot.Send{ChatID: r.chat, HTML: html, Media: media, Keyboard: k})
	return append(sent, m), err
}

// fetching is how long a coordinator waits at most for us to fetch the
// pictures of what is being published.
const fetching = 10 * time.Second

// keepPictures keeps the bytes of a bulletin's photos, so that they can be
// uploaded anew should Telegram lose them. It is a precaution: what cannot be
// fetched now is sent by its file_id alone.
func (h *Handlers) keepPictures(ctx context.Context, all []ward.Media) []ward.Media {
	limited, cancel := context.WithTimeout(ctx, fetching)
	defer cancel()
	all = slices.Clone(all)
	for i, m := range all {
		if m.Kind != ward.MediaPhoto || m.Sum != "" {
			continue
		}
		picture, err := h.line.Download(limited, m.FileID)
		if err == nil && len(picture) > ward.MaxPhoto {
			continue
		}
		var kept ward.Media
		if err == nil {
			kept, err = h.store.KeepFile(ctx, ward.File{Kind: m.Kind, Name: "photo.jpg", Bytes: picture, FileID: m.FileID}, h.Now())
		}
		if err != nil {
			h.Log.Warn("photo of a bulletin not kept", "error", err)
			continue
		}
		all[i] = kept
	}
	return all
}

// attached says what a bulletin holds beside words.
func attached(t *locales.Texts, media []ward.Media) string {
	if len(media) > 1 {
		return t.Plain("compose.with_album", locales.Args{"Count": len(media)})
	}
	for _, m := range media {
		switch m.Kind {
		case ward.MediaPhoto:
			return t.Plain("compose.with_photo")
		case ward.MediaVideo:
			return t.Plain("compose.with_video")
		case ward.MediaAnimation:
			return t.Plain("compose.with_animation")
		case ward.MediaAudio:
			return t.Plain("compose.with_audio")
		case ward.MediaVoice:
			return t.Plain("compose.with_voice")
		case ward.MediaLocation:
			return t.Plain("compose.with_location")
		case ward.MediaDocument:
			return t.Plain("compose.with_document")
		}
	}
	return ""
}

// moreToCome says whether the next file of an album, or the rest of a text
// that an app has cut in two, has come already: what there is to say is said
// to the last one.
func (h *Handlers) moreToCome(ctx context.Context, r *request) (bool, error) {
	m := r.message()
	if m == nil || m.MediaGroupID == "" && ward.Units(m.Text) <= split {
		return false, nil
	}
	waiting, err := h.store.UpdatesAfter(ctx, r.chat, r.update.ID)
	return slices.ContainsFunc(waiting, func(raw []byte) bool { return strings.Contains(string(raw), m.MediaGroupID) }), err
}
