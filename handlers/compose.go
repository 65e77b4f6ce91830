package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// sheet is a bulletin that is being written; it is kept for seven days.
type sheet struct {
	Key         string       `json:"key"` // a sheet is published once
	Kind        ward.Kind    `json:"kind,omitempty"`
	Text        string       `json:"text,omitempty"`
	Marks       []ward.Mark  `json:"marks,omitempty"`   // how it is formatted
	TextID      int64        `json:"text_id,omitempty"` // message that holds the text
	CutAt       int64        `json:"cut_at,omitempty"`  // unix seconds, when a text came that may go on
	PassOn      string       `json:"pass_on,omitempty"`
	PassOnMarks []ward.Mark  `json:"pass_on_marks,omitempty"`
	PassOnID    int64        `json:"pass_on_id,omitempty"`
	Media       []ward.Media `json:"media,omitempty"`
	Album       string       `json:"album,omitempty"` // that the media came in
	Shown       []int64      `json:"shown,omitempty"` // messages of the preview
	Deadline    time.Time    `json:"deadline,omitzero"`
	WardIDs     []int64      `json:"wards,omitempty"`
	Form        ward.Form    `json:"form,omitzero"`
	Via         ward.Via     `json:"via,omitempty"`

	// When, if the bulletin is planned: the first day and time, and on which
	// others.
	When   time.Time   `json:"when,omitzero"`
	Repeat ward.Repeat `json:"repeat,omitempty"`
	Dates  []ward.Day  `json:"dates,omitempty"`

	// Story is the story that is told; 0: none.
	Story int64 `json:"story,omitempty"`
	// Plan is the plan that is edited, as it was at a revision; 0: none.
	Plan     int64 `json:"plan,omitempty"`
	Revision int   `json:"revision,omitempty"`

	// From is the message from which on buttons are this sheet's: those before
	// are another's. Telegram counts the messages of a chat upwards.
	From int64 `json:"from,omitempty"`
}

// The steps of composing.
const (
	stepKind     = "kind"
	stepText     = "text"
	stepPassOn   = "pass_on"
	stepCard     = "card"
	stepAudience = "audience"
	stepDeadline = "deadline"
	stepPublish  = "publish"
	stepWhen     = "when"
	stepRepeat   = "repeat"
	stepDates    = "dates"
)

// composable are the kinds a coordinator can choose.
var composable = []ward.Kind{ward.KindTask, ward.KindNews, ward.KindNotice, ward.KindCall, ward.KindAlert}

// compose begins a bulletin, or goes on with one that was left unfinished.
func (h *Handlers) compose(ctx context.Context, r *request) error {
	c, err := h.newSheet(ctx, r, stepKind, sheet{Key: rand.Text()})
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	return h.showCompose(ctx, r, c)
}

// showCompose shows the step that composing is at.
func (h *Handlers) showCompose(ctx context.Context, r *request, c *storage.Conversation) error {
	s := unpack[sheet](*c)
	switch c.Step {
	case stepText:
		return r.step(ctx, c, h.textPrompt(r, s), bot.Keyboard{{button(r.t.Plain("btn.cancel"), "discard")}})
	case stepPassOn:
		return r.step(ctx, c, r.t.HTML("compose.pass_on"), bot.Keyboard{{button(r.t.Plain("btn.back"), "card")}})
	case stepAudience:
		return h.showAudience(ctx, r, c)
	case stepDeadline:
		return h.showDeadlines(ctx, r, c)
	case stepForm, stepFigure, stepChoice:
		return h.showForm(ctx, r, c)
	case stepWhen:
		return h.showWhen(ctx, r, c)
	case stepRepeat:
		return h.showRepeat(ctx, r, c)
	case stepDates:
		return h.showDates(ctx, r, c)
	case stepCard, stepPublish:
		return h.showSheet(ctx, r, c)
	}
	return h.showKinds(ctx, r, c)
}

func (h *Handlers) textPrompt(r *request, s sheet) string {
	switch s.Kind {
	case ward.KindNews:
		return r.t.HTML("compose.text_news")
	case ward.KindCall:
		return r.t.HTML("compose.text_call")
	case ward.KindAlert:
		return r.t.HTML("alert.text")
	}
	return r.t.HTML("compose.text")
}

