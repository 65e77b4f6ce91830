package simulator

import (
	"bytes"
	"encoding/json"
)

// wireUser is Bot API's User.
type wireUser struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

// wireChat is Bot API's Chat.
type wireChat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	IsForum   bool   `json:"is_forum,omitempty"`
}

// wireMessage is Bot API's Message. It is never changed once it is shown.
type wireMessage struct {
	ID              int64           `json:"message_id"`
	ThreadID        int64           `json:"message_thread_id,omitempty"`
	InTopic         bool            `json:"is_topic_message,omitempty"`
	From            *wireUser       `json:"from,omitempty"`
	SenderChat      *wireChat       `json:"sender_chat,omitempty"`
	Date            int64           `json:"date"`
	Chat            *wireChat       `json:"chat"`
	ForwardOrigin   *messageOrigin  `json:"forward_origin,omitempty"`
	ReplyTo         *wireMessage    `json:"reply_to_message,omitempty"`
	EditDate        int64           `json:"edit_date,omitempty"`
	Protected       bool            `json:"has_protected_content,omitempty"`
	MediaGroup      string          `json:"media_group_id,omitempty"`
	Text            string          `json:"text,omitempty"`
	Entities        []entity        `json:"entities,omitempty"`
	Photo           []photoSize     `json:"photo,omitempty"`
	Caption         string          `json:"caption,omitempty"`
	CaptionEntities []entity        `json:"caption_entities,omitempty"`
	ReplyMarkup     *inlineKeyboard `json:"reply_markup,omitempty"`

	// Any other content under its name in the Bot API: voice, contact, …
	OtherName string          `json:"-"`
	Other     json.RawMessage `json:"-"`
}

// plainMessage is a message without other content, which is written faster.
type plainMessage wireMessage

// written is what to answer to get the message.
func (m *wireMessage) written() any {
	if m.OtherName == "" {
		return (*plainMessage)(m)
	}
	return m
}

// MarshalJSON puts the other content among the fields.
func (m *wireMessage) MarshalJSON() ([]byte, error) {
	raw, err := json.Marshal((*plainMessage)(m))
	if err != nil || m.OtherName == "" {
		return raw, err
	}
	var b bytes.Buffer
	b.Write(raw[:len(raw)-1])
	b.WriteString(`,"` + m.OtherName + `":`)
	b.Write(m.Other)
	b.WriteByte('}')
	return b.Bytes(), nil
}

// messageOrigin is Bot API's MessageOrigin, all kinds of it.
type messageOrigin struct {
	Type       string    `json:"type"`
	Date       int64     `json:"date"`
	User       *wireUser `json:"sender_user,omitempty"`
	UserName   string    `json:"sender_user_name,omitempty"`
	Chat       *wireChat `json:"chat,omitempty"`
	MessageID  int64     `json:"message_id,omitempty"`
	SenderChat *wireChat `json:"sender_chat,omitempty"`
}

// photoSize is Bot API's PhotoSize.
type photoSize struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Size     int    `json:"file_size"`
}

// inaccessible is Bot API's InaccessibleMessage.
type inaccessible struct {
	Chat wireChat `json:"chat"`
	ID   int64    `json:"message_id"`
	Date int64    `json:"date"` // always 0
}

// wireCallback is Bot API's CallbackQuery.
type wireCallback struct {
	ID           string   `json:"id"`
	From         wireUser `json:"from"`
	Message      any      `json:"message"` // *wireMessage or inaccessible
	ChatInstance string   `json:"chat_instance"`
	Data         string   `json:"data"`
}

// memberUpdate is Bot API's ChatMemberUpdated.
type memberUpdate struct {
	Chat wireChat   `json:"chat"`
	From wireUser   `json:"from"`
	Date int64      `json:"date"`
	Old  chatMember `json:"old_chat_member"`
	New  chatMember `json:"new_chat_member"`
}

// mustJSON writes a value of ours, which can always be written.
func mustJSON(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("simulator: write JSON: " + err.Error())
	}
	return raw
}
