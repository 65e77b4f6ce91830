package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/storage"
	"wardbot/ward"
)

// The steps of a report.
const (
	stepQuestion = "question"
	stepPreview  = "preview"
	stepClaim    = "claim" // something out of the blue: is it a report, and on which task?
)

// reportToday starts a report on the newest open task, or shows the one that
// was sent.
func (h *Handlers) reportToday(ctx context.Context, r *request) error {
	tasks, err := h.openTasks(ctx, r)
	if err != nil {
		return err
	}
	tasks = slices.DeleteFunc(tasks, func(b ward.Bulletin) bool { return b.Form.Nothing })
	if len(tasks) == 0 {
		_, err := r.reply(ctx, r.t.HTML("task.none", locales.Args{"Name": r.name()}), nil)
		return err
	}
	return h.openReport(ctx, r, tasks[0].ID)
}

// reportTask is the tap on "send report" below a task.
func (h *Handlers) reportTask(ctx context.Context, r *request) error {
	if err := h.seen(ctx, r, r.arg(0)); err != nil {
		return err
	}
	return h.openReport(ctx, r, r.arg(0))
}

// openReport begins a report, takes up the one there is, or shows the one
// that was sent: what somebody typed is kept until they send or cancel.
func (h *Handlers) openReport(ctx context.Context, r *request, task int64) error {
	b, err := h.mayReport(ctx, r, task)
	if err != nil {
		return err
	}
	r.anew = true // the task stays as it is, the report begins below it
	begun, err := h.store.Conversation(ctx, r.chat, flowReport)
	if err != nil && !errors.Is(err, ward.ErrNotFound) {
		return err
	}
	if err != nil || unpack[draft](begun).Task != task {
		sent, err := h.store.ReportOf(ctx, task, r.me.ID)
		if err == nil {
			return h.showSent(ctx, r, b, sent)
		}
		if !errors.Is(err, ward.ErrNotFound) {
			return err
		}
	}
	return h.writeReport(ctx, r, b)
}

// mendReport is the tap on "edit" below a report that was sent.
func (h *Handlers) mendReport(ctx context.Context, r *request) error {
	b, err := h.mayReport(ctx, r, r.arg(0))
	if err != nil {
		return err
	}
	r.anew = true
	return h.writeReport(ctx, r, b)
}

// writeReport asks the first question of a report.
func (h *Handlers) writeReport(ctx context.Context, r *request, b ward.Bulletin) error {
	if busy, err := h.busyWithAnother(ctx, r, b.ID); busy || err != nil {
		return err
	}
	c, d, err := h.draftOn(ctx, r, b)
	if err != nil {
		return err
	}
	d.Asked = 0
	if err := pack(&c, stepQuestion, d); err != nil {
		return err
	}
	return h.showReport(ctx, r, &c)
}

