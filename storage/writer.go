package storage

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"wardbot/ward"
)

// ErrClosed is what a write gets after Close.
var ErrClosed = errors.New("database is closed")

// maxGroup is how many writes share a transaction at most.
const maxGroup = 512

// patience is how long one transaction of the line may take on PostgreSQL
// before a dead connection is given up. SQLite waits for nobody.
const patience = 30 * time.Second

// line is where writes queue for the one writer. It takes whatever waits into
// one transaction, and only after the commit does each learn what became of
// it: one fsync for many taps, and nobody is told "recorded" too early. There
// is no timer: a lone write is committed at once.
//
// With SQLite all writes queue here. With PostgreSQL only answers, results of
// deliveries and finished updates do, which become one statement for the whole
// group; the other writes have transactions of their own there.
type line struct {
	store *Store
	queue chan *job
	ended chan struct{}

	mu     sync.RWMutex
	closed bool
}

// job is one write: exactly one of run, tap, results and finished is set.
type job struct {
	run      func(ctx context.Context, tx *sql.Tx) error
	tap      *tap
	results  []ward.Settlement
	finished *int64 // an update

	taken atomic.Bool // by the writer, or by a caller that stopped waiting
	err   error
	done  chan struct{}
}

func newLine(s *Store) *line {
	l := &line{store: s, queue: make(chan *job, maxGroup), ended: make(chan struct{})}
	go l.work()
	return l
}

// write runs do in a transaction. What do returns as error is returned as it
// is, and nothing of it is kept. It may run more than once, each time on what
// the last try left unchanged.
func (s *Store) write(ctx context.Context, do func(ctx context.Context, tx *sql.Tx) error) error {
	if s.engine == sqlite {
		return s.line.put(ctx, &job{run: do})
	}
	const tries = 5
	var err error
	for range tries {
		if err = s.transact(ctx, func(tx *sql.Tx) error { return do(ctx, tx) }); !worthRetrying(err) {
			return err
		}
	}
	return err
}

// put queues a job and waits until it is committed or refused. A caller whose
// context ends before the job's turn gets the context's error and nothing is
// written; afterwards the outcome is waited for, so that it is always known.
func (l *line) put(ctx context.Context, j *job) error {
	j.done = make(chan struct{})
	l.mu.RLock()
	if l.closed {
		l.mu.RUnlock()
		return ErrClosed
	}
	select {
	case l.queue <- j:
		l.mu.RUnlock()
	case <-ctx.Done():
		l.mu.RUnlock()
		return ctx.Err()
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		<-j.done
		return j.err
	}
}

func (l *line) close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.queue)
	}
	l.mu.Unlock()
	<-l.ended
}

func (l *line) work() {
	defer close(l.ended)
	for first := range l.queue {
		group := l.gather(first)
		l.commit(group)
		for _, j := range group {
			close(j.done)
		}
		runtime.Gosched() // who was answered has more, and shall not wait for the group after next
	}
}

// gather takes what waits beside the first job, without waiting for more.
func (l *line) gather(first *job) []*job {
	var group []*job
	weight := 0
	for j := first; ; {
		if j.taken.CompareAndSwap(false, true) {
			group = append(group, j)
			weight += max(1, len(j.results))
		}
		if weight >= maxGroup {
			return group
		}
		var open bool
		select {
		case j, open = <-l.queue:
			if !open {
				return group
			}
		default:
			return group
		}
	}
}

// commit writes a group in one transaction. If that fails, every job is tried
// alone, so that one that cannot be written does not take others with it.
func (l *line) commit(group []*job) {
	if len(group) == 0 {
		return
	}
	err := l.together(group)
	if worthRetrying(err) {
		err = l.together(group)
	}
	switch {
	case err == nil:
	case len(group) == 1:
		group[0].err = err
	default:
		for _, j := range group {
			j.err = nil
			if err := l.together([]*job{j}); err != nil {
				j.err = err
			}
		}
	}
}

func (l *line) together(group []*job) error {
	ctx := context.Background() // without a deadline mattn needs no goroutine per statement
	if l.store.engine == postgres {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	return l.store.transact(ctx, func(tx *sql.Tx) error {
		counts := tallies{}
		if err := l.store.answerAll(ctx, tx, group, counts); err != nil {
			return err
		}
		var results []ward.Settlement
		var finished []int64
		for _, j := range group {
			results = append(results, j.results...)
			if j.finished != nil {
				finished = append(finished, *j.finished)
			}
		}
		if err := l.store.finishAll(ctx, tx, finished); err != nil {
			return err
		}
		if err := l.store.settleAll(ctx, tx, results, counts); err != nil {
			return err
		}
		if err := l.store.count(ctx, tx, counts); err != nil {
			return err
		}
		for _, j := range group {
			if j.run == nil {
				continue
			}
			if err := apart(ctx, tx, j); err != nil {
				return err
			}
		}
		return nil
	})
}

// apart runs a job inside the shared transaction so that its failure undoes
// only what it did itself. The error returned is the transaction's.
func apart(ctx context.Context, tx *sql.Tx, j *job) error {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT apart"); err != nil {
		return err
	}
	if j.err = j.run(ctx, tx); j.err != nil {
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO apart"); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "RELEASE apart")
	return err
}

// transact runs do between BEGIN and COMMIT.
func (s *Store) transact(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}
