package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// The classes of our advisory locks. They hold for one database.
const (
	leadClass    = 0x77617264 // "ward"; 1: the right to lead, 2: claims being made, 3: answers being counted
	presentClass = leadClass + 1
	chatClass    = leadClass + 2

	theLead, theClaims, theAnswers = 1, 2, 3
)

const (
	// A machine that lost its power says nothing. The server notices within
	// ten seconds and gives what its sessions hold to the others.
	keepalives = `
			set_config('tcp_keepalives_idle', '4', false), set_config('tcp_keepalives_interval', '2', false),
			set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '10000', false)`
	keepalivesSQL = `SELECT ` + keepalives

	presentSQL = `SELECT pg_try_advisory_lock($1, $2), pg_backend_pid()`
	leadSQL    = `SELECT pg_try_advisory_lock($1, $2)`
	peopleSQL  = `
		SELECT objid::BIGINT FROM pg_locks
		WHERE locktype = 'advisory' AND granted AND classid = $1::BIGINT::OID AND objsubid = 2
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	leadsSQL = `
		SELECT COUNT(*) FROM pg_locks
		WHERE locktype = 'advisory' AND granted AND classid = $1::BIGINT::OID AND objid = $2::BIGINT::OID AND objsubid = 2
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND pid = $3`
	claimingSQL = `SELECT ` + keepalives + `, pg_advisory_xact_lock_shared($1, $2)`
	claimedSQL  = `SELECT pg_advisory_xact_lock($1, $2)`
	unlockSQL   = `SELECT pg_advisory_unlock_all()`
)

// pgSeat is a session with PostgreSQL that lives as long as it holds its
// locks. It needs a connection of its own to the server itself: a pooler that
// hands sessions around would hand the locks around too.
type pgSeat struct {
	store *Store
	conn  *sql.Conn
	pid   int64
}

// enlist opens a session that shows the others that this process is there.
func (s *Store) enlist(ctx context.Context, owner int64) (*pgSeat, []int64, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	p := &pgSeat{store: s, conn: conn}
	var free bool
	err = conn.QueryRowContext(ctx, presentSQL, presentClass, owner).Scan(&free, &p.pid)
	if err == nil && !free {
		err = errors.New("the place of this process is still taken by its last session")
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, keepalivesSQL)
	}
	var present []int64
	if err == nil {
		present, err = p.people(ctx)
	}
	if err != nil {
		p.close()
		return nil, nil, err
	}
	return p, present, nil
}

func (p *pgSeat) lead(ctx context.Context) (leads bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if err = p.conn.QueryRowContext(ctx, leadSQL, leadClass, theLead).Scan(&leads); err == nil && leads {
		p.store.leader.Store(p.pid)
	}
	return leads, err
}

// beat listens to the connection for a while, so that its end is noticed at
// once, and then asks for an answer.
func (p *pgSeat) beat(ctx context.Context) (present []int64, err error) {
	err = p.conn.Raw(func(c any) error {
		listening, cancel := context.WithTimeout(ctx, beat)
		defer cancel()
		_, err := c.(*stdlib.Conn).Conn().WaitForNotification(listening)
		if pgconn.Timeout(err) {
			return ctx.Err()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	asking, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return p.people(asking)
}

func (p *pgSeat) people(ctx context.Context) ([]int64, error) {
	return collect(ctx, p.conn, scanID, peopleSQL, presentClass)
}

// close gives the locks back and ends the session, instead of giving its
// connection to the pool. The end alone would free them a little later, when
// the server has noticed it.
func (p *pgSeat) close() {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	_, _ = p.conn.ExecContext(ctx, unlockSQL)
	_ = p.conn.Raw(func(any) error { return driver.ErrBadConn })
	p.conn.Close() //nolint:errcheck // it is gone already
}

// mayClaim fails a transaction that claims deliveries for a process that no
// longer leads. The next leader waits for all transactions that passed here,
// see allClaimed, so it knows of every claim there will ever be.
func (s *Store) mayClaim(ctx context.Context, tx *sql.Tx) error {
	leader := s.leader.Load()
	if leader == 0 { // nobody was elected: one engine runs on its own
		return nil
	}
	if _, err := tx.ExecContext(ctx, claimingSQL, leadClass, theClaims); err != nil {
		return err
	}
	var leads int
	if err := tx.QueryRowContext(ctx, leadsSQL, leadClass, theLead, leader).Scan(&leads); err != nil {
		return err
	}
	if leads == 0 {
		return ErrLost
	}
	return nil
}

// allClaimed returns when no earlier leader can claim anything any more.
func (s *Store) allClaimed(ctx context.Context) error {
	if s.engine == sqlite || s.leader.Load() == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience+time.Second)
	defer cancel()
	err := s.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, claimedSQL, leadClass, theClaims)
		return err
	})
	if err != nil {
		return fmt.Errorf("wait for the last leader: %w", err)
	}
	return nil
}
