package simulator

import (
	"context"
	"errors"
	"strings"
)

// errClosed is why a person stops waiting.
var errClosed = errors.New("the simulator was closed")

// Profile is what Telegram knows about a person.
type Profile struct {
	ID                            int64 // 0 = the next free one
	FirstName, LastName, Username string
	LanguageCode                  string // of their app, such as "vi"
	Started                       bool   // the bot, long ago: nothing of it is told any more
}

// Person is somebody with a telephone, in their private chat with the bot.
type Person struct {
	server *Server
	user   wireUser
	chat   *chat

	// Guarded by the world's lock.
	started     bool // has pressed Start or written
	blocked     bool
	deactivated bool
}

// Person returns the person of that profile, who is new unless the ID is
// known. A new one has not started the bot.
func (s *Server) Person(p Profile) *Person {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	w := &s.world
	if known := w.people[p.ID]; known != nil {
		return known
	}
	if p.ID == 0 {
		for w.people[w.nextUser] != nil {
			w.nextUser++
		}
		p.ID = w.nextUser
		w.nextUser++
	}
	if p.FirstName == "" {
		p.FirstName = "Somebody" // Telegram knows nobody without one
	}
	person := &Person{server: s, started: p.Started, user: wireUser{
		ID: p.ID, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username, LanguageCode: p.LanguageCode,
	}}
	person.chat = newChat(wireChat{ID: p.ID, Type: "private", FirstName: p.FirstName, LastName: p.LastName, Username: p.Username})
	person.chat.person = person
	w.people[p.ID], w.chats[p.ID] = person, person.chat
	return person
}

// ID is the person's id, which is also that of their chat with the bot.
func (p *Person) ID() int64 { return p.user.ID }

// Chat is what is to be seen in the chat, in order: texts as last edited,
// without deleted messages. It must not be changed.
func (p *Person) Chat() []Message {
	messages, _ := p.server.look(p.chat)
	return messages
}

// Last is the newest message of the bot that is to be seen, or an empty one.
func (p *Person) Last() Message { return p.server.last(p.chat) }

func (s *Server) last(ch *chat) Message {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	for i := len(ch.posts) - 1; i >= 0; i-- {
		if p := ch.posts[i]; p.fromBot && !p.deleted {
			return p.shown
		}
	}
	return Message{}
}

// Received is how many messages the bot ever delivered here, including those
// deleted since. Each photo of an album is one.
func (p *Person) Received() int {
	p.server.world.mu.Lock()
	defer p.server.world.mu.Unlock()
	return p.chat.arrived
}

// Wait returns when the condition holds for the chat, which it asks again
// whenever something changes there. It fails when the context ends or the
// simulator is closed. The messages must not be changed.
func (p *Person) Wait(ctx context.Context, holds func(chat []Message) bool) error {
	return p.server.wait(ctx, p.chat, holds)
}

// WaitFor waits for a message of the bot with these words and returns the
// newest.
func (p *Person) WaitFor(ctx context.Context, words string) (Message, error) {
	return p.server.waitFor(ctx, p.chat, words)
}

// Watch calls f for everything that the bot does in this chat from now on, in
// order, in a goroutine that is there only while there is something to tell.
// f may use the telephone, but what it waits for holds up the next event.
func (p *Person) Watch(f func(Event)) { p.chat.watch(f) }

// Block blocks the bot.
func (p *Person) Block() { p.setBlocked(true) }

// Unblock lets the bot write again.
func (p *Person) Unblock() { p.setBlocked(false) }

// Deactivate deletes the person's account; the bot is not told (Bot API:
// Update has nothing for it). Whatever they do from now on has no effect.
func (p *Person) Deactivate() {
	p.server.world.mu.Lock()
	defer p.server.world.mu.Unlock()
	p.deactivated = true
}

func (p *Person) setBlocked(blocked bool) {
	s := p.server
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	if p.blocked == blocked || p.deactivated {
		return
	}
	p.blocked = blocked
	before, after := "kicked", "member"
	if blocked {
		before, after = after, before
	}
	s.tellMember(p.chat, p.user, before, after)
}

// chatMember is Bot API's ChatMember, of whatever status.
type chatMember map[string]any

// member is the bot's membership in the form that its status asks for.
func (s *Server) member(user wireUser, status string) chatMember {
	m := s.spec.example(memberTypes[status]).(map[string]any)
	m["status"], m["user"] = status, user
	switch status {
	case "administrator":
		for _, right := range []string{
			"can_manage_chat", "can_delete_messages", "can_post_messages", "can_edit_messages", "can_pin_messages", "can_invite_users", "can_manage_topics",
		} {
			m[right] = true
		}
	case "restricted":
		for name := range m {
			if strings.HasPrefix(name, "can_") {
				m[name] = false
			}
		}
	}
	return m
}

var memberTypes = map[string]string{
	"creator": "ChatMemberOwner", "administrator": "ChatMemberAdministrator", "member": "ChatMemberMember",
	"restricted": "ChatMemberRestricted", "left": "ChatMemberLeft", "kicked": "ChatMemberBanned",
}

// tellMember sends the bot my_chat_member: what it is in a chat now.
func (s *Server) tellMember(ch *chat, by wireUser, before, after string) {
	s.updates.push("my_chat_member", memberUpdate{
		Chat: ch.wire, From: by, Date: s.now().Unix(), Old: s.member(s.bot, before), New: s.member(s.bot, after),
	}, keepMessage)
}
