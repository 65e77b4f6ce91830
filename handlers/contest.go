package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// onPage is how many entries a page of the ranking has.
const onPage = 10

// contest shows a coordinator how far a call for entries has come.
func (h *Handlers) contest(ctx context.Context, r *request) error {
	b, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	return h.showContest(ctx, r, b)
}

// call finds a call for entries.
func (h *Handlers) call(ctx context.Context, id int64) (ward.Bulletin, error) {
	b, err := h.store.Bulletin(ctx, id)
	if errors.Is(err, ward.ErrNotFound) || err == nil && b.Kind != ward.KindCall {
		return b, errOldButton
	}
	return b, err
}

func (h *Handlers) showContest(ctx context.Context, r *request, b ward.Bulletin) error {
	j, err := h.store.Judging(ctx, b.ID)
	if err != nil {
		return err
	}
	var jurors []string
	for _, one := range j.Jurors {
		jurors = append(jurors, r.t.Plain("contest.juror", locales.Args{
			"Name": one.Name, "Scored": r.t.Number(one.Scored), "Entries": r.t.Number(j.Entries - one.Own),
		}))
	}
	html := r.t.HTML("contest.card", locales.Args{
		"Title": b.Title, "Until": h.until(r.t, b), "Entries": r.t.Number(j.Entries), "People": r.t.Number(j.People),
		"Shortlisted": r.t.Number(j.Shortlisted), "Chosen": r.t.Number(j.Chosen), "Jurors": strings.Join(jurors, "\n"),
	})
	k := bot.Keyboard{{button(r.t.Plain("btn.add_juror"), "jadd", b.ID)}}
	if len(j.Jurors) > 0 {
		k[0] = append(k[0], button(r.t.Plain("btn.drop_juror"), "jdrop", b.ID))
	}
	if j.Entries > 0 {
		k = append(k, []bot.Button{button(r.t.Plain("btn.by_points"), "rank", b.ID), button(r.t.Plain("btn.all_files"), "zip", b.ID)})
	}
	if j.Chosen > 0 {
		k = append(k, []bot.Button{button(r.t.Plain("btn.announce"), "result", b.ID), button(r.t.Plain("btn.tell_authors"), "tellem", b.ID)})
	}
	return r.say(ctx, html, append(k, []bot.Button{button(r.t.Plain("btn.refresh"), "contst", b.ID)}))
}

// ranking lists the entries by points, a page at a time.
func (h *Handlers) ranking(ctx context.Context, r *request) error {
	b, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	all, err := h.store.Entries(ctx, b.ID)
	if err != nil {
		return err
	}
	all = ward.ByPoints(all)
	page := int(r.arg(1))
	if page*onPage >= len(all) {
		page = 0
	}
	var lines []string
	var open []bot.Button
	for i, e := range all[page*onPage : min((page+1)*onPage, len(all))] {
		lines = append(lines, r.t.HTML("contest.ranked", locales.Args{
			"Place": r.t.Number(page*onPage + i + 1), "Number": r.t.Number(e.Number), "Mean": r.t.Decimal(e.Mean()), "Count": e.Jurors,
			"Mark": mark(e.State), "Text": sentence(e.Text, 60),
		}))
		open = append(open, button(r.t.Number(e.Number), "entry", e.ID, int64(page)))
	}
	k := rows(open, 5)
	var turn []bot.Button
	if page > 0 {
		turn = append(turn, button("‹", "rank", b.ID, int64(page-1)))
	}
	turn = append(turn, button(r.t.Plain("btn.back"), "contst", b.ID))
	if (page+1)*onPage < len(all) {
		turn = append(turn, button("›", "rank", b.ID, int64(page+1)))
	}
	return r.say(ctx, r.t.HTML("contest.ranking", locales.Args{"Title": b.Title})+"\n"+strings.Join(lines, "\n"), append(k, turn))
}

// mark shows at a glance how far an entry has come.
func mark(s ward.EntryState) string {
	switch s {
	case ward.EntryShortlisted:
		return "☆"
	case ward.EntryChosen:
		return "★"
	}
	return ""
}

// showEntryToCoordinator sends an entry whole, with its author.
func (h *Handlers) showEntryToCoordinator(ctx context.Context, r *request) error {
	e, err := h.store.Entry(ctx, r.arg(0))
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	if err := h.showFiles(ctx, r, e); err != nil {
		return err
	}
	html, k, err := h.entryCard(ctx, r, e, r.arg(1))
	if err != nil {
		return err
	}
	_, err = r.reply(ctx, html, k)
	return err
}

