package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wardbot/ward"
)

// Whoever is asked by a post has a delivery without a message of its own, so
// answers, silence, reminders and reports need to know of nothing else. People
// who were sent a letter have theirs already: nobody is asked twice.
const (
	// Nobody is written in while letters still are: they go first.
	askingSQL = `
		SELECT p.bulletin_id, p.board_id, p.ward_id, p.asked_to FROM post p JOIN bulletin b ON b.id = p.bulletin_id
		WHERE p.asked_to IS NOT NULL AND b.cursor_id >= b.hi_id
		ORDER BY p.bulletin_id, p.board_id LIMIT 1`
	lastAskedSQL = `
		SELECT MAX(id) FROM (
			SELECT id FROM person WHERE ward_id = $1 AND id > $2 AND id <= (SELECT hi_id FROM bulletin WHERE id = $3)
			ORDER BY id LIMIT $4) AS page`
	moveAskedSQL = `
		UPDATE post SET asked_to = $1 WHERE bulletin_id = $2 AND board_id = $3 AND part = 0 AND asked_to = $4`
	askSQL = `
		INSERT INTO delivery (bulletin_id, person_id, part, ward_id, group_id, state, at)
		SELECT CAST($1 AS BIGINT), p.id, 0, p.ward_id, COALESCE(p.group_id, 0), 7, CAST($2 AS BIGINT) FROM person p
		WHERE p.ward_id = $3 AND p.id > $4 AND p.id <= $5 AND p.state = 0 AND COALESCE(p.paused_until, 0) <= $2`
	askedOnceSQL = ` ON CONFLICT (bulletin_id, person_id, part) DO NOTHING RETURNING group_id`
	// Who presses was there, whether or not they can be written to just now.
	askOneSQL = `
		INSERT INTO delivery (bulletin_id, person_id, part, ward_id, group_id, state, at)
		SELECT CAST($1 AS BIGINT), p.id, 0, p.ward_id, COALESCE(p.group_id, 0), 7, CAST($2 AS BIGINT) FROM person p
		WHERE p.ward_id = $3 AND p.id = $4 AND p.state IN (0, 2)`
	reopenPostSQL = `UPDATE post SET state = 1 WHERE bulletin_id = $1 AND board_id = $2 AND part = $3 AND state = 5`
	wroteAskedSQL = `
		UPDATE bulletin SET people = people + $1, written = written + $1, settled = settled + $1 WHERE id = $2`
)

// askAround writes in the next people whom a post has asked: those of its
// ward that are registered, active and of the audience.
func (s *Store) askAround(ctx context.Context, now time.Time) (more bool, err error) {
	type asking struct {
		ward.PostKey
		wardID, to int64
	}
	next, err := collect(ctx, s.readers, func(r row) (a asking, err error) {
		err = r.Scan(&a.BulletinID, &a.BoardID, &a.wardID, &a.to)
		return a, err
	}, askingSQL)
	if err != nil {
		return false, fmt.Errorf("find out whom posts ask: %w", err)
	}
	for _, a := range next {
		err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			b, err := findBulletin(ctx, tx, a.BulletinID)
			if err != nil {
				return err
			}
			var last sql.NullInt64 // none: that was everybody
			if err := tx.QueryRowContext(ctx, lastAskedSQL, a.wardID, a.to, a.BulletinID, chunk).Scan(&last); err != nil {
				return err
			}
			// The mark moves first: of several processes one goes on.
			n, err := affected(ctx, tx, moveAskedSQL, last, a.BulletinID, a.BoardID, a.to)
			if err != nil || n == 0 || !last.Valid {
				return err
			}
			return s.ask(ctx, tx, b, a.wardID, askSQL+members(b.Audience), a.BulletinID, now.UnixMilli(), a.wardID, a.to, last.Int64)
		})
		if err != nil {
			return false, fmt.Errorf("write in whom %s asks: %w", nameOfPost(a.PostKey), err)
		}
	}
	return len(next) > 0, nil
}

// ask writes people in and counts them.
func (s *Store) ask(ctx context.Context, tx *sql.Tx, b ward.Bulletin, wardID int64, query string, args ...any) error {
	groups, err := collect(ctx, tx, scanID, query+askedOnceSQL, args...)
	if err != nil || len(groups) == 0 {
		return err
	}
	counts := tallies{}
	for _, group := range groups {
		counts.of(b, wardID, group).add(posted, 1)
	}
	if _, err := tx.ExecContext(ctx, wroteAskedSQL, len(groups), b.ID); err != nil {
		return err
	}
	return s.count(ctx, tx, counts)
}

