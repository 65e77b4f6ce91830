package simulator

import "fmt"

// Note is what an app can put into messages: formatted words, and files.
type Note struct {
	HTML  string   // words or caption, formatted as in Telegram's HTML
	Files []string // by their kind in the Bot API: photo, video, …; several become an album
}

// Write sends formatted words, a file with a caption, or an album with the
// caption under its first. It returns the first message. The HTML is the
// test's own, so a mistake in it is a panic.
func (p *Person) Write(n Note) Message {
	words, err := format(n.HTML, "HTML", nil)
	if err != nil {
		panic("simulator: a note in bad HTML: " + err.Error())
	}
	words.html = ""
	if len(n.Files) == 0 {
		return p.give(words)
	}
	album := ""
	if len(n.Files) > 1 {
		album = p.server.nextAlbum()
	}
	contents := make([]content, len(n.Files))
	for i, kind := range n.Files {
		k := p.server.thing(kind)
		if i == 0 {
			k.text, k.entities = words.text, words.entities
		}
		k.captions, k.mediaGroup = true, album
		contents[i] = k
	}
	return p.give(contents...)
}

// Sticker sends a sticker.
func (p *Person) Sticker() Message { return p.give(p.server.thing("sticker")) }

// Voice sends a voice message.
func (p *Person) Voice() Message { return p.give(p.server.thing("voice")) }

// Video sends a film.
func (p *Person) Video() Message { return p.give(p.server.thing("video")) }

// Document sends a file of the given name, or list.pdf.
func (p *Person) Document(name ...string) Message {
	k := p.server.thing("document")
	if len(name) > 0 {
		k.other = p.server.made("document", map[string]any{"file_name": name[0]})
	}
	return p.give(k)
}

// Attach sends a file of a given name and content.
func (p *Person) Attach(fileName string, content []byte) Message {
	k := p.server.thing("document")
	id, unique := p.server.files.keep("document", content)
	k.other = p.server.made("document", map[string]any{
		"file_id": id, "file_unique_id": unique, "file_name": fileName, "file_size": len(content),
	})
	return p.give(k)
}

// Contact sends the person's own number.
func (p *Person) Contact() Message {
	return p.give(content{otherName: "contact", other: p.server.made("contact", map[string]any{
		"phone_number": fmt.Sprintf("+84%09d", p.user.ID%1_000_000_000), "first_name": p.user.FirstName, "user_id": p.user.ID,
	})})
}

// Location sends a place on the map.
func (p *Person) Location() Message { return p.give(p.server.thing("location")) }

// LiveLocation shows for an hour where the person is.
func (p *Person) LiveLocation() Message {
	k := p.server.thing("location")
	k.other = p.server.made("location", map[string]any{"latitude": 21.0285, "longitude": 105.8542, "live_period": 3600})
	return p.give(k)
}

// gadgets are what people's things are like, by their name in Message.
var gadgets = map[string]map[string]any{
	"sticker":   nil,
	"voice":     {"duration": 7, "mime_type": "audio/ogg"},
	"audio":     {"duration": 180, "mime_type": "audio/mpeg", "file_name": "song.mp3"},
	"video":     {"duration": 30, "mime_type": "video/mp4"},
	"animation": {"duration": 3, "mime_type": "video/mp4", "file_name": "wave.mp4"},
	"document":  {"file_name": "list.pdf", "mime_type": "application/pdf"},
	"location":  {"latitude": 21.0285, "longitude": 105.8542},
}

// thing is something out of somebody's telephone.
func (s *Server) thing(kind string) content {
	if kind == "photo" {
		return content{photo: s.files.shoot()}
	}
	values, known := gadgets[kind]
	if !known {
		panic("simulator: no app sends a " + kind)
	}
	return content{otherName: kind, other: s.made(kind, values)}
}

// made fills in an object of the type that a field of Message has; a file is
// kept.
func (s *Server) made(kind string, values map[string]any) []byte {
	thing := s.spec.example(s.spec.Types["Message"].byName[kind].Types[0]).(map[string]any)
	for field, value := range values {
		thing[field] = value
	}
	if _, known := values["file_id"]; known {
		return mustJSON(thing)
	}
	if _, file := thing["file_id"]; file {
		thing["file_id"], thing["file_unique_id"] = s.files.keep(kind, nil)
	}
	return mustJSON(thing)
}
