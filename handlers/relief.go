package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// listedAtOnce is how many people a list of those who need help names at most:
// the longest waiting.
const listedAtOnce = 20

// alertCard is how an alert fares: how far it is on its way, how people
// answered, and who of those that the coordinator of a chat looks after waits
// for help. Who does not look after its whole audience sees what concerns
// their own ward.
func (h *Handlers) alertCard(ctx context.Context, t *locales.Texts, b ward.Bulletin, chat int64) (string, bot.Keyboard, error) {
	viewer, err := h.absent(ctx, chat)
	if err != nil {
		return "", nil, err
	}
	err = viewer.within(ctx, b.Audience)
	if err != nil && !errors.Is(err, errElsewhere) && !errors.Is(err, ward.ErrNotFound) {
		return "", nil, err
	}
	html, k, wards := t.HTML("alert.title", locales.Args{"Title": b.Title}), bot.Keyboard(nil), viewer.charges
	whole := err == nil
	if whole {
		wards = nil
		if html, k, err = h.wayCard(ctx, t, b); err != nil {
			return "", nil, err
		}
	}
	if !whole && len(wards) == 0 { // who looks after nothing any more
		return html, nil, nil
	}
	c, err := h.store.CountSafety(ctx, b.ID, wards)
	if err != nil {
		return "", nil, err
	}
	html += h.safetyLines(t, b, c)
	list, done, err := h.waitingList(ctx, t, b, viewer, whole)
	if err != nil {
		return "", nil, err
	}
	k = append(done, k...)
	if whole && b.OnAlert(h.Now()) == nil && b.State >= ward.BulletinSending {
		tools := []bot.Button{button(t.Plain("btn.all_clear"), "aclear", b.ID)}
		if b.AsksSafety() && c.Silent > 0 {
			tools = append(tools, button(t.Plain("btn.remind", locales.Args{"Count": c.Silent}), "arem", b.ID))
		}
		k = append(k, tools)
	}
	return html + list, k, nil
}

// safetyLines say how people answered an alert, and whether it is over.
func (h *Handlers) safetyLines(t *locales.Texts, b ward.Bulletin, c ward.SafetyCount) (lines string) {
	over := b.TooLate(h.Now())
	if over && !b.Recalled() {
		lines = "\n" + t.HTML("alert.is_over")
	}
	switch {
	case !b.AsksSafety():
	case over && c.Safe+c.Help == 0:
		lines += "\n" + t.HTML("alert.no_answers")
	default:
		lines += "\n" + t.HTML("alert.counts", locales.Args{
			"Safe": t.Number(c.Safe), "Help": t.Number(c.Help), "Waits": t.Number(c.Waits), "Silent": t.Number(c.Silent),
		})
	}
	return lines
}

// waitingList names those who wait for help and are seen by somebody, with a
// button for each.
func (h *Handlers) waitingList(ctx context.Context, t *locales.Texts, b ward.Bulletin, viewer *request, whole bool) (html string, done bot.Keyboard, err error) {
	all, err := h.store.NeedHelp(ctx, b.ID)
	if err != nil || len(all) == 0 {
		return "", nil, err
	}
	sees, err := viewer.sight(ctx)
	if err != nil {
		return "", nil, err
	}
	seen := slices.DeleteFunc(slices.Clone(all), func(p ward.Plight) bool { return !sees(p.WardID) })
	var lines []string
	var buttons []bot.Button
	for i, p := range seen[:min(len(seen), listedAtOnce)] {
		line, err := h.plightLine(ctx, t, i+1, p)
		if err != nil {
			return "", nil, err
		}
		lines = append(lines, line)
		buttons = append(buttons, button(t.Plain("btn.helped")+" "+strconv.Itoa(i+1), "helped", b.ID, p.PersonID))
	}
	if more := len(seen) - listedAtOnce; more > 0 {
		lines = append(lines, t.HTML("alert.more", locales.Args{"Count": more}))
	}
	if others := len(all) - len(seen); whole && others > 0 {
		lines = append(lines, t.HTML("alert.elsewhere", locales.Args{"Count": others}))
	}
	if len(lines) == 0 {
		return "", nil, nil
	}
	return "\n\n" + strings.Join(lines, "\n"), rows(buttons, 3), nil
}

// plightLine is one person who waits for help.
func (h *Handlers) plightLine(ctx context.Context, t *locales.Texts, number int, p ward.Plight) (string, error) {
	w, err := h.store.Ward(ctx, p.WardID)
	if err != nil {
		return "", err
	}
	place := w.Name
	if p.GroupID != 0 {
		g, err := h.store.Group(ctx, p.GroupID)
		if err != nil {
			return "", err
		}
		place += ", " + g.Name
	}
	link := ""
	if p.Located {
		link = mapLink(p.Latitude, p.Longitude)
	}
	return t.HTML("alert.person", locales.Args{
		"Number": number, "Name": p.Name, "Place": place, "Time": t.Clock(p.At.In(h.Zone)), "Map": link, "Note": p.Note,
	}), nil
}

