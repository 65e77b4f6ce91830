package storage_test

import (
	"slices"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestDueInPages(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(7)
		b := town.bulletin()
		b.SendAt = town.now.Add(time.Hour)
		b = town.publish(b)
		if len(town.due()) > 0 {
			t.Error("due an hour early")
		}
		if next, planned, err := s.NextDue(town.ctx); err != nil || !planned || !next.Equal(b.SendAt) {
			t.Errorf("next due %v, %v, %v", next, planned, err)
		}
		town.now = b.SendAt
		seen := map[int64]bool{}
		for {
			page, err := s.Due(town.ctx, town.now, 3)
			town.must(err)
			if len(page) == 0 {
				break
			}
			for _, d := range page {
				if seen[d.PersonID] || d.ChatID == 0 || d.Language != "vi" || d.State != ward.DeliveryDue {
					t.Errorf("got %+v", d)
				}
				seen[d.PersonID] = true
			}
			town.claim(page...)
		}
		if len(seen) != 7 {
			t.Errorf("saw %d people", len(seen))
		}
		if _, planned, err := s.NextDue(town.ctx); err != nil || planned {
			t.Errorf("something is planned: %v, %v", planned, err)
		}
	})
}

func TestClaimOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(3)
		b := town.task()
		due := town.due()
		if n := len(town.claim(due...)); n != 3 {
			t.Errorf("claimed %d", n)
		}
		if n := len(town.claim(due...)); n != 0 {
			t.Errorf("claimed %d twice", n)
		}
		doubt, err := s.InDoubt(town.ctx)
		town.must(err)
		if len(doubt) != 3 || doubt[0].Attempts != 1 || !doubt[0].ClaimedAt.Equal(town.now) || !doubt[0].OverAt.Equal(town.now) {
			t.Errorf("in doubt: %+v", doubt)
		}
		town.end(ward.DeliveryDue, doubt[0].DeliveryKey)
		town.must(s.HoldBulletin(town.ctx, b.ID))
		if n := len(town.claim(due...)); n != 0 {
			t.Errorf("claimed %d of a held bulletin", n)
		}
	})
}

func TestTryAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(2)
		b := town.task()
		keys := town.claim(town.due()...)
		town.must(s.Settle(town.ctx, []ward.Settlement{
			{DeliveryKey: keys[0], State: ward.DeliveryDue, Next: town.now.Add(time.Minute), Err: "429", At: town.now},
			{DeliveryKey: keys[1], State: ward.DeliveryDue, Next: town.now.Add(time.Hour), At: town.now},
		}))
		if len(town.due()) != 0 || town.progress(b).Retrying != 2 {
			t.Errorf("%d due, %+v", len(town.due()), town.progress(b))
		}
		if next, planned, err := s.NextDue(town.ctx); err != nil || !planned || !next.Equal(town.now.Add(time.Minute)) {
			t.Errorf("next due %v, %v, %v", next, planned, err)
		}
		town.now = town.now.Add(time.Minute)
		due := town.due()
		if len(due) != 1 || due[0].DeliveryKey != keys[0] || due[0].Attempts != 1 {
			t.Fatalf("due: %+v", due)
		}
		town.send()
		if p := town.progress(b); p.Sent != 1 || p.Retrying != 1 {
			t.Errorf("got %+v", p)
		}
		town.right()
	})
}

func TestSettleOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		b := town.task()
		keys := town.claim(town.due()...)
		town.end(ward.DeliverySent, keys[0], keys[0])
		town.end(ward.DeliverySent, keys...)
		town.end(ward.DeliveryFailed, keys...)
		town.end(ward.DeliveryDue, keys...)
		if p := town.progress(b); p.Sent != 1 || p.Settled() != 1 {
			t.Errorf("got %+v", p)
		}
		chat, message, err := s.DeliveryMessage(town.ctx, keys[0])
		town.must(err)
		if chat != ana.ChatID || message != 100*b.ID+1 {
			t.Errorf("message %d in chat %d", message, chat)
		}
		_, _, err = s.DeliveryMessage(town.ctx, ward.DeliveryKey{BulletinID: b.ID, PersonID: 999})
		town.wants(err, ward.ErrNotFound)
		town.right()
	})
}

func TestGone(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		b := town.passOn()
		keys := town.claim(town.due()...)
		town.must(s.Settle(town.ctx, []ward.Settlement{{DeliveryKey: keys[0], State: ward.DeliveryUnreachable, Gone: true, At: town.now}}))
		if p, err := s.Person(town.ctx, ana.ID); err != nil || p.State != ward.PersonUnreachable {
			t.Errorf("got %+v, %v", p, err)
		}
		if p := town.progress(b); p.Unreachable != 1 || p.Settled() != 1 {
			t.Errorf("got %+v", p)
		}
		if sent, err := s.FinishSent(town.ctx, town.now); err != nil || len(sent) != 1 {
			t.Errorf("the second part keeps it from its end: %+v, %v", sent, err)
		}
		town.right()
	})
}

func TestSecondPartFollowsFirst(t *testing.T) {
	for _, end := range []ward.DeliveryState{ward.DeliverySent, ward.DeliveryFailed, ward.DeliveryUnknown} {
		storagetest.Each(t, func(t *testing.T, s *storage.Store) {
			town := newTown(t, s)
			town.person()
			b := town.passOn()
			due := town.due()
			if len(due) != 1 || due[0].Part != 0 {
				t.Fatalf("due: %+v", due)
			}
			town.end(end, town.claim(due...)...)
			due = town.due()
			if end != ward.DeliverySent {
				if len(due) != 0 {
					t.Errorf("due after the first part ended %d: %+v", end, due)
				}
				return
			}
			if len(due) != 1 || due[0].Part != 1 {
				t.Fatalf("due: %+v", due)
			}
			town.end(ward.DeliverySent, town.claim(due...)...)
			if p := town.progress(b); p.Audience != 1 || p.Sent != 1 {
				t.Errorf("people are counted twice: %+v", p)
			}
			town.right()
		})
	}
}

