package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"wardbot/simulator"
)

// heard is what the bot gets of a group: texts, or the bot's new status.
func (l *line) heard() string {
	l.t.Helper()
	var all []string
	for _, u := range l.updates() {
		var m struct {
			Text string
			New  struct{ Status string } `json:"new_chat_member"`
		}
		for _, raw := range []json.RawMessage{u.Message, u.Channel, u.Member} {
			if raw == nil {
				continue
			}
			if err := json.Unmarshal(raw, &m); err != nil {
				l.t.Fatal(err)
			}
		}
		all = append(all, m.Text+m.New.Status)
	}
	return strings.Join(all, ", ")
}

func TestGroup(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana, lan := l.ana(), l.ana()
	group := l.s.Group("Tổ 12", ana, lan)
	if group.ID() >= 0 {
		t.Errorf("its id is %d", group.ID())
	}
	if got := l.heard(); got != "member, " {
		t.Errorf("added, the bot hears %q", got)
	}
	l.ok(nil, "sendMessage", "chat_id", text(group.ID()), "text", "chung", "reply_markup", oneButton)
	if m, err := group.WaitFor(t.Context(), "chung"); err != nil || m.ID != 2 || group.Last().ID != 2 {
		t.Errorf("%v %+v", err, m)
	}
	group.Say(ana, "just talking")
	group.Say(ana, "/help")
	group.Say(ana, "/help@wardbot_bot now")
	group.Say(ana, "/help@other_bot")
	group.Say(ana, "hey @wardbot_bot")
	group.Reply(lan, group.Last(), "yes")
	if got := l.heard(); got != "/help, /help@wardbot_bot now, hey @wardbot_bot, yes" {
		t.Errorf("without rights the bot hears %q", got)
	}
	group.Promote()
	group.Say(lan, "just talking")
	if got := l.heard(); got != "administrator, just talking" {
		t.Errorf("with rights the bot hears %q", got)
	}
	l.answerTaps()
	if toast, err := group.Tap(lan, "A"); err != nil || toast != "got a" {
		t.Errorf("%q %v", toast, err)
	}
	if n := len(group.Chat()); n != 9 {
		t.Errorf("%d messages to be seen", n)
	}
}

func TestChannel(t *testing.T) {
	l := newLine(t, simulator.Options{})
	owner := l.ana()
	channel := l.s.Channel("Phường Mỹ Đình 1", owner)
	if m := channel.Say(owner, "a post"); m.From != 0 || m.ID != 1 {
		t.Errorf("%+v", m)
	}
	if got := l.heard(); got != "administrator, a post" {
		t.Errorf("the bot hears %q", got)
	}
	var m sent
	l.ok(&m, "sendMessage", "chat_id", text(channel.ID()), "text", "x")
	if m.From.ID != 0 || m.ID != 2 {
		t.Errorf("posted %+v", m)
	}
	channel.Kick()
	channel.Say(owner, "alone")
	if got := l.heard(); got != "kicked" {
		t.Errorf("the bot hears %q", got)
	}
}

func TestChatsAndMembers(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana, lan, stranger := l.ana(), l.ana(), l.ana()
	group := text(l.s.Group("Tổ 12", ana, lan).ID())
	var chat struct{ Type, Title, Username string }
	l.ok(&chat, "getChat", "chat_id", group)
	if chat.Type != "supergroup" || chat.Title != "Tổ 12" {
		t.Errorf("%+v", chat)
	}
	l.ok(&chat, "getChat", "chat_id", "@"+chat.Username)
	var count int
	l.ok(&count, "getChatMemberCount", "chat_id", group)
	if count != 3 {
		t.Errorf("%d members", count)
	}
	for p, want := range map[*simulator.Person]string{ana: "creator", lan: "member", stranger: "left"} {
		var member struct{ Status string }
		l.ok(&member, "getChatMember", "chat_id", group, "user_id", text(p.ID()))
		if member.Status != want {
			t.Errorf("%s, want %s", member.Status, want)
		}
	}
	var admins []struct{ Status string }
	l.ok(&admins, "getChatAdministrators", "chat_id", group)
	if len(admins) != 1 || admins[0].Status != "creator" {
		t.Errorf("%+v", admins)
	}
	l.refused("Bad Request: PARTICIPANT_ID_INVALID", "getChatMember", "chat_id", group, "user_id", "1")
	l.refused("Bad Request: there are no administrators in the private chat", "getChatAdministrators", "chat_id", text(ana.ID()))
}