// busyWithAnother shows the unfinished report on another task, if there is
// one: nothing that was typed is thrown away unasked.
func (h *Handlers) busyWithAnother(ctx context.Context, r *request, task int64) (bool, error) {
	c, err := h.store.Conversation(ctx, r.chat, flowReport)
	if errors.Is(err, ward.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	d := unpack[draft](c)
	if d.Task == 0 || d.Task == task || d.empty() {
		return false, nil
	}
	b, err := h.mayReport(ctx, r, d.Task)
	if err != nil {
		return false, nil //nolint:nilerr // it can't be sent any more
	}
	if _, err := r.reply(ctx, r.t.HTML("report.busy", locales.Args{"Title": b.Title}), nil); err != nil {
		return true, err
	}
	r.anew = true
	c.Step = stepPreview
	return true, h.showReport(ctx, r, &c)
}

// mayReport returns the task if this person may report on it: they were sent
// it, it asks for reports, and it is not closed.
func (h *Handlers) mayReport(ctx context.Context, r *request, task int64) (ward.Bulletin, error) {
	b, err := h.store.Bulletin(ctx, task)
	if errors.Is(err, ward.ErrNotFound) {
		return b, ward.ErrNotAsked
	}
	if err != nil {
		return b, err
	}
	asked, err := h.store.TasksOf(ctx, r.me.ID, b.SendAt.Add(-1))
	if err != nil {
		return b, err
	}
	if !slices.ContainsFunc(asked, func(t ward.Bulletin) bool { return t.ID == task }) {
		return b, ward.ErrNotAsked
	}
	if b.Form.Nothing {
		return b, ward.ErrNoReport
	}
	_, err = b.Accepts(h.Now())
	return b, err
}

// showReport shows the step that a report is at.
func (h *Handlers) showReport(ctx context.Context, r *request, c *storage.Conversation) error {
	if c.Step == stepClaim {
		return h.showClaim(ctx, r, c)
	}
	b, err := h.store.Bulletin(ctx, unpack[draft](*c).Task)
	if err != nil {
		return err
	}
	if c.Step == stepPreview {
		return h.preview(ctx, r, c, b)
	}
	return h.ask(ctx, r, c, b)
}

// preview shows the report as it will be sent.
func (h *Handlers) preview(ctx context.Context, r *request, c *storage.Conversation, b ward.Bulletin) error {
	html, k, err := h.previewOf(ctx, r.t, r.me, b, unpack[draft](*c))
	if err != nil {
		return err
	}
	return r.step(ctx, c, html, k)
}

func (h *Handlers) previewOf(ctx context.Context, t *locales.Texts, p ward.Person, b ward.Bulletin, d draft) (string, bot.Keyboard, error) {
	place, err := h.placeOf(ctx, t, p.WardID, p.GroupID)
	if err != nil {
		return "", nil, err
	}
	html := t.HTML("report.preview", locales.Args{
		"Name": called(t, p), "Place": place, "Summary": summary(t, b.Form, d.Replies, len(d.Photos)),
		"Text": sentence(d.text(), 600),
	})
	return html, bot.Keyboard{
		{button(t.Plain("btn.send"), "send"), button(t.Plain("btn.edit"), "redo"), button(t.Plain("btn.cancel"), "drop")},
	}, nil
}

// summary is "12 households · 2 photos" and a line for each other answer,
// whatever of it there is.
func summary(t *locales.Texts, f ward.Form, replies ward.Replies, photos int) string {
	var parts []string
	if q, asked := f.Households(); asked {
		if n, answered := replies.To(q); answered {
			parts = append(parts, t.Plain("report.count_households", locales.Args{"Count": n}))
		}
	}
	if photos > 0 {
		parts = append(parts, t.Plain("report.count_photos", locales.Args{"Count": photos}))
	}
	lines := report.Answers(t, f, replies)
	if len(parts) > 0 {
		lines = append([]string{strings.Join(parts, " · ")}, lines...)
	}
	if _, homes := f.Households(); len(lines) == 0 && homes {
		return t.Plain("report.no_numbers")
	}
	return strings.Join(lines, "\n")
}

// placeName is the person's group, or their ward if it is not known yet.
func (h *Handlers) placeName(ctx context.Context, r *request) (string, error) {
	return h.placeOf(ctx, r.t, r.me.WardID, r.me.GroupID)
}

func (h *Handlers) placeOf(ctx context.Context, t *locales.Texts, wardID, groupID int64) (string, error) {
	if groupID != 0 {
		g, err := h.store.Group(ctx, groupID)
		return groupName(t, g), err
	}
	w, err := h.store.Ward(ctx, wardID)
	return w.Name, err
}

// redoReport asks everything once more; what is there stays until replaced.
func (h *Handlers) redoReport(ctx context.Context, r *request) error {
	return h.change(ctx, r, func(d *draft, _ ward.Form) (string, error) {
		d.Again, d.Anew, d.Asked = len(d.Lines) > 0, len(d.Photos) > 0, 0
		return stepQuestion, nil
	})
}

// change loads the report under way, changes it and shows the next step.
func (h *Handlers) change(ctx context.Context, r *request, f func(*draft, ward.Form) (step string, err error)) error {
	c, err := r.conversation(ctx, flowReport)
	if err != nil {
		return err
	}
	d := unpack[draft](*c)
	if d.Task == 0 { // nobody has said yet which task it is about
		return errOldButton
	}
	b, err := h.store.Bulletin(ctx, d.Task)
	if err != nil {
		return err
	}
	step, err := f(&d, b.Form)
	if err != nil {
		return err
	}
	if err := pack(c, step, d); err != nil {
		return err
	}
	return h.showReport(ctx, r, c)
}

// dropReport throws the draft away.
func (h *Handlers) dropReport(ctx context.Context, r *request) error {
	if _, err := r.conversation(ctx, flowReport); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowReport); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("report.cancelled"), nil)
}

// sendReport stores the report; with it the task is done.
func (h *Handlers) sendReport(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowReport)
	if err != nil {
		return err
	}
	d := unpack[draft](*c)
	if c.Step != stepPreview {
		return errOldButton
	}
	b, err := h.store.Bulletin(ctx, d.Task)
	if err != nil {
		return err
	}
	sent, err := h.store.SaveReport(ctx, d.report(b.Form, r.me), ward.DayOf(h.Now(), h.Zone), h.Now())
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowReport); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.report_sent", locales.Args{"Name": r.name()}))
	if err := r.edit(ctx, r.t.HTML("report.sent", locales.Args{"Code": sent.Code}), sentButtons(r.t, sent)); err != nil {
		return err
	}
	return h.refreshLetter(ctx, r, d.Task)
}

func sentButtons(t *locales.Texts, sent ward.Report) bot.Keyboard {
	return bot.Keyboard{{button(t.Plain("btn.edit"), "mend", sent.BulletinID), button(t.Plain("btn.delete"), "erasrp", sent.BulletinID)}}
}

// showSent shows a report that was sent, what became of it, and what can
// still be done about it.
func (h *Handlers) showSent(ctx context.Context, r *request, b ward.Bulletin, sent ward.Report) error {
	var k bot.Keyboard
	if sent.MayChange(b, h.Now()) == nil {
		k = sentButtons(r.t, sent)
	}
	_, err := r.reply(ctx, r.t.HTML("report.shown", locales.Args{
		"Code": sent.Code, "Title": b.Title, "State": report.State(r.t, sent),
		"Summary": summary(r.t, b.Form, sent.Answers(b.Form), len(sent.Photos)), "Text": sentence(sent.Text, 600),
	}), k)
	return err
}

// withdrawReport takes a sent report back. The task stays done.
func (h *Handlers) withdrawReport(ctx context.Context, r *request) error {
	if err := h.store.WithdrawReport(ctx, r.arg(0), r.me.ID, h.Now()); err != nil {
		return err
	}
	if err := r.edit(ctx, r.t.HTML("report.deleted"), nil); err != nil {
		return err
	}
	return h.refreshLetter(ctx, r, r.arg(0))
}
