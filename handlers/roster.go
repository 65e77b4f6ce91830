package handlers

import (
	"context"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/roster"
	"wardbot/storage"
	"wardbot/ward"
)

// list is a file with people who are expected, until it is agreed to.
type list struct {
	FileID string `json:"file"`
	Name   string `json:"name"`
}

// rosterInput takes another file, or shows the question again.
func (h *Handlers) rosterInput(ctx context.Context, r *request, c *storage.Conversation) error {
	if m := r.message(); m.Document != nil {
		return h.bringSheet(ctx, r, m.Document)
	}
	return h.showRoster(ctx, r, c)
}

// bringRoster reads a file that a coordinator sent. Nothing is kept of it
// before they have seen how many people are in it and agreed; only Telegram
// has it until then.
func (h *Handlers) bringRoster(ctx context.Context, r *request, d *bot.Attachment) error {
	c := storage.Conversation{Flow: flowRoster}
	if err := pack(&c, stepSure, list{d.FileID, d.FileName}); err != nil {
		return err
	}
	return h.showRoster(ctx, r, &c)
}

func (h *Handlers) showRoster(ctx context.Context, r *request, c *storage.Conversation) error {
	people, err := h.readRoster(ctx, r, unpack[list](*c))
	if err != nil || people == nil {
		return err
	}
	wards := map[int64]bool{}
	for _, e := range people {
		wards[e.WardID] = true
	}
	return r.step(ctx, c, r.t.HTML("roster.sure", locales.Args{"Count": len(people), "Wards": r.t.Number(len(wards))}), bot.Keyboard{
		{button(r.t.Plain("btn.take_roster"), "rosnow"), button(r.t.Plain("btn.cancel"), "rosoff")},
	})
}

// fetchSheet fetches a spreadsheet. If it cannot be had, that is said, and
// nothing comes back.
func (h *Handlers) fetchSheet(ctx context.Context, r *request, fileID string) ([]byte, error) {
	_ = h.line.ChatAction(ctx, r.chat, "typing")
	content, err := h.line.Download(ctx, fileID)
	switch bot.KindOf(err) {
	case bot.KindFileBig, bot.KindFileLater:
		_, err := r.reply(ctx, r.t.HTML("roster.not_a_sheet"), nil)
		return nil, err
	}
	return content, err
}

// readRoster fetches and reads the file. If something is wrong with it, that
// is said, and nobody comes back.
func (h *Handlers) readRoster(ctx context.Context, r *request, l list) ([]ward.Expected, error) {
	content, err := h.fetchSheet(ctx, r, l.FileID)
	if err != nil || content == nil {
		return nil, err
	}
	places, err := h.places(ctx)
	if err != nil {
		return nil, err
	}
	home := int64(0)
	if r.role == ward.RoleWardCoordinator {
		home = r.me.ChargeID
	}
	people, faults := roster.Read(l.Name, content, places, home)
	if len(faults) > 0 {
		lines := make([]string, len(faults))
		for i, f := range faults {
			lines[i] = roster.Explain(r.t, f)
		}
		return nil, h.sayFaults(ctx, r, lines, faults[0].Line == 0)
	}
	return people, nil
}

func (h *Handlers) places(ctx context.Context) (roster.Places, error) {
	places := roster.Places{Groups: map[int64][]ward.Group{}}
	var err error
	if places.Wards, err = h.store.Wards(ctx); err != nil {
		return places, err
	}
	for _, w := range places.Wards {
		if places.Groups[w.ID], err = h.store.Groups(ctx, w.ID); err != nil {
			return places, err
		}
	}
	return places, nil
}

// faultsOnScreen is how many faults a message lists; more come as a file.
const faultsOnScreen = 20

