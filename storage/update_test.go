package storage_test

import (
	"slices"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
)

func TestUpdates(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		keep := func(ids ...int64) (kept []int64) {
			t.Helper()
			var updates []storage.Update
			for _, id := range ids {
				updates = append(updates, storage.Update{ID: id, ChatID: 7, Raw: []byte(`{}`)})
			}
			fresh, err := s.KeepUpdates(town.ctx, updates)
			town.must(err)
			for _, k := range fresh {
				kept = append(kept, k.ID)
			}
			slices.Sort(kept)
			return kept
		}
		pending := func() (ids []int64) {
			t.Helper()
			all, err := s.PendingUpdates(town.ctx)
			town.must(err)
			for _, u := range all {
				if string(u.Raw) != `{}` || u.ChatID != 7 {
					t.Errorf("got %+v", u)
				}
				ids = append(ids, u.ID)
			}
			return ids
		}
		expect := func(what string, got []int64, want ...int64) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", what, got, want)
			}
		}
		expect("new", keep(12, 11), 11, 12)
		expect("again", keep(11, 12, 13), 13)
		for chat, want := range map[int64]int{7: 2, 8: 0} {
			if after, err := s.UpdatesAfter(town.ctx, chat, 11); err != nil || len(after) != want {
				t.Errorf("after the first of chat %d: %q, %v", chat, after, err)
			}
		}
		expect("pending", pending(), 11, 12, 13)
		town.must(s.FinishUpdate(town.ctx, 11))
		town.must(s.SpoilUpdate(town.ctx, 12, "panic: nil map"))
		town.must(s.SpoilUpdate(town.ctx, 12, "again"))
		expect("pending after two", pending(), 13)
		expect("finished and spoilt ones again", keep(11, 12))

		town.now = town.now.Add(25 * time.Hour) // Telegram counts anew after a quiet week
		expect("after a day", keep(11, 12, 13), 11, 12)
	})
}
