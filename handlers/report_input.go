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

// reportInput takes words and pictures in any order: a number is a number of
// households while that is asked, everything else tells what happened.
func (h *Handlers) reportInput(ctx context.Context, r *request, c *storage.Conversation) error {
	d, m := unpack[draft](*c), r.message()
	if c.Step == stepClaim {
		d = draft{Task: d.Task, Photos: d.Photos, Lines: d.Lines, Album: d.Album}
	}
	sameAlbum := m.MediaGroupID != "" && m.MediaGroupID == d.Album
	d.Album = m.MediaGroupID
	count, rest, counted := parseHouseholds(r.text())
	switch {
	case len(m.Photo) > 0:
		d.addPhoto(m.Photo)
	case r.text() == "":
		return errUnsupported
	}
	switch {
	case counted && (count < 0 || count > ward.MaxHouseholds) && c.Step == stepHouseholds:
		_, err := r.reply(ctx, r.t.HTML("report.bad_number", locales.Args{"Max": r.t.Number(ward.MaxHouseholds)}), nil)
		return err
	case counted && (c.Step == stepHouseholds || len(m.Photo) > 0):
		d.Households, d.HasCount = count, true
		d.addText(m.ID, rest)
	default:
		d.addText(m.ID, r.text())
	}
	if ward.Units(d.text()) > ward.MaxReportText {
		return ward.ErrTooLong
	}
	step := c.Step
	switch {
	case step == stepClaim:
	case step == stepHouseholds && !d.HasCount:
	default:
		step = stepContent
	}
	if err := pack(c, step, d); err != nil {
		return err
	}
	if sameAlbum {
		return h.recount(ctx, r, c)
	}
	return h.showReport(ctx, r, c)
}

// recount changes the answer to an album's first photo as the others come in.
func (h *Handlers) recount(ctx context.Context, r *request, c *storage.Conversation) error {
	if err := r.keep(ctx, c); err != nil || c.Step != stepContent {
		return err
	}
	d := unpack[draft](*c)
	err := h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: c.MessageID, HTML: h.contentHTML(r, d), Keyboard: h.contentButtons(r, d)})
	if bot.KindOf(err) == bot.KindEditGone {
		return h.showReport(ctx, r, c)
	}
	return r.gone(ctx, err)
}

// addPhoto keeps the largest size of a photo, once.
func (d *draft) addPhoto(sizes []bot.PhotoSize) {
	largest := slices.MaxFunc(sizes, func(a, b bot.PhotoSize) int { return a.Width*a.Height - b.Width*b.Height })
	known := slices.ContainsFunc(d.Photos, func(p ward.Photo) bool { return p.UniqueID == largest.FileUniqueID })
	if !known && len(d.Photos) < ward.MaxReportFiles {
		d.Photos = append(d.Photos, ward.Photo{FileID: largest.FileID, UniqueID: largest.FileUniqueID})
	}
}

func (d *draft) addText(messageID int64, text string) {
	if text == "" {
		return
	}
	if d.Again {
		d.Lines, d.Again = nil, false
	}
	d.Lines = append(d.Lines, line{MessageID: messageID, Text: text})
}

// correctReport follows an edit of words that a report holds.
func (h *Handlers) correctReport(ctx context.Context, r *request, c *storage.Conversation, messageID int64, text string) error {
	d := unpack[draft](*c)
	i := slices.IndexFunc(d.Lines, func(l line) bool { return l.MessageID == messageID })
	if i < 0 || text == "" {
		return nil
	}
	d.Lines[i].Text = text
	if ward.Units(d.text()) > ward.MaxReportText {
		return ward.ErrTooLong
	}
	if err := pack(c, c.Step, d); err != nil {
		return err
	}
	if c.Step != stepPreview {
		return r.keep(ctx, c)
	}
	return h.showReport(ctx, r, c)
}

// offerReport is a photo out of the blue, or words in reply to a task. A reply
// says itself which task it is about; with a number in it, it is a whole
// report and goes straight to the preview.
func (h *Handlers) offerReport(ctx context.Context, r *request) error {
	m := r.message()
	task, replied := taskOf(m.ReplyTo)
	if !replied {
		if len(m.Photo) == 0 {
			_, err := r.reply(ctx, r.t.HTML("help.not_understood"), nil)
			return err
		}
		tasks, err := h.openTasks(ctx, r)
		if err != nil {
			return err
		}
		if len(tasks) == 0 {
			_, err := r.reply(ctx, r.t.HTML("report.no_task_for_photo"), nil)
			return err
		}
		task = tasks[0].ID
	}
	if err := h.mayReport(ctx, r, task); err != nil {
		return err
	}
	d := draft{Task: task, Album: m.MediaGroupID}
	if len(m.Photo) > 0 {
		d.addPhoto(m.Photo)
	}
	count, rest, counted := parseHouseholds(r.text())
	if counted && count >= 0 && count <= ward.MaxHouseholds {
		d.Households, d.HasCount = count, true
		d.addText(m.ID, rest)
	} else {
		d.addText(m.ID, r.text())
	}
	step := stepClaim
	switch {
	case replied && d.HasCount:
		step = stepPreview
	case replied:
		step = stepHouseholds
	}
	c := storage.Conversation{Flow: flowReport}
	if err := pack(&c, step, d); err != nil {
		return err
	}
	return h.showReport(ctx, r, &c)
}

// claimPhoto is the answer to "is this photo a report?".
func (h *Handlers) claimPhoto(ctx context.Context, r *request) error {
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
	d := unpack[draft](*c)
	step := stepHouseholds
	if d.HasCount {
		step = stepPreview
	}
	if err := pack(c, step, d); err != nil {
		return err
	}
	return h.showReport(ctx, r, c)
}

// taskOf finds the task that a message of ours is about, by its buttons.
func taskOf(m *bot.Message) (task int64, ok bool) {
	if m == nil || m.ReplyMarkup == nil {
		return 0, false
	}
	for _, row := range m.ReplyMarkup.Rows {
		for _, b := range row {
			action, args, ok := parseData(b.Data)
			if ok && len(args) > 0 && (action == "done" || action == "report" || action == "undo") {
				return args[0], true
			}
		}
	}
	return 0, false
}

// units are the words that may follow a number of households, folded.
var units = map[string]bool{"": true, "ho": true, "nha": true, "household": true, "households": true, "home": true, "homes": true}

// parseHouseholds reads a number of households from the start of a text,
// "12", "12 hộ", "12ho: everybody was there", and returns what follows it.
// "3 children came" is no number of households.
func parseHouseholds(text string) (count int, rest string, ok bool) {
	first, more, _ := strings.Cut(text, "\n")
	words := strings.Fields(first)
	if len(words) == 0 {
		return 0, text, false
	}
	digits := words[0][:len(words[0])-len(strings.TrimLeft(words[0], "-0123456789"))]
	count, err := strconv.Atoi(digits)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, text, false
	}
	unit := ward.Fold(words[0][len(digits):])
	words = words[1:]
	if unit == "" && len(words) > 0 {
		unit, words = ward.Fold(words[0]), words[1:]
	}
	if !units[unit] {
		return 0, text, false
	}
	return count, ward.Clean(strings.Join(words, " ") + "\n" + more), true
}
