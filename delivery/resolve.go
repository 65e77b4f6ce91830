package delivery

import (
	"context"
	"errors"
	"sync"
	"time"

	"wardbot/bot"
	"wardbot/ward"
)

const (
	// askTries is how often a question is put at once when the answer is cut
	// off, and askAgain how long to wait when it could not be put at all.
	askTries = 4
	askAgain = 2 * time.Second
)

// resolveDoubts looks into letters in doubt until the context ends. What is
// unresolved then stays "sending" and is in doubt at the next start.
func (e *Engine) resolveDoubts(ctx context.Context) {
	ticker := time.NewTicker(e.tick)
	defer ticker.Stop()
	resent := map[ward.DeliveryKey]bool{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		ready := e.ready()
		if len(ready) == 0 {
			continue
		}
		began, before := time.Now(), e.Stats()
		var asked sync.WaitGroup
		turn := make(chan struct{}, asking)
		for _, d := range ready {
			if d.hopeless {
				e.resend(ctx, d, resent)
				continue
			}
			turn <- struct{}{}
			asked.Go(func() {
				defer func() { <-turn }()
				e.resolve(ctx, d)
			})
		}
		asked.Wait()
		if now := e.Stats(); now.Found+now.Absent+now.Resent > before.Found+before.Absent+before.Resent {
			e.log.Info("letters in doubt looked for", "letters", len(ready), "found", now.Found-before.Found,
				"absent", now.Absent-before.Absent, "sent once more", now.Resent-before.Resent,
				"calls", now.Probes-before.Probes, "took", time.Since(began).Round(time.Millisecond))
		}
	}
}

// resolve finds out whether a letter is in its chat.
func (e *Engine) resolve(ctx context.Context, d *doubt) {
	if seen, err := e.seen(ctx, d); seen || err != nil {
		e.postpone(d, askAgain)
		return
	}
	quiet, err := e.store.Quiet(ctx, d.Delivery)
	if err == nil && d.after == 0 {
		d.after, _, err = e.store.MessageWindow(ctx, d.Delivery)
	}
	if err != nil {
		e.postpone(d, askAgain)
		return
	}
	if !quiet || d.ChatID <= 0 || d.after == 0 && d.before == 0 {
		e.giveUp(d)
		return
	}
	ids, whole := e.candidates(d)
	if !whole && !d.old && !e.idle.Load() {
		return // they become fewer as more ids are known
	}
	if d.after > 0 {
		ids = likeliest(ids, e.doubts.place(d))
	}
	for _, id := range ids {
		if e.ids.taken(id) {
			continue // another one in doubt was found there meanwhile
		}
		a, err := e.look(ctx, d, id)
		switch a {
		case there:
			first, more := e.whole(ctx, d, id)
			e.ids.note(first, d.asOf)
			for _, other := range more {
				e.ids.note(other, d.asOf)
			}
			e.stats.found.Add(1)
			e.conclude(d, ward.Settlement{State: ward.DeliverySent, MessageID: first, More: more})
			return
		case absent:
			if d.absent == nil {
				d.absent = map[int64]bool{}
			}
			d.absent[id] = true
		case puzzling:
			e.log.Warn("letter in doubt: no clear answer", "bulletin", d.BulletinID, "person", d.PersonID, "err", err)
			e.giveUp(d)
			return
		case gone:
			e.conclude(d, ward.Settlement{State: ward.DeliveryUnreachable, Gone: true, Err: err.Error()})
			return
		case later:
			var refusal *bot.Error
			if errors.As(err, &refusal) && refusal.RetryAfter > 0 {
				e.postpone(d, refusal.RetryAfter+time.Second)
			} else {
				e.postpone(d, askAgain)
			}
			return
		}
	}
	if !whole {
		e.giveUp(d)
		return
	}
	e.stats.absent.Add(1)
	e.conclude(d, ward.Settlement{State: ward.DeliveryDue, Next: e.now()})
}

// seen reports whether the doubt is over: somebody has tapped on the letter
// meanwhile, which tells more than any question, or the process that led
// before this one could still record what became of it.
func (e *Engine) seen(ctx context.Context, d *doubt) (bool, error) {
	open, err := e.store.StillInDoubt(ctx, d.DeliveryKey, d.ClaimedAt)
	if err != nil || open {
		return false, err
	}
	e.stats.found.Add(1)
	e.doubts.drop(d)
	return true, nil
}

// resend sends a letter once more that cannot be looked for: a rare double is
// better than a silent loss. If that is in doubt again, or the bulletin was
// stopped, it stays so.
func (e *Engine) resend(ctx context.Context, d *doubt, resent map[ward.DeliveryKey]bool) {
	if seen, err := e.seen(ctx, d); seen || err != nil {
		return
	}
	b, err := e.store.Bulletin(ctx, d.BulletinID)
	if err != nil {
		return
	}
	// A bulletin that is stopped, recalled or over is not sent once more, and
	// nobody can say that it did not arrive.
	if resent[d.DeliveryKey] || b.State == ward.BulletinStopped || b.TooLate(e.now()) {
		e.conclude(d, ward.Settlement{State: ward.DeliveryUnknown})
		return
	}
	resent[d.DeliveryKey] = true
	e.stats.resent.Add(1)
	e.log.Warn("letter sent once more: nobody knows whether it arrived", "bulletin", d.BulletinID, "person", d.PersonID)
	e.conclude(d, ward.Settlement{State: ward.DeliveryDue, Next: e.now()})
}

// conclude records what became of a letter in doubt.
func (e *Engine) conclude(d *doubt, s ward.Settlement) {
	s.DeliveryKey, s.At = d.DeliveryKey, e.now()
	e.sky.reserve()
	e.ledger.put(result{Settlement: s})
	e.doubts.drop(d)
}

// postpone asks again later. The sending goes on meanwhile.
func (e *Engine) postpone(d *doubt, pause time.Duration) {
	e.doubts.release(d)
	d.next = time.Now().Add(pause)
}

// giveUp leaves a letter to be sent once more when all others are sent.
func (e *Engine) giveUp(d *doubt) {
	e.doubts.release(d)
	d.hopeless = true
}

// answer is what Telegram says of a candidate.
type answer int

const (
	there    answer = iota // it is the letter
	absent                 // it is not
	puzzling               // it is something that should not be there
	gone                   // the person is
	later                  // it could not be asked
)

// look asks whether a message is the letter, by an edit that would change
// nothing then. A letter without a keyboard is found too: nothing else of
// ours went to that chat, and people's own messages cannot be edited.
func (e *Engine) look(ctx context.Context, d *doubt, id int64) (answer, error) {
	send, _, err := e.letter(ctx, d.Delivery)
	if errors.Is(err, errNoLetter) {
		return puzzling, err // its only reader has been erased
	}
	if err != nil {
		return later, err
	}
	for range askTries {
		began := time.Now()
		e.stats.probes.Add(1)
		err = e.line.EditKeyboard(ctx, d.ChatID, id, send.Keyboard)
		e.heed(began, err)
		if bot.KindOf(err) != bot.KindUnknownOutcome {
			break
		}
	}
	switch bot.KindOf(err) {
	case bot.KindNotModified:
		return there, nil
	case bot.KindEditGone:
		return absent, nil
	case bot.KindPersonGone, bot.KindChatGone:
		return gone, err
	case bot.KindWait, bot.KindNotSent, bot.KindUnknownOutcome, bot.KindCancelled, bot.KindFatal:
		return later, err
	}
	return puzzling, err
}
