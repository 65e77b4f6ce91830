package handlers

import (
	"context"
	"strings"

	"wardbot/bot"
	"wardbot/calendar"
	"wardbot/locales"
	"wardbot/spreadsheet"
	"wardbot/storage"
	"wardbot/ward"
)

// askCalendar asks for a file with a month of bulletins.
func (h *Handlers) askCalendar(ctx context.Context, r *request) error {
	c := storage.Conversation{Flow: flowCalendar}
	if err := pack(&c, stepText, list{}); err != nil {
		return err
	}
	return h.showCalendarFile(ctx, r, &c)
}

// sendSample sends a workbook to fill in.
func (h *Handlers) sendSample(ctx context.Context, r *request) error {
	r.toast(ctx, "")
	book, err := calendar.Sample(r.t, ward.DayOf(h.Now(), h.Zone))
	if err != nil {
		return err
	}
	file := bot.File{Name: r.t.Plain("calendar.file_name"), Bytes: book}
	_, err = h.line.SendDocument(ctx, r.chat, file, r.t.HTML("calendar.sample_caption"))
	return r.gone(ctx, err)
}

// bringSheet takes a spreadsheet that a coordinator sent out of the blue: a
// calendar, or a list of people. Nothing is kept of it before they have seen
// what is in it and agreed; only Telegram has it until then.
func (h *Handlers) bringSheet(ctx context.Context, r *request, d *bot.Attachment) error {
	content, err := h.fetchSheet(ctx, r, d.FileID)
	if err != nil || content == nil {
		return err
	}
	if calendar.Is(d.FileName, content) {
		return h.bringCalendar(ctx, r, d)
	}
	return h.bringRoster(ctx, r, d)
}

func (h *Handlers) bringCalendar(ctx context.Context, r *request, d *bot.Attachment) error {
	c := storage.Conversation{Flow: flowCalendar}
	if err := pack(&c, stepSure, list{d.FileID, d.FileName}); err != nil {
		return err
	}
	return h.showCalendarFile(ctx, r, &c)
}

// calendarInput takes the file, or another one, or shows the question again.
func (h *Handlers) calendarInput(ctx context.Context, r *request, c *storage.Conversation) error {
	if m := r.message(); m.Document != nil && spreadsheet.Named(m.Document.FileName) {
		return h.bringCalendar(ctx, r, m.Document)
	}
	return h.showCalendarFile(ctx, r, c)
}

// showCalendarFile shows what is in the file, or asks for one.
func (h *Handlers) showCalendarFile(ctx context.Context, r *request, c *storage.Conversation) error {
	if c.Step == stepText {
		return r.step(ctx, c, r.t.HTML("calendar.ask"), bot.Keyboard{
			{button(r.t.Plain("btn.calendar_sample"), "calsam"), button(r.t.Plain("btn.back"), "plans")},
		})
	}
	m, err := h.readCalendar(ctx, r, unpack[list](*c))
	if err != nil || m == nil {
		return err
	}
	if len(m.Items) == 0 {
		_, err := r.reply(ctx, r.t.HTML("calendar.all_known", locales.Args{"Count": m.Known}), nil)
		return err
	}
	html, err := h.calendarSummary(ctx, r, *m)
	if err != nil {
		return err
	}
	return r.step(ctx, c, html, bot.Keyboard{
		{button(r.t.Plain("btn.calendar_take", locales.Args{"Count": len(m.Items)}), "caltak"), button(r.t.Plain("btn.cancel"), "caloff")},
	})
}

