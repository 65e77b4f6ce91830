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

// What a task does not ask for is not taken: nobody has to look at it.
var (
	errNoPhoto = errors.New("task asks for no photo")
	errNoWords = errors.New("task asks for no words")
)

// badNumber is a number that cannot be the answer.
type badNumber struct{ most int }

func (badNumber) Error() string { return "number out of range" }

// reportInput takes words and pictures in any order: a number answers the
// question that is asked, everything else tells what happened.
func (h *Handlers) reportInput(ctx context.Context, r *request, c *storage.Conversation) error {
	if c.Step == stepClaim {
		return h.claimInput(ctx, r, c)
	}
	d, m := unpack[draft](*c), r.message()
	if task, replied := taskOf(m.ReplyTo); replied && task != d.Task {
		return h.offerReport(ctx, r) // it says itself that it is about another task
	}
	b, err := h.store.Bulletin(ctx, d.Task)
	if err != nil {
		return err
	}
	sameAlbum := m.MediaGroupID != "" && m.MediaGroupID == d.Album
	d.Album = m.MediaGroupID
	asked := d.Asked
	if c.Step == stepPreview {
		asked = -1
	}
	answered, err := d.take(b.Form, asked, m, r.text())
	var bad badNumber
	switch {
	case errors.As(err, &bad):
		_, err := r.reply(ctx, r.t.HTML("report.bad_number", locales.Args{"Max": r.t.Number(bad.most)}), nil)
		return err
	case err != nil:
		return err
	}
	step := stepQuestion
	switch {
	case answered:
		d.Asked = next(b.Form, d.Asked)
	case c.Step == stepPreview && sameAlbum:
		step = stepPreview
	case c.Step == stepPreview:
		d.Asked = slices.IndexFunc(b.Form.Asks(), func(q ward.Question) bool { return !q.Counted() })
		if d.Asked < 0 {
			step = stepPreview
		}
	}
	if err := pack(c, step, d); err != nil {
		return err
	}
	if sameAlbum {
		return h.recount(ctx, r, c, b)
	}
	return h.showReport(ctx, r, c)
}

// take puts a message into the draft and says whether it answered the
// question that was asked, -1 for none.
func (d *draft) take(f ward.Form, asked int, m *bot.Message, text string) (answered bool, err error) {
	photo := len(m.Photo) > 0
	q, asking := f.Question(asked)
	switch {
	case photo && !f.Takes(ward.AskPhoto):
		return false, errNoPhoto
	case photo:
		d.addPhoto(m.Photo)
	case text == "":
		return false, errUnsupported
	case asking && q.Ask == ward.AskChoice:
		if i := slices.IndexFunc(q.Options, func(o string) bool { return ward.Fold(o) == ward.Fold(text) }); i >= 0 {
			d.Replies = d.Replies.With(asked, i)
			return true, nil
		}
	}
	rest := text
	if asking && q.Ask == ward.AskNumber {
		n, more, counted := parseCount(text, q.Label)
		switch {
		case counted && q.Takes(n):
			d.Replies, rest, answered = d.Replies.With(asked, n), more, true
		case counted && !photo, !photo && !f.Takes(ward.AskText):
			return false, badNumber{q.Most()}
		}
	} else if photo {
		rest = d.findNumber(f, text)
	}
	if rest != "" && !photo && !answered && !f.Takes(ward.AskText) {
		return false, errNoWords
	}
	d.addText(m.ID, rest)
	if ward.Units(d.text()) > ward.MaxReportText {
		return false, ward.ErrTooLong
	}
	return answered, nil
}

// recount changes the answer to an album's first photo as the others come in.
func (h *Handlers) recount(ctx context.Context, r *request, c *storage.Conversation, b ward.Bulletin) error {
	if err := r.keep(ctx, c); err != nil {
		return err
	}
	d := unpack[draft](*c)
	html, k := contentHTML(r.t, b.Form, d), contentButtons(r.t, d)
	if c.Step == stepPreview {
		var err error
		if html, k, err = h.previewOf(ctx, r.t, r.me, b, d); err != nil {
			return err
		}
	} else if q, asking := b.Form.Question(d.Asked); !asking || q.Counted() {
		return nil // the question that is open does not show photos
	}
	err := h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: c.MessageID, HTML: html, Keyboard: k})
	if bot.KindOf(err) == bot.KindEditGone {
		return h.showReport(ctx, r, c)
	}
	return r.gone(ctx, err)
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

// taskOf finds the task that a message of ours is about, by its buttons.
func taskOf(m *bot.Message) (task int64, ok bool) {
	if m == nil || m.ReplyMarkup == nil {
		return 0, false
	}
	for _, row := range m.ReplyMarkup.Rows {
		for _, b := range row {
			action, args, ok := parseData(b.Data)
			if ok && len(args) > 0 && (action == "done" || action == "report" || action == "undo" || action == "mend") {
				return args[0], true
			}
		}
	}
	return 0, false
}

// households are the words that may follow a number of them, folded.
var households = map[string]bool{"ho": true, "nha": true, "household": true, "households": true, "home": true, "homes": true}

// parseCount reads a number from the start of a text, "12", "12 hộ", "12ho:
// everybody was there", "40 suất cơm", and returns what follows it. The label
// is what is counted, empty for households. "3 children came" is no number of
// households.
func parseCount(text, label string) (count int, rest string, ok bool) {
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
	if unit := words[0][len(digits):]; unit != "" {
		words[0] = unit
	} else {
		words = words[1:]
	}
	named := unitWords(words, label)
	if named == 0 && len(words) > 0 {
		return 0, text, false
	}
	return count, ward.Clean(strings.Join(words[named:], " ") + "\n" + more), true
}

// unitWords is how many words at the start say what is counted.
func unitWords(words []string, label string) (n int) {
	if label == "" {
		if len(words) > 0 && (households[ward.Fold(words[0])] || ward.Fold(words[0]) == "") {
			n = 1
		}
		return n
	}
	named := strings.Fields(ward.Fold(label))
	for n < len(words) && n < len(named) && ward.Fold(words[n]) == named[n] {
		n++
	}
	return n
}
