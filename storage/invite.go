package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	createInviteSQL = `
		INSERT INTO invite (code, ward_id, group_id, created_by, uses_left, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`
	inviteSQL = `
		SELECT code, COALESCE(ward_id, 0), COALESCE(group_id, 0), COALESCE(created_by, 0), uses_left, expires_at
		FROM invite WHERE code = $1`
	takeInviteSQL = `UPDATE invite SET uses_left = uses_left - 1 WHERE code = $1 AND uses_left > 0`
)

// CreateInvite stores an invite. An invite without an end ends with its uses.
func (s *Store) CreateInvite(ctx context.Context, i ward.Invite) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, createInviteSQL, i.Code, orNull(i.WardID), orNull(i.GroupID),
			orNull(i.CreatedBy), i.UsesLeft, millis(i.ExpiresAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("create invite: %w", err)
	}
	return nil
}

// Invite returns an invite that can be used at now. It returns
// ward.ErrInviteEnded if it has run out, ward.ErrNotFound if there is none.
func (s *Store) Invite(ctx context.Context, code string, now time.Time) (ward.Invite, error) {
	i, err := findInvite(ctx, s.readers, code, now)
	if err != nil {
		return ward.Invite{}, fmt.Errorf("invite: %w", err)
	}
	return i, nil
}

func findInvite(ctx context.Context, q querier, code string, now time.Time) (i ward.Invite, err error) {
	var expires sql.NullInt64
	err = q.QueryRowContext(ctx, inviteSQL, code).Scan(&i.Code, &i.WardID, &i.GroupID, &i.CreatedBy, &i.UsesLeft, &expires)
	if err != nil {
		return i, missing(err)
	}
	i.ExpiresAt = moment(expires)
	if i.UsesLeft == 0 || expires.Valid && !now.Before(i.ExpiresAt) {
		return i, ward.ErrInviteEnded
	}
	return i, nil
}

// takeInvite takes one use.
func takeInvite(ctx context.Context, tx *sql.Tx, code string, now time.Time) error {
	if _, err := findInvite(ctx, tx, code, now); err != nil {
		return err
	}
	n, err := affected(ctx, tx, takeInviteSQL, code)
	if err == nil && n == 0 {
		return ward.ErrInviteEnded // somebody else took the last one meanwhile
	}
	return err
}