// calendarSummary is a file on one card.
func (h *Handlers) calendarSummary(ctx context.Context, r *request, m calendar.Month) (string, error) {
	counts := map[ward.Kind]int{}
	first, last := m.Items[0].Next, m.Items[0].Next
	var to ward.Audience
	everywhere, unsourced := false, 0
	wards := map[int64]bool{}
	for _, item := range m.Items {
		b := item.Draft
		counts[b.Kind]++
		if item.Next.Before(first) {
			first = item.Next
		}
		if item.Next.After(last) {
			last = item.Next
		}
		if b.Kind == ward.KindNews && !sourced(b.Title+"\n"+b.Body) {
			unsourced++
		}
		everywhere = everywhere || len(b.Audience.WardIDs) == 0
		for _, id := range b.Audience.WardIDs {
			if !wards[id] {
				to.WardIDs, wards[id] = append(to.WardIDs, id), true
			}
		}
	}
	if everywhere {
		to = ward.Audience{}
	}
	name, err := h.audienceName(ctx, r, to)
	if err != nil {
		return "", err
	}
	var kinds []string
	for _, k := range composable {
		if n := counts[k]; n > 0 {
			kinds = append(kinds, r.t.Plain("calendar.kind_count", locales.Args{"Number": r.t.Number(n), "Kind": kindWord(r.t, k)}))
		}
	}
	warnings := ""
	if unsourced > 0 {
		warnings = r.t.Plain("calendar.no_source", locales.Args{"Count": unsourced})
	}
	known := ""
	if m.Known > 0 {
		known = r.t.Number(m.Known)
	}
	first, last = first.In(h.Zone), last.In(h.Zone)
	return r.t.HTML("calendar.sure", locales.Args{
		"Number": r.t.Number(len(m.Items)), "Kinds": strings.Join(kinds, " · "), "Wards": name, "Known": known, "Warnings": warnings,
		"From": r.t.Clock(first) + " " + r.t.Day(first), "To": r.t.Clock(last) + " " + r.t.Day(last), "Sender": r.fullName(), "Org": h.Org,
	}), nil
}

// readCalendar fetches and reads the file. If something is wrong with it, that
// is said, and nothing comes back.
func (h *Handlers) readCalendar(ctx context.Context, r *request, l list) (*calendar.Month, error) {
	content, err := h.fetchSheet(ctx, r, l.FileID)
	if err != nil || content == nil {
		return nil, err
	}
	rules := calendar.Rules{
		Now: h.Now(), Zone: h.Zone, Quiet: h.Quiet, Links: h.Links, Texts: h.texts.In(h.DefaultLanguage),
		Signed: ward.Signature{Org: h.Org, Sender: r.fullName(), Contact: h.Contact}, AuthorID: r.me.ID,
		ChatID: r.chat, Language: string(r.t.Language()),
	}
	if r.role == ward.RoleWardCoordinator {
		rules.Home = r.me.ChargeID
	}
	if rules.Wards, err = h.store.Wards(ctx); err != nil {
		return nil, err
	}
	if rules.Taken, err = h.store.CalendarTaken(ctx); err != nil {
		return nil, err
	}
	m, faults := calendar.Read(l.Name, content, rules)
	if len(faults) > 0 {
		lines := make([]string, len(faults))
		for i, f := range faults {
			lines[i] = calendar.Explain(r.t, f)
		}
		return nil, h.sayFaults(ctx, r, lines, faults[0].Line == 0)
	}
	return &m, nil
}

// takeCalendar plans what is in the file, all or nothing.
func (h *Handlers) takeCalendar(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowCalendar)
	if err != nil {
		return err
	}
	if c.Step != stepSure {
		return errOldButton
	}
	m, err := h.readCalendar(ctx, r, unpack[list](*c)) // again: times pass, and roles change
	if err != nil || m == nil {
		return err
	}
	for _, item := range m.Items {
		if err := r.within(ctx, item.Draft.Audience); err != nil {
			return err
		}
	}
	added, err := h.store.TakeCalendar(ctx, m.Items)
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowCalendar); err != nil {
		return err
	}
	h.Log.Info("calendar taken", "bulletins", added, "known", m.Known, "by", r.from.ID)
	return r.edit(ctx, r.t.HTML("calendar.taken", locales.Args{"Count": added}), bot.Keyboard{{button(r.t.Plain("btn.calendar_open"), "plans")}})
}

func (h *Handlers) dropCalendar(ctx context.Context, r *request) error {
	if _, err := r.conversation(ctx, flowCalendar); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowCalendar); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("calendar.dropped"), nil)
}
