package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	// CROSS JOIN as in standingsSQL; the bulletins are added.
	waitingSQL = `
		SELECT ` + deliveryColumns + ` FROM json_each($1) AS people CROSS JOIN delivery d JOIN person p ON p.id = d.person_id
		WHERE d.person_id = people.value AND d.part = 0 AND d.state = 0 AND COALESCE(d.next_at, 0) <= $2`
	waitingPostgresSQL = `
		SELECT ` + deliveryColumns + ` FROM delivery d JOIN person p ON p.id = d.person_id
		WHERE d.person_id = ANY($1) AND d.part = 0 AND d.state = 0 AND COALESCE(d.next_at, 0) <= $2`
	tellSQL = `
		UPDATE delivery SET state = 1, attempts = attempts + 1, claimed_at = $1, next_at = NULL, others = 0, told_by = $2
		WHERE bulletin_id = $3 AND person_id = $4 AND part = $5 AND state = 0 AND COALESCE(next_at, 0) <= $1`
	othersSQL   = `UPDATE delivery SET others = $1 WHERE bulletin_id = $2 AND person_id = $3 AND part = $4`
	tellsSQL    = `UPDATE bulletin SET tells = 1 WHERE id = $1 AND tells = 0`
	toldBySQL   = `SELECT bulletin_id, person_id, part FROM delivery WHERE told_by = $1 AND person_id = $2 AND state = $3 ORDER BY bulletin_id`
	tellPartSQL = `
		UPDATE delivery SET state = 2, at = $1, told_by = $2
		WHERE bulletin_id = $3 AND person_id = $4 AND part = 1 AND state = 0`

	untoldBulletinsSQL = `
		SELECT ` + bulletinColumns + ` FROM bulletin
		WHERE kind NOT IN (4, 5) AND send_at >= $1 AND recalled_at IS NULL AND EXISTS (
			SELECT 1 FROM delivery
			WHERE bulletin_id = bulletin.id AND person_id = $2 AND part = 0 AND state = 2 AND told_by IS NOT NULL AND message_id IS NULL)
		ORDER BY send_at DESC, id DESC`
	showSQL = `
		UPDATE delivery SET message_id = $1, revision = $2
		WHERE bulletin_id = $3 AND person_id = $4 AND part = $5 AND state = 2 AND told_by IS NOT NULL AND message_id IS NULL`
	tellsOfSQL = `SELECT others FROM delivery WHERE bulletin_id = $1 AND person_id = $2 AND part = 0`
)

// fold makes one delivery of all that waits for a person after an outage, a
// night or a pause, see ward.Backlog: the foremost, with the others named.
func (s *Store) fold(ctx context.Context, page []ward.Delivery, sending []ward.Bulletin, now time.Time) ([]ward.Delivery, error) {
	byID := map[int64]ward.Bulletin{}
	var foldable []ward.Bulletin
	var ids []int64
	for _, b := range sending {
		if b.Foldable() && !b.Ahead { // whose pictures may have come already
			byID[b.ID], foldable, ids = b, append(foldable, b), append(ids, b.ID)
		}
	}
	if len(page) == 0 || !ward.Backlog(foldable, now) {
		return page, nil
	}
	waiting, err := s.waiting(ctx, page, ids, now)
	if err != nil {
		return nil, err
	}
	folded := page[:0]
	seen := map[int64]bool{}
	for _, d := range page {
		var bulletins []ward.Bulletin
		for _, w := range waiting[d.PersonID] {
			bulletins = append(bulletins, byID[w.BulletinID])
		}
		if _, ok := byID[d.BulletinID]; !ok || d.Part != ward.PartLetter || !ward.Backlog(bulletins, now) {
			folded = append(folded, d)
			continue
		}
		if seen[d.PersonID] {
			continue
		}
		seen[d.PersonID] = true
		first := ward.Foremost(bulletins)
		lead := waiting[d.PersonID][first]
		if err := s.address(ctx, &lead, bulletins[first]); err != nil {
			return nil, err
		}
		for i, w := range waiting[d.PersonID] {
			if i != first {
				lead.Others = append(lead.Others, w.DeliveryKey)
			}
		}
		folded = append(folded, lead)
	}
	return folded, nil
}

