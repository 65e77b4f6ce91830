package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const (
	assentColumns = `id, bulletin, plan, sheet, chat_id, message_id, language, people, asked_at, expires_at, state`
	askAssentSQL  = `
		INSERT INTO assent (draft_key, bulletin, plan, sheet, chat_id, message_id, language, people, asked_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (draft_key) DO NOTHING
		RETURNING id`
	assentSQL        = `SELECT ` + assentColumns + ` FROM assent WHERE id = $1`
	assentOfDraftSQL = `SELECT ` + assentColumns + ` FROM assent WHERE draft_key = $1`
	openAssentsSQL   = `SELECT ` + assentColumns + ` FROM assent WHERE state = 0 ORDER BY id`
	decideSQL        = `UPDATE assent SET state = $1 WHERE id = $2 AND state = 0`
	addCardSQL       = `
		INSERT INTO assent_card (assent_id, chat_id, message_id, language) VALUES ($1, $2, $3, $4)
		ON CONFLICT (assent_id, chat_id) DO NOTHING`
	cardsSQL        = `SELECT assent_id, chat_id, message_id, language FROM assent_card WHERE assent_id = $1 ORDER BY chat_id`
	expireAssentSQL = `DELETE FROM assent WHERE id IN (SELECT id FROM assent WHERE asked_at < $1 AND state <> 0 LIMIT 500)`
	eraseAssentSQL  = `DELETE FROM assent WHERE chat_id = $1`
	eraseCardsSQL   = `DELETE FROM assent_card WHERE chat_id = $1`
)

// AskAssent keeps a bulletin until a second coordinator has agreed to it. The
// same draft asked for twice is one request: the second time the first one is
// returned.
func (s *Store) AskAssent(ctx context.Context, by ward.Actor, a ward.Assent) (ward.Assent, error) {
	key := a.Bulletin.DraftKey
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		ids, err := collect(ctx, tx, scanID, askAssentSQL, key, inJSON(&a.Bulletin), inJSON(&a.Plan), a.Sheet, a.ChatID, a.MessageID,
			a.Language, a.People, a.AskedAt.UnixMilli(), a.ExpiresAt.UnixMilli())
		if err == nil && len(ids) == 1 {
			err = s.auditAssent(ctx, tx, by, ward.DeedAsked, a)
		}
		if err == nil {
			a, err = scanAssent(tx.QueryRowContext(ctx, assentOfDraftSQL, key))
		}
		return err
	})
	if err != nil {
		return ward.Assent{}, fmt.Errorf("ask for consent: %w", err)
	}
	return a, nil
}

// Assent returns a request for consent, or ward.ErrNotFound.
func (s *Store) Assent(ctx context.Context, id int64) (ward.Assent, error) {
	a, err := scanAssent(s.readers.QueryRowContext(ctx, assentSQL, id))
	if err != nil {
		return a, fmt.Errorf("consent %d: %w", id, missing(err))
	}
	return a, nil
}

// OpenAssents lists the requests that nobody has decided.
func (s *Store) OpenAssents(ctx context.Context) ([]ward.Assent, error) {
	all, err := collect(ctx, s.readers, scanAssent, openAssentsSQL)
	if err != nil {
		return nil, fmt.Errorf("list requests for consent: %w", err)
	}
	return all, nil
}

// Agree records a second coordinator's consent and, in the same transaction,
// publishes or plans what was asked for. The author's message about the request
// is the bulletin's live message from now on. It returns ward.ErrOwnAssent if
// who agrees is who asked, ward.ErrDecided if somebody was faster or it is too
// late, and ward.ErrOvertaken if the plan in question was changed meanwhile.
func (s *Store) Agree(ctx context.Context, a ward.Assent, by ward.Actor, chatID int64, letters func(ward.Bulletin) []ward.Letter) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := s.decide(ctx, tx, a.ID, chatID, ward.AssentAgreed); err != nil {
			return err
		}
		if err := s.auditAssent(ctx, tx, by, ward.DeedAgreed, a); err != nil {
			return err
		}
		if a.Plan != nil {
			return agreePlan(ctx, tx, *a.Plan)
		}
		id, err := publish(ctx, tx, a.Bulletin, letters, s.now())
		if err == nil && id != 0 {
			_, err = tx.ExecContext(ctx, setControlSQL, id, a.ChatID, a.MessageID, a.Language)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("agree to %d: %w", a.ID, err)
	}
	return nil
}

