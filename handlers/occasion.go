package handlers

import (
	"context"
	"fmt"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// offeredPause is how many days are offered to somebody who has been silent.
const offeredPause = 7

// keepingOccasions writes to people on their occasions, once each evening.
// What goes before the one transaction only reads, so a kill at any moment
// loses and doubles nothing.
func (h *Handlers) keepingOccasions() func(context.Context) error {
	var kept ward.Day
	return func(ctx context.Context) error {
		now := h.Now()
		today := ward.DayOf(now, h.Zone)
		if today == kept || ward.ClockOf(now, h.Zone) < ward.OccasionsAt {
			return nil
		}
		if err := h.keepEvening(ctx, today, now); err != nil {
			return err
		}
		kept = today
		return nil
	}
}

func (h *Handlers) keepEvening(ctx context.Context, today ward.Day, now time.Time) error {
	all, err := h.store.Occasions(ctx, today, now)
	if err != nil || len(all) == 0 {
		return err
	}
	letters := make([]ward.OwnLetter, len(all))
	for i, o := range all {
		letters[i] = h.occasionLetter(o)
	}
	h.Log.Info("people written to on their occasions", "people", len(all))
	return h.store.KeepOccasions(ctx, ward.Mailing{
		Bulletin: ward.Bulletin{
			DraftKey: fmt.Sprintf("occasions-%d", today), Kind: ward.KindDigest, Title: h.texts.In(h.DefaultLanguage).Plain("occasion.title"),
			Signed: ward.Signature{Org: h.Org, Sender: h.Org, Contact: h.Contact},
			SendAt: now, SendDay: today, Deadline: now.Add(ward.DigestWorth),
		},
		Letters: func(int64) []ward.OwnLetter { return letters },
	}, all)
}

// occasionLetter is private: nobody else learns of it.
func (h *Handlers) occasionLetter(o ward.Occasion) ward.OwnLetter {
	t := h.texts.In(locales.Language(o.Person.Language))
	args := locales.Args{"Name": called(t, o.Person), "Org": h.Org, "Contact": h.Contact}
	l := ward.OwnLetter{PersonID: o.Person.ID}
	if o.Days > 0 {
		args["Days"] = t.Number(o.Days)
		l.HTML = t.HTML("occasion.thanks", args)
		return l
	}
	l.HTML, l.Silent = t.HTML("occasion.pause", args), true
	l.Buttons = [][]ward.LetterButton{{
		{Text: t.Plain("btn.rest", locales.Args{"Days": t.Number(offeredPause)}), Data: data("rest", offeredPause)},
		{Text: t.Plain("btn.stay"), Data: data("stay")},
	}}
	return l
}

// stay is the answer of somebody to whom a pause was offered and who wants
// none.
func (h *Handlers) stay(ctx context.Context, r *request) error {
	return r.edit(ctx, r.t.HTML("occasion.stays", locales.Args{"Name": r.name()}), bot.Keyboard{{button(r.t.Plain("btn.hours"), "myhour")}})
}
