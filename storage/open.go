package storage

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "github.com/mattn/go-sqlite3"    // the driver "sqlite3"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Store is the database. It is safe for concurrent use.
type Store struct {
	engine  engine
	db      *sql.DB // writes; with SQLite, which has one writer, a single connection
	readers *sql.DB
	schema  *goose.Provider
	now     func() time.Time
	zone    *time.Location // of people's hours
	line    *line

	dueMu sync.Mutex
	due   map[int64]int64 // bulletin → nobody up to this person is due for the first time
	walks map[int64]walk  // bulletin → how far its copies were gone through

	pruneMu sync.Mutex
	pruned  time.Time // when finished updates were last swept out

	// Of the seat, if this process serves the database.
	path    string                  // of an SQLite file
	owner   atomic.Int64            // of the updates that this process keeps
	crowd   atomic.Int64            // how many processes there are
	present atomic.Pointer[[]int64] // the owners that are there
	leader  atomic.Int64            // the PostgreSQL backend that holds our right to lead, or held it last
}

// NewerError says that the database was written by a newer wardbot.
type NewerError struct{ Have, Want int64 }

func (e *NewerError) Error() string {
	return fmt.Sprintf("the database has schema %d, this wardbot knows schemas up to %d: install the newer wardbot that wrote it", e.Have, e.Want)
}

// Open opens the database at url and brings its schema up to date. The url is
// a file name ("wardbot.db", "file:wardbot.db") for SQLite, which is made if
// it is not there, or "postgres://…". It returns a *NewerError for a database
// that a newer wardbot has written.
func Open(ctx context.Context, url string) (*Store, error) {
	s := &Store{now: time.Now, zone: time.UTC, due: map[int64]int64{}, walks: map[int64]walk{}}
	var err error
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		err = s.openPostgres(ctx, url)
	} else {
		err = s.openSQLite(ctx, strings.TrimPrefix(url, "file:"))
	}
	if err == nil {
		err = s.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	s.line = newLine(s)
	if err := s.rebuildOnce(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) openPostgres(ctx context.Context, url string) (err error) {
	s.engine = postgres
	if s.db, err = sql.Open("pgx", url); err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	s.db.SetMaxOpenConns(16)
	s.db.SetMaxIdleConns(16)
	s.readers = s.db
	if err := s.db.PingContext(ctx); err != nil {
		return fmt.Errorf("reach PostgreSQL: %w", err)
	}
	return nil
}

// What each connection is told. FULL, because mattn's NORMAL may lose the
// last commits in a power cut, and grouped commits make it nearly free.
// Options of the connection string reach every connection of a pool, which a
// PRAGMA statement does not.
const (
	sqliteOptions = "_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=1&_stmt_cache_size=64"
	writerOptions = sqliteOptions + "&_txlock=immediate&_cache_size=-32768" // KiB
	readerOptions = sqliteOptions + "&_query_only=1&_cache_size=-8192"      // there are four
)

func (s *Store) openSQLite(ctx context.Context, path string) (err error) {
	path, _, _ = strings.Cut(path, "?")
	if path == "" || strings.Contains(path, ":memory:") {
		return fmt.Errorf("open database %q: a file name is needed, for example wardbot.db", path)
	}
	if err := checkFile(path); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	s.path = path
	name := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()
	if s.db, err = sql.Open("sqlite3", name+"?"+writerOptions); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	s.db.SetMaxOpenConns(1)
	if s.readers, err = sql.Open("sqlite3", name+"?"+readerOptions); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	s.readers.SetMaxOpenConns(4)
	s.readers.SetMaxIdleConns(4)
	if err := s.db.PingContext(ctx); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	return nil
}

// checkFile finds what SQLite would only call "unable to open database file".
func checkFile(path string) error {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the folder %s does not exist: create it, or name another file", dir)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", dir)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return errors.New("this is a folder, a file is needed")
	}
	// SQLite keeps its log beside the file, so the folder must be writable too.
	probe, err := os.CreateTemp(dir, ".wardbot-*")
	if err != nil {
		return fmt.Errorf("the folder %s cannot be written to: change its rights, or name another file", dir)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, fs.ErrPermission):
		return errors.New("the file cannot be written to: change its rights, or name another file")
	case err != nil:
		return err
	}
	defer file.Close()
	head := make([]byte, len(sqliteHead))
	if n, _ := file.Read(head); n > 0 && string(head[:n]) != sqliteHead {
		return errors.New("the file is not a wardbot database: name another file")
	}
	return nil
}

// sqliteHead begins every SQLite file (sqlite.org/fileformat.html §1.3).
const sqliteHead = "SQLite format 3\x00"

// migrate brings the schema up to date. On PostgreSQL several processes may
// start at once: the first takes an advisory lock, the others wait for it.
func (s *Store) migrate(ctx context.Context) error {
	folder, dialect := "migrations/sqlite", goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.engine == postgres {
		folder, dialect = "migrations/postgres", goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60), lock.WithUnlockTimeout(1, 60))
		if err != nil {
			return fmt.Errorf("migrate database: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	if s.schema, err = goose.NewProvider(dialect, s.db, files, options...); err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	if _, err := s.schema.Up(ctx); err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	have, want, err := s.schema.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	if have > want {
		return &NewerError{Have: have, Want: want}
	}
	return nil
}

// SchemaVersion is the number of the newest migration in the database.
func (s *Store) SchemaVersion(ctx context.Context) (int64, error) {
	version, err := s.schema.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	return version, nil
}

// Schema is the number of the newest migration that this program knows.
func Schema() int64 {
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		panic(err) // the pattern is fixed, and right
	}
	version, err := goose.NumericComponent(files[len(files)-1]) // they come sorted
	if err != nil {
		panic(err) // a test opens the database
	}
	return version
}

// SetClock gives the store another clock, before anything else is asked of
// it: the demo has a day of its own.
func (s *Store) SetClock(now func() time.Time) { s.now = now }

// SetZone says where the clock hangs by which people have chosen their hours,
// before anything else is asked of the store. Without it, that is UTC.
func (s *Store) SetZone(zone *time.Location) { s.zone = zone }

// Ping says whether the database can be reached.
func (s *Store) Ping(ctx context.Context) error { return s.readers.PingContext(ctx) }

// Close lets the writes finish that were asked for and closes the database.
// Writes that come later get ErrClosed.
func (s *Store) Close() error {
	s.line.close()
	return s.closePools()
}

func (s *Store) closePools() error {
	var errs []error
	if s.readers != nil && s.readers != s.db {
		errs = append(errs, s.readers.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(errs...)
}
