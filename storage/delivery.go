package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"wardbot/ward"
)

// afterAhead is the next_at of a letter that waits for what goes ahead of it:
// a moment that never comes.
const afterAhead = "9007199254740991"

const (
	deliveryColumns = `d.bulletin_id, d.person_id, d.part, COALESCE(p.chat_id, 0), p.language, d.state, d.attempts, d.claimed_at`

	// What would come too late is not due: FanOut cancels it.
	sendingBulletinsSQL = `
		SELECT id, kind, ahead, revision, COALESCE(about, 0), send_at, meant_at FROM bulletin
		WHERE state = 2 AND send_at <= $1 AND (deadline IS NULL OR deadline > $1) AND (kind = 8 OR $2 = 0)
		ORDER BY CASE WHEN kind = 8 THEN 0 ELSE 1 END, send_at, id`
	// The page is cut before people are looked up: PostgreSQL would go
	// through all people up to the page otherwise.
	dueAgainSQL = `
		SELECT ` + deliveryColumns + ` FROM (
			SELECT * FROM delivery WHERE bulletin_id = $1 AND state = 0 AND next_at <= $2
			ORDER BY next_at LIMIT $3) AS d
		JOIN person p ON p.id = d.person_id
		ORDER BY d.next_at`
	dueFirstSQL = `
		SELECT ` + deliveryColumns + ` FROM (
			SELECT * FROM delivery
			WHERE bulletin_id = $1 AND person_id > $2 AND part <= 0 AND state = 0 AND next_at IS NULL
			ORDER BY person_id LIMIT $3) AS d
		JOIN person p ON p.id = d.person_id
		ORDER BY d.person_id`
	awaitedBulletinsSQL = `SELECT id, send_at, state FROM bulletin WHERE state IN (1, 2) ORDER BY send_at, id`
	firstAgainSQL       = `
		SELECT next_at FROM delivery
		WHERE bulletin_id = $1 AND state = 0 AND next_at < ` + afterAhead + `
		ORDER BY next_at LIMIT 1`
	claimSQL = `
		UPDATE delivery SET state = 1, attempts = attempts + 1, claimed_at = $1, next_at = NULL, others = 0
		WHERE bulletin_id = $2 AND person_id = $3 AND part = $4 AND state = 0 AND COALESCE(next_at, 0) <= $1`
	// One round trip for the whole page.
	claimPostgresSQL = `
		UPDATE delivery d SET state = 1, attempts = attempts + 1, claimed_at = $1, next_at = NULL, others = 0
		FROM unnest($2::BIGINT[], $3::BIGINT[], $4::SMALLINT[]) AS page (bulletin_id, person_id, part)
		WHERE d.bulletin_id = page.bulletin_id AND d.person_id = page.person_id AND d.part = page.part
			AND d.state = 0 AND COALESCE(d.next_at, 0) <= $1
		RETURNING d.bulletin_id, d.person_id, d.part`
	// Open bulletins are few; a stopped one may have deliveries on their way.
	// What another message tells of fares as that one does.
	inDoubtSQL = `
		SELECT ` + deliveryColumns + ` FROM bulletin b
		JOIN delivery d ON d.bulletin_id = b.id
		JOIN person p ON p.id = d.person_id
		WHERE b.state <> 4 AND d.state = 1 AND d.told_by IS NULL
		ORDER BY d.bulletin_id, d.person_id, d.part`
	// CROSS JOIN keeps SQLite from going through the whole bulletin instead.
	standingsSQL = `
		SELECT person_id, part, state, ward_id, group_id, claimed_at, others, COALESCE(told_by, 0)
		FROM json_each($1) AS people CROSS JOIN delivery
		WHERE bulletin_id = $2 AND person_id = people.value`
	standingsPostgresSQL = `
		SELECT person_id, part, state, ward_id, group_id, claimed_at, others, COALESCE(told_by, 0) FROM delivery
		WHERE person_id = ANY($1) AND bulletin_id = $2`
	messageOfSQL = `
		SELECT COALESCE(p.chat_id, 0), d.message_id FROM delivery d JOIN person p ON p.id = d.person_id
		WHERE d.bulletin_id = $1 AND d.person_id = $2 AND d.part = $3 AND d.message_id IS NOT NULL`
	stillInDoubtSQL = `
		SELECT COUNT(*) FROM delivery
		WHERE bulletin_id = $1 AND person_id = $2 AND part = $3 AND state IN (1, 5) AND claimed_at = $4 AND message_id IS NULL`
	stateOfSQL = `SELECT state FROM delivery WHERE bulletin_id = $1 AND person_id = $2 AND part = $3`
	dueOfSQL   = `
		SELECT d.bulletin_id, d.person_id, d.part FROM bulletin b JOIN delivery d ON d.bulletin_id = b.id
		WHERE d.person_id = $1 AND b.send_at < $2 AND b.state <> 4 AND d.state = 0
		ORDER BY d.bulletin_id, d.part`
	sendingOfSQL = `
		SELECT d.bulletin_id, d.person_id, d.part FROM bulletin b JOIN delivery d ON d.bulletin_id = b.id
		WHERE d.person_id = $1 AND b.state <> 4 AND d.state = 1
		ORDER BY d.bulletin_id, d.part`
	// A message to pass on that waits for its letter has no next_at.
	putOffSQL = `
		UPDATE delivery SET next_at = $1
		WHERE bulletin_id = $2 AND person_id = $3 AND part = $4 AND state = 0
			AND (part <= 0 OR next_at IS NOT NULL) AND COALESCE(next_at, 0) < ` + afterAhead
)

