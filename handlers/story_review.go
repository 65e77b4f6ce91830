package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// newsHour is when a story that was taken is published: the next morning.
const newsHour = 7*time.Hour + 30*time.Minute

// announceStory shows a new story to those who look after its ward.
func (h *Handlers) announceStory(ctx context.Context, v ward.Story) error {
	by := map[locales.Language]bot.Send{}
	for _, lang := range locales.Languages() {
		html, k, err := h.storyCard(ctx, h.texts.In(lang), v)
		if err != nil {
			return err
		}
		by[lang] = bot.Send{HTML: html, Media: bot.Photo(v.PhotoID), Keyboard: k}
	}
	return h.tellKeepers(ctx, v.WardID, func(t *locales.Texts) bot.Send { return by[t.Language()] })
}

// stories shows the first story that waits.
func (h *Handlers) stories(ctx context.Context, r *request) error {
	sees, err := r.sight(ctx)
	if err != nil {
		return err
	}
	v, err := h.store.NextStory(ctx, r.arg(0), sees)
	if errors.Is(err, ward.ErrNotFound) {
		r.toast(ctx, r.t.Plain("toast.no_stories"))
		if r.update.Callback == nil {
			_, err := r.reply(ctx, r.t.HTML("story.none"), nil)
			return err
		}
		return nil
	}
	if err != nil {
		return err
	}
	html, k, err := h.storyCard(ctx, r.t, v)
	if err != nil {
		return err
	}
	_, err = r.send(ctx, bot.Send{ChatID: r.chat, HTML: html, Media: bot.Photo(v.PhotoID), Keyboard: k})
	return err
}

