package simulator_test

import (
	"encoding/json"
	"testing"

	"wardbot/simulator"
)

func TestForum(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	forum := l.s.Forum("Phường", ana)
	id := text(forum.ID())
	topic := forum.Topic(ana, "Việc")
	forum.SayIn(ana, topic, "/moi")
	var heard struct {
		Text     string
		ThreadID int64 `json:"message_thread_id"`
		InTopic  bool  `json:"is_topic_message"`
		Chat     struct {
			IsForum bool `json:"is_forum"`
		}
	}
	updates := l.updates()
	decode(t, updates[len(updates)-1].Message, &heard)
	if heard.ThreadID != topic || !heard.InTopic || !heard.Chat.IsForum || heard.Text != "/moi" {
		t.Errorf("%+v", heard)
	}
	l.ok(nil, "sendMessage", "chat_id", id, "text", "in it", "message_thread_id", text(topic))
	if got := forum.Last(); got.Topic != topic {
		t.Errorf("sent to topic %d", got.Topic)
	}
	l.refused("Bad Request: not enough rights to create a topic", "createForumTopic", "chat_id", id, "name", "Khác")
	forum.CloseTopic(topic)
	l.refused("Bad Request: TOPIC_CLOSED", "sendMessage", "chat_id", id, "text", "x", "message_thread_id", text(topic))
	forum.Promote()
	l.ok(nil, "sendMessage", "chat_id", id, "text", "a manager may", "message_thread_id", text(topic))
	forum.DeleteTopic(topic)
	l.refused("Bad Request: message thread not found", "sendMessage", "chat_id", id, "text", "x", "message_thread_id", text(topic))
	if got := forum.Last().Text; got != "" {
		t.Errorf("%q is still there", got)
	}
	var made struct {
		ThreadID int64 `json:"message_thread_id"`
		Name     string
	}
	l.ok(&made, "createForumTopic", "chat_id", id, "name", "Khác")
	if forum.Topics()[made.ThreadID] != "Khác" {
		t.Errorf("%+v, %v", made, forum.Topics())
	}
	forum.CloseTopic(made.ThreadID)
	forum.Deny("can_manage_topics")
	l.ok(nil, "sendMessage", "chat_id", id, "text", "its maker may", "message_thread_id", text(made.ThreadID))
	l.refused("Bad Request: not enough rights to create a topic", "createForumTopic", "chat_id", id, "name", "Khác")
	l.refused("Bad Request: the chat is not a forum", "createForumTopic", "chat_id", text(l.s.Group("Tổ", ana).ID()), "name", "Khác")
}

func TestUpgrade(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana := l.ana()
	group := l.s.BasicGroup("Tổ 12", ana)
	old := group.ID()
	var m sent
	l.ok(&m, "sendMessage", "chat_id", text(old), "text", "x")
	l.updates()
	group.Upgrade()
	r := l.call("sendMessage", "chat_id", text(old), "text", "y")
	if r.Code != 400 || r.Description != "Bad Request: group chat was upgraded to a supergroup chat" || r.Parameters.MigrateTo != group.ID() || group.ID() == old {
		t.Errorf("%+v", r)
	}
	var told struct {
		To   int64 `json:"migrate_to_chat_id"`
		From int64 `json:"migrate_from_chat_id"`
		Chat struct{ ID int64 }
	}
	updates := l.updates()
	decode(t, updates[0].Message, &told)
	if told.To != group.ID() || told.Chat.ID != old {
		t.Errorf("%+v", told)
	}
	decode(t, updates[1].Message, &told)
	if told.From != old || told.Chat.ID != group.ID() {
		t.Errorf("%+v", told)
	}
	l.refused("Bad Request: message to edit not found", "editMessageText", "chat_id", text(group.ID()), "message_id", text(m.ID), "text", "z")
	l.ok(nil, "sendMessage", "chat_id", text(group.ID()), "text", "y")
}

func TestRightsAreLost(t *testing.T) {
	l := newLine(t, simulator.Options{})
	ana, stranger := l.ana(), l.ana()
	group, channel := l.s.Group("Tổ", ana), l.s.Channel("Phường", ana)
	l.updates()
	group.Mute()
	l.refused("Bad Request: not enough rights to send text messages to the chat", "sendMessage", "chat_id", text(group.ID()), "text", "x")
	channel.Deny("can_post_messages")
	l.refused("Bad Request: need administrator rights in the channel chat", "sendMessage", "chat_id", text(channel.ID()), "text", "x")
	channel.Grant()
	var standing struct {
		New struct {
			Status  string
			CanSend bool `json:"can_send_messages"`
			CanPost bool `json:"can_post_messages"`
		} `json:"new_chat_member"`
	}
	updates := l.updates()
	for i, want := range []string{"restricted", "administrator", "administrator"} {
		decode(t, updates[i].Member, &standing)
		if standing.New.Status != want || standing.New.CanSend || i > 0 && standing.New.CanPost != (i == 2) {
			t.Errorf("%d: %+v", i, standing)
		}
	}
	l.ok(nil, "sendMessage", "chat_id", text(channel.ID()), "text", "x", "reply_markup", oneButton)
	l.answerTaps()
	if toast, err := channel.Tap(stranger, "A"); err != nil || toast != "got a" {
		t.Errorf("anybody may press in a channel: %q %v", toast, err)
	}
}

func decode(t *testing.T, raw json.RawMessage, out any) {
	t.Helper()
	if err := json.Unmarshal(raw, out); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
}
