package handlers

import (
	"context"
	"errors"
	"io"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/storage"
	"wardbot/ward"
)

// exportKind is what somebody takes along, as buttons name it.
type exportKind int64

// The kinds.
const (
	exportExcel exportKind = iota
	exportCSV
	exportPictures
	exportPage // for everybody
)

// exporting is what is about to be taken along: the period and the ward, 0 for
// all wards.
type exporting struct {
	From ward.Day `json:"from"`
	To   ward.Day `json:"to"`
	Ward int64    `json:"ward"`
}

func (e exporting) period() ward.Period { return ward.Period{From: e.From, To: e.To} }

// button carries the choice on: from, to, ward, and more.
func (e exporting) button(text, action string, more ...int64) bot.Button {
	return button(text, action, append([]int64{int64(e.From), int64(e.To), e.Ward}, more...)...)
}

// of is the same choice for another period.
func (e exporting) of(p ward.Period) exporting { return exporting{p.From, p.To, e.Ward} }

// exported reads what a button carries, or returns errOldButton.
func (r *request) exported() (exporting, error) {
	e := exporting{ward.Day(r.arg(0)), ward.Day(r.arg(1)), r.arg(2)}
	if r.arg(0) != int64(e.From) || r.arg(1) != int64(e.To) || !e.From.Valid() || !e.To.Valid() || e.From > e.To {
		return e, errOldButton
	}
	return e, nil
}

// exportArea is the ward that a button names, exportDatesArea that of the
// period that is being typed.
func (h *Handlers) exportArea(_ context.Context, r *request) (ward.Area, error) {
	return ward.In(r.arg(2)), nil
}

func (h *Handlers) exportDatesArea(ctx context.Context, r *request) (ward.Area, error) {
	c, err := h.store.Conversation(ctx, r.chat, flowExport)
	return ward.In(unpack[exporting](c).Ward), err
}

// export is the command: this week, of the own ward or of all.
func (h *Handlers) export(ctx context.Context, r *request) error {
	e := exporting{}.of(ward.WeekOf(h.Now(), h.Zone))
	if r.role == ward.RoleWardCoordinator {
		e.Ward = r.me.ChargeID
	}
	return h.exportScreen(ctx, r, e)
}

// showExport is a tap on a period, or on a ward.
func (h *Handlers) showExport(ctx context.Context, r *request) error {
	e, err := r.exported()
	if err != nil {
		return err
	}
	return h.exportScreen(ctx, r, e)
}

// exportScreen says what is chosen and offers other periods, another place and
// the kinds of file.
func (h *Handlers) exportScreen(ctx context.Context, r *request, e exporting) error {
	title, err := h.exportTitle(ctx, r.t, e)
	if err != nil {
		return err
	}
	names, err := h.exportsNames(ctx, r, e)
	if err != nil {
		return err
	}
	t, today := r.t, ward.DayOf(h.Now(), h.Zone)
	period := func(text string, p ward.Period) bot.Button { return e.of(p).button(text, "export") }
	more := []bot.Button{e.button(t.Plain("btn.export_dates"), "expday")}
	if r.role >= ward.RoleCoordinator {
		more = append(more, e.button(t.Plain("btn.export_place"), "expwrd"))
	}
	return r.say(ctx, t.HTML("export.card", locales.Args{"Title": title, "Names": names}), bot.Keyboard{
		{period(t.Plain("btn.stats_week"), ward.WeekWith(today)), period(t.Plain("btn.stats_last_week"), ward.WeekWith(today).Before())},
		{period(t.Plain("btn.stats_month"), ward.MonthOf(today)), period(t.Plain("btn.export_year"), ward.YearOf(today))},
		more,
		{e.button(t.Plain("btn.stats_file"), "expgo", int64(exportExcel)), e.button(t.Plain("btn.export_csv"), "expgo", int64(exportCSV))},
		{e.button(t.Plain("btn.stats_picture"), "expgo", int64(exportPictures)), e.button(t.Plain("btn.export_page"), "expgo", int64(exportPage))},
	})
}

// exportTitle names the place and the period.
func (h *Handlers) exportTitle(ctx context.Context, t *locales.Texts, e exporting) (string, error) {
	v := ward.View{Period: e.period()}
	if e.Ward == 0 {
		return h.placeTitle(t, v), nil
	}
	var err error
	if v.Ward, err = h.store.Ward(ctx, e.Ward); errors.Is(err, ward.ErrNotFound) {
		err = errOldButton
	}
	return h.placeTitle(t, v), err
}

// exportsNames says whether the spreadsheet has the reports in it, with who
// wrote them: for whoever looks after the ward.
func (h *Handlers) exportsNames(ctx context.Context, r *request, e exporting) (bool, error) {
	sees, err := r.sight(ctx)
	return err == nil && e.Ward != 0 && sees(e.Ward), err
}

// pickExportWard offers all wards together, and each.
func (h *Handlers) pickExportWard(ctx context.Context, r *request) error {
	e, err := r.exported()
	if err != nil {
		return err
	}
	k, err := h.wardButtons(ctx, func(w ward.Ward) bot.Button {
		return exporting{e.From, e.To, w.ID}.button(w.Name, "export")
	})
	if err != nil {
		return err
	}
	all := exporting{e.From, e.To, 0}.button(r.t.Plain("btn.stats_all"), "export")
	return r.edit(ctx, r.t.HTML("export.which_ward"), append(bot.Keyboard{{all}}, k...))
}

