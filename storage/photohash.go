package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"wardbot/ward"
)

// PhotoKey names a photo of a report.
type PhotoKey struct {
	ReportID int64
	UniqueID string
}

// UncheckedPhoto is a photo at which nobody has looked yet.
type UncheckedPhoto struct {
	PhotoKey
	FileID string // of its smallest size
	At     time.Time
}

// seenFor is how long photos are compared with later ones. Some ten thousand
// are, which takes a few milliseconds.
const seenFor = 60 * 24 * time.Hour

const (
	photosOfSQL = `SELECT unique_id FROM photo_hash WHERE report_id = $1`
	addPhotoSQL = `
		INSERT INTO photo_hash (report_id, unique_id, file_id, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (report_id, unique_id) DO NOTHING`
	dropPhotoSQL       = `DELETE FROM photo_hash WHERE report_id = $1 AND unique_id = $2`
	dropPhotosSQL      = `DELETE FROM photo_hash WHERE report_id = $1`
	unlikeSQL          = `UPDATE photo_hash SET alike = NULL, checked_at = NULL WHERE alike = $1`
	erasePhotosSQL     = `DELETE FROM photo_hash WHERE report_id IN (SELECT id FROM report WHERE person_id = $1)`
	unlikeErasedSQL    = `UPDATE photo_hash SET alike = NULL, checked_at = NULL WHERE alike IN (SELECT id FROM report WHERE person_id = $1)`
	uncheckedPhotosSQL = `
		SELECT report_id, unique_id, file_id, at FROM photo_hash WHERE checked_at IS NULL
		ORDER BY at, report_id, unique_id LIMIT $1`
	earlierPhotosSQL = `
		SELECT report_id, hash FROM photo_hash
		WHERE hash IS NOT NULL AND at BETWEEN $1 AND $2 AND report_id <> $3
		ORDER BY at, report_id`
	savePhotoHashSQL = `UPDATE photo_hash SET checked_at = $1, hash = $2, alike = $3 WHERE report_id = $4 AND unique_id = $5`
	alikeSQL         = `
		SELECT DISTINCT r.code FROM photo_hash h JOIN report r ON r.id = h.alike
		WHERE h.report_id = $1 ORDER BY r.code`
)

// keepPhotos notes the photos of a report, to be looked at. Those that it no
// longer has are forgotten, and what looked like them is looked at again.
func keepPhotos(ctx context.Context, tx *sql.Tx, r ward.Report) error {
	gone := map[string]bool{}
	had, err := collect(ctx, tx, func(r row) (id string, err error) { err = r.Scan(&id); return id, err }, photosOfSQL, r.ID)
	if err != nil {
		return err
	}
	for _, id := range had {
		gone[id] = true
	}
	for _, p := range r.Photos {
		delete(gone, p.UniqueID)
		small := p.SmallID
		if small == "" {
			small = p.FileID
		}
		if _, err := tx.ExecContext(ctx, addPhotoSQL, r.ID, p.UniqueID, small, r.UpdatedAt.UnixMilli()); err != nil {
			return err
		}
	}
	for id := range gone {
		if _, err := tx.ExecContext(ctx, dropPhotoSQL, r.ID, id); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, unlikeSQL, r.ID)
	return err
}

// forgetPhotos forgets those of a report that is no more.
func forgetPhotos(ctx context.Context, tx *sql.Tx, reportID int64) error {
	if _, err := tx.ExecContext(ctx, dropPhotosSQL, reportID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, unlikeSQL, reportID)
	return err
}

// UncheckedPhotos returns photos of reports that nobody has looked at yet,
// oldest first.
func (s *Store) UncheckedPhotos(ctx context.Context, limit int) ([]UncheckedPhoto, error) {
	all, err := collect(ctx, s.readers, func(r row) (p UncheckedPhoto, err error) {
		var at sql.NullInt64
		err = r.Scan(&p.ReportID, &p.UniqueID, &p.FileID, &at)
		p.At = moment(at)
		return p, err
	}, uncheckedPhotosSQL, limit)
	if err != nil {
		return nil, fmt.Errorf("list unchecked photos: %w", err)
	}
	return all, nil
}

// SavePhotoHash notes what a photo looks like, and which report before it, if
// any, has one that looks the same. A nil hash is a photo that cannot be
// compared.
func (s *Store) SavePhotoHash(ctx context.Context, p UncheckedPhoto, hash *ward.PhotoHash, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var stored, alike sql.NullInt64
		if hash != nil {
			stored = sql.NullInt64{Int64: int64(*hash), Valid: true}
			var err error
			if alike, err = earlierAlike(ctx, tx, p, *hash); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, savePhotoHashSQL, now.UnixMilli(), stored, alike, p.ReportID, p.UniqueID)
		return err
	})
	if err != nil {
		return fmt.Errorf("save hash of a photo of report %d: %w", p.ReportID, err)
	}
	return nil
}

// earlierAlike finds the first report with a photo that looks the same.
func earlierAlike(ctx context.Context, tx *sql.Tx, p UncheckedPhoto, hash ward.PhotoHash) (found sql.NullInt64, err error) {
	rows, err := tx.QueryContext(ctx, earlierPhotosSQL, p.At.Add(-seenFor).UnixMilli(), p.At.UnixMilli(), p.ReportID)
	if err != nil {
		return found, err
	}
	defer rows.Close()
	for rows.Next() {
		var report, other int64
		if err := rows.Scan(&report, &other); err != nil {
			return found, err
		}
		if hash.Alike(ward.PhotoHash(other)) {
			return sql.NullInt64{Int64: report, Valid: true}, nil
		}
	}
	return found, rows.Err()
}

// AlikeReports returns the codes of earlier reports with a photo that looks
// like one of this report's.
func (s *Store) AlikeReports(ctx context.Context, reportID int64) ([]string, error) {
	codes, err := collect(ctx, s.readers, func(r row) (code string, err error) { err = r.Scan(&code); return code, err }, alikeSQL, reportID)
	if err != nil {
		return nil, fmt.Errorf("reports like report %d: %w", reportID, err)
	}
	return codes, nil
}
