package storage_test

import (
	"bytes"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestDrafts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		s.SetClock(func() time.Time { return town.now })
		compose := func(chat int64, data string) {
			town.must(s.SaveConversation(town.ctx, storage.Conversation{ChatID: chat, Flow: "compose", Step: "card", Data: []byte(data), MessageID: 5, UpdateID: 9, UpdatedAt: town.now}))
			town.now = town.now.Add(time.Minute)
		}
		drafts := func(chat int64) (all []string) {
			is, err := s.Drafts(town.ctx, chat, "compose")
			town.must(err)
			for _, d := range is {
				all = append(all, string(d.Data))
			}
			return all
		}
		same := func(what string, got []string, want ...string) {
			t.Helper()
			if len(got) != len(want) {
				t.Fatalf("%s: %v instead of %v", what, got, want)
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("%s: %v instead of %v", what, got, want)
				}
			}
		}
		town.must(s.PutAside(town.ctx, 7, "compose")) // nothing under way
		begin := town.now
		compose(7, "a")
		town.must(s.PutAside(town.ctx, 7, "compose"))
		town.must(s.PutAside(town.ctx, 7, "compose"))
		compose(7, "b")
		town.must(s.PutAside(town.ctx, 7, "compose"))
		compose(8, "other")
		town.must(s.PutAside(town.ctx, 8, "compose"))
		same("put aside", drafts(7), "b", "a")
		_, err := s.Conversation(town.ctx, 7, "compose")
		town.wants(err, ward.ErrNotFound)

		compose(7, "c")
		all, err := s.Drafts(town.ctx, 7, "compose")
		town.must(err)
		taken, err := s.TakeUp(town.ctx, 7, all[1].ID, 12)
		town.must(err)
		c, err := s.Conversation(town.ctx, 7, "compose")
		town.must(err)
		if !bytes.Equal(c.Data, []byte("a")) || !bytes.Equal(taken.Data, c.Data) || c.Step != "card" || c.UpdateID != 12 || !c.UpdatedAt.Equal(town.now) {
			t.Errorf("taken up: %+v, %+v", taken, c)
		}
		same("after taking up", drafts(7), "c", "b")
		_, err = s.TakeUp(town.ctx, 7, all[1].ID, 13)
		town.wants(err, ward.ErrNotFound)
		_, err = s.TakeUp(town.ctx, 8, all[0].ID, 14) // another's
		town.wants(err, ward.ErrNotFound)
		_, err = s.Draft(town.ctx, 8, all[0].ID)
		town.wants(err, ward.ErrNotFound)
		town.must(s.DropDraft(town.ctx, 8, all[0].ID))
		if d, err := s.Draft(town.ctx, 7, all[0].ID); err != nil || string(d.Data) != "b" {
			t.Errorf("draft: %+v, %v", d, err)
		}
		town.must(s.PruneDrafts(town.ctx, begin.Add(90*time.Second)))
		same("after pruning", drafts(7), "c")
		all, err = s.Drafts(town.ctx, 7, "compose")
		town.must(err)
		town.must(s.DropDraft(town.ctx, 7, all[0].ID))
		same("dropped", drafts(7))
		same("another's", drafts(8), "other")
	})
}

func TestTemplates(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		b := town.bulletin()
		b.Body, b.PassOn, b.Media = "Xem kim.", "Bà con nhớ xem.", []ward.Media{{Kind: ward.MediaPhoto, FileID: "x"}}
		keep := ward.TemplateOf(b, time.UTC)
		keep.Key, keep.WardID = "k", 3
		made, err := s.AddTemplate(town.ctx, keep)
		town.must(err)
		again, err := s.AddTemplate(town.ctx, keep)
		town.must(err)
		if again.ID != made.ID || made.Draft.PassOn != b.PassOn || len(made.Draft.Media) != 1 || made.WardID != 3 || made.Deadline != keep.Deadline || made.Draft.Signed.Sender != "" {
			t.Errorf("kept %+v and %+v", made, again)
		}
		town.must(s.RenameTemplate(town.ctx, made.ID, "Bình chữa cháy"))
		all, err := s.Templates(town.ctx)
		town.must(err)
		if len(all) != 1 || all[0].Name != "Bình chữa cháy" {
			t.Errorf("templates: %+v", all)
		}
		town.must(s.DropTemplate(town.ctx, made.ID))
		_, err = s.Template(town.ctx, made.ID)
		town.wants(err, ward.ErrNotFound)
		town.wants(s.RenameTemplate(town.ctx, made.ID, "x"), ward.ErrNotFound)
	})
}

// Whoever leaves leaves no draft behind.
func TestEraseTakesDrafts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		p := town.person()
		town.must(s.SaveConversation(town.ctx, storage.Conversation{ChatID: p.ChatID, Flow: "compose", Step: "card", Data: []byte("a"), UpdatedAt: town.now}))
		town.must(s.PutAside(town.ctx, p.ChatID, "compose"))
		town.must(s.Erase(town.ctx, p.ID, town.now))
		if all, err := s.Drafts(town.ctx, p.ChatID, "compose"); err != nil || len(all) > 0 {
			t.Errorf("left: %+v, %v", all, err)
		}
	})
}
