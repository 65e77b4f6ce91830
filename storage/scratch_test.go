package storage_test

import (
	"context"
	"path/filepath"
	"testing"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// A scratch database is empty, beside the real one, and gone when dropped.
func TestScratch(t *testing.T) {
	for name, url := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "file:" + filepath.Join(t.TempDir(), "wardbot.db") },
		"postgres": func(t *testing.T) string { return storagetest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, url := context.Background(), url(t)
			open := func(url string) *storage.Store {
				t.Helper()
				s, err := storage.Open(ctx, url)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			people := func(s *storage.Store) int {
				t.Helper()
				n, _, _, _, err := s.CountPeople(ctx)
				if err != nil {
					t.Error(err)
				}
				return n
			}
			live := open(url)
			defer live.Close()
			scratch, drop, err := storage.Scratch(ctx, url)
			if err != nil {
				t.Fatal(err)
			}
			s := open(scratch)
			if _, err := s.ImportPlaces(ctx, []ward.PlaceRow{{Ward: "Mễ Trì", Group: "Tổ 1"}, {Ward: "Mễ Trì", Group: "Tổ 2"}}); err != nil {
				t.Fatal(err)
			}
			if err := s.Populate(ctx, 1000, 300_000); err != nil {
				t.Fatal(err)
			}
			if p, err := s.PersonByChat(ctx, 300_999); err != nil || p.GroupID == 0 || people(s) != 300_000 || people(live) != 0 {
				t.Errorf("%+v, %v; %d people in the scratch, %d beside it", p, err, people(s), people(live))
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := drop(); err != nil {
				t.Error(err)
			}
			if s, err := storage.Open(ctx, scratch); err == nil {
				s.Close()
				t.Error("the scratch is still there")
			}
		})
	}
}
