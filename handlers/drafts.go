package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// draftsOnPage is how many drafts are offered at once.
const draftsOnPage = 5

// empty says whether there is nothing in a sheet that anybody would miss.
func (s sheet) empty() bool { return s.Text == "" && s.PassOn == "" && len(s.Media) == 0 }

// sheetOf is a bulletin as it is written anew from.
func sheetOf(b ward.Bulletin) sheet {
	words := b.Written()
	return sheet{
		Key: rand.Text(), Kind: b.Kind, Text: words.Plain, Marks: words.Marks, PassOn: b.PassOn, PassOnMarks: b.Marks.PassOn,
		Media: b.Media, WardIDs: slices.Clone(b.Audience.WardIDs), Form: b.Form, Via: b.Via,
	}
}

// newSheet makes a sheet the bulletin under way. The one before is put aside, if
// there is anything in it. An update that comes twice begins once.
func (h *Handlers) newSheet(ctx context.Context, r *request, step string, s sheet) (*storage.Conversation, error) {
	before, err := h.store.Conversation(ctx, r.chat, flowCompose)
	switch {
	case err == nil && before.UpdateID == r.update.ID:
		return &before, nil
	case err == nil:
		err = h.putAside(ctx, r, before)
	case errors.Is(err, ward.ErrNotFound):
		err = nil
	}
	if err != nil {
		return nil, err
	}
	c := storage.Conversation{Flow: flowCompose}
	s.From = r.ownFrom(before)
	return &c, pack(&c, step, s)
}

// ownFrom is the message from which on a sheet has buttons of its own. If the
// tapped message is older than the card of the sheet before, it gets a new one.
func (r *request) ownFrom(before storage.Conversation) int64 {
	switch {
	case r.message() != nil:
		return r.message().ID
	case r.tappedID() < before.MessageID:
		r.anew = true
		return before.MessageID + 1
	}
	return r.tappedID()
}

// putAside makes a draft of the bulletin under way, and takes its buttons
// away: they would act on another one.
func (h *Handlers) putAside(ctx context.Context, r *request, c storage.Conversation) error {
	aside := h.store.PutAside
	if unpack[sheet](c).empty() {
		aside = h.store.EndConversation
	}
	if err := aside(ctx, r.chat, flowCompose); err != nil {
		return err
	}
	if c.MessageID != r.tappedID() {
		r.strip(ctx, c.MessageID)
	}
	return nil
}

// showKinds asks what to compose, and offers what was left unfinished.
func (h *Handlers) showKinds(ctx context.Context, r *request, c *storage.Conversation) error {
	k := bot.Keyboard{{
		button(r.t.Plain("btn.task"), "kind", int64(ward.KindTask)),
		button(r.t.Plain("btn.news"), "kind", int64(ward.KindNews)),
	}, {
		button(r.t.Plain("btn.notice"), "kind", int64(ward.KindNotice)),
		button(r.t.Plain("btn.call"), "kind", int64(ward.KindCall)),
	}, {
		button(r.t.Plain("btn.alert"), "kind", int64(ward.KindAlert)),
	}}
	templates, err := h.templates(ctx, r)
	if err != nil {
		return err
	}
	if len(templates) > 0 {
		k = append(k, []bot.Button{button(r.t.Plain("btn.templates"), "tpls")})
	}
	drafts, err := h.store.Drafts(ctx, r.chat, flowCompose)
	if err != nil {
		return err
	}
	html := r.t.HTML("compose.kind")
	if len(drafts) > 0 {
		html += "\n\n" + r.t.HTML("draft.kept", locales.Args{"Count": len(drafts)})
	}
	return r.step(ctx, c, html, append(k, h.draftRows(r, drafts)...))
}

// draftRows are the drafts of a page, and the way to the others.
func (h *Handlers) draftRows(r *request, drafts []storage.Draft) (k bot.Keyboard) {
	at := r.arg(0)
	if at > int64(len(drafts)) || int(at)*draftsOnPage >= len(drafts) {
		at = 0
	}
	first := int(at) * draftsOnPage
	end := min(first+draftsOnPage, len(drafts))
	for _, d := range drafts[first:end] {
		changed := d.UpdatedAt.In(h.Zone)
		label := r.t.Plain("draft.label", locales.Args{"Title": sentence(draftTitle(r.t, d), 30), "Time": r.t.Clock(changed), "Day": r.t.ShortDay(changed)})
		k = append(k, []bot.Button{button(label, "drft", d.ID)})
	}
	var pages []bot.Button
	if at > 0 {
		pages = append(pages, button("‹", "compose", at-1))
	}
	if end < len(drafts) {
		pages = append(pages, button("›", "compose", at+1))
	}
	if len(pages) > 0 {
		k = append(k, pages)
	}
	return k
}

