package handlers

import (
	"fmt"
	"html/template"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// Where a button about a task stands, the second number of its data. Letters
// have data that no other message has: the engine finds a letter of doubtful
// fate by its keyboard.
const (
	inLetter = iota
	inPassOn
	inReminder // followed by the reminder's own number
	elsewhere
	onPost
)

// letters writes a bulletin out in every language: what the engine sends.
func (h *Handlers) letters(b ward.Bulletin) []ward.Letter {
	var letters []ward.Letter
	for _, lang := range locales.Languages() {
		letters = append(letters, h.lettersIn(h.texts.In(lang), b)...)
	}
	return letters
}

// lettersIn are the parts of a bulletin in one language.
func (h *Handlers) lettersIn(t *locales.Texts, b ward.Bulletin) []ward.Letter {
	var letters []ward.Letter
	lang := string(t.Language())
	if b.Ahead { // without a sound: the letter comes right after it
		letters = append(letters, ward.Letter{Language: lang, Part: ward.PartAhead, Media: b.Media, Silent: true})
	}
	letters = append(letters, ward.Letter{
		Language: lang,
		HTML:     h.bulletinHTML(t, b),
		Media:    mediaOf(b, ward.PartLetter),
		Silent:   b.Kind == ward.KindNews,
		Buttons:  letterButtons(h.taskButtons(t, b, ward.Confirmation{}, false, inLetter)),
	})
	if b.PassOn != "" {
		letters = append(letters, ward.Letter{
			Language: lang,
			Part:     ward.PartPassOn,
			HTML:     h.passOnHTML(t, b),
			Buttons:  letterButtons(h.passOnButtons(t, b)),
		})
	}
	return letters
}

// mediaOf is what a part of a bulletin holds beside its words.
func mediaOf(b ward.Bulletin, part int) []ward.Media {
	if part == ward.PartAhead || part == ward.PartLetter && b.Captioned() {
		return b.Media
	}
	return nil
}

// bulletinHTML is the text of a bulletin, signed, without anything that
// depends on its reader; it says when it was corrected.
func (h *Handlers) bulletinHTML(t *locales.Texts, b ward.Bulletin) string {
	return h.withCorrection(t, b, h.signedHTML(t, b))
}

func (h *Handlers) signedHTML(t *locales.Texts, b ward.Bulletin) string {
	args := locales.Args{
		"Day": t.Day(b.SendAt.In(h.Zone)), "Until": h.until(t, b),
		"Title": template.HTML(b.Heading().HTML()), "Body": template.HTML(b.Words().HTML()), // #nosec: escaped by ward.Text
		"Sender": b.Signed.Sender, "Org": b.Signed.Org, "Contact": b.Signed.Contact,
	}
	switch {
	case b.Kind == ward.KindNews:
		return t.HTML("bulletin.news", args)
	case b.Kind == ward.KindNotice:
		return t.HTML("bulletin.notice", args)
	case b.Kind == ward.KindCall:
		return t.HTML("bulletin.call", args)
	case b.Kind == ward.KindReminder:
		return t.HTML("bulletin.reminder", args)
	case b.Kind == ward.KindCorrection:
		return t.HTML("bulletin.correction", args)
	case b.Kind == ward.KindAlert:
		return h.alertHTML(t, b, args)
	case b.PassOn != "":
		return t.HTML("bulletin.task_pass_on", args)
	}
	return t.HTML("bulletin.task", args)
}

// passOnHTML is the message that neighbours read: whole and signed, so that it
// can be forwarded and copied as it is.
func (h *Handlers) passOnHTML(t *locales.Texts, b ward.Bulletin) string {
	text := template.HTML(b.Errand().HTML()) // #nosec: escaped by ward.Text
	return t.HTML("bulletin.pass_on", locales.Args{"Text": text, "Org": b.Signed.Org, "Contact": b.Signed.Contact})
}

// until is a task's deadline as people say it.
func (h *Handlers) until(t *locales.Texts, b ward.Bulletin) string {
	if b.Deadline.IsZero() {
		return ""
	}
	end := b.Deadline.In(h.Zone)
	if ward.DayOf(end, h.Zone) == ward.DayOf(b.SendAt, h.Zone) {
		return t.Plain("bulletin.until_today", locales.Args{"Time": t.Clock(end)})
	}
	return t.Plain("bulletin.until", locales.Args{"Time": t.Clock(end), "Day": t.Day(end)})
}

// taskHTML is a task as one person sees it: with their answer below.
func (h *Handlers) taskHTML(t *locales.Texts, b ward.Bulletin, c ward.Confirmation) string {
	html := h.bulletinHTML(t, b)
	args := locales.Args{"Task": template.HTML(html), "Time": t.Clock(c.At.In(h.Zone))} // #nosec: escaped by bulletinHTML
	switch {
	case c.Answer == ward.AnswerDone && c.Late:
		return t.HTML("task.done_late", args)
	case c.Answer == ward.AnswerDone:
		return t.HTML("task.done", args)
	case c.Answer == ward.AnswerNotToday:
		return t.HTML("task.not_today", args)
	}
	return html
}

// taskButtons are what a person can do about a task after the answer c.
func (h *Handlers) taskButtons(t *locales.Texts, b ward.Bulletin, c ward.Confirmation, reported bool, where int64) bot.Keyboard {
	task := b.ID
	switch b.Kind {
	case ward.KindReminder:
		task = b.About
	case ward.KindTask:
	case ward.KindNews:
		return newsButtons(t, b.ID, nil)
	case ward.KindCall:
		return bot.Keyboard{{button(t.Plain("btn.enter"), "enter", b.ID, where)}}
	case ward.KindAlert:
		return alertButtons(t, b, where)
	default:
		return nil
	}
	switch {
	case c.Answer == ward.AnswerDone && b.Form.Nothing:
		return bot.Keyboard{{button(t.Plain("btn.undo"), "undo", task, elsewhere)}}
	case c.Answer == ward.AnswerDone && reported:
		return bot.Keyboard{{button(t.Plain("btn.edit_report"), "report", task, elsewhere)}}
	case c.Answer == ward.AnswerDone:
		return bot.Keyboard{{button(t.Plain("btn.add_report"), "report", task, elsewhere), button(t.Plain("btn.undo"), "undo", task, elsewhere)}}
	case c.Answer == ward.AnswerNotToday:
		return bot.Keyboard{{button(t.Plain("btn.did_it_after_all"), "done", task, elsewhere), button(t.Plain("btn.pause"), "pause")}}
	case b.Kind == ward.KindReminder:
		return bot.Keyboard{{button(t.Plain("btn.done"), "done", task, inReminder, b.ID), button(t.Plain("btn.not_today"), "notnow", task, inReminder, b.ID)}}
	}
	if b.Form.Nothing {
		return bot.Keyboard{{button(t.Plain("btn.done"), "done", task, where)}, {button(t.Plain("btn.not_today"), "notnow", task, where)}}
	}
	return bot.Keyboard{
		{button(t.Plain("btn.done"), "done", task, where)},
		{button(t.Plain("btn.send_report"), "report", task, where), button(t.Plain("btn.not_today"), "notnow", task, where)},
	}
}

// passOnButtons let people confirm where they are after passing it on.
func (h *Handlers) passOnButtons(t *locales.Texts, b ward.Bulletin) bot.Keyboard {
	return bot.Keyboard{{button(t.Plain("btn.done"), "done", b.ID, inPassOn)}}
}

// letterButtons makes a keyboard part of a letter.
func letterButtons(k bot.Keyboard) [][]ward.LetterButton {
	var rows [][]ward.LetterButton
	for _, row := range k {
		var buttons []ward.LetterButton
		for _, b := range row {
			buttons = append(buttons, ward.LetterButton{Text: b.Text, Data: b.Data, URL: b.URL})
		}
		rows = append(rows, buttons)
	}
	return rows
}

// startLink opens the private chat with the bot, with an invite's code.
func (h *Handlers) startLink(code string) string {
	if code == "" {
		return fmt.Sprintf("https://t.me/%s", h.username)
	}
	return fmt.Sprintf("https://t.me/%s?start=%s", h.username, code)
}
