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
	bulletinColumns = `
		id, COALESCE(draft_key, ''), kind, title, body, pass_on, marks, media, ahead, COALESCE(about, 0), org, sender, contact,
		COALESCE(author_id, 0), audience, via, send_at, send_day, deadline, state, sent_at,
		revision, revised, corrected_at, correction, recalled_at, form, tells, wakes_at`

	addBulletinSQL = `
		INSERT INTO bulletin (draft_key, kind, title, body, pass_on, marks, media, ahead, about, org, sender, contact,
			author_id, audience, via, send_at, send_day, deadline, state, parts, form, meant_at, wakes_at, hi_id)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, COALESCE(MAX(id), 0)
		FROM person WHERE 1 = 1
		ON CONFLICT (draft_key) DO NOTHING
		RETURNING id`
	addLetterSQL = `
		INSERT INTO letter (bulletin_id, language, part, html, media, silent, buttons)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	bulletinSQL        = `SELECT ` + bulletinColumns + ` FROM bulletin WHERE id = $1`
	revisionSQL        = `SELECT revision FROM bulletin WHERE id = $1`
	bulletinOfDraftSQL = `SELECT ` + bulletinColumns + ` FROM bulletin WHERE draft_key = $1`
	recentBulletinsSQL = `SELECT ` + bulletinColumns + ` FROM bulletin ORDER BY send_at DESC, id DESC LIMIT $1`
	// A task in somebody's chat may still be "sending" while its result is
	// written down, and "unknown" if Telegram never answered.
	tasksOfSQL = `
		SELECT ` + bulletinColumns + ` FROM bulletin
		WHERE kind = 1 AND send_at >= $1 AND EXISTS (
			SELECT 1 FROM delivery
			WHERE bulletin_id = bulletin.id AND person_id = $2 AND part = 0 AND state IN (1, 2, 5, 7))
		ORDER BY send_at DESC, id DESC`
	lettersSQL = `
		SELECT language, part, html, media, silent, buttons, revision FROM letter
		WHERE bulletin_id = $1 ORDER BY language, part`
	holdSQL    = `UPDATE bulletin SET state = 3 WHERE id = $1 AND state IN (1, 2, 3)`
	releaseSQL = `
		UPDATE bulletin SET state = CASE WHEN cursor_id < hi_id THEN 1 ELSE 2 END
		WHERE id = $1 AND state IN (1, 2, 3)`
	stopSQL      = `UPDATE bulletin SET state = 5 WHERE id = $1 AND state IN (1, 2, 3)`
	stopChunkSQL = `
		SELECT bulletin_id, person_id, part FROM delivery
		WHERE bulletin_id = $1 AND person_id > $2 AND state = 0
		ORDER BY person_id, part LIMIT 2000`
	settledBulletinsSQL = `
		SELECT id FROM bulletin
		WHERE state = 2 AND settled = written AND cursor_id >= hi_id AND send_at <= $1` + postsSettled + `
		ORDER BY id`
	finishBulletinSQL = `UPDATE bulletin SET state = 4, sent_at = $1 WHERE id = $2 AND state = 2 AND settled = written` + postsSettled
	// Who pauses gets it when the pause is over: that is their next_at; who is
	// not woken by an alert, in the morning; who has hours of their own, when
	// these begin. A letter that has just been woken by what went ahead is no
	// second try.
	progressSQL = `
		SELECT people,
			(SELECT COUNT(*) FROM delivery
				WHERE bulletin_id = bulletin.id AND state = 0 AND next_at < ` + afterAhead + ` AND part <= 0
					AND (attempts > 0 OR next_at > $1 OR part < 0 OR bulletin.ahead = 0)),
			(SELECT COUNT(*) FROM delivery d JOIN person p ON p.id = d.person_id
				WHERE d.bulletin_id = bulletin.id AND d.state = 0 AND (d.next_at = p.paused_until OR d.next_at = bulletin.wakes_at
						OR d.attempts = 0 AND p.hours_from < p.hours_to AND d.next_at < ` + afterAhead + `)
					AND d.next_at > $1 AND d.part <= 0),
			(SELECT COUNT(*) FROM delivery WHERE bulletin_id = bulletin.id AND part = 0 AND err = 'too late'),
			(SELECT COUNT(*) FROM bulletin r WHERE r.about = bulletin.id AND r.kind = $2),
			copies, amended, missed
		FROM bulletin WHERE id = $3`
)

// Publish stores a bulletin with its letters and writes the first deliveries,
// all in one transaction; FanOut writes the others. Who it is for is settled
// now. A draft is published once: the second time the first bulletin is
// returned. It returns ward.ErrUnsigned for a bulletin that does not say who
// sends it, ward.ErrEmpty for one without a title or letters, and
// ward.ErrStoryGone if who told its story has left. The letters are
// written once the bulletin has its id, which their buttons name.
func (s *Store) Publish(ctx context.Context, b ward.Bulletin, letters func(ward.Bulletin) []ward.Letter) (ward.Bulletin, error) {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		b.ID, err = publish(ctx, tx, b, letters, s.now().In(s.zone))
		return err
	})
	if err != nil {
		return ward.Bulletin{}, fmt.Errorf("publish: %w", err)
	}
	find, arg := bulletinSQL, any(b.ID)
	if b.DraftKey != "" {
		find, arg = bulletinOfDraftSQL, b.DraftKey
	}
	b, err = scanBulletin(s.readers.QueryRowContext(ctx, find, arg))
	if err != nil {
		return ward.Bulletin{}, fmt.Errorf("publish: %w", missing(err))
	}
	return b, nil
}

// publish stores a bulletin with its letters and first deliveries and returns
// its id, 0 if its draft has been published before.
func publish(ctx context.Context, tx *sql.Tx, b ward.Bulletin, letters func(ward.Bulletin) []ward.Letter, now time.Time) (id int64, err error) {
	if b.Audience, err = today(ctx, tx, b.Audience); err != nil {
		return 0, err
	}
	if err := publishable(b); err != nil {
		return 0, err
	}
	id, err = addBulletin(ctx, tx, b)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	b.ID = id
	if b.Story != 0 {
		n, err := affected(ctx, tx, tellStorySQL, ward.StoryPublished, id, now.UnixMilli(), b.Story)
		if err == nil && n == 0 {
			err = ward.ErrStoryGone
		}
		if err != nil {
			return 0, err
		}
	}
	written := letters(b)
	if len(written) == 0 {
		return 0, ward.ErrEmpty
	}
	for _, l := range written {
		_, err := tx.ExecContext(ctx, addLetterSQL, id, l.Language, l.Part, l.HTML, inJSON(&l.Media), flag(l.Silent), inJSON(&l.Buttons))
		if err != nil {
			return 0, err
		}
	}
	if err := writePosts(ctx, tx, b); err != nil {
		return 0, err
	}
	return id, firstDeliveries(ctx, tx, id, now)
}

// publishable says why a bulletin may not be stored.
func publishable(b ward.Bulletin) error {
	switch {
	case !b.Signed.Complete():
		return ward.ErrUnsigned
	case b.Title == "":
		return ward.ErrEmpty
	}
	return nil
}

func addBulletin(ctx context.Context, tx *sql.Tx, b ward.Bulletin) (id int64, err error) {
	key := sql.NullString{String: b.DraftKey, Valid: b.DraftKey != ""}
	err = tx.QueryRowContext(ctx, addBulletinSQL, key, b.Kind, b.Title, b.Body, b.PassOn, inJSON(&b.Marks), inJSON(&b.Media), flag(b.Ahead), orNull(b.About),
		b.Signed.Org, b.Signed.Sender, b.Signed.Contact, orNull(b.AuthorID), inJSON(&b.Audience), b.Via,
		b.SendAt.UnixMilli(), b.SendDay, millis(b.Deadline), ward.BulletinPublished, len(b.Parts()), inJSON(&b.Form), millis(b.MeantAt), millis(b.WakesAt)).Scan(&id)
	return id, err
}

// Bulletin returns a bulletin, or ward.ErrNotFound.
func (s *Store) Bulletin(ctx context.Context, id int64) (ward.Bulletin, error) {
	return findBulletin(ctx, s.readers, id)
}

// Revision returns the revision that a bulletin is at, or ward.ErrNotFound.
// Corrections and a recall make a new one.
func (s *Store) Revision(ctx context.Context, id int64) (revision int, err error) {
	if err = s.readers.QueryRowContext(ctx, revisionSQL, id).Scan(&revision); err != nil {
		return 0, fmt.Errorf("revision of bulletin %d: %w", id, missing(err))
	}
	return revision, nil
}

func findBulletin(ctx context.Context, q querier, id int64) (ward.Bulletin, error) {
	b, err := scanBulletin(q.QueryRowContext(ctx, bulletinSQL, id))
	if err != nil {
		return ward.Bulletin{}, fmt.Errorf("bulletin %d: %w", id, missing(err))
	}
	return b, nil
}

func scanBulletin(r row) (b ward.Bulletin, err error) {
	var sendAt, deadline, sentAt, correctedAt, recalledAt, wakesAt sql.NullInt64
	var tells, ahead int
	err = r.Scan(&b.ID, &b.DraftKey, &b.Kind, &b.Title, &b.Body, &b.PassOn, inJSON(&b.Marks), inJSON(&b.Media), &ahead, &b.About,
		&b.Signed.Org, &b.Signed.Sender, &b.Signed.Contact, &b.AuthorID, inJSON(&b.Audience), &b.Via,
		&sendAt, &b.SendDay, &deadline, &b.State, &sentAt,
		&b.Revision, &b.Revised, &correctedAt, &b.Correction, &recalledAt, inJSON(&b.Form), &tells, &wakesAt)
	b.SendAt, b.Deadline, b.SentAt = moment(sendAt), moment(deadline), moment(sentAt)
	b.CorrectedAt, b.RecalledAt, b.Tells = moment(correctedAt), moment(recalledAt), tells != 0
	b.WakesAt, b.Ahead = moment(wakesAt), ahead != 0
	return b, err
}

// shelf holds the bulletins that a transaction has looked at.
type shelf map[int64]ward.Bulletin

func (sh shelf) find(ctx context.Context, tx *sql.Tx, id int64) (ward.Bulletin, error) {
	if b, ok := sh[id]; ok {
		return b, nil
	}
	b, err := findBulletin(ctx, tx, id)
	if err == nil {
		sh[id] = b
	}
	return b, err
}

// TasksOf returns the tasks sent since a moment that are in a person's chat,
// newest first, closed ones too.
func (s *Store) TasksOf(ctx context.Context, personID int64, since time.Time) ([]ward.Bulletin, error) {
	all, err := collect(ctx, s.readers, scanBulletin, tasksOfSQL, since.UnixMilli(), personID)
	if err != nil {
		return nil, fmt.Errorf("list tasks of person %d: %w", personID, err)
	}
	return all, nil
}

// RecentBulletins returns the newest bulletins of all kinds, newest first.
func (s *Store) RecentBulletins(ctx context.Context, limit int) ([]ward.Bulletin, error) {
	all, err := collect(ctx, s.readers, scanBulletin, recentBulletinsSQL, limit)
	if err != nil {
		return nil, fmt.Errorf("list bulletins: %w", err)
	}
	return all, nil
}

// Letters returns what the readers of each language get, in the order of
// language and part.
func (s *Store) Letters(ctx context.Context, bulletinID int64) ([]ward.Letter, error) {
	all, err := collect(ctx, s.readers, scanLetter, lettersSQL, bulletinID)
	if err != nil {
		return nil, fmt.Errorf("list letters of bulletin %d: %w", bulletinID, err)
	}
	return all, nil
}

func scanLetter(r row) (l ward.Letter, err error) {
	var silent int
	err = r.Scan(&l.Language, &l.Part, &l.HTML, inJSON(&l.Media), &silent, inJSON(&l.Buttons), &l.Revision)
	l.Silent = silent != 0
	return l, err
}

// HoldBulletin keeps a bulletin from being sent on until ReleaseBulletin. It
// returns ward.ErrNotStoppable if it is sent or stopped.
func (s *Store) HoldBulletin(ctx context.Context, id int64) error {
	return s.steer(ctx, "hold", id, holdSQL)
}

// ReleaseBulletin lets a held bulletin go on. It returns
// ward.ErrNotStoppable if it is sent or stopped.
func (s *Store) ReleaseBulletin(ctx context.Context, id int64) error {
	return s.steer(ctx, "release", id, releaseSQL)
}

// StopBulletin ends the sending for good: from its first moment nothing that
// is due is sent any more, and what was due becomes cancelled. It returns how
// many people will not get it, and ward.ErrNotStoppable if it is sent or
// stopped already. What is on its way is settled as usual. If it is cut
// short, FanOut cancels the rest.
func (s *Store) StopBulletin(ctx context.Context, id int64, now time.Time) (cancelled int, err error) {
	if err := s.steer(ctx, "stop", id, stopSQL); err != nil {
		return 0, err
	}
	if err := s.cancelPosts(ctx, id, now); err != nil {
		return 0, err
	}
	return s.cancelAll(ctx, id, now)
}

// cancelAll cancels what is due of a stopped bulletin.
func (s *Store) cancelAll(ctx context.Context, id int64, now time.Time) (cancelled int, err error) {
	for person, more := int64(0), true; more; {
		var n int
		err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
			n, person, more, err = s.cancelChunk(ctx, tx, id, person, "", now)
			return err
		})
		if err != nil {
			return cancelled, fmt.Errorf("stop bulletin %d: %w", id, err)
		}
		cancelled += n
	}
	return cancelled, nil
}

func (s *Store) steer(ctx context.Context, what string, id int64, query string) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, query, id)
		if err != nil || n > 0 {
			return err
		}
		if _, err := findBulletin(ctx, tx, id); err != nil {
			return err
		}
		return ward.ErrNotStoppable
	})
	if err != nil {
		return fmt.Errorf("%s bulletin %d: %w", what, id, err)
	}
	return nil
}

// cancelChunk cancels some of what is due after a person, few enough that
// taps do not wait for it. It returns how many people that were and whom it
// came to.
func (s *Store) cancelChunk(ctx context.Context, tx *sql.Tx, id, after int64, reason string, now time.Time) (people int, last int64, more bool, err error) {
	keys, err := collect(ctx, tx, scanKey, stopChunkSQL, id, after)
	if err != nil || len(keys) == 0 {
		return 0, after, false, err
	}
	// The last person may have more parts in the next chunk: they are
	// cancelled together with the first.
	results := make([]ward.Settlement, len(keys))
	for i, k := range keys {
		results[i] = ward.Settlement{DeliveryKey: k, State: ward.DeliveryCancelled, Err: reason, At: now}
		if first := i == 0 || keys[i-1].PersonID != k.PersonID; first && k.Part <= ward.PartLetter {
			people++
		}
	}
	return people, keys[len(keys)-1].PersonID, true, s.settleNow(ctx, tx, results)
}

// FinishSent turns bulletins of which every delivery is settled into sent
// ones and returns those that just became so.
func (s *Store) FinishSent(ctx context.Context, now time.Time) ([]ward.Bulletin, error) {
	ids, err := collect(ctx, s.readers, scanID, settledBulletinsSQL, now.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("finish bulletins: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil // the usual case needs no transaction
	}
	var sent []ward.Bulletin
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		sent = nil
		for _, id := range ids {
			n, err := affected(ctx, tx, finishBulletinSQL, now.UnixMilli(), id)
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			if err := forgetOwnLetters(ctx, tx, id); err != nil {
				return err
			}
			b, err := findBulletin(ctx, tx, id)
			if err != nil {
				return err
			}
			sent = append(sent, b)
		}
		return forgetMarks(ctx, tx, now)
	})
	if err != nil {
		return nil, fmt.Errorf("finish bulletins: %w", err)
	}
	for _, b := range sent {
		s.forgetDue(b.ID)
	}
	return sent, nil
}

// Progress says how far the sending has come and what was answered, as of one
// moment. It reads counts only, so that a live message can ask every few
// seconds.
func (s *Store) Progress(ctx context.Context, id int64) (p ward.Progress, err error) {
	err = s.snapshot(ctx, func(tx *sql.Tx) error {
		p, err = s.progress(ctx, tx, id)
		return err
	})
	if err != nil {
		return ward.Progress{}, fmt.Errorf("progress of bulletin %d: %w", id, err)
	}
	return p, nil
}

func (s *Store) progress(ctx context.Context, q querier, id int64) (p ward.Progress, err error) {
	a, reminders := &p.Amending, 0
	err = q.QueryRowContext(ctx, progressSQL, s.now().UnixMilli(), ward.KindReminder, id).Scan(
		&p.Audience, &p.Retrying, &p.Paused, &p.TooLate, &reminders, &a.Copies, &a.Amended, &a.Missed)
	if err != nil {
		return p, missing(err)
	}
	p.Retrying, p.Reminded = p.Retrying-p.Paused, reminders > 0
	c, err := scanCounts(q.QueryRowContext(ctx, bulletinTallySQL, id))
	if err != nil {
		return p, err
	}
	p.Sent, p.Unreachable, p.Failed = int(c[sent]), int(c[unreachable]), int(c[failed])
	p.Unknown, p.Cancelled, p.Posted = int(c[unknown]), int(c[cancelled]), int(c[posted])
	p.Answers = c.tally()
	p.Answers.Active = p.Answers.Done // a person answers a task once
	p.Posts, err = postProgress(ctx, q, id)
	return p, err
}
