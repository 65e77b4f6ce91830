package handlers

import (
	"context"
	"errors"

	"wardbot/locales"
	"wardbot/ward"
)

// done answers a tap on "I did it". The store counts a person once per task,
// so a second tap, or one update delivered twice, changes nothing.
func (h *Handlers) done(ctx context.Context, r *request) error {
	return h.answer(ctx, r, ward.AnswerDone)
}

// notToday answers "not today". Nobody is asked why.
func (h *Handlers) notToday(ctx context.Context, r *request) error {
	return h.answer(ctx, r, ward.AnswerNotToday)
}

func (h *Handlers) answer(ctx context.Context, r *request, a ward.Answer) error {
	task := r.arg(0)
	if err := h.seen(ctx, r, task); err != nil {
		return err
	}
	c, err := h.store.Confirm(ctx, task, r.me.ID, a, h.Now())
	if err != nil {
		return h.tapOnRecalled(ctx, r, task, err)
	}
	h.thank(ctx, r, c)
	return h.refreshTask(ctx, r, task, c)
}

// thank answers the tap with what is now recorded.
func (h *Handlers) thank(ctx context.Context, r *request, c ward.Confirmation) {
	switch {
	case c.Answer == ward.AnswerDone && !c.First:
		r.toast(ctx, r.t.Plain("toast.done_already"))
	case c.Answer == ward.AnswerDone && c.Late:
		r.toast(ctx, r.t.Plain("toast.done_late"))
	case c.Answer == ward.AnswerDone:
		r.toast(ctx, r.t.Plain("toast.done", locales.Args{"Name": r.name()}))
	default:
		r.toast(ctx, r.t.Plain("toast.not_today", locales.Args{"Name": r.name()}))
	}
}

// undo takes the last answer back, for ten minutes.
func (h *Handlers) undo(ctx context.Context, r *request) error {
	task := r.arg(0)
	if err := h.store.Undo(ctx, task, r.me.ID, h.Now()); err != nil {
		return h.tapOnRecalled(ctx, r, task, err)
	}
	r.toast(ctx, r.t.Plain("toast.undone"))
	return h.refreshTask(ctx, r, task, ward.Confirmation{})
}

// tapOnRecalled takes the words of a recalled task out of the tapped message:
// they may have been written there in the very moment of the recall, by a
// program that was killed before it saw that. The error stays what it is.
func (h *Handlers) tapOnRecalled(ctx context.Context, r *request, task int64, err error) error {
	if !errors.Is(err, ward.ErrRecalled) || r.tapped() == nil || r.arg(1) != inLetter && r.arg(1) != elsewhere {
		return err
	}
	b, failed := h.store.Bulletin(ctx, task)
	if failed == nil {
		failed = h.takeBack(ctx, r, b, r.tappedID())
	}
	if failed != nil {
		return failed
	}
	return err
}

// seen tells the store that a letter has arrived whose fate may be unknown to
// it: somebody has just tapped it.
func (h *Handlers) seen(ctx context.Context, r *request, task int64) error {
	m := r.tapped()
	if m == nil {
		return nil
	}
	key := ward.DeliveryKey{BulletinID: task, PersonID: r.me.ID}
	switch r.arg(1) {
	case inLetter:
	case inPassOn:
		key.Part = 1
	case inReminder:
		key.BulletinID = r.arg(2)
	default:
		return nil
	}
	return h.store.MarkSeen(ctx, key, m.ID, h.Now())
}
