package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

var errSpoilt = errors.New("spoilt")

// Writes that share a transaction do not share their failures.
func TestFailureStaysAlone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(10)
		task := town.task()
		town.send()
		for i := range people {
			_, err := s.KeepUpdates(town.ctx, []storage.Update{{ID: int64(i), Raw: []byte(`{}`)}})
			town.must(err)
		}
		var wg sync.WaitGroup
		for i, p := range people {
			wg.Go(func() {
				if err := s.FinishUpdate(town.ctx, int64(i)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if _, err := s.Confirm(town.ctx, task.ID, p.ID, ward.AnswerDone, town.now); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() { // does something and then fails
				err := s.Write(town.ctx, func(ctx context.Context, tx *sql.Tx) error {
					if _, err := tx.ExecContext(ctx, "UPDATE person SET name = 'spoilt'"); err != nil {
						return err
					}
					return errSpoilt
				})
				if !errors.Is(err, errSpoilt) {
					t.Error(err)
				}
			})
			wg.Go(func() { // breaks the database's own rules
				err := s.Write(town.ctx, func(ctx context.Context, tx *sql.Tx) error {
					_, err := tx.ExecContext(ctx, "INSERT INTO place (name, key) VALUES ('', '')")
					return err
				})
				if err == nil {
					t.Error("no error")
				}
			})
			wg.Go(func() {
				if err := s.SaveConversation(town.ctx, storage.Conversation{ChatID: int64(i), Flow: "report", UpdatedAt: town.now}); err != nil {
					t.Error(err)
				}
			})
			// A result that cannot be recorded takes none with it.
			wg.Go(func() {
				err := s.Settle(town.ctx, []ward.Settlement{{DeliveryKey: ward.DeliveryKey{BulletinID: 999, PersonID: p.ID}, State: ward.DeliverySent, At: town.now}})
				if !errors.Is(err, ward.ErrNotFound) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i, p := range people {
			if got, err := s.Person(town.ctx, p.ID); err != nil || got.Name != p.Name {
				t.Errorf("got %+v, %v", got, err)
			}
			if _, err := s.Conversation(town.ctx, int64(i), "report"); err != nil {
				t.Error(err)
			}
		}
		if pending, err := s.PendingUpdates(town.ctx); err != nil || len(pending) > 0 {
			t.Errorf("got %+v, %v", pending, err)
		}
		if p := town.progress(task); p.Answers.Done != len(people) {
			t.Errorf("got %+v", p)
		}
		town.right()
	})
}

// A caller that stops waiting before its turn has written nothing; one whose
// turn has come learns the outcome.
func TestCallerStopsWaiting(t *testing.T) {
	s := storagetest.SQLite(t) // the only one where writes wait for each other
	town := newTown(t, s)
	begun, goOn := make(chan struct{}), make(chan struct{})
	first := make(chan error)
	ctx, cancel := context.WithCancel(town.ctx)
	go func() {
		var once sync.Once
		first <- s.Write(ctx, func(context.Context, *sql.Tx) error {
			once.Do(func() { close(begun) })
			<-goOn
			return nil
		})
	}()
	<-begun
	err := s.SaveConversation(cancelled(), storage.Conversation{ChatID: 7, Flow: "report"})
	town.wants(err, context.Canceled)
	cancel()
	close(goOn)
	town.must(<-first)
	town.must(s.EndConversation(town.ctx, 8, "report")) // the line has come past the one that left
	_, err = s.Conversation(town.ctx, 7, "report")
	town.wants(err, ward.ErrNotFound)
}

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// Close lets finish what was begun, and says no to what comes later.
func TestCloseDrains(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wardbot.db")
	s, err := storage.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	kept := map[int64]bool{}
	var wg sync.WaitGroup
	started := make(chan struct{}, 100)
	for chat := range int64(100) {
		wg.Go(func() {
			started <- struct{}{}
			err := s.SaveConversation(context.Background(), storage.Conversation{ChatID: chat, Flow: "report", UpdatedAt: time.Now()})
			mu.Lock()
			defer mu.Unlock()
			kept[chat] = err == nil
			if err != nil && !errors.Is(err, storage.ErrClosed) {
				t.Error(err)
			}
		})
	}
	for range 50 {
		<-started
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := s.SaveConversation(context.Background(), storage.Conversation{}); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("after close: %v", err)
	}
	if s, err = storage.Open(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for chat, want := range kept {
		if _, err := s.Conversation(context.Background(), chat, "report"); (err == nil) != want {
			t.Errorf("chat %d: told %v, found %v", chat, want, err)
		}
	}
}

// A full disk is an error for everybody who waits, and the store works on
// when there is room again.
func TestDiskFull(t *testing.T) {
	town := newTown(t, storagetest.SQLite(t))
	people := town.people(20)
	task := town.task()
	town.send()
	pages, err := town.Number(town.ctx, "PRAGMA page_count")
	town.must(err)
	_, err = town.Number(town.ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages))
	town.must(err)
	big := make([]byte, 1<<20)
	err = town.SaveConversation(town.ctx, storage.Conversation{ChatID: 7, Flow: "report", Data: big})
	if err == nil {
		t.Fatal("no error on a full disk")
	}
	_, err = town.Number(town.ctx, "PRAGMA max_page_count = 1000000")
	town.must(err)
	town.must(town.SaveConversation(town.ctx, storage.Conversation{ChatID: 7, Flow: "report", Data: big}))
	for _, p := range people {
		_, err := town.Confirm(town.ctx, task.ID, p.ID, ward.AnswerDone, town.now)
		town.must(err)
	}
	town.right()
}
