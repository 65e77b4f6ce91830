package delivery

import (
	"context"
	"errors"
	"time"

	"wardbot/bot"
	"wardbot/ward"
)

const (
	// postPage is how many posts are looked at in one turn.
	postPage = 100

	// postTries is how often a post is tried whose board keeps turning out to
	// be somewhere else.
	postTries = 5
)

// keepPosts puts posts on their boards, and keeps them up to date, until the
// context ends and the calls on the wire have.
func (e *Engine) keepPosts(ctx, lasting context.Context) {
	defer e.boards.calls.Wait()
	defer context.AfterFunc(ctx, func() {
		for _, c := range e.boards.all() {
			c.recall()
		}
	})()
	ticker := time.NewTicker(e.tick)
	defer ticker.Stop()
	trouble := outage{log: e.log}
	recollected := false
	for ctx.Err() == nil {
		var err error
		if !recollected {
			err = e.recollectPosts(ctx)
			recollected = err == nil
		}
		if err == nil {
			err = e.postTurn(ctx, lasting)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if !trouble.sleep(ctx, "the database refuses: nothing is posted", err) {
				return
			}
			continue
		}
		trouble.over()
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// recollectPosts finds out which posts were on their way when the program last
// ended.
func (e *Engine) recollectPosts(ctx context.Context) error {
	left, err := e.store.PostsInDoubt(ctx)
	for _, p := range left {
		if err := e.inDoubt(ctx, p); err != nil {
			return err
		}
	}
	return err
}

// inDoubt takes note of a post that may be on its board or not. Boards number
// their messages themselves, so it cannot be looked for as letters are
// (doubt.go): it is sent once more when nothing else is left to send. If that
// is in doubt again, it stays so.
func (e *Engine) inDoubt(ctx context.Context, p ward.Post) error {
	if p.Resent {
		return e.store.SettlePost(ctx, ward.PostSettlement{PostKey: p.PostKey, State: ward.DeliveryUnknown, At: e.now()})
	}
	e.stats.inDoubt.Add(1)
	e.boards.doubt(p.PostKey)
	return nil
}

// postTurn begins whatever can be begun now.
func (e *Engine) postTurn(ctx, lasting context.Context) error {
	if err := e.recallStopped(ctx); err != nil {
		return err
	}
	reachable, _ := e.network.open()
	if !reachable || e.ledger.refusing.Load() {
		return nil
	}
	var due []ward.Post
	var err error
	if now := e.now(); !e.quiet.Holds(now) { // counts and corrections go on by night: they ring nowhere
		due, err = e.store.PostsDue(ctx, now, postPage)
	}
	if err != nil {
		return err
	}
	for _, p := range due {
		e.run(lasting, p, func(c *errand) error { return e.putUp(ctx, c, p) })
	}
	// Where an errand is being run, what is read now may be over when it is used.
	occupied := e.boards.occupied()
	behind, err := e.store.PostsBehind(ctx, e.now(), postPage)
	if err != nil {
		return err
	}
	for _, p := range behind {
		if occupied[p.BoardID] || !p.Amend && !e.boards.mayCount(p.BoardID, e.now()) {
			continue
		}
		e.run(ctx, p, func(c *errand) error { return e.bringUp(ctx, p) })
	}
	if len(due) == 0 && e.idle.Load() {
		return e.resendPosts(ctx)
	}
	return nil
}

// run makes one call at a board unless there is one already.
func (e *Engine) run(ctx context.Context, p ward.Post, call func(*errand) error) {
	c := e.boards.take(ctx, p)
	if c == nil {
		return
	}
	e.boards.calls.Go(func() {
		defer e.boards.done(p.BoardID)
		defer c.cancel()
		if err := call(c); err != nil {
			e.log.Error("post: its fate is not recorded", "bulletin", p.BulletinID, "board", p.BoardID, "err", err)
		}
	})
}

// recallStopped takes back posts that wait for their turn when a coordinator
// holds or stops their bulletin.
func (e *Engine) recallStopped(ctx context.Context) error {
	for _, c := range e.boards.all() {
		b, err := e.store.Bulletin(ctx, c.bulletin)
		if err != nil {
			return err
		}
		if b.State == ward.BulletinPaused || b.State == ward.BulletinStopped {
			c.recall()
		}
	}
	return nil
}

// resendPosts sends those in doubt once more, as the last resort.
func (e *Engine) resendPosts(ctx context.Context) error {
	for _, key := range e.boards.hopeless(e.grace) {
		b, err := e.store.Bulletin(ctx, key.BulletinID)
		if err != nil {
			return err
		}
		// Of a stopped bulletin nobody can say that it did not arrive.
		if b.State == ward.BulletinStopped {
			err = e.store.SettlePost(ctx, ward.PostSettlement{PostKey: key, State: ward.DeliveryUnknown, At: e.now()})
		} else {
			var again bool
			if again, err = e.store.ResendPost(ctx, key, e.now()); again {
				e.stats.postsAgain.Add(1)
				e.log.Warn("post sent once more: nobody knows whether it arrived", "bulletin", key.BulletinID, "board", key.BoardID)
			}
		}
		if err != nil {
			return err
		}
		e.boards.resolve(key)
	}
	return nil
}

// putUp claims a post, sends it and records what came of it.
func (e *Engine) putUp(ctx context.Context, c *errand, p ward.Post) error {
	b, err := e.store.Board(ctx, p.BoardID) // its topic may have changed since the page was read
	if err != nil {
		return err
	}
	claimed, err := e.store.ClaimPost(context.WithoutCancel(ctx), p.PostKey, e.now())
	if err != nil || !claimed {
		return err
	}
	p.Board, p.Attempts = b, p.Attempts+1
	s, err := e.place(c, p)
	if err != nil && bot.KindOf(err) == bot.KindUnknownOutcome {
		return e.inDoubt(context.WithoutCancel(ctx), p)
	}
	return e.record(c, p, s, err)
}

// place makes the call for a claimed post.
func (e *Engine) place(c *errand, p ward.Post) (ward.PostSettlement, error) {
	s := ward.PostSettlement{PostKey: p.PostKey, State: ward.DeliveryFailed, Revision: p.Revision, Done: p.Done}
	if p.Board.State != ward.BoardActive {
		return s, nil
	}
	l, err := e.post(c.ctx, p)
	if err != nil {
		e.log.Error("post not written", "bulletin", p.BulletinID, "err", err)
		s.State, s.Next = ward.DeliveryDue, e.now().Add(amendAgain)
		return s, nil
	}
	var began time.Time
	// Its age counts from here: a recall that follows at once must not think it
	// younger than it is.
	sent, err := e.send(c.trace(func() { began, s.At = time.Now(), e.now() }), &parcel{bulletin: p.BulletinID, media: l.Media, Send: bot.Send{
		ChatID: p.Board.ChatID, ThreadID: p.Board.ThreadID, HTML: l.HTML, Keyboard: keyboard(l.Buttons), Silent: l.Silent, ReplyTo: p.ReplyTo,
	}})
	e.heed(began, err)
	if err == nil {
		s.State, s.MessageID = ward.DeliverySent, sent[0].ID
		for _, m := range sent[1:] {
			s.More = append(s.More, m.ID)
		}
		e.stats.posts.Add(1)
	}
	return s, err
}

// record notes what became of a post, however long the database refuses. What
// cannot be recorded before the engine has to end stays "sending", and is in
// doubt at the next start.
func (e *Engine) record(c *errand, p ward.Post, s ward.PostSettlement, failed error) error {
	ctx := context.WithoutCancel(c.ctx) // a call that was made is recorded

	if s.At.IsZero() { // there was no call
		s.At = e.now()
	}
	trouble := outage{log: e.log}
	for {
		err := e.settlePost(ctx, p, s, failed)
		if err == nil {
			trouble.over()
			e.Wake()
			return nil
		}
		if !trouble.sleep(c.ctx, "the database refuses what became of a post", err) {
			return err
		}
	}
}

func (e *Engine) settlePost(ctx context.Context, p ward.Post, s ward.PostSettlement, failed error) (err error) {
	if failed != nil {
		if s, err = e.postVerdict(ctx, p, s, failed); err != nil {
			return err
		}
	}
	if e.unseated.Load() && s.State == ward.DeliveryDue {
		return nil // the engine that has it in doubt says so
	}
	return e.store.SettlePost(ctx, s)
}

// postVerdict is what the outcome of a call, a known one, means for its post
// and its board.
func (e *Engine) postVerdict(ctx context.Context, p ward.Post, s ward.PostSettlement, failed error) (ward.PostSettlement, error) {
	s.State, s.Next, s.Err = ward.DeliveryDue, s.At, ""
	var refusal *bot.Error
	errors.As(failed, &refusal)
	switch kind := bot.KindOf(failed); {
	case kind == bot.KindNotSent, kind == bot.KindCancelled, kind == bot.KindFatal, kind == bot.KindConflict:
	case kind == bot.KindWait:
		s.Next = s.At.Add(refusal.RetryAfter + time.Second)
	case kind == bot.KindFileLater && p.Attempts < fileTries:
		s.Next = s.At.Add(fileLater)
	case kind == bot.KindThreadGone && p.Board.ThreadID != 0 && p.Attempts < postTries:
		return s, e.newTopic(ctx, p.Board)
	case kind == bot.KindMigrated && p.Attempts < postTries:
		e.log.Info("a group has become a supergroup", "board", p.BoardID)
		return s, e.store.MoveBoard(ctx, p.Board.ChatID, refusal.MigrateTo)
	default:
		s.State, s.Next, s.Err = ward.DeliveryFailed, time.Time{}, failed.Error()
		return s, e.notePlight(ctx, p.Board, kind)
	}
	return s, nil
}

// notePlight remembers that a board cannot be written on, so that those who
// can mend it hear of it.
func (e *Engine) notePlight(ctx context.Context, b ward.Board, kind bot.Kind) error {
	var state ward.BoardState
	switch kind {
	case bot.KindChatGone, bot.KindPersonGone:
		state = ward.BoardRemoved
	case bot.KindNoRights, bot.KindThreadGone: // without a topic it is the whole forum that is closed
		state = ward.BoardMuted
	default:
		return nil
	}
	e.log.Warn("a board cannot be written on", "board", b.ID, "kind", kind)
	return e.store.BreakBoard(ctx, b.ChatID, state)
}

// newTopic finds a place for the posts of a forum whose topic was closed or
// deleted: a new topic if the bot may make one, else none.
func (e *Engine) newTopic(ctx context.Context, b ward.Board) error {
	thread, err := e.line.CreateTopic(ctx, b.ChatID, e.topic)
	switch bot.KindOf(err) {
	case bot.KindNotSent, bot.KindUnknownOutcome, bot.KindCancelled, bot.KindWait:
		return nil // the post is tried again, and comes here again
	}
	if err != nil {
		e.log.Info("a topic is gone, and no new one may be made", "board", b.ID, "err", err)
		thread = 0
	}
	return e.store.SetTopic(ctx, b.ID, thread)
}

// bringUp makes a post show what it should: corrected words, the number of
// those who did it, or nothing any more.
func (e *Engine) bringUp(ctx context.Context, p ward.Post) error {
	a := ward.PostAmendment{Post: p, Result: ward.Amended}
	if !p.Amend {
		e.boards.counts(p.BoardID, e.now())
	}
	b, err := e.store.Bulletin(ctx, p.BulletinID)
	if err == nil {
		if b.Recalled() {
			err = e.takeDown(ctx, p)
		} else {
			err = e.repaint(ctx, p)
		}
	}
	if ctx.Err() != nil {
		return nil // done twice is done once
	}
	var refusal *bot.Error
	errors.As(err, &refusal)
	switch kind := bot.KindOf(err); {
	case err == nil:
	case kind == bot.KindWait:
		a.Result, a.Next = ward.AmendLater, e.now().Add(refusal.RetryAfter+time.Second)
	case refusal == nil, kind == bot.KindNotSent, kind == bot.KindUnknownOutcome, kind == bot.KindCancelled, kind == bot.KindFatal, kind == bot.KindConflict:
		a.Result, a.Next = ward.AmendLater, e.now().Add(amendAgain)
	case kind == bot.KindMigrated: // the message stayed behind
		return e.store.MoveBoard(context.WithoutCancel(ctx), p.Board.ChatID, refusal.MigrateTo)
	default: // deleted by somebody there, or the board is out of our reach
		e.log.Warn("post cannot be changed", "bulletin", p.BulletinID, "board", p.BoardID, "err", err)
		a.Result = ward.AmendMiss
		if err := e.notePlight(context.WithoutCancel(ctx), p.Board, kind); err != nil {
			return err
		}
	}
	return e.store.SettlePostAmendment(context.WithoutCancel(ctx), a)
}

// repaint shows a post as it shall be. What went ahead has no words, so there
// is nothing to change in it.
func (e *Engine) repaint(ctx context.Context, p ward.Post) error {
	if p.Part == ward.PartAhead {
		return nil
	}
	l, err := e.post(ctx, p)
	if err != nil {
		return err
	}
	began := time.Now()
	e.stats.edits.Add(1)
	if p.Amend {
		err = e.line.EditText(ctx, bot.Edit{
			ChatID: p.Board.ChatID, MessageID: p.MessageID, HTML: l.HTML, Caption: len(l.Media) > 0, Keyboard: keyboard(l.Buttons),
		})
	} else if err = e.line.EditKeyboard(ctx, p.Board.ChatID, p.MessageID, keyboard(l.Buttons)); bot.KindOf(err) == bot.KindNotModified {
		err = nil
	}
	if ctx.Err() == nil { // or it was we who cut it off
		e.heed(began, err)
	}
	return err
}

// takeDown takes a recalled post off its board, or at least its words.
func (e *Engine) takeDown(ctx context.Context, p ward.Post) error {
	if e.now().Sub(p.SentAt) < deletable {
		err := e.remove(ctx, p.Board.ChatID, append([]int64{p.MessageID}, p.More...))
		if bot.KindOf(err) != bot.KindEditGone {
			return err
		}
	}
	return e.repaint(ctx, p)
}
