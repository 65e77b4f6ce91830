package simulator

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Group is a group, supergroup or channel that the bot is in.
type Group struct {
	server *Server
	chat   *chat

	// Guarded by the world's lock.
	members []*Person // the first is the owner
	status  string    // the bot's: member, restricted, administrator, left or kicked
	denied  []string  // rights that the bot lacks as an administrator
}

// Group makes a supergroup with the bot as a member, added by the first of the
// members. As Telegram does for bots that are no administrators, it hands the
// bot only commands, mentions of it and replies to it.
func (s *Server) Group(title string, members ...*Person) *Group {
	return s.newGroup("supergroup", title, "member", members)
}

// Channel makes a channel with the bot as an administrator. Its first member
// is its owner.
func (s *Server) Channel(title string, members ...*Person) *Group {
	return s.newGroup("channel", title, "administrator", members)
}

func (s *Server) newGroup(kind, title, status string, members []*Person) *Group {
	if len(members) == 0 {
		members = []*Person{s.Person(Profile{FirstName: "Owner"})}
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	w := &s.world
	g := &Group{server: s, members: slices.Clone(members), status: status}
	w.room(g, kind, title)
	s.tellMember(g.chat, members[0].user, "left", status)
	if kind != "channel" {
		s.groupPost(g, members[0], content{otherName: "new_chat_members", other: mustJSON([]wireUser{s.bot})})
	}
	return g
}

// room gives a group its chat.
func (w *world) room(g *Group, kind, title string) {
	wire := wireChat{ID: w.nextChat, Type: kind, Title: title, Username: fmt.Sprintf("%s%d", kind, -w.nextChat%1_000_000)}
	if kind == "group" { // those have small ids and no names
		wire.ID, wire.Username = w.nextChat%1_000_000, ""
	}
	w.nextChat--
	g.chat = newChat(wire)
	g.chat.group = g
	w.chats[wire.ID] = g.chat
	if wire.Username != "" {
		w.named[wire.Username] = g.chat
	}
}

// ID is the chat's id, which is negative.
func (g *Group) ID() int64 { return g.chat.wire.ID }

// Say writes into the group as one of its people; into a channel as the
// channel, whoever it is.
func (g *Group) Say(p *Person, text string) Message { return g.Reply(p, Message{}, text) }

// Reply is Say in reply to a message.
func (g *Group) Reply(p *Person, to Message, text string) Message {
	k := content{topic: to.Topic}
	k.answer(to.ID)
	return g.say(p, k, text)
}

func (g *Group) say(p *Person, k content, text string) Message {
	s := g.server
	text, _ = trim(text, nil)
	text, _ = cutRunes(text, maxText)
	k.text, k.entities = text, detect(text)
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	if text == "" || p.deactivated {
		return Message{}
	}
	return s.groupPost(g, p, k)
}

// groupPost shows a message of a person and hands it to the bot if it may read
// it.
func (s *Server) groupPost(g *Group, p *Person, k content) Message {
	m := k.build(s.world.nextID(g.chat), g.chat, &p.user, false, s.now())
	var reply *post
	if k.reply != nil {
		_, reply = g.chat.visible(k.reply.MessageID)
	}
	g.chat.add(m, reply)
	s.hear(g, m, reply)
	return m.shown
}

// hear hands a message to the bot if it may read it.
func (s *Server) hear(g *Group, m, reply *post) {
	kind := "message"
	if g.chat.wire.Type == "channel" {
		kind, m.shown.From = "channel_post", 0
	}
	if g.inside() && (g.admin() || g.concerns(m, reply)) {
		s.updates.push(kind, &m.wire, keepMessage)
	}
}

// services are messages that Telegram itself writes: every bot gets them.
var services = []string{"new_chat_members", "forum_topic_created", "migrate_to_chat_id", "migrate_from_chat_id"}

// concerns reports whether a bot without rights gets a message
// (core.telegram.org/bots/features, privacy mode).
func (g *Group) concerns(m, reply *post) bool {
	mention := "@" + g.server.bot.Username
	text := m.wire.Text
	switch {
	case slices.Contains(services, m.wire.OtherName), reply != nil && reply.fromBot, strings.Contains(text, mention):
		return true
	case !strings.HasPrefix(text, "/"):
		return false
	}
	command, _, _ := strings.Cut(text, " ")
	return !strings.Contains(command, "@") || strings.HasSuffix(command, mention)
}

// Tap presses a button there, see Person.Tap.
func (g *Group) Tap(p *Person, label string) (toast string, err error) {
	m, data, err := g.server.button(g.chat, label)
	if err != nil {
		return "", err
	}
	return g.TapData(p, m, data)
}

// TapLink is Tap that returns the link which the answer opens.
func (g *Group) TapLink(p *Person, label string) (url string, err error) {
	m, data, err := g.server.button(g.chat, label)
	if err != nil {
		return "", err
	}
	return g.TapLinkData(p, m, data)
}

// TapLinkData is TapLink with any data, see Person.TapData.
func (g *Group) TapLinkData(p *Person, m Message, data string) (url string, err error) {
	a, err := g.server.tap(p, g.chat, m.ID, data)
	return a.url, err
}

// PressData is TapData that does not wait for the answer.
func (g *Group) PressData(p *Person, m Message, data string) error {
	_, err := g.server.press(p, g.chat, m.ID, data)
	return err
}

// TapData is a tap with any data, see Person.TapData.
func (g *Group) TapData(p *Person, m Message, data string) (toast string, err error) {
	a, err := g.server.tap(p, g.chat, m.ID, data)
	return a.toast, err
}

// Chat is what is to be seen in the group, see Person.Chat.
func (g *Group) Chat() []Message {
	messages, _ := g.server.look(g.chat)
	return messages
}

// Last is the newest message of the bot there, or an empty one.
func (g *Group) Last() Message { return g.server.last(g.chat) }

// Wait is Person.Wait for the group.
func (g *Group) Wait(ctx context.Context, holds func(chat []Message) bool) error {
	return g.server.wait(ctx, g.chat, holds)
}

// WaitFor is Person.WaitFor for the group.
func (g *Group) WaitFor(ctx context.Context, words string) (Message, error) {
	return g.server.waitFor(ctx, g.chat, words)
}

// Watch is Person.Watch for the group.
func (g *Group) Watch(f func(Event)) { g.chat.watch(f) }

// Kick throws the bot out.
func (g *Group) Kick() { g.setStatus("kicked") }

// Promote makes the bot an administrator, who reads everything there.
func (g *Group) Promote() { g.setStatus("administrator") }

// Readmit makes the bot a member without rights.
func (g *Group) Readmit() { g.setStatus("member") }

func (g *Group) setStatus(status string) {
	g.server.world.mu.Lock()
	defer g.server.world.mu.Unlock()
	if g.status != status {
		before := g.server.botMember(g)
		g.status, g.denied = status, nil
		g.server.tellStanding(g, g.members[0].user, before)
	}
}

func (g *Group) inside() bool { return g.status == "member" || g.status == "restricted" || g.admin() }
func (g *Group) admin() bool  { return g.status == "administrator" }

// writable says why the bot can't write there, if so.
func (g *Group) writable() error {
	kind := g.chat.wire.Type + " chat"
	switch {
	case g.status == "kicked":
		return forbidden("bot was kicked from the " + kind)
	case g.status == "left":
		return forbidden("bot is not a member of the " + kind)
	case g.status == "restricted":
		return errNoSendRight
	case g.chat.wire.Type == "channel" && !g.may("can_post_messages"):
		return bad("need administrator rights in the channel chat")
	}
	return nil
}

func (s *Server) leaveChat(c *call) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	switch {
	case err != nil:
		return nil, err
	case ch.private():
		return nil, bad("chat member status can't be changed in private chats")
	case !ch.group.inside():
		return nil, ch.group.writable()
	}
	s.tellMember(ch, s.bot, ch.group.status, "left")
	ch.group.status = "left"
	return true, nil
}