// Due returns deliveries that may go out now, at most limit: those to be
// tried again, then those never tried, alerts first and then bulletin by
// bulletin in the order of their time. Until they are claimed, they are
// returned again. A part is due once the one before it is sent, and a bulletin
// never after its deadline. What has piled up for a person comes as one
// delivery, with Others.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]ward.Delivery, error) {
	return s.listDue(ctx, now, limit, false)
}

// AlertsDue is Due in quiet hours: alerts alone. Whom they do not wake has a
// later time, see Hush.
func (s *Store) AlertsDue(ctx context.Context, now time.Time, limit int) ([]ward.Delivery, error) {
	return s.listDue(ctx, now, limit, true)
}

func (s *Store) listDue(ctx context.Context, now time.Time, limit int, alertsOnly bool) ([]ward.Delivery, error) {
	var page []ward.Delivery
	bulletins, err := collect(ctx, s.readers, func(r row) (b ward.Bulletin, err error) {
		var sendAt, meantAt sql.NullInt64
		var ahead int
		err = r.Scan(&b.ID, &b.Kind, &ahead, &b.Revision, &b.About, &sendAt, &meantAt)
		b.Ahead, b.SendAt, b.MeantAt = ahead != 0, moment(sendAt), moment(meantAt)
		return b, err
	}, sendingBulletinsSQL, now.UnixMilli(), flag(alertsOnly))
	if err != nil {
		return nil, fmt.Errorf("list due deliveries: %w", err)
	}
	for _, b := range bulletins {
		due, err := s.dueOf(ctx, b, now, limit-len(page))
		if err != nil {
			return nil, fmt.Errorf("list due deliveries: %w", err)
		}
		page = append(page, due...)
		if len(page) == limit {
			break
		}
	}
	if page, err = s.fold(ctx, page, bulletins, now); err != nil {
		return nil, fmt.Errorf("list due deliveries: %w", err)
	}
	return page, nil
}

