package handlers

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// namesOnPage is how many people a page of a list has.
const namesOnPage = 10

// people is the command: the own ward for a ward coordinator, all wards for
// everybody else; a name typed behind it is looked for.
func (h *Handlers) people(ctx context.Context, r *request) error {
	switch {
	case r.rest != "":
		return h.findPerson(ctx, r, &storage.Conversation{Flow: flowPeople}, r.rest)
	case r.role == ward.RoleWardCoordinator:
		return h.showPeopleOf(ctx, r, r.me.ChargeID)
	}
	wards, err := h.store.Wards(ctx)
	if err != nil {
		return err
	}
	heads, err := h.store.Heads(ctx, h.Now())
	if err != nil {
		return err
	}
	sees, err := r.sight(ctx)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	alone, total := 0, 0
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		buttons = append(buttons, button(w.Name, "pplw", w.ID))
		total += heads[w.ID].All()
		if sees(w.ID) {
			alone++
		}
	}
	k := rows(buttons[:min(len(buttons), maxButtons)], 2)
	k = append(k, []bot.Button{button(r.t.Plain("btn.find_person"), "pfind")})
	if r.role == ward.RoleAdmin {
		k[len(k)-1] = append(k[len(k)-1], button(r.t.Plain("btn.coordinators"), "keeprs"))
		k = append(k, []bot.Button{button(r.t.Plain("btn.log"), "log")})
	}
	return r.say(ctx, r.t.HTML("people.all", locales.Args{
		"People": r.t.Number(total), "Wards": r.t.Number(len(wards)), "Count": alone,
	}), k)
}

// peopleOf is the tap on a ward.
func (h *Handlers) peopleOf(ctx context.Context, r *request) error {
	return h.showPeopleOf(ctx, r, r.arg(0))
}

// showPeopleOf is one ward in numbers, with its coordinators, who stand up for
// it by name. A ward of few people has no numbers for those who do not look
// after it.
func (h *Handlers) showPeopleOf(ctx context.Context, r *request, wardID int64) error {
	w, err := h.store.Ward(ctx, wardID)
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err != nil {
		return err
	}
	all, err := h.store.Heads(ctx, h.Now())
	if err != nil {
		return err
	}
	keepers, err := h.store.Coordinators(ctx, wardID)
	if err != nil {
		return err
	}
	sees, err := r.sight(ctx)
	if err != nil {
		return err
	}
	expected, err := h.store.CountRoster(ctx, wardID)
	if err != nil {
		return err
	}
	heads := all[wardID]
	var names []string
	for _, p := range keepers {
		names = append(names, p.Name)
	}
	html := r.t.HTML("people.ward", locales.Args{
		"Ward": w.Name, "Coordinators": strings.Join(names, ", "), "Shown": sees(wardID) || heads.All() >= ward.MinShown,
		"People": r.t.Number(heads.All()), "Active": r.t.Number(heads.Active), "Paused": r.t.Number(heads.Paused),
		"Unreachable": r.t.Number(heads.Unreachable), "Waiting": r.t.Number(heads.Waiting), "Expected": r.t.Number(expected),
	})
	var k bot.Keyboard
	if sees(wardID) {
		k = bot.Keyboard{
			{button(r.t.Plain("btn.list_people"), "ppls", wardID), button(r.t.Plain("btn.find_person"), "pfind")},
			{button(r.t.Plain("btn.log"), "wlog", wardID)},
		}
		if expected > 0 {
			k[1] = append(k[1], button(r.t.Plain("btn.expected"), "roster", wardID))
		}
	}
	k = append(k, []bot.Button{button(r.t.Plain("btn.invites"), "invts", wardID)})
	if r.role >= ward.RoleCoordinator {
		k = append(k, []bot.Button{button(r.t.Plain("btn.back"), "ppl")})
	}
	return r.say(ctx, html, k)
}

// listPeople lists the people of a ward, by given name, a page at a time.
func (h *Handlers) listPeople(ctx context.Context, r *request) error {
	id := r.arg(0)
	w, err := h.store.Ward(ctx, id)
	if err != nil {
		return err
	}
	all, err := h.store.PeopleOf(ctx, id)
	if err != nil {
		return err
	}
	all = locales.SortedPeople(all, func(p ward.Person) string { return p.Name })
	page, k, err := h.page(ctx, r, all, "ppls", id, r.arg(1))
	if err != nil {
		return err
	}
	if err := r.sawNames(ctx, id, len(page)); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("people.list", locales.Args{"Ward": w.Name, "Count": len(all)}), k)
}

// page is the buttons of a page of people, and who is on it.
func (h *Handlers) page(ctx context.Context, r *request, all []ward.Person, action string, wardID, at int64) ([]ward.Person, bot.Keyboard, error) {
	first := int(at) * namesOnPage
	if at > int64(len(all)) || first >= len(all) {
		at, first = 0, 0
	}
	end := min(first+namesOnPage, len(all))
	page := all[first:end]
	var k bot.Keyboard
	for _, p := range page {
		place, err := h.placeOf(ctx, r.t, p.WardID, p.GroupID)
		if err != nil {
			return nil, nil, err
		}
		k = append(k, []bot.Button{button(sentence(p.Name, 40)+" · "+place, "pers", p.ID)})
	}
	return page, append(k, turns(r.t, action, wardID, at, end < len(all), "pplw")), nil
}

// turns is the row that leads to the page before and after, and back.
func turns(t *locales.Texts, action string, wardID, at int64, more bool, back string) []bot.Button {
	var row []bot.Button
	if at > 0 {
		row = append(row, button("‹", action, wardID, at-1))
	}
	row = append(row, button(t.Plain("btn.back"), back, wardID))
	if more {
		row = append(row, button("›", action, wardID, at+1))
	}
	return row
}