func (h *Handlers) entryCard(ctx context.Context, r *request, e ward.Entry, page int64) (string, bot.Keyboard, error) {
	author, err := h.author(ctx, r.t, e)
	if err != nil {
		return "", nil, err
	}
	html := r.t.HTML("contest.entry", locales.Args{
		"Number": r.t.Number(e.Number), "Author": author, "Credit": creditText(r.t, e.Credit), "Text": e.Text, "Mark": mark(e.State),
	})
	var choices []bot.Button
	for _, c := range []struct {
		state ward.EntryState
		label string
	}{
		{ward.EntryShortlisted, r.t.Plain("btn.shortlist")}, {ward.EntryChosen, r.t.Plain("btn.choose")}, {ward.EntryIn, r.t.Plain("btn.unchoose")},
	} {
		if c.state != e.State {
			choices = append(choices, button(c.label, "choose", e.ID, int64(c.state), page))
		}
	}
	return html, bot.Keyboard{choices, {button(r.t.Plain("btn.by_points"), "rank", e.BulletinID, page)}}, nil
}

// author is "Trần Thị Lan, Mỹ Đình 1".
func (h *Handlers) author(ctx context.Context, t *locales.Texts, e ward.Entry) (string, error) {
	p, err := h.store.Person(ctx, e.PersonID)
	if err != nil {
		return "", err
	}
	w, err := h.store.Ward(ctx, e.WardID)
	if err != nil {
		return "", err
	}
	if p.Name == "" {
		return t.Plain("contest.left", locales.Args{"Ward": w.Name}), nil
	}
	return t.Plain("contest.author", locales.Args{"Name": p.Name, "Ward": w.Name}), nil
}

// choose puts an entry on the shortlist, chooses it, or neither. What its
// author does not want published cannot be chosen.
func (h *Handlers) choose(ctx context.Context, r *request) error {
	e, err := h.store.Entry(ctx, r.arg(0))
	if err != nil {
		return err
	}
	state := ward.EntryState(r.arg(1))
	switch {
	case state < ward.EntryIn || state > ward.EntryChosen:
		return errOldButton
	case state == ward.EntryChosen && e.Credit == ward.CreditNone:
		return errNoCredit
	}
	if err := h.store.SetEntryState(ctx, e.ID, state); err != nil {
		return err
	}
	e.State = state
	html, k, err := h.entryCard(ctx, r, e, r.arg(2))
	if err != nil {
		return err
	}
	return r.edit(ctx, html, k)
}

// draftResult writes the result as a good-news draft, which the coordinator
// still reads, changes and sends like any other.
func (h *Handlers) draftResult(ctx context.Context, r *request) error {
	b, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	all, err := h.store.Entries(ctx, b.ID)
	if err != nil {
		return err
	}
	t := h.texts.In(h.DefaultLanguage) // it is for everybody
	lines := []string{t.Plain("contest.result_title", locales.Args{"Title": b.Title}), t.Plain("contest.result", locales.Args{"Count": len(all)})}
	for _, e := range all {
		if e.State != ward.EntryChosen {
			continue
		}
		by := t.Plain("contest.unnamed")
		if e.Credit == ward.CreditNamed {
			if by, err = h.author(ctx, t, e.Entry); err != nil {
				return err
			}
		}
		lines = append(lines, t.Plain("contest.result_line", locales.Args{"Number": t.Number(e.Number), "Author": by}))
	}
	lines = append(lines, t.Plain("contest.source", locales.Args{"Org": h.Org}))
	c, err := h.newSheet(ctx, r, stepCard, sheet{Key: rand.Text(), Kind: ward.KindNews, Text: strings.Join(lines, "\n"), WardIDs: b.Audience.WardIDs})
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true // the card of the call stays
	return h.showSheet(ctx, r, c)
}

// tellAuthors sends the chosen authors a signed notice, once.
func (h *Handlers) tellAuthors(ctx context.Context, r *request) error {
	call, err := h.call(ctx, r.arg(0))
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	at := h.Now().Add(h.SendDelay)
	in := func(t *locales.Texts, b ward.Bulletin) ward.Bulletin {
		b.Title, b.Body = t.Plain("contest.chosen_title"), t.Plain("contest.chosen", locales.Args{"Title": call.Title})
		return b
	}
	notice := in(r.t, ward.Bulletin{
		DraftKey: data("tellem", call.ID), Kind: ward.KindNotice, Signed: call.Signed, AuthorID: r.me.ID,
		Audience: ward.Audience{ChosenIn: call.ID}, SendAt: at, SendDay: ward.DayOf(at, h.Zone),
	})
	m, err := r.reply(ctx, r.t.HTML("compose.preparing", locales.Args{"Title": notice.Title}), nil)
	if err != nil {
		return err
	}
	b, err := h.toOutboxAs(ctx, r, notice, m.ID, func(b ward.Bulletin) (letters []ward.Letter) { // the words are ours, so each reads their own language
		for _, lang := range locales.Languages() {
			t := h.texts.In(lang)
			letters = append(letters, h.lettersIn(t, in(t, b))...)
		}
		return letters
	})
	if err != nil {
		return err
	}
	html, k, err := h.sendCard(ctx, r.t, b, r.chat)
	if err != nil {
		return err
	}
	return h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: m.ID, HTML: html, Keyboard: k})
}
