package storage

import (
	"context"
	"fmt"

	"wardbot/ward"
)

// Both keep to ward.ThanksRule: asked in so many months, something done in
// each of them, and so much of everything.
const (
	thankedPeopleSQL = `
		SELECT ` + personColumns + ` FROM person
		WHERE ward_id = $1 AND state = 0 AND id IN (
			SELECT person_id FROM (
				SELECT d.person_id, b.send_day / 100 AS month, COUNT(*) AS asked,
					SUM(CASE WHEN a.answer = 1 THEN 1 ELSE 0 END) AS done
				FROM bulletin b JOIN delivery d ON d.bulletin_id = b.id
				LEFT JOIN answer a ON a.bulletin_id = d.bulletin_id AND a.person_id = d.person_id
				WHERE b.kind = 1 AND b.send_day BETWEEN $2 AND $3 AND d.part = 0 AND d.state IN (2, 7) AND d.ward_id = $1
				GROUP BY d.person_id, b.send_day / 100) AS months
			GROUP BY person_id
			HAVING COUNT(*) >= $4 AND MIN(done) >= 1 AND 100 * SUM(done) >= $5 * SUM(asked))
		ORDER BY id`
	thankedGroupsSQL = `
		SELECT group_id FROM (
			SELECT group_id, day / 100 AS month, SUM(sent + posted) AS asked, SUM(done) AS done FROM tally
			WHERE ward_id = $1 AND group_id <> 0 AND day BETWEEN $2 AND $3
			GROUP BY group_id, day / 100) AS months
		WHERE asked > 0
		GROUP BY group_id
		HAVING COUNT(*) >= $4 AND MIN(done) >= 1 AND 100 * SUM(done) >= $5 * SUM(asked)
		ORDER BY group_id`
)

// Thanked returns the people and groups of a ward whose numbers of a period
// keep to a rule, in no order of merit.
func (s *Store) Thanked(ctx context.Context, wardID int64, p ward.Period, rule ward.ThanksRule) (people []ward.Person, groupIDs []int64, err error) {
	args := []any{wardID, p.From, p.To, rule.Months, rule.Percent}
	if people, err = collect(ctx, s.readers, scanPerson, thankedPeopleSQL, args...); err != nil {
		return nil, nil, fmt.Errorf("people of ward %d to thank: %w", wardID, err)
	}
	if groupIDs, err = collect(ctx, s.readers, scanID, thankedGroupsSQL, args...); err != nil {
		return nil, nil, fmt.Errorf("groups of ward %d to thank: %w", wardID, err)
	}
	return people, groupIDs, nil
}