// askExportDates waits for a period to be typed.
func (h *Handlers) askExportDates(ctx context.Context, r *request) error {
	e, err := r.exported()
	if err != nil {
		return err
	}
	c := storage.Conversation{Flow: flowExport}
	if err := pack(&c, stepText, e); err != nil {
		return err
	}
	return h.showExportDates(ctx, r, &c)
}

func (h *Handlers) showExportDates(ctx context.Context, r *request, c *storage.Conversation) error {
	e := unpack[exporting](*c)
	return r.step(ctx, c, r.t.HTML("export.ask_dates"), bot.Keyboard{{e.button(r.t.Plain("btn.back"), "export")}})
}

// exportDatesInput is a period that was typed.
func (h *Handlers) exportDatesInput(ctx context.Context, r *request, c *storage.Conversation) error {
	p, ok := ward.ReadPeriod(r.text(), ward.DayOf(h.Now(), h.Zone))
	if !ok {
		return errNoPeriod
	}
	if err := h.store.EndConversation(ctx, r.chat, flowExport); err != nil {
		return err
	}
	r.strip(ctx, c.MessageID)
	return h.exportScreen(ctx, r, unpack[exporting](*c).of(p))
}

// errNoPeriod says that what was typed is no period of the past.
var errNoPeriod = errors.New("period not understood")

// sendExport makes what was chosen and sends it. It answers first and says
// that it is at work, because counting and writing take their time.
func (h *Handlers) sendExport(ctx context.Context, r *request) error {
	e, err := r.exported()
	if err != nil {
		return err
	}
	title, err := h.exportTitle(ctx, r.t, e)
	if err != nil {
		return err
	}
	about := locales.Args{"Title": title, "Code": troubleCode(r.update.ID)}
	r.toast(ctx, r.t.Plain("toast.writing_book"))
	waiting, err := r.reply(ctx, r.t.HTML("export.making", about), nil)
	if err != nil {
		return err
	}
	end := func(html string) error {
		err := h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: waiting.ID, HTML: html})
		return r.gone(ctx, err)
	}
	switch err := h.exportFiles(ctx, r, e, exportKind(r.arg(3)), title); {
	case errors.Is(err, ward.ErrFew):
		return end(r.t.HTML("stats.too_few"))
	case errors.Is(err, errTooBig):
		return end(r.t.HTML("export.too_big", about))
	case err != nil:
		return errors.Join(err, end(r.t.HTML("export.failed", about)))
	}
	return end(r.t.HTML("export.done", about))
}

// exportFiles logs that numbers, or names, are taken along, and sends them.
func (h *Handlers) exportFiles(ctx context.Context, r *request, e exporting, kind exportKind, title string) error {
	v, err := h.exportView(ctx, r, e, kind)
	if err != nil {
		return err
	}
	names := false
	if kind == exportExcel {
		if names, err = h.exportsNames(ctx, r, e); err != nil {
			return err
		}
	}
	deed := ward.Audit{By: r.actor(), Deed: ward.DeedTook, WardID: e.Ward}
	if names {
		deed.Deed, deed.Count = ward.DeedExported, v.Total.Reports
	}
	if err := h.store.Audit(ctx, deed); err != nil {
		return err
	}
	h.Log.Info("numbers exported", "period", v.Period.String(), "ward", e.Ward, "kind", int(kind), "by", r.from.ID)
	caption := r.t.HTML("stats.file", locales.Args{"Title": title})
	csv := func(w io.Writer) error { return report.CSV(w, r.t, v) }
	switch kind {
	case exportExcel:
		return r.sendFile(ctx, report.BookName(r.t, v), caption, func(w io.Writer) error { return h.writeBook(ctx, w, r.t, v, names) })
	case exportCSV:
		return r.sendFile(ctx, report.CSVName(r.t, v), caption, csv)
	case exportPictures:
		return h.exportPictures(ctx, r, v)
	}
	page := report.Page{Organisation: h.Org, Contact: h.Contact, At: h.Now().In(h.Zone), Table: report.PublicTableName(r.t, v)}
	if err := r.sendFile(ctx, report.PublicName(r.t, v), caption, func(w io.Writer) error { return report.Public(w, r.t, page, v) }); err != nil {
		return err
	}
	return r.sendFile(ctx, page.Table, "", csv)
}

// exportView is the numbers as this person may see them; of a page, as
// everybody may.
func (h *Handlers) exportView(ctx context.Context, r *request, e exporting, kind exportKind) (ward.View, error) {
	switch kind {
	case exportExcel, exportCSV, exportPictures:
		return h.viewFor(ctx, r, e.period(), e.Ward)
	case exportPage:
		return h.view(ctx, r.t, e.period(), e.Ward, func(int64) bool { return false })
	}
	return ward.View{}, errOldButton
}

// exportPictures sends all pictures as an album.
func (h *Handlers) exportPictures(ctx context.Context, r *request, v ward.View) error {
	_ = h.line.ChatAction(ctx, r.chat, "upload_photo")
	var album []bot.Media
	for _, p := range []struct {
		kind pictureKind
		name string
	}{{pictureBars, "bars"}, {pictureDays, "days"}, {pictureWeeks, "weeks"}, {pictureCard, "card"}} {
		drawn, err := h.draw(r.t, p.kind, v)
		if err != nil {
			return err
		}
		album = append(album, bot.Media{Kind: string(ward.MediaPhoto), Upload: &bot.File{Name: report.PictureName(r.t, v, p.name), Bytes: drawn}})
	}
	_, err := r.sendAll(ctx, bot.Send{ChatID: r.chat, HTML: h.pictureWords(r.t, pictureBars, v), Media: album})
	return err
}
