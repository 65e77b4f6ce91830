package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// recent is how far back a task may be answered from /homnay.
const recent = 7 * 24 * time.Hour

// today shows what is still open for a person, so that a task can be answered
// even when its letter is gone.
func (h *Handlers) today(ctx context.Context, r *request) error {
	if r.me.ID == 0 { // an admin who is no collaborator
		return h.help(ctx, r)
	}
	tasks, err := h.openTasks(ctx, r)
	if err != nil {
		return err
	}
	told, err := h.store.ToldOnly(ctx, r.me.ID, h.Now().Add(-recent))
	if err != nil {
		return err
	}
	told = told[:min(len(told), toldAtOnce)]
	if len(tasks)+len(told) == 0 {
		_, err := r.reply(ctx, r.t.HTML("task.none", locales.Args{"Name": r.name()}), nil)
		return err
	}
	for _, b := range slices.Backward(told) {
		if err := h.showTold(ctx, r, b); err != nil {
			return err
		}
	}
	for _, b := range slices.Backward(tasks) { // the newest one last, next to the fingers
		if slices.ContainsFunc(told, func(t ward.Bulletin) bool { return t.ID == b.ID }) {
			continue
		}
		if err := h.showTask(ctx, r, b); err != nil {
			return err
		}
	}
	return nil
}

// toldAtOnce is how many bulletins that a person was only told of are shown at
// once; the next time they ask come the next ones.
const toldAtOnce = 5

// showTold sends a bulletin that a person was only told of after an outage.
// The message is their copy of it from now on.
func (h *Handlers) showTold(ctx context.Context, r *request, b ward.Bulletin) error {
	c, reported, err := h.answered(ctx, b, r.me.ID)
	if err != nil {
		return err
	}
	sent, err := h.sendLetter(ctx, r, b, h.taskHTML(r.t, b, c), h.taskButtons(r.t, b, c, reported, inLetter))
	if err == nil {
		err = h.copyShown(ctx, r, b, ward.PartLetter, sent[len(sent)-1])
	}
	if err != nil || b.PassOn == "" {
		return err
	}
	m, err := r.reply(ctx, h.passOnHTML(r.t, b), h.passOnButtons(r.t, b))
	if err != nil {
		return err
	}
	return h.copyShown(ctx, r, b, ward.PartPassOn, m)
}

// copyShown notes that a message is a person's copy of a part from now on; one
// that was not sent is none.
func (h *Handlers) copyShown(ctx context.Context, r *request, b ward.Bulletin, part int, m bot.Sent) error {
	if m.ID == 0 {
		return nil
	}
	return h.store.Show(ctx, ward.DeliveryKey{BulletinID: b.ID, PersonID: r.me.ID, Part: part}, m.ID, b.Revision, h.Now())
}

// Others says that a message stands for others too, and where to read them.
// The engine writes it below letters after an outage.
func (h *Handlers) Others(language string, others int) string {
	return h.texts.In(locales.Language(language)).HTML("bulletin.others", locales.Args{"Count": others})
}

// withOthers keeps that line in a message that has it.
func (h *Handlers) withOthers(ctx context.Context, r *request, b ward.Bulletin, html string) (string, error) {
	if !b.Tells {
		return html, nil
	}
	n, err := h.store.TellsOf(ctx, b.ID, r.me.ID)
	if err != nil || n == 0 {
		return html, err
	}
	return html + "\n\n" + h.Others(string(r.t.Language()), n), nil
}

// openTasks are the tasks a person was sent lately that still take an answer,
// newest first: those within their deadline, or else the newest late one.
func (h *Handlers) openTasks(ctx context.Context, r *request) ([]ward.Bulletin, error) {
	tasks, err := h.store.TasksOf(ctx, r.me.ID, h.Now().Add(-recent))
	if err != nil {
		return nil, err
	}
	var open, late []ward.Bulletin
	for _, b := range tasks {
		switch isLate, err := b.Accepts(h.Now()); {
		case err != nil:
		case isLate:
			late = append(late, b)
		default:
			open = append(open, b)
		}
	}
	if len(open) == 0 && len(late) > 0 {
		return late[:1], nil
	}
	return open[:min(len(open), 3)], nil
}

// showTask sends a task anew, as it stands for this person.
func (h *Handlers) showTask(ctx context.Context, r *request, b ward.Bulletin) error {
	html, k, err := h.taskFor(ctx, r, b)
	if err != nil {
		return err
	}
	_, err = h.sendLetter(ctx, r, b, html, k)
	if err == nil && b.PassOn != "" {
		_, err = r.reply(ctx, h.passOnHTML(r.t, b), nil)
	}
	return err
}

// taskFor is a task with this person's own answer and the buttons that apply.
func (h *Handlers) taskFor(ctx context.Context, r *request, b ward.Bulletin) (string, bot.Keyboard, error) {
	c, reported, err := h.answered(ctx, b, r.me.ID)
	if err != nil {
		return "", nil, err
	}
	return h.taskHTML(r.t, b, c), h.taskButtons(r.t, b, c, reported, elsewhere), nil
}

