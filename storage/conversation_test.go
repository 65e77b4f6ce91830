package storage_test

import (
	"bytes"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestConversations(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		save := func(flow, step string, at time.Time) storage.Conversation {
			c := storage.Conversation{ChatID: 7, Flow: flow, Step: step, Data: []byte(`{"n":1}`), MessageID: 5, UpdateID: 9, UpdatedAt: at}
			town.must(s.SaveConversation(town.ctx, c))
			return c
		}
		save("compose", "text", town.now)
		save("report", "count", town.now.Add(time.Minute))
		last := save("report", "photo", town.now.Add(2*time.Minute))

		got, err := s.Conversation(town.ctx, 7, "report")
		town.must(err)
		if got.Step != "photo" || !bytes.Equal(got.Data, last.Data) || got.MessageID != 5 || got.UpdateID != 9 || !got.UpdatedAt.Equal(last.UpdatedAt) {
			t.Errorf("got %+v, want %+v", got, last)
		}
		if c, err := s.ActiveConversation(town.ctx, 7); err != nil || c.Flow != "report" {
			t.Errorf("got %+v, %v", c, err)
		}
		town.must(s.EndConversation(town.ctx, 7, "report"))
		town.must(s.EndConversation(town.ctx, 7, "report"))
		if c, err := s.ActiveConversation(town.ctx, 7); err != nil || c.Flow != "compose" {
			t.Errorf("got %+v, %v", c, err)
		}
		if n, err := s.PruneConversations(town.ctx, "compose", town.now); err != nil || n != 0 {
			t.Errorf("pruned %d too early, %v", n, err)
		}
		if n, err := s.PruneConversations(town.ctx, "compose", town.now.Add(time.Second)); err != nil || n != 1 {
			t.Errorf("pruned %d, %v", n, err)
		}
		_, err = s.Conversation(town.ctx, 7, "compose")
		town.wants(err, ward.ErrNotFound)
	})
}
