package handlers

import (
	"context"
	"crypto/rand"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// tale is a story that is being written.
type tale struct {
	Key    string           `json:"key"` // a story is sent in once
	Lines  []line           `json:"lines,omitempty"`
	Photo  string           `json:"photo,omitempty"`
	Source ward.StorySource `json:"source,omitempty"`
	Agreed bool             `json:"agreed,omitempty"`
	Credit bool             `json:"credit,omitempty"`
}

func (s tale) text() string { return draft{Lines: s.Lines}.text() }

// A story has the steps stepContent, stepCredit and stepPreview of entries,
// and these.
const (
	stepSource = "source"
	stepPeople = "people"
)

// writeStory begins a story, or takes up the one there is.
func (h *Handlers) writeStory(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	c, err := h.store.Conversation(ctx, r.chat, flowStory)
	if err != nil {
		c = storage.Conversation{Flow: flowStory}
		if err := pack(&c, stepContent, tale{Key: rand.Text()}); err != nil {
			return err
		}
	}
	r.toast(ctx, "")
	r.anew = true // the news stays as it is
	return h.showStory(ctx, r, &c)
}

// showStory shows the step that a story is at.
func (h *Handlers) showStory(ctx context.Context, r *request, c *storage.Conversation) error {
	s := unpack[tale](*c)
	drop := button(r.t.Plain("btn.cancel"), "taldrp")
	switch c.Step {
	case stepSource:
		return r.step(ctx, c, r.t.HTML("story.source"), bot.Keyboard{
			{button(r.t.Plain("btn.source_seen"), "talsrc", int64(ward.SourceSeen))},
			{button(r.t.Plain("btn.source_told"), "talsrc", int64(ward.SourceTold)), button(r.t.Plain("btn.source_press"), "talsrc", int64(ward.SourcePress))},
		})
	case stepPeople:
		return r.step(ctx, c, r.t.HTML("story.people"), bot.Keyboard{
			{button(r.t.Plain("btn.agreed"), "talppl", 1), button(r.t.Plain("btn.unnamed"), "talppl", 0)},
		})
	case stepCredit:
		boards, err := h.store.CountBoards(ctx, ward.Audience{})
		if err != nil {
			return err
		}
		return r.step(ctx, c, r.t.HTML("story.credit", locales.Args{"Channel": boards.Channels > 0}), bot.Keyboard{
			{button(r.t.Plain("btn.name_me"), "talcre", 1), button(r.t.Plain("btn.hide_me"), "talcre", 0)},
		})
	case stepPreview:
		html, err := h.storyHTML(ctx, r, s)
		if err != nil {
			return err
		}
		return r.step(ctx, c, html, bot.Keyboard{
			{button(r.t.Plain("btn.send_to_review"), "talsnd")}, {button(r.t.Plain("btn.edit"), "talred"), drop},
		})
	}
	switch {
	case len(s.Lines) == 0 && s.Photo != "":
		return r.step(ctx, c, r.t.HTML("story.ask_words"), bot.Keyboard{{drop}})
	case len(s.Lines) == 0:
		return r.step(ctx, c, r.t.HTML("story.ask"), bot.Keyboard{{drop}})
	}
	return r.step(ctx, c, r.t.HTML("story.received", locales.Args{"Text": sentence(s.text(), 300), "Photo": s.Photo != ""}),
		bot.Keyboard{{button(r.t.Plain("btn.finish"), "talfin"), drop}})
}

// storyHTML is a story with what its author said about it.
func (h *Handlers) storyHTML(ctx context.Context, r *request, s tale) (string, error) {
	place, err := h.placeName(ctx, r)
	if err != nil {
		return "", err
	}
	return r.t.HTML("story.preview", locales.Args{
		"Text": s.text(), "Source": sourceText(r.t, s.Source), "Agreed": s.Agreed, "Credit": s.Credit, "Name": r.name(), "Place": place,
		"Photo": s.Photo != "",
	}), nil
}

func sourceText(t *locales.Texts, s ward.StorySource) string {
	switch s {
	case ward.SourceSeen:
		return t.Plain("story.source_seen")
	case ward.SourceTold:
		return t.Plain("story.source_told")
	}
	return t.Plain("story.source_press")
}

// storyInput takes words and a photo in any order.
func (h *Handlers) storyInput(ctx context.Context, r *request, c *storage.Conversation) error {
	s, m := unpack[tale](*c), r.message()
	if r.text() == "" && len(m.Photo) == 0 {
		return errUnsupported
	}
	if len(m.Photo) > 0 {
		s.Photo = m.LargestPhoto()
	}
	if text := r.text(); text != "" {
		s.Lines = append(s.Lines, line{m.ID, text})
	}
	if ward.Units(s.text()) > ward.MaxStory {
		return ward.ErrTooLong
	}
	if err := pack(c, stepContent, s); err != nil {
		return err
	}
	return h.showStory(ctx, r, c)
}

// changeStory loads the story under way at a step, changes it and shows the
// next one.
func (h *Handlers) changeStory(ctx context.Context, r *request, at string, f func(*tale) (step string)) error {
	c, err := r.conversation(ctx, flowStory)
	if err != nil {
		return err
	}
	s := unpack[tale](*c)
	if c.Step != at || len(s.Lines) == 0 {
		return errOldButton
	}
	if err := pack(c, f(&s), s); err != nil {
		return err
	}
	return h.showStory(ctx, r, c)
}

func (h *Handlers) finishStory(ctx context.Context, r *request) error {
	return h.changeStory(ctx, r, stepContent, func(*tale) string { return stepSource })
}

func (h *Handlers) pickSource(ctx context.Context, r *request) error {
	source := ward.StorySource(r.arg(0))
	if source < ward.SourceSeen || source > ward.SourcePress {
		return errOldButton
	}
	return h.changeStory(ctx, r, stepSource, func(s *tale) string {
		s.Source = source
		return stepPeople
	})
}

// pickPeople says whether those in the story agreed to be named.
func (h *Handlers) pickPeople(ctx context.Context, r *request) error {
	return h.changeStory(ctx, r, stepPeople, func(s *tale) string {
		s.Agreed = r.arg(0) == 1
		return stepCredit
	})
}

// pickStoryCredit says whether the author wants to be named.
func (h *Handlers) pickStoryCredit(ctx context.Context, r *request) error {
	return h.changeStory(ctx, r, stepCredit, func(s *tale) string {
		s.Credit = r.arg(0) == 1
		return stepPreview
	})
}

// redoStory begins the words anew; the photo stays until another one comes.
func (h *Handlers) redoStory(ctx context.Context, r *request) error {
	return h.changeStory(ctx, r, stepPreview, func(s *tale) string {
		*s = tale{Key: s.Key, Photo: s.Photo}
		return stepContent
	})
}

// dropStory throws the draft away.
func (h *Handlers) dropStory(ctx context.Context, r *request) error {
	if _, err := r.conversation(ctx, flowStory); err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowStory); err != nil {
		return err
	}
	return r.edit(ctx, r.t.HTML("story.dropped"), nil)
}

// submitStory hands the story to the coordinators.
func (h *Handlers) submitStory(ctx context.Context, r *request) error {
	c, err := r.conversation(ctx, flowStory)
	if err != nil {
		return err
	}
	s := unpack[tale](*c)
	if c.Step != stepPreview {
		return errOldButton
	}
	v, err := h.store.SubmitStory(ctx, ward.Story{
		DraftKey: s.Key, PersonID: r.me.ID, WardID: r.me.WardID, GroupID: r.me.GroupID, Text: s.text(), PhotoID: s.Photo,
		Source: s.Source, Agreed: s.Agreed, Credit: s.Credit,
	}, h.Now())
	if err != nil {
		return err
	}
	if err := h.store.EndConversation(ctx, r.chat, flowStory); err != nil {
		return err
	}
	if err := r.edit(ctx, r.t.HTML("story.sent", locales.Args{"Name": r.name()}), nil); err != nil {
		return err
	}
	return h.announceStory(ctx, v)
}
