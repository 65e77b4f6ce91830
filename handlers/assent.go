package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// sizeOf counts whom a bulletin would be sent to.
func (h *Handlers) sizeOf(ctx context.Context, b ward.Bulletin) (ward.AudienceSize, error) {
	if b.Kind == ward.KindAlert {
		return h.store.CountAlert(ctx, b.Audience, b.SendAt)
	}
	return h.store.CountAudience(ctx, b.Audience, b.SendAt)
}

// secondFor says whether a bulletin goes out only if a second coordinator
// agrees: an alert always, anything else above so many people. Who pauses
// counts, because they get it afterwards.
func (h *Handlers) secondFor(b ward.Bulletin, size ward.AudienceSize) bool {
	return b.Kind == ward.KindAlert || h.ApproveAbove > 0 && size.People+size.Paused > h.ApproveAbove
}

// secondNeeded is secondFor of an audience as it is now, and counts it.
func (h *Handlers) secondNeeded(ctx context.Context, b ward.Bulletin) (needed bool, people int, err error) {
	size, err := h.sizeOf(ctx, b)
	return err == nil && h.secondFor(b, size), size.People + size.Paused, err
}

// seconds are those who may agree to what somebody sends to an audience: its
// ward's coordinators, those of all wards and the admins, but not they
// themselves.
func (h *Handlers) seconds(ctx context.Context, a ward.Audience, author int64) ([]ward.Person, error) {
	all, err := h.everywhere(ctx)
	if err != nil {
		return nil, err
	}
	area, err := h.areaOf(ctx, a)
	if err != nil {
		return nil, err
	}
	if len(area.WardIDs) == 1 {
		own, err := h.store.Coordinators(ctx, area.WardIDs[0])
		if err != nil {
			return nil, err
		}
		all = append(own, all...)
	}
	asked := map[int64]bool{author: true}
	return slices.DeleteFunc(all, func(p ward.Person) bool {
		skip := asked[p.ChatID] || p.State != ward.PersonActive
		asked[p.ChatID] = true
		return skip
	}), nil
}

// askForPlan asks for the consent that a plan on the calendar lacks: rows of a
// spreadsheet come without, and so does what has grown since it was planned.
func (h *Handlers) askForPlan(ctx context.Context, r *request) error {
	p, err := h.aPlan(ctx, r, 0)
	if err != nil {
		return err
	}
	if p.Paused = false; !p.Next.After(h.Now()) {
		p.Next, _ = p.Rule.Next(h.Now())
	}
	if p.Next.IsZero() {
		return ward.ErrTooLate
	}
	s := h.sheetOfPlan(p)
	b := p.Slot(p.Next, data("planok", p.ID, r.update.ID)) // an update that comes twice asks once
	needed, people, err := h.secondNeeded(ctx, b)
	if err != nil {
		return err
	}
	if !needed || p.Agreed {
		return h.showPlan(ctx, r, p)
	}
	c := storage.Conversation{MessageID: r.tappedID()}
	if err := pack(&c, stepCard, s); err != nil {
		return err
	}
	p.Agreed = true
	return h.askSecond(ctx, r, &c, ward.Assent{Bulletin: b, Plan: &p, People: people})
}

