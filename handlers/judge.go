package handlers

import (
	"context"
	"errors"
	"strconv"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// judge is /cham: entries that wait for this juror's points. Jurors see an
// entry's number and what is in it, never whose it is.
func (h *Handlers) judge(ctx context.Context, r *request) error {
	calls, err := h.store.JudgedBy(ctx, r.me.ID)
	if err != nil {
		return err
	}
	switch len(calls) {
	case 0:
		return ward.ErrNotJuror
	case 1:
		return h.nextEntry(ctx, r, calls[0], 0)
	}
	var k bot.Keyboard
	for _, id := range calls[:min(len(calls), maxButtons)] {
		b, err := h.store.Bulletin(ctx, id)
		if err != nil {
			return err
		}
		k = append(k, []bot.Button{button(sentence(b.Title, 40), "judge", id)})
	}
	return r.say(ctx, r.t.HTML("judge.which"), k)
}

// judgeNext shows the next entry after a number.
func (h *Handlers) judgeNext(ctx context.Context, r *request) error {
	if _, err := h.judgeable(ctx, r, r.arg(0)); err != nil {
		return err
	}
	r.toast(ctx, "")
	r.strip(ctx, r.tappedID())
	return h.nextEntry(ctx, r, r.arg(0), int(r.arg(1)))
}

func (h *Handlers) nextEntry(ctx context.Context, r *request, call int64, after int) error {
	b, err := h.judgeable(ctx, r, call)
	if err != nil {
		return err
	}
	e, err := h.store.UnscoredEntry(ctx, call, r.me.ID, after)
	if errors.Is(err, ward.ErrNotFound) && after > 0 { // skipped ones come round again
		e, err = h.store.UnscoredEntry(ctx, call, r.me.ID, 0)
	}
	if errors.Is(err, ward.ErrNotFound) {
		_, err := r.reply(ctx, r.t.HTML("judge.done", locales.Args{"Title": b.Title}), nil)
		return err
	}
	if err != nil {
		return err
	}
	return h.showForPoints(ctx, r, e)
}

// judgeable returns a call whose entries this person judges now: after the
// deadline, when nobody can take an entry back any more.
func (h *Handlers) judgeable(ctx context.Context, r *request, call int64) (ward.Bulletin, error) {
	is, err := h.store.IsJuror(ctx, call, r.me.ID)
	if err != nil {
		return ward.Bulletin{}, err
	}
	if !is {
		return ward.Bulletin{}, ward.ErrNotJuror
	}
	b, err := h.store.Bulletin(ctx, call)
	if err == nil && !h.Now().After(b.Deadline) {
		err = errJudgingLater
	}
	return b, err
}

// showForPoints sends an entry, its files first, with the points below it.
func (h *Handlers) showForPoints(ctx context.Context, r *request, e ward.Entry) error {
	if err := h.showFiles(ctx, r, e); err != nil {
		return err
	}
	_, err := r.reply(ctx, h.entryHTML(r.t, e), pointButtons(r.t, e))
	return err
}

func (h *Handlers) entryHTML(t *locales.Texts, e ward.Entry) string {
	return t.HTML("judge.entry", locales.Args{"Number": t.Number(e.Number), "Text": e.Text, "Count": len(e.Files)})
}

func pointButtons(t *locales.Texts, e ward.Entry) bot.Keyboard {
	var points []bot.Button
	for n := ward.MinPoints; n <= ward.MaxPoints; n++ {
		points = append(points, button(strconv.Itoa(n), "score", e.ID, int64(n)))
	}
	return append(rows(points, 5), []bot.Button{button(t.Plain("btn.skip"), "judge", e.BulletinID, int64(e.Number))})
}

// showFiles sends the files of an entry as they came.
func (h *Handlers) showFiles(ctx context.Context, r *request, e ward.Entry) error {
	for _, f := range e.Files {
		_, err := h.line.Send(ctx, bot.Send{ChatID: r.chat, Media: []bot.Media{{Kind: f.Kind, FileID: f.FileID}}})
		if err != nil {
			return r.gone(ctx, err)
		}
	}
	return nil
}

// score takes the points and goes on to the next entry.
func (h *Handlers) score(ctx context.Context, r *request) error {
	e, err := h.store.Entry(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if _, err := h.judgeable(ctx, r, e.BulletinID); err != nil {
		return err
	}
	points := int(r.arg(1))
	if err := h.store.ScoreEntry(ctx, e.ID, r.me.ID, points, h.Now()); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.scored", locales.Args{"Count": points}))
	html := r.t.HTML("judge.scored", locales.Args{"Number": r.t.Number(e.Number), "Count": points})
	if err := r.edit(ctx, html, bot.Keyboard{{button(r.t.Plain("btn.score_again"), "rescor", e.ID)}}); err != nil {
		return err
	}
	return h.nextEntry(ctx, r, e.BulletinID, e.Number)
}

// rescore shows an entry's points once more.
func (h *Handlers) rescore(ctx context.Context, r *request) error {
	e, err := h.store.Entry(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if _, err := h.judgeable(ctx, r, e.BulletinID); err != nil {
		return err
	}
	return r.edit(ctx, h.entryHTML(r.t, e), pointButtons(r.t, e))
}
