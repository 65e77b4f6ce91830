package simulator

import "time"

// target finds the message that an edit is about, when the bot may edit it,
// and lets the edit pass.
func (s *Server) target(c *call, now time.Time) (*chat, int, *post, error) {
	if c.has("inline_message_id") {
		return nil, 0, nil, bad("MESSAGE_ID_INVALID") // inline mode is not pretended
	}
	if c.params["chat_id"] == "" {
		return nil, 0, nil, errChatEmpty
	}
	if c.int("message_id") == 0 {
		return nil, 0, nil, errNoMessageID
	}
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, 0, nil, err
	}
	if err := ch.writable(); err != nil {
		return nil, 0, nil, err
	}
	i, p := ch.visible(c.int("message_id"))
	switch {
	case p == nil:
		return nil, 0, nil, errNoEdit
	case !p.fromBot || p.noEdit:
		return nil, 0, nil, errCantEdit
	}
	return ch, i, p, s.limits.admit(ch, 1, false, now)
}

// edit changes a message of the bot: alter says what of its content. Without
// reply_markup the keyboard goes.
func (s *Server) edit(c *call, alter func(old content) (content, error)) (any, error) {
	m, err := readMarkup(c)
	if err != nil {
		return nil, err
	}
	now := s.now()
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, i, old, err := s.target(c, now)
	if err != nil {
		return nil, err
	}
	was := old.content()
	is, err := alter(was)
	if err != nil {
		return nil, err
	}
	is.markup = markup{inline: m.inline}
	if is.same(was) {
		return nil, errNotModified
	}
	p := old.edited(now)
	p.say(is)
	ch.replace(i, p)
	ch.tell(Event{Kind: Edited, Message: p.shown})
	return p.wire.written(), nil
}

func (s *Server) editMessageText(c *call) (any, error) {
	k, err := readText(c)
	if err != nil {
		return nil, err
	}
	return s.edit(c, func(old content) (content, error) {
		if old.captions || old.otherName != "" {
			return old, errNoText
		}
		return k, nil
	})
}

func (s *Server) editMessageCaption(c *call) (any, error) {
	k, err := readCaption(c)
	if err != nil {
		return nil, err
	}
	return s.edit(c, func(old content) (content, error) {
		if !old.captions {
			return old, errNoCaption
		}
		old.text, old.entities, old.html = k.text, k.entities, k.html
		return old, nil
	})
}

func (s *Server) editMessageReplyMarkup(c *call) (any, error) {
	return s.edit(c, func(old content) (content, error) { return old, nil })
}

func (s *Server) editMessageMedia(c *call) (any, error) {
	var m inputMedia
	if err := c.json("media", &m); err != nil {
		return nil, err
	}
	k, err := s.readMedia(c, m)
	if err != nil {
		return nil, err
	}
	return s.edit(c, func(old content) (content, error) { return k, nil })
}
