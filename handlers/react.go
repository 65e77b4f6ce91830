package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// react counts a tap on a heart below the good news. The counts are brought
// up to date on the reader's own tap.
func (h *Handlers) react(ctx context.Context, r *request) error {
	id, kind := r.arg(0), ward.Reaction(r.arg(1))
	if !kind.Valid() || r.me.ID == 0 {
		return errOldButton
	}
	if m := r.tapped(); m != nil { // the letter has arrived, whatever the engine knows
		if err := h.store.MarkSeen(ctx, ward.DeliveryKey{BulletinID: id, PersonID: r.me.ID}, m.ID, h.Now()); err != nil {
			return err
		}
	}
	counts, stands, err := h.store.React(ctx, id, r.me.ID, kind)
	if err != nil {
		return err
	}
	if stands {
		r.toast(ctx, r.t.Plain("toast.reacted", locales.Args{"Name": r.name()}))
	} else {
		r.toast(ctx, r.t.Plain("toast.unreacted"))
	}
	m := r.tapped()
	if m == nil {
		return nil
	}
	err = h.line.EditKeyboard(ctx, r.chat, m.ID, newsButtons(r.t, id, counts))
	switch bot.KindOf(err) {
	case bot.KindEditGone, bot.KindNotModified:
		return nil
	}
	return r.gone(ctx, err)
}

// newsButtons are the reactions with their counts, and the way to tell a story
// of one's own.
func newsButtons(t *locales.Texts, id int64, counts ward.Reactions) bot.Keyboard {
	var row []bot.Button
	for _, one := range []struct {
		kind ward.Reaction
		sign string
	}{{ward.ReactHeart, "❤️"}, {ward.ReactClap, "👏"}, {ward.ReactThanks, "🙏"}} {
		label := one.sign
		if n := counts[one.kind]; n > 0 {
			label += " " + t.Number(n)
		}
		row = append(row, button(label, "react", id, int64(one.kind)))
	}
	return bot.Keyboard{row, {button(t.Plain("btn.tell_story"), "story")}}
}
