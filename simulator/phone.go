package simulator

import (
	"errors"
	"strings"
)

// errGone is why somebody's message does not reach the bot.
var errGone = errors.New("blocked the bot or is deactivated")

// Say writes to the bot. A text of more than 4,096 characters becomes several
// messages, as in the apps; an empty one none. It returns the last of them. A
// message that can't reach the bot, because the person blocked it, is an empty
// one.
func (p *Person) Say(text string) Message { return p.say(text, 0) }

// Reply writes to the bot, in reply to a message.
func (p *Person) Reply(to Message, text string) Message { return p.say(text, to.ID) }

func (p *Person) say(text string, replyTo int64) (last Message) {
	text, _ = trim(strings.ReplaceAll(text, "\r", ""), nil)
	for text != "" {
		var part string
		part, text = cutRunes(text, maxText)
		k := content{text: part, entities: detect(part)}
		k.answer(replyTo)
		last = p.give(k)
	}
	return last
}

func (k *content) answer(id int64) {
	if id != 0 {
		k.reply = &replyTo{id, true}
	}
}

func cutRunes(text string, n int) (first, rest string) {
	for i := range text {
		if n == 0 {
			return text[:i], text[i:]
		}
		n--
	}
	return text, ""
}

// Start presses Start, with the payload of a link if there is one. Who has
// blocked the bot unblocks it by this.
func (p *Person) Start(payload string) {
	p.Unblock()
	p.Say(strings.TrimSpace("/start " + payload))
}

// Photo sends a photo.
func (p *Person) Photo(caption string) Message { return p.ReplyPhoto(Message{}, caption) }

// ReplyPhoto sends a photo in reply to a message.
func (p *Person) ReplyPhoto(to Message, caption string) Message {
	k := p.server.snapshot(caption)
	k.answer(to.ID)
	return p.give(k)
}

// Picture sends a photo of the caller's own, a JPEG, PNG or GIF file: all other
// photos show the same. It fails as Telegram does with what is no photo.
func (p *Person) Picture(file []byte, caption string) (Message, error) {
	sizes, err := p.server.storePhoto(file)
	if err != nil {
		return Message{}, err
	}
	k := p.server.snapshot(caption)
	k.photo = sizes
	return p.give(k), nil
}

// snapshot is a photo out of somebody's telephone.
func (s *Server) snapshot(caption string) content {
	caption, _ = trim(caption, nil)
	caption, _ = cutRunes(caption, maxCaption)
	k := s.thing("photo")
	k.captions, k.text, k.entities = true, caption, detect(caption)
	return k
}

// Album sends n photos at once, 2 to 10, the caption under the first. The bot
// gets a message for each. It returns the first.
func (p *Person) Album(n int, caption string) Message {
	album := p.server.nextAlbum()
	contents := make([]content, n)
	for i := range contents {
		contents[i] = p.server.snapshot(caption)
		contents[i].mediaGroup = album
		caption = ""
	}
	return p.give(contents...)
}

// Forward forwards a message to the bot, one of this chat or one made up.
func (p *Person) Forward(m Message) Message {
	k := content{text: m.Text, entities: detect(m.Text)}
	k.origin = &messageOrigin{Type: "hidden_user", Date: p.server.now().Unix(), UserName: "Somebody"}
	p.server.world.mu.Lock()
	if _, source := p.chat.visible(m.ID); source != nil && m.ChatID == p.chat.wire.ID {
		k = source.content()
		k.markup, k.html = markup{}, ""
		k.origin = source.asOrigin()
	}
	p.server.world.mu.Unlock()
	return p.give(k)
}

// give shows messages of the person in the chat, hands them to the bot and
// returns the first.
func (p *Person) give(contents ...content) (first Message) {
	s, now := p.server, p.server.now()
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	if p.unreachable() != nil || len(contents) == 0 {
		return Message{}
	}
	p.started = true
	for i, k := range contents {
		m := k.build(s.world.nextID(p.chat), p.chat, &p.user, false, now)
		var reply *post
		if k.reply != nil {
			_, reply = p.chat.visible(k.reply.MessageID)
		}
		p.chat.add(m, reply)
		s.updates.push("message", &m.wire, keepMessage)
		if i == 0 {
			first = m.shown
		}
	}
	return first
}

// unreachable says why nothing of the person reaches the bot.
func (p *Person) unreachable() error {
	if p.blocked || p.deactivated {
		return errGone
	}
	return nil
}

// Edit changes a message of the person's own and returns it, or an empty one
// if there is none of that id.
func (p *Person) Edit(messageID int64, text string) Message {
	s := p.server
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	i, old := p.chat.visible(messageID)
	if old == nil || old.fromBot || p.unreachable() != nil {
		return Message{}
	}
	k := old.content()
	k.text, _ = trim(text, nil)
	k.entities = detect(k.text)
	m := old.edited(s.now())
	m.say(k)
	p.chat.replace(i, m)
	s.updates.push("edited_message", &m.wire, keepMessage)
	return m.shown
}
