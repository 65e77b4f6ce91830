package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// The updates of a private chat are handled one after the other. Within a
// process bot.Lanes sees to that; among several on one PostgreSQL, whoever keeps an
// update learns which earlier ones of its chat others have in hand. In groups
// many people tap, and do not wait for each other.

const (
	// Locks are taken in one order, or two pages could wait for each other.
	lockChatsSQL = `
		SELECT pg_advisory_xact_lock($1, lock) FROM
			(SELECT DISTINCT hashint8(chat_id) AS lock FROM unnest($2::BIGINT[]) AS chat_id ORDER BY lock) AS page`
	aheadSQL = `
		SELECT chat_id, id FROM inbox
		WHERE finished_at IS NULL AND owner <> $1 AND chat_id = ANY($2) AND chat_id > 0`
	stillAheadSQL = `SELECT COUNT(*) FROM inbox WHERE finished_at IS NULL AND owner <> $1 AND id = ANY($2)`

	ownersSQL = `SELECT DISTINCT owner FROM inbox WHERE finished_at IS NULL`
	adoptSQL  = `
		UPDATE inbox SET owner = $1 WHERE finished_at IS NULL AND owner = ANY($2)
		RETURNING id, chat_id, raw`
	disownSQL = `UPDATE inbox SET owner = 0 WHERE finished_at IS NULL AND owner = $1`
)

const (
	// waitsAtMost is how long an update waits for those ahead of it. They may
	// wait themselves, for their turn at Telegram, and a button must not spin
	// that long.
	waitsAtMost = 5 * time.Second
	looksAgain  = 20 * time.Millisecond
)

// ahead finds, by chat, the open updates of other processes. A process that
// is alone asks nothing. The chats stay locked until the transaction ends, so
// that of two updates kept at the same time one sees the other.
func (s *Store) ahead(ctx context.Context, tx *sql.Tx, chats []int64) (map[int64][]int64, error) {
	if s.crowd.Load() < 2 {
		return nil, nil
	}
	if _, err := tx.ExecContext(ctx, lockChatsSQL, chatClass, chats); err != nil {
		return nil, err
	}
	found := map[int64][]int64{}
	_, err := collect(ctx, tx, func(r row) (struct{}, error) {
		var chat, id int64
		err := r.Scan(&chat, &id)
		found[chat] = append(found[chat], id)
		return struct{}{}, err
	}, aheadSQL, s.owner.Load(), chats)
	return found, err
}

// Await returns when other processes have finished the updates that are ahead
// of one, when these were taken over by this process, or after 5 s.
func (s *Store) Await(ctx context.Context, ahead []int64) error {
	ctx, cancel := context.WithTimeout(ctx, waitsAtMost)
	defer cancel()
	for len(ahead) > 0 {
		var left int
		if err := s.readers.QueryRowContext(ctx, stillAheadSQL, s.owner.Load(), ahead).Scan(&left); err != nil {
			return fmt.Errorf("wait for %d updates: %w", len(ahead), err)
		}
		if left == 0 || wait(ctx, looksAgain) != nil {
			break
		}
	}
	return nil
}

// ownersOfOpen are the processes that have anything in hand.
func (s *Store) ownersOfOpen(ctx context.Context) ([]int64, error) {
	owners, err := collect(ctx, s.readers, scanID, ownersSQL)
	if err != nil {
		return nil, fmt.Errorf("list who has updates in hand: %w", err)
	}
	return owners, nil
}

// adopt takes over what others had in hand, in the order in which it came.
func (s *Store) adopt(ctx context.Context, owners []int64) (adopted []Update, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		adopted, err = collect(ctx, tx, scanUpdate, adoptSQL, s.owner.Load(), owners)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("take over updates: %w", err)
	}
	slices.SortFunc(adopted, func(a, b Update) int { return cmp.Compare(a.ID, b.ID) })
	return adopted, nil
}

// disown leaves what this process has in hand to whoever leads.
func (s *Store) disown(ctx context.Context) error {
	if s.engine == sqlite {
		return nil // the next start finds it
	}
	return s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, disownSQL, s.owner.Load())
		return err
	})
}
