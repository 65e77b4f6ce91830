package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	// Nobody is past the hundredth day twice, so most are not looked at again.
	deedDaysSQL = `
		SELECT ` + personColumns + `, thanked, days FROM person JOIN (
			SELECT a.person_id, COUNT(DISTINCT b.send_day) AS days FROM bulletin b JOIN answer a ON a.bulletin_id = b.id
			WHERE b.kind = 1 AND b.send_day <= $1 AND a.answer = 1
			GROUP BY a.person_id
			HAVING COUNT(DISTINCT b.send_day) >= 7) AS deeds ON deeds.person_id = person.id
		WHERE state = 0 AND thanked < 100 AND COALESCE(paused_until, 0) <= $2
		ORDER BY id`
	// The last days on which somebody had a task that is over by now.
	silentPeopleSQL = `
		SELECT ` + personColumns + ` FROM person
		WHERE state = 0 AND COALESCE(paused_until, 0) <= $1 AND COALESCE(offered_at, 0) <= $2 AND id IN (
			SELECT person_id FROM (
				SELECT d.person_id, b.send_day, COUNT(a.person_id) AS answered,
					ROW_NUMBER() OVER (PARTITION BY d.person_id ORDER BY b.send_day DESC) AS nth
				FROM bulletin b JOIN delivery d ON d.bulletin_id = b.id
				LEFT JOIN answer a ON a.bulletin_id = d.bulletin_id AND a.person_id = d.person_id
				WHERE b.kind = 1 AND b.send_day > $3 AND b.send_day <= $4 AND b.deadline <= $1 AND b.recalled_at IS NULL
					AND d.part = 0 AND d.state IN (2, 7)
				GROUP BY d.person_id, b.send_day) AS days
			WHERE nth <= $5
			GROUP BY person_id
			HAVING COUNT(*) = $5 AND SUM(answered) = 0)
		ORDER BY id`
	thankedSQL = `UPDATE person SET thanked = $1 WHERE id = $2`
	offeredSQL = `UPDATE person SET offered_at = $1 WHERE id = $2`
)

// Occasions lists whom to write to on the evening of a day, and why. Nobody
// has more than one.
func (s *Store) Occasions(ctx context.Context, day ward.Day, now time.Time) (all []ward.Occasion, err error) {
	_, err = collect(ctx, s.readers, func(r row) (struct{}, error) {
		var thanked, days int
		p, err := scanPersonAnd(r, &thanked, &days)
		if due := ward.ThanksFor(days, thanked); due != 0 {
			all = append(all, ward.Occasion{Person: p, Days: due})
		}
		return struct{}{}, err
	}, deedDaysSQL, day, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("occasions of %d: %w", day, err)
	}
	thanked := map[int64]bool{}
	for _, o := range all {
		thanked[o.Person.ID] = true
	}
	silent, err := collect(ctx, s.readers, scanPerson, silentPeopleSQL,
		now.UnixMilli(), now.Add(-ward.OfferAgain).UnixMilli(), day.Add(-ward.SilentSince), day, ward.SilentDays)
	if err != nil {
		return nil, fmt.Errorf("occasions of %d: %w", day, err)
	}
	for _, p := range silent {
		if !thanked[p.ID] {
			all = append(all, ward.Occasion{Person: p})
		}
	}
	return all, nil
}

// KeepOccasions publishes what people are written on their occasions and notes
// that they had them, in one transaction: each occasion is kept once, whatever
// happens. The second time the same mailing is nothing.
func (s *Store) KeepOccasions(ctx context.Context, m ward.Mailing, all []ward.Occasion) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		id, err := s.publishOwn(ctx, tx, m)
		if err != nil || id == 0 {
			return err
		}
		for _, o := range all {
			query, what := thankedSQL, int64(o.Days)
			if o.Days == 0 {
				query, what = offeredSQL, s.now().UnixMilli()
			}
			if _, err := tx.ExecContext(ctx, query, what, o.Person.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep occasions: %w", err)
	}
	return nil
}
