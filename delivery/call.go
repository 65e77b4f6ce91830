package delivery

import (
	"errors"
	"time"

	"wardbot/bot"
	"wardbot/ward"
)

const (
	// fileTries is how often a picture that cannot be fetched just now is
	// tried (Bot API: getFile, "temporarily unavailable").
	fileTries = 3
	fileLater = 30 * time.Second
)

// deliver makes the call for one letter and hands on what came of it.
func (e *Engine) deliver(f *flight) {
	defer e.sky.landed(f)
	var sent []bot.Sent
	err := f.flaw
	if err == nil {
		f.Paid = e.purse.pays()
		sent, err = e.send(f.trace(func() {
			e.limit.begin()
			f.after, f.began = e.ids.highest(), time.Now()
		}), &f.parcel)
	}
	if bot.KindOf(err) == bot.KindBalance {
		e.purse.refused(f.ctx, f.BulletinID)
	}
	e.heed(f.began, err)
	e.judge(f, err)
	if bot.KindOf(err) == bot.KindUnknownOutcome {
		e.stats.inDoubt.Add(1)
		e.doubts.add(&doubt{Delivery: f.Delivery, after: f.after, asOf: time.Now(), ours: true})
		if !f.began.IsZero() {
			e.limit.end(1)
		}
		e.sky.free(1)
		return
	}
	s := e.verdict(f.Delivery, err)
	s.Revision = f.revision
	for i, m := range sent {
		if i == 0 {
			s.MessageID = m.ID
		} else {
			s.More = append(s.More, m.ID)
		}
		if f.ChatID > 0 {
			e.ids.note(m.ID, f.began)
		}
	}
	e.ledger.put(result{s, f.began})
}

// heed learns from the outcome of a call begun at a moment what concerns the
// whole engine.
func (e *Engine) heed(began time.Time, err error) {
	switch bot.KindOf(err) {
	case bot.KindCancelled: // that says nothing about Telegram
	case bot.KindNotSent:
		e.network.failed(began, err)
		e.sky.recall(all)
	case bot.KindUnknownOutcome:
		if e.network.puzzled(began, err) {
			e.sky.recall(all)
		}
	case bot.KindFatal, bot.KindConflict:
		e.stop(err)
	default:
		if !began.IsZero() { // there was a call
			e.network.over()
		}
	}
}

// verdict is what the outcome of a call, a known one, means for its delivery.
func (e *Engine) verdict(d ward.Delivery, err error) ward.Settlement {
	now := e.now()
	s := ward.Settlement{DeliveryKey: d.DeliveryKey, At: now}
	if err == nil {
		s.State = ward.DeliverySent
		return s
	}
	s.Err = err.Error()
	var wait time.Duration
	var refusal *bot.Error
	if errors.As(err, &refusal) {
		wait = refusal.RetryAfter
	}
	switch kind := bot.KindOf(err); {
	case kind == bot.KindPersonGone || kind == bot.KindChatGone:
		s.State, s.Gone = ward.DeliveryUnreachable, true
	case kind == bot.KindWait:
		// A second more, as the gate holds the chat: repeats lengthen blocks.
		s.State, s.Next = ward.DeliveryDue, now.Add(wait+time.Second)
	case kind == bot.KindNotSent, kind == bot.KindCancelled, kind == bot.KindFatal, kind == bot.KindConflict, kind == bot.KindBalance:
		// Nothing is the matter with the letter: the engine itself waits, is
		// held or stops.
		s.State, s.Next, s.Err = ward.DeliveryDue, now, ""
	case kind == bot.KindFileLater && d.Attempts < fileTries:
		s.State, s.Next = ward.DeliveryDue, now.Add(fileLater)
	default:
		s.State = ward.DeliveryFailed
	}
	return s
}