// storyWaits says whether there is a story for somebody to review.
func (h *Handlers) storyWaits(ctx context.Context, r *request) (bool, error) {
	sees, err := r.sight(ctx)
	if err == nil {
		_, err = h.store.NextStory(ctx, 0, sees)
	}
	if errors.Is(err, ward.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// storyCard is a story as its reviewer sees it.
func (h *Handlers) storyCard(ctx context.Context, t *locales.Texts, v ward.Story) (string, bot.Keyboard, error) {
	by, err := h.teller(ctx, t, v)
	if err != nil {
		return "", nil, err
	}
	html := t.HTML("story.card", locales.Args{
		"Text": v.Text, "Teller": by, "Source": sourceText(t, v.Source), "Agreed": v.Agreed, "Credit": v.Credit,
	})
	return html, bot.Keyboard{
		{button(t.Plain("btn.publish_tomorrow"), "taltak", v.ID)},
		{button(t.Plain("btn.edit_and_publish"), "talnew", v.ID), button(t.Plain("btn.return"), "talret", v.ID)},
	}, nil
}

// teller is "Trần Thị Lan, Tổ 12, Mỹ Đình 1".
func (h *Handlers) teller(ctx context.Context, t *locales.Texts, v ward.Story) (string, error) {
	p, err := h.store.Person(ctx, v.PersonID)
	if err != nil {
		return "", err
	}
	w, err := h.store.Ward(ctx, v.WardID)
	if err != nil {
		return "", err
	}
	parts := []string{p.Name}
	if v.GroupID != 0 {
		g, err := h.store.Group(ctx, v.GroupID)
		if err != nil {
			return "", err
		}
		parts = append(parts, groupName(t, g))
	}
	return strings.Join(append(parts, w.Name), ", "), nil
}

// storyNews is the news that a story becomes: its words, its source, and its
// teller if they want to be named. It goes to everybody, and to the channels,
// where neighbours read.
func (h *Handlers) storyNews(ctx context.Context, v ward.Story) (sheet, error) {
	t := h.texts.In(h.DefaultLanguage) // it is for everybody
	lines := []string{v.Text, "", t.Plain("story.news_source", locales.Args{"Source": sourceText(t, v.Source)})}
	if v.Credit {
		by, err := h.teller(ctx, t, v)
		if err != nil {
			return sheet{}, err
		}
		lines = append(lines, t.Plain("story.news_teller", locales.Args{"Teller": by}))
	}
	return sheet{Key: data("story", v.ID), Kind: ward.KindNews, Via: ward.ViaChannels, Text: strings.Join(lines, "\n"), Media: ward.Photos(v.PhotoID)}, nil
}

// takeStory publishes a story as it is, tomorrow morning, and tells its
// author. The coordinator's card can stop it until then.
func (h *Handlers) takeStory(ctx context.Context, r *request) error {
	v, err := h.store.Story(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if v.State == ward.StoryPublished {
		switch done, err := h.announced(ctx, v); {
		case err != nil:
			return err
		case done:
			return ward.ErrOvertaken
		}
	}
	s, err := h.storyNews(ctx, v)
	if err != nil {
		return err
	}
	b := h.bulletin(r, s)
	b.SendAt = ward.DayOf(h.Now(), h.Zone).Add(1).In(h.Zone).Add(newsHour)
	b.SendDay = ward.DayOf(b.SendAt, h.Zone)
	if err := b.Validate(h.Links); err != nil {
		return err
	}
	if second, _, err := h.secondNeeded(ctx, b); err != nil {
		return err
	} else if second { // as a draft, whose way out asks for consent
		return h.editStory(ctx, r)
	}
	boards, err := h.boardsFor(ctx, &b)
	if err != nil {
		return err
	}
	if err := r.within(ctx, b.Audience); err != nil {
		return err
	}
	b.Media = h.keepPictures(ctx, b.Media)
	if b, err = h.store.PublishStory(ctx, v.ID, b, h.letters, h.Now()); err != nil {
		return err
	}
	h.Log.Info("story published", "story", v.ID, "bulletin", b.ID, "by", r.from.ID)
	r.toast(ctx, r.t.Plain("toast.story_taken"))
	r.strip(ctx, r.tappedID())
	m, err := r.reply(ctx, r.t.HTML("compose.preparing", locales.Args{"Title": b.Title}), nil)
	if err != nil {
		return err
	}
	if err := h.control(ctx, r, b, m.ID); err != nil {
		return err
	}
	html, k, err := h.sendCard(ctx, r.t, b, r.chat)
	if err != nil {
		return err
	}
	if err := h.line.EditText(ctx, bot.Edit{ChatID: r.chat, MessageID: m.ID, HTML: html, Keyboard: k}); err != nil {
		return err
	}
	return h.tellTeller(ctx, v, func(t *locales.Texts, p ward.Person) string {
		return t.HTML("story.taken", locales.Args{"Name": called(t, p), "Boards": boardCount(t, b.Via.Boards(boards))})
	})
}

// announced says whether a published story has its card, which can stop it, or
// needs none any more. If not, the program was killed in between.
func (h *Handlers) announced(ctx context.Context, v ward.Story) (bool, error) {
	b, err := h.store.Bulletin(ctx, v.BulletinID)
	if err != nil || b.State >= ward.BulletinSent || !b.SendAt.After(h.Now()) {
		return true, err
	}
	cards, err := h.store.Controls(ctx)
	return slices.ContainsFunc(cards, func(c storage.Control) bool { return c.BulletinID == b.ID }), err
}

// editStory takes a story and puts it into the coordinator's hands as a
// draft, for instance to take the names out of it.
func (h *Handlers) editStory(ctx context.Context, r *request) error {
	v, err := h.store.Story(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if v.State != ward.StorySent {
		return ward.ErrOvertaken
	}
	s, err := h.storyNews(ctx, v)
	if err != nil {
		return err
	}
	b := h.bulletin(r, s)
	if _, err := h.boardsFor(ctx, &b); err != nil {
		return err
	}
	s.Key, s.Via, s.Story = rand.Text(), b.Via, v.ID // as it will go
	c, err := h.newSheet(ctx, r, stepCard, s)
	if err != nil {
		return err
	}
	r.toast(ctx, "")
	r.strip(ctx, r.tappedID())
	r.anew = true
	if err := h.showSheet(ctx, r, c); err != nil {
		return err
	}
	// A kill before this leaves the story waiting, and the draft there.
	if err := h.store.JudgeStory(ctx, v.ID, ward.StoryTaken, "", h.Now()); err != nil {
		return err
	}
	return h.tellTeller(ctx, v, func(t *locales.Texts, p ward.Person) string {
		return t.HTML("story.taken_soon", locales.Args{"Name": called(t, p)})
	})
}

// sendingBack is a story that is about to be returned, and the message that
// shows it.
type sendingBack struct {
	Story int64 `json:"story"`
	Card  int64 `json:"card"`
}

// askStoryReason asks why a story is returned.
func (h *Handlers) askStoryReason(ctx context.Context, r *request) error {
	v, err := h.store.Story(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if v.State != ward.StorySent {
		return ward.ErrOvertaken
	}
	c := storage.Conversation{Flow: flowStoryBack}
	if err := pack(&c, stepText, sendingBack{v.ID, r.tappedID()}); err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true
	return h.showStoryReason(ctx, r, &c)
}

func (h *Handlers) showStoryReason(ctx context.Context, r *request, c *storage.Conversation) error {
	id := unpack[sendingBack](*c).Story
	return r.step(ctx, c, r.t.HTML("story.ask_reason"), bot.Keyboard{
		{button(r.t.Plain("btn.reason_source"), "talwhy", id, 0)}, {button(r.t.Plain("btn.reason_names"), "talwhy", id, 1)},
	})
}

// storyReasonInput is a reason in the coordinator's own words.
func (h *Handlers) storyReasonInput(ctx context.Context, r *request, c *storage.Conversation) error {
	reason := ward.CleanLine(r.text())
	switch {
	case reason == "":
		return ward.ErrEmpty
	case ward.Units(reason) > maxNote:
		return ward.ErrTooLong
	}
	return h.returnStory(ctx, r, unpack[sendingBack](*c).Story, func(*locales.Texts) string { return reason })
}

// pickStoryReason is a tap on one of the usual reasons, which the author reads
// in their own language.
func (h *Handlers) pickStoryReason(ctx context.Context, r *request) error {
	return h.returnStory(ctx, r, r.arg(0), func(t *locales.Texts) string {
		if r.arg(1) == 1 {
			return t.Plain("story.reason_names")
		}
		return t.Plain("story.reason_source")
	})
}

func (h *Handlers) returnStory(ctx context.Context, r *request, id int64, reason func(*locales.Texts) string) error {
	v, err := h.store.Story(ctx, id)
	if err != nil {
		return err
	}
	if err := h.store.JudgeStory(ctx, id, ward.StoryReturned, reason(r.t), h.Now()); err != nil {
		return err
	}
	if c, err := h.store.Conversation(ctx, r.chat, flowStoryBack); err == nil {
		if asked := unpack[sendingBack](c); asked.Story == id {
			r.strip(ctx, asked.Card)
		}
	}
	if err := h.store.EndConversation(ctx, r.chat, flowStoryBack); err != nil {
		return err
	}
	if err := r.say(ctx, r.t.HTML("story.returned_card"), nil); err != nil {
		return err
	}
	p, err := h.store.Person(ctx, v.PersonID)
	if err != nil || p.State != ward.PersonActive {
		return err
	}
	t := h.texts.In(locales.Language(p.Language))
	return h.write(ctx, p, bot.Send{HTML: t.HTML("story.returned", locales.Args{"Reason": reason(t)}), Keyboard: bot.Keyboard{
		{button(t.Plain("btn.mend_story"), "talfix", v.ID)},
	}})
}

// tellTeller writes to a story's author, unless they have left meanwhile.
func (h *Handlers) tellTeller(ctx context.Context, v ward.Story, html func(*locales.Texts, ward.Person) string) error {
	p, err := h.store.Person(ctx, v.PersonID)
	if err != nil || p.State != ward.PersonActive {
		return err
	}
	return h.tell(ctx, p, func(t *locales.Texts) string { return html(t, p) })
}

// mendStory begins a returned story anew, with the words there were.
func (h *Handlers) mendStory(ctx context.Context, r *request) error {
	v, err := h.store.Story(ctx, r.arg(0))
	if err != nil {
		return err
	}
	if v.PersonID != r.me.ID || v.State != ward.StoryReturned {
		return errOldButton
	}
	c := storage.Conversation{Flow: flowStory}
	s := tale{Key: data("mend", v.ID), Lines: []line{{Text: v.Text}}, Photo: v.PhotoID, Source: v.Source, Agreed: v.Agreed, Credit: v.Credit}
	if err := pack(&c, stepPreview, s); err != nil {
		return err
	}
	r.toast(ctx, "")
	r.anew = true
	return h.showStory(ctx, r, &c)
}
