package bot

import (
	"context"
	"errors"
)

// Send is one message to send: text, or a photo with the text as its caption.
type Send struct {
	ChatID     int64
	ThreadID   int    // topic of a forum, 0 = none
	HTML       string // Telegram HTML, escaped: at most 4,096 characters after parsing, 1,024 with a photo
	Photo      string // file_id
	Upload     *File  // the photo itself instead of a file_id; its Field need not be set
	Keyboard   Keyboard
	ForceReply string // placeholder of the reply that is asked for, 1 to 64 characters; not with a Keyboard
	ReplyTo    int64  // message id; if it is gone the message is sent all the same
	Silent     bool   // without a sound
	Paid       bool   // up to 1,000 a second for Stars (Bot API: allow_paid_broadcast)
}

// Send sends one message, sendMessage or sendPhoto, without link previews,
// and returns it as it was sent.
func (c *Client) Send(ctx context.Context, s Send) (Message, error) {
	method, p, files := s.request()
	var m Message
	err := c.Call(ctx, method, p, files, &m)
	return m, err
}

func (s Send) request() (method string, p Params, files []File) {
	b := to(s.ChatID).int("message_thread_id", int64(s.ThreadID)).
		flag("disable_notification", s.Silent).
		flag("allow_paid_broadcast", s.Paid).
		keyboard(s.Keyboard)
	if s.ForceReply != "" {
		b.json("reply_markup", forceReply{true, s.ForceReply})
	}
	if s.ReplyTo != 0 {
		b.json("reply_parameters", replyParameters{s.ReplyTo, true})
	}
	switch {
	case s.Upload != nil:
		file := *s.Upload
		file.Field = "photo"
		return "sendPhoto", b.html("caption", s.HTML).p, []File{file}
	case s.Photo != "":
		return "sendPhoto", b.html("caption", s.HTML).text("photo", s.Photo).p, nil
	default:
		return "sendMessage", b.html("text", s.HTML).json("link_preview_options", noPreview).p, nil
	}
}

// forceReply asks the app to open a reply (Bot API: ForceReply).
type forceReply struct {
	ForceReply  bool   `json:"force_reply"`
	Placeholder string `json:"input_field_placeholder"`
}

// replyParameters name the message replied to (Bot API: ReplyParameters).
type replyParameters struct {
	MessageID    int64 `json:"message_id"`
	AllowWithout bool  `json:"allow_sending_without_reply"`
}

// linkPreview is Bot API's LinkPreviewOptions.
type linkPreview struct {
	Disabled bool `json:"is_disabled"`
}

var noPreview = linkPreview{true}

// inputPhoto is one photo of an album (Bot API: InputMediaPhoto).
type inputPhoto struct {
	Type      string `json:"type"`
	Media     string `json:"media"`
	Caption   string `json:"caption,omitempty"`
	ParseMode string `json:"parse_mode,omitempty"`
}

// SendAlbum sends 2 to 10 photos by file_id as one album, the caption (HTML)
// under the first. Albums cannot have a keyboard (Bot API: sendMediaGroup).
func (c *Client) SendAlbum(ctx context.Context, chatID int64, photos []string, caption string) error {
	media := make([]inputPhoto, len(photos))
	for i, id := range photos {
		media[i] = inputPhoto{Type: "photo", Media: id}
	}
	if caption != "" && len(media) > 0 {
		media[0].Caption, media[0].ParseMode = caption, "HTML"
	}
	return c.Call(ctx, "sendMediaGroup", to(chatID).json("media", media).p, nil, nil)
}

// ChatAction shows for some seconds what the bot is doing, such as "typing"
// (Bot API: sendChatAction). It is a courtesy: it never waits, and does
// nothing in a chat that is held after a 429.
func (c *Client) ChatAction(ctx context.Context, chatID int64, action string) error {
	if c.line.gate.holds(chatID) {
		return nil
	}
	err := c.Call(ctx, "sendChatAction", to(chatID).text("action", action).p, nil, nil)
	var e *Error
	if errors.As(err, &e) && e.Kind == KindWait {
		c.line.gate.slow(chatID, e.RetryAfter)
	}
	return err
}

// LeaveChat makes the bot leave a group or channel (Bot API: leaveChat).
func (c *Client) LeaveChat(ctx context.Context, chatID int64) error {
	return c.Call(ctx, "leaveChat", to(chatID).p, nil, nil)
}
