package bot

import (
	"context"
	"errors"
	"fmt"
)

// Send is what to send: text, or a file with the text as its caption, or a
// place, or an album, whose caption stands under its first file.
type Send struct {
	ChatID     int64
	ThreadID   int    // topic of a forum, 0 = none
	HTML       string // Telegram HTML, escaped: at most 4,096 characters after parsing, 1,024 as a caption; a place has none
	Media      []Media
	Keyboard   Keyboard // not with an album (Bot API: sendMediaGroup)
	ForceReply string   // placeholder of the reply that is asked for, 1 to 64 characters; not with a Keyboard
	Keys       Keys     // in place of the letters of an app; private chats only, not with a Keyboard
	DropKeys   bool     // takes such Keys away again; not with a Keyboard
	ReplyTo    int64    // message id; if it is gone the message is sent all the same
	Silent     bool     // without a sound
	Paid       bool     // up to 1,000 a second for Stars (Bot API: allow_paid_broadcast)
}

// Send sends without link previews (Bot API: sendMessage, sendPhoto,
// sendMediaGroup and the like) and returns the message as it was sent, of an
// album the first.
func (c *Client) Send(ctx context.Context, s Send) (Sent, error) {
	all, err := c.SendAll(ctx, s)
	if err != nil {
		return Sent{}, err
	}
	return all[0], nil
}

// SendAll is Send, and returns every message of an album, at least one.
func (c *Client) SendAll(ctx context.Context, s Send) ([]Sent, error) {
	method, p, files := s.request()
	if method == "" {
		return nil, &Error{Method: "send", Kind: KindMessageBad, Err: fmt.Errorf("no kind of content: %q", s.Media[0].Kind)}
	}
	if len(s.Media) < 2 {
		all := make([]Sent, 1)
		return all, c.Call(ctx, method, p, files, &all[0])
	}
	var all []Sent
	err := c.Call(ctx, method, p, files, &all)
	if err == nil && len(all) == 0 {
		err = &Error{Method: method, Kind: KindUnknownOutcome, Err: errNoMessages}
	}
	return all, err
}

var errNoMessages = errors.New("an album without messages came back")

func (s Send) request() (method string, p Params, files []File) {
	b := to(s.ChatID).int("message_thread_id", int64(s.ThreadID)).
		flag("disable_notification", s.Silent).
		flag("allow_paid_broadcast", s.Paid).
		keyboard(s.Keyboard)
	if s.ForceReply != "" {
		b.json("reply_markup", forceReply{true, s.ForceReply})
	}
	if len(s.Keys) > 0 {
		b.json("reply_markup", replyKeyboard{s.Keys, true, true})
	}
	if s.DropKeys {
		b.json("reply_markup", dropKeys{true})
	}
	if s.ReplyTo != 0 {
		b.json("reply_parameters", replyParameters{s.ReplyTo, true})
	}
	switch len(s.Media) {
	case 0:
		return "sendMessage", b.html("text", s.HTML).json("link_preview_options", noPreview).p, nil
	case 1:
		return s.Media[0].one(b, s.HTML)
	default:
		return album(b, s.Media, s.HTML)
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
