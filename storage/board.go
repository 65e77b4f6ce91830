package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"wardbot/ward"
)

const (
	boardColumns = `o.id, o.chat_id, o.channel, o.title, COALESCE(o.ward_id, 0), o.thread_id, COALESCE(o.linked_by, 0), o.state`

	offerBoardSQL = `
		INSERT INTO board (chat_id, channel, title, linked_by, state) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (chat_id) DO UPDATE SET title = excluded.title, linked_by = excluded.linked_by, state = 1, told = 1
		WHERE board.state IN (1, 5)`
	linkBoardSQL = `
		INSERT INTO board (chat_id, channel, title, ward_id, thread_id, linked_by, state) VALUES ($1, $2, $3, $4, $5, $6, 2)
		ON CONFLICT (chat_id) DO UPDATE SET title = excluded.title, ward_id = excluded.ward_id, thread_id = excluded.thread_id,
			linked_by = excluded.linked_by, state = 2, told = 1`
	unlinkBoardSQL = `UPDATE board SET state = 5, told = 1 WHERE id = $1`
	boardSQL       = `SELECT ` + boardColumns + ` FROM board o WHERE o.id = $1`
	boardOfChatSQL = `SELECT ` + boardColumns + ` FROM board o WHERE o.chat_id = $1`
	boardsSQL      = `SELECT ` + boardColumns + ` FROM board o WHERE o.state <> 5 ORDER BY o.ward_id, o.id`
	countBoardsSQL = `
		SELECT COALESCE(SUM(1 - o.channel), 0), COALESCE(SUM(o.channel), 0) FROM board o WHERE o.state = 2`
	topicSQL = `UPDATE board SET thread_id = $1 WHERE id = $2`
	// Trouble is news once; what nobody uses, or was not linked yet, is none.
	breakBoardSQL   = `UPDATE board SET state = $1, told = 0 WHERE chat_id = $2 AND state IN (2, 3, 4) AND state <> $1`
	forgetOfferSQL  = `UPDATE board SET state = 5 WHERE chat_id = $1 AND state = 1`
	mendBoardSQL    = `UPDATE board SET state = 2, told = 0, title = $1 WHERE chat_id = $2 AND state IN (3, 4)`
	untoldBoardsSQL = `SELECT ` + boardColumns + ` FROM board o WHERE o.told = 0 ORDER BY o.id`
	boardToldSQL    = `UPDATE board SET told = 1 WHERE id = $1 AND state = $2`
	moveBoardSQL    = `UPDATE board SET chat_id = $1, thread_id = 0 WHERE chat_id = $2`
	// The supergroup was taken for a chat of its own before anybody told us.
	dropTwinSQL      = `DELETE FROM board WHERE chat_id = $1 AND NOT EXISTS (SELECT 1 FROM post WHERE board_id = board.id)`
	dissolveBoardSQL = `UPDATE board SET state = 5, told = 1 WHERE chat_id = $1`
	// Messages do not keep their numbers: what was posted is out of reach.
	loseMessagesSQL = `
		UPDATE post SET message_id = NULL, edit_at = NULL, counts_to = 0
		WHERE board_id = (SELECT id FROM board WHERE chat_id = $1) AND message_id IS NOT NULL`
)

// OfferBoard notes a chat that the bot was added to by somebody who may link
// it. A chat that is linked already stays so.
func (s *Store) OfferBoard(ctx context.Context, b ward.Board) (ward.Board, error) {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, offerBoardSQL, b.ChatID, flag(b.Channel), b.Title, orNull(b.LinkedBy))
		return err
	})
	if err != nil {
		return ward.Board{}, fmt.Errorf("offer board: %w", err)
	}
	return s.BoardOfChat(ctx, b.ChatID)
}

// LinkBoard makes a chat a board of a ward, or of another one, or in another
// topic. It is active from now on.
func (s *Store) LinkBoard(ctx context.Context, b ward.Board) (ward.Board, error) {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, linkBoardSQL, b.ChatID, flag(b.Channel), b.Title, b.WardID, b.ThreadID, orNull(b.LinkedBy))
		return err
	})
	if err != nil {
		return ward.Board{}, fmt.Errorf("link board: %w", err)
	}
	return s.BoardOfChat(ctx, b.ChatID)
}

// UnlinkBoard takes a chat off its ward: nothing is posted there any more.
// What stands there can still be corrected and recalled.
func (s *Store) UnlinkBoard(ctx context.Context, id int64) error {
	return s.changeBoard(ctx, "unlink", unlinkBoardSQL, id)
}

// SetTopic notes in which topic of a board posts go; 0: in none.
func (s *Store) SetTopic(ctx context.Context, id int64, thread int) error {
	return s.changeBoard(ctx, "set topic of", topicSQL, thread, id)
}

