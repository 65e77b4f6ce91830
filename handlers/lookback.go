package handlers

import (
	"bytes"
	"context"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/storage"
	"wardbot/ward"
)

// lookBacks are the digests of those in charge: the spreadsheet goes ahead,
// the picture follows with the words and the buttons below it. Each ward is
// drawn once in each language, however many look after it.
func (h *Handlers) lookBacks(ctx context.Context, slot storage.DigestSlot, inCharge []reader) ([]ward.OwnLetter, error) {
	type edition struct {
		wardID   int64
		language string
	}
	editions := map[edition][]ward.Letter{}
	var letters []ward.OwnLetter
	for _, r := range inCharge {
		e := edition{language: r.Language}
		if !h.coordinates(r.Person) {
			e.wardID = r.ChargeID
		}
		parts, written := editions[e]
		if !written {
			var err error
			if parts, err = h.lookBack(ctx, r.t, slot, e.wardID); err != nil {
				return nil, err
			}
			editions[e] = parts
		}
		for _, l := range parts {
			l.Language = r.Language
			letters = append(letters, ward.OwnLetter{PersonID: r.ID, Letter: l})
		}
	}
	return letters, nil
}

// lookBack is the digest of one ward, or with 0 of all; nothing if nothing was
// asked in it.
func (h *Handlers) lookBack(ctx context.Context, t *locales.Texts, slot storage.DigestSlot, wardID int64) ([]ward.Letter, error) {
	p := slot.Digest.Of(slot.At, h.Zone)
	coordinated, err := h.store.CoordinatedWards(ctx)
	if err != nil {
		return nil, err
	}
	v, err := h.view(ctx, t, p, wardID, func(id int64) bool { return id == wardID || !coordinated[id] })
	if err != nil || v.Total.Asked == 0 {
		return nil, err
	}
	picture, err := h.draw(t, pictureBars, v)
	if err != nil {
		return nil, err
	}
	var book bytes.Buffer
	if err := h.writeBook(ctx, &book, t, v, wardID != 0); err != nil {
		return nil, err
	}
	drawn, err := h.store.KeepFile(ctx, ward.File{Kind: ward.MediaPhoto, Name: "wardbot.png", Bytes: picture}, h.Now())
	if err != nil {
		return nil, err
	}
	sheet, err := h.store.KeepFile(ctx, ward.File{Kind: ward.MediaDocument, Name: bookName(v), Bytes: book.Bytes()}, h.Now())
	if err != nil {
		return nil, err
	}
	html, err := h.lookBackHTML(ctx, t, slot.Digest, v)
	return []ward.Letter{
		{Part: ward.PartAhead, Media: []ward.Media{sheet}, Silent: true}, // the picture comes right after it
		{Part: ward.PartLetter, HTML: html, Media: []ward.Media{drawn}, Buttons: letterButtons(bot.Keyboard{pictureButtons(t, v)})},
	}, err
}

func (h *Handlers) lookBackHTML(ctx context.Context, t *locales.Texts, d ward.Digest, v ward.View) (string, error) {
	signature := t.HTML("digest.signature", locales.Args{"Org": h.Org, "Contact": h.Contact})
	title := h.placeTitle(t, v)
	if d == ward.DigestWeek {
		return report.Digest(t, title, v, signature, ward.MaxCaption), nil
	}
	o, err := h.store.Output(ctx, v.Period)
	return report.Totals(t, title, v, o) + "\n" + signature, err
}

// placeTitle is what a view is called: its place and its period.
func (h *Handlers) placeTitle(t *locales.Texts, v ward.View) string {
	title := h.periodTitle(t, v.Period)
	if v.Ward.ID != 0 {
		return t.Plain("stats.ward_title", locales.Args{"Ward": v.Ward.Name, "Title": title})
	}
	return t.Plain("stats.district_title", locales.Args{"Title": title})
}
