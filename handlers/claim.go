package handlers

import (
	"context"
	"slices"
	"unicode/utf8"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// told is from how many letters on words out of the blue may be a report:
// "cảm ơn" is none.
const told = 20

// offerReport is something that nobody asked for. A reply says itself which
// task it is about; for anything else the person is asked.
func (h *Handlers) offerReport(ctx context.Context, r *request) error {
	m := r.message()
	if task, replied := taskOf(m.ReplyTo); replied {
		return h.replyReport(ctx, r, task)
	}
	d := draft{Album: m.MediaGroupID}
	if len(m.Photo) > 0 {
		d.addPhoto(m.Photo)
	}
	d.addText(m.ID, r.text())
	if ward.Units(d.text()) > ward.MaxReportText {
		return h.notUnderstood(ctx, r)
	}
	tasks, err := h.claimable(ctx, r, d)
	switch {
	case err != nil:
		return err
	case len(tasks) == 0 && len(d.Photos) > 0:
		_, err := r.reply(ctx, r.t.HTML("report.no_task_for_photo"), nil)
		return err
	case len(tasks) == 0:
		return h.notUnderstood(ctx, r)
	}
	c := storage.Conversation{Flow: flowReport}
	if err := pack(&c, stepClaim, d); err != nil {
		return err
	}
	return h.showClaim(ctx, r, &c)
}

// replyReport is a photo or words in reply to a task. With all that is
// counted in it, it is a whole report and goes straight to the preview.
func (h *Handlers) replyReport(ctx context.Context, r *request, task int64) error {
	b, err := h.mayReport(ctx, r, task)
	if err != nil {
		return err
	}
	if busy, err := h.busyWithAnother(ctx, r, task); busy || err != nil {
		return err
	}
	c, d, err := h.draftOn(ctx, r, b)
	if err != nil {
		return err
	}
	m := r.message()
	sameAlbum := m.MediaGroupID != "" && m.MediaGroupID == d.Album
	d.Album = m.MediaGroupID
	text := r.text()
	if len(m.Photo) == 0 {
		text = d.findNumber(b.Form, text)
	}
	if text != "" || len(m.Photo) > 0 {
		if _, err := d.take(b.Form, -1, m, text); err != nil {
			return err
		}
	}
	if err := pack(&c, d.goOn(b.Form), d); err != nil {
		return err
	}
	if sameAlbum { // it is answered already
		return r.keep(ctx, &c)
	}
	return h.showReport(ctx, r, &c)
}

// claimable are the open tasks of which this may be a report, newest first.
func (h *Handlers) claimable(ctx context.Context, r *request, d draft) ([]ward.Bulletin, error) {
	tasks, err := h.openTasks(ctx, r)
	return slices.DeleteFunc(tasks, func(b ward.Bulletin) bool { return !mayTell(b.Form, d) }), err
}

// mayTell says whether what came out of the blue may answer a form.
func mayTell(f ward.Form, d draft) bool {
	if len(d.Photos) > 0 {
		return f.Takes(ward.AskPhoto)
	}
	var counted draft
	rest := counted.findNumber(f, d.text())
	return len(counted.Replies) > 0 && (rest == "" || f.Takes(ward.AskText)) ||
		utf8.RuneCountInString(rest) >= told && f.Takes(ward.AskText)
}

// showClaim asks whether it is a report, and on which task.
func (h *Handlers) showClaim(ctx context.Context, r *request, c *storage.Conversation) error {
	tasks, err := h.claimable(ctx, r, unpack[draft](*c))
	if err != nil {
		return err
	}
	no := button(r.t.Plain("btn.no"), "claim", 0)
	if len(tasks) == 1 {
		return r.step(ctx, c, r.t.HTML("report.claim", locales.Args{"Title": tasks[0].Title}), bot.Keyboard{
			{button(r.t.Plain("btn.yes"), "claim", tasks[0].ID), no},
		})
	}
	var k bot.Keyboard
	for _, b := range tasks {
		k = append(k, []bot.Button{button(sentence(b.Title, wideButton), "claim", b.ID)})
	}
	no.Text = r.t.Plain("btn.no_report")
	return r.step(ctx, c, r.t.HTML("report.claim_which"), append(k, []bot.Button{no}))
}

// wideButton is how many letters a button has room for that is alone in its row.
const wideButton = 35

// claimInput is what comes while the question is open: the rest of an album,
// or more of the same.
func (h *Handlers) claimInput(ctx context.Context, r *request, c *storage.Conversation) error {
	d, m := unpack[draft](*c), r.message()
	if _, replied := taskOf(m.ReplyTo); replied {
		return h.offerReport(ctx, r)
	}
	sameAlbum := m.MediaGroupID != "" && m.MediaGroupID == d.Album
	d.Album = m.MediaGroupID
	switch {
	case len(m.Photo) > 0:
		d.addPhoto(m.Photo)
	case r.text() == "":
		return errUnsupported
	}
	d.addText(m.ID, r.text())
	if ward.Units(d.text()) > ward.MaxReportText {
		return ward.ErrTooLong
	}
	if err := pack(c, stepClaim, d); err != nil {
		return err
	}
	if sameAlbum { // it was asked about once
		return r.keep(ctx, c)
	}
	return h.showClaim(ctx, r, c)
}

// claim is the answer: the task, or 0 for none.
func (h *Handlers) claim(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowReport)
	if err != nil {
		return err
	}
	if c.Step != stepClaim {
		return errOldButton
	}
	if r.arg(0) == 0 {
		if err := h.store.EndConversation(ctx, r.chat, flowReport); err != nil {
			return err
		}
		return r.edit(ctx, r.t.HTML("report.not_a_report"), nil)
	}
	b, err := h.mayReport(ctx, r, r.arg(0))
	if err != nil {
		return err
	}
	came := unpack[draft](*c)
	_, d, err := h.draftOn(ctx, r, b)
	if err != nil {
		return err
	}
	d.join(b.Form, came)
	if err := pack(c, d.goOn(b.Form), d); err != nil {
		return err
	}
	return h.showReport(ctx, r, c)
}

// join adds what came out of the blue to what was told before.
func (d *draft) join(f ward.Form, came draft) {
	d.Again, d.Album = false, came.Album
	for _, p := range came.Photos {
		known := slices.ContainsFunc(d.Photos, func(q ward.Photo) bool { return p.UniqueID == q.UniqueID })
		if f.Takes(ward.AskPhoto) && !known && len(d.Photos) < ward.MaxReportFiles {
			d.Photos = append(d.Photos, p)
		}
	}
	for _, l := range came.Lines {
		d.addText(l.MessageID, d.findNumber(f, l.Text))
	}
}
