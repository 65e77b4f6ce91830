package handlers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/storage"
	"wardbot/ward"
)

// liveCard is what is known of a live message between two looks at it.
type liveCard struct {
	html    string    // as last shown
	at      time.Time // when
	sent    bool      // with everything sent that can be sent now
	later   int       // to so many it comes later
	revised int       // with every copy of this revision: a correction may take less time than the next look
}

// refreshLive edits every live message that has something new to say. A
// message on its way is looked at each time, one that only gathers answers at
// noon, at seven and when its deadline passes.
func (h *Handlers) refreshLive(ctx context.Context, live map[storage.Control]*liveCard) error {
	controls, err := h.store.Controls(ctx)
	if err != nil {
		return err
	}
	maps.DeleteFunc(live, func(c storage.Control, _ *liveCard) bool { return !slices.Contains(controls, c) })
	var failed []error
	for _, c := range controls {
		card := live[c]
		if card == nil {
			card = &liveCard{}
			live[c] = card
		}
		if err := h.refreshIfDue(ctx, c, card); err != nil {
			failed = append(failed, fmt.Errorf("card of bulletin %d: %w", c.BulletinID, err))
		}
	}
	return errors.Join(failed...)
}

// refreshIfDue edits one live message if it is time, and ends it with its
// last words.
func (h *Handlers) refreshIfDue(ctx context.Context, c storage.Control, card *liveCard) error {
	if c.MessageID == 0 && !h.awake() { // of a plan: nobody was there when it began
		return nil
	}
	b, err := h.store.Bulletin(ctx, c.BulletinID)
	if err != nil {
		return err
	}
	over := b.State == ward.BulletinStopped || b.State == ward.BulletinSent && (b.Kind != ward.KindTask || b.Recalled() || h.Now().After(b.Deadline))
	if b.Alerts() {
		if over, err = h.forgotten(ctx, b); err != nil {
			return err
		}
	}
	over = over && !b.Amending()
	// Asked before the card is written: what it then says is at least as new,
	// so that a card that rests never rests on the words before the last.
	reached, later, err := h.reached(ctx, b)
	if err != nil {
		return err
	}
	next := liveCard{html: card.html, at: h.Now(), sent: reached && !b.Amending(), later: later, revised: b.Revised}
	if next.sent && !over && !b.Alerts() && card.sent && card.later == later && card.revised == b.Revised && !h.passed(card.at) {
		return nil
	}
	gone, err := h.refreshOne(ctx, c, b, &next)
	if err != nil {
		return err // what is not known to be shown is tried again
	}
	*card = next
	if !over && !gone {
		return nil
	}
	return h.store.EndControl(ctx, c, b)
}

// reached says whether everybody who can be reached now has a bulletin, and how
// many get it later: they pause, or have hours of their own.
func (h *Handlers) reached(ctx context.Context, b ward.Bulletin) (now bool, later int, err error) {
	if b.State != ward.BulletinSending || b.SendAt.After(h.Now()) {
		return b.State == ward.BulletinSent, 0, nil
	}
	p, err := h.store.Progress(ctx, b.ID)
	return p.Paused > 0 && p.Reached(), p.Paused, err
}

// passed says whether one of the hours at which a card refreshes itself has
// come since it was shown.
func (h *Handlers) passed(shown time.Time) bool {
	day := ward.DayOf(h.Now(), h.Zone).In(h.Zone)
	for _, at := range []time.Duration{12 * time.Hour, 19 * time.Hour} {
		if hour := day.Add(at); shown.Before(hour) && !h.Now().Before(hour) {
			return true
		}
	}
	return false
}

