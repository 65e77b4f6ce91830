package handlers

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// draft is a report that is being written.
type draft struct {
	Task       int64        `json:"task,omitempty"`
	Households int          `json:"households,omitempty"`
	HasCount   bool         `json:"has_count,omitempty"`
	Lines      []line       `json:"lines,omitempty"`
	Photos     []ward.Photo `json:"photos,omitempty"`
	Album      string       `json:"album,omitempty"` // of the photo last taken: an album is answered once
	Again      bool         `json:"again,omitempty"` // next words replace the ones there are
}

// line is a message's words; an edit of that message changes them.
type line struct {
	MessageID int64  `json:"id"`
	Text      string `json:"text"`
}

func (d draft) text() string {
	var lines []string
	for _, l := range d.Lines {
		lines = append(lines, l.Text)
	}
	return strings.Join(lines, "\n")
}

// The steps of a report.
const (
	stepHouseholds = "households"
	stepContent    = "content"
	stepPreview    = "preview"
	stepClaim      = "claim" // a photo out of the blue: is it a report?
)

// reportToday starts a report on the newest open task.
func (h *Handlers) reportToday(ctx context.Context, r *request) error {
	tasks, err := h.openTasks(ctx, r)
	if err != nil {
		return err
	}
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

// openReport begins a report, or takes up the one there is: what somebody
// typed is kept until they send or cancel.
func (h *Handlers) openReport(ctx context.Context, r *request, task int64) error {
	if err := h.mayReport(ctx, r, task); err != nil {
		return err
	}
	c := storage.Conversation{Flow: flowReport}
	d := draft{Task: task}
	if old, err := h.store.Conversation(ctx, r.chat, flowReport); err == nil && unpack[draft](old).Task == task {
		c, d = old, unpack[draft](old)
	} else if sent, err := h.store.ReportOf(ctx, task, r.me.ID); err == nil {
		d.Households, d.HasCount, d.Photos = sent.Households, sent.HasCount, sent.Photos
		if sent.Text != "" {
			d.Lines, d.Again = []line{{Text: sent.Text}}, true
		}
	} else if !errors.Is(err, ward.ErrNotFound) {
		return err
	}
	if err := pack(&c, stepHouseholds, d); err != nil {
		return err
	}
	r.anew = true // the task stays as it is, the report begins below it
	return h.showReport(ctx, r, &c)
}

// mayReport says whether this person may report on a task: they were sent it,
// and it is not closed.
func (h *Handlers) mayReport(ctx context.Context, r *request, task int64) error {
	b, err := h.store.Bulletin(ctx, task)
	if errors.Is(err, ward.ErrNotFound) {
		return ward.ErrNotAsked
	}
	if err != nil {
		return err
	}
	asked, err := h.store.TasksOf(ctx, r.me.ID, b.SendAt.Add(-1))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(asked, func(t ward.Bulletin) bool { return t.ID == task }) {
		return ward.ErrNotAsked
	}
	_, err = b.Accepts(h.Now())
	return err
}

// showReport shows the step that a report is at.
func (h *Handlers) showReport(ctx context.Context, r *request, c *storage.Conversation) error {
	d := unpack[draft](*c)
	switch c.Step {
	case stepContent:
		return r.step(ctx, c, h.contentHTML(r, d), h.contentButtons(r, d))
	case stepPreview:
		return h.preview(ctx, r, c)
	case stepClaim:
		return r.step(ctx, c, r.t.HTML("report.claim"), bot.Keyboard{
			{button(r.t.Plain("btn.yes"), "claim", 1), button(r.t.Plain("btn.no"), "claim", 0)},
		})
	}
	return r.step(ctx, c, r.t.HTML("report.households"), h.householdButtons(r))
}

func (h *Handlers) householdButtons(r *request) bot.Keyboard {
	var counts []bot.Button
	for _, n := range []int64{1, 2, 3, 5, 10, 15, 20} {
		counts = append(counts, button(strconv.FormatInt(n, 10), "homes", n))
	}
	return bot.Keyboard{
		counts[:5],
		append(counts[5:], button(r.t.Plain("btn.other_number"), "number"), button(r.t.Plain("btn.skip"), "skip")),
	}
}

func (h *Handlers) contentHTML(r *request, d draft) string {
	switch {
	case len(d.Photos) > 0:
		return r.t.HTML("report.photos_received", locales.Args{"Count": len(d.Photos)})
	case len(d.Lines) > 0:
		return r.t.HTML("report.text_received")
	}
	return r.t.HTML("report.content")
}

func (h *Handlers) contentButtons(r *request, d draft) bot.Keyboard {
	next := button(r.t.Plain("btn.finish"), "finish")
	if len(d.Photos) == 0 && len(d.Lines) == 0 {
		next = button(r.t.Plain("btn.skip"), "finish")
	}
	return bot.Keyboard{{next, button(r.t.Plain("btn.cancel"), "drop")}}
}

// preview shows the report as it will be sent.
func (h *Handlers) preview(ctx context.Context, r *request, c *storage.Conversation) error {
	d := unpack[draft](*c)
	place, err := h.placeName(ctx, r)
	if err != nil {
		return err
	}
	html := r.t.HTML("report.preview", locales.Args{
		"Name": r.name(), "Place": place, "Summary": h.summary(r.t, d.Households, d.HasCount, len(d.Photos)),
		"Text": sentence(d.text(), 600),
	})
	return r.step(ctx, c, html, bot.Keyboard{
		{button(r.t.Plain("btn.send"), "send"), button(r.t.Plain("btn.edit"), "redo"), button(r.t.Plain("btn.cancel"), "drop")},
	})
}

// summary is "12 households · 2 photos", whatever of it there is.
func (h *Handlers) summary(t *locales.Texts, households int, counted bool, photos int) string {
	var parts []string
	if counted {
		parts = append(parts, t.Plain("report.count_households", locales.Args{"Count": households}))
	}
	if photos > 0 {
		parts = append(parts, t.Plain("report.count_photos", locales.Args{"Count": photos}))
	}
	if len(parts) == 0 {
		return t.Plain("report.no_numbers")
	}
	return strings.Join(parts, " · ")
}

// placeName is the person's group, or their ward if it is not known yet.
func (h *Handlers) placeName(ctx context.Context, r *request) (string, error) {
	if r.me.GroupID != 0 {
		g, err := h.store.Group(ctx, r.me.GroupID)
		return groupName(r.t, g), err
	}
	w, err := h.store.Ward(ctx, r.me.WardID)
	return w.Name, err
}

// pickHouseholds is a tap on one of the numbers.
func (h *Handlers) pickHouseholds(ctx context.Context, r *request) error {
	if r.arg(0) > ward.MaxHouseholds {
		return errOldButton
	}
	return h.change(ctx, r, func(d *draft) string {
		d.Households, d.HasCount = int(r.arg(0)), true
		return stepContent
	})
}

// skipHouseholds leaves the number out, or as it was.
func (h *Handlers) skipHouseholds(ctx context.Context, r *request) error {
	return h.change(ctx, r, func(*draft) string { return stepContent })
}

// askNumber lets people type the number.
func (h *Handlers) askNumber(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowReport)
	if err != nil {
		return err
	}
	c.Step = stepHouseholds
	if err := r.keep(ctx, c); err != nil {
		return err
	}
	_, err = r.send(ctx, bot.Send{ChatID: r.chat, HTML: r.t.HTML("report.type_number"), ForceReply: r.t.Plain("report.number_example")})
	return err
}

