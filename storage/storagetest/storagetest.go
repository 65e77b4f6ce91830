// Package storagetest opens throw-away stores for tests: SQLite in a file of
// the test's own, PostgreSQL in a database of the test's own on a cluster
// that is started once per test process.
//
// A package that uses PostgreSQL says in its TestMain
//
//	func TestMain(m *testing.M) { storagetest.Main(m) }
//
// so that the cluster is stopped and removed.
package storagetest

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"wardbot/storage"
)

// Each runs a test on SQLite and on PostgreSQL, each time with an empty store.
func Each(t *testing.T, test func(t *testing.T, s *storage.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite opens an empty store in a file, because in memory every connection
// would be a database of its own.
func SQLite(tb testing.TB) *storage.Store {
	tb.Helper()
	return SQLiteAt(tb, filepath.Join(tb.TempDir(), "wardbot.db"))
}

// SQLiteAt is SQLite in a file of the caller's.
func SQLiteAt(tb testing.TB, path string) *storage.Store {
	tb.Helper()
	return open(tb, path)
}

// Refuse makes a SQLite file refuse whatever would be added to a table, until
// mend is called.
func Refuse(tb testing.TB, path, table string) (mend func()) {
	tb.Helper()
	run := func(query string) {
		tb.Helper()
		db, err := sql.Open("sqlite3", path+"?_busy_timeout=10000")
		if err == nil {
			_, err = db.ExecContext(tb.Context(), query)
			err = errors.Join(err, db.Close())
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	run("CREATE TRIGGER refuse_" + table + " BEFORE INSERT ON " + table + " BEGIN SELECT RAISE(ABORT, 'refused by the test'); END")
	return func() { run("DROP TRIGGER refuse_" + table) }
}

// Postgres opens an empty store on the test cluster. Where PostgreSQL is not
// installed, the test is skipped, or fails if WARDBOT_TEST_POSTGRES=required.
func Postgres(tb testing.TB) *storage.Store {
	tb.Helper()
	return open(tb, PostgresURL(tb))
}

// PostgresURL makes an empty database on the test cluster, for tests that
// open it themselves.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	c, err := theCluster()
	switch {
	case errors.Is(err, errNotInstalled) && os.Getenv("WARDBOT_TEST_POSTGRES") != "required":
		tb.Skip(err)
	case err != nil:
		tb.Fatal(err)
	}
	_, benchmark := tb.(*testing.B)
	url, drop, err := c.database(context.Background(), benchmark)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := drop(); err != nil {
			tb.Error(err)
		}
	})
	return url
}

func open(tb testing.TB, url string) *storage.Store {
	tb.Helper()
	s, err := storage.Open(context.Background(), url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}