// refreshOne shows how a bulletin fares. The message is gone if its
// coordinator deleted it, or has left.
func (h *Handlers) refreshOne(ctx context.Context, c storage.Control, b ward.Bulletin, card *liveCard) (gone bool, err error) {
	html, k, err := h.sendCard(ctx, h.texts.In(locales.Language(c.Language)), b, c.ChatID)
	if err != nil {
		return false, err
	}
	if html == card.html {
		return false, nil
	}
	if c.MessageID == 0 {
		m, err := h.line.Send(ctx, bot.Send{ChatID: c.ChatID, HTML: html, Keyboard: k, Silent: h.hushed()})
		if bot.KindOf(err) == bot.KindPersonGone {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		c.MessageID = m.ID
		return false, h.store.SetControl(ctx, c)
	}
	err = h.line.EditText(ctx, bot.Edit{ChatID: c.ChatID, MessageID: c.MessageID, HTML: html, Keyboard: k})
	switch bot.KindOf(err) {
	case bot.KindEditGone, bot.KindPersonGone:
		return true, nil
	}
	if err == nil {
		card.html = html
	}
	return false, err
}

// sendCard is how a bulletin fares, and what the coordinator of a chat can do
// about it.
func (h *Handlers) sendCard(ctx context.Context, t *locales.Texts, b ward.Bulletin, chat int64) (string, bot.Keyboard, error) {
	if b.Alerts() {
		return h.alertCard(ctx, t, b, chat)
	}
	return h.wayCard(ctx, t, b)
}

// wayCard is how far a bulletin is on its way.
func (h *Handlers) wayCard(ctx context.Context, t *locales.Texts, b ward.Bulletin) (string, bot.Keyboard, error) {
	p, err := h.store.Progress(ctx, b.ID)
	if err != nil {
		return "", nil, err
	}
	stop := button(t.Plain("btn.stop"), "stop", b.ID)
	now := p.Audience - p.Paused
	settled, all := p.Settled()+p.Posts.Settled(), now+p.Posts.All()
	args := locales.Args{
		"Title": b.Title, "Bar": bar(settled, all), "Percent": t.PercentWhole(settled, all),
		"Settled": t.Number(p.Settled()), "Audience": t.Number(now), "Later": t.Number(p.Paused), "TooLate": t.Number(p.TooLate), "Sent": t.Number(p.Sent),
		"Unreachable": t.Number(p.Unreachable), "Failed": t.Number(p.Failed), "Retrying": t.Number(p.Retrying),
		"Unknown": t.Number(p.Unknown), "Cancelled": t.Number(p.Cancelled), "Left": h.timeLeft(t, b, p),
	}
	if b.Kind == ward.KindReminder {
		args["Title"] = t.Plain("send.reminder", locales.Args{"Title": b.Title})
	}
	a := p.Amending
	args["Copies"], args["Amended"], args["Missed"] = t.Number(a.Copies), t.Number(a.Amended), t.Number(a.Missed)
	if b.Recalled() {
		html := h.recalledCard(t, b, a, args)
		return html, failuresRow(t, b, p), nil
	}
	html, k := h.sendingCard(t, b, p, args, stop)
	figures, err := h.store.TaskFigures(ctx, b.ID)
	if err != nil {
		return "", nil, err
	}
	return html + postsLine(t, p) + report.Figures(t, figures) + h.correctionLine(t, b, args), k, nil
}

// sendingCard is the card of a bulletin that stands.
func (h *Handlers) sendingCard(t *locales.Texts, b ward.Bulletin, p ward.Progress, args locales.Args, stop bot.Button) (string, bot.Keyboard) {
	wait := b.SendAt.Sub(h.Now())
	switch {
	case b.State == ward.BulletinStopped:
		return t.HTML("send.stopped", args), h.sentRow(t, b, p)
	case b.State == ward.BulletinPaused:
		k := bot.Keyboard{{button(t.Plain("btn.go_on"), "go", b.ID), stop}}
		return t.HTML("send.paused", args), append(k, h.sentRow(t, b, p)...)
	case b.State == ward.BulletinSent:
		args["Time"] = t.Seconds(b.SentAt.In(h.Zone))
		return h.sentCard(t, b, p, args)
	case wait > time.Hour || wait > 0 && h.Quiet.Holds(h.Now()) && b.Kind != ward.KindAlert:
		at := b.SendAt.In(h.Zone)
		args["Time"], args["Day"] = t.Clock(at), t.Day(at)
		return t.HTML("send.planned", args), bot.Keyboard{{stop}}
	case wait > 0:
		args["Count"] = int(math.Ceil(wait.Seconds()))
		return t.HTML("send.starting", args), bot.Keyboard{{stop}}
	}
	if p.Paused > 0 && p.Reached() {
		args["Time"] = ""
		return h.sentCard(t, b, p, args)
	}
	args["Time"] = ""
	if ends := h.Quiet.Ends(h.Now()); ends.After(h.Now()) && b.Kind != ward.KindAlert {
		args["Time"] = t.Clock(ends.In(h.Zone))
	}
	return t.HTML("send.sending", args), bot.Keyboard{{button(t.Plain("btn.hold"), "hold", b.ID), stop}}
}

// timeLeft says how long the rest of a send will take at the pace it has.
func (h *Handlers) timeLeft(t *locales.Texts, b ward.Bulletin, p ward.Progress) string {
	messages := (p.Audience - p.Paused - p.Settled()) * b.Messages()
	if h.SendRate == 0 || messages == 0 {
		return ""
	}
	left := time.Duration(math.Ceil(float64(messages)/h.SendRate)) * time.Second
	if left < 2*time.Minute {
		return t.Plain("send.seconds_left", locales.Args{"Count": int(left.Seconds())})
	}
	return t.Plain("send.minutes_left", locales.Args{"Count": int(math.Ceil(left.Minutes()))})
}

// sentCard adds the answers to a task that everybody has.
func (h *Handlers) sentCard(t *locales.Texts, b ward.Bulletin, p ward.Progress, args locales.Args) (string, bot.Keyboard) {
	tools := h.sentRow(t, b, p)
	if b.Kind == ward.KindCall {
		tools = append(bot.Keyboard{{button(t.Plain("btn.entries"), "contst", b.ID)}}, tools...)
	}
	if b.Kind == ward.KindAlert {
		return t.HTML("alert.sent", args), tools
	}
	if b.Kind != ward.KindTask {
		return t.HTML("send.sent", args), tools
	}
	a := p.Answers
	args["Done"], args["Reports"] = t.Number(a.Done), t.Number(a.Reports)
	args["NotToday"], args["Silent"] = t.Number(a.NotToday), t.Number(a.Silent())
	k := bot.Keyboard{{button(t.Plain("btn.refresh"), "refresh", b.ID)}}
	if a.Silent() > 0 && h.Now().Before(b.Deadline) && !p.Reminded {
		k[0] = append(k[0], button(t.Plain("btn.remind", locales.Args{"Count": a.Silent()}), "remind", b.ID))
	}
	return t.HTML("send.sent_task", args), append(k, tools...)
}

// sentRow is what can be done about a bulletin that people have.
func (h *Handlers) sentRow(t *locales.Texts, b ward.Bulletin, p ward.Progress) bot.Keyboard {
	k := failuresRow(t, b, p)
	if p.Copies() == 0 {
		return k
	}
	if len(k) == 0 {
		k = bot.Keyboard{nil}
	}
	if correctable(b) {
		k[0] = append(k[0], button(t.Plain("btn.correct"), "fix", b.ID))
	}
	k[0] = append(k[0], button(t.Plain("btn.recall"), "recall", b.ID))
	if correctable(b) {
		k = append(k, []bot.Button{button(t.Plain("btn.save_template"), "tplof", b.ID)})
	}
	return k
}

// failuresRow leads to those who have not got it, if there are any.
func failuresRow(t *locales.Texts, b ward.Bulletin, p ward.Progress) bot.Keyboard {
	if p.Unreachable+p.Failed+p.Unknown+p.Posts.Failed+p.Posts.Unknown == 0 {
		return nil
	}
	return bot.Keyboard{{button(t.Plain("btn.failures"), "errors", b.ID)}}
}

// postsLine says on which boards a bulletin is, and whom it asks there.
func postsLine(t *locales.Texts, p ward.Progress) string {
	if p.Posts.All() == 0 {
		return ""
	}
	return "\n" + t.HTML("send.posts", locales.Args{
		"Boards": boardCount(t, p.Posts.BoardCount), "Waiting": p.Posts.All() - p.Posts.Settled(),
		"Failed": p.Posts.Failed, "Unknown": p.Posts.Unknown, "Cancelled": p.Posts.Cancelled, "People": t.Number(p.Posted),
	})
}

// correctionLine says how far a correction has come.
func (h *Handlers) correctionLine(t *locales.Texts, b ward.Bulletin, args locales.Args) string {
	if b.CorrectedAt.IsZero() {
		return ""
	}
	if b.Amending() {
		return "\n" + t.HTML("send.correcting", args)
	}
	args["Time"] = t.Clock(b.CorrectedAt.In(h.Zone))
	return "\n" + t.HTML("send.corrected", args)
}

// recalledCard says how far a recall has come.
func (h *Handlers) recalledCard(t *locales.Texts, b ward.Bulletin, a ward.Amending, args locales.Args) string {
	if b.Amending() {
		args["Bar"], args["Percent"] = bar(a.Amended+a.Missed, a.Copies), t.PercentWhole(a.Amended+a.Missed, a.Copies)
		return t.HTML("send.recalling", args)
	}
	args["Time"] = t.Clock(b.RecalledAt.In(h.Zone))
	return t.HTML("send.recalled", args)
}

// bar draws a share in ten blocks.
func bar(part, whole int) string {
	full := 0
	if whole > 0 {
		full = min(10, 10*part/whole)
	}
	return strings.Repeat("▓", full) + strings.Repeat("░", 10-full)
}
