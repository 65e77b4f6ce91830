package handlers

import (
	"context"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// showSheet sends the exact preview and, under it, the card with what can be
// done with it.
func (h *Handlers) showSheet(ctx context.Context, r *request, c *storage.Conversation) error {
	if r.tapped() == nil {
		s := unpack[sheet](*c)
		if m := r.message(); m != nil && m.MediaGroupID != "" && m.MediaGroupID == s.Album {
			h.hide(ctx, r, s.Shown) // it lacks what has come now
		}
		var err error
		if s.Shown, err = h.showPreview(ctx, r, h.bulletin(r, s)); err != nil {
			return err
		}
		if err := pack(c, c.Step, s); err != nil {
			return err
		}
	}
	return h.showCard(ctx, r, c)
}

// hide takes messages of ours away, as a courtesy.
func (h *Handlers) hide(ctx context.Context, r *request, messages []int64) {
	for _, id := range messages {
		if err := h.line.Delete(ctx, r.chat, id); err != nil {
			h.Log.Debug("old preview not taken away", "update", r.update.ID, "error", err)
		}
	}
}

// showPreview shows a bulletin exactly as its readers will see it, and returns
// the messages that do.
func (h *Handlers) showPreview(ctx context.Context, r *request, b ward.Bulletin) (shown []int64, err error) {
	sample := func(k bot.Keyboard) bot.Keyboard {
		for _, row := range k {
			for i := range row {
				row[i].Data = data("sample")
			}
		}
		return k
	}
	sent, err := h.sendLetter(ctx, r, b, h.bulletinHTML(r.t, b), sample(h.taskButtons(r.t, b, ward.Confirmation{}, false, inLetter)))
	if err == nil && b.PassOn != "" {
		var m bot.Sent
		m, err = r.reply(ctx, h.passOnHTML(r.t, b), sample(h.passOnButtons(r.t, b)))
		sent = append(sent, m)
	}
	for _, m := range sent {
		shown = append(shown, m.ID)
	}
	return shown, err
}

// sample is a tap on a button of the preview.
func (h *Handlers) sample(ctx context.Context, r *request) error {
	r.toast(ctx, r.t.Plain("toast.sample"))
	return nil
}

// showCard shows to whom, when and in whose name, and what to do next.
func (h *Handlers) showCard(ctx context.Context, r *request, c *storage.Conversation) error {
	s := unpack[sheet](*c)
	b := h.bulletin(r, s)
	size, err := h.sizeOf(ctx, b)
	if err != nil {
		return err
	}
	to, err := h.audienceName(ctx, r, b.Audience)
	if err != nil {
		return err
	}
	boards, err := h.boardsFor(ctx, &b)
	if err != nil {
		return err
	}
	html := r.t.HTML("compose.card", locales.Args{
		"To": to, "ToPeople": b.Via.People(), "Boards": postedOn(r.t, b.Via, boards),
		"People": r.t.Number(size.People), "Paused": size.Paused, "PausedPeople": r.t.Number(size.Paused),
		"At": h.whenWords(r.t, s, b, size), "Until": h.plannedUntil(r.t, b), "Report": formWords(r.t, b), "Attached": attached(r.t, b.Media), "Sender": b.Signed.Sender, "Org": b.Signed.Org, "Warnings": h.warnings(r.t, s),
	})
	k := bot.Keyboard{
		{button(r.t.Plain("btn.test_to_me"), "test")},
		{button(r.t.Plain("btn.send_now"), "now"), button(r.t.Plain("btn.schedule"), "when")},
	}
	if s.Kind == ward.KindAlert {
		k[1] = []bot.Button{k[1][0], asksButton(r.t, b)} // it is for now or never
	}
	switch {
	case s.Plan != 0:
		k[1] = []bot.Button{button(r.t.Plain("btn.save_plan"), "plan"), button(r.t.Plain("btn.change_time"), "when")}
	case !s.When.IsZero():
		k[1] = []bot.Button{button(r.t.Plain("btn.plan"), "plan"), button(r.t.Plain("btn.change_time"), "when")}
	}
	if s.Kind == ward.KindTask {
		passOn := button(r.t.Plain("btn.add_pass_on"), "passon")
		if s.PassOn != "" {
			passOn = button(r.t.Plain("btn.drop_pass_on"), "unpass")
		}
		k = append(k, []bot.Button{passOn, button(r.t.Plain("btn.deadline"), "until")}, []bot.Button{button(r.t.Plain("btn.form"), "form")})
	} else if s.Kind.HasDeadline() {
		k = append(k, []bot.Button{button(r.t.Plain("btn.deadline"), "until")})
	}
	var recipients []bot.Button
	if r.may(ctx, h.taps["to"].door) == nil {
		recipients = append(recipients, button(r.t.Plain("btn.recipients"), "to"))
	}
	if boards.All() > 0 && s.Kind != ward.KindAlert {
		recipients = append(recipients, viaButton(r.t, b.Via))
	}
	if len(s.Media) > 0 {
		recipients = append(recipients, button(r.t.Plain("btn.drop_media"), "unfile"))
	}
	k = append(k, recipients)
	k = append(k, []bot.Button{button(r.t.Plain("btn.save_template"), "tplnew")})
	k = append(k, []bot.Button{button(r.t.Plain("btn.edit"), "rewrite"), button(r.t.Plain("btn.cancel"), "discard")})
	return r.step(ctx, c, html, k)
}

// usualLength is how long a bulletin should be at most, in UTF-16 units.
const usualLength = 600

// warnings are what a coordinator may want to mend before sending.
func (h *Handlers) warnings(t *locales.Texts, s sheet) string {
	var lines []string
	if n := ward.Units(s.Text); n > usualLength {
		lines = append(lines, t.Plain("compose.warn_long", locales.Args{"Length": t.Number(n), "Limit": t.Number(usualLength)}))
	}
	if s.Kind == ward.KindNews && !sourced(s.Text) {
		lines = append(lines, t.Plain("compose.warn_source"))
	}
	return strings.Join(lines, "\n")
}

// sourced says whether a text seems to name its source.
func sourced(text string) bool {
	folded := ward.Fold(text)
	return strings.Contains(folded, "nguon") || strings.Contains(folded, "source")
}

func (h *Handlers) audienceName(ctx context.Context, r *request, a ward.Audience) (string, error) {
	if len(a.WardIDs) == 0 {
		return r.t.Plain("compose.everybody"), nil
	}
	var names []string
	for _, id := range a.WardIDs {
		w, err := h.store.Ward(ctx, id)
		if err != nil {
			return "", err
		}
		names = append(names, w.Name)
	}
	names = locales.Sorted(names, func(s string) string { return s })
	return r.t.Plain("compose.wards", locales.Args{"Wards": strings.Join(names, ", ")}), nil
}

// backToCard leaves a question of the card open and goes back.
func (h *Handlers) backToCard(ctx context.Context, r *request) error {
	c, _, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	c.Step = stepCard
	return h.showCard(ctx, r, c)
}
