package handlers

import (
	"context"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// appointments are the roles that a person can be given, and the one they can
// be relieved of.
func (h *Handlers) appointments(t *locales.Texts, p ward.Person) bot.Keyboard {
	if p.State != ward.PersonActive && p.State != ward.PersonUnreachable {
		return nil
	}
	k := bot.Keyboard{{button(t.Plain("btn.make_ward_coordinator"), "appw", p.ID)}}
	if p.Role != ward.RoleCoordinator {
		k = append(k, []bot.Button{button(t.Plain("btn.make_coordinator"), "appask", p.ID, int64(ward.RoleCoordinator))})
	}
	if p.Role > ward.RoleCollaborator {
		k = append(k, []bot.Button{button(t.Plain("btn.dismiss"), "appask", p.ID, int64(ward.RoleCollaborator))})
	}
	return k
}

// keepers lists those who have a role.
func (h *Handlers) keepers(ctx context.Context, r *request) error {
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	wards = append([]ward.Ward{{}}, locales.Sorted(wards, func(w ward.Ward) string { return w.Name })...)
	var k bot.Keyboard
	for _, w := range wards {
		people, err := h.store.Coordinators(ctx, w.ID)
		if err != nil {
			return err
		}
		place := w.Name
		if w.ID == 0 {
			place = r.t.Plain("btn.all_wards")
		}
		for _, p := range people {
			k = append(k, []bot.Button{button(sentence(p.Name, 40)+" · "+place, "pers", p.ID)})
		}
	}
	k = append(k[:min(len(k), maxButtons)], []bot.Button{button(r.t.Plain("btn.back"), "ppl")})
	return r.edit(ctx, r.t.HTML("people.coordinators", locales.Args{"Count": len(k) - 1}), k)
}

// askCharge asks which ward somebody is to look after; their own comes first.
func (h *Handlers) askCharge(ctx context.Context, r *request) error {
	p, err := h.store.Person(ctx, r.arg(0))
	if err != nil {
		return err
	}
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		b := button(w.Name, "appask", p.ID, int64(ward.RoleWardCoordinator), w.ID)
		if w.ID == p.WardID {
			buttons = append([]bot.Button{b}, buttons...)
		} else {
			buttons = append(buttons, b)
		}
	}
	k := append(rows(buttons[:min(len(buttons), maxButtons)], 2), []bot.Button{button(r.t.Plain("btn.back"), "pers", p.ID)})
	return r.edit(ctx, r.t.HTML("people.which_charge", locales.Args{"Name": p.Name}), k)
}

// askAppoint asks once more, saying what it means.
func (h *Handlers) askAppoint(ctx context.Context, r *request) error {
	p, role, wardID, err := h.appointment(ctx, r)
	if err != nil {
		return err
	}
	name, err := h.roleName(ctx, r.t, role, wardID)
	if err != nil {
		return err
	}
	html := r.t.HTML("people.sure", locales.Args{"Name": p.Name, "Role": name})
	if role == ward.RoleCollaborator {
		if name, err = h.roleName(ctx, r.t, p.Role, p.ChargeID); err != nil {
			return err
		}
		html = r.t.HTML("people.sure_dismiss", locales.Args{"Name": p.Name, "Role": name})
	}
	return r.edit(ctx, html, bot.Keyboard{{
		button(r.t.Plain("btn.yes_right"), "appnow", r.args...), button(r.t.Plain("btn.back"), "pers", p.ID),
	}})
}

// appoint gives the role and tells the person, whose menu changes with it.
func (h *Handlers) appoint(ctx context.Context, r *request) error {
	was, role, wardID, err := h.appointment(ctx, r)
	if err != nil {
		return err
	}
	changed, err := h.store.Appoint(ctx, r.actor(), was.ID, role, wardID)
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	if changed {
		h.Log.Info("role changed", "person", was.ID, "role", role, "ward", wardID, "by", r.from.ID)
		if err := h.tellAppointed(ctx, was, role, wardID); err != nil {
			return err
		}
	}
	r.args = r.args[:1]
	return h.showPerson(ctx, r)
}

func (h *Handlers) tellAppointed(ctx context.Context, p ward.Person, role ward.Role, wardID int64) error {
	t := h.texts.In(locales.Language(p.Language))
	name, err := h.roleName(ctx, t, role, wardID)
	if err != nil {
		return err
	}
	html := t.HTML("people.you_are", locales.Args{"Name": called(t, p), "Role": name, "Org": h.Org})
	if role == ward.RoleCollaborator {
		html = t.HTML("people.you_were", locales.Args{"Name": called(t, p), "Org": h.Org})
	}
	if err := h.write(ctx, p, bot.Send{HTML: html}); err != nil {
		return err
	}
	err = h.line.SetCommands(ctx, bot.Commands{List: menu(t, role), ChatID: p.ChatID})
	if err != nil { // /trogiup sets it again
		h.Log.Warn("menu not changed", "person", p.ID, "error", err)
	}
	return nil
}

// appointment is what the tapped button says: who, which role, which ward.
func (h *Handlers) appointment(ctx context.Context, r *request) (p ward.Person, role ward.Role, wardID int64, err error) {
	role, wardID = ward.Role(r.arg(1)), r.arg(2)
	if role < ward.RoleCollaborator || role > ward.RoleCoordinator || (role == ward.RoleWardCoordinator) != (wardID != 0) {
		return p, 0, 0, errOldButton
	}
	p, err = h.store.Person(ctx, r.arg(0))
	if errors.Is(err, ward.ErrNotFound) || err == nil && p.State != ward.PersonActive && p.State != ward.PersonUnreachable {
		err = errOldButton
	}
	return p, role, wardID, err
}
