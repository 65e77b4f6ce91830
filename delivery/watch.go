package delivery

import (
	"context"
	"errors"
	"sync"
	"time"

	"wardbot/bot"
	"wardbot/ward"
)

// proof is how many letters of a bulletin must be refused, with none
// accepted, before it is held: then the bulletin is wrong, or the token's bot
// is not the one these people know.
const proof = 20

// watch remembers how the first letters of each bulletin fared.
type watch struct {
	mu      sync.Mutex
	refused map[int64]int // bulletin → letters, -1 once one has got through
}

func (w *watch) forget(bulletin int64) {
	w.mu.Lock()
	delete(w.refused, bulletin)
	w.mu.Unlock()
}

// count notes the outcome of a letter and reports whether that was the last
// straw.
func (w *watch) count(bulletin int64, refused bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refused == nil {
		w.refused = map[int64]int{}
	}
	switch n := w.refused[bulletin]; {
	case n < 0:
		return false
	case !refused:
		w.refused[bulletin] = -1
		return false
	default:
		w.refused[bulletin] = n + 1
		return n+1 == proof
	}
}

// judge holds a bulletin whose first letters are all refused, so that its
// coordinator sees it before everybody was tried.
func (e *Engine) judge(f *flight, err error) {
	switch kind := bot.KindOf(err); {
	case err == nil:
		e.watch.count(f.BulletinID, false)
	case kind == bot.KindMessageBad, kind == bot.KindFileBad, kind == bot.KindChatGone, errors.Is(err, errNoLetter):
		if e.watch.count(f.BulletinID, true) {
			e.hold(f.ctx, f.BulletinID, err)
		}
	}
}

func (e *Engine) hold(ctx context.Context, bulletin int64, cause error) {
	e.sky.recall(func(f *flight) bool { return f.BulletinID == bulletin })
	e.watch.forget(bulletin)
	if err := e.store.HoldBulletin(ctx, bulletin); err != nil {
		e.log.Error("bulletin not held", "bulletin", bulletin, "err", err)
		return
	}
	e.log.Error("bulletin held: its first letters are all refused", "bulletin", bulletin, "err", cause)
}

// keepWatch takes back letters that wait for their turn when a coordinator
// holds or stops their bulletin, when its deadline passes, and when it becomes
// quiet.
func (e *Engine) keepWatch(ctx context.Context) {
	ticker := time.NewTicker(e.tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		quiet := e.quiet.Holds(e.now())
		for id := range e.sky.bulletins() {
			b, err := e.store.Bulletin(ctx, id)
			if err != nil {
				continue // the database's troubles are told by those who write
			}
			if quiet && b.Kind != ward.KindAlert {
				e.sky.recall(func(f *flight) bool { return f.BulletinID == id })
				continue
			}
			if b.State != ward.BulletinSending || b.TooLate(e.now()) {
				e.sky.recall(func(f *flight) bool { return f.BulletinID == id })
				e.mail.forget(id)
				e.watch.forget(id)
			}
		}
	}
}
