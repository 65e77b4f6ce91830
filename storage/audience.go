package storage

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"wardbot/ward"
)

// chunk is how many people are gone through in one transaction when
// deliveries are written: a few milliseconds, so taps do not wait for it.
var chunk int64 = 4_000

const (
	// State 0 is active: people who wait, have left or cannot be reached are
	// no part of any audience.
	audienceSizeSQL = `
		SELECT COALESCE(SUM(CASE WHEN COALESCE(p.paused_until, 0) <= $1 THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN p.paused_until > $1 THEN 1 ELSE 0 END), 0)
		FROM person p WHERE p.state = 0`
	// Who pauses when it is sent gets it afterwards if the bulletin awaits
	// that, as ward.Bulletin.Awaits says: before its deadline, $8. The parts go from $3 to $5.
	// An alert, its $4 being 0 by day, passes a pause of those who want that, and
	// comes by night to the others at $4. $4 is null for anything else.
	fanOutSQL = `
		INSERT INTO delivery (bulletin_id, person_id, part, ward_id, group_id, next_at)
		SELECT CAST($1 AS BIGINT), p.id, n.part, p.ward_id, COALESCE(p.group_id, 0),
			CASE WHEN p.paused_until > $2 AND n.part = CAST($3 AS BIGINT) AND (CAST($4 AS BIGINT) IS NULL OR p.urgent = 0)
					THEN CASE WHEN p.paused_until < $4 THEN $4 ELSE p.paused_until END
				WHEN $4 > 0 AND p.urgent = 0 AND n.part = $3 THEN $4
				WHEN n.part = 0 AND $3 < 0 THEN ` + afterAhead + ` END
		FROM person p CROSS JOIN (SELECT -1 AS part UNION ALL SELECT 0 UNION ALL SELECT 1) n
		WHERE n.part >= $3 AND n.part < $5 AND p.id > $6 AND p.id <= $7 AND p.state = 0
			AND (COALESCE(p.paused_until, 0) <= $2 OR p.paused_until < $8 OR $4 IS NOT NULL AND p.urgent = 1)`
	// Who was faster and pressed the button of a post needs no letter.
	notPostedSQL = ` AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.bulletin_id = $1 AND d.person_id = p.id)`
	unwrittenSQL = `
		SELECT id FROM bulletin
		WHERE state IN (1, 3) AND cursor_id < hi_id OR state = 5 AND settled < written
			OR state = 2 AND deadline <= $1 AND settled < written
		ORDER BY id`
	cursorSQL     = `SELECT kind, state, cursor_id, hi_id, parts, ahead, audience, via, send_at, deadline, wakes_at FROM bulletin WHERE id = $1`
	moveCursorSQL = `UPDATE bulletin SET cursor_id = $1 WHERE id = $2 AND cursor_id = $3 AND state IN (1, 3)`
	wroteSQL      = `
		UPDATE bulletin SET people = people + $1, written = written + $2,
			state = CASE WHEN state = 1 AND cursor_id >= hi_id THEN 2 ELSE state END
		WHERE id = $3`
)

// CountAudience counts whom a bulletin for an audience would be sent to now.
func (s *Store) CountAudience(ctx context.Context, a ward.Audience, now time.Time) (size ward.AudienceSize, err error) {
	if a, err = today(ctx, s.readers, a); err != nil {
		return ward.AudienceSize{}, fmt.Errorf("count audience: %w", err)
	}
	err = s.readers.QueryRowContext(ctx, audienceSizeSQL+members(a), now.UnixMilli()).Scan(&size.People, &size.Paused)
	if err != nil {
		return ward.AudienceSize{}, fmt.Errorf("count audience: %w", err)
	}
	return size, nil
}

// members is the condition that a person p is of an audience.
func members(a ward.Audience) string {
	var b strings.Builder
	var places []string
	if len(a.WardIDs) > 0 {
		places = append(places, "p.ward_id IN ("+idList(a.WardIDs)+")")
	}
	if len(a.GroupIDs) > 0 {
		places = append(places, "p.group_id IN ("+idList(a.GroupIDs)+")")
	}
	if len(places) > 0 {
		b.WriteString(" AND (" + strings.Join(places, " OR ") + ")")
	}
	if a.SilentOn != 0 {
		fmt.Fprintf(&b, ` AND EXISTS (SELECT 1 FROM delivery d
			WHERE d.bulletin_id = %[1]d AND d.person_id = p.id AND d.part = 0 AND d.state IN (1, 2, 5, 7))
			AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.bulletin_id = %[1]d AND a.person_id = p.id)`, a.SilentOn)
	}
	if a.Holding != 0 {
		fmt.Fprintf(&b, ` AND EXISTS (SELECT 1 FROM delivery d
			WHERE d.bulletin_id = %d AND d.person_id = p.id AND d.part = 0 AND d.state IN (1, 2))`, a.Holding)
	}
	if alert := max(a.Warned, a.Unheard); alert != 0 {
		fmt.Fprintf(&b, ` AND EXISTS (SELECT 1 FROM delivery d WHERE d.bulletin_id = %d AND d.person_id = p.id AND `+has+`)`, alert)
	}
	if a.Unheard != 0 {
		fmt.Fprintf(&b, ` AND NOT EXISTS (SELECT 1 FROM plight a WHERE a.bulletin_id = %d AND a.person_id = p.id)`, a.Unheard)
	}
	if a.ChosenIn != 0 {
		fmt.Fprintf(&b, ` AND EXISTS (SELECT 1 FROM entry e WHERE e.bulletin_id = %d AND e.person_id = p.id AND e.state = %d)`,
			a.ChosenIn, ward.EntryChosen)
	}
	return b.String()
}

