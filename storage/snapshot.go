package storage

import (
	"context"
	"database/sql"
)

// snapshot lets several queries read the database as it was at one moment, and
// stops nobody from writing.
func (s *Store) snapshot(ctx context.Context, read func(*sql.Tx) error) error {
	var options *sql.TxOptions // a transaction of SQLite is one as it is
	if s.engine == postgres {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := s.readers.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return read(tx)
}