// askSecond keeps a sheet that is ready to go until a second coordinator
// agrees, or says who can help if there is none.
func (h *Handlers) askSecond(ctx context.Context, r *request, c *storage.Conversation, a ward.Assent) error {
	if err := a.Bulletin.Validate(h.Links); err != nil {
		return err
	}
	if err := r.within(ctx, a.Bulletin.Audience); err != nil {
		return err
	}
	others, err := h.seconds(ctx, a.Bulletin.Audience, r.chat)
	if err != nil {
		return err
	}
	if len(others) == 0 {
		r.toast(ctx, "")
		_, err := r.reply(ctx, r.t.HTML("assent.alone", locales.Args{"Org": h.Org, "Contact": h.Contact}), nil)
		return err
	}
	a.Bulletin.Media = h.keepPictures(ctx, a.Bulletin.Media)
	if a.Plan != nil {
		a.Plan.Draft = a.Bulletin
	}
	now := h.Now()
	a.Sheet, a.ChatID, a.MessageID, a.Language = c.Data, r.chat, c.MessageID, string(r.t.Language())
	a.AskedAt, a.ExpiresAt = now, a.Bulletin.AssentUntil(now, a.Plan)
	if a, err = h.store.AskAssent(ctx, r.actor(), a); err != nil {
		return err
	}
	h.Log.Info("consent asked for", "request", a.ID, "kind", a.Bulletin.Kind, "people", a.People, "by", r.from.ID)
	if c.Flow == flowCompose {
		if err := h.store.EndConversation(ctx, r.chat, flowCompose); err != nil {
			return err
		}
	}
	return r.edit(ctx, r.t.HTML("assent.asked", locales.Args{"Title": a.Bulletin.Title, "Until": h.assentUntil(r.t, a)}), bot.Keyboard{
		{button(r.t.Plain("btn.take_back"), "asoff", a.ID)},
	})
}

func (h *Handlers) assentUntil(t *locales.Texts, a ward.Assent) string {
	until := a.ExpiresAt.In(h.Zone)
	return t.Clock(until) + " " + t.Day(until)
}

// keepAssents shows requests to those who may agree, and ends those that
// nobody has answered in time. It returns when the context ends.
func (h *Handlers) keepAssents(ctx context.Context) {
	tick := time.NewTicker(h.RefreshEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		open, err := h.store.OpenAssents(ctx)
		for _, a := range open {
			err = errors.Join(err, h.keepAssent(ctx, a))
		}
		if err != nil && ctx.Err() == nil {
			h.Log.Error("requests for consent not kept", "error", err)
		}
	}
}

func (h *Handlers) keepAssent(ctx context.Context, a ward.Assent) error {
	if !h.Now().Before(a.ExpiresAt) {
		return h.endAssent(ctx, a, ward.AssentExpired, func(t *locales.Texts) string {
			return t.HTML("assent.expired", locales.Args{"Title": a.Bulletin.Title})
		})
	}
	if !h.awake() && a.Bulletin.Kind != ward.KindAlert {
		return nil
	}
	cards, err := h.store.AssentCards(ctx, a.ID)
	if err != nil {
		return err
	}
	others, err := h.seconds(ctx, a.Bulletin.Audience, a.ChatID)
	if err != nil {
		return err
	}
	reached := slices.ContainsFunc(cards, func(c ward.AssentCard) bool { return c.MessageID != 0 })
	var failed []error
	for _, p := range others {
		if slices.ContainsFunc(cards, func(c ward.AssentCard) bool { return c.ChatID == p.ChatID }) {
			continue
		}
		shown, err := h.showAssent(ctx, a, p.ChatID)
		reached = reached || shown || err != nil // which is tried again
		failed = append(failed, err)
	}
	if !reached {
		failed = append(failed, h.endAssent(ctx, a, ward.AssentUnheard, func(t *locales.Texts) string {
			return t.HTML("assent.alone", locales.Args{"Org": h.Org, "Contact": h.Contact})
		}))
	}
	return errors.Join(failed...)
}

// showAssent sends somebody the exact preview and under it the question, and
// reports whether they could be reached. It is noted afterwards: a kill in
// between asks them twice.
func (h *Handlers) showAssent(ctx context.Context, a ward.Assent, chat int64) (reached bool, err error) {
	r, err := h.absent(ctx, chat)
	if err != nil {
		return false, err
	}
	html, err := h.assentHTML(ctx, r, a)
	if err != nil {
		return false, err
	}
	var m bot.Message
	shown, err := h.showPreview(ctx, r, a.Bulletin)
	if err == nil && !slices.Contains(shown, 0) {
		m, err = r.reply(ctx, html, bot.Keyboard{{
			button(r.t.Plain("btn.agree_to_send"), "asyes", a.ID), button(r.t.Plain("btn.refuse_to_send"), "asno", a.ID),
		}})
	}
	if kind := bot.KindOf(err); kind == bot.KindChatGone || kind == bot.KindPersonGone { // an admin who never came here
		err = nil
	}
	if err != nil {
		return false, fmt.Errorf("ask %d for consent to %d: %w", chat, a.ID, err)
	}
	return m.ID != 0, h.store.AddAssentCard(ctx, ward.AssentCard{
		AssentID: a.ID, ChatID: chat, MessageID: m.ID, Language: string(r.t.Language()),
	})
}

