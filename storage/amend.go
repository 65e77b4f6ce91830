package storage

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"reflect"
	"time"

	"wardbot/ward"
)

const (
	// copiesOut is how many people and boards have a copy.
	copiesOut = `(SELECT COALESCE(SUM(sent), 0) FROM tally WHERE bulletin_id = bulletin.id AND group_id = 0)
				+ (SELECT COUNT(*) FROM post WHERE bulletin_id = bulletin.id AND part = 0 AND state = 2 AND message_id IS NOT NULL)`
	correctSQL = `
		UPDATE bulletin SET title = $1, body = $2, pass_on = $3, marks = $4, correction = $5, corrected_at = $6,
			revision = revision + 1, amended = 0, missed = 0,
			copies = ` + copiesOut + `
		WHERE id = $7 AND revision = $8 AND recalled_at IS NULL`
	recallSQL = `
		UPDATE bulletin SET recalled_at = $1, revision = revision + 1, amended = 0, missed = 0,
			state = CASE WHEN state IN (1, 2, 3) THEN 5 ELSE state END,
			copies = ` + copiesOut + `
		WHERE id = $2 AND recalled_at IS NULL`
	aboutSQL         = `SELECT id FROM bulletin WHERE about = $1 AND recalled_at IS NULL ORDER BY id`
	rewriteLetterSQL = `
		UPDATE letter SET html = $1, revision = (SELECT revision FROM bulletin WHERE id = $2)
		WHERE bulletin_id = $2 AND language = $3 AND part = $4`

	amendingSQL = `SELECT ` + bulletinColumns + ` FROM bulletin WHERE revised < revision ORDER BY id`
	copyColumns = `d.bulletin_id, d.person_id, d.part, COALESCE(p.chat_id, 0), d.message_id, COALESCE(d.more, '[]'), p.language, d.at, d.others, d.edit_at`
	// A delivery of which only the arrival is known has no message.
	copiesAgainSQL = `
		SELECT ` + copyColumns + ` FROM delivery d JOIN person p ON p.id = d.person_id
		WHERE d.bulletin_id = $1 AND d.edit_at <= $2 AND d.state = 2
		ORDER BY d.edit_at LIMIT $3`
	// The page is cut before people are looked up, as in dueFirstSQL.
	copiesFirstSQL = `
		SELECT ` + copyColumns + ` FROM (
			SELECT * FROM delivery
			WHERE bulletin_id = $1 AND person_id > $2 AND state = 2 AND revision < $3 AND edit_at IS NULL AND message_id IS NOT NULL
			ORDER BY person_id, part LIMIT $4) AS d
		JOIN person p ON p.id = d.person_id
		ORDER BY d.person_id, d.part`
	copyDoneSQL = `
		UPDATE delivery SET revision = $1
		WHERE bulletin_id = $2 AND person_id = $3 AND part = $4 AND state = 2 AND revision < $1`
	copyClearSQL = `
		UPDATE delivery SET edit_at = NULL
		WHERE bulletin_id = $1 AND person_id = $2 AND part = $3 AND edit_at = $4`
	copyLaterSQL = `
		UPDATE delivery SET edit_at = $1
		WHERE bulletin_id = $2 AND person_id = $3 AND part = $4 AND state = 2 AND revision <= $5`
	copyLateSQL = `
		UPDATE delivery SET edit_at = $1
		WHERE bulletin_id = $2 AND person_id = $3 AND part = $4 AND state = 2 AND message_id IS NOT NULL`
	// Never the same edit_at twice: the engine may have read that one.
	copyAgainSQL = `
		UPDATE delivery SET edit_at = CASE WHEN edit_at >= $1 THEN edit_at + 1 ELSE $1 END
		WHERE bulletin_id = $2 AND person_id = $3 AND part = $4 AND state = 2 AND message_id IS NOT NULL`
	unrevisedSQL    = `UPDATE bulletin SET revised = 0 WHERE id = $1`
	moreCopiesSQL   = `UPDATE bulletin SET revised = 0, copies = copies + $1 WHERE id = $2`
	countAmendedSQL = `UPDATE bulletin SET amended = amended + $1, missed = missed + $2 WHERE id = $3 AND revision = $4`

	lockBulletinSQL = `UPDATE bulletin SET revised = revised WHERE id = $1`
	revisedSQL      = `
		UPDATE bulletin SET revised = revision
		WHERE id = $1 AND revision = $2 AND NOT EXISTS (
			SELECT 1 FROM delivery WHERE bulletin_id = bulletin.id AND edit_at IS NOT NULL)
			AND NOT EXISTS (SELECT 1 FROM post WHERE bulletin_id = bulletin.id AND edit_at IS NOT NULL)`
)

