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
	planColumns = `id, chat_id, language, draft, rule, deadline, next_at, paused, agreed, missed, missed_at, revision`

	addPlanSQL = `
		INSERT INTO schedule (draft_key, chat_id, language, draft, rule, deadline, next_at, paused, agreed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (draft_key) DO NOTHING`
	planOfDraftSQL = `SELECT ` + planColumns + ` FROM schedule WHERE draft_key = $1`
	planSQL        = `SELECT ` + planColumns + ` FROM schedule WHERE id = $1`
	plansSQL       = `SELECT ` + planColumns + ` FROM schedule WHERE next_at IS NOT NULL ORDER BY paused, next_at, id`
	plansDueSQL    = `SELECT ` + planColumns + ` FROM schedule WHERE next_at <= $1 AND paused = 0 ORDER BY next_at, id`
	missedPlansSQL = `SELECT ` + planColumns + ` FROM schedule WHERE missed > 0 ORDER BY id`
	// Of several who come to a slot, the first moves on from it: the others
	// find another next_at. And nothing is sent but the newest words: a plan
	// that was changed since it was read has another revision.
	advanceSQL = `
		UPDATE schedule SET next_at = $1, missed = missed + $2, missed_at = COALESCE(missed_at, $3)
		WHERE id = $4 AND next_at = $5 AND paused = 0 AND revision = $6`
	changePlanSQL = `
		UPDATE schedule SET chat_id = $1, language = $2, draft = $3, rule = $4, deadline = $5, next_at = $6, paused = $7, agreed = $8, revision = revision + 1
		WHERE id = $9 AND next_at = $10 AND revision = $11`
	toldMissedSQL = `
		UPDATE schedule SET missed = missed - $1, missed_at = CASE WHEN missed = $1 THEN NULL ELSE missed_at END
		WHERE id = $2 AND missed >= $1`
	endPlanSQL    = `DELETE FROM schedule WHERE id = $1 AND next_at IS NULL AND missed = 0`
	dropPlanSQL   = `DELETE FROM schedule WHERE id = $1`
	erasePlansSQL = `DELETE FROM schedule WHERE chat_id = $1`
)

// AddPlan keeps a bulletin for its times. A draft is planned once, by its
// Draft.DraftKey: the second time the first plan is returned.
func (s *Store) AddPlan(ctx context.Context, p ward.Plan) (ward.Plan, error) {
	key := p.Draft.DraftKey
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := addPlan(ctx, tx, p)
		if err == nil {
			p, err = scanPlan(tx.QueryRowContext(ctx, planOfDraftSQL, key))
		}
		return err
	})
	if err != nil {
		return ward.Plan{}, fmt.Errorf("plan a bulletin: %w", err)
	}
	return p, nil
}

func addPlan(ctx context.Context, tx *sql.Tx, p ward.Plan) error {
	_, err := tx.ExecContext(ctx, addPlanSQL, p.Draft.DraftKey, p.ChatID, p.Language, inJSON(&p.Draft), inJSON(&p.Rule), inJSON(&p.Deadline),
		millis(p.Next), flag(p.Paused), flag(p.Agreed))
	return err
}

// Plan returns a plan, or ward.ErrNotFound.
func (s *Store) Plan(ctx context.Context, id int64) (ward.Plan, error) {
	p, err := scanPlan(s.readers.QueryRowContext(ctx, planSQL, id))
	if err != nil {
		return ward.Plan{}, fmt.Errorf("plan %d: %w", id, missing(err))
	}
	return p, nil
}

// Plans returns what is planned, the next first and what is paused last.
func (s *Store) Plans(ctx context.Context) ([]ward.Plan, error) { return s.plans(ctx, plansSQL) }

// PlansDue returns the plans whose next slot has come.
func (s *Store) PlansDue(ctx context.Context, now time.Time) ([]ward.Plan, error) {
	return s.plans(ctx, plansDueSQL, now.UnixMilli())
}

// PlansMissed returns the plans whose coordinators are to be told of slots
// that could not be kept.
func (s *Store) PlansMissed(ctx context.Context) ([]ward.Plan, error) {
	return s.plans(ctx, missedPlansSQL)
}

