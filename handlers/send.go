package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// sendTest sends the bulletin to its author alone, as a collaborator gets it.
func (h *Handlers) sendTest(ctx context.Context, r *request) error {
	_, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.test_sent"))
	_, err = h.showPreview(ctx, r, h.bulletin(r, s))
	return err
}

// confirmSend puts the number of people on the button, and the time above it
// unless it is now.
func (h *Handlers) confirmSend(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	b := h.bulletin(r, s)
	if err := b.Validate(h.Links); err != nil {
		return err
	}
	size, err := h.sizeOf(ctx, b)
	if err != nil {
		return err
	}
	boards, err := h.boardsFor(ctx, &b)
	if err != nil {
		return err
	}
	if size.People == 0 && !b.Via.Posts() {
		r.toast(ctx, r.t.Plain("toast.nobody"))
		return nil
	}
	to, err := h.audienceName(ctx, r, b.Audience)
	if err != nil {
		return err
	}
	c.Step = stepPublish
	yes := button(r.t.Plain("btn.send_to", locales.Args{"Count": size.People}), "publish")
	switch {
	case !s.When.IsZero():
		yes = button(r.t.Plain("btn.plan_for", locales.Args{"Count": size.People}), "planit")
	case !b.Via.People():
		yes = button(r.t.Plain("btn.post_to", locales.Args{"Count": boards.All()}), "publish")
	}
	html := r.t.HTML("compose.sure", locales.Args{"Title": b.Title, "To": to, "Boards": postedOn(r.t, b.Via, boards), "At": h.whenWords(r.t, s, b, size)})
	if h.secondFor(b, size) {
		html += "\n" + r.t.HTML("assent.needed")
	}
	return r.step(ctx, c, html, bot.Keyboard{
		{yes, button(r.t.Plain("btn.back"), "card")},
	})
}

// publish hands the bulletin to the outbox. From here on the engine has it;
// the coordinator has SendDelay to think again.
func (h *Handlers) publish(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	if c.Step != stepPublish || !s.When.IsZero() {
		return errOldButton
	}
	b := h.bulletin(r, s)
	switch agreed, err := h.asAgreed(ctx, b); {
	case err != nil:
		return err
	case !agreed:
		return h.backToCard(ctx, r)
	}
	if second, people, err := h.secondNeeded(ctx, b); err != nil {
		return err
	} else if second {
		return h.askSecond(ctx, r, c, ward.Assent{Bulletin: b, People: people})
	}
	b, err = h.toOutbox(ctx, r, b, c.MessageID)
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowCompose); err != nil {
		return err
	}
	html, k, err := h.sendCard(ctx, r.t, b, r.chat)
	if err != nil {
		return err
	}
	return r.edit(ctx, html, k)
}

// toOutbox publishes a bulletin and remembers which message of the coordinator
// shows how it fares. The same draft published twice is one bulletin.
func (h *Handlers) toOutbox(ctx context.Context, r *request, b ward.Bulletin, card int64) (ward.Bulletin, error) {
	return h.toOutboxAs(ctx, r, b, card, h.letters)
}

// toOutboxAs is toOutbox of a bulletin that is written out in its own way.
func (h *Handlers) toOutboxAs(ctx context.Context, r *request, b ward.Bulletin, card int64, letters func(ward.Bulletin) []ward.Letter) (ward.Bulletin, error) {
	if err := b.Validate(h.Links); err != nil {
		return b, err
	}
	if err := r.within(ctx, b.Audience); err != nil {
		return b, err
	}
	if !b.Deadline.IsZero() && !b.SendAt.Before(b.Deadline) {
		return b, ward.ErrTooLate
	}
	b.Media = h.keepPictures(ctx, b.Media)
	b, err := h.store.Publish(ctx, b, letters)
	if err != nil {
		return b, err
	}
	h.Log.Info("bulletin published", "bulletin", b.ID, "kind", b.Kind, "by", r.from.ID)
	return b, h.control(ctx, r, b, card)
}

// control keeps a message up to date with how far the sending has come.
func (h *Handlers) control(ctx context.Context, r *request, b ward.Bulletin, card int64) error {
	return h.store.SetControl(ctx, storage.Control{
		BulletinID: b.ID, ChatID: r.chat, MessageID: card, Language: string(r.t.Language()),
	})
}

// stopSend ends a send for good, at once.
func (h *Handlers) stopSend(ctx context.Context, r *request) error {
	if _, err := h.store.StopBulletin(ctx, r.arg(0), h.Now()); err != nil {
		return err
	}
	h.Log.Info("bulletin stopped", "bulletin", r.arg(0), "by", r.from.ID)
	r.toast(ctx, r.t.Plain("toast.stopped"))
	return h.refreshCard(ctx, r)
}

// holdSend pauses a send.
func (h *Handlers) holdSend(ctx context.Context, r *request) error {
	if err := h.store.HoldBulletin(ctx, r.arg(0)); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.held"))
	return h.refreshCard(ctx, r)
}

// releaseSend goes on with a paused send.
func (h *Handlers) releaseSend(ctx context.Context, r *request) error {
	if err := h.store.ReleaseBulletin(ctx, r.arg(0)); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.released"))
	return h.refreshCard(ctx, r)
}

// refreshCard brings the tapped card up to date.
func (h *Handlers) refreshCard(ctx context.Context, r *request) error {
	b, err := h.store.Bulletin(ctx, r.arg(0))
	if err != nil {
		return err
	}
	html, k, err := h.sendCard(ctx, r.t, b, r.chat)
	if err != nil {
		return err
	}
	return r.edit(ctx, html, k)
}

// remind writes once more, and only once, to those who have not answered.
func (h *Handlers) remind(ctx context.Context, r *request) error {
	task, err := h.store.Bulletin(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if task.Recalled() {
		return ward.ErrRecalled
	}
	if p, err := h.store.Progress(ctx, task.ID); err != nil {
		return err
	} else if p.Reminded {
		return errReminded
	}
	now := h.Now()
	if task.Kind != ward.KindTask || now.After(task.Deadline) {
		return ward.ErrTooLate
	}
	at := h.Quiet.Ends(now.Add(h.SendDelay))
	if !at.Before(task.Deadline) {
		return ward.ErrTooLate
	}
	r.toast(ctx, "")
	m, err := r.reply(ctx, r.t.HTML("compose.preparing", locales.Args{"Title": task.Title}), nil)
	if err != nil {
		return err
	}
	b, err := h.toOutbox(ctx, r, ward.Bulletin{
		DraftKey: data("remind", task.ID), Kind: ward.KindReminder, About: task.ID, Title: task.Title, Form: task.Form,
		Signed: task.Signed, AuthorID: r.me.ID, Audience: ward.Audience{SilentOn: task.ID},
		SendAt: at, MeantAt: now, SendDay: ward.DayOf(at, h.Zone), Deadline: task.Deadline,
	}, m.ID)
	if err != nil {
		return err
	}
	html, k, err := h.sendCard(ctx, r.t, b, r.chat)
	if err != nil {
		return err
	}
	if err := h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: m.ID, HTML: html, Keyboard: k}); err != nil {
		return err
	}
	return h.refreshCard(ctx, r) // there is no button for another one
}
