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

// edition is a digest of one ward, or of all, in one language: everybody who
// looks after it gets the same.
type edition struct {
	letters []ward.Letter
	files   []ward.File
	reports int // that name who wrote them
}

// backs are the digests of those in charge, the files in them, and whose names
// go out with them to whom, for the log.
type backs struct {
	letters []ward.OwnLetter
	files   []ward.File
	logged  []ward.Audit
}

// lookBacks are the digests of those in charge: the spreadsheet goes ahead,
// the picture follows with the words and the buttons below it.
func (h *Handlers) lookBacks(ctx context.Context, slot storage.DigestSlot, inCharge []reader) (all backs, err error) {
	type key struct {
		wardID   int64
		language string
	}
	editions := map[key]edition{}
	for _, r := range inCharge {
		k := key{language: r.Language}
		if !h.coordinates(r.Person) {
			k.wardID = r.ChargeID
		}
		e, written := editions[k]
		if !written {
			if e, err = h.lookBack(ctx, r.t, slot, k.wardID); err != nil {
				return all, err
			}
			editions[k] = e
			all.files = append(all.files, e.files...)
		}
		for _, l := range e.letters {
			l.Language = r.Language
			all.letters = append(all.letters, ward.OwnLetter{PersonID: r.ID, Letter: l})
		}
		if e.reports > 0 {
			all.logged = append(all.logged, ward.Audit{Deed: ward.DeedMailed, PersonID: r.ID, WardID: k.wardID, Count: e.reports})
		}
	}
	return all, nil
}

// lookBack is the digest of one ward, or with 0 of all; nothing if nothing was
// asked in it. What it shows of small places is for any of its readers.
func (h *Handlers) lookBack(ctx context.Context, t *locales.Texts, slot storage.DigestSlot, wardID int64) (e edition, err error) {
	coordinated, err := h.store.CoordinatedWards(ctx)
	if err != nil {
		return e, err
	}
	p := slot.Digest.Of(slot.At, h.Zone)
	v, err := h.view(ctx, t, p, wardID, func(id int64) bool { return id == wardID || !coordinated[id] })
	if err != nil || v.Total.Asked == 0 {
		return e, err
	}
	kind := pictureBars
	if slot.Digest != ward.DigestWeek {
		kind = pictureCard
	}
	drawn, err := h.draw(t, kind, v)
	if err != nil {
		return e, err
	}
	if wardID != 0 {
		e.reports = v.Total.Reports
	}
	var book bytes.Buffer
	if err := h.writeBook(ctx, &book, t, v, e.reports > 0); err != nil {
		return e, err
	}
	sheetFile, sheet, err := ward.File{Kind: ward.MediaDocument, Name: report.BookName(t, v), Bytes: book.Bytes()}.Ready()
	if err != nil {
		return e, err
	}
	pictureFile, picture, err := ward.File{Kind: ward.MediaPhoto, Name: "wardbot.png", Bytes: drawn}.Ready()
	if err != nil {
		return e, err
	}
	e.files = []ward.File{sheetFile, pictureFile}
	html, err := h.lookBackHTML(ctx, t, slot.Digest, v)
	e.letters = []ward.Letter{
		{Part: ward.PartAhead, Media: []ward.Media{sheet}, Silent: true}, // the picture comes right after it
		{Part: ward.PartLetter, HTML: html, Media: []ward.Media{picture}, Buttons: letterButtons(lookBackButtons(t, kind, v))},
	}
	return e, err
}

// lookBackButtons lead to the other pictures, and to whom there is to thank.
func lookBackButtons(t *locales.Texts, shown pictureKind, v ward.View) bot.Keyboard {
	year := spanOf(ward.YearOf(v.Period.To))
	thanks := button(t.Plain("btn.thanks"), "thanks", year)
	if v.Ward.ID != 0 {
		thanks = button(t.Plain("btn.thanks"), "thankw", year, v.Ward.ID)
	}
	last := []bot.Button{thanks}
	if shown != pictureCard {
		last = append(last, pictureButton(t.Plain("btn.stats_card"), pictureCard, v))
	}
	return bot.Keyboard{pictureButtons(t, v), last}
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
