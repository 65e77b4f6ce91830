package handlers

import (
	"context"
	"errors"
	"html/template"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// mend is a correction that is being written.
type mend struct {
	BulletinID int64     `json:"bulletin"`
	Revision   int       `json:"revision"` // that the coordinator saw
	Card       int64     `json:"card"`     // message that shows how it gets on
	Text       ward.Text `json:"text,omitzero"`
	PassOn     ward.Text `json:"pass_on,omitzero"`
	Note       string    `json:"note,omitempty"` // what changed; goes to everybody as a reply too
}

// The steps of correcting are stepText, stepPassOn and stepCard of composing,
// and this one.
const stepNote = "note"

// maxNote is how long the words about what changed may be, in UTF-16 units.
const maxNote = 200

// correctable says whether a bulletin has words of a coordinator to correct.
func correctable(b ward.Bulletin) bool {
	switch b.Kind {
	case ward.KindTask, ward.KindNews, ward.KindNotice, ward.KindCall:
		return !b.Recalled()
	}
	return false
}

// correct begins the correction of a bulletin that has been sent.
func (h *Handlers) correct(ctx context.Context, r *request) error {
	b, err := h.store.Bulletin(ctx, r.arg(0))
	if err != nil {
		return err
	}
	switch {
	case b.Recalled():
		return ward.ErrRecalled
	case !correctable(b) || r.tapped() == nil:
		return errOldButton
	}
	c := storage.Conversation{Flow: flowCorrect}
	m := mend{BulletinID: b.ID, Revision: b.Revision, Card: r.tapped().ID, PassOn: b.Errand()}
	if err := pack(&c, stepText, m); err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true // the card stays
	return h.showCorrect(ctx, r, &c)
}

// showCorrect shows the step that a correction is at.
func (h *Handlers) showCorrect(ctx context.Context, r *request, c *storage.Conversation) error {
	m := unpack[mend](*c)
	b, err := h.store.Bulletin(ctx, m.BulletinID)
	if err != nil {
		return err
	}
	cancel := bot.Keyboard{{button(r.t.Plain("btn.cancel"), "fixoff")}}
	if m.Text.Plain != "" {
		cancel = bot.Keyboard{{button(r.t.Plain("btn.back"), "fixto")}}
	}
	switch c.Step {
	case stepText:
		return r.step(ctx, c, r.t.HTML("correct.text", locales.Args{"Title": b.Title}), cancel)
	case stepNote:
		return r.step(ctx, c, r.t.HTML("correct.note"), cancel)
	case stepPassOn:
		return r.step(ctx, c, r.t.HTML("correct.pass_on"), cancel)
	}
	return h.showMend(ctx, r, c, b, m)
}

// showMend is the card of a correction: who will see it, and what to do next.
func (h *Handlers) showMend(ctx context.Context, r *request, c *storage.Conversation, b ward.Bulletin, m mend) error {
	p, err := h.store.Progress(ctx, b.ID)
	if err != nil {
		return err
	}
	note := button(r.t.Plain("btn.add_note"), "fixnot")
	if m.Note != "" {
		note = button(r.t.Plain("btn.drop_note"), "fixnon")
	}
	k := bot.Keyboard{{button(r.t.Plain("btn.correct_copies", locales.Args{"Count": p.Copies()}), "fixnow")}, {note}}
	if b.PassOn != "" {
		k[1] = append(k[1], button(r.t.Plain("btn.edit_pass_on"), "fixpas"))
	}
	k = append(k, []bot.Button{button(r.t.Plain("btn.edit"), "fixtxt"), button(r.t.Plain("btn.cancel"), "fixoff")})
	return r.step(ctx, c, r.t.HTML("correct.card", locales.Args{"Title": b.Title, "Sent": r.t.Number(p.Copies()), "Note": m.Note}), k)
}

// mended is the bulletin as it would be after the correction.
func (h *Handlers) mended(b ward.Bulletin, m mend) ward.Bulletin {
	b.Write(m.Text, m.PassOn)
	b.Correction, b.Revision, b.CorrectedAt = m.Note, m.Revision, h.Now()
	return b
}

// correctInput is the new text, the new message to pass on, or what changed.
func (h *Handlers) correctInput(ctx context.Context, r *request, c *storage.Conversation) error {
	m, words := unpack[mend](*c), wordsOf(r.message())
	text := words.Plain
	b, err := h.store.Bulletin(ctx, m.BulletinID)
	switch {
	case err != nil:
		return err
	case text == "":
		return ward.ErrEmpty
	case c.Step == stepNote && ward.Units(text) > maxNote:
		return ward.ErrTooLong
	case c.Step == stepNote:
		m.Note = strings.Join(strings.Fields(text), " ")
	case c.Step == stepPassOn:
		m.PassOn = words
	default: // also on the card: what is typed there is the new text
		m.Text = words
	}
	err = h.mended(b, m).Validate(h.Links)
	var link *ward.LinkError
	if errors.As(err, &link) {
		_, err := r.reply(ctx, r.t.HTML("compose.link", locales.Args{"Link": link.Link}), nil)
		return err
	}
	if err != nil {
		return err
	}
	if err := pack(c, stepCard, m); err != nil {
		return err
	}
	if err := r.keep(ctx, c); err != nil { // what was typed, before anything is sent
		return err
	}
	if _, err := h.showPreview(ctx, r, h.mended(b, m)); err != nil {
		return err
	}
	return h.showMend(ctx, r, c, b, m)
}

// mendAt loads the correction under way; it is to go on at a step.
func (h *Handlers) mendAt(ctx context.Context, r *request, step string) (*storage.Conversation, mend, error) {
	c, err := r.conversation(ctx, flowCorrect)
	if err != nil {
		return nil, mend{}, err
	}
	m := unpack[mend](*c)
	if m.Text.Plain == "" {
		return nil, m, errOldButton
	}
	return c, m, pack(c, step, m)
}

func (h *Handlers) goCorrect(ctx context.Context, r *request, step string) error {
	c, _, err := h.mendAt(ctx, r, step)
	if err != nil {
		return err
	}
	return h.showCorrect(ctx, r, c)
}

// backToMend, recorrect, askNote and askNewPassOn lead from step to step.
func (h *Handlers) backToMend(ctx context.Context, r *request) error {
	return h.goCorrect(ctx, r, stepCard)
}

func (h *Handlers) recorrect(ctx context.Context, r *request) error {
	return h.goCorrect(ctx, r, stepText)
}

func (h *Handlers) askNote(ctx context.Context, r *request) error {
	return h.goCorrect(ctx, r, stepNote)
}

func (h *Handlers) askNewPassOn(ctx context.Context, r *request) error {
	return h.goCorrect(ctx, r, stepPassOn)
}

// dropNote takes the words about what changed out again.
func (h *Handlers) dropNote(ctx context.Context, r *request) error {
	c, m, err := h.mendAt(ctx, r, stepCard)
	if err != nil {
		return err
	}
	m.Note = ""
	if err := pack(c, stepCard, m); err != nil {
		return err
	}
	return h.showCorrect(ctx, r, c)
}

// dropMend leaves the bulletin as it is.
func (h *Handlers) dropMend(ctx context.Context, r *request) error {
	if _, err := r.conversation(ctx, flowCorrect); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowCorrect); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("correct.dropped"), nil)
}

