package simulator

// BasicGroup makes a group of the old kind, see Group. Its messages are
// numbered together with those of private chats.
func (s *Server) BasicGroup(title string, members ...*Person) *Group {
	return s.newGroup("group", title, "member", members)
}

// Upgrade turns a basic group into a supergroup: a chat with another id and no
// messages. Both chats tell of it, the old one takes no more calls
// (tdlib/telegram-bot-api Client.cpp:8152), and the group is the new one from
// now on.
func (g *Group) Upgrade() {
	s := g.server
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	old := g.chat
	s.world.room(g, "supergroup", old.wire.Title)
	old.moved = g.chat.wire.ID
	for _, side := range []struct {
		chat *chat
		name string
		id   int64
	}{
		{old, "migrate_to_chat_id", g.chat.wire.ID},
		{g.chat, "migrate_from_chat_id", old.wire.ID},
	} {
		k := content{otherName: side.name, other: mustJSON(side.id)}
		m := k.build(s.world.nextID(side.chat), side.chat, &g.members[0].user, false, s.now())
		side.chat.add(m, nil)
		if g.inside() {
			s.updates.push("message", &m.wire, keepMessage)
		}
	}
}
