package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	"wardbot/storage"
	"wardbot/ward"
)

// editPlan puts what is planned into the coordinator's hands as it was
// composed. The plan stands as it is until they save it.
func (h *Handlers) editPlan(ctx context.Context, r *request) error {
	p, err := h.aPlan(ctx, r, 0)
	if err != nil {
		return err
	}
	c, err := h.newSheet(ctx, r, stepCard, h.sheetOfPlan(p))
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true // the card of the plan stays
	return h.showSheet(ctx, r, c)
}

// sheetOfPlan is a plan from its next slot on: what was left out stays out.
func (h *Handlers) sheetOfPlan(p ward.Plan) sheet {
	b := p.Slot(p.Next, "")
	s := sheetOf(b)
	s.Plan, s.Revision, s.Deadline, s.When, s.Repeat = p.ID, p.Revision, b.Deadline, p.Next, p.Rule.Repeat
	s.Story = b.Story
	for _, d := range p.Rule.Dates {
		if d >= b.SendDay {
			s.Dates = append(s.Dates, d)
		}
	}
	slices.Sort(s.Dates)
	return s
}

// planEdited is the plan that a sheet edits, if it edits one, and whether that
// is over.
func (h *Handlers) planEdited(ctx context.Context, r *request, s sheet) (old ward.Plan, over bool, err error) {
	if s.Plan == 0 {
		return old, false, nil
	}
	old, err = h.store.Plan(ctx, s.Plan)
	if errors.Is(err, ward.ErrNotFound) || err == nil && old.Next.IsZero() {
		return old, true, nil
	}
	if err == nil {
		err = r.within(ctx, old.Draft.Audience)
	}
	return old, false, err
}

// outlive goes on with what was written for a plan that was sent or deleted
// meanwhile: it is a new bulletin.
func (h *Handlers) outlive(ctx context.Context, r *request, c *storage.Conversation, s sheet) error {
	s.Plan, s.Revision, s.When, s.Repeat, s.Dates = 0, 0, time.Time{}, ward.Once, nil
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("sorry.plan_over"))
	return h.showCard(ctx, r, c)
}

// replan saves a plan that was edited. Who edits it signs it, and hears how it
// goes.
func (h *Handlers) replan(ctx context.Context, r *request, p, old ward.Plan) error {
	p.Draft.DraftKey = old.Draft.DraftKey
	if err := h.store.ChangePlan(ctx, p, old.Next); err != nil {
		return err
	}
	h.Log.Info("plan rewritten", "plan", p.ID, "next", p.Next, "by", r.from.ID)
	if err := h.store.EndConversation(ctx, r.chat, flowCompose); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.plan_saved"))
	return h.showPlan(ctx, r, p)
}
