package bot

import (
	"encoding/json"
	"errors"
	"fmt"
)

// The updates this package reads, by the field that carries them (Bot API:
// Update).
const (
	KindOfMessage       = "message"
	KindOfEditedMessage = "edited_message"
	KindOfCallback      = "callback_query"
	KindOfMyChatMember  = "my_chat_member"
	// KindOfUndecodable marks an update that could not be read at all.
	KindOfUndecodable = "undecodable"
)

// Update is one thing that happened. At most one of its pointers is set; none
// is for kinds that we do not read.
type Update struct {
	ID            int64           // grows by one, but starts anew after a quiet week: never a clock
	Kind          string          // the name of the field that carried it
	Raw           json.RawMessage // as it came
	Message       *Message
	EditedMessage *Message
	Callback      *Callback
	MyChatMember  *ChatMemberUpdated
}

// Callback is a tap on an inline button (Bot API: CallbackQuery). From is
// certain; Data is whatever the app of the person sent.
type Callback struct {
	ID      string   `json:"id"`
	From    User     `json:"from"`
	Message *Message `json:"message"` // nil or Inaccessible are both possible
	Data    string   `json:"data"`
}

// ChatMemberUpdated tells that somebody changed the bot's own standing in a
// chat (Bot API: ChatMemberUpdated). In a private chat, NewStatus "kicked"
// means blocked and "member" unblocked.
type ChatMemberUpdated struct {
	Chat      Chat
	From      User
	Date      int64 // unix seconds
	OldStatus string
	NewStatus string
	MayPost   bool // the bot may write there now: in a channel that is a right, in a group it can be taken
}

// UnmarshalJSON reads the two standings out of their objects.
func (u *ChatMemberUpdated) UnmarshalJSON(b []byte) error {
	var wire struct {
		Chat Chat     `json:"chat"`
		From User     `json:"from"`
		Date int64    `json:"date"`
		Old  standing `json:"old_chat_member"`
		New  standing `json:"new_chat_member"`
	}
	if err := json.Unmarshal(b, &wire); err != nil {
		return err
	}
	*u = ChatMemberUpdated{Chat: wire.Chat, From: wire.From, Date: wire.Date,
		OldStatus: wire.Old.Status, NewStatus: wire.New.Status}
	u.MayPost = wire.New.mayPost(wire.Chat.Type == "channel")
	return nil
}

// DecodeUpdate reads one update, whether it was polled or came by webhook. An
// update of a kind that is not read is no error. With an error it still
// returns what can be stored: Raw, the id if there is one, and
// KindOfUndecodable.
func DecodeUpdate(raw []byte) (Update, error) {
	u := Update{Kind: KindOfUndecodable, Raw: raw}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return u, fmt.Errorf("decode update: %w", err)
	}
	if err := json.Unmarshal(fields["update_id"], &u.ID); err != nil {
		return u, fmt.Errorf("decode update_id: %w", err)
	}
	kind, body := carried(fields)
	read := Update{ID: u.ID, Kind: kind, Raw: raw}
	var err error
	switch kind {
	case KindOfMessage:
		err = json.Unmarshal(body, &read.Message)
	case KindOfEditedMessage:
		err = json.Unmarshal(body, &read.EditedMessage)
	case KindOfCallback:
		err = json.Unmarshal(body, &read.Callback)
	case KindOfMyChatMember:
		err = json.Unmarshal(body, &read.MyChatMember)
	default:
		return read, nil
	}
	if err == nil && read.Message == nil && read.EditedMessage == nil && read.Callback == nil && read.MyChatMember == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		return u, fmt.Errorf("decode %s of update %d: %w", kind, u.ID, err)
	}
	return read, nil
}

// carried finds the one field beside update_id, whatever it is called. The
// fields that are read come first, should Telegram ever send two.
func carried(fields map[string]json.RawMessage) (kind string, body json.RawMessage) {
	for _, kind := range [...]string{KindOfMessage, KindOfEditedMessage, KindOfCallback, KindOfMyChatMember} {
		if body, ok := fields[kind]; ok {
			return kind, body
		}
	}
	for name, value := range fields {
		if name != "update_id" && (kind == "" || name < kind) {
			kind, body = name, value
		}
	}
	return kind, body
}

// ChatID is the chat in which it happened, so that what happens in one chat
// can be handled in order. A tap without a message counts for the private
// chat of its person. 0 if there is none.
func (u *Update) ChatID() int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.EditedMessage != nil:
		return u.EditedMessage.Chat.ID
	case u.Callback != nil && u.Callback.Message != nil:
		return u.Callback.Message.Chat.ID
	case u.Callback != nil:
		return u.Callback.From.ID
	case u.MyChatMember != nil:
		return u.MyChatMember.Chat.ID
	}
	return 0
}

// queue is with what it is handled in order: what happens in its chat. Presses
// on a post are handled person by person, because a whole ward may press at
// once and none of them shall wait for the others.
func (u *Update) queue() int64 {
	if u.Callback != nil {
		return u.Callback.From.ID
	}
	return u.ChatID()
}

// From is who did it, or nil if that is not known, as for channel posts.
func (u *Update) From() *User {
	switch {
	case u.Message != nil:
		return u.Message.From
	case u.EditedMessage != nil:
		return u.EditedMessage.From
	case u.Callback != nil:
		return &u.Callback.From
	case u.MyChatMember != nil:
		return &u.MyChatMember.From
	}
	return nil
}
