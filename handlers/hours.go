package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// The hours that are offered: when messages may begin to come, and until when.
var (
	mornings = []ward.Clock{6*60 + 30, 7*60 + 30, 11*60 + 30, 17*60 + 30}
	evenings = []ward.Clock{18 * 60, 20 * 60, 21 * 60, 22 * 60}
)

// askHours shows when messages come, and waits for other hours to be tapped or
// typed.
func (h *Handlers) askHours(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	return h.showHours(ctx, r, &storage.Conversation{Flow: flowHours})
}

func (h *Handlers) showHours(ctx context.Context, r *request, c *storage.Conversation) error {
	own := r.me.Hours
	args := locales.Args{"From": "", "To": "", "QuietFrom": "", "QuietTo": ""}
	if own.Set() {
		args["From"], args["To"] = own.From.String(), own.To.String()
	}
	if h.Quiet.From != h.Quiet.To {
		args["QuietFrom"], args["QuietTo"] = h.Quiet.From.String(), h.Quiet.To.String()
	}
	// The end that is not tapped stays, if there is time between the two.
	from := func(at ward.Clock) ward.Hours {
		if own.Set() && at < own.To {
			return ward.Hours{From: at, To: own.To}
		}
		return ward.Hours{From: at, To: evenings[len(evenings)-1]}
	}
	to := func(at ward.Clock) ward.Hours {
		if own.Set() && own.From < at {
			return ward.Hours{From: own.From, To: at}
		}
		return ward.Hours{From: mornings[0], To: at}
	}
	k := bot.Keyboard{hourButtons(r.t, mornings, own.From, from), hourButtons(r.t, evenings, own.To, to)}
	if own.Set() {
		k = append(k, []bot.Button{button(r.t.Plain("btn.any_hour"), "hours", 0, 0)})
	}
	return r.step(ctx, c, r.t.HTML("hours.mine", args), append(k, []bot.Button{button(r.t.Plain("btn.back"), "caidat")}))
}

// hourButtons offer hours; those that are chosen are marked.
func hourButtons(t *locales.Texts, choices []ward.Clock, chosen ward.Clock, hours func(ward.Clock) ward.Hours) (row []bot.Button) {
	for _, at := range choices {
		label := at.String()
		if at == chosen {
			label = t.Plain("btn.hour_chosen", locales.Args{"Time": label})
		}
		next := hours(at)
		row = append(row, button(label, "hours", int64(next.From), int64(next.To)))
	}
	return row
}

// pickHours takes hours that were tapped.
func (h *Handlers) pickHours(ctx context.Context, r *request) error {
	hours := ward.Hours{From: ward.Clock(r.arg(0)), To: ward.Clock(r.arg(1))}
	if !hours.Valid() || r.me.ID == 0 {
		return errOldButton
	}
	if err := h.setHours(ctx, r, hours); err != nil {
		return err
	}
	return h.showHours(ctx, r, &storage.Conversation{Flow: flowHours})
}

// hoursInput takes hours that were typed, and asks again for what are none.
func (h *Handlers) hoursInput(ctx context.Context, r *request, c *storage.Conversation) error {
	hours, ok := ward.ReadHours(r.text())
	if !ok {
		_, err := r.reply(ctx, r.t.HTML("hours.unclear"), nil)
		return err
	}
	if err := h.setHours(ctx, r, hours); err != nil {
		return err
	}
	return h.showHours(ctx, r, c)
}

func (h *Handlers) setHours(ctx context.Context, r *request, hours ward.Hours) error {
	if err := h.store.SetHours(ctx, r.me.ID, hours); err != nil {
		return err
	}
	r.me.Hours = hours
	r.toast(ctx, r.t.Plain("toast.hours"))
	return nil
}

// hoursText says when messages come to somebody.
func hoursText(t *locales.Texts, h ward.Hours) string {
	if !h.Set() {
		return t.Plain("hours.always")
	}
	return t.Plain("hours.short", locales.Args{"From": h.From.String(), "To": h.To.String()})
}
