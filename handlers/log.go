package handlers

import (
	"context"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// deedsOnPage is how many lines of the log are shown at once.
const deedsOnPage = 15

// deedTexts are the words for each deed.
var deedTexts = map[ward.Deed]struct{ key string }{
	ward.DeedAppointed:  {"log.appointed"},
	ward.DeedDismissed:  {"log.dismissed"},
	ward.DeedAdmitted:   {"log.admitted"},
	ward.DeedDeclined:   {"log.declined"},
	ward.DeedMoved:      {"log.moved"},
	ward.DeedInvited:    {"log.invited"},
	ward.DeedRevoked:    {"log.revoked"},
	ward.DeedSawNames:   {"log.saw_names"},
	ward.DeedExported:   {"log.exported"},
	ward.DeedTook:       {"log.took"},
	ward.DeedListed:     {"log.listed"},
	ward.DeedStruck:     {"log.struck"},
	ward.DeedRecognised: {"log.recognised"},
	ward.DeedMerged:     {"log.merged"},
	ward.DeedSplit:      {"log.split"},
	ward.DeedTargeted:   {"log.targeted"},
	ward.DeedAsked:      {"log.asked"},
	ward.DeedAgreed:     {"log.agreed"},
	ward.DeedRefused:    {"log.refused"},
	ward.DeedCleared:    {"log.cleared"},
	ward.DeedMailed:     {"log.mailed"},
}

// log shows admins what was done in all wards.
func (h *Handlers) log(ctx context.Context, r *request) error {
	return h.showLog(ctx, r, 0, nil, r.arg(1))
}

// wardLog shows what was done in one ward to those who look after it.
func (h *Handlers) wardLog(ctx context.Context, r *request) error {
	past, err := h.store.Charges(ctx, r.arg(0))
	if err != nil {
		return err
	}
	return h.showLog(ctx, r, r.arg(0), past, r.arg(1))
}

func (h *Handlers) showLog(ctx context.Context, r *request, wardID int64, wardIDs []int64, before int64) error {
	deeds, err := h.store.AuditLog(ctx, wardIDs, before, deedsOnPage+1)
	if err != nil {
		return err
	}
	sees, err := r.sight(ctx)
	if err != nil {
		return err
	}
	action, back := "log", button(r.t.Plain("btn.back"), "ppl")
	if wardID != 0 {
		action, back = "wlog", button(r.t.Plain("btn.back"), "pplw", wardID)
	}
	k := bot.Keyboard{{back}}
	if len(deeds) > deedsOnPage {
		deeds = deeds[:deedsOnPage]
		k[0] = append(k[0], button("›", action, wardID, deeds[deedsOnPage-1].ID))
	}
	lines := []string{r.t.HTML("log.title")}
	for _, a := range deeds {
		line, err := h.deedLine(ctx, r.t, a, sees)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	if len(deeds) == 0 {
		lines = append(lines, r.t.HTML("log.empty"))
	}
	return r.edit(ctx, strings.Join(lines, "\n"), k)
}

// deedLine is a line of the log. Who holds or held a role is named; of other
// people, only those whom the reader looks after.
func (h *Handlers) deedLine(ctx context.Context, t *locales.Texts, a ward.Audit, sees func(int64) bool) (string, error) {
	text, known := deedTexts[a.Deed]
	if !known {
		return "", nil // of a newer program
	}
	by := t.Plain("log.program")
	var err error
	switch {
	case a.By.AdminID != 0:
		by = t.Plain("log.admin", locales.Args{"Number": a.By.AdminID})
	case a.By.PersonID != 0 && a.By.PersonID == a.PersonID:
		by, err = h.logName(ctx, t, a.By.PersonID, a.WardID == 0 || sees(a.WardID))
	case a.By.PersonID != 0:
		by, err = h.logName(ctx, t, a.By.PersonID, true)
	}
	if err != nil {
		return "", err
	}
	about := ""
	if a.PersonID != 0 {
		public := a.Deed == ward.DeedAppointed || a.Deed == ward.DeedDismissed || sees(a.WardID)
		if about, err = h.logName(ctx, t, a.PersonID, public); err != nil {
			return "", err
		}
	}
	role, err := h.roleName(ctx, t, a.Role, a.WardID)
	if err != nil {
		return "", err
	}
	place := t.Plain("log.everywhere")
	if a.WardID != 0 {
		w, err := h.store.Ward(ctx, a.WardID)
		if err != nil {
			return "", err
		}
		place = t.Plain("log.ward", locales.Args{"Ward": w.Name})
	}
	at := a.At.In(h.Zone)
	return t.HTML(text.key, locales.Args{
		"Time": t.ShortDay(at) + " " + t.Clock(at), "By": by, "About": about, "Role": role, "Place": place, "Number": t.Number(a.Count),
	}), nil
}

// logName is a name in the log, if there still is one and it may be read.
func (h *Handlers) logName(ctx context.Context, t *locales.Texts, personID int64, public bool) (string, error) {
	p, err := h.store.Person(ctx, personID)
	switch {
	case err != nil:
		return "", err
	case p.Name == "":
		return t.Plain("log.left"), nil
	case !public:
		return t.Plain("log.somebody"), nil
	}
	return p.Name, nil
}
