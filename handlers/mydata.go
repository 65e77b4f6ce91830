package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
)

// myData shows everything there is about a person on one screen.
func (h *Handlers) myData(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	w, err := h.store.Ward(ctx, r.me.WardID)
	if err != nil {
		return err
	}
	place, err := h.placeName(ctx, r)
	if err != nil {
		return err
	}
	sum, err := h.store.PersonSummary(ctx, r.me.ID)
	if err != nil {
		return err
	}
	args := locales.Args{
		"Name": r.me.Name, "Ward": w.Name, "Group": place, "Language": r.t.Plain("settings.language_name"),
		"Joined": r.t.Date(r.me.JoinedAt.In(h.Zone)), "Done": r.t.Number(sum.Done), "Reports": r.t.Number(sum.Reports),
		"Households": r.t.Number(sum.Households), "Contact": h.Contact, "Version": "", "Agreed": "", "Withdrawn": "",
	}
	consents, err := h.store.Consents(ctx, r.me.ID)
	if err != nil {
		return err
	}
	standing := false
	if n := len(consents); n > 0 {
		last := consents[n-1]
		standing = last.WithdrawnAt.IsZero()
		args["Version"], args["Agreed"] = last.Version, r.t.Date(last.GivenAt.In(h.Zone))
		if !standing {
			args["Withdrawn"] = r.t.Date(last.WithdrawnAt.In(h.Zone))
		}
	}
	k := bot.Keyboard{{button(r.t.Plain("btn.download"), "take")}, {button(r.t.Plain("btn.history"), "mytask", 0)}, {button(r.t.Plain("btn.leave"), "leave")}}
	if standing {
		k[0] = append(k[0], button(r.t.Plain("btn.rename"), "name"))
		k[2] = append([]bot.Button{button(r.t.Plain("btn.withdraw"), "retrac")}, k[2]...)
	}
	return r.say(ctx, r.t.HTML("data.mine", args), k)
}

// download sends everything at once, for people as a spreadsheet and for
// machines as JSON.
func (h *Handlers) download(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	r.toast(ctx, "")
	_ = h.line.ChatAction(ctx, r.chat, "upload_document")
	record, err := h.store.PersonRecord(ctx, r.me.ID)
	if err != nil {
		return err
	}
	w, err := h.store.Ward(ctx, r.me.WardID)
	if err != nil {
		return err
	}
	place, err := h.placeName(ctx, r)
	if err != nil {
		return err
	}
	own := report.Own{Record: record, Ward: w.Name, Group: place, Zone: h.Zone}
	book, err := report.OwnBook(r.t, own)
	if err != nil {
		return err
	}
	machine, err := report.OwnJSON(r.t, own)
	if err != nil {
		return err
	}
	if _, err := h.line.SendDocument(ctx, r.chat, bot.File{Name: "du-lieu-cua-toi.xlsx", Bytes: book}, r.t.HTML("data.file")); err != nil {
		return r.gone(ctx, err)
	}
	_, err = h.line.SendDocument(ctx, r.chat, bot.File{Name: "du-lieu-cua-toi.json", Bytes: machine}, "")
	return r.gone(ctx, err)
}
