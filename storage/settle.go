package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"wardbot/ward"
)

const (
	settleSQL = `
		UPDATE delivery SET state = $1, next_at = $2, message_id = $3, more = $4, at = $5, err = $6, revision = $7,
			told_by = CASE WHEN $1 = 0 THEN NULL ELSE told_by END
		WHERE bulletin_id = $8 AND person_id = $9 AND part = $10 AND state IN (0, 1)`
	// One round trip for the whole batch: 15 times the rate of single rows.
	settlePostgresSQL = `
		UPDATE delivery d SET state = r.state, next_at = r.next_at, message_id = r.message_id, more = r.more, at = r.at, err = r.err, revision = r.revision,
			told_by = CASE WHEN r.state = 0 THEN NULL ELSE told_by END
		FROM unnest($1::BIGINT[], $2::BIGINT[], $3::SMALLINT[], $4::SMALLINT[], $5::BIGINT[], $6::BIGINT[], $7::TEXT[], $8::BIGINT[], $9::TEXT[], $10::BIGINT[])
			AS r (bulletin_id, person_id, part, state, next_at, message_id, more, at, err, revision)
		WHERE d.bulletin_id = r.bulletin_id AND d.person_id = r.person_id AND d.part = r.part AND d.state IN (0, 1)
		RETURNING d.bulletin_id, d.person_id, d.part, d.ward_id, d.group_id, d.claimed_at, d.others, COALESCE(d.told_by, 0)`
	wakePartSQL = `
		UPDATE delivery SET next_at = $1
		WHERE bulletin_id = $2 AND person_id = $3 AND part = 1 AND state = 0 AND next_at IS NULL`
	cancelPartSQL = `
		UPDATE delivery SET state = 6, next_at = NULL, at = $1
		WHERE bulletin_id = $2 AND person_id = $3 AND part = 1 AND state = 0`
	// The letter waits for what goes ahead of it.
	wakeLetterSQL = `
		UPDATE delivery SET next_at = $1
		WHERE bulletin_id = $2 AND person_id = $3 AND part = 0 AND state = 0 AND next_at = ` + afterAhead
	endLetterSQL = `
		UPDATE delivery SET state = $1, next_at = NULL, at = $2, err = $3
		WHERE bulletin_id = $4 AND person_id = $5 AND part = 0 AND state = 0`
	addSettledSQL = `UPDATE bulletin SET settled = settled + $1 WHERE id = $2 RETURNING revision`
	reopenSQL     = `
		UPDATE delivery SET state = 1 WHERE bulletin_id = $1 AND person_id = $2 AND part = $3 AND state = $4
		RETURNING ward_id, group_id`
)

// Settle records what became of deliveries; those that are settled already
// stay as they are. The counts change in the same transaction, people who are
// gone become unreachable, the next part becomes due or ends with this one,
// what should be tried again is cancelled if its
// bulletin was stopped meanwhile or its deadline has passed, and what the
// message tells of fares as it does.
func (s *Store) Settle(ctx context.Context, results []ward.Settlement) error {
	for batch := range slices.Chunk(results, maxGroup) {
		if err := s.line.put(ctx, &job{results: batch}); err != nil {
			return fmt.Errorf("settle %d deliveries: %w", len(batch), err)
		}
	}
	return nil
}

// MarkSeen records that a delivery has arrived after all, whatever was
// thought before: somebody tapped on it. It changes nothing if it is known to
// be sent, and returns ward.ErrNotFound if there is none.
func (s *Store) MarkSeen(ctx context.Context, key ward.DeliveryKey, messageID int64, now time.Time) error {
	var state ward.DeliveryState
	err := s.readers.QueryRowContext(ctx, stateOfSQL, key.BulletinID, key.PersonID, key.Part).Scan(&state)
	if err == nil && state == ward.DeliverySent {
		return nil // as nearly always: every tap asks this, and shall not wait for a commit
	}
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		counts := tallies{}
		if err := s.arrived(ctx, tx, key, messageID, now, counts); err != nil {
			return err
		}
		return s.count(ctx, tx, counts)
	})
	if err != nil {
		return fmt.Errorf("mark %s as seen: %w", name(key), err)
	}
	return nil
}

// arrived turns a delivery of any state into a sent one.
func (s *Store) arrived(ctx context.Context, tx *sql.Tx, key ward.DeliveryKey, messageID int64, now time.Time, counts tallies) error {
	var state ward.DeliveryState
	err := tx.QueryRowContext(ctx, stateOfSQL, key.BulletinID, key.PersonID, key.Part).Scan(&state)
	if err != nil || state == ward.DeliverySent || state == ward.DeliveryPosted { // there is no letter
		return missing(err)
	}
	if state != ward.DeliveryDue && state != ward.DeliverySending {
		if err := reopen(ctx, tx, key, state, counts); err != nil {
			return err
		}
	}
	err = s.settleAll(ctx, tx, []ward.Settlement{{DeliveryKey: key, State: ward.DeliverySent, MessageID: messageID, At: now}}, counts)
	if err != nil || state != ward.DeliveryUnknown {
		return err
	}
	// With it arrived what it told of.
	told, err := collect(ctx, tx, scanKey, toldBySQL, key.BulletinID, key.PersonID, ward.DeliveryUnknown)
	for _, k := range told {
		if err == nil {
			err = s.arrived(ctx, tx, k, 0, now, counts)
		}
	}
	return err
}

