package bot

import "context"

// Edit is a new text for a message of the bot.
type Edit struct {
	ChatID, MessageID int64
	HTML              string
	Caption           bool     // HTML is the caption of a file
	Keyboard          Keyboard // empty takes the keyboard away
}

// EditText changes the text, or the caption, and the keyboard of a message. A
// message that already is as wanted is no error.
func (c *Client) EditText(ctx context.Context, e Edit) error {
	b := to(e.ChatID).int("message_id", e.MessageID).keyboard(e.Keyboard)
	var err error
	if e.Caption {
		err = c.Call(ctx, "editMessageCaption", b.html("caption", e.HTML).p, nil, nil)
	} else {
		err = c.Call(ctx, "editMessageText", b.html("text", e.HTML).json("link_preview_options", noPreview).p, nil, nil)
	}
	if KindOf(err) == KindNotModified {
		return nil
	}
	return err
}

// EditKeyboard changes only the keyboard of a message; an empty one takes it
// away (Bot API: editMessageReplyMarkup). KindNotModified, the error for a
// keyboard that already is there, tells that the message exists.
func (c *Client) EditKeyboard(ctx context.Context, chatID, messageID int64, k Keyboard) error {
	return c.Call(ctx, "editMessageReplyMarkup", to(chatID).int("message_id", messageID).keyboard(k).p, nil, nil)
}

// Delete deletes a message that is younger than 48 h, also for the other side
// (Bot API: deleteMessage).
func (c *Client) Delete(ctx context.Context, chatID, messageID int64) error {
	return c.Call(ctx, "deleteMessage", to(chatID).int("message_id", messageID).p, nil, nil)
}
