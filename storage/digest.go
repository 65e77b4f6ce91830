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
	scheduleDigestSQL = `
		INSERT INTO digest (kind, rule, next_at) VALUES ($1, $2, $3)
		ON CONFLICT (kind) DO UPDATE SET rule = excluded.rule, next_at = excluded.next_at WHERE digest.rule <> excluded.rule`
	dropDigestsSQL = `DELETE FROM digest`
	digestsDueSQL  = `SELECT kind, next_at FROM digest WHERE next_at <= $1 ORDER BY next_at, kind`
	// Of several who come to a slot, the first moves on from it, as in
	// advanceSQL.
	advanceDigestSQL = `UPDATE digest SET next_at = $1 WHERE kind = $2 AND next_at = $3`

	digestReadersSQL = `
		SELECT ` + personColumns + ` FROM person
		WHERE state = 0 AND no_digest = 0 AND COALESCE(paused_until, 0) <= $1 ORDER BY id`
	wantDigestSQL  = `UPDATE person SET no_digest = $1 WHERE id = $2 AND state <> 3`
	wantsDigestSQL = `SELECT no_digest FROM person WHERE id = $1`
)

// DigestSlot is a moment at which a digest is due.
type DigestSlot struct {
	Digest ward.Digest
	At     time.Time
}

// ScheduleDigest keeps when a digest is due next, reckoned by a rule. What is
// kept already stays while the rule is the same: a slot that came while
// nobody was there is still due.
func (s *Store) ScheduleDigest(ctx context.Context, d ward.Digest, rule string, next time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, scheduleDigestSQL, d, rule, next.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("schedule digest %d: %w", d, err)
	}
	return nil
}

// DropDigests forgets when digests are due: they are switched off.
func (s *Store) DropDigests(ctx context.Context) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, dropDigestsSQL)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop digests: %w", err)
	}
	return nil
}

// DigestsDue returns the digests whose time has come, the oldest first.
func (s *Store) DigestsDue(ctx context.Context, now time.Time) ([]DigestSlot, error) {
	all, err := collect(ctx, s.readers, func(r row) (d DigestSlot, err error) {
		var at sql.NullInt64
		err = r.Scan(&d.Digest, &at)
		d.At = moment(at)
		return d, err
	}, digestsDueSQL, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("list due digests: %w", err)
	}
	return all, nil
}

// KeepDigest moves a digest on from a slot and publishes its mailings, none if
// it is too old, all in one transaction. A slot is kept once, however many
// processes come to it and whenever one of them is killed: kept is false for
// all but the first.
func (s *Store) KeepDigest(ctx context.Context, slot DigestSlot, next time.Time, mailings []ward.Mailing) (kept bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, advanceDigestSQL, next.UnixMilli(), slot.Digest, slot.At.UnixMilli())
		if kept = n == 1; err != nil || !kept {
			return err
		}
		for _, m := range mailings {
			if _, err := s.publishOwn(ctx, tx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("keep digest %d: %w", slot.Digest, err)
	}
	return kept, nil
}

// DigestReaders returns who is to get digests at a moment: all who can be
// written to, have not paused and have not switched them off.
func (s *Store) DigestReaders(ctx context.Context, now time.Time) ([]ward.Person, error) {
	all, err := collect(ctx, s.readers, scanPerson, digestReadersSQL, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("list readers of digests: %w", err)
	}
	return all, nil
}

// WantDigest switches a person's weekly digest on or off.
func (s *Store) WantDigest(ctx context.Context, personID int64, wanted bool) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, wantDigestSQL, flag(!wanted), personID)
		return err
	})
	if err != nil {
		return fmt.Errorf("switch the digest of person %d: %w", personID, err)
	}
	return nil
}

// WantsDigest says whether a person gets the weekly digest; everybody does
// who has not switched it off. It returns ward.ErrNotFound for nobody.
func (s *Store) WantsDigest(ctx context.Context, personID int64) (bool, error) {
	var off int
	err := s.readers.QueryRowContext(ctx, wantsDigestSQL, personID).Scan(&off)
	if errors.Is(err, sql.ErrNoRows) {
		err = ward.ErrNotFound
	}
	if err != nil {
		return false, fmt.Errorf("digest of person %d: %w", personID, err)
	}
	return off == 0, nil
}
