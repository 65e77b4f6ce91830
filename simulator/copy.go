package simulator

// messageID is Bot API's MessageId.
type messageID struct {
	ID int64 `json:"message_id"`
}

// source finds the message to copy or forward.
func (s *Server) source(c *call, id int64, missing error) (*post, error) {
	ch, err := s.find(c.params["from_chat_id"])
	if err != nil {
		return nil, err
	}
	_, p := ch.visible(id)
	if p == nil {
		return nil, missing
	}
	return p, nil
}

// asOrigin says where a message comes from when it is forwarded.
func (p *post) asOrigin() *messageOrigin {
	switch {
	case p.wire.ForwardOrigin != nil:
		return p.wire.ForwardOrigin
	case p.wire.SenderChat != nil:
		return &messageOrigin{Type: "channel", Date: p.wire.Date, Chat: p.wire.SenderChat, MessageID: p.wire.ID}
	}
	return &messageOrigin{Type: "user", Date: p.wire.Date, User: p.wire.From}
}

func (s *Server) copyMessage(c *call) (any, error) {
	caption, err := readCaption(c)
	if err != nil {
		return nil, err
	}
	return s.relay(c, []int64{c.int("message_id")}, errNoCopy, func(p *post, k *content) error {
		if c.has("caption") && k.captions {
			k.text, k.entities, k.html = caption.text, caption.entities, caption.html
		}
		return k.options(c)
	})
}

func (s *Server) copyMessages(c *call) (any, error) {
	return s.relayMany(c, func(_ *post, k *content) error {
		if c.flag("remove_caption") && k.captions {
			k.text, k.entities, k.html = "", nil, ""
		}
		return nil
	})
}

func (s *Server) forwardMessage(c *call) (any, error) {
	answer, err := s.relay(c, []int64{c.int("message_id")}, errNoForward, asForward)
	if err != nil {
		return nil, err
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	_, p := ch.find(answer.(messageID).ID)
	return p.wire.written(), nil
}

func (s *Server) forwardMessages(c *call) (any, error) { return s.relayMany(c, asForward) }

func asForward(p *post, k *content) error {
	k.origin = p.asOrigin()
	return nil
}

// relayMany copies or forwards several messages and skips what is not there.
func (s *Server) relayMany(c *call, adapt func(*post, *content) error) (any, error) {
	ids, err := readIDs(c)
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			return nil, bad("message identifiers must be in a strictly increasing order")
		}
	}
	return s.relay(c, ids, nil, adapt)
}

// relay sends the contents of messages once more. A message that is not there
// is the error missing, or skipped if that is nil. It returns a messageID, or,
// if missing is nil, a list of them.
func (s *Server) relay(c *call, ids []int64, missing error, adapt func(*post, *content) error) (any, error) {
	now := s.now()
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	var contents []content
	for _, id := range ids {
		p, err := s.source(c, id, missing)
		if err != nil {
			return nil, err
		}
		if p == nil {
			continue
		}
		k := p.content()
		k.markup = markup{}
		k.silent, k.protected = c.flag("disable_notification"), c.flag("protect_content")
		if err := adapt(p, &k); err != nil {
			return nil, err
		}
		contents = append(contents, k)
	}
	ch, err := s.open(c, len(contents), now)
	if err != nil {
		return nil, err
	}
	posts, err := s.post(ch, contents, now)
	if err != nil {
		return nil, err
	}
	copies := make([]messageID, len(posts))
	for i, p := range posts {
		copies[i] = messageID{p.wire.ID}
	}
	if missing != nil {
		return copies[0], nil
	}
	return copies, nil
}