// draftTitle is what a draft is called.
func draftTitle(t *locales.Texts, d storage.Draft) string {
	title, _, _ := strings.Cut(unpack[sheet](d.Conversation).Text, "\n")
	if title = ward.CleanLine(title); title == "" {
		return t.Plain("draft.untitled")
	}
	return title
}

// kindWord is what a kind of bulletin is called; one that was not chosen yet
// has no name.
func kindWord(t *locales.Texts, k ward.Kind) string {
	switch k {
	case ward.KindTask:
		return t.Plain("btn.task")
	case ward.KindNews:
		return t.Plain("btn.news")
	case ward.KindNotice:
		return t.Plain("btn.notice")
	case ward.KindCall:
		return t.Plain("btn.call")
	case ward.KindAlert:
		return t.Plain("btn.alert")
	}
	return ""
}

// showDraft is one draft, and what can be done with it.
func (h *Handlers) showDraft(ctx context.Context, r *request) error {
	d, err := h.store.Draft(ctx, r.chat, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	s, changed := unpack[sheet](d.Conversation), d.UpdatedAt.In(h.Zone)
	html := r.t.HTML("draft.card", locales.Args{
		"Title": sentence(draftTitle(r.t, d), 100), "Kind": kindWord(r.t, s.Kind), "Attached": attached(r.t, s.Media),
		"Time": r.t.Clock(changed), "Day": r.t.Day(changed), "Until": r.t.Day(changed.Add(draftsKept)),
	})
	return r.edit(ctx, html, bot.Keyboard{
		{button(r.t.Plain("btn.open_draft"), "drftgo", d.ID), button(r.t.Plain("btn.delete"), "drftrm", d.ID)},
		{button(r.t.Plain("btn.back"), "compose")},
	})
}

// openDraft goes on with a draft; what was under way is put aside for it.
func (h *Handlers) openDraft(ctx context.Context, r *request) error {
	c, err := h.store.Conversation(ctx, r.chat, flowCompose)
	if err != nil && !errors.Is(err, ward.ErrNotFound) {
		return err
	}
	last := max(c.MessageID, r.tappedID())
	if err != nil || c.UpdateID != r.update.ID { // else it was opened, but not shown
		if _, err := h.store.Draft(ctx, r.chat, r.arg(0)); errors.Is(err, ward.ErrNotFound) {
			return errOldButton
		}
		if err == nil {
			if err := h.putAside(ctx, r, c); err != nil {
				return err
			}
		}
		d, err := h.store.TakeUp(ctx, r.chat, r.arg(0), r.update.ID)
		if err != nil {
			return err
		}
		c = d.Conversation
	}
	r.toast(ctx, "")
	r.strip(ctx, r.tappedID())
	r.anew = true
	s := h.refreshed(unpack[sheet](c))
	s.From = last + 1 // it goes on in new messages
	if s.Text == "" {
		if err := pack(&c, stepText, s); err != nil {
			return err
		}
		return h.showCompose(ctx, r, &c)
	}
	if err := pack(&c, stepCard, s); err != nil {
		return err
	}
	return h.showSheet(ctx, r, &c)
}

// refreshed is a sheet that was left for days: a time that is over is none,
// and the deadline lies ahead.
func (h *Handlers) refreshed(s sheet) sheet {
	if !s.When.IsZero() && s.Plan == 0 && !h.sendTime(s).After(h.Now()) {
		s.When, s.Repeat, s.Dates = time.Time{}, ward.Once, nil
	}
	return h.withDeadline(s)
}

// dropDraft deletes a draft, and shows the others.
func (h *Handlers) dropDraft(ctx context.Context, r *request) error {
	if err := h.store.DropDraft(ctx, r.chat, r.arg(0)); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.draft_dropped"))
	r.args = nil
	return h.compose(ctx, r)
}
