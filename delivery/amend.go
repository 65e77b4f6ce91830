package delivery

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"wardbot/bot"
	"wardbot/ward"
)

const (
	// amending is how many copies are changed at once.
	amending = 32

	// amendAgain is how long a copy waits whose change was cut off.
	amendAgain = 2 * time.Second

	// deletable is up to which age copies are deleted; a minute of doubt
	// about clocks is left.
	deletable = ward.DeleteWithin - time.Minute

	// sameAgain is how often a copy is changed at once when its reader keeps
	// answering meanwhile.
	sameAgain = 3
)

// amend changes the copies of corrected and recalled bulletins until the
// context ends, a page at a time: no message is under two changes of ours at
// once. What was changed and not recorded is changed again by the next
// engine, which changes nothing.
func (e *Engine) amend(ctx context.Context) {
	ticker := time.NewTicker(e.tick)
	defer ticker.Stop()
	trouble := outage{log: e.log}
	for ctx.Err() == nil {
		more, err := e.amendPage(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if !trouble.sleep(ctx, "the database refuses: no copy is changed", err) {
				return
			}
			continue
		}
		trouble.over()
		if more {
			continue
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// amendPage changes some copies and records what came of it. It reports
// whether there may be more to do at once.
func (e *Engine) amendPage(ctx context.Context) (more bool, err error) {
	reachable, trial := e.network.open()
	if !reachable || e.ledger.refusing.Load() {
		return false, nil
	}
	most := amending
	if trial {
		most = 1
	}
	b, page, err := e.store.CopiesDue(ctx, e.now(), most)
	if err != nil || len(page) == 0 {
		return false, err
	}
	results := make([]ward.Amendment, len(page))
	var changing sync.WaitGroup
	for i, c := range page {
		changing.Go(func() { results[i] = e.amendOne(ctx, b, c) })
	}
	changing.Wait()
	known := results[:0]
	for _, r := range results {
		if r.Result != 0 {
			known = append(known, r)
		}
	}
	// Not ctx: what is done is recorded.
	if err := e.store.SettleCopies(context.WithoutCancel(ctx), known); err != nil {
		return false, err
	}
	return len(known) > 0, nil
}

// amendOne brings one copy to where it shall be.
func (e *Engine) amendOne(ctx context.Context, b ward.Bulletin, c ward.Copy) ward.Amendment {
	r := ward.Amendment{DeliveryKey: c.DeliveryKey, Revision: c.Revision, Due: c.Due, At: e.now()}
	var err error
	switch {
	case c.ChatID == 0: // erased: we do not know the chat any more
		r.Result = ward.AmendMiss
		return r
	case c.Part == ward.PartAhead && !b.Recalled(): // there are no words in it
		r.Result = ward.Amended
		return r
	case b.Recalled():
		err = e.recall(ctx, c)
	default:
		err = e.correct(ctx, c)
	}
	var refusal *bot.Error
	errors.As(err, &refusal)
	switch kind := bot.KindOf(err); {
	case err == nil:
		r.Result = ward.Amended
	case kind == bot.KindCancelled:
	case kind == bot.KindWait:
		r.Result, r.Next = ward.AmendLater, r.At.Add(refusal.RetryAfter+time.Second)
	case kind == bot.KindNotSent, kind == bot.KindUnknownOutcome, kind == bot.KindFatal, kind == bot.KindConflict:
		r.Result, r.Next = ward.AmendLater, r.At.Add(amendAgain)
	case refusal == nil: // ours: the database, or the text
		e.log.Error("copy not changed", "bulletin", c.BulletinID, "person", c.PersonID, "err", err)
		r.Result, r.Next = ward.AmendLater, r.At.Add(amendAgain)
	case kind == bot.KindEditGone: // its reader deleted it
		r.Result = ward.AmendMiss
	case kind == bot.KindPersonGone, kind == bot.KindChatGone:
		r.Result, r.Gone = ward.AmendMiss, true
	default:
		e.log.Warn("copy cannot be changed", "bulletin", c.BulletinID, "person", c.PersonID, "err", err)
		r.Result = ward.AmendMiss
	}
	return r
}

// correct gives a copy the new text. Its reader may answer while the edit
// waits for its turn, so it is looked at again afterwards.
func (e *Engine) correct(ctx context.Context, c ward.Copy) error {
	var shown ward.Letter
	for range sameAgain {
		l, err := e.copy(ctx, c)
		if err != nil {
			return err
		}
		l.HTML += e.word(c.Language, c.Others)
		if reflect.DeepEqual(l, shown) {
			return nil
		}
		if err := e.edit(ctx, c, l); err != nil {
			return err
		}
		shown = l
	}
	return nil
}

// recall takes a copy out of its chat, or at least its words. A copy that
// tells of other bulletins stays, or its reader would never know of them.
func (e *Engine) recall(ctx context.Context, c ward.Copy) error {
	if c.Others == 0 && e.now().Sub(c.SentAt) < deletable {
		err := e.remove(ctx, c.ChatID, append([]int64{c.MessageID}, c.More...))
		if bot.KindOf(err) != bot.KindEditGone {
			return err
		}
	}
	l, err := e.plain(ctx, c)
	if err != nil {
		return err
	}
	if len(l.Media) == 1 && !l.Media[0].Kind.Captioned() {
		return &bot.Error{Method: "recall", Kind: bot.KindEditGone} // a place too old to delete can say nothing
	}
	l.Buttons = nil
	l.HTML += e.word(c.Language, c.Others)
	return e.edit(ctx, c, l)
}

// remove deletes all messages of a letter or a post. It returns
// bot.KindEditGone if one is there and cannot be deleted.
func (e *Engine) remove(ctx context.Context, chat int64, messages []int64) error {
	for _, id := range messages {
		began := time.Now()
		e.stats.edits.Add(1)
		err := e.line.Delete(ctx, chat, id)
		if ctx.Err() == nil { // or it was we who cut it off
			e.heed(began, err)
		}
		var refusal *bot.Error
		if errors.As(err, &refusal) && refusal.Missing() {
			continue // deleted before, by us or its reader
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// plain is a copy as its letter is.
func (e *Engine) plain(ctx context.Context, c ward.Copy) (ward.Letter, error) {
	letters, err := e.store.Letters(ctx, c.BulletinID)
	if err != nil {
		return ward.Letter{}, err
	}
	var found ward.Letter
	for _, l := range letters {
		if l.Part == c.Part && (l.Language == c.Language || found.HTML == "") {
			found = l
		}
	}
	if found.HTML == "" {
		return found, errNoLetter
	}
	return found, nil
}

func (e *Engine) edit(ctx context.Context, c ward.Copy, l ward.Letter) error {
	began := time.Now()
	e.stats.edits.Add(1)
	err := e.line.EditText(ctx, bot.Edit{
		ChatID: c.ChatID, MessageID: c.MessageID, HTML: l.HTML, Caption: len(l.Media) > 0, Keyboard: keyboard(l.Buttons),
	})
	if ctx.Err() == nil { // or it was we who cut it off
		e.heed(began, err)
	}
	return err
}