// reopen takes back what was counted for a delivery that had been settled.
func reopen(ctx context.Context, tx *sql.Tx, key ward.DeliveryKey, state ward.DeliveryState, counts tallies) error {
	var wardID, groupID int64
	err := tx.QueryRowContext(ctx, reopenSQL, key.BulletinID, key.PersonID, key.Part, state).Scan(&wardID, &groupID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // somebody else settled it anew meanwhile
	}
	if err != nil {
		return err
	}
	b, err := findBulletin(ctx, tx, key.BulletinID)
	if err != nil {
		return err
	}
	if key.Part == 0 {
		counts.of(b, wardID, groupID).add(outcomes[state], -1)
	}
	_, err = addSettled(ctx, tx, key.BulletinID, -1)
	return err
}

// settleNow settles within a transaction of its own.
func (s *Store) settleNow(ctx context.Context, tx *sql.Tx, results []ward.Settlement) error {
	counts := tallies{}
	if err := s.settleAll(ctx, tx, results, counts); err != nil {
		return err
	}
	return s.count(ctx, tx, counts)
}

// settled is a delivery whose state really changed.
type settled struct {
	ward.Settlement
	standing
}

// settleAll records results; the caller adds the counts.
func (s *Store) settleAll(ctx context.Context, tx *sql.Tx, results []ward.Settlement, counts tallies) error {
	bulletins := shelf{}
	var marks mark
	open := map[int64]int64{} // bulletin → deliveries that need nothing more
	arrivals := map[int64][]ward.Settlement{}
	for len(results) > 0 {
		var batch []ward.Settlement
		batch, results = distinct(results)
		for i := range batch {
			b, err := bulletins.find(ctx, tx, batch[i].BulletinID)
			if err != nil {
				return err
			}
			batch[i] = sound(batch[i], b)
		}
		changed, err := s.record(ctx, tx, batch)
		if err != nil {
			return err
		}
		for _, c := range changed {
			n, err := s.follow(ctx, tx, c, bulletins[c.BulletinID], counts)
			if err != nil {
				return err
			}
			if n > 0 {
				open[c.BulletinID] += n
			}
			if c.State == ward.DeliverySent {
				arrivals[c.BulletinID] = append(arrivals[c.BulletinID], c.Settlement)
			}
			told, err := toldWith(ctx, tx, c)
			if err != nil {
				return err
			}
			results = append(results, told...)
			marks.take(c)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(open)) {
		revision, err := addSettled(ctx, tx, id, open[id])
		if err != nil {
			return err
		}
		if err := lateCopies(ctx, tx, id, revision, arrivals[id]); err != nil {
			return err
		}
	}
	return marks.save(ctx, tx)
}

// addSettled counts deliveries that need nothing more, and returns the
// revision that their bulletin is at. The row is taken by then, so a
// correction either is seen here or sees what is settled here.
func addSettled(ctx context.Context, tx *sql.Tx, id, n int64) (revision int, err error) {
	err = tx.QueryRowContext(ctx, addSettledSQL, n, id).Scan(&revision)
	return revision, err
}

// distinct splits off the results before the first delivery that comes twice.
func distinct(results []ward.Settlement) (batch, rest []ward.Settlement) {
	seen := make(map[ward.DeliveryKey]bool, len(results))
	for i, r := range results {
		if seen[r.DeliveryKey] {
			return slices.Clone(results[:i]), results[i:]
		}
		seen[r.DeliveryKey] = true
	}
	return slices.Clone(results), nil
}

// sound makes sure that what is to be tried again has a time and may be.
func sound(r ward.Settlement, b ward.Bulletin) ward.Settlement {
	switch {
	case r.State != ward.DeliveryDue:
		r.Next = time.Time{}
	case b.State == ward.BulletinStopped:
		r.State, r.Next = ward.DeliveryCancelled, time.Time{}
	case b.TooLate(r.At):
		r.State, r.Next, r.Err = ward.DeliveryCancelled, time.Time{}, ward.ReasonTooLate
	case r.Next.IsZero():
		r.Next = r.At
	}
	return r
}

// record writes the new states and returns which deliveries they changed.
func (s *Store) record(ctx context.Context, tx *sql.Tx, batch []ward.Settlement) ([]settled, error) {
	if s.engine == postgres {
		return recordPostgres(ctx, tx, batch)
	}
	people := map[int64][]int64{} // by bulletin
	for _, r := range batch {
		people[r.BulletinID] = append(people[r.BulletinID], r.PersonID)
	}
	found := make(map[ward.DeliveryKey]standing, len(batch))
	for id, people := range people {
		if err := s.standings(ctx, tx, id, people, found); err != nil {
			return nil, err
		}
	}
	var changed []settled
	for _, r := range batch {
		n, err := affected(ctx, tx, settleSQL, r.State, millis(r.Next), orNull(r.MessageID), others(r.More), r.At.UnixMilli(), words(r.Err), r.Revision,
			r.BulletinID, r.PersonID, r.Part)
		if err != nil {
			return nil, err
		}
		if n == 1 {
			changed = append(changed, settled{Settlement: r, standing: found[r.DeliveryKey]})
		}
	}
	return changed, nil
}

func recordPostgres(ctx context.Context, tx *sql.Tx, batch []ward.Settlement) ([]settled, error) {
	var (
		keys      []ward.DeliveryKey
		states    []int16
		nexts     []sql.NullInt64
		messages  []sql.NullInt64
		more      []sql.NullString
		ats       []int64
		errs      []sql.NullString
		revisions []int64
		byKey     = make(map[ward.DeliveryKey]ward.Settlement, len(batch))
		claimedAt sql.NullInt64
	)
	for _, r := range batch {
		keys = append(keys, r.DeliveryKey)
		states = append(states, int16(r.State))
		nexts = append(nexts, millis(r.Next))
		messages = append(messages, orNull(r.MessageID))
		more = append(more, others(r.More))
		ats = append(ats, r.At.UnixMilli())
		errs = append(errs, words(r.Err))
		revisions = append(revisions, int64(r.Revision))
		byKey[r.DeliveryKey] = r
	}
	bulletins, people, parts := columns(keys)
	return collect(ctx, tx, func(r row) (c settled, err error) {
		var k ward.DeliveryKey
		err = r.Scan(&k.BulletinID, &k.PersonID, &k.Part, &c.wardID, &c.groupID, &claimedAt, &c.others, &c.toldBy)
		c.Settlement, c.claimedAt = byKey[k], moment(claimedAt)
		return c, err
	}, settlePostgresSQL, bulletins, people, parts, states, nexts, messages, more, ats, errs, revisions)
}

func words(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// outcomes says where an end is counted.
var outcomes = map[ward.DeliveryState]counter{
	ward.DeliverySent:        sent,
	ward.DeliveryUnreachable: unreachable,
	ward.DeliveryFailed:      failed,
	ward.DeliveryUnknown:     unknown,
	ward.DeliveryCancelled:   cancelled,
	ward.DeliveryPosted:      posted,
}

// follow draws the consequences of a result and returns how many deliveries
// came to their end by it.
func (s *Store) follow(ctx context.Context, tx *sql.Tx, c settled, b ward.Bulletin, counts tallies) (ended int64, err error) {
	if c.Gone {
		if _, err := tx.ExecContext(ctx, goneSQL, c.At.UnixMilli(), c.PersonID); err != nil {
			return 0, err
		}
	}
	outcome, end := outcomes[c.State]
	if !end {
		return 0, nil
	}
	switch c.Part {
	case ward.PartAhead:
		return followAhead(ctx, tx, c, b, outcome, counts)
	case ward.PartPassOn:
		return 1, nil // people are counted by the letter
	}
	counts.of(b, c.wardID, c.groupID).add(outcome, 1)
	if b.PassOn == "" {
		return 1, nil
	}
	if c.State == ward.DeliverySent && c.toldBy != 0 {
		n, err := affected(ctx, tx, tellPartSQL, c.At.UnixMilli(), c.toldBy, c.BulletinID, c.PersonID)
		return 1 + n, err
	}
	if c.State == ward.DeliverySent {
		_, err := tx.ExecContext(ctx, wakePartSQL, c.At.UnixMilli(), c.BulletinID, c.PersonID)
		return 1, err
	}
	n, err := affected(ctx, tx, cancelPartSQL, c.At.UnixMilli(), c.BulletinID, c.PersonID)
	return 1 + n, err
}

// followAhead lets the letter follow media that went ahead of it, also if
// nobody knows whether that arrived: the words count. If it did not, the
// letter fares as it did.
func followAhead(ctx context.Context, tx *sql.Tx, c settled, b ward.Bulletin, outcome counter, counts tallies) (ended int64, err error) {
	if c.State == ward.DeliverySent || c.State == ward.DeliveryUnknown {
		_, err := tx.ExecContext(ctx, wakeLetterSQL, c.At.UnixMilli(), c.BulletinID, c.PersonID)
		return 1, err
	}
	n, err := affected(ctx, tx, endLetterSQL, c.State, c.At.UnixMilli(), words(c.Err), c.BulletinID, c.PersonID)
	if err != nil || n == 0 {
		return 1, err
	}
	counts.of(b, c.wardID, c.groupID).add(outcome, n)
	more, err := affected(ctx, tx, cancelPartSQL, c.At.UnixMilli(), c.BulletinID, c.PersonID)
	return 1 + n + more, err
}

// others is a list of message ids as it is stored; an empty one is nothing.
func others(ids []int64) sql.NullString {
	return sql.NullString{String: "[" + idList(ids) + "]", Valid: len(ids) > 0}
}
