package handlers

import (
	"context"
	"errors"
	"html/template"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// helpAwaited is how long after their last words somebody who needs help is
// waited for: what they write later may be about something else.
const helpAwaited = time.Hour

// safe answers a tap on "I am safe". What they may have told before, when they
// needed help, is forgotten.
func (h *Handlers) safe(ctx context.Context, r *request) error {
	if err := h.answerAlert(ctx, r, ward.Safe); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.safe"))
	if err := h.refreshAlert(ctx, r); err != nil {
		return err
	}
	_, err := h.store.Conversation(ctx, r.chat, flowHelp)
	if errors.Is(err, ward.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = h.endHelp(ctx, r, r.t.HTML("alert.safe_after_all"))
	}
	return err
}

// needHelp answers a tap on "I need help": coordinators are told at once, and
// the person is asked where they are. They need not say.
func (h *Handlers) needHelp(ctx context.Context, r *request) error {
	if err := h.answerAlert(ctx, r, ward.NeedsHelp); err != nil {
		if errors.Is(err, ward.ErrAlertOver) || errors.Is(err, ward.ErrRecalled) { // they may need it all the same
			r.toast(ctx, "")
			_, err = r.reply(ctx, r.t.HTML("alert.over_call", locales.Args{"Contact": h.Contact}), nil)
		}
		return err
	}
	r.toast(ctx, r.t.Plain("toast.help_called"))
	if err := h.refreshAlert(ctx, r); err != nil {
		return err
	}
	c := storage.Conversation{Flow: flowHelp}
	if old, err := h.store.Conversation(ctx, r.chat, flowHelp); err == nil && old.UpdateID == r.update.ID {
		return nil
	}
	if err := pack(&c, stepText, r.arg(0)); err != nil {
		return err
	}
	return h.showHelp(ctx, r, &c)
}

// answerAlert records an answer. Buttons of an alert that is over are taken
// away.
func (h *Handlers) answerAlert(ctx context.Context, r *request, answer ward.Safety) error {
	if err := h.seen(ctx, r, r.arg(0)); err != nil {
		return err
	}
	err := h.store.AnswerAlert(ctx, r.arg(0), r.me.ID, answer, h.Now())
	if errors.Is(err, ward.ErrAlertOver) {
		r.strip(ctx, r.tappedID())
	}
	return h.tapOnRecalled(ctx, r, r.arg(0), err)
}

// refreshAlert shows a person's answer in their message. A reminder only loses
// its buttons, and the alert itself is changed instead.
func (h *Handlers) refreshAlert(ctx context.Context, r *request) error {
	m := r.tapped()
	if m == nil {
		return nil
	}
	alert, message := r.arg(0), m.ID
	if r.arg(1) == inReminder {
		r.strip(ctx, m.ID)
		var err error
		_, message, err = h.store.DeliveryMessage(ctx, ward.DeliveryKey{BulletinID: alert, PersonID: r.me.ID})
		if errors.Is(err, ward.ErrNotFound) || err == nil && message == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return h.repaint(ctx, r.from.ID, message, func(ctx context.Context) error {
		return h.asItStands(ctx, r, alert, message, func(b ward.Bulletin) error {
			p, err := h.store.Plight(ctx, alert, r.me.ID)
			if errors.Is(err, ward.ErrNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			html, k := h.answeredAlert(r.t, b, p)
			return h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: message, HTML: html, Caption: b.Captioned(), Keyboard: k})
		})
	})
}

// answeredAlert is an alert as one person sees it who has answered: they can
// change their mind.
func (h *Handlers) answeredAlert(t *locales.Texts, b ward.Bulletin, p ward.Plight) (string, bot.Keyboard) {
	html := template.HTML(h.bulletinHTML(t, b)) // #nosec: escaped there
	args := locales.Args{"Alert": html, "Time": t.Clock(p.At.In(h.Zone))}
	if p.Safety == ward.Safe {
		return t.HTML("alert.said_safe", args), bot.Keyboard{{button(t.Plain("btn.need_help"), "sos", b.ID, elsewhere)}}
	}
	return t.HTML("alert.said_help", args), bot.Keyboard{{button(t.Plain("btn.safe_now"), "safe", b.ID, elsewhere)}}
}

// showHelp asks where somebody is who needs help.
func (h *Handlers) showHelp(ctx context.Context, r *request, c *storage.Conversation) error {
	if err := r.keep(ctx, c); err != nil {
		return err
	}
	_, err := r.send(ctx, bot.Send{ChatID: r.chat, HTML: r.t.HTML("alert.where", locales.Args{"Contact": h.Contact}), Keys: bot.Keys{
		{{Text: r.t.Plain("btn.my_location"), Location: true}}, {{Text: r.t.Plain("btn.no_location")}},
	}})
	return err
}

// helpInput is where somebody is, or a few words, or that they do not want to
// say.
func (h *Handlers) helpInput(ctx context.Context, r *request, c *storage.Conversation) error {
	alert, m := unpack[int64](*c), r.message()
	p, err := h.store.Plight(ctx, alert, r.me.ID)
	if err != nil && !errors.Is(err, ward.ErrNotFound) {
		return err
	}
	if !p.Waits() || h.Now().Sub(c.UpdatedAt) > helpAwaited {
		if err := h.store.EndConversation(ctx, r.chat, flowHelp); err != nil {
			return err
		}
		return h.outOfTheBlue(ctx, r)
	}
	words := r.text()
	switch {
	case m.Location != nil: // of one that moves, where it began
		if err := h.store.LocateHelp(ctx, alert, r.me.ID, m.Location.Latitude, m.Location.Longitude); err != nil {
			return err
		}
		return h.endHelp(ctx, r, r.t.HTML("alert.located"))
	case words == r.t.Plain("btn.no_location"):
		return h.endHelp(ctx, r, r.t.HTML("alert.not_located", locales.Args{"Contact": h.Contact}))
	case ward.Units(words) > ward.MaxHelpNote:
		return &ward.LengthError{Over: ward.Units(words) - ward.MaxHelpNote}
	case words == "":
		return h.showHelp(ctx, r, c)
	}
	if err := h.store.NoteHelp(ctx, alert, r.me.ID, p.Noted(words)); err != nil {
		return err
	}
	if err := r.keep(ctx, c); err != nil {
		return err
	}
	_, err = r.reply(ctx, r.t.HTML("alert.noted"), nil)
	return err
}

// endHelp ends asking where somebody is, and gives them their letters back.
func (h *Handlers) endHelp(ctx context.Context, r *request, html string) error {
	if err := h.store.EndConversation(ctx, r.chat, flowHelp); err != nil {
		return err
	}
	_, err := r.send(ctx, bot.Send{ChatID: r.chat, HTML: html, DropKeys: true})
	return err
}
