package storage

import (
	"context"
	"errors"
	"os"
	"syscall"
)

// fileSeat holds an SQLite file for this process by a lock on a file beside
// it, which the system takes away when the process ends, however it ends. It
// is not the database itself: closing any handle of that would drop SQLite's
// own locks (sqlite.org/howtocorrupt.html §2.2).
type fileSeat struct{ file *os.File }

func lockFile(database string) (*fileSeat, error) {
	file, err := os.OpenFile(database+"-served", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrTaken
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &fileSeat{file}, nil
}

func (*fileSeat) lead(context.Context) (bool, error) { return true, nil }

// beat waits for the end: nobody can take the seat away.
func (*fileSeat) beat(ctx context.Context) ([]int64, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (f *fileSeat) close() { f.file.Close() }