func (h *Handlers) assentHTML(ctx context.Context, r *request, a ward.Assent) (string, error) {
	b, at := a.Bulletin, ""
	to, err := h.audienceName(ctx, r, b.Audience)
	if err != nil {
		return "", err
	}
	if p := a.Plan; p != nil {
		first := p.Next.In(h.Zone)
		at = r.t.Plain("plan.at", locales.Args{"Time": r.t.Clock(first), "Day": r.t.Day(first), "Repeat": h.repeatWords(r.t, p.Rule)})
	}
	return r.t.HTML("assent.card", locales.Args{
		"By": b.Signed.Sender, "To": to, "People": r.t.Number(a.People), "At": at, "Until": h.assentUntil(r.t, a),
		"Urgent": b.Kind == ward.KindAlert,
	}), nil
}

// asked is the request for consent that a button names.
func (h *Handlers) asked(ctx context.Context, r *request) (ward.Assent, error) {
	a, err := h.store.Assent(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) {
		err = errOldButton
	}
	return a, err
}

// toDecide is asked for who decides: not on their own, and not once more.
func (h *Handlers) toDecide(ctx context.Context, r *request) (ward.Assent, error) {
	a, err := h.asked(ctx, r)
	switch {
	case err != nil:
	case a.ChatID == r.from.ID:
		err = ward.ErrOwnAssent
	case a.State != ward.AssentAsked:
		r.strip(ctx, r.tappedID())
		err = ward.ErrDecided
	}
	return a, err
}

// agreeToSend is the second coordinator's consent: what was asked for goes out
// with it, if its author may still send it.
func (h *Handlers) agreeToSend(ctx context.Context, r *request) error {
	a, err := h.toDecide(ctx, r)
	if err != nil {
		return err
	}
	author, err := h.absent(ctx, a.ChatID)
	if err == nil {
		err = author.within(ctx, a.Bulletin.Audience)
	}
	if err == nil {
		err = a.Bulletin.Validate(h.Links)
	}
	if err != nil {
		return err
	}
	if a.Plan == nil {
		h.setOff(&a.Bulletin)
		if a.Bulletin.TooLate(a.Bulletin.SendAt) {
			return ward.ErrTooLate
		}
	}
	if err := h.store.Agree(ctx, a, r.actor(), r.from.ID, h.letters); err != nil {
		return err
	}
	h.Log.Info("consent given", "request", a.ID, "by", r.from.ID)
	return h.closeAssent(ctx, a, func(t *locales.Texts) string {
		return t.HTML("assent.agreed", locales.Args{"Title": a.Bulletin.Title, "By": r.fullName(), "Planned": a.Plan != nil})
	}, nil)
}

// refuseToSend is the other answer. Nobody is asked why: the two know each
// other.
func (h *Handlers) refuseToSend(ctx context.Context, r *request) error {
	a, err := h.toDecide(ctx, r)
	if err != nil {
		return err
	}
	if err := h.store.Refuse(ctx, a, r.actor(), r.from.ID); err != nil {
		return err
	}
	h.Log.Info("consent refused", "request", a.ID, "by", r.from.ID)
	return h.closeAssent(ctx, a, func(t *locales.Texts) string {
		return t.HTML("assent.refused", locales.Args{"Title": a.Bulletin.Title, "By": r.fullName()})
	}, redoButton)
}

