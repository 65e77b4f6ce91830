package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

// Control is a coordinator's live message about a bulletin.
type Control struct {
	BulletinID int64
	ChatID     int64
	MessageID  int64
	Language   string // of its reader
}

const (
	setControlSQL = `
		INSERT INTO control (bulletin_id, chat_id, message_id, language) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bulletin_id, chat_id) DO UPDATE SET message_id = excluded.message_id, language = excluded.language`
	controlsSQL   = `SELECT bulletin_id, chat_id, message_id, language FROM control ORDER BY bulletin_id, chat_id`
	endControlSQL = `
		DELETE FROM control WHERE bulletin_id = $1 AND chat_id = $2 AND message_id = $3
			AND EXISTS (SELECT 1 FROM bulletin WHERE id = control.bulletin_id AND state = $4 AND revision = $5)`
)

// SetControl notes which message of a chat shows how a bulletin gets on. A
// chat has one for each bulletin.
func (s *Store) SetControl(ctx context.Context, c Control) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, setControlSQL, c.BulletinID, c.ChatID, c.MessageID, c.Language)
		return err
	})
	if err != nil {
		return fmt.Errorf("set control of bulletin %d: %w", c.BulletinID, err)
	}
	return nil
}

// Controls returns all messages that are kept up to date. They outlive the
// sending, so that a restart cannot keep the last word from being written:
// whoever wrote it calls EndControl.
func (s *Store) Controls(ctx context.Context) ([]Control, error) {
	all, err := collect(ctx, s.readers, scanControl, controlsSQL)
	if err != nil {
		return nil, fmt.Errorf("list controls: %w", err)
	}
	return all, nil
}

func scanControl(r row) (c Control, err error) {
	err = r.Scan(&c.BulletinID, &c.ChatID, &c.MessageID, &c.Language)
	return c, err
}

// EndControl leaves a message as it is from now on: the last word about its
// bulletin as given stands in it. If the bulletin was corrected, recalled or
// sent again since, there is more to say, and nothing ends.
func (s *Store) EndControl(ctx context.Context, c Control, b ward.Bulletin) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, endControlSQL, b.ID, c.ChatID, c.MessageID, b.State, b.Revision)
		return err
	})
	if err != nil {
		return fmt.Errorf("end control of bulletin %d: %w", b.ID, err)
	}
	return nil
}
