package handlers

import (
	"context"
	"errors"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// plan keeps a sheet for its times.
func (h *Handlers) plan(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	if c.Step != stepPublish || s.When.IsZero() {
		return errOldButton
	}
	old, over, err := h.planEdited(ctx, r, s)
	switch {
	case err != nil:
		return err
	case over:
		return h.outlive(ctx, r, c, s)
	}
	b, rule := h.bulletin(r, s), h.rule(s)
	switch agreed, err := h.asAgreed(ctx, b); {
	case err != nil:
		return err
	case !agreed:
		return h.backToCard(ctx, r)
	}
	if err := b.Validate(h.Links); err != nil {
		return err
	}
	if b.TooLate(b.SendAt) {
		return ward.ErrTooLate
	}
	if err := h.checkTime(b.SendAt); err != nil {
		return err
	}
	b.Media = h.keepPictures(ctx, b.Media)
	p := ward.Plan{Draft: b, Rule: rule, Next: b.SendAt, ChatID: r.chat, Language: string(r.t.Language())}
	if b.Kind.HasDeadline() {
		p.Deadline = ward.DeadlineAfter(b.SendAt, b.Deadline, h.Zone)
	}
	if err := r.within(ctx, p.Draft.Audience); err != nil {
		return err
	}
	p.ID, p.Revision, p.Paused = old.ID, s.Revision, old.Paused
	if second, people, err := h.secondNeeded(ctx, b); err != nil {
		return err
	} else if second {
		p.Agreed = true
		return h.askSecond(ctx, r, c, ward.Assent{Bulletin: b, Plan: &p, People: people})
	}
	if s.Plan != 0 {
		return h.replan(ctx, r, p, old)
	}
	p, err = h.store.AddPlan(ctx, p)
	if err != nil {
		return err
	}
	h.Log.Info("bulletin planned", "plan", p.ID, "kind", b.Kind, "next", p.Next, "by", r.from.ID)
	if err := h.store.EndConversation(ctx, r.chat, flowCompose); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.planned"))
	return h.showPlan(ctx, r, p)
}

// aPlan is the plan that a button names. It is an old button if the plan is
// over, or if the slot that it speaks of is.
func (h *Handlers) aPlan(ctx context.Context, r *request, slot int64) (ward.Plan, error) {
	p, err := h.store.Plan(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) || err == nil && (p.Next.IsZero() || slot != 0 && slot != p.Next.Unix()) {
		return p, errOldButton
	}
	return p, err
}

// openPlan shows one plan.
func (h *Handlers) openPlan(ctx context.Context, r *request) error {
	p, err := h.aPlan(ctx, r, 0)
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowPlan); err != nil { // back from its time
		return err
	}
	return h.showPlan(ctx, r, p)
}

// showPlan shows when a plan is sent and to whom, and what can be done with it.
func (h *Handlers) showPlan(ctx context.Context, r *request, p ward.Plan) error {
	html, k, err := h.planCard(ctx, r, p)
	if err != nil {
		return err
	}
	return r.edit(ctx, html, k)
}

func (h *Handlers) planCard(ctx context.Context, r *request, p ward.Plan) (string, bot.Keyboard, error) {
	b := p.Slot(p.Next, "")
	size, err := h.store.CountAudience(ctx, b.Audience, p.Next)
	if err != nil {
		return "", nil, err
	}
	to, err := h.audienceName(ctx, r, b.Audience)
	if err != nil {
		return "", nil, err
	}
	at := p.Next.In(h.Zone)
	html := r.t.HTML("plan.card", locales.Args{
		"Title": b.Title, "Time": r.t.Clock(at), "Day": r.t.Day(at), "Repeat": h.repeatWords(r.t, p.Rule), "To": to,
		"People": r.t.Number(size.People), "Until": h.plannedUntil(r.t, b), "Sender": b.Signed.Sender, "Org": b.Signed.Org, "Off": p.Paused,
	})
	slot := p.Next.Unix()
	k := bot.Keyboard{}
	if !p.Agreed && h.secondFor(b, size) {
		html += "\n" + r.t.HTML("assent.plan_lacks")
		k = append(k, []bot.Button{button(r.t.Plain("btn.ask_to_agree"), "planok", p.ID)})
	}
	look := []bot.Button{button(r.t.Plain("btn.look"), "planlk", p.ID), button(r.t.Plain("btn.edit_plan"), "planed", p.ID)}
	onOff := button(r.t.Plain("btn.plan_off"), "planhd", p.ID, slot)
	if p.Paused {
		onOff = button(r.t.Plain("btn.plan_on"), "planon", p.ID, slot)
	} else if p.Rule.Repeat != ward.Once {
		look = append(look, button(r.t.Plain("btn.skip_next"), "plansk", p.ID, slot))
	}
	return html, append(k,
		look,
		[]bot.Button{button(r.t.Plain("btn.change_time"), "plantm", p.ID), onOff},
		[]bot.Button{button(r.t.Plain("btn.delete"), "planrm", p.ID), button(r.t.Plain("btn.back"), "plans", int64(ward.DayOf(p.Next, h.Zone)))},
	), nil
}

// lookAtPlan shows what will be sent, as its readers will see it next time.
func (h *Handlers) lookAtPlan(ctx context.Context, r *request) error {
	p, err := h.aPlan(ctx, r, 0)
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	_, err = h.showPreview(ctx, r, p.Slot(p.Next, ""))
	return err
}

