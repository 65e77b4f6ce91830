package storage

import (
	"context"
	"fmt"

	"wardbot/ward"
)

// Answers are kept by task, so every task is asked for this one person: going
// through all answers would take longer the longer the bot is in use.
const personSummarySQL = `
	SELECT
		(SELECT COUNT(*) FROM bulletin b CROSS JOIN answer a
			WHERE b.kind = 1 AND a.bulletin_id = b.id AND a.person_id = $1 AND a.answer = 1),
		(SELECT COUNT(*) FROM report WHERE person_id = $1),
		(SELECT COALESCE(SUM(households), 0) FROM report WHERE person_id = $1)`

// PersonSummary counts what one person has done since they registered.
func (s *Store) PersonSummary(ctx context.Context, personID int64) (ward.Summary, error) {
	var sum ward.Summary
	err := s.readers.QueryRowContext(ctx, personSummarySQL, personID).Scan(&sum.Done, &sum.Reports, &sum.Households)
	if err != nil {
		return sum, fmt.Errorf("summary of person %d: %w", personID, err)
	}
	return sum, nil
}
