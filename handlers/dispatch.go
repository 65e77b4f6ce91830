package handlers

import (
	"context"
	"encoding/json"
	"errors"

	"wardbot/bot"
	"wardbot/spreadsheet"
	"wardbot/storage"
	"wardbot/ward"
)

// What a person may not do, or nobody can. Like the errors of ward, each has
// its sentence in apologies.
var (
	errNotMember    = errors.New("only for registered people")
	errWaiting      = errors.New("registration waits for a coordinator")
	errWithdrawn    = errors.New("person took their consent back")
	errNotAllowed   = errors.New("only for coordinators")
	errElsewhere    = errors.New("only for coordinators of the wards concerned")
	errOldButton    = errors.New("button no longer applies")
	errJudgingLater = errors.New("entries are judged after the deadline")
	errNoCredit     = errors.New("author does not want the entry published")
	errReminded     = errors.New("task was followed by a reminder already")
	errUnsupported  = errors.New("kind of content not supported")
)

// dispatch finds the route of what was tapped or written in a private chat.
func (h *Handlers) dispatch(ctx context.Context, r *request) error {
	if c := r.update.Callback; c != nil {
		action, args, ok := parseData(c.Data)
		to, known := h.taps[action]
		if !ok || !known {
			return errOldButton
		}
		r.args = args
		return h.enter(ctx, r, to)
	}
	if m := r.update.EditedMessage; m != nil {
		return h.edited(ctx, r, m)
	}
	if name, rest, ok := parseCommand(r.text()); ok {
		to, known := h.commands[name]
		if !known {
			_, err := r.reply(ctx, r.t.HTML("help.unknown_command"), nil)
			return err
		}
		r.rest = rest
		return h.enter(ctx, r, to)
	}
	return h.words(ctx, r)
}

// enter runs a route if its door is open to the person.
func (h *Handlers) enter(ctx context.Context, r *request, to route) error {
	if err := r.may(ctx, to.door); err != nil {
		return err
	}
	return to.run(ctx, r)
}

// words is free text, a picture or anything else that is not a command: it
// belongs to the conversation that is under way, if there is one.
func (h *Handlers) words(ctx context.Context, r *request) error {
	c, err := h.store.ActiveConversation(ctx, r.chat)
	if err != nil && !errors.Is(err, ward.ErrNotFound) {
		return err
	}
	if f, ok := h.flows[c.Flow]; err == nil && ok && r.may(ctx, f.door) == nil {
		if c.UpdateID == r.update.ID {
			return f.show(ctx, r, &c) // its effect is in the store already
		}
		return f.input(ctx, r, &c)
	}
	return h.outOfTheBlue(ctx, r)
}

// outOfTheBlue answers what nobody asked for: a picture may be a report.
func (h *Handlers) outOfTheBlue(ctx context.Context, r *request) error {
	m := r.message()
	switch {
	case r.role == ward.RoleGuest && r.me.State == ward.PersonWaiting:
		return errWaiting
	case r.role == ward.RoleGuest && r.me.State == ward.PersonWithdrawn:
		return errWithdrawn
	case r.role == ward.RoleGuest:
		return h.start(ctx, r)
	case m.Document != nil && spreadsheet.Named(m.Document.FileName) && r.may(ctx, h.flows[flowRoster].door) == nil:
		return h.bringSheet(ctx, r, m.Document)
	case len(m.Photo) > 0 || r.text() != "":
		return h.offerReport(ctx, r)
	}
	return errUnsupported
}

func (h *Handlers) notUnderstood(ctx context.Context, r *request) error {
	_, err := r.reply(ctx, r.t.HTML("help.not_understood"), bot.Keyboard{
		{button(r.t.Plain("btn.today"), "today"), button(r.t.Plain("btn.help"), "help")},
	})
	return err
}

// edited follows a person who corrects words that a conversation holds;
// corrections of anything else are theirs alone.
func (h *Handlers) edited(ctx context.Context, r *request, m *bot.Message) error {
	text := wordsOf(m)
	c, err := h.store.ActiveConversation(ctx, r.chat)
	if errors.Is(err, ward.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if r.may(ctx, h.flows[c.Flow].door) != nil {
		return nil
	}
	switch c.Flow {
	case flowReport:
		return h.correctReport(ctx, r, &c, m.ID, text.Plain)
	case flowCompose:
		return h.correctDraft(ctx, r, &c, m.ID, text)
	}
	return nil
}

// conversation loads the person's conversation of a flow. A tap on a button
// of a conversation that is over is a tap on an old button.
func (r *request) conversation(ctx context.Context, flow string) (*storage.Conversation, error) {
	c, err := r.h.store.Conversation(ctx, r.chat, flow)
	if errors.Is(err, ward.ErrNotFound) {
		return nil, errOldButton
	}
	return &c, err
}

// unpack reads what a conversation holds; an unreadable one is an empty one.
func unpack[T any](c storage.Conversation) T {
	var v T
	_ = json.Unmarshal(c.Data, &v)
	return v
}

// pack writes it back.
func pack(c *storage.Conversation, step string, v any) error {
	raw, err := json.Marshal(v)
	c.Step, c.Data = step, raw
	return err
}
