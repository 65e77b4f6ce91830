package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Message is a message as a person sees it.
type Message struct {
	ID         int64
	ChatID     int64
	FromBot    bool
	From       int64      // id of the person who wrote it; 0 for the bot and for channels
	Text       string     // text or caption, without its HTML
	HTML       string     // text or caption as the bot sent it
	Photo      string     // file_id of the biggest size, "" = no photo
	Other      string     // any other content by its name in the Bot API: voice, contact, …
	File       string     // file_id of the other content, "" = it is no file
	FileName   string     // its name, if it has one
	Place      string     // of a location: latitude and longitude
	Buttons    [][]Button // inline
	Date       time.Time
	EditedAt   time.Time // zero if never edited
	ReplyTo    int64     // id of a message in the same chat
	Topic      int64     // of a forum, 0 = none
	Silent     bool
	Protected  bool
	ForceReply string  // placeholder of the reply asked for; "…" if there is none
	Keys       [][]Key // shown in place of the letters from this message on
	DropsKeys  bool    // such keys go away with this message
	MediaGroup string  // the same for all messages of an album
	Forwarded  bool
	Deleted    bool // never so in a chat, but in an Event
}

// Button is an inline button. One of Data, URL and CopyText says what it does,
// or none for kinds that are not pretended here.
type Button struct {
	Text, Data, URL, CopyText string
}

// Button returns the first button with this label.
func (m Message) Button(label string) (Button, bool) {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Text == label {
				return b, true
			}
		}
	}
	return Button{}, false
}

// EventKind is what happened in a chat.
type EventKind int

// What the bot can do in a chat.
const (
	Sent EventKind = iota + 1
	Edited
	Deleted
	Answered // a tap
	Doing    // shows that it is writing or uploading, for some seconds
)

// Event is something that the bot did in a chat.
type Event struct {
	Kind    EventKind
	Message Message // as it is now, or, if deleted, as it was
	Toast   string  // text of the answer to a tap
	URL     string  // that the answer opens
	Action  string  // what it is doing, such as typing
}

// post is a message in a chat. It is replaced when it changes, never changed,
// so that it may be read without a lock.
type post struct {
	wire     wireMessage
	shown    Message
	fromBot  bool
	noEdit   bool // forwards, and messages sent with a reply keyboard
	deleted  bool
	captions bool // its text is a caption
}

// content is what a message holds before it has an id, a chat and a date.
type content struct {
	text       string
	entities   []entity
	html       string
	captions   bool // text is a caption
	photo      []photoSize
	otherName  string
	other      json.RawMessage
	markup     markup
	reply      *replyTo
	origin     *messageOrigin
	mediaGroup string
	topic      int64
	silent     bool
	protected  bool
}

// build makes a post of a content.
func (k content) build(id int64, ch *chat, from *wireUser, fromBot bool, now time.Time) *post {
	p := &post{fromBot: fromBot, noEdit: k.origin != nil || k.markup.reply, captions: k.captions}
	p.wire = wireMessage{
		ID: id, Date: now.Unix(), Chat: &ch.wire, From: from, ForwardOrigin: k.origin, Protected: k.protected,
		MediaGroup: k.mediaGroup,
	}
	p.shown = Message{
		ID: id, ChatID: ch.wire.ID, FromBot: fromBot, Date: now, Silent: k.silent, Protected: k.protected,
		ForceReply: k.markup.placeholder, Keys: k.markup.keys, DropsKeys: k.markup.dropsKeys, MediaGroup: k.mediaGroup, Forwarded: k.origin != nil,
	}
	p.wire.ThreadID, p.wire.InTopic, p.shown.Topic = k.topic, k.topic != 0, k.topic
	if from != nil && !fromBot {
		p.shown.From = from.ID
	}
	if ch.wire.Type == "channel" {
		p.wire.From, p.wire.SenderChat = nil, &ch.wire
	}
	p.say(k)
	return p
}

// say puts text, photo and keyboard of a content on a post.
func (p *post) say(k content) {
	p.captions = k.captions
	p.shown.Text, p.shown.HTML, p.shown.Buttons = k.text, k.html, k.markup.buttons()
	p.wire.ReplyMarkup = k.markup.inline
	p.wire.Photo, p.wire.OtherName, p.wire.Other = k.photo, k.otherName, k.other
	p.shown.Photo, p.shown.Other = "", k.otherName
	p.shown.File, p.shown.FileName, p.shown.Place = facts(k.other)
	if n := len(k.photo); n > 0 {
		p.shown.Photo = k.photo[n-1].FileID
	}
	p.wire.Text, p.wire.Entities, p.wire.Caption, p.wire.CaptionEntities = "", nil, "", nil
	if k.captions {
		p.wire.Caption, p.wire.CaptionEntities = k.text, k.entities
	} else {
		p.wire.Text, p.wire.Entities = k.text, k.entities
	}
}

// facts are the file_id and the name of any content that is a file, and where
// it is of one that is a place.
func facts(other json.RawMessage) (file, name, place string) {
	var f struct {
		ID        string   `json:"file_id"`
		Name      string   `json:"file_name"`
		Latitude  *float64 `json:"latitude"`
		Longitude float64  `json:"longitude"`
	}
	if len(other) == 0 || json.Unmarshal(other, &f) != nil {
		return "", "", "" // a list of members, for example
	}
	if f.Latitude != nil {
		place = fmt.Sprintf("%g,%g", *f.Latitude, f.Longitude)
	}
	return f.ID, f.Name, place
}

// content is what an edit starts from.
func (p *post) content() content {
	k := content{text: p.wire.Text, entities: p.wire.Entities, html: p.shown.HTML, captions: p.captions, photo: p.wire.Photo,
		otherName: p.wire.OtherName, other: p.wire.Other, markup: markup{inline: p.wire.ReplyMarkup}}
	if p.captions {
		k.text, k.entities = p.wire.Caption, p.wire.CaptionEntities
	}
	return k
}

// same reports whether an edit would change nothing.
func (k content) same(o content) bool {
	return k.text == o.text && k.captions == o.captions && sameEntities(k.entities, o.entities) &&
		slices.Equal(k.photo, o.photo) && k.otherName == o.otherName && bytes.Equal(k.other, o.other) && k.markup.inline.same(o.markup.inline)
}