// mapLink shows a place on the map of whatever app people use (Google: Maps
// URLs, Search).
func mapLink(latitude, longitude float64) string {
	return fmt.Sprintf("https://www.google.com/maps/search/?api=1&query=%.6f,%.6f", latitude, longitude)
}

// callForHelp sends those who look after a ward their list when somebody there
// needs help, or has told where they are: the list comes anew, so that the
// telephone rings, also by night, because coordinators are there for this.
// Who was told is noted afterwards: a kill in between tells them twice.
func (h *Handlers) callForHelp(ctx context.Context) error {
	untold, err := h.store.UntoldHelp(ctx, 10*atATime)
	if err != nil || len(untold) == 0 {
		return err
	}
	rung := map[[2]int64]bool{} // of which alert, in which chat
	for _, p := range untold {
		keepers, err := h.keepersOf(ctx, p.WardID)
		if err != nil {
			return err
		}
		told := false
		for _, k := range keepers {
			if k.State != ward.PersonActive {
				continue
			}
			at := [2]int64{p.BulletinID, k.ChatID}
			if !rung[at] {
				if err := h.ring(ctx, p, k); err != nil {
					h.Log.Warn("coordinator not told who needs help", "bulletin", p.BulletinID, "ward", p.WardID, "error", err)
					continue
				}
				rung[at] = true
			}
			told = true
		}
		if !told {
			continue // until there is somebody
		}
		if err := h.store.ToldHelp(ctx, p, h.Now()); err != nil {
			return err
		}
	}
	return nil
}

// ring sends somebody their list of an alert in place of the one they have,
// and logs that they see names.
func (h *Handlers) ring(ctx context.Context, p ward.Plight, keeper ward.Person) error {
	b, err := h.store.Bulletin(ctx, p.BulletinID)
	if err != nil {
		return err
	}
	t := h.texts.In(locales.Language(keeper.Language))
	html, k, err := h.sendCard(ctx, t, b, keeper.ChatID)
	if err != nil {
		return err
	}
	m, err := h.line.Send(ctx, bot.Send{ChatID: keeper.ChatID, HTML: html, Keyboard: k})
	if err != nil {
		if bot.KindOf(err) == bot.KindPersonGone {
			err = errors.Join(err, h.store.SetReachable(ctx, keeper.ChatID, false, h.Now()))
		}
		return err
	}
	controls, err := h.store.Controls(ctx)
	if err == nil {
		err = h.store.SetControl(ctx, storage.Control{BulletinID: b.ID, ChatID: keeper.ChatID, MessageID: m.ID, Language: string(t.Language())})
	}
	if err != nil {
		return err
	}
	for _, c := range controls {
		if c.BulletinID == b.ID && c.ChatID == keeper.ChatID && c.MessageID != 0 {
			if err := h.line.Delete(ctx, c.ChatID, c.MessageID); err != nil {
				h.Log.Debug("old list not taken away", "bulletin", b.ID, "error", err)
			}
		}
	}
	by := ward.Actor{PersonID: keeper.ID}
	if keeper.ID == 0 {
		by = ward.Actor{AdminID: keeper.ChatID}
	}
	return h.store.Audit(ctx, ward.Audit{By: by, Deed: ward.DeedSawNames, WardID: p.WardID, Count: 1})
}

// helped notes that somebody saw to a person, who is told: it may be a
// mistake.
func (h *Handlers) helped(ctx context.Context, r *request) error {
	alert, person := r.arg(0), r.arg(1)
	first, err := h.store.Helped(ctx, alert, person, h.Now())
	if err != nil {
		return err
	}
	if first {
		h.Log.Info("somebody was helped", "bulletin", alert, "by", r.from.ID)
		p, err := h.store.Person(ctx, person)
		if err != nil {
			return err
		}
		if err := h.tell(ctx, p, func(t *locales.Texts) string {
			return t.HTML("alert.helped", locales.Args{"Name": called(t, p), "Contact": h.Contact})
		}); err != nil {
			return err
		}
	}
	r.toast(ctx, r.t.Plain("toast.helped"))
	return h.refreshCard(ctx, r)
}

// forgotten says whether nothing can be learnt any more about an alert: it is
// over, and what people answered is erased, so that its card names nobody.
func (h *Handlers) forgotten(ctx context.Context, b ward.Bulletin) (bool, error) {
	if !b.Recalled() && !b.TooLate(h.Now()) {
		return false, nil
	}
	c, err := h.store.CountSafety(ctx, b.ID, nil)
	return c.Safe+c.Help == 0, err
}
