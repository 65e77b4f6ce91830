package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

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
	takeBackConsentSQL = `UPDATE consent SET withdrawn_at = $1 WHERE person_id = $2 AND withdrawn_at IS NULL`
	consentsSQL        = `
		SELECT kind, version, hash, given_at, withdrawn_at FROM consent WHERE person_id = $1 ORDER BY given_at, id`
	withdrawPersonSQL = `
		UPDATE person SET state = 4, state_at = $1, role = $2, charge_id = NULL, paused_until = NULL WHERE id = $3 AND state IN (0, 1, 2)`
	returnPersonSQL = `UPDATE person SET state = 0, state_at = $1 WHERE id = $2 AND state = 4`
)

// consent records who agreed to which text, and when.
func consent(ctx context.Context, tx *sql.Tx, personID int64, r ward.Registration) error {
	_, err := tx.ExecContext(ctx, consentSQL, personID, r.ConsentText, r.ConsentHash, r.ConsentedAt.UnixMilli())
	return err
}

// Consents returns what a person has agreed to, oldest first.
func (s *Store) Consents(ctx context.Context, personID int64) ([]ward.Consent, error) {
	all, err := collect(ctx, s.readers, scanConsent, consentsSQL, personID)
	if err != nil {
		return nil, fmt.Errorf("consents of person %d: %w", personID, err)
	}
	return all, nil
}

func scanConsent(r row) (c ward.Consent, err error) {
	var given, withdrawn sql.NullInt64
	err = r.Scan(&c.Kind, &c.Version, &c.Hash, &given, &withdrawn)
	c.GivenAt, c.WithdrawnAt = moment(given), moment(withdrawn)
	return c, err
}

// WithdrawConsent takes a person's consent back: from now on nothing is sent
// to them and what is due is cancelled; a role they had is given up. What is
// kept stays theirs to see, until they erase it or its time is over. Doing it
// twice changes nothing.
func (s *Store) WithdrawConsent(ctx context.Context, personID int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := findPerson(ctx, tx, personID); err != nil {
			return err
		}
		if err := s.withdraw(ctx, tx, personID, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, withdrawPersonSQL, now.UnixMilli(), ward.RoleCollaborator, personID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, erasePlightsSQL, personID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, takeBackConsentSQL, now.UnixMilli(), personID)
		return err
	})
	if err != nil {
		return fmt.Errorf("withdraw consent of person %d: %w", personID, err)
	}
	return nil
}

// ConsentAgain lets a person who took their consent back return with a new
// one. It changes nothing for anybody else.
func (s *Store) ConsentAgain(ctx context.Context, personID int64, r ward.Registration) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, returnPersonSQL, r.Now.UnixMilli(), personID)
		if err != nil || n == 0 {
			return err
		}
		return consent(ctx, tx, personID, r)
	})
	if err != nil {
		return fmt.Errorf("consent of person %d: %w", personID, err)
	}
	return nil
}
