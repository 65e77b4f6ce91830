package handlers

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// entryDraft is an entry that is being put together.
type entryDraft struct {
	Key    string           `json:"key"` // an entry is sent in once
	Call   int64            `json:"call"`
	Lines  []line           `json:"lines,omitempty"`
	Files  []ward.EntryFile `json:"files,omitempty"`
	Album  string           `json:"album,omitempty"` // of the file last taken: an album is answered once
	Credit ward.Credit      `json:"credit,omitempty"`
}

func (d entryDraft) text() string { return draft{Lines: d.Lines}.text() }

// An entry has the step stepPreview of a report, and these.
const (
	stepContent = "content"
	stepCredit  = "credit"
)

// openEntry is the tap on "send an entry" below a call.
func (h *Handlers) openEntry(ctx context.Context, r *request) error {
	call := r.arg(0)
	if err := h.seen(ctx, r, call); err != nil {
		return err
	}
	if err := h.store.MayEnter(ctx, call, r.me.ID, h.Now()); err != nil {
		return err
	}
	c := storage.Conversation{Flow: flowEntry}
	d := entryDraft{Key: rand.Text(), Call: call}
	if old, err := h.store.Conversation(ctx, r.chat, flowEntry); err == nil && unpack[entryDraft](old).Call == call {
		c, d = old, unpack[entryDraft](old)
	}
	if err := pack(&c, stepContent, d); err != nil {
		return err
	}
	r.anew = true // the call stays as it is, the entry begins below it
	return h.showEntry(ctx, r, &c)
}

// showEntry shows the step that an entry is at.
func (h *Handlers) showEntry(ctx context.Context, r *request, c *storage.Conversation) error {
	d := unpack[entryDraft](*c)
	switch c.Step {
	case stepCredit:
		return r.step(ctx, c, r.t.HTML("entry.credit"), bot.Keyboard{
			{button(r.t.Plain("btn.credit_named"), "credit", int64(ward.CreditNamed)), button(r.t.Plain("btn.credit_unnamed"), "credit", int64(ward.CreditUnnamed))},
			{button(r.t.Plain("btn.credit_none"), "credit", int64(ward.CreditNone))},
		})
	case stepPreview:
		return r.step(ctx, c, r.t.HTML("entry.preview", locales.Args{
			"Content": h.entryContent(r.t, d.text(), d.Files), "Credit": creditText(r.t, d.Credit),
		}), bot.Keyboard{
			{button(r.t.Plain("btn.send"), "entsnd"), button(r.t.Plain("btn.edit"), "entred"), button(r.t.Plain("btn.cancel"), "entdrp")},
		})
	}
	html, k := h.collecting(r, d)
	return r.step(ctx, c, html, k)
}

// collecting says what has come so far.
func (h *Handlers) collecting(r *request, d entryDraft) (string, bot.Keyboard) {
	drop := button(r.t.Plain("btn.cancel"), "entdrp")
	if len(d.Lines) == 0 && len(d.Files) == 0 {
		return r.t.HTML("entry.content"), bot.Keyboard{{drop}}
	}
	return r.t.HTML("entry.received", locales.Args{"Content": h.entryContent(r.t, d.text(), d.Files)}),
		bot.Keyboard{{button(r.t.Plain("btn.finish"), "entfin"), drop}}
}

// entryContent is what is in an entry, in one line and the beginning of its
// text.
func (h *Handlers) entryContent(t *locales.Texts, text string, files []ward.EntryFile) string {
	var parts []string
	if len(files) > 0 {
		parts = append(parts, t.Plain("entry.count_files", locales.Args{"Count": len(files)}))
	}
	if text != "" {
		parts = append(parts, "“"+sentence(text, 300)+"”")
	}
	return strings.Join(parts, "\n")
}

func creditText(t *locales.Texts, c ward.Credit) string {
	switch c {
	case ward.CreditNamed:
		return t.Plain("entry.credit_named")
	case ward.CreditUnnamed:
		return t.Plain("entry.credit_unnamed")
	}
	return t.Plain("entry.credit_none")
}