func TestMarkSeen(t *testing.T) {
	for _, was := range []ward.DeliveryState{ward.DeliverySending, ward.DeliverySent, ward.DeliveryUnknown, ward.DeliveryFailed} {
		storagetest.Each(t, func(t *testing.T, s *storage.Store) {
			town := newTown(t, s)
			town.person()
			b := town.task()
			keys := town.claim(town.due()...)
			if was != ward.DeliverySending {
				town.end(was, keys...)
			}
			town.must(s.MarkSeen(town.ctx, keys[0], 7, town.now))
			town.must(s.MarkSeen(town.ctx, keys[0], 7, town.now))
			town.end(ward.DeliveryDue, keys...) // the engine's late word changes nothing
			if p := town.progress(b); p.Sent != 1 || p.Settled() != 1 {
				t.Errorf("after %d: %+v", was, p)
			}
			town.wants(s.MarkSeen(town.ctx, ward.DeliveryKey{BulletinID: b.ID, PersonID: 999}, 7, town.now), ward.ErrNotFound)
			town.right()
		})
	}
}

func TestPauseWithdraws(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		soon := town.passOn()
		later := town.bulletin()
		later.SendAt = town.now.Add(48 * time.Hour)
		later = town.publish(later)
		town.must(s.Pause(town.ctx, ana.ID, town.now.Add(24*time.Hour)))
		if p := town.progress(soon); p.Cancelled != 1 {
			t.Errorf("got %+v", p)
		}
		if p := town.progress(later); p.Cancelled != 0 {
			t.Errorf("got %+v", p)
		}
		town.right()
	})
}

// The number of a message in doubt lies between the last one known when it
// was claimed and the first one claimed after its call was over.
func TestMessageWindow(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(7)
		town.task()
		due := town.due()
		step := func() { town.now = town.now.Add(time.Second) }
		settle := func(message int64, keys ...ward.DeliveryKey) {
			t.Helper()
			town.must(s.Settle(town.ctx, []ward.Settlement{{DeliveryKey: keys[0], State: ward.DeliverySent, MessageID: message, At: town.now}}))
		}
		first := town.claim(due[0])
		step()
		settle(500, first...)
		step()
		town.claim(due[1]) // the one in doubt
		second, both := town.claim(due[2]), town.claim(due[5:]...)
		step()
		third := town.claim(due[3])
		step()
		settle(501, second...) // at the same time as the one in doubt: says nothing about it
		town.must(s.Settle(town.ctx, []ward.Settlement{
			{DeliveryKey: both[0], State: ward.DeliverySent, MessageID: 499, At: morning},
			{DeliveryKey: both[1], State: ward.DeliverySent, MessageID: 502, At: town.now},
		}))
		settle(503, third...)
		doubt, err := s.InDoubt(town.ctx)
		town.must(err)
		if len(doubt) != 1 {
			t.Fatalf("in doubt: %+v", doubt)
		}
		window := func(after, before int64) {
			t.Helper()
			a, b, err := s.MessageWindow(town.ctx, doubt[0])
			town.must(err)
			if a != after || b != before {
				t.Errorf("between %d and %d, want %d and %d", a, b, after, before)
			}
		}
		window(500, 0)
		step()
		last := town.claim(due[4])
		settle(504, last...)
		window(500, 504)
		doubt[0].OverAt = time.Time{}
		window(500, 0)
	})
}

func TestQuiet(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(3)
		early := storage.Update{ID: 1, ChatID: people[0].ChatID, Raw: []byte("{}")}
		_, err := s.KeepUpdates(town.ctx, []storage.Update{early})
		town.must(err)
		town.must(s.FinishUpdate(town.ctx, 1))
		town.now = town.now.Add(time.Second)
		task := town.task()
		doubt := town.claim(town.due()...)
		town.now = town.now.Add(time.Second)
		_, err = s.KeepUpdates(town.ctx, []storage.Update{{ID: 2, ChatID: people[1].ChatID, Raw: []byte("{}")}})
		town.must(err)
		news := town.bulletin()
		news.Kind = ward.KindNews
		news = town.publish(news)
		for _, d := range town.due() {
			if d.BulletinID == news.ID && d.PersonID == people[2].ID {
				town.end(ward.DeliverySent, town.claim(d)...)
			}
		}
		all, err := s.InDoubt(town.ctx)
		town.must(err)
		if len(all) != len(doubt) {
			t.Fatalf("in doubt: %+v", all)
		}
		for i, want := range []bool{true, false, false} { // nothing came, a tap, another letter
			quiet, err := s.Quiet(town.ctx, all[i])
			town.must(err)
			if quiet != want || all[i].BulletinID != task.ID {
				t.Errorf("person %d: quiet %v, want %v", i, quiet, want)
			}
		}
	})
}

func TestMessagesAfter(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(3)
		old := town.task()
		town.send()
		_, err := s.FinishSent(town.ctx, town.now)
		town.must(err)
		town.now = town.now.Add(time.Hour)
		now := town.task()
		town.send()
		got, err := s.MessagesAfter(town.ctx, 100*now.ID+1, town.now)
		town.must(err)
		slices.Sort(got)
		if want := []int64{100*now.ID + 2, 100*now.ID + 3}; !slices.Equal(got, want) {
			t.Errorf("of the second bulletin: %v, want %v; the first was %d", got, want, old.ID)
		}
	})
}