func (s *Server) getChat(c *call) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	full := s.spec.example("ChatFullInfo").(map[string]any)
	full["id"], full["type"] = ch.wire.ID, ch.wire.Type
	for name, value := range map[string]string{
		"title": ch.wire.Title, "username": ch.wire.Username, "first_name": ch.wire.FirstName, "last_name": ch.wire.LastName,
	} {
		if value != "" {
			full[name] = value
		}
	}
	return full, nil
}

// groupMember is what somebody is in a group.
func (s *Server) groupMember(ch *chat, id int64) (chatMember, error) {
	if id == s.bot.ID {
		if ch.private() {
			return s.member(s.bot, "member"), nil
		}
		return s.botMember(ch.group), nil
	}
	p := s.world.people[id]
	switch {
	case p == nil || ch.private() && ch.person != p:
		return nil, bad("PARTICIPANT_ID_INVALID")
	case ch.private():
		return s.member(p.user, "member"), nil
	case p == ch.group.members[0]:
		return s.member(p.user, "creator"), nil
	case slices.Contains(ch.group.members, p):
		return s.member(p.user, "member"), nil
	}
	return s.member(p.user, "left"), nil
}

func (s *Server) getChatMember(c *call) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	if !ch.private() && !ch.group.inside() {
		return nil, ch.group.writable() // who is not there cannot ask
	}
	return s.groupMember(ch, c.int("user_id"))
}

func (s *Server) getChatMemberCount(c *call) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	if ch.private() {
		return 2, nil
	}
	return len(ch.group.members) + 1, nil
}

func (s *Server) getChatAdministrators(c *call) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	if ch.private() {
		return nil, bad("there are no administrators in the private chat")
	}
	admins := []chatMember{s.member(ch.group.members[0].user, "creator")}
	if ch.group.admin() {
		admins = append(admins, s.member(s.bot, "administrator"))
	}
	return admins, nil
}

// nextAlbum is a new media_group_id.
func (s *Server) nextAlbum() string {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.world.albums++
	return strconv.FormatInt(13000000000000000+s.world.albums, 10)
}
