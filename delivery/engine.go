package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"wardbot/bot"
	"wardbot/storage"
	"wardbot/ward"
)

const (
	// page is how many deliveries are claimed in one transaction at most.
	page = 500

	// landing is how long calls in flight may take to finish when the engine
	// stops, and closing how long their results may then take to be recorded.
	landing = 8 * time.Second
	closing = time.Second

	// grace is how long a call that was cut off may still take effect:
	// Telegram's server swallows waits of up to 8 s (tdlib/td
	// NetQueryDelayer.cpp:100).
	grace = 10 * time.Second
)

// Options are the settings of an Engine. All may be left out.
type Options struct {
	// InFlight is how many letters may be on their way at once. 0 = as many
	// as the rate reached needs, see limit.go; at most 2,000.
	InFlight int
	Now      func() time.Time // for what is stored; nil = time.Now
	Tick     time.Duration    // how often to look for due work; 0 = 250 ms
	// Grace is how long after a call was cut off its outcome is looked for.
	// 0 = 10 s, because until then Telegram may still carry it out.
	Grace time.Duration
	// Copy tells what a copy of a corrected bulletin shall look like now,
	// with its reader's own answer. nil = like the letter.
	Copy func(context.Context, ward.Copy) (ward.Letter, error)
	// Paid pays Stars for what goes above 30 letters a second. Alert is
	// called when the balance is too low and letters go at the free rate.
	Paid  bool
	Alert func(context.Context)
	// Post tells what a post shall look like now, and Topic how the topic is
	// called that is made for posts where theirs is gone. nil: there are no
	// posts.
	Post  func(context.Context, ward.Post) (ward.Letter, error)
	Topic string
	// Quiet are the hours in which nothing is sent but alerts, to those who want
	// them then. What is on its way when they begin goes on when they end.
	Quiet ward.Quiet
	// Hushed says whether letters make no sound at a moment. nil = they do.
	Hushed func(time.Time) bool
	// Others is the line that tells a reader of so many other bulletins. nil =
	// they are not told.
	Others func(language string, others int) string
	Log    *slog.Logger // nil = slog.Default()
}

// Engine sends what is due. One engine at a time may run on a database, see
// storage.Seat: it takes whatever is "sending" when it starts for its own.
type Engine struct {
	store *storage.Store
	line  *bot.Client
	now   func() time.Time
	tick  time.Duration
	grace time.Duration
	copy  func(context.Context, ward.Copy) (ward.Letter, error)
	quiet ward.Quiet
	post  func(context.Context, ward.Post) (ward.Letter, error)
	topic string
	log   *slog.Logger

	others func(language string, others int) string
	hushed func(time.Time) bool

	stop     context.CancelCauseFunc // ends Run
	wake     chan struct{}           // look for work now
	began    time.Time               // Run did
	idle     atomic.Bool             // nothing is due and nothing is on its way
	unseated atomic.Bool             // another engine may run
	limit    *limit
	purse    purse
	sky      sky
	ledger   *ledger
	network  outage
	mail     mail
	uploads  uploads
	watch    watch
	ids      ids
	doubts   doubts
	boards   boards
	stats    stats
}

// New makes an engine that sends from store through the broadcast lane of
// line.
func New(store *storage.Store, line *bot.Client, o Options) *Engine {
	e := &Engine{
		store: store,
		line:  line.Broadcast(),
		now:   o.Now,
		tick:  cmp.Or(o.Tick, 250*time.Millisecond),
		grace: cmp.Or(o.Grace, grace),
		quiet: o.Quiet,
		post:  o.Post,
		topic: o.Topic,
		log:   cmp.Or(o.Log, slog.Default()),
		wake:  make(chan struct{}, 1),
		limit: newLimit(o.InFlight, line.Rate()),
	}
	if e.now == nil {
		e.now = time.Now
	}
	if e.copy = o.Copy; e.copy == nil {
		e.copy = e.plain
	}
	e.purse = purse{paid: o.Paid, now: e.now, log: e.log, alert: o.Alert}
	e.others = o.Others
	if e.hushed = o.Hushed; e.hushed == nil {
		e.hushed = func(time.Time) bool { return false }
	}
	e.ledger = newLedger(store)
	e.uploads = newUploads()
	e.network.log = e.log
	return e
}

// Wake makes the engine look for due work at once: something was published.
func (e *Engine) Wake() {
	select {
	case e.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// Run sends what is due until the context ends. Then it makes no new call,
// gives those in flight up to 8 s to finish, records their results and
// returns nil. An error that no call can get over, such as a wrong token, is
// returned. Run may be called once.
//
// If the context ends with the cause storage.ErrLost, another engine may have
// begun: it has in doubt what was on its way here. So what was not sent is not
// made due again, only known ends are recorded.
func (e *Engine) Run(ctx context.Context) error {
	ctx, e.stop = context.WithCancelCause(ctx)
	defer e.stop(nil)
	e.began = time.Now()
	// At once, whatever the rest is doing.
	defer context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), storage.ErrLost) {
			e.unseated.Store(true)
		}
		e.sky.recall(all)
	})()
	if !e.recollect(ctx) {
		return nil
	}
	// Results are recorded and calls finish after ctx has ended.
	lasting, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()

	var parts, recording sync.WaitGroup
	recording.Go(func() { e.keepLedger(lasting) })
	parts.Go(func() { e.keepWatch(ctx) })
	parts.Go(func() { e.resolveDoubts(ctx) })
	parts.Go(func() { e.amend(ctx) })
	if e.post != nil {
		parts.Go(func() { e.keepPosts(ctx, lasting) })
	}
	e.feed(ctx, lasting)
	late := time.AfterFunc(landing+closing, end)
	defer late.Stop()
	e.land()
	parts.Wait()
	e.ledger.close()
	recording.Wait()

	var fatal *bot.Error
	if errors.As(context.Cause(ctx), &fatal) {
		return fmt.Errorf("send letters: %w", fatal)
	}
	return nil
}