// BreakBoard notes that the bot was removed from a chat, or may not write
// there. It is no news if that is known, or the chat is not linked.
func (s *Store) BreakBoard(ctx context.Context, chatID int64, state ward.BoardState) error {
	err := s.changeBoard(ctx, "break", forgetOfferSQL, chatID)
	if err != nil {
		return err
	}
	return s.changeBoard(ctx, "break", breakBoardSQL, state, chatID)
}

// MendBoard notes that the bot may write in a chat again.
func (s *Store) MendBoard(ctx context.Context, chatID int64, title string) error {
	return s.changeBoard(ctx, "mend", mendBoardSQL, title, chatID)
}

// BoardTold notes that those who should know the state of a board do.
func (s *Store) BoardTold(ctx context.Context, b ward.Board) error {
	return s.changeBoard(ctx, "note as told", boardToldSQL, b.ID, b.State)
}

func (s *Store) changeBoard(ctx context.Context, what, query string, args ...any) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s board: %w", what, err)
	}
	return nil
}

// MoveBoard follows a group that became a supergroup, which has another id
// and neither its topics nor its message numbers. The second time it changes
// nothing.
func (s *Store) MoveBoard(ctx context.Context, from, to int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := findBoard(ctx, tx, boardOfChatSQL, from); err != nil {
			if errors.Is(err, ward.ErrNotFound) {
				return nil
			}
			return err
		}
		if _, err := tx.ExecContext(ctx, loseMessagesSQL, from); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, dropTwinSQL, to); err != nil {
			return err
		}
		_, err := findBoard(ctx, tx, boardOfChatSQL, to)
		if err == nil { // it has posts of its own already
			_, err = tx.ExecContext(ctx, dissolveBoardSQL, from)
			return err
		}
		if errors.Is(err, ward.ErrNotFound) {
			_, err = tx.ExecContext(ctx, moveBoardSQL, to, from)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("move board: %w", err)
	}
	return nil
}

// Board returns a board, or ward.ErrNotFound.
func (s *Store) Board(ctx context.Context, id int64) (ward.Board, error) {
	return findBoard(ctx, s.readers, boardSQL, id)
}

// BoardOfChat returns the board that a chat is, or ward.ErrNotFound.
func (s *Store) BoardOfChat(ctx context.Context, chatID int64) (ward.Board, error) {
	return findBoard(ctx, s.readers, boardOfChatSQL, chatID)
}

func findBoard(ctx context.Context, q querier, query string, id int64) (ward.Board, error) {
	b, err := scanBoard(q.QueryRowContext(ctx, query, id))
	if err != nil {
		return ward.Board{}, fmt.Errorf("board: %w", missing(err))
	}
	return b, nil
}

// Boards returns all boards that are linked or offered, ward by ward.
func (s *Store) Boards(ctx context.Context) ([]ward.Board, error) {
	return s.boards(ctx, boardsSQL)
}

// BoardsToTell returns boards whose state those who care do not know yet.
func (s *Store) BoardsToTell(ctx context.Context) ([]ward.Board, error) {
	return s.boards(ctx, untoldBoardsSQL)
}

func (s *Store) boards(ctx context.Context, query string) ([]ward.Board, error) {
	all, err := collect(ctx, s.readers, scanBoard, query)
	if err != nil {
		return nil, fmt.Errorf("list boards: %w", err)
	}
	return all, nil
}

// CountBoards counts the boards on which a bulletin for an audience could be
// posted now.
func (s *Store) CountBoards(ctx context.Context, a ward.Audience) (n ward.BoardCount, err error) {
	err = s.readers.QueryRowContext(ctx, countBoardsSQL+boardsOf(a)).Scan(&n.Groups, &n.Channels)
	if err != nil {
		return n, fmt.Errorf("count boards: %w", err)
	}
	return n, nil
}

// boardsOf is the condition that a board o is for an audience.
func boardsOf(a ward.Audience) string {
	switch {
	case a.Holding != 0:
		return fmt.Sprintf(` AND EXISTS (SELECT 1 FROM post h
			WHERE h.bulletin_id = %d AND h.board_id = o.id AND h.part = 0 AND h.state = 2 AND h.message_id IS NOT NULL)`, a.Holding)
	case len(a.WardIDs) > 0:
		return " AND o.ward_id IN (" + idList(a.WardIDs) + ")"
	case len(a.GroupIDs) > 0:
		return " AND o.ward_id IN (SELECT parent_id FROM place WHERE id IN (" + idList(a.GroupIDs) + "))"
	}
	return ""
}

func scanBoard(r row) (b ward.Board, err error) {
	err = r.Scan(boardFields(&b)...)
	return b, err
}

// boardFields are where boardColumns go.
func boardFields(b *ward.Board) []any {
	return []any{&b.ID, &b.ChatID, &b.Channel, &b.Title, &b.WardID, &b.ThreadID, &b.LinkedBy, &b.State}
}