// waiting returns, by person, what is due of the bulletins to the people of a
// page.
func (s *Store) waiting(ctx context.Context, page []ward.Delivery, bulletins []int64, now time.Time) (map[int64][]ward.Delivery, error) {
	var people []int64
	asked := map[int64]bool{}
	for _, d := range page {
		if !asked[d.PersonID] {
			people, asked[d.PersonID] = append(people, d.PersonID), true
		}
	}
	query, list := waitingSQL, any(inJSON(&people))
	if s.engine == postgres {
		query, list = waitingPostgresSQL, people
	}
	all, err := collect(ctx, s.readers, scanDelivery, query+` AND d.bulletin_id IN (`+idList(bulletins)+`)`, list, now.UnixMilli())
	by := map[int64][]ward.Delivery{}
	for _, d := range all {
		by[d.PersonID] = append(by[d.PersonID], d)
	}
	return by, err
}

// tell claims what the message of a claimed delivery is to tell of, and
// returns what of it still waits.
func tell(ctx context.Context, tx *sql.Tx, bulletins shelf, lead ward.Delivery, at time.Time) (told []ward.DeliveryKey, err error) {
	for _, k := range lead.Others {
		b, err := bulletins.find(ctx, tx, k.BulletinID)
		if err != nil {
			return nil, err
		}
		if !claimable(b, at) {
			continue
		}
		n, err := affected(ctx, tx, tellSQL, at.UnixMilli(), lead.BulletinID, k.BulletinID, k.PersonID, k.Part)
		if err != nil {
			return nil, err
		}
		if n == 1 {
			told = append(told, k)
		}
	}
	if len(told) == 0 {
		return nil, nil
	}
	if _, err := tx.ExecContext(ctx, othersSQL, len(told), lead.BulletinID, lead.PersonID, lead.Part); err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, tellsSQL, lead.BulletinID)
	return told, err
}

// toldWith is what becomes of the deliveries that a message told of: they fare
// as it does, or wait again if it was not sent.
func toldWith(ctx context.Context, tx *sql.Tx, c settled) ([]ward.Settlement, error) {
	if c.others == 0 {
		return nil, nil
	}
	keys, err := collect(ctx, tx, scanKey, toldBySQL, c.BulletinID, c.PersonID, ward.DeliverySending)
	var results []ward.Settlement
	for _, k := range keys {
		r := ward.Settlement{DeliveryKey: k, State: c.State, Gone: c.Gone, Err: c.Err, At: c.At}
		switch c.State {
		case ward.DeliverySent, ward.DeliveryUnreachable, ward.DeliveryUnknown:
		default:
			r.State, r.Next, r.Err = ward.DeliveryDue, c.Next, ""
		}
		results = append(results, r)
	}
	return results, err
}

// ToldOnly returns the bulletins sent since a moment of which a person only
// knows that they are there, because the message of another one told so;
// newest first. They are to be shown when the person asks.
func (s *Store) ToldOnly(ctx context.Context, personID int64, since time.Time) ([]ward.Bulletin, error) {
	all, err := collect(ctx, s.readers, scanBulletin, untoldBulletinsSQL, since.UnixMilli(), personID)
	if err != nil {
		return nil, fmt.Errorf("list bulletins that person %d was told of: %w", personID, err)
	}
	return all, nil
}

// Show notes which message now shows a bulletin that a person was only told
// of, as of a revision: from here on it is their copy.
func (s *Store) Show(ctx context.Context, key ward.DeliveryKey, messageID int64, revision int, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, showSQL, messageID, revision, key.BulletinID, key.PersonID, key.Part)
		if err != nil || n == 0 {
			return err
		}
		is, err := addSettled(ctx, tx, key.BulletinID, 0) // takes the row, as in settleAll
		if err != nil {
			return err
		}
		return lateCopies(ctx, tx, key.BulletinID, is, []ward.Settlement{{DeliveryKey: key, Revision: revision, At: now}})
	})
	if err != nil {
		return fmt.Errorf("show %s: %w", name(key), err)
	}
	return nil
}

// TellsOf is of how many other bulletins a person's message of a bulletin
// tells.
func (s *Store) TellsOf(ctx context.Context, bulletinID, personID int64) (others int, err error) {
	err = s.readers.QueryRowContext(ctx, tellsOfSQL, bulletinID, personID).Scan(&others)
	if err != nil {
		return 0, fmt.Errorf("others told by bulletin %d: %w", bulletinID, missing(err))
	}
	return others, nil
}