// pickKind is the tap on task, good news or notice.
func (h *Handlers) pickKind(ctx context.Context, r *request) error {
	c, s, err := h.sheet(ctx, r)
	if err != nil {
		return err
	}
	kind := ward.Kind(r.arg(0))
	if !slices.Contains(composable, kind) {
		return errOldButton
	}
	if c.Step != stepKind { // an old button: the sheet has got further
		return errOldButton
	}
	s.Kind = kind
	s.Deadline = ward.UsualDeadline(kind, h.Now(), h.Zone)
	if err := pack(c, stepText, s); err != nil {
		return err
	}
	return h.showCompose(ctx, r, c)
}

// composeInput is the bulletin's text and media, or the message to pass on.
func (h *Handlers) composeInput(ctx context.Context, r *request, c *storage.Conversation) error {
	s, m := unpack[sheet](*c), r.message()
	words := wordsOf(m)
	switch c.Step {
	case stepKind:
		return h.showCompose(ctx, r, c)
	case stepForm, stepFigure, stepChoice:
		return h.formInput(ctx, r, c)
	case stepWhen, stepRepeat:
		return h.whenInput(ctx, r, c)
	case stepDates:
		return h.datesInput(ctx, r, c)
	case stepPassOn:
		if words.Plain == "" {
			return ward.ErrEmpty
		}
		s.PassOn, s.PassOnMarks, s.PassOnID = words.Plain, words.Marks, m.ID
		return h.revise(ctx, r, c, s)
	}
	media, some, err := brought(m) // also on the card: what is sent there is new
	switch {
	case err != nil:
		return err
	case !some && words.Plain == "":
		return errNoContent
	case some:
		s.attach(media, m.MediaGroupID)
	}
	if words.Plain != "" {
		s.write(words, m)
	}
	return h.revise(ctx, r, c, s)
}

// attach takes a file or place in, beside what came in the same album, instead
// of anything else.
func (s *sheet) attach(m ward.Media, album string) {
	if album == "" || album != s.Album {
		s.Media = nil
	}
	s.Album = album
	if !slices.Contains(s.Media, m) {
		s.Media = append(s.Media, m)
	}
}

// split is near the length at which apps cut a long text into two messages,
// which arrive within a moment.
const (
	split  = ward.MaxText - 200
	moment = 2 // seconds
)

// write takes new words in: instead of the old ones, or, if they are the rest
// of a text that was too long for one message, behind them.
func (s *sheet) write(words ward.Text, m *bot.Message) {
	if s.CutAt > 0 && s.TextID != m.ID && m.Date-s.CutAt <= moment {
		s.Text += "\n" + words.Plain // too long to be sent, so its looks do not matter
	} else {
		s.Text, s.Marks = words.Plain, words.Marks
	}
	s.TextID, s.CutAt = m.ID, 0
	if ward.Units(words.Plain) > split {
		s.CutAt = m.Date
	}
}

// words and errand are the text and the message to pass on as they are
// formatted.
func (s sheet) words() ward.Text { return ward.Text{Plain: s.Text, Marks: s.Marks} }

func (s sheet) errand() ward.Text { return ward.Text{Plain: s.PassOn, Marks: s.PassOnMarks} }

// correctDraft follows an edit of the message that holds the text.
func (h *Handlers) correctDraft(ctx context.Context, r *request, c *storage.Conversation, messageID int64, words ward.Text) error {
	s := unpack[sheet](*c)
	switch {
	case words.Plain == "":
		return nil
	case messageID == s.TextID:
		s.Text, s.Marks = words.Plain, words.Marks
	case messageID == s.PassOnID:
		s.PassOn, s.PassOnMarks = words.Plain, words.Marks
	default:
		return nil
	}
	return h.revise(ctx, r, c, s)
}

// revise keeps a changed sheet and shows it, or says what is wrong with it
// and keeps waiting.
func (h *Handlers) revise(ctx context.Context, r *request, c *storage.Conversation, s sheet) error {
	before := c.Step
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	err := h.bulletin(r, s).Validate(h.Links)
	if more, failed := h.moreToCome(ctx, r); failed != nil {
		return failed
	} else if more && !errors.Is(err, ward.ErrMedia) {
		c.Step = before
		return r.keep(ctx, c)
	}
	var link *ward.LinkError
	switch {
	case err == nil:
		return h.showSheet(ctx, r, c)
	case errors.As(err, &link):
		c.Step = waitsFor(before)
		if err := r.keep(ctx, c); err != nil {
			return err
		}
		_, err := r.reply(ctx, r.t.HTML("compose.link", locales.Args{"Link": link.Link}), nil)
		return err
	case errors.Is(err, ward.ErrTooLong), errors.Is(err, ward.ErrEmpty):
		c.Step = waitsFor(before)
		if err := r.keep(ctx, c); err != nil {
			return err
		}
	}
	return err
}

