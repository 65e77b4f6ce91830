package handlers

import (
	"context"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// askJuror waits for the name of a juror.
func (h *Handlers) askJuror(ctx context.Context, r *request) error {
	b, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	c := storage.Conversation{Flow: flowJuror}
	if err := pack(&c, stepText, b.ID); err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true
	return h.showJuror(ctx, r, &c)
}

func (h *Handlers) showJuror(ctx context.Context, r *request, c *storage.Conversation) error {
	return r.step(ctx, c, r.t.HTML("contest.ask_juror"), bot.Keyboard{
		{button(r.t.Plain("btn.back"), "contst", unpack[int64](*c))},
	})
}

// jurorInput finds the people with that name; which of them is meant is for
// the coordinator to tap.
func (h *Handlers) jurorInput(ctx context.Context, r *request, c *storage.Conversation) error {
	found, err := h.lookUp(ctx, r, r.text(), r.role >= ward.RoleCoordinator, maxButtons)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		_, err := r.reply(ctx, r.t.HTML("contest.nobody"), nil)
		return err
	}
	call := unpack[int64](*c)
	var k bot.Keyboard
	for _, p := range found {
		w, err := h.store.Ward(ctx, p.WardID)
		if err != nil {
			return err
		}
		label := r.t.Plain("contest.author", locales.Args{"Name": p.Name, "Ward": w.Name})
		k = append(k, []bot.Button{button(sentence(label, 60), "juror", call, p.ID)})
	}
	return r.step(ctx, c, r.t.HTML("contest.which_person"), append(k, []bot.Button{button(r.t.Plain("btn.back"), "contst", call)}))
}

// appointJuror is the tap on a person; they are told.
func (h *Handlers) appointJuror(ctx context.Context, r *request) error {
	b, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	p, err := h.store.Person(ctx, r.arg(1))
	if err != nil {
		return err
	}
	if p.State != ward.PersonActive || !ward.In(p.WardID).Within(r.charges...) && r.role < ward.RoleCoordinator {
		return errOldButton
	}
	if err := h.store.AppointJuror(ctx, b.ID, p.ID); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowJuror); err != nil {
		return err
	}
	h.Log.Info("juror appointed", "bulletin", b.ID, "person", p.ID, "by", r.from.ID)
	if err := h.tell(ctx, p, func(t *locales.Texts) string {
		return t.HTML("judge.appointed", locales.Args{"Title": b.Title, "Until": h.until(t, b), "Org": h.Org})
	}); err != nil {
		return err
	}
	return h.showContest(ctx, r, b)
}

// dropJuror shows the jurors, and dismissJuror is the tap on one of them.
func (h *Handlers) dropJuror(ctx context.Context, r *request) error {
	b, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	j, err := h.store.Judging(ctx, b.ID)
	if err != nil {
		return err
	}
	var k bot.Keyboard
	for _, one := range j.Jurors {
		k = append(k, []bot.Button{button(sentence(one.Name, 60), "unjury", b.ID, one.PersonID)})
	}
	return r.say(ctx, r.t.HTML("contest.drop_juror"), append(k, []bot.Button{button(r.t.Plain("btn.back"), "contst", b.ID)}))
}

func (h *Handlers) dismissJuror(ctx context.Context, r *request) error {
	b, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if err := h.store.DismissJuror(ctx, b.ID, r.arg(1)); err != nil {
		return err
	}
	h.Log.Info("juror dismissed", "bulletin", b.ID, "person", r.arg(1), "by", r.from.ID)
	return h.showContest(ctx, r, b)
}