// redoButton lets the author take a sheet up again that did not go out.
func redoButton(t *locales.Texts, a ward.Assent) bot.Keyboard {
	return bot.Keyboard{{button(t.Plain("btn.edit"), "asredo", a.ID)}}
}

// takeBackRequest is its author's wish.
func (h *Handlers) takeBackRequest(ctx context.Context, r *request) error {
	a, err := h.asked(ctx, r)
	if err != nil {
		return err
	}
	if a.ChatID != r.from.ID {
		return errNotAllowed
	}
	if err := h.store.EndAssent(ctx, a.ID, ward.AssentTakenBack); err != nil {
		return err
	}
	h.closeCards(ctx, a, func(t *locales.Texts) string {
		return t.HTML("assent.taken_back", locales.Args{"Title": a.Bulletin.Title})
	})
	return r.edit(ctx, r.t.HTML("assent.taken_back", locales.Args{"Title": a.Bulletin.Title}), redoButton(r.t, a))
}

// redoRefused takes up a sheet that did not go out. It is another draft from
// now on, with another consent to ask for.
func (h *Handlers) redoRefused(ctx context.Context, r *request) error {
	a, err := h.asked(ctx, r)
	if err != nil {
		return err
	}
	if a.ChatID != r.from.ID {
		return errNotAllowed
	}
	if a.State == ward.AssentAsked || a.State == ward.AssentAgreed {
		return errOldButton
	}
	s := h.refreshed(unpack[sheet](storage.Conversation{Data: a.Sheet}))
	s.Key = rand.Text()
	c, err := h.newSheet(ctx, r, stepCard, s)
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	r.strip(ctx, r.tappedID())
	r.anew = true
	return h.showSheet(ctx, r, c)
}

// endAssent ends a request that nobody has answered.
func (h *Handlers) endAssent(ctx context.Context, a ward.Assent, state ward.AssentState, html func(*locales.Texts) string) error {
	if err := h.store.EndAssent(ctx, a.ID, state); errors.Is(err, ward.ErrDecided) {
		return nil
	} else if err != nil {
		return err
	}
	h.Log.Info("request for consent ended without an answer", "request", a.ID, "state", state)
	return h.closeAssent(ctx, a, html, redoButton)
}

// closeAssent says on all cards how a request ended, and tells its author in a
// message of their own, so that their telephone rings. The author's own card
// becomes the live message of what was published.
func (h *Handlers) closeAssent(ctx context.Context, a ward.Assent, html func(*locales.Texts) string, k func(*locales.Texts, ward.Assent) bot.Keyboard) error {
	h.closeCards(ctx, a, html)
	t := h.texts.In(locales.Language(a.Language))
	var keyboard bot.Keyboard
	if k != nil {
		keyboard = k(t, a)
	}
	if k != nil || a.Plan != nil { // nothing lives in it
		if err := h.line.EditKeyboard(ctx, a.ChatID, a.MessageID, nil); err != nil {
			h.Log.Debug("button of a request not taken away", "request", a.ID, "error", err)
		}
	}
	_, err := h.line.Send(ctx, bot.Send{ChatID: a.ChatID, HTML: html(t), Keyboard: keyboard})
	if bot.KindOf(err) == bot.KindPersonGone {
		return h.store.SetReachable(ctx, a.ChatID, false, h.Now())
	}
	return err
}

// closeCards is a courtesy: a card that can't be edited keeps its buttons, and
// they answer kindly.
func (h *Handlers) closeCards(ctx context.Context, a ward.Assent, html func(*locales.Texts) string) {
	cards, err := h.store.AssentCards(ctx, a.ID)
	for _, c := range cards {
		if c.MessageID == 0 {
			continue
		}
		e := bot.Edit{ChatID: c.ChatID, MessageID: c.MessageID, HTML: html(h.texts.In(locales.Language(c.Language)))}
		if failed := h.line.EditText(ctx, e); failed != nil {
			err = errors.Join(err, failed)
		}
	}
	if err != nil {
		h.Log.Debug("cards of a request not closed", "request", a.ID, "error", err)
	}
}
