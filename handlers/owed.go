package handlers

import (
	"context"
	"errors"
	"sync"

	"wardbot/bot"
)

// owed are messages that do not yet show what their person did last. In a rush
// an edit waits for its turn at Telegram's pace, and when the person taps again
// meanwhile, the new tap goes first: its own edit shows both. Should it make
// none, the message is still owed, and is brought up to date then.
//
// Only the picture is owed, what was done is counted. A kill in between leaves
// the picture old until the person taps again.
type owed struct {
	mu       sync.Mutex
	byPerson map[int64]map[int64]paint // by message
}

// paint brings a message up to date.
type paint func(context.Context) error

func (o *owed) put(person, message int64, p paint) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byPerson == nil {
		o.byPerson = map[int64]map[int64]paint{}
	}
	if o.byPerson[person] == nil {
		o.byPerson[person] = map[int64]paint{}
	}
	o.byPerson[person][message] = p
}

// take takes all that is owed to a person.
func (o *owed) take(person int64) map[int64]paint {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.byPerson[person]
	delete(o.byPerson, person)
	return all
}

// drop forgets one message: it is painted now.
func (o *owed) drop(person, message int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.byPerson[person], message)
}

// repaint brings a message of a person up to date, unless the person does
// something else while it waits for its turn: then it is owed.
func (h *Handlers) repaint(ctx context.Context, person, message int64, p paint) error {
	h.owed.drop(person, message)
	err := p(bot.Yielding(ctx))
	if bot.KindOf(err) == bot.KindCancelled && ctx.Err() == nil {
		h.owed.put(person, message, p)
		return nil
	}
	return err
}

// payOwed repaints what an earlier update of the person left.
func (h *Handlers) payOwed(ctx context.Context, u bot.Update) error {
	from := u.From()
	if from == nil {
		return nil
	}
	var failed []error
	for message, p := range h.owed.take(from.ID) {
		err := h.repaint(ctx, from.ID, message, p)
		if mayPass(err) {
			h.owed.put(from.ID, message, p)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}