// waitsFor is the step that takes a corrected text after a faulty one.
func waitsFor(step string) string {
	if step == stepPassOn {
		return stepPassOn
	}
	return stepText
}

// bulletin is what a sheet would be if it were published now, or, if it is
// planned, at its first time.
func (h *Handlers) bulletin(r *request, s sheet) ward.Bulletin {
	b := ward.Bulletin{
		DraftKey: s.Key, Kind: s.Kind, Media: s.Media, Story: s.Story,
		Signed:   ward.Signature{Org: h.Org, Sender: r.fullName(), Contact: h.Contact},
		AuthorID: r.me.ID, Audience: r.reach(s.WardIDs), Via: s.Via,
	}
	h.setOff(&b)
	if !s.When.IsZero() {
		b.SendAt, b.MeantAt = h.sendTime(s), time.Time{}
		b.SendDay = ward.DayOf(b.SendAt, h.Zone)
	}
	b.Write(s.words(), s.errand())
	if s.Kind.HasDeadline() {
		b.Deadline = s.Deadline
	}
	switch s.Kind {
	case ward.KindTask:
		b.Form = s.Form
	case ward.KindAlert:
		b.Form, b.Via = ward.Form{Nothing: s.Form.Nothing}, ward.ViaPeople
	}
	b.Arrange()
	return b
}

// setOff gives a bulletin the times of one that goes out now: after the time
// to think again, and never in quiet hours unless it is an alert.
func (h *Handlers) setOff(b *ward.Bulletin) {
	at := h.Now().Add(h.SendDelay)
	day := h.Quiet.Ends(at)
	b.SendAt, b.MeantAt, b.WakesAt = day, time.Time{}, time.Time{}
	if b.Kind == ward.KindAlert {
		b.SendAt, b.Deadline = at, at.Add(ward.AlertLasts)
	}
	switch {
	case !day.After(at):
	case b.Kind == ward.KindAlert:
		b.WakesAt = day
	default:
		b.MeantAt = at
	}
	b.SendDay = ward.DayOf(b.SendAt, h.Zone)
}

// sheet loads the bulletin under way, which an older button does not speak of.
func (h *Handlers) sheet(ctx context.Context, r *request) (*storage.Conversation, sheet, error) {
	c, err := r.conversation(ctx, flowCompose)
	if err != nil {
		return nil, sheet{}, err
	}
	s := unpack[sheet](*c)
	if r.tapped() != nil && r.tappedID() < s.From {
		return nil, sheet{}, errOldButton
	}
	return c, s, nil
}

// ready loads a bulletin that has its text.
func (h *Handlers) ready(ctx context.Context, r *request) (*storage.Conversation, sheet, error) {
	c, s, err := h.sheet(ctx, r)
	if err == nil && (s.Text == "" || c.Step == stepText) {
		err = errOldButton
	}
	return c, s, err
}

// rewrite asks for the text once more.
func (h *Handlers) rewrite(ctx context.Context, r *request) error {
	c, _, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	c.Step = stepText
	return h.showCompose(ctx, r, c)
}

// discard throws the sheet away.
func (h *Handlers) discard(ctx context.Context, r *request) error {
	_, s, err := h.sheet(ctx, r)
	if err != nil {
		return err
	}
	if s.Story != 0 && s.Plan == 0 { // it waits to be reviewed again
		if err := h.store.PutBackStory(ctx, s.Story); err != nil {
			return err
		}
	}
	if err := h.store.EndConversation(ctx, r.chat, flowCompose); err != nil {
		return err
	}
	var k bot.Keyboard
	if s.Story != 0 {
		k = bot.Keyboard{{button(r.t.Plain("btn.stories"), "tales")}}
	}
	return r.edit(ctx, r.t.HTML("compose.discarded"), k)
}

// askPassOn asks for the message that volunteers pass on to neighbours.
func (h *Handlers) askPassOn(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	if s.Kind != ward.KindTask {
		return errOldButton
	}
	c.Step = stepPassOn
	return h.showCompose(ctx, r, c)
}

func (h *Handlers) dropPassOn(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	s.PassOn, s.PassOnMarks, s.PassOnID = "", nil, 0
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	return h.showCard(ctx, r, c)
}

// dropMedia takes the files or the place out again.
func (h *Handlers) dropMedia(ctx context.Context, r *request) error {
	c, s, err := h.ready(ctx, r)
	if err != nil {
		return err
	}
	s.Media, s.Album = nil, ""
	if err := pack(c, stepCard, s); err != nil {
		return err
	}
	return h.showCard(ctx, r, c)
}
