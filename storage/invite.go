package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	inviteColumns = `id, code, COALESCE(ward_id, 0), COALESCE(group_id, 0), COALESCE(created_by, 0), uses, uses_left, expires_at`

	createInviteSQL = `
		INSERT INTO invite (code, ward_id, group_id, created_by, uses, uses_left, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	inviteSQL      = `SELECT ` + inviteColumns + ` FROM invite WHERE code = $1`
	inviteByIDSQL  = `SELECT ` + inviteColumns + ` FROM invite WHERE id = $1`
	openInvitesSQL = `
		SELECT ` + inviteColumns + ` FROM invite
		WHERE COALESCE(ward_id, 0) = $1 AND uses_left > 0 AND (expires_at IS NULL OR expires_at > $2)
		ORDER BY group_id, id`
	takeInviteSQL   = `UPDATE invite SET uses_left = uses_left - 1 WHERE code = $1 AND uses_left > 0`
	revokeInviteSQL = `DELETE FROM invite WHERE id = $1`
)

// CreateInvite stores invites, all or none, and logs them. An invite without
// an end ends with its uses.
func (s *Store) CreateInvite(ctx context.Context, invites ...ward.Invite) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		made := map[int64]ward.Audit{}
		for _, i := range invites {
			_, err := tx.ExecContext(ctx, createInviteSQL, i.Code, orNull(i.WardID), orNull(i.GroupID),
				orNull(i.By.PersonID), i.UsesLeft, i.UsesLeft, millis(i.ExpiresAt))
			if err != nil {
				return err
			}
			made[i.WardID] = ward.Audit{By: i.By, Deed: ward.DeedInvited, WardID: i.WardID, Count: made[i.WardID].Count + i.UsesLeft}
		}
		for _, a := range made {
			if err := s.audit(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
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

// InviteByID returns an invite, whether it can be used or not, or
// ward.ErrNotFound.
func (s *Store) InviteByID(ctx context.Context, id int64) (ward.Invite, error) {
	i, err := scanInvite(s.readers.QueryRowContext(ctx, inviteByIDSQL, id))
	if err != nil {
		return ward.Invite{}, fmt.Errorf("invite %d: %w", id, missing(err))
	}
	return i, nil
}

// OpenInvites lists the invites of a ward, or with 0 those that name none,
// that can be used at now.
func (s *Store) OpenInvites(ctx context.Context, wardID int64, now time.Time) ([]ward.Invite, error) {
	all, err := collect(ctx, s.readers, scanInvite, openInvitesSQL, wardID, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("list invites of ward %d: %w", wardID, err)
	}
	return all, nil
}

// RevokeInvite takes an invite back: nobody can use it any more. Doing it
// twice changes nothing.
func (s *Store) RevokeInvite(ctx context.Context, by ward.Actor, id int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		i, err := scanInvite(tx.QueryRowContext(ctx, inviteByIDSQL, id))
		if err != nil {
			return missing(err)
		}
		if _, err := tx.ExecContext(ctx, revokeInviteSQL, id); err != nil {
			return err
		}
		return s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedRevoked, WardID: i.WardID, Count: i.UsesLeft})
	})
	if err != nil {
		return fmt.Errorf("revoke invite %d: %w", id, err)
	}
	return nil
}

func findInvite(ctx context.Context, q querier, code string, now time.Time) (ward.Invite, error) {
	i, err := scanInvite(q.QueryRowContext(ctx, inviteSQL, code))
	if err != nil {
		return i, missing(err)
	}
	if i.UsesLeft == 0 || !i.ExpiresAt.IsZero() && !now.Before(i.ExpiresAt) {
		return i, ward.ErrInviteEnded
	}
	return i, nil
}

func scanInvite(r row) (i ward.Invite, err error) {
	var expires sql.NullInt64
	err = r.Scan(&i.ID, &i.Code, &i.WardID, &i.GroupID, &i.By.PersonID, &i.Uses, &i.UsesLeft, &expires)
	i.ExpiresAt = moment(expires)
	return i, err
}

// takeInvite takes one use.
func takeInvite(ctx context.Context, tx *sql.Tx, code string, now time.Time) error {
	switch _, err := findInvite(ctx, tx, code, now); {
	case errors.Is(err, ward.ErrNotFound):
		return ward.ErrInviteEnded // it was revoked meanwhile
	case err != nil:
		return err
	}
	n, err := affected(ctx, tx, takeInviteSQL, code)
	if err == nil && n == 0 {
		return ward.ErrInviteEnded // somebody else took the last one meanwhile
	}
	return err
}
