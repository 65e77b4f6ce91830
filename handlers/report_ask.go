package handlers

import (
	"context"
	"strconv"
	"unicode/utf8"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// ask shows the question that a report is at. A form that was gone through is
// shown as a whole.
func (h *Handlers) ask(ctx context.Context, r *request, c *storage.Conversation, b ward.Bulletin) error {
	d := unpack[draft](*c)
	q, ok := b.Form.Question(d.Asked)
	switch {
	case !ok:
		c.Step = stepPreview
		return h.preview(ctx, r, c, b)
	case q.Households():
		return r.step(ctx, c, r.t.HTML("report.households"), numberButtons(r.t, d.Asked))
	case q.Ask == ward.AskNumber:
		return r.step(ctx, c, r.t.HTML("report.number", locales.Args{"Label": q.Label}), numberButtons(r.t, d.Asked))
	case q.Ask == ward.AskChoice:
		return r.step(ctx, c, r.t.HTML("report.choice", locales.Args{"Label": q.Label}), choiceButtons(r.t, d.Asked, q.Options))
	}
	return r.step(ctx, c, contentHTML(r.t, b.Form, d), contentButtons(r.t, d))
}

// numberButtons are the numbers that are tapped most.
func numberButtons(t *locales.Texts, question int) bot.Keyboard {
	var counts []bot.Button
	for _, n := range []int64{1, 2, 3, 5, 10, 15, 20} {
		counts = append(counts, button(strconv.FormatInt(n, 10), "homes", n, int64(question)))
	}
	return bot.Keyboard{
		counts[:5],
		append(counts[5:], button(t.Plain("btn.other_number"), "number", int64(question)), button(t.Plain("btn.skip"), "skip", int64(question))),
	}
}

// choiceButtons has a button for each option, as many in a row as can be read
// on a phone (measured: 7 px a letter, 290 px a row).
func choiceButtons(t *locales.Texts, question int, options []string) bot.Keyboard {
	var buttons []bot.Button
	longest := 0
	for i, o := range options {
		buttons = append(buttons, button(o, "pick", int64(i), int64(question)))
		longest = max(longest, utf8.RuneCountInString(o))
	}
	inRow := 1
	switch {
	case longest <= 10:
		inRow = 3
	case longest <= 17:
		inRow = 2
	}
	return append(rows(buttons, inRow), []bot.Button{button(t.Plain("btn.skip"), "skip", int64(question))})
}

// contentHTML asks for words or photos, or says what has come.
func contentHTML(t *locales.Texts, f ward.Form, d draft) string {
	switch {
	case d.untouched():
		return t.HTML("report.keep")
	case len(d.Photos) > 0:
		return t.HTML("report.photos_received", locales.Args{"Count": len(d.Photos)})
	case len(d.Lines) > 0:
		return t.HTML("report.text_received")
	case !f.Takes(ward.AskPhoto):
		return t.HTML("report.words")
	case !f.Takes(ward.AskText):
		return t.HTML("report.photo")
	}
	return t.HTML("report.content")
}

func contentButtons(t *locales.Texts, d draft) bot.Keyboard {
	next := button(t.Plain("btn.finish"), "finish")
	if len(d.Photos) == 0 && len(d.Lines) == 0 {
		next = button(t.Plain("btn.skip"), "finish")
	}
	return bot.Keyboard{{next, button(t.Plain("btn.cancel"), "drop")}}
}

// pickNumber is a tap on one of the numbers, or on an option.
func (h *Handlers) pickNumber(ctx context.Context, r *request) error {
	return h.change(ctx, r, func(d *draft, f ward.Form) (string, error) {
		n, question := int(r.arg(0)), int(r.arg(1))
		if q, ok := f.Question(question); !ok || !q.Takes(n) {
			return "", errOldButton
		}
		d.Replies = d.Replies.With(question, n)
		d.Asked = next(f, question)
		return stepQuestion, nil
	})
}

// skipQuestion leaves an answer out, or as it was.
func (h *Handlers) skipQuestion(ctx context.Context, r *request) error {
	return h.change(ctx, r, func(d *draft, f ward.Form) (string, error) {
		if q, ok := f.Question(int(r.arg(0))); !ok || !q.Counted() {
			return "", errOldButton
		}
		d.Asked = next(f, int(r.arg(0)))
		return stepQuestion, nil
	})
}

// finishContent goes on after words and photos.
func (h *Handlers) finishContent(ctx context.Context, r *request) error {
	return h.change(ctx, r, func(d *draft, f ward.Form) (string, error) {
		d.Asked = next(f, d.Asked)
		return stepQuestion, nil
	})
}

// askNumber lets people type the number.
func (h *Handlers) askNumber(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowReport)
	if err != nil {
		return err
	}
	d := unpack[draft](*c)
	d.Asked = int(r.arg(0))
	if d.Task == 0 {
		return errOldButton
	}
	b, err := h.store.Bulletin(ctx, d.Task)
	if err != nil {
		return err
	}
	q, ok := b.Form.Question(d.Asked)
	if !ok || q.Ask != ward.AskNumber {
		return errOldButton
	}
	if err := pack(c, stepQuestion, d); err != nil {
		return err
	}
	if err := r.keep(ctx, c); err != nil {
		return err
	}
	html := r.t.HTML("report.type_number")
	if !q.Households() {
		html = r.t.HTML("report.type_figure", locales.Args{"Label": q.Label})
	}
	_, err = r.send(ctx, bot.Send{ChatID: r.chat, HTML: html, ForceReply: r.t.Plain("report.number_example")})
	return err
}
