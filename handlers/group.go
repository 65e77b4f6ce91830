package handlers

import (
	"context"
	"errors"
	"strings"

	"wardbot/bot"
	"wardbot/ward"
)

// groupMessage answers our commands in groups, and nothing else there. Who may
// not use one there is shown the way into the private chat.
func (h *Handlers) groupMessage(ctx context.Context, r *request) error {
	m := r.message()
	name, rest, ok := parseCommand(r.text())
	if _, known := h.commands[name]; !ok || !known || !h.addressed(r.text()) {
		return nil
	}
	if err := h.recognise(ctx, r); err != nil {
		return err
	}
	r.rest = rest
	var err error
	if to, here := h.groupCommands[name]; here && r.may(ctx, to.door) == nil {
		err = to.run(ctx, r)
	} else {
		t := h.texts.In(h.DefaultLanguage)
		_, err = h.line.Send(ctx, bot.Send{ChatID: r.chat, ThreadID: m.Topic(), ReplyTo: m.ID, HTML: t.HTML("help.in_private"), Keyboard: bot.Keyboard{
			{{Text: t.Plain("btn.open_private"), URL: h.startLink("")}},
		}})
	}
	switch bot.KindOf(err) {
	case bot.KindChatGone, bot.KindNoRights, bot.KindThreadGone, bot.KindMigrated:
		return nil // there is nobody to tell
	}
	return err
}

// groupTap is a press on one of our buttons in a group or channel.
func (h *Handlers) groupTap(ctx context.Context, r *request) error {
	err := h.recognise(ctx, r)
	if err == nil {
		err = h.enterGroupTap(ctx, r)
	}
	switch {
	case errors.Is(err, errNotMember):
		err = h.lead(ctx, r)
	case err != nil:
		err = h.apologise(ctx, r, err)
	}
	r.toast(ctx, "") // every tap is answered, or the button spins on
	return err
}

func (h *Handlers) enterGroupTap(ctx context.Context, r *request) error {
	action, args, ok := parseData(r.update.Callback.Data)
	to, known := h.groupTaps[action]
	if !ok || !known {
		return errOldButton
	}
	r.args = args
	return h.enter(ctx, r, to)
}

// anonymous is an administrator who writes in the group's name: a command that
// needs to know who is asking says so.
func (h *Handlers) anonymous(ctx context.Context, m *bot.Message) error {
	name, _, ok := parseCommand(m.Text)
	if _, here := h.groupCommands[name]; !ok || !here || !h.addressed(m.Text) {
		return nil
	}
	t := h.texts.In(h.DefaultLanguage)
	_, err := h.line.Send(ctx, bot.Send{ChatID: m.Chat.ID, ThreadID: m.Topic(), ReplyTo: m.ID, HTML: t.HTML("board.anonymous")})
	return err
}

// addressed says whether a command in a group is for this bot: it names the
// bot, or none at all.
func (h *Handlers) addressed(text string) bool {
	command, _, _ := strings.Cut(text, " ")
	_, name, named := strings.Cut(command, "@")
	return !named || strings.EqualFold(name, h.username)
}

// service is a message that Telegram itself writes into a group: that it has
// become a supergroup, which has another id.
func (h *Handlers) service(ctx context.Context, m *bot.Message) error {
	if m.MigrateToChatID == 0 {
		return nil
	}
	h.Log.Info("a group has become a supergroup")
	return h.store.MoveBoard(ctx, m.Chat.ID, m.MigrateToChatID)
}

// standing follows what the bot may do in groups and channels. Channels cannot
// be linked by a command, because nobody is seen to write there: whoever adds
// the bot is asked in private.
func (h *Handlers) standing(ctx context.Context, u bot.Update) error {
	m := u.MyChatMember
	switch {
	case m.NewStatus == "left" || m.NewStatus == "kicked":
		return h.store.BreakBoard(ctx, m.Chat.ID, ward.BoardRemoved)
	case !m.MayPost:
		return h.store.BreakBoard(ctx, m.Chat.ID, ward.BoardMuted)
	}
	if err := h.store.MendBoard(ctx, m.Chat.ID, ward.CleanLine(m.Chat.Title)); err != nil {
		return err
	}
	if m.Chat.Type != "channel" {
		return nil
	}
	r := &request{h: h, update: u, from: m.From, chat: m.From.ID}
	if err := h.recognise(ctx, r); err != nil {
		return err
	}
	if r.may(ctx, h.groupCommands["moi"].door) != nil {
		return nil // strangers can add any bot to their channels
	}
	return h.offerChannel(ctx, r, m.Chat)
}
