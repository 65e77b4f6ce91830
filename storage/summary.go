package storage

import (
	"context"
	"fmt"

	"wardbot/ward"
)

const personSummarySQL = `
	SELECT
		(SELECT COUNT(*) FROM answer WHERE person_id = $1 AND answer = 1),
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