// Correct replaces the texts of a bulletin: Title, Body, PassOn, Marks and
// Correction of b. Its letters are written anew, what is not sent yet goes out with them,
// and every copy that is out becomes due to be changed, all in one
// transaction. b.Revision is the one that the coordinator saw: a correction
// that is in force already changes nothing, and ward.ErrOvertaken says that
// somebody else was faster, ward.ErrRecalled that there is nothing to correct.
func (s *Store) Correct(ctx context.Context, b ward.Bulletin, letters func(ward.Bulletin) []ward.Letter, now time.Time) (ward.Bulletin, error) {
	var is ward.Bulletin
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, correctSQL, b.Title, b.Body, b.PassOn, inJSON(&b.Marks), b.Correction, now.UnixMilli(), b.ID, b.Revision)
		if err != nil {
			return err
		}
		if is, err = findBulletin(ctx, tx, b.ID); err != nil {
			return err
		}
		switch {
		case n == 1:
			return rewrite(ctx, tx, is, letters, now)
		case is.Recalled():
			return ward.ErrRecalled
		case is.Revision == b.Revision+1 && is.Title == b.Title && is.Body == b.Body && is.PassOn == b.PassOn && is.Correction == b.Correction && reflect.DeepEqual(is.Marks, b.Marks):
			return nil
		}
		return ward.ErrOvertaken
	})
	if err != nil {
		return ward.Bulletin{}, fmt.Errorf("correct bulletin %d: %w", b.ID, err)
	}
	return is, nil
}

// Recall takes a bulletin back, and what was sent about it: what is not sent
// never will be, and every copy that is out becomes due to be deleted, or
// changed to the words of letters. The buttons stay in the letters, because
// those of doubtful fate are found by them. Recalling twice is recalling
// once; a recall that is cut short goes on with the second, or in FanOut.
func (s *Store) Recall(ctx context.Context, id int64, letters func(ward.Bulletin) []ward.Letter, now time.Time) (b ward.Bulletin, err error) {
	about, err := collect(ctx, s.readers, scanID, aboutSQL, id)
	if err != nil {
		return b, fmt.Errorf("recall bulletin %d: %w", id, err)
	}
	for _, other := range append([]int64{id}, about...) {
		if err := s.recall(ctx, other, letters, now); err != nil {
			return b, fmt.Errorf("recall bulletin %d: %w", other, err)
		}
	}
	return s.Bulletin(ctx, id)
}

func (s *Store) recall(ctx context.Context, id int64, letters func(ward.Bulletin) []ward.Letter, now time.Time) error {
	var b ward.Bulletin
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, recallSQL, now.UnixMilli(), id)
		if err != nil {
			return err
		}
		if b, err = findBulletin(ctx, tx, id); err != nil || n == 0 {
			return err
		}
		return rewrite(ctx, tx, b, letters, now)
	})
	if err != nil || b.State != ward.BulletinStopped {
		return err
	}
	if err := s.cancelPosts(ctx, id, now); err != nil {
		return err
	}
	_, err = s.cancelAll(ctx, id, now)
	return err
}

// rewrite gives the letters of a bulletin new words; its posts are behind then.
func rewrite(ctx context.Context, tx *sql.Tx, b ward.Bulletin, letters func(ward.Bulletin) []ward.Letter, now time.Time) error {
	for _, l := range letters(b) {
		if _, err := tx.ExecContext(ctx, rewriteLetterSQL, l.HTML, b.ID, l.Language, l.Part); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, postsBehindSQL, now.UnixMilli(), b.ID)
	return err
}

// lateCopies makes those copies due to be changed that arrived after a
// correction or recall, but were sent before it.
func lateCopies(ctx context.Context, tx *sql.Tx, id int64, revision int, arrivals []ward.Settlement) error {
	var late, people int64
	for _, c := range arrivals {
		if c.Revision >= revision {
			continue
		}
		n, err := affected(ctx, tx, copyLateSQL, c.At.UnixMilli(), id, c.PersonID, c.Part)
		if err != nil {
			return err
		}
		late += n
		if c.Part == 0 {
			people += n
		}
	}
	if late == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, moreCopiesSQL, people, id)
	return err
}

