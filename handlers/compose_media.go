package handlers

import (
	"wardbot/bot"
	"wardbot/ward"
)

// attached says whether a message holds a file, or a place on the map.
func attached(m *bot.Message) bool {
	_, _, file := m.File()
	return file || m.Location != nil
}

// attach takes a message's file or place into the bulletin. The files of one
// album stay together, anything else takes the place of what there was.
func (s *sheet) attach(m *bot.Message) error {
	media := ward.Media{Kind: ward.MediaLocation}
	if kind, file, ok := m.File(); ok {
		media = ward.Media{Kind: ward.MediaKind(kind), FileID: file.FileID}
		if media.Kind == ward.MediaDocument && !ward.Readable(file.FileName, file.MimeType) {
			return ward.ErrMedia
		}
	} else {
		if m.Location.LivePeriod != 0 {
			return ward.ErrMedia // where somebody is, is nobody's business
		}
		media.Latitude, media.Longitude = m.Location.Latitude, m.Location.Longitude
	}
	if m.MediaGroupID == "" || m.MediaGroupID != s.Album {
		s.Media = nil
	}
	s.Album = m.MediaGroupID
	if len(s.Media) < ward.MaxAlbum {
		s.Media = append(s.Media, media)
	}
	return nil
}

// photo is a photo that Telegram has, as media of a bulletin.
func photo(fileID string) []ward.Media {
	if fileID == "" {
		return nil
	}
	return []ward.Media{{Kind: ward.MediaPhoto, FileID: fileID}}
}
