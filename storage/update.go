package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Update is one thing that happened at Telegram, as it came.
type Update struct {
	ID     int64 // Telegram's update_id
	ChatID int64 // 0 if it belongs to no chat
	Raw    []byte
}

// Kept is an update that was not here before.
type Kept struct {
	ID int64
	// Ahead are earlier updates of the same chat that other processes have in
	// hand: it waits for them, see Await.
	Ahead []int64
}

const (
	keepUpdateSQL = `
		INSERT INTO inbox (id, chat_id, raw, at, owner) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO NOTHING`
	// One round trip for the whole page.
	keepUpdatesPostgresSQL = `
		INSERT INTO inbox (id, chat_id, raw, at, owner)
		SELECT id, chat_id, raw, $1, $2 FROM unnest($3::BIGINT[], $4::BIGINT[], $5::BYTEA[]) AS page (id, chat_id, raw)
		ON CONFLICT (id) DO NOTHING
		RETURNING id`
	pruneUpdatesSQL   = `DELETE FROM inbox WHERE at < $1 AND finished_at IS NOT NULL`
	pendingUpdatesSQL = `SELECT id, chat_id, raw FROM inbox WHERE finished_at IS NULL ORDER BY id`
	updatesAfterSQL   = `SELECT raw FROM inbox WHERE id > $1 AND chat_id = $2 AND finished_at IS NULL ORDER BY id`
	finishUpdatesSQL  = `
		UPDATE inbox SET raw = NULL, finished_at = $1
		WHERE id IN (SELECT value FROM json_each($2)) AND finished_at IS NULL`
	finishUpdatesPostgresSQL = `
		UPDATE inbox SET raw = NULL, finished_at = $1
		WHERE id = ANY($2) AND finished_at IS NULL`
	spoilRawSQL    = `INSERT INTO spoilt (update_id, chat_id, raw, reason, at) VALUES (0, 0, $1, $2, $3)`
	spoilUpdateSQL = `
		INSERT INTO spoilt (update_id, chat_id, raw, reason, at)
		SELECT id, chat_id, raw, $1, $2 FROM inbox WHERE id = $3 AND finished_at IS NULL`
)

// rememberFor is how long a finished update is known again when Telegram
// sends it once more. Its numbers start anew after a week without updates
// (Bot API: Update), so they must not be kept for long.
const rememberFor = 24 * time.Hour

// KeepUpdates stores updates and returns those that are new: not waiting yet
// and not finished within the last day, whichever process had them. When it
// returns, Telegram may forget them.
func (s *Store) KeepUpdates(ctx context.Context, updates []Update) (fresh []Kept, err error) {
	now := s.now()
	prune := s.timeToPrune(now)
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		if prune {
			if _, err := tx.ExecContext(ctx, pruneUpdatesSQL, now.Add(-rememberFor).UnixMilli()); err != nil {
				return err
			}
		}
		fresh, err = s.keep(ctx, tx, updates, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keep %d updates: %w", len(updates), err)
	}
	return fresh, nil
}

func (s *Store) keep(ctx context.Context, tx *sql.Tx, updates []Update, now time.Time) (fresh []Kept, err error) {
	if s.engine == postgres {
		return s.keepPostgres(ctx, tx, updates, now)
	}
	for _, u := range updates {
		n, err := affected(ctx, tx, keepUpdateSQL, u.ID, u.ChatID, u.Raw, now.UnixMilli(), s.owner.Load())
		if err != nil {
			return nil, err
		}
		if n == 1 {
			fresh = append(fresh, Kept{ID: u.ID})
		}
	}
	return fresh, nil
}

func (s *Store) keepPostgres(ctx context.Context, tx *sql.Tx, updates []Update, now time.Time) ([]Kept, error) {
	var ids, chats []int64
	var raws [][]byte
	chatOf := make(map[int64]int64, len(updates))
	for _, u := range updates {
		ids, chats, raws = append(ids, u.ID), append(chats, u.ChatID), append(raws, u.Raw)
		chatOf[u.ID] = u.ChatID
	}
	ahead, err := s.ahead(ctx, tx, chats)
	if err != nil {
		return nil, err
	}
	return collect(ctx, tx, func(r row) (k Kept, err error) {
		k.ID, err = scanID(r)
		k.Ahead = ahead[chatOf[k.ID]]
		return k, err
	}, keepUpdatesPostgresSQL, now.UnixMilli(), s.owner.Load(), ids, chats, raws)
}

// timeToPrune is true once in a while.
func (s *Store) timeToPrune(now time.Time) bool {
	s.pruneMu.Lock()
	defer s.pruneMu.Unlock()
	if now.Sub(s.pruned) < time.Hour {
		return false
	}
	s.pruned = now
	return true
}

// PendingUpdates returns what was kept and is not finished, in the order in
// which it came: what a restart has to go on with.
func (s *Store) PendingUpdates(ctx context.Context) ([]Update, error) {
	all, err := collect(ctx, s.readers, scanUpdate, pendingUpdatesSQL)
	if err != nil {
		return nil, fmt.Errorf("list pending updates: %w", err)
	}
	return all, nil
}

func scanUpdate(r row) (u Update, err error) {
	err = r.Scan(&u.ID, &u.ChatID, &u.Raw)
	return u, err
}

// UpdatesAfter returns what else Telegram told us of a chat, after an update,
// that nobody has handled yet.
func (s *Store) UpdatesAfter(ctx context.Context, chatID, id int64) (raw [][]byte, err error) {
	raw, err = collect(ctx, s.readers, func(r row) (raw []byte, err error) {
		err = r.Scan(&raw)
		return raw, err
	}, updatesAfterSQL, id, chatID)
	if err != nil {
		return nil, fmt.Errorf("updates after %d: %w", id, err)
	}
	return raw, nil
}

// FinishUpdate notes that all effects of an update have happened. Its content
// is forgotten, its number is remembered for a day.
func (s *Store) FinishUpdate(ctx context.Context, id int64) error {
	if err := s.line.put(ctx, &job{finished: &id}); err != nil {
		return fmt.Errorf("finish update %d: %w", id, err)
	}
	return nil
}

// finishAll finishes all updates of a group of jobs: every tap is one.
func (s *Store) finishAll(ctx context.Context, tx *sql.Tx, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	query, list := finishUpdatesSQL, any(inJSON(&ids))
	if s.engine == postgres {
		query, list = finishUpdatesPostgresSQL, ids
	}
	_, err := tx.ExecContext(ctx, query, s.now().UnixMilli(), list)
	return err
}

// SpoilUpdate puts an update aside that cannot be handled, so that it is
// looked at by somebody and never tried again.
func (s *Store) SpoilUpdate(ctx context.Context, id int64, reason string) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		now := s.now().UnixMilli()
		if _, err := tx.ExecContext(ctx, spoilUpdateSQL, reason, now, id); err != nil {
			return err
		}
		return s.finishAll(ctx, tx, []int64{id})
	})
	if err != nil {
		return fmt.Errorf("spoil update %d: %w", id, err)
	}
	return nil
}

// SpoilRaw puts aside what came as an update and has not even a number.
func (s *Store) SpoilRaw(ctx context.Context, raw []byte, reason string) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, spoilRawSQL, raw, reason, s.now().UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("spoil an update without a number: %w", err)
	}
	return nil
}