// answered is what a person said to a task, or to the task that a reminder is
// about, and whether they reported on it.
func (h *Handlers) answered(ctx context.Context, b ward.Bulletin, person int64) (c ward.Confirmation, reported bool, err error) {
	task := b.ID
	if b.Kind == ward.KindReminder {
		task = b.About
	}
	c, err = h.store.AnswerOf(ctx, task, person)
	if err != nil && !errors.Is(err, ward.ErrNotFound) {
		return c, false, err
	}
	reported, err = h.reported(ctx, task, person)
	return c, reported, err
}

// answeredJust is answered, of an answer that is known unless just is nil.
func (h *Handlers) answeredJust(ctx context.Context, b ward.Bulletin, person int64, just *ward.Confirmation) (c ward.Confirmation, reported bool, err error) {
	if just == nil {
		return h.answered(ctx, b, person)
	}
	reported, err = h.reported(ctx, b.ID, person)
	return *just, reported, err
}

// reported says whether a person reported on a task.
func (h *Handlers) reported(ctx context.Context, task, person int64) (bool, error) {
	_, err := h.store.ReportOf(ctx, task, person)
	if errors.Is(err, ward.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// refreshTask brings the tapped message up to date with the person's answer c,
// just recorded. A message to pass on or a reminder only loses its button, and
// the letter itself is changed instead.
func (h *Handlers) refreshTask(ctx context.Context, r *request, task int64, c ward.Confirmation) error {
	m := r.tapped()
	switch {
	case m == nil:
		return nil // too old for Telegram to show; the toast said it all
	case r.arg(1) != inLetter && r.arg(1) != elsewhere:
		r.strip(ctx, m.ID)
		return h.refreshLetter(ctx, r, task)
	}
	just := &c // is not read again; later the answer may be another one
	return h.repaint(ctx, r.from.ID, m.ID, func(ctx context.Context) error {
		return h.asItStands(ctx, r, task, m.ID, func(b ward.Bulletin) error {
			c, reported, err := h.answeredJust(ctx, b, r.me.ID, just)
			just = nil
			if err != nil {
				return err
			}
			html, err := h.withOthers(ctx, r, b, h.taskHTML(r.t, b, c))
			if err != nil {
				return err
			}
			_, _, file := m.File() // its words are a caption
			defer r.patience(ctx)()
			return h.line.EditText(ctx, bot.Edit{
				ChatID: r.chat, MessageID: m.ID, HTML: html, Caption: file,
				Keyboard: h.taskButtons(r.t, b, c, reported, elsewhere),
			})
		})
	})
}

// refreshLetter brings the letter of a task up to date.
func (h *Handlers) refreshLetter(ctx context.Context, r *request, task int64) error {
	chat, message, err := h.store.DeliveryMessage(ctx, ward.DeliveryKey{BulletinID: task, PersonID: r.me.ID})
	if errors.Is(err, ward.ErrNotFound) || err == nil && message == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return h.repaint(ctx, r.from.ID, message, func(ctx context.Context) error {
		return h.asItStands(ctx, r, task, message, func(b ward.Bulletin) error {
			html, k, err := h.taskFor(ctx, r, b)
			if err == nil {
				html, err = h.withOthers(ctx, r, b, html)
			}
			if err != nil {
				return err
			}
			return h.line.EditText(ctx, bot.Edit{ChatID: chat, MessageID: message, HTML: html, Caption: b.Captioned(), Keyboard: k})
		})
	})
}

// asItStands shows a bulletin in a person's message, and shows it again if it
// was corrected while the edit waited for its turn: the engine's own edit may
// have been faster. If it was recalled meanwhile, old words may stand where
// the engine had taken them away. A message that is gone stays so: it was
// recalled, or its reader deleted it.
func (h *Handlers) asItStands(ctx context.Context, r *request, id, message int64, show func(ward.Bulletin) error) error {
	for shown := false; ; shown = true {
		b, err := h.store.Bulletin(ctx, id)
		if err != nil {
			return err
		}
		if b.Recalled() {
			if shown {
				err = h.takeBack(ctx, r, b, message)
			}
			return err
		}
		if err := show(b); bot.KindOf(err) == bot.KindEditGone {
			return nil
		} else if err != nil {
			return r.gone(ctx, err)
		}
		revision, err := h.store.Revision(ctx, id)
		if err != nil || revision == b.Revision {
			return err
		}
	}
}

// takeBack takes the words of a recalled bulletin out of a message that may
// show them still. A copy is left to the engine, which deletes it if it can.
func (h *Handlers) takeBack(ctx context.Context, r *request, b ward.Bulletin, message int64) error {
	key := ward.DeliveryKey{BulletinID: b.ID, PersonID: r.me.ID}
	_, copied, err := h.store.DeliveryMessage(ctx, key)
	switch {
	case err == nil && copied == message:
		return h.store.AmendAgain(ctx, key, h.Now())
	case err != nil && !errors.Is(err, ward.ErrNotFound):
		return err
	}
	err = h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: message, HTML: h.withdrawnHTML(r.t, b), Caption: b.Captioned()})
	if bot.KindOf(err) == bot.KindEditGone {
		return nil
	}
	return r.gone(ctx, err)
}