// applyMend puts the correction in force. The engine changes the copies; how
// far it is stands on the bulletin's card. Handled twice, it is one
// correction with one reply to everybody.
func (h *Handlers) applyMend(ctx context.Context, r *request) error {
	_, m, err := h.mendAt(ctx, r, stepCard)
	if err != nil {
		return err
	}
	b, err := h.store.Bulletin(ctx, m.BulletinID)
	if err != nil {
		return err
	}
	was := h.mended(b, m)
	if err := was.Validate(h.Links); err != nil {
		return err
	}
	b, err = h.store.Correct(ctx, was, h.letters, h.Now())
	if err != nil {
		return err
	}
	h.Log.Info("bulletin corrected", "bulletin", b.ID, "by", r.from.ID)
	if m.Note != "" {
		if err := h.announce(ctx, r, b); err != nil {
			return err
		}
	}
	if err := h.watchCard(ctx, r, b.ID, m.Card); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowCorrect); err != nil {
		return err
	}
	r.toast(ctx, r.t.Plain("toast.correcting"))
	return r.edit(ctx, r.t.HTML("correct.done", locales.Args{"Title": b.Title}), nil)
}

// announce sends what changed to everybody who has the bulletin, once, as a
// reply to their copy.
func (h *Handlers) announce(ctx context.Context, r *request, b ward.Bulletin) error {
	now := h.Quiet.Ends(h.Now())
	n := ward.Bulletin{
		DraftKey: data("fix", b.ID, int64(b.Revision)), Kind: ward.KindCorrection, About: b.ID, Title: b.Title, Body: b.Correction,
		Signed: b.Signed, AuthorID: r.me.ID, Audience: ward.Audience{Holding: b.ID}, Via: b.Via,
		SendAt: now, SendDay: ward.DayOf(now, h.Zone),
	}
	if err := n.Validate(h.Links); err != nil {
		return err
	}
	_, err := h.store.Publish(ctx, n, h.letters)
	return err
}

// watchCard keeps a bulletin's card alive while its copies are changed.
func (h *Handlers) watchCard(ctx context.Context, r *request, bulletin, message int64) error {
	if message == 0 {
		return nil
	}
	return h.store.SetControl(ctx, storage.Control{
		BulletinID: bulletin, ChatID: r.chat, MessageID: message, Language: string(r.t.Language()),
	})
}

// withCorrection says under a text when it was corrected, and what changed.
func (h *Handlers) withCorrection(t *locales.Texts, b ward.Bulletin, html string) string {
	if b.CorrectedAt.IsZero() {
		return html
	}
	at := b.CorrectedAt.In(h.Zone)
	when := t.Clock(at)
	if ward.DayOf(at, h.Zone) != ward.DayOf(b.SendAt, h.Zone) {
		when += " " + t.Day(at)
	}
	return t.HTML("bulletin.corrected", locales.Args{"Text": template.HTML(html), "Time": when, "Note": b.Correction}) // #nosec: escaped by bulletinHTML
}

// Copy is what a copy of a bulletin shall look like now: in its reader's
// language, with their own answer and the buttons that apply. The engine asks
// it of every copy of a corrected bulletin.
func (h *Handlers) Copy(ctx context.Context, c ward.Copy) (ward.Letter, error) {
	b, err := h.store.Bulletin(ctx, c.BulletinID)
	if err != nil {
		return ward.Letter{}, err
	}
	t := h.texts.In(locales.Language(c.Language))
	answer, reported, err := h.answered(ctx, b, c.PersonID)
	if err != nil {
		return ward.Letter{}, err
	}
	l := ward.Letter{Language: c.Language, Part: c.Part}
	switch {
	case c.Part > 0:
		l.HTML = h.passOnHTML(t, b)
		if answer.Answer == ward.AnswerNone {
			l.Buttons = letterButtons(h.passOnButtons(t, b))
		}
	default:
		l.HTML, l.Media = h.taskHTML(t, b, answer), mediaOf(b, ward.PartLetter)
		l.Buttons = letterButtons(h.taskButtons(t, b, answer, reported, inLetter))
	}
	return l, nil
}
