package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"wardbot/ward"
)

const (
	addMarkSQL     = `INSERT INTO message_mark (at, claimed_at, claimed_to, low, high) VALUES ($1, $2, $3, $4, $5)`
	forgetMarksSQL = `DELETE FROM message_mark WHERE at < $1`
	lastClaimSQL   = `SELECT MAX(claimed_to) FROM message_mark`
	knownBeforeSQL = `SELECT COALESCE(MAX(high), 0) FROM message_mark WHERE at <= $1`
	knownAfterSQL  = `SELECT COALESCE(MIN(low), 0) FROM message_mark WHERE claimed_at > $1`
	// An answer to an update went out before the update was finished.
	repliesSQL = `
		SELECT COUNT(*) FROM inbox
		WHERE at >= $1 AND chat_id = $2 AND (finished_at IS NULL OR finished_at >= $3)`
	// Goes through the bulletins that were being sent then, once at a start.
	messagesAfterSQL = `
		SELECT d.message_id, COALESCE(d.more, '[]') FROM bulletin b JOIN delivery d ON d.bulletin_id = b.id
		WHERE (b.state <> 4 OR b.sent_at >= $1) AND (d.message_id > $2 OR d.more IS NOT NULL)`
	// What another message tells of is no message of its own.
	otherLettersSQL = `
		SELECT COUNT(*) FROM bulletin b JOIN delivery d ON d.bulletin_id = b.id
		WHERE d.person_id = $1 AND NOT (d.bulletin_id = $2 AND d.part = $3)
			AND (d.state = 1 OR d.at >= $4) AND d.told_by IS NULL
			AND (b.state <> 4 OR b.sent_at >= $4)`
)

// mark is how far the numbers of messages had come in one batch of results.
// In private chats they come from one counter per bot, so what was sent later
// has a higher number.
type mark struct {
	at, claimedAt, claimedTo time.Time
	low, high                int64
}

func (m *mark) take(c settled) {
	if c.State != ward.DeliverySent || c.MessageID == 0 || c.claimedAt.IsZero() {
		return
	}
	high := c.MessageID
	for _, id := range c.More {
		high = max(high, id)
	}
	if m.high == 0 {
		*m = mark{at: c.At, claimedAt: c.claimedAt, claimedTo: c.claimedAt, low: c.MessageID, high: high}
		return
	}
	m.at = later(m.at, c.At)
	m.claimedTo = later(m.claimedTo, c.claimedAt)
	if c.claimedAt.Before(m.claimedAt) {
		m.claimedAt = c.claimedAt
	}
	m.low, m.high = min(m.low, c.MessageID), max(m.high, high)
}

func (m *mark) save(ctx context.Context, tx *sql.Tx) error {
	if m.high == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, addMarkSQL, m.at.UnixMilli(), m.claimedAt.UnixMilli(), m.claimedTo.UnixMilli(), m.low, m.high)
	return err
}

// forgetMarks sweeps out marks that no delivery in doubt needs any more.
func forgetMarks(ctx context.Context, tx *sql.Tx, now time.Time) error {
	_, err := tx.ExecContext(ctx, forgetMarksSQL, now.Add(-24*time.Hour).UnixMilli())
	return err
}

// lastClaim is when the newest of the messages known was claimed.
func (s *Store) lastClaim(ctx context.Context) (time.Time, error) {
	var ms sql.NullInt64
	if err := s.readers.QueryRowContext(ctx, lastClaimSQL).Scan(&ms); err != nil {
		return time.Time{}, fmt.Errorf("last claim: %w", err)
	}
	return moment(ms), nil
}

// MessageWindow says between which numbers the message of a delivery in doubt
// must lie: after is the highest number known when it was claimed, before is
// the lowest one of what was claimed after its OverAt. 0 means not known yet;
// before stays 0 without an OverAt. Both leave room rather than cut short.
func (s *Store) MessageWindow(ctx context.Context, d ward.Delivery) (after, before int64, err error) {
	if err := s.readers.QueryRowContext(ctx, knownBeforeSQL, d.ClaimedAt.UnixMilli()).Scan(&after); err != nil {
		return 0, 0, fmt.Errorf("message window of %s: %w", name(d.DeliveryKey), err)
	}
	if d.OverAt.IsZero() {
		return after, 0, nil
	}
	if err := s.readers.QueryRowContext(ctx, knownAfterSQL, d.OverAt.UnixMilli()).Scan(&before); err != nil {
		return 0, 0, fmt.Errorf("message window of %s: %w", name(d.DeliveryKey), err)
	}
	return after, before, nil
}

// MessagesAfter returns the numbers above a certain one that are known to be
// of letters, of all bulletins that were not sent at a moment: what a message
// of which no number came back cannot have.
func (s *Store) MessagesAfter(ctx context.Context, after int64, since time.Time) ([]int64, error) {
	all, err := collect(ctx, s.readers, func(r row) (ids []int64, err error) {
		var id int64
		err = r.Scan(&id, inJSON(&ids))
		return append(ids, id), err
	}, messagesAfterSQL, since.UnixMilli(), after)
	if err != nil {
		return nil, fmt.Errorf("messages after %d: %w", after, err)
	}
	return slices.DeleteFunc(slices.Concat(all...), func(id int64) bool { return id <= after }), nil
}

// Quiet reports whether nothing else can have gone to the chat of a delivery
// since it was claimed: no update came from there that may have been
// answered, and no other letter went there. Only then may its message be
// looked for by editing, which could hit another message otherwise.
func (s *Store) Quiet(ctx context.Context, d ward.Delivery) (bool, error) {
	var replies, letters int
	since := d.ClaimedAt.UnixMilli()
	// Updates wait for their answer for minutes at most.
	err := s.readers.QueryRowContext(ctx, repliesSQL, d.ClaimedAt.Add(-time.Hour).UnixMilli(), d.ChatID, since).Scan(&replies)
	if err == nil {
		err = s.readers.QueryRowContext(ctx, otherLettersSQL, d.PersonID, d.BulletinID, d.Part, since).Scan(&letters)
	}
	if err != nil {
		return false, fmt.Errorf("traffic around %s: %w", name(d.DeliveryKey), err)
	}
	return replies+letters == 0, nil
}
