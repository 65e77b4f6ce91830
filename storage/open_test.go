package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"wardbot/storage"
	"wardbot/storage/storagetest"
)

func TestOpenAgain(t *testing.T) {
	for name, url := range map[string]func(t *testing.T) string{
		"file":       func(t *testing.T) string { return filepath.Join(t.TempDir(), "wardbot.db") },
		"file:":      func(t *testing.T) string { return "file:" + filepath.Join(t.TempDir(), "việc 100% #1.db") },
		"postgresql": func(t *testing.T) string { return storagetest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, url := context.Background(), url(t)
			for range 2 {
				s, err := storage.Open(ctx, url)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Ping(ctx); err != nil {
					t.Error(err)
				}
				if version, err := s.SchemaVersion(ctx); err != nil || version < 1 {
					t.Errorf("schema %d, %v", version, err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// Several processes may start at once on PostgreSQL.
func TestOpenTogether(t *testing.T) {
	url := storagetest.PostgresURL(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := storage.Open(context.Background(), url)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestOpenRefusesNewerDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wardbot.db")
	for name, db := range map[string]struct{ driver, url string }{
		"sqlite":   {"sqlite3", path},
		"postgres": {"pgx", storagetest.PostgresURL(t)},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := storage.Open(context.Background(), db.url)
			if err != nil {
				t.Fatal(err)
			}
			want, err := s.SchemaVersion(context.Background())
			if err := errors.Join(err, s.Close()); err != nil {
				t.Fatal(err)
			}
			raw, err := sql.Open(db.driver, db.url)
			if err != nil {
				t.Fatal(err)
			}
			_, err = raw.ExecContext(context.Background(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, CAST(1 AS BOOLEAN))")
			if err := errors.Join(err, raw.Close()); err != nil {
				t.Fatal(err)
			}

			_, err = storage.Open(context.Background(), db.url)
			var newer *storage.NewerError
			if !errors.As(err, &newer) || newer.Have != 999 || newer.Want != want {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(err.Error(), "install the newer wardbot") {
				t.Errorf("no cure in %q", err)
			}
		})
	}
}

func TestOpenExplains(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("Kính gửi bà con, đây là một lá thư."), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		filepath.Join(dir, "nowhere", "wardbot.db"): "does not exist",
		filepath.Join(dir, "letter.txt"):            "not a wardbot database",
		filepath.Join(dir, "letter.txt", "a.db"):    "not a folder",
		dir:                                         "is a folder",
		"":                                          "file name is needed",
		":memory:":                                  "file name is needed",
		"postgres://nobody@/none?host=" + dir:       "reach PostgreSQL",
	} {
		if _, err := storage.Open(context.Background(), url); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", url, err, want)
		}
	}
}

func TestOpenUnwritable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(context.Background(), filepath.Join(dir, "wardbot.db")); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("got %v", err)
	}
}
