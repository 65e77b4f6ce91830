package bot

import "encoding/json"

// User is a person or a bot (Bot API: User). Only ID is for keeping: names
// and usernames change.
type User struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Username     string `json:"username"`
	LanguageCode string `json:"language_code"` // of the person's app, such as "vi"
}

// Chat is where messages are (Bot API: Chat).
type Chat struct {
	ID       int64  `json:"id"`   // of a private chat: the person's; negative for all others
	Type     string `json:"type"` // private, group, supergroup or channel
	Title    string `json:"title"`
	Username string `json:"username"`
	IsForum  bool   `json:"is_forum"`
}

// Message is what the bot reads of a message (Bot API: Message).
type Message struct {
	ID              int64           `json:"message_id"`
	MessageThreadID int             `json:"message_thread_id"`
	Date            int64           `json:"date"` // unix seconds; 0 if Inaccessible
	EditDate        int64           `json:"edit_date"`
	Chat            Chat            `json:"chat"`
	From            *User           `json:"from"`        // nil in channels
	SenderChat      *Chat           `json:"sender_chat"` // who wrote on behalf of a chat
	Text            string          `json:"text"`
	Entities        []Entity        `json:"entities"`
	Caption         string          `json:"caption"`
	CaptionEntities []Entity        `json:"caption_entities"`
	MediaGroupID    string          `json:"media_group_id"`
	ReplyTo         *Message        `json:"reply_to_message"`
	ForwardOrigin   json.RawMessage `json:"forward_origin"` // not nil if forwarded
	ViaBot          *User           `json:"via_bot"`
	Sticker         *Attachment     `json:"sticker"`
	Contact         *Contact        `json:"contact"`
	Location        *Location       `json:"location"`
	NewChatMembers  []User          `json:"new_chat_members"`
	MigrateToChatID int64           `json:"migrate_to_chat_id"` // this group became that supergroup
	IsTopicMessage  bool            `json:"is_topic_message"`   // MessageThreadID is a topic of a forum
	ReplyMarkup     *InlineKeyboard `json:"reply_markup"`
	Files
}

// Sent is what is worth knowing of a message that the bot sent itself: the
// rest it wrote, and reading it back takes a broadcast a tenth of its time.
type Sent struct {
	ID int64 `json:"message_id"`
	Files
}

// Files are those of a message, of which it has one at most.
type Files struct {
	Photo     []PhotoSize `json:"photo"` // one picture, smallest size first
	Voice     *Attachment `json:"voice"`
	Audio     *Attachment `json:"audio"`
	Video     *Attachment `json:"video"`
	VideoNote *Attachment `json:"video_note"`
	Animation *Attachment `json:"animation"`
	Document  *Attachment `json:"document"`
}

// Topic is the topic of a forum that the message is in, 0 if in none: threads
// of replies in ordinary groups have ids too.
func (m *Message) Topic() int {
	if m.IsTopicMessage {
		return m.MessageThreadID
	}
	return 0
}

// Anonymous reports whether an administrator of the group wrote it in the
// group's name, so that nobody knows who (Bot API: Message, sender_chat).
func (m *Message) Anonymous() bool {
	return m.SenderChat != nil && m.SenderChat.ID == m.Chat.ID && m.Chat.Type != "channel"
}

// Inaccessible reports whether only chat and id of the message are known
// (Bot API: InaccessibleMessage).
func (m *Message) Inaccessible() bool { return m.Date == 0 }

// Forwarded reports whether somebody else wrote it first.
func (m *Message) Forwarded() bool { return m.ForwardOrigin != nil }

// Other reports whether the message is something else than text or a photo.
func (m *Message) Other() bool { return m.Text == "" && len(m.Photo) == 0 }

// LargestPhoto is the file_id of the best size of the photo, or "".
func (f *Files) LargestPhoto() string {
	var best PhotoSize
	for _, p := range f.Photo {
		if p.Width*p.Height >= best.Width*best.Height {
			best = p
		}
	}
	return best.FileID
}

// Entity marks a part of a text (Bot API: MessageEntity). Offset and Length
// are UTF-16 units, and come from outside: they may point anywhere.
type Entity struct {
	Type     string `json:"type"` // bold, bot_command, url, mention, …
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url"`      // of a text_link
	Language string `json:"language"` // of a pre
}

// PhotoSize is one size of a photo (Bot API: PhotoSize).
type PhotoSize struct {
	FileID       string `json:"file_id"`        // for sending, lasting, of this bot only
	FileUniqueID string `json:"file_unique_id"` // for comparing, not for sending
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	FileSize     int64  `json:"file_size"` // bytes
}

// Attachment is what all kinds of files have in common (Bot API: Voice,
// Video, Document and the like).
type Attachment struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileName     string `json:"file_name"`
	MimeType     string `json:"mime_type"`
	Duration     int    `json:"duration"`  // seconds
	FileSize     int64  `json:"file_size"` // bytes
}

// Contact is a card of somebody (Bot API: Contact). It is the sender's own
// only if UserID is the sender's id and the message is not forwarded.
type Contact struct {
	PhoneNumber string `json:"phone_number"`
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name"`
	UserID      int64  `json:"user_id"`
}

// Location is a point on the map (Bot API: Location).
type Location struct {
	Latitude   float64 `json:"latitude"`
	Longitude  float64 `json:"longitude"`
	LivePeriod int     `json:"live_period"` // seconds for which it follows its sender; 0: it stands
}
