package handlers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// keepingDigests publishes the digests when their time comes. Each time is
// kept in one transaction that takes effect once; what goes before it only
// reads, so a kill at any moment loses and doubles nothing.
func (h *Handlers) keepingDigests() func(context.Context) error {
	scheduled := false
	var again time.Time // after a failure, which may have been long work
	return func(ctx context.Context) (err error) {
		if time.Now().Before(again) {
			return nil
		}
		if !scheduled {
			err = h.scheduleDigests(ctx)
			scheduled = err == nil
		}
		if err == nil {
			err = h.keepDigestsDue(ctx)
		}
		if err != nil {
			again = time.Now().Add(20 * h.RefreshEvery)
		}
		return err
	}
}

// scheduleDigests keeps when the digests are due next, by the setting.
func (h *Handlers) scheduleDigests(ctx context.Context) error {
	if !h.DigestAt.On {
		return h.store.DropDigests(ctx)
	}
	rule := h.DigestAt.String() + " " + h.Zone.String()
	for d := ward.DigestWeek; d.Valid(); d++ {
		if err := h.store.ScheduleDigest(ctx, d, rule, h.DigestAt.Next(d, h.Now(), h.Zone)); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) keepDigestsDue(ctx context.Context) error {
	due, err := h.store.DigestsDue(ctx, h.Now())
	if err != nil {
		return err
	}
	for _, slot := range due {
		if err := h.keepDigest(ctx, slot); err != nil {
			return err
		}
	}
	return nil
}

// keepDigest publishes the newest slot of a digest that has come, if it will
// still be worth reading when people may be written to. Older ones are left
// out: one digest after an outage, late, and not five.
func (h *Handlers) keepDigest(ctx context.Context, slot storage.DigestSlot) error {
	now, newest := h.Now(), slot
	next := h.DigestAt.Next(slot.Digest, slot.At, h.Zone)
	for !next.After(now) {
		newest.At, next = next, h.DigestAt.Next(slot.Digest, next, h.Zone)
	}
	var mailings []ward.Mailing
	if h.Quiet.Ends(now).Before(newest.At.Add(ward.DigestWorth)) {
		var err error
		if mailings, err = h.digest(ctx, newest); err != nil {
			return fmt.Errorf("digest %d of %s: %w", newest.Digest, newest.At, err)
		}
	}
	kept, err := h.store.KeepDigest(ctx, slot, next, mailings)
	if kept {
		h.Log.Info("digest kept", "digest", int(newest.Digest), "slot", newest.At, "mailings", len(mailings))
	}
	return err
}

// reader is who gets a digest, in their language.
type reader struct {
	ward.Person
	t *locales.Texts
}

// digest writes what everybody gets at a slot: each collaborator the week of
// their ward and their own, who looks after a ward that ward by group, and
// coordinators all wards.
func (h *Handlers) digest(ctx context.Context, slot storage.DigestSlot) ([]ward.Mailing, error) {
	readers, err := h.store.DigestReaders(ctx, h.Now())
	if err != nil {
		return nil, err
	}
	var people, inCharge []reader
	for _, p := range readers {
		r := reader{p, h.texts.In(locales.Language(p.Language))}
		switch {
		case h.coordinates(p):
			inCharge = append(inCharge, r)
		case slot.Digest != ward.DigestWeek:
		case p.Role == ward.RoleWardCoordinator && p.ChargeID != 0:
			inCharge = append(inCharge, r)
		default:
			people = append(people, r)
		}
	}
	var mailings []ward.Mailing
	letters, err := h.ownWeeks(ctx, slot, people)
	if err != nil {
		return nil, err
	}
	if len(letters) > 0 {
		mailings = append(mailings, h.mailing(slot, "people", letters))
	}
	backs, err := h.lookBacks(ctx, slot, inCharge)
	if err != nil {
		return nil, err
	}
	if len(backs.letters) > 0 {
		m := h.mailing(slot, "charge", backs.letters)
		m.Files, m.Logged = backs.files, backs.logged
		mailings = append(mailings, m)
	}
	return mailings, nil
}

// coordinates says whether a person looks after all wards.
func (h *Handlers) coordinates(p ward.Person) bool {
	return p.Role >= ward.RoleCoordinator || slices.Contains(h.Admins, p.ChatID)
}

// mailing makes a bulletin of letters. The last number of all their buttons is
// its own, so that a letter of doubtful fate can be told from all others.
func (h *Handlers) mailing(slot storage.DigestSlot, who string, letters []ward.OwnLetter) ward.Mailing {
	p := slot.Digest.Of(slot.At, h.Zone)
	return ward.Mailing{
		Bulletin: ward.Bulletin{
			DraftKey: fmt.Sprintf("digest-%d-%d-%s", slot.Digest, p.From, who), Kind: ward.KindDigest,
			Title:  h.periodTitle(h.texts.In(h.DefaultLanguage), p),
			Signed: ward.Signature{Org: h.Org, Sender: h.Org, Contact: h.Contact},
			SendAt: slot.At, SendDay: ward.DayOf(slot.At, h.Zone), Deadline: slot.At.Add(ward.DigestWorth),
			Ahead: slices.ContainsFunc(letters, func(l ward.OwnLetter) bool { return l.Part == ward.PartAhead }),
		},
		Letters: func(id int64) []ward.OwnLetter {
			named := slices.Clone(letters)
			for i, l := range named {
				named[i].Buttons = naming(l.Buttons, id)
			}
			return named
		},
	}
}

// naming adds a number to the data of buttons.
func naming(rows [][]ward.LetterButton, n int64) [][]ward.LetterButton {
	var named [][]ward.LetterButton
	for _, row := range rows {
		row = slices.Clone(row)
		for i := range row {
			row[i].Data = data(row[i].Data, n)
		}
		named = append(named, row)
	}
	return named
}

// ownWeeks are the three lines that collaborators get: how their ward fared
// and what they did themselves. Nobody gets them in a week without a task.
func (h *Handlers) ownWeeks(ctx context.Context, slot storage.DigestSlot, people []reader) ([]ward.OwnLetter, error) {
	if len(people) == 0 {
		return nil, nil
	}
	p := slot.Digest.Of(slot.At, h.Zone)
	wards, err := h.store.Tallies(ctx, p)
	if err != nil {
		return nil, err
	}
	shares, err := h.store.Shares(ctx, p)
	if err != nil {
		return nil, err
	}
	byID := map[int64]ward.PlaceTally{}
	for _, w := range wards {
		byID[w.PlaceID] = w
	}
	_, number := p.Week()
	var letters []ward.OwnLetter
	for _, r := range people {
		w, share := byID[r.WardID], shares[r.ID]
		if w.Asked == 0 {
			continue
		}
		letters = append(letters, ward.OwnLetter{PersonID: r.ID, Letter: ward.Letter{
			Language: r.Language,
			HTML: r.t.HTML("digest.own", locales.Args{
				"Week": number, "From": r.t.DayMonth(p.From.In(h.Zone)), "To": r.t.DayMonth(p.To.In(h.Zone)),
				"Ward": w.Name, "Percent": r.t.PercentWhole(w.Done, w.Asked), "Name": called(r.t, r.Person),
				"Mine": share.Asked > 0, "Done": r.t.Number(share.Done), "Asked": r.t.Number(share.Asked),
				"Reports": r.t.Number(share.Reports), "Households": r.t.Number(share.Households),
				"Org": h.Org, "Contact": h.Contact,
			}),
			Buttons: letterButtons(bot.Keyboard{{button(r.t.Plain("btn.stats"), "stats", spanOf(p))}}),
		}})
	}
	return letters, nil
}