// recollect finds out which deliveries were on their way when the program
// last ended. It reports false if the context ended first.
func (e *Engine) recollect(ctx context.Context) bool {
	trouble := outage{log: e.log}
	for {
		left, err := e.store.InDoubt(ctx)
		if err == nil {
			err = e.takeOver(ctx, left)
		}
		if err == nil {
			trouble.over()
			return true
		}
		if ctx.Err() != nil || !trouble.sleep(ctx, "the database cannot be read", err) {
			return false
		}
	}
}

// feed keeps letters on their way until the context ends.
func (e *Engine) feed(ctx, lasting context.Context) {
	ticker := time.NewTicker(e.tick)
	defer ticker.Stop()
	trouble := outage{log: e.log}
	for ctx.Err() == nil {
		more, err := e.turn(ctx, lasting)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if !trouble.sleep(ctx, "the database refuses: nothing is sent", err) {
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
		case <-e.wake:
		case <-ticker.C:
		}
	}
}

// turn writes some deliveries of new bulletins, and claims and sends as many
// as there is room for. It reports whether there may be more to do at once.
func (e *Engine) turn(ctx, lasting context.Context) (more bool, err error) {
	unwritten, err := e.store.FanOut(ctx, e.now())
	if err != nil {
		return false, err
	}
	room := e.room()
	if room == 0 {
		return unwritten, nil
	}
	var due []ward.Delivery
	if now := e.now(); e.quiet.Holds(now) {
		if err = e.store.Hush(ctx, now, e.quiet.Ends(now)); err == nil {
			due, err = e.store.AlertsDue(ctx, now, room)
		}
	} else {
		due, err = e.store.Due(ctx, now, room)
	}
	if err != nil {
		return false, err
	}
	if len(due) == 0 {
		e.idle.Store(!unwritten && e.sky.busy() == 0)
		return unwritten, e.finish(ctx)
	}
	e.idle.Store(false)
	if err := e.claim(ctx, lasting, due); err != nil {
		return false, err
	}
	return unwritten || len(due) == room, nil
}

// room is how many letters may be claimed now. It is 0 until a good part of
// the places is free, because each page costs a commit. After a kill it stays
// 0 until what is in doubt was looked for: few ids have to be tried while
// nothing new is sent, and a second kill adds next to nothing.
func (e *Engine) room() int {
	busy := e.sky.busy()
	most := e.limit.places(busy)
	doubts, awaited := e.doubts.count()
	open, trial := e.network.open()
	switch {
	case !open || e.ledger.refusing.Load():
		return 0
	case awaited > 0 && (time.Since(e.began) <= e.grace || e.ids.bound(e.began.Add(e.grace)) > 0):
		return 0
	case awaited > 0 || trial || e.ids.stale():
		most = 1 // it tells how far the ids have come, or whether the network is back
	case doubts >= fullOfDoubt:
		e.idle.Store(busy == 0)
		return 0
	}
	free := most - busy
	if 4*free < most {
		return 0
	}
	return min(free, page)
}

// claim records that the letters are about to be sent, and sends them.
func (e *Engine) claim(ctx, lasting context.Context, due []ward.Delivery) error {
	flights := make(map[ward.DeliveryKey]*flight, len(due))
	for _, d := range due {
		f := &flight{}
		f.parcel, f.revision, f.flaw = e.letter(ctx, d)
		if f.flaw != nil && !errors.Is(f.flaw, errNoLetter) {
			return f.flaw
		}
		flights[d.DeliveryKey] = f
	}
	at := e.now()
	claimed, err := e.store.Claim(ctx, due, at)
	if err != nil {
		return err
	}
	for _, d := range claimed {
		f := flights[d.DeliveryKey]
		f.Delivery = d
		f.State, f.ClaimedAt = ward.DeliverySending, at
		f.Attempts++
		f.HTML += e.word(d.Language, len(d.Others))
		e.sky.take(lasting, f)
		if ctx.Err() != nil { // while it was claimed
			f.recall()
		}
		go e.deliver(f)
	}
	return nil
}

// word tells of other bulletins, if there are any, below a text.
func (e *Engine) word(language string, others int) string {
	if others == 0 || e.others == nil {
		return ""
	}
	return "\n\n" + e.others(language, others)
}

// finish closes bulletins that have reached everybody.
func (e *Engine) finish(ctx context.Context) error {
	sent, err := e.store.FinishSent(ctx, e.now())
	for _, b := range sent {
		e.mail.forget(b.ID)
		e.watch.forget(b.ID)
		e.log.Info("bulletin sent", "bulletin", b.ID)
	}
	return err
}

// land gives letters that wait for their turn back, and waits for those on
// the wire.
func (e *Engine) land() {
	e.sky.recall(all)
	late := time.AfterFunc(landing, e.sky.abort)
	defer late.Stop()
	e.sky.wait()
}
