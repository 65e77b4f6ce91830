package handlers

import (
	"context"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// mayBeStory says whether a report has the words for good news.
func mayBeStory(report ward.Report) bool {
	return report.Text != "" && ward.Units(report.Text) <= ward.MaxStory
}

// chooseStory accepts a report and asks its author to tell it as good news.
// It stays theirs: source, consent of those in it and credit are for them to
// say, and nothing is published that they have not sent in.
func (h *Handlers) chooseStory(ctx context.Context, r *request) error {
	return h.decide(ctx, r, ward.Verdict{State: ward.ReportAccepted}, func(chosen ward.Report) error {
		if !mayBeStory(chosen) {
			return nil
		}
		p, err := h.store.Person(ctx, chosen.PersonID)
		if err != nil || p.State != ward.PersonActive {
			return err
		}
		b, err := h.store.Bulletin(ctx, chosen.BulletinID)
		if err != nil {
			return err
		}
		t := h.texts.In(locales.Language(p.Language))
		return h.write(ctx, p, bot.Send{
			HTML:     t.HTML("story.please_tell", locales.Args{"Name": called(t, p), "Title": b.Title}),
			Keyboard: bot.Keyboard{{button(t.Plain("btn.tell_report"), "talrep", chosen.ID)}},
		})
	})
}

// tellReport begins a story with what somebody wrote in a report. One that
// they are writing already is kept and comes first.
func (h *Handlers) tellReport(ctx context.Context, r *request) error {
	told, err := h.store.Report(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) || err == nil && (told.PersonID != r.me.ID || !mayBeStory(told)) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	begun, err := h.store.Conversation(ctx, r.chat, flowStory)
	switch {
	case err == nil && len(unpack[tale](begun).Lines) > 0:
		return h.writeStory(ctx, r)
	case err != nil && !errors.Is(err, ward.ErrNotFound):
		return err
	}
	c := storage.Conversation{Flow: flowStory}
	s := tale{Key: data("talrep", told.ID), Lines: []line{{Text: told.Text}}} // a report is one story at most
	if len(told.Photos) > 0 {
		s.Photo = told.Photos[0].FileID
	}
	if err := pack(&c, stepContent, s); err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true
	return h.showStory(ctx, r, &c)
}