// Refuse records that a second coordinator does not agree. Its errors are
// those of Agree.
func (s *Store) Refuse(ctx context.Context, a ward.Assent, by ward.Actor, chatID int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := s.decide(ctx, tx, a.ID, chatID, ward.AssentRefused); err != nil {
			return err
		}
		return s.auditAssent(ctx, tx, by, ward.DeedRefused, a)
	})
	if err != nil {
		return fmt.Errorf("refuse %d: %w", a.ID, err)
	}
	return nil
}

// EndAssent ends a request without a decision: it expired, was taken back, or
// nobody could be asked. It returns ward.ErrDecided if it is not open any more.
func (s *Store) EndAssent(ctx context.Context, id int64, state ward.AssentState) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return moveAssent(ctx, tx, id, state) })
	if err != nil {
		return fmt.Errorf("end request %d: %w", id, err)
	}
	return nil
}

func (s *Store) decide(ctx context.Context, tx *sql.Tx, id, chatID int64, state ward.AssentState) error {
	a, err := scanAssent(tx.QueryRowContext(ctx, assentSQL, id))
	switch {
	case err != nil:
		return missing(err)
	case a.ChatID == chatID:
		return ward.ErrOwnAssent
	case !s.now().Before(a.ExpiresAt):
		return ward.ErrDecided
	}
	return moveAssent(ctx, tx, id, state)
}

func moveAssent(ctx context.Context, tx *sql.Tx, id int64, state ward.AssentState) error {
	n, err := affected(ctx, tx, decideSQL, state, id)
	if err == nil && n == 0 {
		err = ward.ErrDecided
	}
	return err
}

// auditAssent logs where the bulletin goes if it is one ward, else everywhere.
func (s *Store) auditAssent(ctx context.Context, tx *sql.Tx, by ward.Actor, deed ward.Deed, a ward.Assent) error {
	line := ward.Audit{By: by, Deed: deed, Count: a.People}
	if wards := a.Bulletin.Audience.WardIDs; len(wards) == 1 {
		line.WardID = wards[0]
	}
	return s.audit(ctx, tx, line)
}

// AddAssentCard notes in which message somebody is asked for their consent.
func (s *Store) AddAssentCard(ctx context.Context, c ward.AssentCard) error {
	return s.exec(ctx, "add card of request", addCardSQL, c.AssentID, c.ChatID, c.MessageID, c.Language)
}

// AssentCards lists who was asked for their consent.
func (s *Store) AssentCards(ctx context.Context, id int64) ([]ward.AssentCard, error) {
	all, err := collect(ctx, s.readers, func(r row) (c ward.AssentCard, err error) {
		err = r.Scan(&c.AssentID, &c.ChatID, &c.MessageID, &c.Language)
		return c, err
	}, cardsSQL, id)
	if err != nil {
		return nil, fmt.Errorf("list cards of request %d: %w", id, err)
	}
	return all, nil
}

// BulletinOfDraft returns the bulletin that a draft became, or ward.ErrNotFound.
func (s *Store) BulletinOfDraft(ctx context.Context, key string) (ward.Bulletin, error) {
	b, err := scanBulletin(s.readers.QueryRowContext(ctx, bulletinOfDraftSQL, key))
	if err != nil {
		return ward.Bulletin{}, fmt.Errorf("bulletin of a draft: %w", missing(err))
	}
	return b, nil
}

// PlanOfDraft returns the plan that a draft became, or ward.ErrNotFound.
func (s *Store) PlanOfDraft(ctx context.Context, key string) (ward.Plan, error) {
	p, err := scanPlan(s.readers.QueryRowContext(ctx, planOfDraftSQL, key))
	if err != nil {
		return ward.Plan{}, fmt.Errorf("plan of a draft: %w", missing(err))
	}
	return p, nil
}

func scanAssent(r row) (a ward.Assent, err error) {
	var asked, expires sql.NullInt64
	err = r.Scan(&a.ID, inJSON(&a.Bulletin), inJSON(&a.Plan), &a.Sheet, &a.ChatID, &a.MessageID, &a.Language, &a.People, &asked, &expires, &a.State)
	a.AskedAt, a.ExpiresAt = moment(asked), moment(expires)
	return a, err
}
