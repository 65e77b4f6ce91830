package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"wardbot/ward"
)

// door is who may go through a route: everybody from a role on, and those
// whose role is for one ward only if the route concerns no other. Routes
// without an area concern no ward, or see to it themselves that they do not
// reach beyond those the person looks after.
type door struct {
	least ward.Role
	about string                                             // where the area is read from, for the table of rights
	area  func(context.Context, *request) (ward.Area, error) // nil: none
	names bool                                               // who wrote what is shown: only to those who look after the area
}

// opens is the rule. Home is the ward that somebody lives in, charges are the
// wards they are coordinator of.
func (d door) opens(role ward.Role, home int64, charges []int64, a ward.Area) bool {
	switch {
	case role < d.least:
		return false
	case d.about == "" || role >= ward.RoleCoordinator:
		return true
	case d.least < ward.RoleWardCoordinator:
		return a.Within(append(slices.Clip(charges), home)...)
	}
	return a.Within(charges...)
}

// may says why somebody may not go through a door.
func (r *request) may(ctx context.Context, d door) error {
	switch {
	case r.role >= d.least:
	case r.me.State == ward.PersonWaiting:
		return errWaiting
	case r.me.State == ward.PersonWithdrawn:
		return errWithdrawn
	case r.role == ward.RoleGuest:
		return errNotMember
	default:
		return errNotAllowed
	}
	if d.area == nil {
		return nil
	}
	a, err := d.area(ctx, r)
	if errors.Is(err, ward.ErrNotFound) {
		return errOldButton
	}
	if err == nil && !d.opens(r.role, r.me.WardID, r.charges, a) {
		err = errElsewhere
	}
	if err != nil || !d.names {
		return err
	}
	sees, err := r.sight(ctx)
	if err == nil && slices.ContainsFunc(a.WardIDs, func(id int64) bool { return !sees(id) }) {
		err = errElsewhere
	}
	return err
}

// looksAfter says whether somebody sees who is in a ward and what they wrote,
// and judges it: its own coordinator does, and the coordinators of all wards
// where there is none. The map says which wards have one.
func (r *request) looksAfter(wardID int64, coordinated map[int64]bool) bool {
	return slices.Contains(r.charges, wardID) || r.role >= ward.RoleCoordinator && !coordinated[wardID]
}

// sight is looksAfter for as many wards as one likes.
func (r *request) sight(ctx context.Context) (func(wardID int64) bool, error) {
	coordinated, err := r.h.store.CoordinatedWards(ctx)
	if err != nil {
		return nil, err
	}
	return func(id int64) bool { return r.looksAfter(id, coordinated) }, nil
}

// actor is who is written into the log.
func (r *request) actor() ward.Actor {
	if r.me.ID == 0 {
		return ward.Actor{AdminID: r.from.ID}
	}
	return ward.Actor{PersonID: r.me.ID}
}

// sawNames logs that names of a ward were shown.
func (r *request) sawNames(ctx context.Context, wardID int64, count int) error {
	return r.h.store.Audit(ctx, ward.Audit{By: r.actor(), Deed: ward.DeedSawNames, WardID: wardID, Count: count})
}

// The areas that buttons and conversations concern.

func (h *Handlers) wardArea(_ context.Context, r *request) (ward.Area, error) {
	return ward.In(r.arg(0)), nil
}

// numbersArea is of the buttons that name a period before the ward.
func (h *Handlers) numbersArea(_ context.Context, r *request) (ward.Area, error) {
	return ward.In(r.arg(1)), nil
}

func (h *Handlers) personArea(ctx context.Context, r *request) (ward.Area, error) {
	p, err := h.store.Person(ctx, r.arg(0))
	return ward.In(p.WardID), err
}

func (h *Handlers) expectedArea(ctx context.Context, r *request) (ward.Area, error) {
	e, err := h.store.Expected(ctx, r.arg(0))
	return ward.In(e.WardID), err
}

func (h *Handlers) storyArea(ctx context.Context, r *request) (ward.Area, error) {
	v, err := h.store.Story(ctx, r.arg(0))
	return ward.In(v.WardID), err
}

func (h *Handlers) inviteArea(ctx context.Context, r *request) (ward.Area, error) {
	i, err := h.store.InviteByID(ctx, r.arg(0))
	return ward.In(i.WardID), err
}

func (h *Handlers) bulletinArea(ctx context.Context, r *request) (ward.Area, error) {
	return h.areaOfBulletin(ctx, r.arg(0))
}

