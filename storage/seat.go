package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"
)

// ErrLost is why the context of a leader ends when PostgreSQL was lost, and
// with it the right to lead.
var ErrLost = errors.New("the connection to the database was lost: another process may lead now")

// ErrTaken says that another process serves the SQLite file.
var ErrTaken = errors.New("another wardbot runs on this database: stop it first, or use PostgreSQL for several of them")

const (
	// beat is how often a process looks who is there and whether it may lead.
	beat = time.Second

	// answerWithin is how long the database may take to answer a beat before
	// the connection counts as lost. It is shorter than the time after which
	// the server gives up ours, see keepalives: whoever loses the right to
	// lead knows it before anybody else can have it.
	answerWithin = 4 * time.Second

	// mourned is how long a process must be away before its updates are
	// taken: one that lost its connection is back within a second.
	mourned = 3 * time.Second
)

// Seat is the place of this process among those that serve the database.
//
// With PostgreSQL there may be many, and all of them handle updates. Each
// holds an advisory lock of a session of its own, by which the others see that
// it is there, and one of them, the leader, holds a second one: it sends. When
// a process dies, its session and its locks are gone, and the next one leads.
//
// With SQLite there is one process, which leads.
type Seat struct {
	Log *slog.Logger // nil = slog.Default()
	// Noticed is called at each beat with how many processes are there and
	// whether this one leads. nil = nobody is told.
	Noticed func(processes int, leads bool)

	store   *Store
	session session
	absent  map[int64]time.Time // since when owners of open updates are not there
	looked  bool                // for updates left over, with SQLite
}

// session is how a seat is held.
type session interface {
	// lead takes the right to lead if nobody has it.
	lead(ctx context.Context) (bool, error)
	// beat waits for a while, or until the session is lost. It returns the
	// owners that are there.
	beat(ctx context.Context) (present []int64, err error)
	close()
}

// TakeSeat sits down to serve the database. It returns ErrTaken if that is an
// SQLite file which another process serves. Where others are there already it
// waits for two seconds, until they have noticed.
func (s *Store) TakeSeat(ctx context.Context) (*Seat, error) {
	seat := &Seat{store: s, absent: map[int64]time.Time{}}
	if s.engine == sqlite {
		session, err := lockFile(s.path)
		if err != nil {
			return nil, fmt.Errorf("serve %s: %w", s.path, err)
		}
		s.owner.Store(1)
		s.crowd.Store(1)
		seat.session = session
		return seat, nil
	}
	if err := seat.sitDown(ctx); err != nil {
		return nil, fmt.Errorf("serve PostgreSQL: %w", err)
	}
	for range 2 {
		if s.crowd.Load() == 1 {
			break
		}
		if _, err := seat.session.beat(ctx); err != nil {
			seat.Close()
			return nil, fmt.Errorf("serve PostgreSQL: %w", err)
		}
	}
	return seat, nil
}

// sitDown opens a session with PostgreSQL.
func (seat *Seat) sitDown(ctx context.Context) error {
	s := seat.store
	owner := s.owner.Load()
	if owner == 0 {
		owner = 1 + rand.Int64N(1<<31-1)
	}
	session, present, err := s.enlist(ctx, owner)
	if err != nil {
		return err
	}
	seat.session = session
	s.owner.Store(owner)
	s.crowd.Store(int64(len(present)))
	return nil
}

// Lead calls lead whenever this process is the one that leads, until ctx ends
// or lead returns without having lost the database; its error is returned. The
// context of lead ends with the cause ErrLost when the right to lead is lost:
// then it must do no more. The right is kept until lead has returned.
func (seat *Seat) Lead(ctx context.Context, lead func(context.Context) error) error {
	for {
		err := seat.serve(ctx, lead)
		if !errors.Is(err, ErrLost) {
			return err
		}
		seat.log().Warn("the connection to the database was lost: this process leads no more", "err", err)
		seat.session.close()
		for seat.sitDown(ctx) != nil {
			if wait(ctx, beat) != nil {
				return nil
			}
		}
	}
}

func (seat *Seat) log() *slog.Logger { return cmp.Or(seat.Log, slog.Default()) }

// serve waits for the right to lead, and leads. It returns ErrLost when the
// session is lost.
func (seat *Seat) serve(ctx context.Context, lead func(context.Context) error) error {
	for waits := false; ; {
		leads, err := seat.session.lead(ctx)
		if err == nil && leads {
			break
		}
		if err == nil {
			if !waits {
				waits = true
				seat.log().Info("another process leads: this one takes over when it ends")
			}
			err = seat.listen(ctx, false)
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return errors.Join(ErrLost, err)
		}
	}
	seat.log().Info("this process leads: it sends what is due")
	leading, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	// The right to lead is watched until the last thing is done.
	watching, over := context.WithCancel(context.WithoutCancel(ctx))
	lost := make(chan error, 1)
	go func() {
		for {
			if err := seat.listen(watching, true); err != nil {
				if watching.Err() == nil {
					lose(ErrLost)
				}
				lost <- err
				return
			}
		}
	}()
	err := lead(leading)
	gone := errors.Is(context.Cause(leading), ErrLost)
	over()
	if cause := <-lost; gone && ctx.Err() == nil {
		return errors.Join(ErrLost, cause)
	}
	return err
}

// listen is one beat.
func (seat *Seat) listen(ctx context.Context, leads bool) error {
	present, err := seat.session.beat(ctx)
	if err != nil {
		return err
	}
	if seat.store.engine == postgres {
		seat.store.crowd.Store(int64(len(present)))
		seat.store.present.Store(&present)
	}
	if seat.Noticed != nil {
		seat.Noticed(int(seat.store.crowd.Load()), leads)
	}
	return nil
}

// Orphans takes over the updates that nobody handles: of processes that ended,
// of this one too when it last ran. The leader asks now and then, and a process
// that finds itself alone when it starts.
func (seat *Seat) Orphans(ctx context.Context) ([]Update, error) {
	s := seat.store
	if s.engine == sqlite {
		if seat.looked {
			return nil, nil
		}
		seat.looked = true
		return s.PendingUpdates(ctx)
	}
	owners, err := s.ownersOfOpen(ctx)
	if err != nil {
		return nil, err
	}
	var present []int64
	if p := s.present.Load(); p != nil {
		present = *p
	}
	alone := s.crowd.Load() == 1 && !seat.looked
	seat.looked = true
	var dead []int64
	now := s.now()
	absent := map[int64]time.Time{}
	for _, owner := range owners {
		switch since, known := seat.absent[owner]; {
		case owner == s.owner.Load() || slices.Contains(present, owner):
		case owner == 0 || alone || known && now.Sub(since) >= mourned:
			dead = append(dead, owner)
		case known:
			absent[owner] = since
		default:
			absent[owner] = now
		}
	}
	seat.absent = absent
	if len(dead) == 0 {
		return nil, nil
	}
	return s.adopt(ctx, dead)
}

// Close gets up. What this process has not finished is left for the others.
func (seat *Seat) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	if err := seat.store.disown(ctx); err != nil {
		seat.log().Warn("updates are left to those who find them", "err", err)
	}
	seat.session.close()
}

// wait returns after d, or earlier with the error of ctx.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