// sayFaults explains every row that cannot be taken, or what is wrong with the
// whole file.
func (h *Handlers) sayFaults(ctx context.Context, r *request, lines []string, whole bool) error {
	shown := strings.Join(lines[:min(len(lines), faultsOnScreen)], "\n")
	html := r.t.HTML("roster.faults", locales.Args{"Count": len(lines), "Faults": shown})
	if len(lines) == 1 && whole {
		html = r.t.HTML("roster.fault", locales.Args{"Fault": shown})
	}
	if _, err := r.reply(ctx, html, nil); err != nil || len(lines) <= faultsOnScreen {
		return err
	}
	file := bot.File{Name: "can-sua.txt", Bytes: []byte("\ufeff" + strings.Join(lines, "\r\n"))}
	_, err := h.line.SendDocument(ctx, r.chat, file, "")
	return r.gone(ctx, err)
}

// takeRoster puts the people of the file on the lists of their wards.
func (h *Handlers) takeRoster(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowRoster)
	if err != nil {
		return err
	}
	people, err := h.readRoster(ctx, r, unpack[list](*c)) // again: places and roles may have changed
	if err != nil || people == nil {
		return err
	}
	added, err := h.store.ImportRoster(ctx, r.actor(), people)
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowRoster); err != nil {
		return err
	}
	h.Log.Info("roster imported", "people", len(people), "new", added, "by", r.from.ID)
	return r.edit(ctx, r.t.HTML("roster.taken", locales.Args{"Count": added, "Known": r.t.Number(len(people) - added)}), nil)
}

func (h *Handlers) dropRoster(ctx context.Context, r *request) error {
	if _, err := r.conversation(ctx, flowRoster); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowRoster); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("roster.dropped"), nil)
}

// listRoster shows who is expected in a ward, a page at a time.
func (h *Handlers) listRoster(ctx context.Context, r *request) error {
	id := r.arg(0)
	w, err := h.store.Ward(ctx, id)
	if err != nil {
		return err
	}
	all, err := h.store.RosterOf(ctx, id)
	if err != nil {
		return err
	}
	all = locales.SortedPeople(all, func(e ward.Expected) string { return e.Name })
	at := r.arg(1)
	if at > int64(len(all)) || int(at)*namesOnPage >= len(all) {
		at = 0
	}
	first := int(at) * namesOnPage
	end := min(first+namesOnPage, len(all))
	var k bot.Keyboard
	for _, e := range all[first:end] {
		label, err := h.expectedLabel(ctx, r.t, e)
		if err != nil {
			return err
		}
		k = append(k, []bot.Button{button(label, "rostr1", e.ID)})
	}
	if err := r.sawNames(ctx, id, end-first); err != nil {
		return err
	}
	k = append(k, turns(r.t, "roster", id, at, end < len(all), "pplw"))
	return r.edit(ctx, r.t.HTML("roster.list", locales.Args{"Ward": w.Name, "Count": len(all)}), k)
}

// expectedLabel is "Nguyễn Thị Hạnh · Tổ 12 · 0912 ••• 678".
func (h *Handlers) expectedLabel(ctx context.Context, t *locales.Texts, e ward.Expected) (string, error) {
	parts := []string{sentence(e.Name, 40)}
	if e.GroupID != 0 {
		place, err := h.placeOf(ctx, t, e.WardID, e.GroupID)
		if err != nil {
			return "", err
		}
		parts = append(parts, place)
	}
	if phone := ward.MaskPhone(e.Phone); phone != "" {
		parts = append(parts, phone)
	}
	return strings.Join(parts, " · "), nil
}

// showExpected is one line of the list.
func (h *Handlers) showExpected(ctx context.Context, r *request) error {
	e, err := h.store.Expected(ctx, r.arg(0))
	if err != nil {
		return err
	}
	label, err := h.expectedLabel(ctx, r.t, e)
	if err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("roster.person", locales.Args{"Name": label, "Date": r.t.Date(e.At.In(h.Zone))}), bot.Keyboard{
		{button(r.t.Plain("btn.strike"), "strike", e.ID), button(r.t.Plain("btn.back"), "roster", e.WardID)},
	})
}

func (h *Handlers) strike(ctx context.Context, r *request) error {
	e, err := h.store.Expected(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if err := h.store.Strike(ctx, r.actor(), e.ID); err != nil {
		return err
	}
	r.args = []int64{e.WardID}
	return h.listRoster(ctx, r)
}
