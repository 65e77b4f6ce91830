package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Draft is a conversation that was put aside for another one.
type Draft struct {
	ID int64
	Conversation
}

const (
	draftColumns = `id, chat_id, flow, step, data, updated_at`

	putAsideSQL = `
		INSERT INTO draft (chat_id, flow, step, data, updated_at)
		SELECT chat_id, flow, step, data, updated_at FROM conversation WHERE chat_id = $1 AND flow = $2`
	draftsSQL      = `SELECT ` + draftColumns + ` FROM draft WHERE chat_id = $1 AND flow = $2 ORDER BY updated_at DESC, id DESC`
	draftSQL       = `SELECT ` + draftColumns + ` FROM draft WHERE chat_id = $1 AND id = $2`
	dropDraftSQL   = `DELETE FROM draft WHERE chat_id = $1 AND id = $2`
	pruneDraftsSQL = `DELETE FROM draft WHERE updated_at < $1`
	eraseDraftsSQL = `DELETE FROM draft WHERE chat_id = $1`
)

// PutAside makes a draft of the conversation of a chat; there may be none.
func (s *Store) PutAside(ctx context.Context, chatID int64, flow string) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, putAsideSQL, chatID, flow)
		if err == nil {
			_, err = tx.ExecContext(ctx, endConversationSQL, chatID, flow)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("put %s conversation aside: %w", flow, err)
	}
	return nil
}

// TakeUp makes a draft the conversation of its chat again, and puts the one
// that was under way aside. The update is the one that asked for it. It returns
// ward.ErrNotFound if the chat has no such draft.
func (s *Store) TakeUp(ctx context.Context, chatID, id, updateID int64) (d Draft, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if d, err = scanDraft(tx.QueryRowContext(ctx, draftSQL, chatID, id)); err != nil {
			return missing(err)
		}
		d.UpdateID, d.UpdatedAt = updateID, s.now()
		if _, err := tx.ExecContext(ctx, putAsideSQL, chatID, d.Flow); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, dropDraftSQL, chatID, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, saveConversationSQL, chatID, d.Flow, d.Step, d.Data, 0, updateID, d.UpdatedAt.UnixMilli())
		return err
	})
	if err != nil {
		return Draft{}, fmt.Errorf("take up draft %d: %w", id, err)
	}
	return d, nil
}

// Drafts lists what a chat put aside of a flow, the newest first.
func (s *Store) Drafts(ctx context.Context, chatID int64, flow string) ([]Draft, error) {
	all, err := collect(ctx, s.readers, scanDraft, draftsSQL, chatID, flow)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	return all, nil
}

// Draft returns a draft of a chat, or ward.ErrNotFound.
func (s *Store) Draft(ctx context.Context, chatID, id int64) (Draft, error) {
	d, err := scanDraft(s.readers.QueryRowContext(ctx, draftSQL, chatID, id))
	if err != nil {
		return Draft{}, fmt.Errorf("draft %d: %w", id, missing(err))
	}
	return d, nil
}

// DropDraft forgets a draft of a chat; there may be none.
func (s *Store) DropDraft(ctx context.Context, chatID, id int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, dropDraftSQL, chatID, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop draft %d: %w", id, err)
	}
	return nil
}

// PruneDrafts forgets the drafts that nobody has touched since before.
func (s *Store) PruneDrafts(ctx context.Context, before time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, pruneDraftsSQL, before.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("prune drafts: %w", err)
	}
	return nil
}

func scanDraft(r row) (d Draft, err error) {
	var updated sql.NullInt64
	err = r.Scan(&d.ID, &d.ChatID, &d.Flow, &d.Step, &d.Data, &updated)
	d.UpdatedAt = moment(updated)
	return d, err
}
