package simulator

// topic is one of a forum's. Its id is that of the message which tells of it
// (Bot API: Message, message_thread_id). Topics other than "General", which
// has no id here, can be closed and deleted.
type topic struct {
	name   string
	byBot  bool
	closed bool
}

// Forum makes a supergroup with topics, see Group.
func (s *Server) Forum(title string, members ...*Person) *Group {
	g := s.newGroup("supergroup", title, "member", members)
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	g.chat.wire.IsForum = true
	return g
}

// Topic makes a topic, as one of the people there.
func (g *Group) Topic(p *Person, name string) (id int64) {
	g.server.world.mu.Lock()
	defer g.server.world.mu.Unlock()
	return g.server.newTopic(g.chat, &p.user, name).wire.ID
}

// Topics are the names of those there are, by id.
func (g *Group) Topics() map[int64]string {
	g.server.world.mu.Lock()
	defer g.server.world.mu.Unlock()
	names := map[int64]string{}
	for id, t := range g.chat.topics {
		names[id] = t.name
	}
	return names
}

// SayIn is Say in a topic.
func (g *Group) SayIn(p *Person, topic int64, text string) Message {
	return g.say(p, content{topic: topic}, text)
}

// CloseTopic lets only those write in a topic who may manage topics, or made
// it (core.telegram.org/api/forum).
func (g *Group) CloseTopic(id int64) {
	g.server.world.mu.Lock()
	defer g.server.world.mu.Unlock()
	g.chat.topics[id].closed = true
}

// DeleteTopic deletes a topic with all its messages. Bots are not told.
func (g *Group) DeleteTopic(id int64) {
	g.server.world.mu.Lock()
	defer g.server.world.mu.Unlock()
	delete(g.chat.topics, id)
	for i, p := range g.chat.posts {
		if p.deleted || p.wire.ThreadID != id {
			continue
		}
		gone := *p
		gone.deleted, gone.shown.Deleted = true, true
		g.chat.replace(i, &gone)
	}
}

// newTopic makes a topic and the message that tells of it.
func (s *Server) newTopic(ch *chat, by *wireUser, name string) *post {
	id := s.world.nextID(ch)
	if ch.topics == nil {
		ch.topics = map[int64]*topic{}
	}
	ch.topics[id] = &topic{name: name, byBot: by.IsBot}
	k := content{topic: id, otherName: "forum_topic_created", other: mustJSON(map[string]any{"name": name, "icon_color": topicColor})}
	m := k.build(id, ch, by, by.IsBot, s.now())
	ch.add(m, nil)
	if !by.IsBot && ch.group.inside() {
		s.hear(ch.group, m, nil)
	}
	return m
}

// topicColor is the first that a topic's icon may have (Bot API:
// createForumTopic).
const topicColor = 7322096

// openTopic says why the bot can't write in a topic, if so; 0 is none.
func (ch *chat) openTopic(id int64) error {
	t := ch.topics[id]
	switch {
	case id == 0:
		return nil
	case t == nil:
		return errNoThread
	case t.closed && !t.byBot && !ch.group.may("can_manage_topics"):
		return errTopicClosed
	}
	return nil
}

func (s *Server) createForumTopic(c *call) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	if err := ch.writable(); err != nil {
		return nil, err
	}
	name := c.params["name"]
	switch {
	case !ch.wire.IsForum:
		return nil, errNoForum
	case !ch.group.may("can_manage_topics"):
		return nil, errNoTopicRight
	case name == "" || runes(name) > 128:
		return nil, bad("TOPIC_TITLE_EMPTY")
	}
	m := s.newTopic(ch, &s.bot, name)
	return map[string]any{"message_thread_id": m.wire.ID, "name": name, "icon_color": topicColor}, nil
}