// FanOut writes the next deliveries of a bulletin that lacks some, also of the
// people whom a post has asked, and reports whether there may be more to
// write. It also cancels what a StopBulletin that was cut short left over, and
// what would come too late. Everything goes on where it ended, after a kill
// too.
func (s *Store) FanOut(ctx context.Context, now time.Time) (more bool, err error) {
	ids, err := collect(ctx, s.readers, scanID, unwrittenSQL, now.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("fan out: %w", err)
	}
	for _, id := range ids {
		err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			more = false
			c, err := findCursor(ctx, tx, id)
			switch {
			case err != nil:
				return err
			case c.State == ward.BulletinStopped:
				_, _, more, err = s.cancelChunk(ctx, tx, id, 0, "", now)
			case c.at < c.end:
				_, err = c.advance(ctx, tx, now)
				more = true
			case c.TooLate(now):
				_, _, more, err = s.cancelChunk(ctx, tx, id, 0, ward.ReasonTooLate, now)
			}
			return err
		})
		if err != nil {
			return false, fmt.Errorf("fan out bulletin %d: %w", id, err)
		}
		if more {
			return true, s.learn(ctx, id)
		}
	}
	if err := s.cancelLatePosts(ctx, now); err != nil {
		return false, err
	}
	return s.askAround(ctx, now)
}

// learn has PostgreSQL look at a table that has just grown: without it,
// reading and recording deliveries was seen to be 15 times slower.
func (s *Store) learn(ctx context.Context, id int64) error {
	if s.engine != postgres {
		return nil
	}
	b, err := s.Bulletin(ctx, id)
	if err != nil || b.State != ward.BulletinSending {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "ANALYZE person, delivery"); err != nil {
		return fmt.Errorf("fan out bulletin %d: analyze: %w", id, err)
	}
	return nil
}

// firstDeliveries writes a chunk's worth of deliveries with the bulletin, so
// that a bulletin of ordinary size is published as a whole.
func firstDeliveries(ctx context.Context, tx *sql.Tx, id int64, now time.Time) error {
	for written := int64(0); written < chunk; {
		c, err := findCursor(ctx, tx, id)
		if err != nil {
			return err
		}
		n, err := c.advance(ctx, tx, now)
		if err != nil || c.at+chunk >= c.end {
			return err
		}
		written += n
	}
	return nil
}

// cursor is how far the deliveries of a bulletin are written.
type cursor struct {
	ward.Bulletin       // its state, audience, way and times
	at, end       int64 // person ids
	parts, ahead  int64
}

func findCursor(ctx context.Context, tx *sql.Tx, id int64) (c cursor, err error) {
	var sendAt, deadline, wakesAt sql.NullInt64
	err = tx.QueryRowContext(ctx, cursorSQL, id).Scan(&c.Kind, &c.State, &c.at, &c.end, &c.parts, &c.ahead, inJSON(&c.Audience), &c.Via, &sendAt, &deadline, &wakesAt)
	c.ID, c.SendAt, c.Deadline, c.WakesAt = id, moment(sendAt), moment(deadline), moment(wakesAt)
	return c, missing(err)
}

// wakes is when those get an alert who do not want to be woken: 0 by day, and
// null if it is none.
func (c cursor) wakes() sql.NullInt64 {
	n := sql.NullInt64{Valid: c.Kind == ward.KindAlert}
	if !c.WakesAt.IsZero() {
		n.Int64 = c.WakesAt.UnixMilli()
	}
	return n
}

// advance writes the deliveries of the next people and moves the cursor. The
// cursor moves first: that takes the row, so that of several processes one
// writes and the others see that there is nothing left to do here.
func (c cursor) advance(ctx context.Context, tx *sql.Tx, now time.Time) (written int64, err error) {
	to := min(c.at+chunk, c.end)
	if !c.Via.People() {
		to = c.end
	}
	n, err := affected(ctx, tx, moveCursorSQL, to, c.ID, c.at)
	if err != nil || n == 0 {
		return 0, err
	}
	if c.Via.People() {
		query := fanOutSQL + members(c.Audience)
		if c.Via.Posts() {
			query += notPostedSQL
		}
		if c.Audience.Lettered {
			query += letteredSQL
		}
		written, err = affected(ctx, tx, query, c.ID, later(now, c.SendAt).UnixMilli(), -c.ahead, c.wakes(), c.parts-c.ahead, c.at, to, millis(c.Deadline))
		if err != nil {
			return 0, err
		}
	}
	_, err = tx.ExecContext(ctx, wroteSQL, written/c.parts, written, c.ID)
	return written, err
}
