package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"wardbot/ward"
)

const (
	keepFileSQL = `
		INSERT INTO file (sum, kind, name, bytes, file_id, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (sum, kind) DO UPDATE SET at = excluded.at,
			file_id = CASE WHEN excluded.file_id <> '' THEN excluded.file_id ELSE file.file_id END`
	fileSQL      = `SELECT kind, name, bytes, file_id FROM file WHERE sum = $1 AND kind = $2`
	fileIDSQL    = `SELECT file_id FROM file WHERE sum = $1 AND kind = $2`
	setFileIDSQL = `UPDATE file SET file_id = $1 WHERE sum = $2 AND kind = $3`
	loseFileSQL  = `UPDATE file SET file_id = '' WHERE sum = $1 AND kind = $2 AND file_id = $3`
)

// KeepFile keeps the bytes of a file, once however often it is brought, and
// returns what to name it by in a bulletin. A photo loses all that it tells
// beside the picture; ward.ErrPicture says that it is none.
func (s *Store) KeepFile(ctx context.Context, f ward.File, now time.Time) (m ward.Media, err error) {
	if f, m, err = f.Ready(); err == nil {
		err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return keepFile(ctx, tx, f, m, now) })
	}
	if err != nil {
		return ward.Media{}, fmt.Errorf("keep %s: %w", f.Name, err)
	}
	return m, nil
}

func keepFile(ctx context.Context, tx *sql.Tx, f ward.File, m ward.Media, now time.Time) error {
	_, err := tx.ExecContext(ctx, keepFileSQL, m.Sum, f.Kind, f.Name, f.Bytes, f.FileID, now.UnixMilli())
	return err
}

// File returns a file with its bytes, or ward.ErrNotFound.
func (s *Store) File(ctx context.Context, m ward.Media) (f ward.File, err error) {
	err = s.readers.QueryRowContext(ctx, fileSQL, m.Sum, m.Kind).Scan(&f.Kind, &f.Name, &f.Bytes, &f.FileID)
	if err != nil {
		return ward.File{}, fmt.Errorf("%s %s: %w", m.Kind, m.Sum, missing(err))
	}
	return f, nil
}

// FileID returns the file_id by which a file that we keep is sent, empty if it
// has to be uploaded, or ward.ErrNotFound.
func (s *Store) FileID(ctx context.Context, m ward.Media) (id string, err error) {
	err = s.readers.QueryRowContext(ctx, fileIDSQL, m.Sum, m.Kind).Scan(&id)
	if err != nil {
		return "", fmt.Errorf("file_id of %s %s: %w", m.Kind, m.Sum, missing(err))
	}
	return id, nil
}

// SetFileID notes which file_id Telegram gave to a file that we keep.
func (s *Store) SetFileID(ctx context.Context, m ward.Media, id string) error {
	return s.noteFile(ctx, setFileIDSQL, id, m.Sum, m.Kind)
}

// LoseFileID notes that Telegram does not know a file_id any more.
func (s *Store) LoseFileID(ctx context.Context, m ward.Media, id string) error {
	return s.noteFile(ctx, loseFileSQL, m.Sum, m.Kind, id)
}

func (s *Store) noteFile(ctx context.Context, query string, args ...any) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("note a file_id: %w", err)
	}
	return nil
}
