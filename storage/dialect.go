package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// engine is which database is below.
type engine int

const (
	sqlite engine = iota
	postgres
)

// querier is what a transaction and a pool have in common.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// collect reads all rows of a query.
func collect[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, rows.Err()
}

// row is one row of a result, also of a query for a single one.
type row interface{ Scan(dest ...any) error }

// number reads a whole number. For anything but an int64 database/sql makes a
// text first and then a number again, which takes the numbers of a thousand
// wards half their time.
type number[T ~int | ~int32] struct{ to *T }

func num[T ~int | ~int32](to *T) number[T] { return number[T]{to} }

// Scan implements sql.Scanner. A sum is a text in PostgreSQL.
func (n number[T]) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		*n.to = T(v)
		return nil
	case string:
		i, err := strconv.ParseInt(v, 10, 64)
		*n.to = T(i)
		return err
	}
	return fmt.Errorf("whole number is a %T", src)
}

func scanID(r row) (id int64, err error) {
	err = r.Scan(&id)
	return id, err
}

// affected runs a statement and says how many rows it touched.
func affected(ctx context.Context, q querier, query string, args ...any) (int64, error) {
	res, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// millis is a moment as it is stored; the zero time is stored as nothing.
func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

// moment is a stored time.
func moment(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// orNull stores 0, which is no id, as nothing.
func orNull(id int64) sql.NullInt64 { return sql.NullInt64{Int64: id, Valid: id != 0} }

// flag stores a truth: both engines keep it as 0 or 1.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// asJSON stores a small value in a text column and reads it back.
type asJSON[T any] struct{ V *T }

func inJSON[T any](v *T) asJSON[T] { return asJSON[T]{v} }

// Value implements driver.Valuer.
func (j asJSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan implements sql.Scanner.
func (j asJSON[T]) Scan(src any) error {
	switch text := src.(type) {
	case string:
		return json.Unmarshal([]byte(text), j.V)
	case []byte:
		return json.Unmarshal(text, j.V)
	}
	return fmt.Errorf("JSON column holds a %T", src)
}

// idList writes ids for an IN (…). They are numbers, so nothing can be slipped in.
func idList(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, ",")
}

// worthRetrying says whether PostgreSQL only asks us to run the transaction
// again: a serialization failure or a deadlock.
func worthRetrying(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