// CopiesDue returns copies that are to be changed now, at most limit, all of
// one bulletin: those to be tried again, then those never tried. Until
// SettleCopies they are returned again. A bulletin that has no copy left to
// change counts as revised.
func (s *Store) CopiesDue(ctx context.Context, now time.Time, limit int) (ward.Bulletin, []ward.Copy, error) {
	amending, err := collect(ctx, s.readers, scanBulletin, amendingSQL)
	if err != nil {
		return ward.Bulletin{}, nil, fmt.Errorf("list copies to change: %w", err)
	}
	for _, b := range amending {
		copies, err := collect(ctx, s.readers, scanCopy, copiesAgainSQL, b.ID, now.UnixMilli(), limit)
		if err == nil && len(copies) < limit {
			var first []ward.Copy
			first, err = s.copiesFirst(ctx, b, limit-len(copies))
			copies = append(copies, first...)
		}
		if err != nil {
			return ward.Bulletin{}, nil, fmt.Errorf("list copies of bulletin %d to change: %w", b.ID, err)
		}
		if len(copies) > 0 {
			for i := range copies {
				copies[i].Revision = b.Revision
			}
			return b, copies, nil
		}
		if err := s.revised(ctx, b); err != nil {
			return ward.Bulletin{}, nil, fmt.Errorf("finish changing bulletin %d: %w", b.ID, err)
		}
	}
	return ward.Bulletin{}, nil, nil
}

// walk is how far the copies of a bulletin were gone through for a revision.
type walk struct {
	revision int
	at       int64 // everybody up to this person is done, or has an edit_at
}

// copiesFirst returns copies never tried. What becomes due behind the mark
// has an edit_at, as in dueFirst.
func (s *Store) copiesFirst(ctx context.Context, b ward.Bulletin, limit int) ([]ward.Copy, error) {
	s.dueMu.Lock()
	mark := s.walks[b.ID]
	s.dueMu.Unlock()
	if mark.revision != b.Revision {
		mark = walk{revision: b.Revision}
	}
	if mark.at == math.MaxInt64 {
		return nil, nil
	}
	page, err := collect(ctx, s.readers, scanCopy, copiesFirstSQL, b.ID, mark.at, b.Revision, limit)
	if err != nil {
		return nil, err
	}
	mark.at = math.MaxInt64
	if len(page) > 0 {
		mark.at = page[0].PersonID - 1
	}
	s.dueMu.Lock()
	s.walks[b.ID] = mark
	s.dueMu.Unlock()
	return page, nil
}

// revised notes that every copy shows the bulletin as it is. The row is taken
// first: a copy that arrives late is either seen here, or undoes this.
func (s *Store) revised(ctx context.Context, b ward.Bulletin) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, lockBulletinSQL, b.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, revisedSQL, b.ID, b.Revision)
		return err
	})
	return err
}

// AmendAgain makes a copy due to be changed once more, also if it is just
// being changed: something older may have been written over it. It changes
// nothing where nothing was sent, and nothing of what is counted.
func (s *Store) AmendAgain(ctx context.Context, key ward.DeliveryKey, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, copyAgainSQL, now.UnixMilli(), key.BulletinID, key.PersonID, key.Part); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, unrevisedSQL, key.BulletinID)
		return err
	})
	if err != nil {
		return fmt.Errorf("amend %s again: %w", name(key), err)
	}
	return nil
}

// SettleCopies records what became of copies of one bulletin. A copy that
// shows a later revision already stays as it is.
func (s *Store) SettleCopies(ctx context.Context, results []ward.Amendment) error {
	if len(results) == 0 {
		return nil
	}
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var amended, missed int64
		for _, r := range results {
			if r.Gone {
				if _, err := tx.ExecContext(ctx, goneSQL, r.At.UnixMilli(), r.PersonID); err != nil {
					return err
				}
			}
			if r.Result == ward.AmendLater {
				if _, err := tx.ExecContext(ctx, copyLaterSQL, r.Next.UnixMilli(), r.BulletinID, r.PersonID, r.Part, r.Revision); err != nil {
					return err
				}
				continue
			}
			n, err := affected(ctx, tx, copyDoneSQL, r.Revision, r.BulletinID, r.PersonID, r.Part)
			if err == nil && !r.Due.IsZero() {
				_, err = tx.ExecContext(ctx, copyClearSQL, r.BulletinID, r.PersonID, r.Part, r.Due.UnixMilli())
			}
			switch {
			case err != nil:
				return err
			case r.Part != ward.PartLetter: // people are counted by that
			case r.Result == ward.Amended:
				amended += n
			default:
				missed += n
			}
		}
		_, err := tx.ExecContext(ctx, countAmendedSQL, amended, missed, results[0].BulletinID, results[0].Revision)
		return err
	})
	if err != nil {
		return fmt.Errorf("record %d changed copies of bulletin %d: %w", len(results), results[0].BulletinID, err)
	}
	return nil
}

func scanCopy(r row) (c ward.Copy, err error) {
	var at, due sql.NullInt64
	err = r.Scan(&c.BulletinID, &c.PersonID, &c.Part, &c.ChatID, &c.MessageID, inJSON(&c.More), &c.Language, &at, &c.Others, &due)
	c.SentAt, c.Due = moment(at), moment(due)
	return c, err
}
