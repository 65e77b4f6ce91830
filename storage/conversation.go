package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Conversation is a half-finished dialogue. It survives a restart and a
// change of phone. A chat has one of each flow at most.
type Conversation struct {
	ChatID    int64
	Flow      string // what it is about, for example "register"
	Step      string // what is waited for
	Data      []byte // JSON: all that was said so far
	MessageID int64  // the message that the steps edit, 0 if there is none
	UpdateID  int64  // the update that led here: one that comes twice is taken once
	UpdatedAt time.Time
}

const (
	conversationColumns = `chat_id, flow, step, data, message_id, update_id, updated_at`

	conversationSQL       = `SELECT ` + conversationColumns + ` FROM conversation WHERE chat_id = $1 AND flow = $2`
	activeConversationSQL = `
		SELECT ` + conversationColumns + ` FROM conversation WHERE chat_id = $1
		ORDER BY updated_at DESC, update_id DESC LIMIT 1`
	saveConversationSQL = `
		INSERT INTO conversation (chat_id, flow, step, data, message_id, update_id, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (chat_id, flow) DO UPDATE SET step = excluded.step, data = excluded.data,
			message_id = excluded.message_id, update_id = excluded.update_id, updated_at = excluded.updated_at`
	endConversationSQL = `DELETE FROM conversation WHERE chat_id = $1 AND flow = $2`
	unfinishedSQL      = `
		SELECT ` + conversationColumns + ` FROM conversation
		WHERE flow = $1 AND updated_at < $2 AND brought_back_at IS NULL
		ORDER BY updated_at LIMIT $3`
	bringBackSQL = `
		UPDATE conversation SET brought_back_at = $1, step = $2
		WHERE chat_id = $3 AND flow = $4 AND updated_at = $5 AND brought_back_at IS NULL`
	moveConversationSQL = `
		UPDATE conversation SET message_id = $1
		WHERE chat_id = $2 AND flow = $3 AND updated_at = $4`
	pruneConversationsSQL = `DELETE FROM conversation WHERE flow = $1 AND updated_at < $2`
)

// Conversation returns a chat's conversation of a flow, or ward.ErrNotFound.
func (s *Store) Conversation(ctx context.Context, chatID int64, flow string) (Conversation, error) {
	c, err := scanConversation(s.readers.QueryRowContext(ctx, conversationSQL, chatID, flow))
	if err != nil {
		return Conversation{}, fmt.Errorf("conversation %s: %w", flow, missing(err))
	}
	return c, nil
}

// ActiveConversation returns the conversation of a chat that was saved last,
// or ward.ErrNotFound.
func (s *Store) ActiveConversation(ctx context.Context, chatID int64) (Conversation, error) {
	c, err := scanConversation(s.readers.QueryRowContext(ctx, activeConversationSQL, chatID))
	if err != nil {
		return Conversation{}, fmt.Errorf("active conversation: %w", missing(err))
	}
	return c, nil
}

func scanConversation(r row) (c Conversation, err error) {
	var updated sql.NullInt64
	err = r.Scan(&c.ChatID, &c.Flow, &c.Step, &c.Data, &c.MessageID, &c.UpdateID, &updated)
	c.UpdatedAt = moment(updated)
	return c, err
}

// SaveConversation stores a conversation in place of the one of the same chat
// and flow.
func (s *Store) SaveConversation(ctx context.Context, c Conversation) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, saveConversationSQL, c.ChatID, c.Flow, c.Step, c.Data, c.MessageID, c.UpdateID, c.UpdatedAt.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("save conversation %s: %w", c.Flow, err)
	}
	return nil
}

// EndConversation forgets a conversation; there may be none.
func (s *Store) EndConversation(ctx context.Context, chatID int64, flow string) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, endConversationSQL, chatID, flow)
		return err
	})
	if err != nil {
		return fmt.Errorf("end conversation %s: %w", flow, err)
	}
	return nil
}

// PruneConversations forgets the conversations of a flow that nobody has gone
// on with since before, and returns how many there were.
func (s *Store) PruneConversations(ctx context.Context, flow string, before time.Time) (int, error) {
	var n int64
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		n, err = affected(ctx, tx, pruneConversationsSQL, flow, before.UnixMilli())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("prune conversations %s: %w", flow, err)
	}
	return int(n), nil
}

// Unfinished returns conversations of a flow that nobody has gone on with
// since before, and that have not been brought back yet.
func (s *Store) Unfinished(ctx context.Context, flow string, before time.Time, limit int) ([]Conversation, error) {
	all, err := collect(ctx, s.readers, scanConversation, unfinishedSQL, flow, before.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("list unfinished %s conversations: %w", flow, err)
	}
	return all, nil
}

// BringBack puts an unfinished conversation at a step and says whether it is
// to be shown again: it is once, and not if its person went on meanwhile.
func (s *Store) BringBack(ctx context.Context, c Conversation, step string, now time.Time) (bool, error) {
	var n int64
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		n, err = affected(ctx, tx, bringBackSQL, now.UnixMilli(), step, c.ChatID, c.Flow, c.UpdatedAt.UnixMilli())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("bring back %s conversation: %w", c.Flow, err)
	}
	return n == 1, nil
}

// MoveConversation notes the message that shows a conversation now, unless
// its person went on meanwhile.
func (s *Store) MoveConversation(ctx context.Context, c Conversation, messageID int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, moveConversationSQL, messageID, c.ChatID, c.Flow, c.UpdatedAt.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("move %s conversation: %w", c.Flow, err)
	}
	return nil
}
