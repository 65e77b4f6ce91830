package handlers

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// donePost and notTodayPost are presses on the buttons of a post, by anybody
// who can see it. A registered collaborator's counts as an answer like any
// other; of everybody else nothing is kept.
func (h *Handlers) donePost(ctx context.Context, r *request) error {
	return h.press(ctx, r, ward.AnswerDone)
}

func (h *Handlers) notTodayPost(ctx context.Context, r *request) error {
	return h.press(ctx, r, ward.AnswerNotToday)
}

func (h *Handlers) press(ctx context.Context, r *request, a ward.Answer) error {
	task := r.arg(0)
	if m := r.tapped(); m != nil && hangsOn(r.update.Callback.Data, m) {
		if err := h.store.MarkPostSeen(ctx, task, r.chat, 0, m.ID, h.Now()); err != nil {
			return err
		}
	}
	c, err := h.store.Confirm(ctx, task, r.me.ID, a, h.Now())
	if errors.Is(err, ward.ErrNotAsked) {
		if err := h.store.AskByPost(ctx, task, r.chat, r.me.ID, h.Now()); err != nil {
			return err
		}
		c, err = h.store.Confirm(ctx, task, r.me.ID, a, h.Now())
	}
	if err != nil {
		return err
	}
	h.thank(ctx, r, c)
	return h.refreshLetter(ctx, r, task)
}

// hangsOn reports whether a message really has a button with that data: what a
// message shows comes from Telegram, what is pressed from anybody's app.
func hangsOn(data string, m *bot.Message) bool {
	if m.ReplyMarkup == nil {
		return false
	}
	for _, row := range m.ReplyMarkup.Rows {
		for _, b := range row {
			if b.Data == data {
				return true
			}
		}
	}
	return false
}

// lead opens the private chat for somebody who is not registered, where they
// can become so (Bot API: answerCallbackQuery, url).
func (h *Handlers) lead(ctx context.Context, r *request) error {
	board, err := h.store.BoardOfChat(ctx, r.chat)
	if err != nil && !errors.Is(err, ward.ErrNotFound) {
		return err
	}
	if r.toasted.Swap(true) {
		return nil
	}
	if err := h.line.LeadTap(ctx, r.update.Callback.ID, h.startLink(postCode(r.arg(0), board.ID))); err != nil {
		h.Log.Warn("tap not answered", "update", r.update.ID, "error", err)
	}
	return nil
}

// postMark begins the payload of links from a post into the private chat.
// Invites have no small letters.
const postMark = "post_"

// postCode is the payload for a task on a board.
func postCode(task, board int64) string {
	return postMark + strconv.FormatInt(task, 36) + "_" + strconv.FormatInt(board, 36)
}

// parsePostCode reads such a payload. Anybody can type any.
func parsePostCode(s string) (task, board int64, ok bool) {
	s, ok = strings.CutPrefix(s, postMark)
	first, second, both := strings.Cut(s, "_")
	task, err := strconv.ParseInt(first, 36, 64)
	board, err2 := strconv.ParseInt(second, 36, 64)
	return task, board, ok && both && err == nil && err2 == nil
}

// fromPost is somebody who comes from the "report" button of a post.
func (h *Handlers) fromPost(ctx context.Context, r *request, task, board int64) error {
	b, err := h.store.Board(ctx, board)
	if err == nil {
		err = h.store.AskByPost(ctx, task, b.ChatID, r.me.ID, h.Now())
	}
	if err != nil && !errors.Is(err, ward.ErrNotFound) && !errors.Is(err, ward.ErrNotAsked) {
		return err
	}
	return h.openReport(ctx, r, task) // which refuses what they were not asked
}

// few is how many people must have done a task before a channel shows their
// number: anybody may read there, and no number of fewer than five leaves the
// ward.
const few = 5

// Post is what a post looks like now. The engine asks it of every post when it
// is put up, corrected or recalled, and when its number has changed.
func (h *Handlers) Post(ctx context.Context, p ward.Post) (ward.Letter, error) {
	b, err := h.store.Bulletin(ctx, p.BulletinID)
	if err != nil {
		return ward.Letter{}, err
	}
	t := h.texts.In(h.DefaultLanguage)
	l := ward.Letter{Language: string(h.DefaultLanguage), Part: p.Part}
	l.Media, l.Silent = mediaOf(b, p.Part), p.Part == ward.PartAhead || b.Kind == ward.KindNews || h.Early(h.Now())
	switch {
	case p.Part == ward.PartAhead: // has no words
	case b.Recalled():
		l.HTML = t.HTML("bulletin.recalled", locales.Args{"Org": b.Signed.Org, "Contact": b.Signed.Contact})
	case p.Part > 0:
		l.HTML = h.passOnHTML(t, b)
	default:
		l.HTML, l.Buttons = h.bulletinHTML(t, b), letterButtons(h.postButtons(t, b, p))
	}
	return l, nil
}

// postButtons are what anybody can do about a post. What takes words or is
// somebody's own leads into the private chat.
func (h *Handlers) postButtons(t *locales.Texts, b ward.Bulletin, p ward.Post) bot.Keyboard {
	switch b.Kind {
	case ward.KindTask:
	case ward.KindCall:
		return bot.Keyboard{{{Text: t.Plain("btn.open_private"), URL: h.startLink("")}}}
	default:
		return nil
	}
	done := t.Plain("btn.done")
	if p.Done > 0 && (!p.Board.Channel || p.Done >= few) {
		done = t.Plain("btn.done_number", locales.Args{"Number": t.Number(p.Done)})
	}
	if b.Form.Nothing {
		return bot.Keyboard{{button(done, "done", b.ID, onPost)}, {button(t.Plain("btn.not_today"), "notnow", b.ID, onPost)}}
	}
	return bot.Keyboard{
		{button(done, "done", b.ID, onPost)},
		{{Text: t.Plain("btn.send_report"), URL: h.startLink(postCode(b.ID, p.BoardID))}, button(t.Plain("btn.not_today"), "notnow", b.ID, onPost)},
	}
}
