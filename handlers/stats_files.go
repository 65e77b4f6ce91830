package handlers

import (
	"context"
	"errors"
	"io"
	"iter"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/report/picture"
	"wardbot/ward"
)

// pictureKind is a way to draw numbers, as buttons name it.
type pictureKind int64

// The pictures.
const (
	pictureBars  pictureKind = iota // by place
	pictureDays                     // places and days
	pictureWeeks                    // twelve weeks
	pictureCard                     // the whole on a card, to be passed on
)

// sendPicture sends a picture of all wards, wardPicture of one by group.
func (h *Handlers) sendPicture(ctx context.Context, r *request) error {
	return h.statsPicture(ctx, r, 0, pictureKind(r.arg(1)))
}

func (h *Handlers) sendWardPicture(ctx context.Context, r *request) error {
	return h.statsPicture(ctx, r, r.arg(1), pictureKind(r.arg(2)))
}

// statsPicture answers first: counting and drawing take their time.
func (h *Handlers) statsPicture(ctx context.Context, r *request, wardID int64, kind pictureKind) error {
	p, err := h.period(r.arg(0))
	if err != nil {
		return err
	}
	if kind == pictureDays && (p.Days() == 1 || p.Yearly()) { // of the days there are then
		p = ward.WeekWith(p.To)
	}
	r.toast(ctx, r.t.Plain("toast.drawing"))
	_ = h.line.ChatAction(ctx, r.chat, "upload_photo")
	v, err := h.viewFor(ctx, r, p, wardID)
	if errors.Is(err, ward.ErrFew) {
		_, err = r.reply(ctx, r.t.HTML("stats.too_few"), nil)
		return err
	}
	if err != nil {
		return err
	}
	drawn, err := h.draw(r.t, kind, v)
	if err != nil {
		return err
	}
	_, err = r.send(ctx, bot.Send{
		ChatID: r.chat, HTML: h.pictureWords(r.t, kind, v), Keyboard: bot.Keyboard{pictureButtons(r.t, v)},
		Media: []bot.Media{{Kind: string(ward.MediaPhoto), Upload: &bot.File{Name: "wardbot.png", Bytes: drawn}}},
	})
	return err
}

// draw returns errOldButton for a kind of picture that there is not.
func (h *Handlers) draw(t *locales.Texts, kind pictureKind, v ward.View) ([]byte, error) {
	card := picture.Card{Organisation: h.Org, At: h.Now().In(h.Zone)}
	switch kind {
	case pictureBars:
		return picture.Bars(t, card, v)
	case pictureDays:
		return picture.Heat(t, card, v)
	case pictureWeeks:
		return picture.Line(t, card, v)
	case pictureCard:
		return picture.Summary(t, card, v)
	}
	return nil, errOldButton
}

// pictureWords say what a picture shows, for those who do not see it.
func (h *Handlers) pictureWords(t *locales.Texts, kind pictureKind, v ward.View) string {
	title := locales.Args{"Title": h.placeTitle(t, v)}
	switch kind {
	case pictureDays:
		return t.HTML("stats.days_title", title) + report.Columns(t, v.Days)
	case pictureWeeks:
		return t.HTML("stats.weeks_title", title) + report.Columns(t, v.Weeks)
	}
	return report.Words(t, title["Title"].(string), v)
}

// pictureButtons lead from one picture to the others.
func pictureButtons(t *locales.Texts, v ward.View) []bot.Button {
	return []bot.Button{
		pictureButton(t.Plain("btn.stats_days"), pictureDays, v), pictureButton(t.Plain("btn.stats_weeks"), pictureWeeks, v),
	}
}

func pictureButton(text string, kind pictureKind, v ward.View) bot.Button {
	if v.Ward.ID == 0 {
		return button(text, "pic", spanOf(v.Period), int64(kind))
	}
	return button(text, "wpic", spanOf(v.Period), v.Ward.ID, int64(kind))
}

// sendBook sends the spreadsheet of all wards, sendWardBook of one. Reports
// are in it where somebody sees who wrote them; that names were taken along is
// logged.
func (h *Handlers) sendBook(ctx context.Context, r *request) error { return h.statsBook(ctx, r, 0) }

func (h *Handlers) sendWardBook(ctx context.Context, r *request) error {
	return h.statsBook(ctx, r, r.arg(1))
}

func (h *Handlers) statsBook(ctx context.Context, r *request, wardID int64) error {
	p, err := h.period(r.arg(0))
	if err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.writing_book"))
	v, err := h.viewFor(ctx, r, p, wardID)
	if errors.Is(err, ward.ErrFew) {
		_, err = r.reply(ctx, r.t.HTML("stats.too_few"), nil)
		return err
	}
	if err != nil {
		return err
	}
	names := false
	if wardID != 0 {
		sees, err := r.sight(ctx)
		if err != nil {
			return err
		}
		names = sees(wardID)
	}
	if names {
		if err := h.store.Audit(ctx, ward.Audit{By: r.actor(), Deed: ward.DeedExported, WardID: wardID, Count: v.Total.Reports}); err != nil {
			return err
		}
	}
	about := locales.Args{"Title": h.placeTitle(r.t, v)}
	err = r.sendFile(ctx, report.BookName(r.t, v), r.t.HTML("stats.file", about), func(w io.Writer) error {
		return h.writeBook(ctx, w, r.t, v, names)
	})
	if errors.Is(err, errTooBig) {
		_, err = r.reply(ctx, r.t.HTML("export.too_big", about), nil)
	}
	return err
}

// writeBook writes the spreadsheet of a view, with the reports that its
// numbers are made of if they may be read.
func (h *Handlers) writeBook(ctx context.Context, w io.Writer, t *locales.Texts, v ward.View, names bool) error {
	reports := iter.Seq2[ward.ReportRow, error](func(func(ward.ReportRow, error) bool) {})
	if names {
		reports = h.store.ReportRows(ctx, v.Period, v.Ward.ID)
	}
	return report.Book(w, t, h.Org, v, reports)
}
