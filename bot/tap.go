package bot

import (
	"context"
	"unicode/utf8"
)

// maxToast is how long the answer to a tap may be, in characters (Bot API:
// answerCallbackQuery).
const maxToast = 200

// AnswerTap answers a tap, with a short text over the chat, or in a box that
// must be closed if alert is set. Text may be empty; it is cut after 200
// characters. It never waits in the gate, and being too late is no error: the
// tap counts all the same.
func (c *Client) AnswerTap(ctx context.Context, id, text string, alert bool) error {
	b := build{Params{"callback_query_id": id}}.text("text", cut(text, maxToast)).flag("show_alert", alert)
	err := c.Call(ctx, "answerCallbackQuery", b.p, nil, nil)
	if KindOf(err) == KindQueryOld {
		return nil
	}
	return err
}

// LeadTap answers a tap by opening a page: a link of the form
// t.me/<this bot>?start=…, others are refused (Bot API: answerCallbackQuery).
// It never waits, and being too late is no error.
func (c *Client) LeadTap(ctx context.Context, id, url string) error {
	b := build{Params{"callback_query_id": id}}.text("url", url)
	err := c.Call(ctx, "answerCallbackQuery", b.p, nil, nil)
	if KindOf(err) == KindQueryOld {
		return nil
	}
	return err
}

// cut shortens a text to at most n characters.
func cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