// dueOf returns what is due of one bulletin.
func (s *Store) dueOf(ctx context.Context, b ward.Bulletin, now time.Time, limit int) ([]ward.Delivery, error) {
	page, err := collect(ctx, s.readers, scanDelivery, dueAgainSQL, b.ID, now.UnixMilli(), limit)
	if err != nil {
		return nil, err
	}
	if len(page) < limit {
		first, err := s.dueFirst(ctx, b.ID, limit-len(page))
		if err != nil {
			return nil, err
		}
		page = append(page, first...)
	}
	for i := range page {
		if err := s.address(ctx, &page[i], b); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// address adds what a delivery has of its bulletin.
func (s *Store) address(ctx context.Context, d *ward.Delivery, b ward.Bulletin) (err error) {
	d.Revision = b.Revision
	if b.About == 0 {
		return nil
	}
	_, d.ReplyTo, err = s.DeliveryMessage(ctx, ward.DeliveryKey{BulletinID: b.About, PersonID: d.PersonID})
	if errors.Is(err, ward.ErrNotFound) {
		return nil
	}
	return err
}

// dueFirst returns deliveries never tried. It remembers how far there are
// none left, or every page would walk past all that are sent: nothing comes
// back behind that mark, because what is tried again has a next_at.
func (s *Store) dueFirst(ctx context.Context, id int64, limit int) ([]ward.Delivery, error) {
	s.dueMu.Lock()
	mark := s.due[id]
	s.dueMu.Unlock()
	if mark == math.MaxInt64 {
		return nil, nil
	}
	page, err := collect(ctx, s.readers, scanDelivery, dueFirstSQL, id, mark, limit)
	if err != nil {
		return nil, err
	}
	mark = math.MaxInt64
	if len(page) > 0 {
		mark = page[0].PersonID - 1
	}
	s.dueMu.Lock()
	s.due[id] = max(s.due[id], mark)
	s.dueMu.Unlock()
	return page, nil
}

func (s *Store) forgetDue(id int64) {
	s.dueMu.Lock()
	delete(s.due, id)
	s.dueMu.Unlock()
}

// NextDue says when there will be something due, possibly in the past; false
// if nothing is planned.
func (s *Store) NextDue(ctx context.Context) (next time.Time, planned bool, err error) {
	type awaited struct {
		id     int64
		sendAt sql.NullInt64
		state  ward.BulletinState
	}
	bulletins, err := collect(ctx, s.readers, func(r row) (a awaited, err error) {
		err = r.Scan(&a.id, &a.sendAt, &a.state)
		return a, err
	}, awaitedBulletinsSQL)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("next due delivery: %w", err)
	}
	for _, b := range bulletins {
		at := moment(b.sendAt)
		if planned && !at.Before(next) {
			break // the others come later still
		}
		if b.state == ward.BulletinSending {
			first, err := s.dueFirst(ctx, b.id, 1)
			if err != nil {
				return time.Time{}, false, fmt.Errorf("next due delivery: %w", err)
			}
			if len(first) == 0 {
				again, err := collect(ctx, s.readers, scanID, firstAgainSQL, b.id)
				if err != nil {
					return time.Time{}, false, fmt.Errorf("next due delivery: %w", err)
				}
				if len(again) == 0 {
					continue
				}
				at = later(at, time.UnixMilli(again[0]).UTC())
			}
		}
		if !planned || at.Before(next) {
			next, planned = at, true
		}
	}
	return next, planned, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Claim notes that deliveries are about to be sent, before the calls are
// made, so that after a kill it is known which few may have been. It returns
// those that may be sent: not what was cancelled, put off or taken meanwhile,
// nor anything of a bulletin that is held, stopped or over. The same holds for
// their Others, which are claimed with them. It returns ErrLost if this process
// was elected to lead and does so no more.
func (s *Store) Claim(ctx context.Context, due []ward.Delivery, at time.Time) (claimed []ward.Delivery, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		claimed, err = s.claim(ctx, tx, due, at)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim %d deliveries: %w", len(due), err)
	}
	return claimed, nil
}

func (s *Store) claim(ctx context.Context, tx *sql.Tx, due []ward.Delivery, at time.Time) (claimed []ward.Delivery, err error) {
	if err := s.mayClaim(ctx, tx); err != nil {
		return nil, err
	}
	bulletins := shelf{}
	var open []ward.DeliveryKey
	for _, d := range due {
		b, err := bulletins.find(ctx, tx, d.BulletinID)
		if err != nil {
			return nil, err
		}
		if claimable(b, at) {
			open = append(open, d.DeliveryKey)
		}
	}
	taken, err := s.take(ctx, tx, open, at)
	if err != nil {
		return nil, err
	}
	for _, d := range due {
		if !taken[d.DeliveryKey] {
			continue
		}
		if len(d.Others) > 0 {
			if d.Others, err = tell(ctx, tx, bulletins, d, at); err != nil {
				return nil, err
			}
		}
		claimed = append(claimed, d)
	}
	return claimed, nil
}

// claimable says whether anything of a bulletin may be sent at a moment.
func claimable(b ward.Bulletin, at time.Time) bool {
	return b.State == ward.BulletinSending && !b.TooLate(at)
}

// take claims one by one, or all at once on PostgreSQL.
func (s *Store) take(ctx context.Context, tx *sql.Tx, keys []ward.DeliveryKey, at time.Time) (taken map[ward.DeliveryKey]bool, err error) {
	taken = make(map[ward.DeliveryKey]bool, len(keys))
	if s.engine == postgres {
		ids, people, parts := columns(keys)
		all, err := collect(ctx, tx, scanKey, claimPostgresSQL, at.UnixMilli(), ids, people, parts)
		for _, k := range all {
			taken[k] = true
		}
		return taken, err
	}
	for _, k := range keys {
		n, err := affected(ctx, tx, claimSQL, at.UnixMilli(), k.BulletinID, k.PersonID, k.Part)
		if err != nil {
			return nil, err
		}
		taken[k] = n == 1
	}
	return taken, nil
}

// columns takes keys apart for PostgreSQL's unnest.
func columns(keys []ward.DeliveryKey) (bulletins, people []int64, parts []int16) {
	for _, k := range keys {
		bulletins = append(bulletins, k.BulletinID)
		people = append(people, k.PersonID)
		parts = append(parts, int16(k.Part))
	}
	return bulletins, people, parts
}

// InDoubt returns the deliveries that were claimed and not settled: after a
// kill these may have been sent or not. To be asked before anything new is
// claimed; their OverAt is then the moment of the last claim there was. What
// an earlier leader claimed is among them, and what this one remembers of
// deliveries is forgotten, because another one may have led meanwhile.
func (s *Store) InDoubt(ctx context.Context) ([]ward.Delivery, error) {
	if err := s.allClaimed(ctx); err != nil {
		return nil, err
	}
	s.dueMu.Lock()
	clear(s.due)
	clear(s.walks)
	s.dueMu.Unlock()
	all, err := collect(ctx, s.readers, scanDelivery, inDoubtSQL)
	if err != nil {
		return nil, fmt.Errorf("list deliveries in doubt: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	last, err := s.lastClaim(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		last = later(last, d.ClaimedAt)
	}
	for i := range all {
		all[i].OverAt = last
	}
	return all, nil
}

// StillInDoubt reports whether nothing has become known of a delivery since it
// was claimed at a moment.
func (s *Store) StillInDoubt(ctx context.Context, key ward.DeliveryKey, claimedAt time.Time) (bool, error) {
	var open int
	err := s.readers.QueryRowContext(ctx, stillInDoubtSQL, key.BulletinID, key.PersonID, key.Part, claimedAt.UnixMilli()).Scan(&open)
	if err != nil {
		return false, fmt.Errorf("ask after %s: %w", name(key), err)
	}
	return open > 0, nil
}

// DeliveryMessage returns where a delivery is to be seen, or ward.ErrNotFound
// if no message of it is known.
func (s *Store) DeliveryMessage(ctx context.Context, key ward.DeliveryKey) (chatID, messageID int64, err error) {
	err = s.readers.QueryRowContext(ctx, messageOfSQL, key.BulletinID, key.PersonID, key.Part).Scan(&chatID, &messageID)
	if err != nil {
		return 0, 0, fmt.Errorf("message of %s: %w", name(key), missing(err))
	}
	return chatID, messageID, nil
}

// withdraw settles whatever a person has not got yet: what is due is
// cancelled, what is on its way is given up as unknown.
func (s *Store) withdraw(ctx context.Context, tx *sql.Tx, personID int64, now time.Time) error {
	var results []ward.Settlement
	for _, open := range []struct {
		query string
		args  []any
		end   ward.DeliveryState
	}{
		{dueOfSQL, []any{personID, farAway.UnixMilli()}, ward.DeliveryCancelled},
		{sendingOfSQL, []any{personID}, ward.DeliveryUnknown},
	} {
		keys, err := collect(ctx, tx, scanKey, open.query, open.args...)
		if err != nil {
			return err
		}
		for _, k := range keys {
			results = append(results, ward.Settlement{DeliveryKey: k, State: open.end, At: now})
		}
	}
	return s.settleNow(ctx, tx, results)
}

// putOff keeps what a person has not got yet, of the bulletins planned before
// the end of their pause, until then, if it still makes sense; the rest is
// cancelled.
func (s *Store) putOff(ctx context.Context, tx *sql.Tx, personID int64, until, now time.Time) error {
	open, err := collect(ctx, tx, scanKey, dueOfSQL, personID, until.UnixMilli())
	if err != nil {
		return err
	}
	bulletins := shelf{}
	var results []ward.Settlement
	for _, k := range open {
		b, err := bulletins.find(ctx, tx, k.BulletinID)
		if err != nil {
			return err
		}
		if !b.Awaits(until) {
			results = append(results, ward.Settlement{DeliveryKey: k, State: ward.DeliveryCancelled, At: now})
			continue
		}
		if _, err := tx.ExecContext(ctx, putOffSQL, until.UnixMilli(), k.BulletinID, k.PersonID, k.Part); err != nil {
			return err
		}
	}
	return s.settleNow(ctx, tx, results)
}

// place is where somebody lived when something was sent to them.
type place struct{ wardID, groupID int64 }

// standing is how a delivery stands.
type standing struct {
	place
	state     ward.DeliveryState
	claimedAt time.Time
	others    int   // that its message tells of
	toldBy    int64 // bulletin whose message tells of it, or 0
}

// standings adds how the deliveries of a bulletin to people stand: one query
// for all who wait, because a query for each costs more than the write.
func (s *Store) standings(ctx context.Context, tx *sql.Tx, bulletinID int64, people []int64, found map[ward.DeliveryKey]standing) error {
	query, list := standingsSQL, any(inJSON(&people))
	if s.engine == postgres {
		query, list = standingsPostgresSQL, people
	}
	_, err := collect(ctx, tx, func(r row) (struct{}, error) {
		k := ward.DeliveryKey{BulletinID: bulletinID}
		var st standing
		var claimed sql.NullInt64
		err := r.Scan(&k.PersonID, &k.Part, &st.state, &st.wardID, &st.groupID, &claimed, &st.others, &st.toldBy)
		st.claimedAt = moment(claimed)
		found[k] = st
		return struct{}{}, err
	}, query, list, bulletinID)
	return err
}

func scanDelivery(r row) (d ward.Delivery, err error) {
	var claimed sql.NullInt64
	err = r.Scan(&d.BulletinID, &d.PersonID, &d.Part, &d.ChatID, &d.Language, &d.State, &d.Attempts, &claimed)
	d.ClaimedAt = moment(claimed)
	return d, err
}

func scanKey(r row) (k ward.DeliveryKey, err error) {
	err = r.Scan(&k.BulletinID, &k.PersonID, &k.Part)
	return k, err
}

// name is for errors.
func name(k ward.DeliveryKey) string {
	return fmt.Sprintf("delivery %d of bulletin %d to person %d", k.Part, k.BulletinID, k.PersonID)
}