// AskByPost lets somebody answer a task who presses a button of its post in a
// chat and was not sent it: they joined later, had paused, or their letter is
// still to come, which it need not now, or never arrived. It returns
// ward.ErrNotAsked if the task is not posted there, or they are not of its
// audience.
func (s *Store) AskByPost(ctx context.Context, bulletinID, chatID, personID int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		wardID, err := postedIn(ctx, tx, bulletinID, chatID)
		if err != nil {
			return err
		}
		b, err := findBulletin(ctx, tx, bulletinID)
		if err != nil {
			return err
		}
		key := ward.DeliveryKey{BulletinID: bulletinID, PersonID: personID}
		var state ward.DeliveryState
		err = tx.QueryRowContext(ctx, stateOfSQL, bulletinID, personID, 0).Scan(&state)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return s.askOne(ctx, tx, b, wardID, personID, now)
		case err != nil:
			return err
		}
		counts := tallies{}
		switch state {
		case ward.DeliverySending, ward.DeliverySent, ward.DeliveryUnknown, ward.DeliveryPosted:
			return nil // can be answered
		case ward.DeliveryDue:
		default:
			if err := reopen(ctx, tx, key, state, counts); err != nil {
				return err
			}
		}
		if err := s.settleAll(ctx, tx, []ward.Settlement{{DeliveryKey: key, State: ward.DeliveryPosted, At: now}}, counts); err != nil {
			return err
		}
		return s.count(ctx, tx, counts)
	})
	if err != nil {
		return fmt.Errorf("ask person %d by post: %w", personID, err)
	}
	return nil
}

func (s *Store) askOne(ctx context.Context, tx *sql.Tx, b ward.Bulletin, wardID, personID int64, now time.Time) error {
	if err := s.ask(ctx, tx, b, wardID, askOneSQL+members(b.Audience), b.ID, now.UnixMilli(), wardID, personID); err != nil {
		return err
	}
	err := tx.QueryRowContext(ctx, stateOfSQL, b.ID, personID, 0).Scan(new(ward.DeliveryState))
	if errors.Is(err, sql.ErrNoRows) {
		return ward.ErrNotAsked
	}
	return err
}

// postedIn is the ward for which a task is posted in a chat.
func postedIn(ctx context.Context, q querier, bulletinID, chatID int64) (wardID int64, err error) {
	var state ward.DeliveryState
	var message sql.NullInt64
	err = q.QueryRowContext(ctx, postSeenSQL, bulletinID, chatID, 0).Scan(&state, &message, &wardID)
	if errors.Is(err, sql.ErrNoRows) || err == nil && state != ward.DeliverySent && state != ward.DeliverySending && state != ward.DeliveryUnknown {
		return 0, ward.ErrNotAsked
	}
	return wardID, err
}

// MarkPostSeen records that a post has arrived after all, whatever was thought
// before: somebody pressed its button. It changes nothing if that is known, or
// there is no such post.
func (s *Store) MarkPostSeen(ctx context.Context, bulletinID, chatID int64, part int, messageID int64, now time.Time) error {
	var state ward.DeliveryState
	var message sql.NullInt64
	var wardID int64
	err := s.readers.QueryRowContext(ctx, postSeenSQL, bulletinID, chatID, part).Scan(&state, &message, &wardID)
	if errors.Is(err, sql.ErrNoRows) || err == nil && state == ward.DeliverySent {
		return nil // as nearly always: every press asks this
	}
	if err != nil {
		return fmt.Errorf("mark post of bulletin %d as seen: %w", bulletinID, err)
	}
	board, err := s.BoardOfChat(ctx, chatID)
	if err != nil {
		return err
	}
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, reopenPostSQL, bulletinID, board.ID, part); err != nil {
			return err
		}
		return settlePost(ctx, tx, ward.PostSettlement{
			PostKey: ward.PostKey{BulletinID: bulletinID, BoardID: board.ID, Part: part}, State: ward.DeliverySent, MessageID: messageID, At: now,
		})
	})
	if err != nil {
		return fmt.Errorf("mark post of bulletin %d as seen: %w", bulletinID, err)
	}
	return nil
}