// finishReport goes on to the preview.
func (h *Handlers) finishReport(ctx context.Context, r *request) error {
	return h.change(ctx, r, func(*draft) string { return stepPreview })
}

// redoReport asks everything once more; what is there stays until replaced.
func (h *Handlers) redoReport(ctx context.Context, r *request) error {
	return h.change(ctx, r, func(d *draft) string {
		d.Again = len(d.Lines) > 0
		return stepHouseholds
	})
}

// change loads the report under way, changes it and shows the next step.
func (h *Handlers) change(ctx context.Context, r *request, f func(*draft) (step string)) error {
	c, err := r.conversation(ctx, flowReport)
	if err != nil {
		return err
	}
	d := unpack[draft](*c)
	if err := pack(c, f(&d), d); err != nil {
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
	sent, err := h.store.SaveReport(ctx, ward.Report{
		BulletinID: d.Task, PersonID: r.me.ID, WardID: r.me.WardID, GroupID: r.me.GroupID,
		Households: d.Households, HasCount: d.HasCount, Text: d.text(), Photos: d.Photos,
	}, ward.DayOf(h.Now(), h.Zone), h.Now())
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowReport); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.report_sent"))
	err = r.edit(ctx, r.t.HTML("report.sent", locales.Args{"Code": sent.Code}), bot.Keyboard{
		{button(r.t.Plain("btn.edit"), "report", d.Task, elsewhere), button(r.t.Plain("btn.delete"), "erasrp", d.Task)},
	})
	if err != nil {
		return err
	}
	return h.refreshLetter(ctx, r, d.Task)
}

// deleteReport takes a sent report back. The task stays done.
func (h *Handlers) deleteReport(ctx context.Context, r *request) error {
	if err := h.store.WithdrawReport(ctx, r.arg(0), r.me.ID, h.Now()); err != nil {
		return err
	}
	if err := r.edit(ctx, r.t.HTML("report.deleted"), nil); err != nil {
		return err
	}
	return h.refreshLetter(ctx, r, r.arg(0))
}
