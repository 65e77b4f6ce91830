package simulator

import "slices"

// Mute takes from the bot, a member of a group, the right to write there.
func (g *Group) Mute() { g.setStatus("restricted") }

// Deny takes a right from the bot as an administrator, such as
// can_post_messages or can_manage_topics. Promote gives all of them back.
func (g *Group) Deny(rights ...string) {
	g.server.world.mu.Lock()
	defer g.server.world.mu.Unlock()
	before := g.server.botMember(g)
	g.denied = append(g.denied, rights...)
	g.server.tellStanding(g, g.members[0].user, before)
}

// Grant gives the bot all rights of an administrator.
func (g *Group) Grant() {
	g.server.world.mu.Lock()
	defer g.server.world.mu.Unlock()
	before := g.server.botMember(g)
	g.status, g.denied = "administrator", nil
	g.server.tellStanding(g, g.members[0].user, before)
}

// may reports whether the bot has a right of administrators.
func (g *Group) may(right string) bool { return g.admin() && !slices.Contains(g.denied, right) }

// botMember is what the bot is in a group.
func (s *Server) botMember(g *Group) chatMember {
	m := s.member(s.bot, g.status)
	if g.admin() {
		for _, right := range g.denied {
			m[right] = false
		}
	}
	return m
}

// tellStanding sends the bot my_chat_member.
func (s *Server) tellStanding(g *Group, by wireUser, before chatMember) {
	s.updates.push("my_chat_member", memberUpdate{
		Chat: g.chat.wire, From: by, Date: s.now().Unix(), Old: before, New: s.botMember(g),
	}, keepMessage)
}
