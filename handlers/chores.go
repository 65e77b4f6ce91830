package handlers

import (
	"context"
	"errors"
	"sync"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/storage"
	"wardbot/ward"
)

// awake says whether people may be written to unasked.
func (h *Handlers) awake() bool { return !h.Quiet.Holds(h.Now()) }

// hushed says whether messages come without a sound now: before seven in the
// morning, and whenever nobody is written to unasked.
func (h *Handlers) hushed() bool {
	return !h.awake() || h.Early(h.Now())
}

// Early says whether it is too early in the morning for a sound.
func (h *Handlers) Early(at time.Time) bool {
	seven := ward.DayOf(at, h.Zone).In(h.Zone).Add(7 * time.Hour)
	return at.Before(seven)
}

// atATime is how much of a chore is done between two looks at the clock.
const atATime = 50

// chore is one thing that the bot does of its own accord, turn after turn.
type chore struct {
	failed string // what is logged of a turn that fails
	turn   func(context.Context) error
}

// Run does what nobody asks for: it keeps the coordinators' live messages up
// to date, publishes what is planned, writes to people when there is reason
// to, and forgets what has been left unfinished too long. It returns when the
// context ends.
func (h *Handlers) Run(ctx context.Context) error {
	var running sync.WaitGroup
	for _, c := range []chore{
		{"coordinators not kept informed", h.informing()},
		{"not forgotten what should be", h.forgetting()},
		{"not all plans kept", h.keepPlans},
		{"requests for consent not kept", h.keepAssents},
		{"people not written to about their reports", h.remindingOfReports()},
		{"not all digests kept", h.keepingDigests()},
		{"people not written to on their occasions", h.keepingOccasions()},
		{"photos of reports not looked at", h.lookingAtPhotos()},
	} {
		running.Go(func() { h.repeat(ctx, c) })
	}
	running.Wait()
	return nil
}

// repeat does a chore until the context ends.
func (h *Handlers) repeat(ctx context.Context, c chore) {
	tick := time.NewTicker(h.RefreshEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := c.turn(ctx); err != nil && ctx.Err() == nil {
			h.Log.Error(c.failed, "error", err)
		}
	}
}

// informing tells coordinators what became of their boards and who needs help,
// and keeps their live messages up to date.
func (h *Handlers) informing() func(context.Context) error {
	live := map[storage.Control]*liveCard{}
	return func(ctx context.Context) error {
		return errors.Join(h.tellOfBoards(ctx), h.callForHelp(ctx), h.refreshLive(ctx, live))
	}
}

// remindingOfReports writes to people about their reports: what was returned,
// and what they left unfinished.
func (h *Handlers) remindingOfReports() func(context.Context) error {
	var looked time.Time
	return func(ctx context.Context) error {
		if !h.awake() {
			return nil
		}
		err := h.tellReturns(ctx)
		if now := h.Now(); now.Sub(looked) >= time.Minute {
			looked = now
			err = errors.Join(err, h.bringBack(ctx))
		}
		return err
	}
}

