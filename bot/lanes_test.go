package bot

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func messageIn(chat, id int64) Update {
	return Update{ID: id, Kind: KindOfMessage, Message: &Message{Chat: Chat{ID: chat}}}
}

// TestLanesOrder puts updates of many chats and wants each chat in order,
// several chats at once, and all of them handled before Run returns.
func TestLanesOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		last := map[int64]int64{}
		inHand := map[int64]bool{}
		var handled, together, most int
		l := NewLanes(8, func(_ context.Context, u Update) {
			chat := u.ChatID()
			mu.Lock()
			if inHand[chat] || u.ID <= last[chat] {
				t.Errorf("chat %d: update %d while or before %d", chat, u.ID, last[chat])
			}
			inHand[chat], last[chat] = true, u.ID
			together++
			most = max(most, together)
			mu.Unlock()
			pass(time.Duration(u.ID%7) * time.Millisecond)
			mu.Lock()
			inHand[chat] = false
			together--
			handled++
			mu.Unlock()
		})
		go func() {
			for id := range int64(3000) {
				l.Put(messageIn(id*id%41, id+1))
			}
			l.Close()
		}()
		if err := l.Run(t.Context()); err != nil {
			t.Error(err)
		}
		if handled != 3000 || most != 8 {
			t.Errorf("%d handled, %d at once", handled, most)
		}
		if len(l.chats) != 0 || l.waiting != 0 {
			t.Errorf("%d chats and %d updates are still remembered", len(l.chats), l.waiting)
		}
	})
}

// TestLanesPanic has a handler that panics on one update.
func TestLanesPanic(t *testing.T) {
	var book logbook
	var handled []int64
	l := NewLanes(1, func(_ context.Context, u Update) {
		if u.ID == 2 {
			panic("poison")
		}
		handled = append(handled, u.ID)
	})
	l.Log = book.logger()
	for id := range int64(3) {
		l.Put(messageIn(5, id+1))
	}
	l.Close()
	if err := l.Run(t.Context()); err != nil {
		t.Error(err)
	}
	if len(handled) != 2 || !strings.Contains(book.String(), "update=2") {
		t.Errorf("handled %v, logged %s", handled, book.String())
	}
}

// TestLanesFull puts more than fits: Put waits, and loses nothing.
func TestLanesFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var handled atomic.Int64
		l := NewLanes(2, func(context.Context, Update) { handled.Add(1) })
		var put atomic.Int64
		go func() {
			for id := range int64(lanesFull + 500) {
				l.Put(messageIn(id, id))
				put.Add(1)
			}
			l.Close()
		}()
		synctest.Wait()
		if put.Load() != lanesFull {
			t.Errorf("%d were put", put.Load())
		}
		_ = l.Run(t.Context())
		if handled.Load() != lanesFull+500 {
			t.Errorf("%d were handled", handled.Load())
		}
		l.Put(messageIn(1, 1)) // after Close: dropped, without waiting
	})
}

// TestLanesDrain ends the context: what was begun may finish, within 8 s.
func TestLanesDrain(t *testing.T) {
	for _, tt := range []struct {
		name     string
		takes    time.Duration // of one update
		finished int64         // of two
		after    time.Duration
	}{
		{"in time", 3 * time.Second, 2, 6 * time.Second},
		{"stuck", time.Hour, 0, 9 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var finished atomic.Int64
				l := NewLanes(1, func(ctx context.Context, _ Update) {
					if sleep(ctx, tt.takes) == nil {
						finished.Add(1)
					}
				})
				l.Put(messageIn(5, 1))
				l.Put(messageIn(6, 2))
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				begin := time.Now()
				_ = l.Run(ctx)
				if finished.Load() != tt.finished || time.Since(begin) != tt.after {
					t.Errorf("%d finished after %v", finished.Load(), time.Since(begin))
				}
			})
		})
	}
}

// TestOvertaken has an edit wait for its turn while the next update of the
// chat comes: the edit gives way if it was marked so, and no other call does.
func TestOvertaken(t *testing.T) {
	for _, tt := range []struct {
		name string
		mark func(context.Context) context.Context
		next int64 // chat of the update that comes meanwhile
		want Kind
		took time.Duration
	}{
		{"it yields", Yielding, 5, KindCancelled, time.Second},
		{"another chat", Yielding, 6, 0, 9 * time.Second},
		{"not marked", func(ctx context.Context) context.Context { return ctx }, 5, 0, 9 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := dial(t, Options{Rate: 30, Transport: wire(func(string, *http.Request) (int, string, error) {
					return 200, `{"ok":true,"result":true}`, nil
				})})
				c.line.gate.slow(5, 8*time.Second) // and one more
				began := time.Now()
				var l *Lanes
				l = NewLanes(8, func(ctx context.Context, u Update) {
					if u.ID > 1 {
						return
					}
					err := c.EditText(tt.mark(ctx), Edit{ChatID: 5, MessageID: 7, HTML: "x"})
					if took := time.Since(began).Round(time.Second); KindOf(err) != tt.want || took != tt.took || ctx.Err() != nil {
						t.Errorf("after %v: %v", took, err)
					}
					l.Close()
				})
				go func() {
					l.Put(messageIn(5, 1))
					pass(time.Second)
					l.Put(messageIn(tt.next, 2))
				}()
				if err := l.Run(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
