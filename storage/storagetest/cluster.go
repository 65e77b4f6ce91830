package storagetest

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

var errNotInstalled = errors.New("PostgreSQL is not installed (Debian: apt-get install postgresql): its half of the storage tests does not run")

// cluster is a PostgreSQL server in a temporary folder, reached through a
// socket in that folder.
type cluster struct {
	dir    string
	server *exec.Cmd
	ended  chan struct{}
	admin  *sql.DB
	count  atomic.Int64
}

// One cluster serves all tests of a process; it starts when first needed.
var theCluster = sync.OnceValues(func() (*cluster, error) {
	c, err := start(context.Background())
	if err == nil {
		running.Store(c)
	}
	return c, err
})

var running atomic.Pointer[cluster]

// Main runs the tests and then stops the cluster, if one was started.
func Main(m *testing.M) {
	code := m.Run()
	if c := running.Load(); c != nil {
		if err := c.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		}
	}
	os.Exit(code)
}

func start(ctx context.Context) (*cluster, error) {
	bin, err := newest("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return nil, err
	}
	as, uid, err := owner()
	if err != nil {
		return nil, err
	}
	// A socket's path must stay under 108 bytes, so not below the test's folder.
	dir, err := os.MkdirTemp("/tmp", "wardbot-pg-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, ended: make(chan struct{})}
	if uid >= 0 {
		if err := os.Chown(dir, uid, -1); err != nil {
			return nil, err
		}
	}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", filepath.Join(dir, "data"))
	initdb.Dir, initdb.SysProcAttr = dir, as
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	c.server = exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data"), "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200")
	c.server.Dir, c.server.SysProcAttr = dir, as
	if err := c.launch(); err != nil {
		return nil, err
	}
	c.admin, err = sql.Open("pgx", c.url("postgres"))
	return c, err
}

// newest returns the folder of the newest PostgreSQL.
func newest(pattern string) (string, error) {
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		return "", errors.Join(err, errNotInstalled)
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// owner says as whom the server runs: it refuses to run as root. The server
// dies with us, even if we are killed.
func owner() (*syscall.SysProcAttr, int, error) {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Getuid() != 0 {
		return attr, -1, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, 0, err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, uid, nil
}

// launch starts the server and waits until it says that it is ready.
func (c *cluster) launch() error {
	log, err := c.server.StderrPipe()
	if err != nil {
		return err
	}
	begun := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the signal of our death is sent when this thread ends
		defer runtime.UnlockOSThread()
		if err := c.server.Start(); err != nil {
			begun <- err
			return
		}
		var said []string
		ready := false
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if !ready {
				said = append(said, lines.Text())
				if strings.Contains(lines.Text(), "ready to accept connections") {
					ready = true
					begun <- nil
				}
			}
		}
		err := c.server.Wait()
		if !ready {
			begun <- fmt.Errorf("start PostgreSQL: %w: %s", err, strings.Join(said, "\n"))
		}
		close(c.ended)
	}()
	return <-begun
}

func (c *cluster) url(database string) string {
	return "postgres://postgres@/" + database + "?host=" + c.dir
}

// database makes an empty database. Benchmarks get a server that really
// writes to the disk; tests do not wait for it.
func (c *cluster) database(ctx context.Context, durable bool) (url string, drop func() error, err error) {
	fsync := "off"
	if durable {
		fsync = "on"
	}
	name := "t" + strconv.FormatInt(c.count.Add(1), 10)
	for _, query := range []string{"ALTER SYSTEM SET fsync = " + fsync, "SELECT pg_reload_conf()", "CREATE DATABASE " + name} {
		if _, err := c.admin.ExecContext(ctx, query); err != nil {
			return "", nil, err
		}
	}
	drop = func() error {
		_, err := c.admin.ExecContext(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		return err
	}
	return c.url(name), drop, nil
}

// stop does not let the server tidy up: nothing in it is needed any more.
func (c *cluster) stop() error {
	err := errors.Join(c.admin.Close(), c.server.Process.Signal(syscall.SIGQUIT))
	<-c.ended
	return errors.Join(err, os.RemoveAll(c.dir))
}
