package handlers

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// spin is how long a button may spin: people expect an answer to a tap within
// a second.
const spin = 500 * time.Millisecond

// request is one update on its way through a handler: who, where, in which
// language, and the means to answer.
type request struct {
	h       *Handlers
	update  bot.Update
	from    bot.User
	chat    int64
	me      ward.Person // zero for guests
	role    ward.Role
	charges []int64 // of a ward coordinator: the ward they look after and what went into it
	t       *locales.Texts
	args    []int64     // of the tapped button
	rest    string      // what follows a command
	anew    bool        // answers go into new messages, also those to a tap
	toasted atomic.Bool // the tap has been answered
}

// message is what the person wrote, nil for a tap.
func (r *request) message() *bot.Message { return r.update.Message }

// text is what the person wrote, clean, caption included.
func (r *request) text() string {
	m := r.message()
	if m == nil {
		return ""
	}
	return wordsOf(m).Plain
}

// arg is the n-th number of the tapped button, 0 if it has none.
func (r *request) arg(n int) int64 {
	if n < len(r.args) {
		return r.args[n]
	}
	return 0
}

// name is what the person is called: "chị Hạnh".
func (r *request) name() string {
	p := r.me
	p.Name = r.fullName()
	return called(r.t, p)
}

// called is how a person is addressed in a language.
func called(t *locales.Texts, p ward.Person) string {
	words := strings.Split(t.Plain("settings.words"), "|")
	word := words[0]
	if int(p.Address) < len(words) {
		word = words[p.Address]
	}
	return t.Plain("settings.called", locales.Args{"Word": word, "Name": p.GivenName()})
}

func (r *request) fullName() string {
	if r.me.Name != "" {
		return r.me.Name
	}
	return ward.FullName(r.from.FirstName, r.from.LastName)
}

// reply sends a new message.
func (r *request) reply(ctx context.Context, html string, k bot.Keyboard) (bot.Sent, error) {
	s := bot.Send{ChatID: r.chat, HTML: html, Keyboard: k}
	if m := r.message(); m != nil && r.chat == m.Chat.ID {
		s.ThreadID = m.Topic()
	}
	return r.send(ctx, s)
}

func (r *request) send(ctx context.Context, s bot.Send) (bot.Sent, error) {
	defer r.patience(ctx)()
	m, err := r.h.line.Send(ctx, s)
	return m, r.gone(ctx, err)
}

// sendAll is send for albums.
func (r *request) sendAll(ctx context.Context, s bot.Send) ([]bot.Sent, error) {
	defer r.patience(ctx)()
	all, err := r.h.line.SendAll(ctx, s)
	return all, r.gone(ctx, err)
}

// edit changes the tapped message, or says the same in a new one if there is
// nothing to change any more.
func (r *request) edit(ctx context.Context, html string, k bot.Keyboard) error {
	defer r.patience(ctx)()
	m := r.tapped()
	if m == nil {
		_, err := r.reply(ctx, html, k)
		return err
	}
	_, _, file := m.File() // its words are a caption
	err := r.h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: m.ID, HTML: html, Caption: file, Keyboard: k})
	if bot.KindOf(err) == bot.KindEditGone {
		_, err = r.reply(ctx, html, k)
	}
	return r.gone(ctx, err)
}

// tapped is the message under the tapped button; nil if it is no tap, or
// Telegram does not show the message any more.
func (r *request) tapped() *bot.Message {
	if c := r.update.Callback; c != nil && c.Message != nil && c.Message.Date != 0 && !r.anew {
		return c.Message
	}
	return nil
}

// tappedID is the id of the message under the tapped button, 0 if there is none.
func (r *request) tappedID() int64 {
	if m := r.tapped(); m != nil {
		return m.ID
	}
	return 0
}

// step shows the step of a conversation and remembers where: a tap changes
// the message under the button, typed words are answered by a new message,
// and the buttons of the old one are taken away.
func (r *request) step(ctx context.Context, c *storage.Conversation, html string, k bot.Keyboard) error {
	old := c.MessageID
	if r.tapped() != nil {
		c.MessageID = r.tapped().ID
		if err := r.keep(ctx, c); err != nil {
			return err
		}
		return r.edit(ctx, html, k)
	}
	if err := r.keep(ctx, c); err != nil { // what was typed, before anything is sent
		return err
	}
	m, err := r.reply(ctx, html, k)
	if err != nil {
		return err
	}
	c.MessageID = m.ID
	if err := r.keep(ctx, c); err != nil {
		return err
	}
	r.strip(ctx, old)
	return nil
}

// keep saves a conversation as this update leaves it.
func (r *request) keep(ctx context.Context, c *storage.Conversation) error {
	c.ChatID, c.UpdateID, c.UpdatedAt = r.chat, r.update.ID, r.h.Now()
	if err := r.h.store.SaveConversation(ctx, *c); err != nil {
		return fmt.Errorf("keep %s conversation: %w", c.Flow, err)
	}
	return nil
}

// strip takes the buttons of an older message away, which is a courtesy: a
// message that can't be edited any more keeps them, and they answer kindly.
func (r *request) strip(ctx context.Context, messageID int64) {
	if messageID == 0 {
		return
	}
	if err := r.h.line.EditKeyboard(ctx, r.chat, messageID, nil); err != nil {
		r.h.Log.Debug("buttons not taken away", "update", r.update.ID, "error", err)
	}
}

// toast answers the tap, once; the text may be empty.
func (r *request) toast(ctx context.Context, text string) {
	if r.update.Callback == nil || r.toasted.Swap(true) {
		return
	}
	if err := r.h.line.AnswerTap(ctx, r.update.Callback.ID, text, false); err != nil {
		r.h.Log.Warn("tap not answered", "update", r.update.ID, "error", err)
	}
}

// patience answers the tap while a message has to wait for its turn at
// Telegram's pace, because a button must not spin that long.
func (r *request) patience(ctx context.Context) (end func() bool) {
	return time.AfterFunc(spin, func() { r.toast(ctx, "") }).Stop
}

// gone notes a person who can't be answered any more, which is no error.
func (r *request) gone(ctx context.Context, err error) error {
	if bot.KindOf(err) != bot.KindPersonGone {
		return err
	}
	if r.me.ID == 0 {
		return nil
	}
	return r.h.store.SetReachable(ctx, r.from.ID, false, r.h.Now())
}

// button makes a button from a text key's words and its data.
func button(text, action string, args ...int64) bot.Button {
	return bot.Button{Text: text, Data: data(action, args...)}
}

// rows lays buttons out, n in a row.
func rows(buttons []bot.Button, n int) bot.Keyboard {
	var k bot.Keyboard
	for len(buttons) > n {
		k, buttons = append(k, buttons[:n]), buttons[n:]
	}
	if len(buttons) > 0 {
		k = append(k, buttons)
	}
	return k
}

// sentence shortens a text of a person for showing it back.
func sentence(s string, limit int) string {
	if runes := []rune(s); len(runes) > limit {
		return strings.TrimSpace(string(runes[:limit])) + "…"
	}
	return s
}