// skipSlot leaves the next time out. Tapped twice it skips once: the button
// names the slot.
func (h *Handlers) skipSlot(ctx context.Context, r *request) error {
	return h.changePlan(ctx, r, func(p *ward.Plan) {
		p.Next, _ = p.Rule.Next(p.Next)
		r.toast(ctx, r.t.Plain("toast.skipped"))
	})
}

// pausePlan lets the times pass; resumePlan goes on with the next one to come.
func (h *Handlers) pausePlan(ctx context.Context, r *request) error {
	return h.changePlan(ctx, r, func(p *ward.Plan) { p.Paused = true })
}

func (h *Handlers) resumePlan(ctx context.Context, r *request) error {
	return h.changePlan(ctx, r, func(p *ward.Plan) {
		p.Paused = false
		if !p.Next.After(h.Now()) {
			p.Next, _ = p.Rule.Next(h.Now())
		}
	})
}

// changePlan changes the plan whose slot the tapped button names.
func (h *Handlers) changePlan(ctx context.Context, r *request, change func(*ward.Plan)) error {
	p, err := h.aPlan(ctx, r, r.arg(1))
	if err != nil {
		return err
	}
	slot := p.Next
	change(&p)
	if err := h.store.ChangePlan(ctx, p, slot); err != nil {
		return err
	}
	h.Log.Info("plan changed", "plan", p.ID, "next", p.Next, "paused", p.Paused, "by", r.from.ID)
	if p.Next.IsZero() {
		return h.plans(ctx, r)
	}
	return h.showPlan(ctx, r, p)
}

// askDropPlan asks once more: a plan that is gone has to be written anew.
func (h *Handlers) askDropPlan(ctx context.Context, r *request) error {
	p, err := h.aPlan(ctx, r, 0)
	if err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("plan.sure", locales.Args{"Title": p.Draft.Title}), bot.Keyboard{
		{button(r.t.Plain("btn.drop_plan"), "plandl", p.ID), button(r.t.Plain("btn.back"), "planof", p.ID)},
	})
}

func (h *Handlers) dropPlan(ctx context.Context, r *request) error {
	if err := h.store.DropPlan(ctx, r.arg(0)); err != nil {
		return err
	}
	h.Log.Info("plan dropped", "plan", r.arg(0), "by", r.from.ID)
	r.toast(ctx, r.t.Plain("toast.plan_dropped"))
	return h.plans(ctx, r)
}

// retiming is a plan that is being given another time.
type retiming struct {
	Plan int64 `json:"plan"`
}

// retime asks for another time.
func (h *Handlers) retime(ctx context.Context, r *request) error {
	p, err := h.aPlan(ctx, r, 0)
	if err != nil {
		return err
	}
	c := storage.Conversation{Flow: flowPlan}
	if err := pack(&c, stepWhen, retiming{Plan: p.ID}); err != nil {
		return err
	}
	return h.showRetime(ctx, r, &c)
}

func (h *Handlers) showRetime(ctx context.Context, r *request, c *storage.Conversation) error {
	id := unpack[retiming](*c).Plan
	k := append(h.timeButtons(r.t, "planat", id), []bot.Button{button(r.t.Plain("btn.back"), "planof", id)})
	return r.step(ctx, c, h.whenHTML(r.t), k)
}

// pickNewTime is a tap on one of the times.
func (h *Handlers) pickNewTime(ctx context.Context, r *request) error {
	return h.setNewTime(ctx, r, r.arg(0), time.Unix(r.arg(1), 0))
}

// newTimeInput is a time that was typed.
func (h *Handlers) newTimeInput(ctx context.Context, r *request, c *storage.Conversation) error {
	at, ok := ward.ParseWhen(r.text(), h.Now(), h.Zone)
	if !ok {
		return errNoTime
	}
	return h.setNewTime(ctx, r, unpack[retiming](*c).Plan, at)
}

// setNewTime gives a plan another time, and another first day, which for a
// weekly one is its weekday. Dates keep their days. The deadline keeps its
// time, and its distance in days.
func (h *Handlers) setNewTime(ctx context.Context, r *request, id int64, at time.Time) error {
	if err := h.checkTime(at); err != nil {
		return err
	}
	p, err := h.store.Plan(ctx, id)
	if errors.Is(err, ward.ErrNotFound) || err == nil && p.Next.IsZero() {
		return errOldButton
	}
	if err != nil {
		return err
	}
	slot := p.Next
	p.Rule.At, p.Rule.From, p.Rule.Zone = ward.ClockOf(at, h.Zone), ward.DayOf(at, h.Zone), h.Zone.String()
	next, ok := p.Rule.Next(h.Now())
	switch b := p.Slot(next, ""); {
	case !ok:
		return ward.ErrPast
	case b.TooLate(next):
		return ward.ErrTooLate
	}
	p.Next = next
	if err := h.store.ChangePlan(ctx, p, slot); err != nil {
		return err
	}
	h.Log.Info("plan changed", "plan", p.ID, "next", p.Next, "by", r.from.ID)
	if err := h.store.EndConversation(ctx, r.chat, flowPlan); err != nil {
		return err
	}
	return h.showPlan(ctx, r, p)
}
