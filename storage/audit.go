package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const (
	addAuditSQL = `
		INSERT INTO audit (at, by_id, by_admin, deed, person_id, ward_id, role, count)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	auditLogSQL = `
		SELECT id, at, COALESCE(by_id, 0), COALESCE(by_admin, 0), deed, COALESCE(person_id, 0), COALESCE(ward_id, 0), role, count
		FROM audit WHERE id < $1 AND (%s) ORDER BY id DESC LIMIT $2`
	expireAuditSQL = `DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 LIMIT 500)`
)

// Audit logs a deed that changes nothing in the database, such as looking at
// names. What changes something logs itself, in the same transaction.
func (s *Store) Audit(ctx context.Context, a ward.Audit) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return s.audit(ctx, tx, a) })
	if err != nil {
		return fmt.Errorf("log deed %d: %w", a.Deed, err)
	}
	return nil
}

func (s *Store) audit(ctx context.Context, tx *sql.Tx, a ward.Audit) error {
	_, err := tx.ExecContext(ctx, addAuditSQL, s.now().UnixMilli(), orNull(a.By.PersonID), orNull(a.By.AdminID),
		a.Deed, orNull(a.PersonID), orNull(a.WardID), a.Role, a.Count)
	return err
}

// AuditLog returns the newest deeds before a line of the log (0: the newest of
// all), newest first, at most limit: those in some wards, or with no wards
// those everywhere.
func (s *Store) AuditLog(ctx context.Context, wardIDs []int64, before int64, limit int) ([]ward.Audit, error) {
	where := "1 = 1"
	if len(wardIDs) > 0 {
		where = "ward_id IN (" + idList(wardIDs) + ")"
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	all, err := collect(ctx, s.readers, scanAudit, fmt.Sprintf(auditLogSQL, where), before, limit)
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	return all, nil
}

func scanAudit(r row) (a ward.Audit, err error) {
	var at sql.NullInt64
	err = r.Scan(&a.ID, &at, &a.By.PersonID, &a.By.AdminID, &a.Deed, &a.PersonID, &a.WardID, &a.Role, &a.Count)
	a.At = moment(at)
	return a, err
}