func (h *Handlers) entryArea(ctx context.Context, r *request) (ward.Area, error) {
	e, err := h.store.Entry(ctx, r.arg(0))
	if err != nil {
		return ward.Area{}, err
	}
	return h.areaOfBulletin(ctx, e.BulletinID)
}

func (h *Handlers) planArea(ctx context.Context, r *request) (ward.Area, error) {
	p, err := h.store.Plan(ctx, r.arg(0))
	if err != nil {
		return ward.Area{}, err
	}
	return h.areaOf(ctx, p.Draft.Audience)
}

// retimeArea is of the plan that a new time is asked for.
func (h *Handlers) retimeArea(ctx context.Context, r *request) (ward.Area, error) {
	c, err := h.store.Conversation(ctx, r.chat, flowPlan)
	if err != nil {
		return ward.Area{}, err
	}
	p, err := h.store.Plan(ctx, unpack[retiming](c).Plan)
	if err != nil {
		return ward.Area{}, err
	}
	return h.areaOf(ctx, p.Draft.Audience)
}

// storyBackArea is of the story that a reason is asked for, mendArea of the
// correction under way, and juryArea of the call that a juror is looked for.
func (h *Handlers) storyBackArea(ctx context.Context, r *request) (ward.Area, error) {
	c, err := h.store.Conversation(ctx, r.chat, flowStoryBack)
	if err != nil {
		return ward.Area{}, err
	}
	v, err := h.store.Story(ctx, unpack[sendingBack](c).Story)
	return ward.In(v.WardID), err
}

func (h *Handlers) mendArea(ctx context.Context, r *request) (ward.Area, error) {
	c, err := h.store.Conversation(ctx, r.chat, flowCorrect)
	if err != nil {
		return ward.Area{}, err
	}
	return h.areaOfBulletin(ctx, unpack[mend](c).BulletinID)
}

func (h *Handlers) juryArea(ctx context.Context, r *request) (ward.Area, error) {
	c, err := h.store.Conversation(ctx, r.chat, flowJuror)
	if err != nil {
		return ward.Area{}, err
	}
	return h.areaOfBulletin(ctx, unpack[int64](c))
}

// assentArea is of what consent is asked to, plightArea of who needs help.
func (h *Handlers) assentArea(ctx context.Context, r *request) (ward.Area, error) {
	a, err := h.store.Assent(ctx, r.arg(0))
	if err != nil {
		return ward.Area{}, err
	}
	return h.areaOf(ctx, a.Bulletin.Audience)
}

func (h *Handlers) plightArea(ctx context.Context, r *request) (ward.Area, error) {
	p, err := h.store.Plight(ctx, r.arg(0), r.arg(1))
	return ward.In(p.WardID), err
}

func (h *Handlers) areaOfBulletin(ctx context.Context, id int64) (ward.Area, error) {
	b, err := h.store.Bulletin(ctx, id)
	if err != nil {
		return ward.Area{}, err
	}
	return h.areaOf(ctx, b.Audience)
}

// areaOf is the wards of an audience. One that is made of who has another
// bulletin, or has not answered it, lies where that one does.
func (h *Handlers) areaOf(ctx context.Context, a ward.Audience) (ward.Area, error) {
	area := ward.Area{WardIDs: slices.Clone(a.WardIDs)}
	for _, id := range a.GroupIDs {
		g, err := h.store.Group(ctx, id)
		if err != nil {
			return area, fmt.Errorf("area of an audience: %w", err)
		}
		area.WardIDs = append(area.WardIDs, g.WardID)
	}
	if len(area.WardIDs) > 0 {
		return area, nil
	}
	for _, other := range []int64{a.SilentOn, a.Holding, a.ChosenIn, a.Warned, a.Unheard} {
		if other != 0 {
			return h.areaOfBulletin(ctx, other)
		}
	}
	return ward.In(0), nil
}

// reach is whom somebody writes to: a ward coordinator to their ward, others
// to the wards they chose.
func (r *request) reach(wardIDs []int64) ward.Audience {
	if r.role == ward.RoleWardCoordinator {
		wardIDs = []int64{r.me.ChargeID}
	}
	return ward.Audience{WardIDs: wardIDs}
}

// within says whether somebody may write to an audience: this is asked of
// everything that is published, whatever way led there.
func (r *request) within(ctx context.Context, a ward.Audience) error {
	area, err := r.h.areaOf(ctx, a)
	writer := door{least: ward.RoleWardCoordinator, about: "audience"}
	if err == nil && !writer.opens(r.role, r.me.WardID, r.charges, area) {
		err = errElsewhere
	}
	return err
}