// tellReturns tells people that their reports were returned, and why. Who is
// told is noted afterwards: a kill in between tells them twice.
func (h *Handlers) tellReturns(ctx context.Context) error {
	reports, err := h.store.UntoldReturns(ctx, atATime)
	if err != nil {
		return err
	}
	for _, r := range reports {
		if err := h.tellReturn(ctx, r); err != nil {
			return err
		}
		if err := h.store.MarkTold(ctx, ward.ReportVersion{ID: r.ID, Revision: r.Revision}, h.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) tellReturn(ctx context.Context, r ward.Report) error {
	p, err := h.store.Person(ctx, r.PersonID)
	if err != nil || p.State != ward.PersonActive {
		return err
	}
	b, err := h.store.Bulletin(ctx, r.BulletinID)
	if err != nil || r.MayChange(b, h.Now()) != nil || b.Recalled() {
		return err
	}
	t := h.texts.In(locales.Language(p.Language))
	return h.write(ctx, p, bot.Send{
		HTML: t.HTML("report.please_mend", locales.Args{
			"Code": r.Code, "Title": b.Title, "Reason": report.Reason(t, r),
		}),
		Keyboard: bot.Keyboard{{button(t.Plain("btn.edit_report"), "mend", r.BulletinID)}},
	})
}

// write writes to somebody who is not here. That they can't be written to is
// noted, and no error.
func (h *Handlers) write(ctx context.Context, p ward.Person, s bot.Send) error {
	s.ChatID, s.Silent = p.ChatID, s.Silent || h.hushed()
	_, err := h.line.Send(ctx, s)
	if bot.KindOf(err) == bot.KindPersonGone {
		return h.store.SetReachable(ctx, p.ChatID, false, h.Now())
	}
	return err
}

// bringBack shows people what they left unfinished the day before, once, as
// it would be sent.
func (h *Handlers) bringBack(ctx context.Context) error {
	today := ward.DayOf(h.Now(), h.Zone).In(h.Zone)
	left, err := h.store.Unfinished(ctx, flowReport, today, atATime)
	if err != nil {
		return err
	}
	for _, c := range left {
		if err := h.bringBackOne(ctx, c, today); err != nil {
			return err
		}
	}
	return nil
}

// bringBackOne notes first and writes afterwards: once is enough, and the
// draft is kept either way.
func (h *Handlers) bringBackOne(ctx context.Context, c storage.Conversation, today time.Time) error {
	d := unpack[draft](c)
	p, b, err := h.mayFinish(ctx, c.ChatID, d)
	if errors.Is(err, errOldButton) {
		_, err := h.store.BringBack(ctx, c, c.Step, h.Now())
		return err
	}
	if err != nil {
		return err
	}
	fresh, err := h.store.BringBack(ctx, c, stepPreview, h.Now())
	if err != nil || !fresh {
		return err
	}
	t := h.texts.In(locales.Language(p.Language))
	html, k, err := h.previewOf(ctx, t, p, b, d)
	if err != nil {
		return err
	}
	heading := t.HTML("report.unfinished_yesterday")
	if c.UpdatedAt.Before(today.AddDate(0, 0, -1)) {
		heading = t.HTML("report.unfinished")
	}
	m, err := h.line.Send(ctx, bot.Send{ChatID: c.ChatID, HTML: heading + "\n\n" + html, Keyboard: k, Silent: h.hushed()})
	if bot.KindOf(err) == bot.KindPersonGone {
		return h.store.SetReachable(ctx, c.ChatID, false, h.Now())
	}
	if err != nil {
		return err
	}
	return h.store.MoveConversation(ctx, c, m.ID)
}

// mayFinish is who left a report unfinished, and on which task. It returns
// errOldButton if there is nothing to be sent any more, or they want to be
// left alone.
func (h *Handlers) mayFinish(ctx context.Context, chat int64, d draft) (p ward.Person, b ward.Bulletin, err error) {
	if d.Task == 0 || d.empty() {
		return p, b, errOldButton
	}
	p, err = h.store.PersonByChat(ctx, chat)
	switch {
	case errors.Is(err, ward.ErrNotFound):
		return p, b, errOldButton
	case err != nil:
		return p, b, err
	case p.State != ward.PersonActive || p.PausedUntil.After(h.Now()):
		return p, b, errOldButton
	}
	if b, err = h.store.Bulletin(ctx, d.Task); err != nil {
		return p, b, err
	}
	if _, err := b.Accepts(h.Now()); err != nil {
		return p, b, errOldButton
	}
	sent, err := h.store.ReportOf(ctx, b.ID, p.ID)
	if errors.Is(err, ward.ErrNotFound) {
		return p, b, nil
	}
	if err == nil && sent.MayChange(b, h.Now()) != nil {
		err = errOldButton
	}
	return p, b, err
}
