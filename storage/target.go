package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const setTargetSQL = `
	UPDATE place SET target = $1 WHERE id = $2 AND valid_to IS NULL
	RETURNING COALESCE(parent_id, id)`

// SetTarget sets the rate that a ward or a group aims at, in percent, or with
// 0 that it aims at none. It is shown beside the rate of every period, also of
// those that are over: how it was before is not kept. It returns
// ward.ErrTarget for what is no share, and ward.ErrNotFound for what is no
// place of today.
func (s *Store) SetTarget(ctx context.Context, placeID int64, percent int, by ward.Actor) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if percent < 0 || percent > 100 {
			return ward.ErrTarget
		}
		var wardID int64
		if err := tx.QueryRowContext(ctx, setTargetSQL, percent, placeID).Scan(&wardID); err != nil {
			return missing(err)
		}
		return s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedTargeted, WardID: wardID, Count: percent})
	})
	if err != nil {
		return fmt.Errorf("set target of place %d: %w", placeID, err)
	}
	return nil
}
