package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const (
	templateColumns = `id, draft_key, ward_id, name, draft, deadline, at`

	addTemplateSQL = `
		INSERT INTO template (draft_key, ward_id, name, draft, deadline, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (draft_key) DO NOTHING`
	templateOfDraftSQL = `SELECT ` + templateColumns + ` FROM template WHERE draft_key = $1`
	templateSQL        = `SELECT ` + templateColumns + ` FROM template WHERE id = $1`
	templatesSQL       = `SELECT ` + templateColumns + ` FROM template ORDER BY id`
	renameTemplateSQL  = `UPDATE template SET name = $1 WHERE id = $2`
	dropTemplateSQL    = `DELETE FROM template WHERE id = $1`
)

// AddTemplate keeps a template. A draft is kept once, by its Key: the second
// time the first template is returned.
func (s *Store) AddTemplate(ctx context.Context, t ward.Template) (ward.Template, error) {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, addTemplateSQL, t.Key, t.WardID, t.Name, inJSON(&t.Draft), inJSON(&t.Deadline), s.now().UnixMilli())
		if err == nil {
			t, err = scanTemplate(tx.QueryRowContext(ctx, templateOfDraftSQL, t.Key))
		}
		return err
	})
	if err != nil {
		return ward.Template{}, fmt.Errorf("keep a template: %w", err)
	}
	return t, nil
}

// Template returns a template, or ward.ErrNotFound.
func (s *Store) Template(ctx context.Context, id int64) (ward.Template, error) {
	t, err := scanTemplate(s.readers.QueryRowContext(ctx, templateSQL, id))
	if err != nil {
		return ward.Template{}, fmt.Errorf("template %d: %w", id, missing(err))
	}
	return t, nil
}

// Templates lists all templates.
func (s *Store) Templates(ctx context.Context) ([]ward.Template, error) {
	all, err := collect(ctx, s.readers, scanTemplate, templatesSQL)
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	return all, nil
}

// RenameTemplate gives a template another name; it returns ward.ErrNotFound if
// it is gone.
func (s *Store) RenameTemplate(ctx context.Context, id int64, name string) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, renameTemplateSQL, name, id)
		if err == nil && n == 0 {
			err = ward.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("rename template %d: %w", id, err)
	}
	return nil
}

// DropTemplate forgets a template; there may be none.
func (s *Store) DropTemplate(ctx context.Context, id int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, dropTemplateSQL, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop template %d: %w", id, err)
	}
	return nil
}

func scanTemplate(r row) (t ward.Template, err error) {
	var at sql.NullInt64
	err = r.Scan(&t.ID, &t.Key, &t.WardID, &t.Name, inJSON(&t.Draft), inJSON(&t.Deadline), &at)
	t.At = moment(at)
	return t, err
}
