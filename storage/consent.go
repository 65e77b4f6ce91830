package storage

import (
	"context"
	"database/sql"

	"wardbot/ward"
)

const (
	consentSQL = `
		INSERT INTO consent (person_id, kind, version, hash, given_at)
		VALUES ($1, 'register', $2, $3, $4)`
	// Of an erased person's consent only kind, version and times are kept.
	withdrawConsentSQL = `
		UPDATE consent SET person_id = NULL, hash = '', withdrawn_at = COALESCE(withdrawn_at, $1)
		WHERE person_id = $2`
)

// consent records who agreed to which text, and when.
func consent(ctx context.Context, tx *sql.Tx, personID int64, r ward.Registration) error {
	_, err := tx.ExecContext(ctx, consentSQL, personID, r.ConsentText, r.ConsentHash, r.ConsentedAt.UnixMilli())
	return err
}