// askPerson waits for a name to be typed.
func (h *Handlers) askPerson(ctx context.Context, r *request) error {
	return h.showPeople(ctx, r, &storage.Conversation{Flow: flowPeople, Step: stepText, Data: []byte("0")})
}

func (h *Handlers) showPeople(ctx context.Context, r *request, c *storage.Conversation) error {
	return r.step(ctx, c, r.t.HTML("people.ask_name"), bot.Keyboard{{button(r.t.Plain("btn.back"), "ppl")}})
}

func (h *Handlers) peopleInput(ctx context.Context, r *request, c *storage.Conversation) error {
	return h.findPerson(ctx, r, c, r.text())
}

// findPerson looks for a name without tones: among the people this person
// looks after by any part of it, elsewhere by the whole name, and a ward
// coordinator elsewhere not at all.
func (h *Handlers) findPerson(ctx context.Context, r *request, c *storage.Conversation, name string) error {
	found, err := h.lookUp(ctx, r, name, r.role == ward.RoleAdmin, namesOnPage) // who appoints has business with people of other wards
	if err != nil {
		return err
	}
	if len(found) == 0 {
		_, err := r.reply(ctx, r.t.HTML("people.nobody"), nil)
		return err
	}
	var k bot.Keyboard
	for _, p := range found {
		w, err := h.store.Ward(ctx, p.WardID)
		if err != nil {
			return err
		}
		k = append(k, []bot.Button{button(sentence(p.Name, 40)+" · "+w.Name, "pers", p.ID)})
	}
	if c.Step == "" {
		if err := pack(c, stepText, 0); err != nil {
			return err
		}
	}
	return r.step(ctx, c, r.t.HTML("people.found"), append(k, []bot.Button{button(r.t.Plain("btn.back"), "ppl")}))
}

// lookUp finds people by name and logs that names were shown. Those of wards
// that this person does not look after are found only if elsewhere says so,
// and by their whole name.
func (h *Handlers) lookUp(ctx context.Context, r *request, name string, elsewhere bool, most int) ([]ward.Person, error) {
	sees, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	found, err := h.store.FindPeople(ctx, name, sees, most)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(p ward.Person) bool { return !elsewhere && !sees(p.WardID) })
	shown := map[int64]int{}
	for _, p := range found {
		shown[p.WardID]++
	}
	for _, id := range slices.Sorted(maps.Keys(shown)) {
		if err := r.sawNames(ctx, id, shown[id]); err != nil {
			return nil, err
		}
	}
	return locales.SortedPeople(found, func(p ward.Person) string { return p.Name }), nil
}

// showPerson is the card of a person: who they are, and what can be done.
// Whoever does not look after their ward sees no more than appointing needs.
func (h *Handlers) showPerson(ctx context.Context, r *request) error {
	p, err := h.store.Person(ctx, r.arg(0))
	if err != nil {
		return err
	}
	sees, err := r.sight(ctx)
	if err != nil {
		return err
	}
	appoints := r.role == ward.RoleAdmin
	if p.State == ward.PersonErased || p.State == ward.PersonWithdrawn || !appoints && !sees(p.WardID) {
		return errOldButton
	}
	w, err := h.store.Ward(ctx, p.WardID)
	if err != nil {
		return err
	}
	place := ""
	if p.GroupID != 0 && sees(p.WardID) {
		if place, err = h.placeOf(ctx, r.t, p.WardID, p.GroupID); err != nil {
			return err
		}
	}
	role, err := h.roleName(ctx, r.t, p.Role, p.ChargeID)
	if err != nil {
		return err
	}
	html := r.t.HTML("people.person", locales.Args{
		"Name": p.Name, "Ward": w.Name, "Group": place, "Role": role, "State": h.stateName(r.t, p),
		"Joined": r.t.Date(p.JoinedAt.In(h.Zone)), "Shown": sees(p.WardID),
	})
	var k bot.Keyboard
	if sees(p.WardID) {
		k = append(k, []bot.Button{button(r.t.Plain("btn.move"), "move", p.ID)})
	}
	if appoints {
		k = append(k, h.appointments(r.t, p)...)
	}
	return r.say(ctx, html, append(k, []bot.Button{button(r.t.Plain("btn.back"), "pplw", p.WardID)}))
}

// roleName is what a person is, in words.
func (h *Handlers) roleName(ctx context.Context, t *locales.Texts, role ward.Role, wardID int64) (string, error) {
	switch role {
	case ward.RoleAdmin:
		return t.Plain("people.admin"), nil
	case ward.RoleCoordinator:
		return t.Plain("people.coordinator"), nil
	case ward.RoleWardCoordinator:
		w, err := h.store.Ward(ctx, wardID)
		return t.Plain("people.ward_coordinator", locales.Args{"Ward": w.Name}), err
	}
	return t.Plain("people.collaborator"), nil
}

// stateName says why a person is not sent what there is, if they are not.
func (h *Handlers) stateName(t *locales.Texts, p ward.Person) string {
	switch {
	case p.State == ward.PersonWaiting:
		return t.Plain("people.waiting")
	case p.State == ward.PersonUnreachable:
		return t.Plain("people.unreachable")
	case p.PausedUntil.After(h.Now()):
		return t.Plain("people.paused", locales.Args{"Day": t.Day(p.PausedUntil.Add(-1).In(h.Zone))})
	}
	return ""
}
