package handlers

import (
	"context"
	"errors"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// linkHere asks in a group for which ward it is, or shows it if that is known.
func (h *Handlers) linkHere(ctx context.Context, r *request) error {
	b, err := h.store.BoardOfChat(ctx, r.chat)
	switch {
	case errors.Is(err, ward.ErrNotFound), err == nil && !b.Linked():
		return h.askWardHere(ctx, r)
	case err != nil:
		return err
	}
	return h.showLinkHere(ctx, r, b)
}

// askWardHere offers the wards to choose among, in the topic where it was
// asked: posts will go there.
func (h *Handlers) askWardHere(ctx context.Context, r *request) error {
	k, err := h.wardButtons(ctx, func(w ward.Ward) bot.Button { return button(w.Name, "link", w.ID) })
	if err != nil {
		return err
	}
	return r.say(ctx, r.t.HTML("board.which_ward"), k)
}

// wardButtons is a button for each ward, two in a row.
func (h *Handlers) wardButtons(ctx context.Context, button func(ward.Ward) bot.Button) (bot.Keyboard, error) {
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return nil, err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		buttons = append(buttons, button(w))
	}
	return rows(buttons[:min(len(buttons), maxButtons)], 2), nil
}

// linkWard links a group to a ward. Posts go into the topic where that was
// done, or else into one of the bot's own if it may make one.
func (h *Handlers) linkWard(ctx context.Context, r *request) error {
	m := r.tapped()
	if m == nil {
		return errOldButton
	}
	w, err := h.store.Ward(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	thread := m.Topic()
	if old, err := h.store.BoardOfChat(ctx, r.chat); err == nil && thread == 0 && old.Linked() {
		thread = old.ThreadID
	}
	if thread == 0 && m.Chat.IsForum {
		if thread, err = h.line.CreateTopic(ctx, r.chat, h.TopicName()); err != nil {
			if bot.KindOf(err) != bot.KindNoRights {
				return err
			}
			thread = 0 // posts go among everything else
		}
	}
	b, err := h.store.LinkBoard(ctx, ward.Board{
		ChatID: r.chat, Title: ward.CleanLine(m.Chat.Title), WardID: w.ID, ThreadID: thread, LinkedBy: r.me.ID,
	})
	if err != nil {
		return err
	}
	h.Log.Info("group linked", "board", b.ID, "ward", w.ID, "by", r.from.ID)
	return h.showLinkHere(ctx, r, b)
}

// TopicName is what the bot calls a topic of its own.
func (h *Handlers) TopicName() string { return h.texts.In(h.DefaultLanguage).Plain("board.topic") }

func (h *Handlers) showLinkHere(ctx context.Context, r *request, b ward.Board) error {
	w, err := h.store.Ward(ctx, b.WardID)
	if err != nil {
		return err
	}
	return r.say(ctx, r.t.HTML("board.linked", locales.Args{"Title": b.Title, "Ward": w.Name}), bot.Keyboard{{
		button(r.t.Plain("btn.other_ward"), "relink"), button(r.t.Plain("btn.unlink"), "unlink"),
	}})
}

// unlinkHere takes the group in which it is tapped off its ward.
func (h *Handlers) unlinkHere(ctx context.Context, r *request) error {
	b, err := h.store.BoardOfChat(ctx, r.chat)
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	return h.unlink(ctx, r, b)
}

func (h *Handlers) unlink(ctx context.Context, r *request, b ward.Board) error {
	if err := h.store.UnlinkBoard(ctx, b.ID); err != nil {
		return err
	}
	h.Log.Info("board unlinked", "board", b.ID, "by", r.from.ID)
	return r.edit(ctx, r.t.HTML("board.unlinked", locales.Args{"Title": b.Title}), nil)
}

// offerChannel asks whoever added the bot to a channel for which ward it is.
func (h *Handlers) offerChannel(ctx context.Context, r *request, chat bot.Chat) error {
	b, err := h.store.OfferBoard(ctx, ward.Board{ChatID: chat.ID, Channel: true, Title: ward.CleanLine(chat.Title), LinkedBy: r.me.ID})
	if err != nil || b.State != ward.BoardOffered {
		return err
	}
	return h.askWardOf(ctx, r, b)
}

func (h *Handlers) askWardOf(ctx context.Context, r *request, b ward.Board) error {
	k, err := h.wardButtons(ctx, func(w ward.Ward) bot.Button { return button(w.Name, "bdward", b.ID, w.ID) })
	if err != nil {
		return err
	}
	return r.say(ctx, r.t.HTML("board.which_ward_of", locales.Args{"Title": b.Title}), append(k, []bot.Button{button(r.t.Plain("btn.boards"), "boards")}))
}

// board loads the board that a button in a private chat is about.
func (h *Handlers) board(ctx context.Context, r *request) (ward.Board, error) {
	b, err := h.store.Board(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) || err == nil && b.State == ward.BoardUnlinked {
		return b, errOldButton
	}
	return b, err
}

// setBoardWard links a channel that was offered, or a board to another ward.
func (h *Handlers) setBoardWard(ctx context.Context, r *request) error {
	b, err := h.board(ctx, r)
	if err != nil {
		return err
	}
	w, err := h.store.Ward(ctx, r.arg(1))
	if errors.Is(err, ward.ErrNotFound) || b.State != ward.BoardOffered && b.State != ward.BoardActive {
		return errOldButton
	}
	if err != nil {
		return err
	}
	b.WardID, b.LinkedBy = w.ID, r.me.ID
	if b, err = h.store.LinkBoard(ctx, b); err != nil {
		return err
	}
	h.Log.Info("board linked", "board", b.ID, "ward", w.ID, "by", r.from.ID)
	return h.showBoardOf(ctx, r, b)
}

// boards lists the groups and channels of all wards and how they are.
func (h *Handlers) boards(ctx context.Context, r *request) error {
	all, err := h.store.Boards(ctx)
	if err != nil {
		return err
	}
	html := r.t.HTML("board.none")
	var buttons []bot.Button
	if len(all) > 0 {
		html = r.t.HTML("board.list")
	}
	for _, b := range all[:min(len(all), maxButtons)] {
		line, err := h.boardLine(ctx, r.t, b)
		if err != nil {
			return err
		}
		html += "\n" + line
		buttons = append(buttons, button(sentence(b.Title, shortTitle), "board", b.ID))
	}
	return r.say(ctx, html+"\n\n"+r.t.HTML("board.how"), rows(buttons, 2))
}

// shortTitle is how many letters of a chat's title go on a button.
const shortTitle = 20

func (h *Handlers) boardLine(ctx context.Context, t *locales.Texts, b ward.Board) (string, error) {
	name := "–"
	if b.WardID != 0 {
		w, err := h.store.Ward(ctx, b.WardID)
		if err != nil {
			return "", err
		}
		name = w.Name
	}
	return t.HTML("board.line", locales.Args{"Ward": name, "Title": sentence(b.Title, 60), "Channel": b.Channel, "State": boardState(t, b)}), nil
}

// boardState says how a board is.
func boardState(t *locales.Texts, b ward.Board) string {
	switch b.State {
	case ward.BoardOffered:
		return t.Plain("board.offered")
	case ward.BoardActive:
		return t.Plain("board.active")
	case ward.BoardRemoved:
		return t.Plain("board.removed")
	case ward.BoardMuted:
		return t.Plain("board.muted")
	}
	return t.Plain("board.off")
}

// showBoard is one board and what can be done about it.
func (h *Handlers) showBoard(ctx context.Context, r *request) error {
	b, err := h.board(ctx, r)
	if err != nil {
		return err
	}
	return h.showBoardOf(ctx, r, b)
}

func (h *Handlers) showBoardOf(ctx context.Context, r *request, b ward.Board) error {
	line, err := h.boardLine(ctx, r.t, b)
	if err != nil {
		return err
	}
	row := []bot.Button{button(r.t.Plain("btn.unlink"), "bdoff", b.ID)}
	if b.State == ward.BoardOffered || b.State == ward.BoardActive {
		row = append([]bot.Button{button(r.t.Plain("btn.choose_ward"), "bdask", b.ID)}, row...)
	}
	return r.say(ctx, line, bot.Keyboard{row, {button(r.t.Plain("btn.boards"), "boards")}})
}

func (h *Handlers) askBoardWard(ctx context.Context, r *request) error {
	b, err := h.board(ctx, r)
	if err != nil {
		return err
	}
	return h.askWardOf(ctx, r, b)
}

func (h *Handlers) unlinkBoard(ctx context.Context, r *request) error {
	b, err := h.board(ctx, r)
	if err != nil {
		return err
	}
	return h.unlink(ctx, r, b)
}

// tellOfBoards tells once, whenever a board breaks or is mended, the
// coordinator who linked it and the admins: they can do something about it.
func (h *Handlers) tellOfBoards(ctx context.Context) error {
	all, err := h.store.BoardsToTell(ctx)
	if err != nil {
		return err
	}
	for _, b := range all {
		if err := h.tellOfBoard(ctx, b); err != nil {
			return err
		}
		if err := h.store.BoardTold(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) tellOfBoard(ctx context.Context, b ward.Board) error {
	chats := slices.Clone(h.Admins)
	if p, err := h.store.Person(ctx, b.LinkedBy); err == nil && p.State == ward.PersonActive && p.Role >= ward.RoleCoordinator && !slices.Contains(chats, p.ChatID) {
		chats = append(chats, p.ChatID)
	}
	told := false
	var last error
	for _, chat := range chats {
		t := h.texts.In(h.DefaultLanguage)
		if p, err := h.store.PersonByChat(ctx, chat); err == nil {
			t = h.texts.In(locales.Language(p.Language))
		}
		html, err := h.boardNews(ctx, t, b)
		if err != nil {
			return err
		}
		_, err = h.line.Send(ctx, bot.Send{ChatID: chat, HTML: html, Silent: h.hushed()})
		told = told || err == nil
		if err != nil {
			last = err
			h.Log.Warn("somebody not told of a board", "board", b.ID, "error", err)
		}
	}
	if !told && mayPass(last) {
		return last
	}
	return nil
}

// boardNews says what happened to a board and what to do.
func (h *Handlers) boardNews(ctx context.Context, t *locales.Texts, b ward.Board) (string, error) {
	w, err := h.store.Ward(ctx, b.WardID)
	if err != nil {
		return "", err
	}
	args := locales.Args{"Title": b.Title, "Ward": w.Name, "Channel": b.Channel}
	switch b.State {
	case ward.BoardRemoved:
		return t.HTML("board.news_removed", args), nil
	case ward.BoardMuted:
		return t.HTML("board.news_muted", args), nil
	}
	return t.HTML("board.news_mended", args), nil
}
