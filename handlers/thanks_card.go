package handlers

import (
	"context"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report/picture"
	"wardbot/ward"
)

// thankedOnPage is how many names stand on a screen.
const thankedOnPage = 10

// thankedArea is of the buttons that name a period before the person.
func (h *Handlers) thankedArea(ctx context.Context, r *request) (ward.Area, error) {
	p, err := h.store.Person(ctx, r.arg(1))
	return ward.In(p.WardID), err
}

// pickThanked offers a card for each of the people whom the numbers of a
// period suggest to thank.
func (h *Handlers) pickThanked(ctx context.Context, r *request) error {
	p, err := h.period(r.arg(0))
	if err != nil {
		return err
	}
	wardID := r.arg(1)
	people, _, err := h.store.Thanked(ctx, wardID, p, ward.Thanks)
	if err != nil {
		return err
	}
	people = locales.SortedPeople(people, func(p ward.Person) string { return p.Name })
	at := min(max(0, int(r.arg(2))), max(0, len(people)-1)/thankedOnPage)
	rest := people[at*thankedOnPage:]
	page := rest[:min(thankedOnPage, len(rest))]
	if err := r.sawNames(ctx, wardID, len(page)); err != nil {
		return err
	}
	var k bot.Keyboard
	for _, one := range page {
		k = append(k, []bot.Button{button(sentence(one.Name, 40), "thpic", spanOf(p), one.ID)})
	}
	turn := []bot.Button{button(r.t.Plain("btn.back"), "thankw", spanOf(p), wardID)}
	if at > 0 {
		turn = slices.Insert(turn, 0, button("‹", "thcard", spanOf(p), wardID, int64(at-1)))
	}
	if len(rest) > len(page) {
		turn = append(turn, button("›", "thcard", spanOf(p), wardID, int64(at+1)))
	}
	return r.edit(ctx, r.t.HTML("thanks.cards"), append(k, turn))
}

// sendThanks sends a card of thanks for somebody to who looks after them: a
// picture in this chat, which only they can pass on. It is logged, because a
// name is taken along.
func (h *Handlers) sendThanks(ctx context.Context, r *request) error {
	p, err := h.period(r.arg(0))
	if err != nil {
		return err
	}
	person, err := h.store.Person(ctx, r.arg(1))
	if err != nil {
		return err
	}
	deeds, err := h.store.Deeds(ctx, p, person.ID)
	if err != nil {
		return err
	}
	if person.State != ward.PersonActive || deeds.Done == 0 {
		return errOldButton
	}
	w, err := h.store.Ward(ctx, person.WardID)
	if err != nil {
		return err
	}
	place := w.Name
	if person.GroupID != 0 {
		g, err := h.store.Group(ctx, person.GroupID)
		if err != nil {
			return err
		}
		place = groupName(r.t, g) + ", " + place
	}
	r.toast(ctx, r.t.Plain("toast.drawing"))
	_ = h.line.ChatAction(ctx, r.chat, "upload_photo")
	drawn, err := picture.Thanks(r.t, picture.Card{Organisation: h.Org}, picture.ThanksCard{
		Name: person.Name, Place: place, Period: p, Done: deeds.Done, Households: deeds.Households,
	})
	if err != nil {
		return err
	}
	if err := h.store.Audit(ctx, ward.Audit{By: r.actor(), Deed: ward.DeedExported, WardID: person.WardID, Count: 1}); err != nil {
		return err
	}
	_, err = r.send(ctx, bot.Send{
		ChatID: r.chat, Media: []bot.Media{{Kind: string(ward.MediaPhoto), Upload: &bot.File{Name: "cam-on.png", Bytes: drawn}}},
		HTML: r.t.HTML("thanks.card", locales.Args{
			"Name": person.Name, "Title": h.periodTitle(r.t, p), "Done": r.t.Number(deeds.Done),
			"Homes": deeds.Households > 0, "Households": r.t.Number(deeds.Households),
		}),
	})
	return err
}
