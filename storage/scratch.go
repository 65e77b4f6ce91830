package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// dropWithin bounds the removal of a scratch database.
const dropWithin = time.Minute

// Scratch makes an empty database for a trial, beside the one at url, which it
// leaves alone: in the same folder, or on the same server, where the user must
// be allowed to create databases. An empty url is the folder for temporary
// files. drop removes the scratch; close the stores on it before.
func Scratch(ctx context.Context, at string) (scratch string, drop func() error, err error) {
	if strings.HasPrefix(at, "postgres://") || strings.HasPrefix(at, "postgresql://") {
		scratch, drop, err = scratchPostgres(ctx, at)
	} else {
		scratch, drop, err = scratchSQLite(at)
	}
	if err != nil {
		return "", nil, fmt.Errorf("make a scratch database: %w", err)
	}
	return scratch, drop, nil
}

func scratchSQLite(at string) (scratch string, drop func() error, err error) {
	dir := ""
	if path, _, _ := strings.Cut(strings.TrimPrefix(at, "file:"), "?"); path != "" {
		dir = filepath.Dir(path)
	}
	if dir, err = os.MkdirTemp(dir, "wardbot-scratch-"); err != nil {
		return "", nil, err
	}
	return "file:" + filepath.Join(dir, "wardbot.db"), func() error { return os.RemoveAll(dir) }, nil
}

func scratchPostgres(ctx context.Context, at string) (scratch string, drop func() error, err error) {
	u, err := url.Parse(at)
	if err != nil {
		return "", nil, err
	}
	server, err := sql.Open("pgx", at)
	if err != nil {
		return "", nil, err
	}
	name := "wardbot_scratch_" + strings.ToLower(rand.Text()[:12])
	if _, err := server.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, errors.Join(err, server.Close())
	}
	u.Path = "/" + name
	return u.String(), func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropWithin)
		defer cancel()
		_, err := server.ExecContext(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		return errors.Join(err, server.Close())
	}, nil
}