// entryInput takes words and files in any order.
func (h *Handlers) entryInput(ctx context.Context, r *request, c *storage.Conversation) error {
	d, m := unpack[entryDraft](*c), r.message()
	kind, file, isFile := m.File()
	if !isFile && r.text() == "" {
		return errUnsupported
	}
	sameAlbum := m.MediaGroupID != "" && m.MediaGroupID == d.Album
	d.Album = m.MediaGroupID
	if isFile && !slices.ContainsFunc(d.Files, func(f ward.EntryFile) bool { return f.UniqueID == file.FileUniqueID }) {
		if len(d.Files) == ward.MaxEntryFiles {
			return ward.ErrTooLong
		}
		d.Files = append(d.Files, ward.EntryFile{
			Kind: kind, FileID: file.FileID, UniqueID: file.FileUniqueID, Name: ward.CleanLine(file.FileName), Size: file.FileSize,
		})
	}
	if text := r.text(); text != "" {
		d.Lines = append(d.Lines, line{m.ID, text})
	}
	if ward.Units(d.text()) > ward.MaxEntryText {
		return ward.ErrTooLong
	}
	if err := pack(c, stepContent, d); err != nil {
		return err
	}
	if !sameAlbum {
		return h.showEntry(ctx, r, c)
	}
	// The answer to an album's first file follows the others.
	if err := r.keep(ctx, c); err != nil {
		return err
	}
	html, k := h.collecting(r, d)
	err := h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: c.MessageID, HTML: html, Keyboard: k})
	if bot.KindOf(err) == bot.KindEditGone {
		return h.showEntry(ctx, r, c)
	}
	return r.gone(ctx, err)
}

// finishEntry asks how the author wants to be named.
func (h *Handlers) finishEntry(ctx context.Context, r *request) error {
	return h.changeEntry(ctx, r, stepContent, func(*entryDraft) string { return stepCredit })
}

func (h *Handlers) pickCredit(ctx context.Context, r *request) error {
	credit := ward.Credit(r.arg(0))
	if credit < ward.CreditNone || credit > ward.CreditNamed {
		return errOldButton
	}
	return h.changeEntry(ctx, r, stepCredit, func(d *entryDraft) string {
		d.Credit = credit
		return stepPreview
	})
}

// redoEntry begins the content anew.
func (h *Handlers) redoEntry(ctx context.Context, r *request) error {
	return h.changeEntry(ctx, r, stepPreview, func(d *entryDraft) string {
		*d = entryDraft{Key: d.Key, Call: d.Call}
		return stepContent
	})
}

// changeEntry loads the entry under way at a step, changes it and shows the
// next one.
func (h *Handlers) changeEntry(ctx context.Context, r *request, at string, f func(*entryDraft) (step string)) error {
	c, err := r.conversation(ctx, flowEntry)
	if err != nil {
		return err
	}
	d := unpack[entryDraft](*c)
	if c.Step != at || len(d.Lines) == 0 && len(d.Files) == 0 {
		return errOldButton
	}
	if err := pack(c, f(&d), d); err != nil {
		return err
	}
	return h.showEntry(ctx, r, c)
}

// dropEntry throws the draft away.
func (h *Handlers) dropEntry(ctx context.Context, r *request) error {
	if _, err := r.conversation(ctx, flowEntry); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowEntry); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("entry.dropped"), nil)
}

// submitEntry sends it in; the author gets its number.
func (h *Handlers) submitEntry(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowEntry)
	if err != nil {
		return err
	}
	d := unpack[entryDraft](*c)
	if c.Step != stepPreview {
		return errOldButton
	}
	e, err := h.store.SubmitEntry(ctx, ward.Entry{
		DraftKey: d.Key, BulletinID: d.Call, PersonID: r.me.ID, Text: d.text(), Files: d.Files, Credit: d.Credit,
	}, h.Now())
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowEntry); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("entry.sent", locales.Args{"Number": r.t.Number(e.Number), "Name": r.name()}), bot.Keyboard{
		{button(r.t.Plain("btn.another_entry"), "enter", d.Call, elsewhere), button(r.t.Plain("btn.withdraw_entry"), "entout", e.ID)},
	})
}

// withdrawEntry takes an entry back, until the deadline.
func (h *Handlers) withdrawEntry(ctx context.Context, r *request) error {
	if err := h.store.WithdrawEntry(ctx, r.arg(0), r.me.ID, h.Now()); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("entry.withdrawn"), nil)
}