func (s *Store) plans(ctx context.Context, query string, args ...any) ([]ward.Plan, error) {
	all, err := collect(ctx, s.readers, scanPlan, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list plans: %w", err)
	}
	return all, nil
}

// Keep moves a plan on from a slot to p.Next and publishes the bulletin of the
// slot, unless b is nil, all in one transaction. A slot is kept once, however
// many processes come to it and whenever one of them is killed: kept is false
// for all but the first. p.Missed and p.MissedSince say what to tell the
// coordinator; a bulletin gets its live message in their chat, see Control. A
// plan without another slot is forgotten once there is nothing left to tell.
func (s *Store) Keep(ctx context.Context, p ward.Plan, slot time.Time, b *ward.Bulletin, letters func(ward.Bulletin) []ward.Letter) (kept bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, advanceSQL, millis(p.Next), p.Missed, millis(p.MissedSince), p.ID, slot.UnixMilli(), p.Revision)
		if kept = n == 1; err != nil || !kept {
			return err
		}
		if b != nil {
			id, err := publish(ctx, tx, *b, letters, s.now())
			if err == nil && id != 0 {
				_, err = tx.ExecContext(ctx, setControlSQL, id, p.ChatID, 0, p.Language)
			}
			if err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, endPlanSQL, p.ID)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep plan %d: %w", p.ID, err)
	}
	return kept, nil
}

// ChangePlan stores all of a plan. It returns ward.ErrOvertaken unless its next
// slot is still the one given and nobody changed it since it was read, and
// forgets a plan without another slot.
func (s *Store) ChangePlan(ctx context.Context, p ward.Plan, slot time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return changePlan(ctx, tx, p, slot) })
	if err != nil {
		return fmt.Errorf("change plan %d: %w", p.ID, err)
	}
	return nil
}

func changePlan(ctx context.Context, tx *sql.Tx, p ward.Plan, slot time.Time) error {
	n, err := affected(ctx, tx, changePlanSQL, p.ChatID, p.Language, inJSON(&p.Draft), inJSON(&p.Rule), inJSON(&p.Deadline),
		millis(p.Next), flag(p.Paused), flag(p.Agreed), p.ID, slot.UnixMilli(), p.Revision)
	if err == nil && n == 0 {
		err = ward.ErrOvertaken
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, endPlanSQL, p.ID)
	}
	return err
}

// agreePlan plans what a second coordinator agreed to: a new plan, or one that
// stands, which may have been kept meanwhile but not changed.
func agreePlan(ctx context.Context, tx *sql.Tx, p ward.Plan) error {
	if p.ID == 0 {
		return addPlan(ctx, tx, p)
	}
	old, err := scanPlan(tx.QueryRowContext(ctx, planSQL, p.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return ward.ErrOvertaken
	}
	if err != nil {
		return err
	}
	p.Draft.DraftKey = old.Draft.DraftKey
	return changePlan(ctx, tx, p, old.Next)
}

// ToldMissed notes that the coordinator knows of so many slots of a plan that
// could not be kept.
func (s *Store) ToldMissed(ctx context.Context, id int64, slots int) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, toldMissedSQL, slots, id)
		if err == nil {
			_, err = tx.ExecContext(ctx, endPlanSQL, id)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("told of plan %d: %w", id, err)
	}
	return nil
}

// DropPlan forgets a plan; there may be none. What it published stays. The row
// of a spreadsheet that it came from may be taken again.
func (s *Store) DropPlan(ctx context.Context, id int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, forgetRowSQL, id)
		if err == nil {
			_, err = tx.ExecContext(ctx, dropPlanSQL, id)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("drop plan %d: %w", id, err)
	}
	return nil
}

func scanPlan(r row) (p ward.Plan, err error) {
	var next, missedAt sql.NullInt64
	var paused, agreed int
	err = r.Scan(&p.ID, &p.ChatID, &p.Language, inJSON(&p.Draft), inJSON(&p.Rule), inJSON(&p.Deadline), &next, &paused, &agreed, &p.Missed, &missedAt, &p.Revision)
	p.Next, p.MissedSince, p.Paused, p.Agreed = moment(next), moment(missedAt), paused != 0, agreed != 0
	return p, err
}
