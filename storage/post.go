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
	// postsSettled is the condition that a bulletin has no post on its way.
	postsSettled = `
		AND NOT EXISTS (SELECT 1 FROM post WHERE bulletin_id = bulletin.id AND (state IN (0, 1) OR asked_to IS NOT NULL))`

	writePostsSQL = `
		INSERT INTO post (bulletin_id, board_id, part, ward_id, counts_to)
		SELECT CAST($1 AS BIGINT), o.id, n.part, o.ward_id, CAST($2 AS BIGINT)
		FROM board o CROSS JOIN (SELECT -1 AS part UNION ALL SELECT 0 UNION ALL SELECT 1) n
		WHERE n.part >= $3 AND n.part <= $4 AND o.state = 2`

	postColumns = `
		p.bulletin_id, p.board_id, p.part, p.attempts, p.resent, COALESCE(p.message_id, 0), COALESCE(p.more, '[]'), p.at, b.revision, COALESCE(b.about, 0),
		COALESCE((SELECT t.done FROM tally t WHERE t.bulletin_id = p.bulletin_id AND t.ward_id = p.ward_id AND t.group_id = 0), 0),
		COALESCE(p.edit_at, 0), ` + boardColumns
	postTables = `post p JOIN bulletin b ON b.id = p.bulletin_id JOIN board o ON o.id = p.board_id`

	postsDueSQL = `
		SELECT ` + postColumns + ` FROM ` + postTables + `
		WHERE b.state = 2 AND b.send_at <= $1 AND (b.deadline IS NULL OR b.deadline > $1) AND p.state = 0 AND COALESCE(p.next_at, 0) <= $1
			AND (p.part < 1 OR EXISTS (
				SELECT 1 FROM post f WHERE f.bulletin_id = p.bulletin_id AND f.board_id = p.board_id AND f.part = 0 AND f.state = 2))
			AND (p.part <> 0 OR NOT EXISTS (
				SELECT 1 FROM post f WHERE f.bulletin_id = p.bulletin_id AND f.board_id = p.board_id AND f.part = -1 AND f.state IN (0, 1)))
		ORDER BY b.send_at, p.bulletin_id, p.board_id, p.part LIMIT $2`
	claimPostSQL = `
		UPDATE post SET state = 1, attempts = attempts + 1, claimed_at = $1, next_at = NULL
		WHERE bulletin_id = $2 AND board_id = $3 AND part = $4 AND state = 0`
	postsInDoubtSQL = `
		SELECT ` + postColumns + ` FROM ` + postTables + `
		WHERE p.state = 1 ORDER BY p.bulletin_id, p.board_id, p.part`
	resendPostSQL = `
		UPDATE post SET state = 0, resent = 1, next_at = $1
		WHERE bulletin_id = $2 AND board_id = $3 AND part = $4 AND state = 1`
	settlePostSQL = `
		UPDATE post SET state = $1, next_at = $2, message_id = $3, more = $4, at = $5, err = $6, revision = $7, edit_at = $8, done = $9, asked_to = $10
		WHERE bulletin_id = $11 AND board_id = $12 AND part = $13 AND state IN (0, 1)`
	cancelPostPartSQL = `
		UPDATE post SET state = 6, next_at = NULL, at = $1
		WHERE bulletin_id = $2 AND board_id = $3 AND part = 1 AND state = 0`
	cancelPostsSQL = `UPDATE post SET state = 6, next_at = NULL, at = $1 WHERE bulletin_id = $2 AND state = 0`
	latePostsSQL   = `
		SELECT DISTINCT p.bulletin_id FROM post p JOIN bulletin b ON b.id = p.bulletin_id
		WHERE p.state = 0 AND b.state = 2 AND b.deadline <= $1`
	cancelLateSQL = `
		UPDATE post SET state = 6, next_at = NULL, at = $1, err = $2 WHERE bulletin_id = $3 AND state = 0`
	postSeenSQL = `
		SELECT p.state, p.message_id, p.ward_id FROM post p JOIN board o ON o.id = p.board_id
		WHERE p.bulletin_id = $1 AND o.chat_id = $2 AND p.part = $3 AND p.attempts > 0`
	messageOfPostSQL = `SELECT message_id FROM post WHERE bulletin_id = $1 AND board_id = $2 AND part = 0 AND message_id IS NOT NULL`

	postsBehindSQL = `UPDATE post SET edit_at = $1 WHERE bulletin_id = $2 AND state = 2 AND message_id IS NOT NULL`
	amendPostsSQL  = `
		SELECT ` + postColumns + ` FROM ` + postTables + `
		WHERE p.edit_at <= $1 AND p.state = 2 ORDER BY p.edit_at LIMIT $2`
	countPostsSQL = `
		SELECT ` + postColumns + ` FROM ` + postTables + `
		WHERE p.counts_to > $1 AND p.part = 0 AND p.state = 2 AND p.message_id IS NOT NULL AND p.edit_at IS NULL
			AND b.recalled_at IS NULL AND o.state = 2
			AND p.done <> COALESCE((SELECT t.done FROM tally t WHERE t.bulletin_id = p.bulletin_id AND t.ward_id = p.ward_id AND t.group_id = 0), 0)
		ORDER BY p.bulletin_id, p.board_id LIMIT $2`
	postAmendedSQL = `
		UPDATE post SET revision = $1, done = $2, edit_at = CASE WHEN (SELECT revision FROM bulletin WHERE id = $3) > $1 THEN edit_at ELSE NULL END
		WHERE bulletin_id = $3 AND board_id = $4 AND part = $5`
	postMissedSQL = `
		UPDATE post SET message_id = NULL, edit_at = NULL, counts_to = 0
		WHERE bulletin_id = $1 AND board_id = $2 AND part = $3`
	postLaterSQL = `
		UPDATE post SET edit_at = $1
		WHERE bulletin_id = $2 AND board_id = $3 AND part = $4 AND edit_at IS NOT NULL`

	postProgressSQL = `
		SELECT o.channel, p.state, COUNT(*) FROM post p JOIN board o ON o.id = p.board_id
		WHERE p.bulletin_id = $1 AND p.part = 0 GROUP BY o.channel, p.state`
	postFailuresSQL = `
		SELECT ` + boardColumns + `, p.state, COALESCE(p.err, '') FROM post p JOIN board o ON o.id = p.board_id
		WHERE p.bulletin_id = $1 AND p.part = 0 AND p.state IN (4, 5) ORDER BY p.ward_id, o.id`
)

// writePosts writes the posts of a bulletin, for the boards there are now.
func writePosts(ctx context.Context, tx *sql.Tx, b ward.Bulletin) error {
	if !b.Via.Posts() {
		return nil
	}
	var countsTo int64
	if b.Kind == ward.KindTask {
		countsTo = b.Closes().UnixMilli()
	}
	parts, boards := b.Parts(), boardsOf(b.Audience)
	if b.Via == ward.ViaChannels {
		boards += " AND o.channel = 1"
	}
	_, err := tx.ExecContext(ctx, writePostsSQL+boards, b.ID, countsTo, parts[0], parts[len(parts)-1])
	return err
}

// PostsDue returns posts that may be put up now, at most limit. Until they
// are claimed, they are returned again. What goes ahead is due before the words,
// and a message to pass on is due once these are there.
func (s *Store) PostsDue(ctx context.Context, now time.Time, limit int) ([]ward.Post, error) {
	all, err := s.posts(ctx, postsDueSQL, now.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("list due posts: %w", err)
	}
	return all, nil
}

// posts lists posts, with the messages that they reply to.
func (s *Store) posts(ctx context.Context, query string, args ...any) ([]ward.Post, error) {
	type about struct {
		ward.Post
		bulletin int64
	}
	all, err := collect(ctx, s.readers, func(r row) (a about, err error) {
		var at sql.NullInt64
		var resent int
		var editAt int64
		p := &a.Post
		fields := []any{&p.BulletinID, &p.BoardID, &p.Part, &p.Attempts, &resent, &p.MessageID, inJSON(&p.More), &at, &p.Revision, &a.bulletin, &p.Done, &editAt}
		err = r.Scan(append(fields, boardFields(&p.Board)...)...)
		p.SentAt, p.Resent, p.Amend = moment(at), resent != 0, editAt != 0
		return a, err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	posts := make([]ward.Post, len(all))
	for i, a := range all {
		posts[i] = a.Post
		if a.bulletin == 0 {
			continue
		}
		err := s.readers.QueryRowContext(ctx, messageOfPostSQL, a.bulletin, a.BoardID).Scan(&posts[i].ReplyTo)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	return posts, nil
}

// ClaimPost notes that a post is about to be put up, and reports whether it
// may be: not if somebody else has it, or it was stopped meanwhile. Like Claim
// it returns ErrLost to a process that leads no more.
func (s *Store) ClaimPost(ctx context.Context, key ward.PostKey, at time.Time) (claimed bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := s.mayClaim(ctx, tx); err != nil {
			return err
		}
		n, err := affected(ctx, tx, claimPostSQL, at.UnixMilli(), key.BulletinID, key.BoardID, key.Part)
		claimed = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("claim %s: %w", nameOfPost(key), err)
	}
	return claimed, nil
}

// PostsInDoubt returns the posts that were claimed and not settled: after a
// kill these may be there or not.
func (s *Store) PostsInDoubt(ctx context.Context) ([]ward.Post, error) {
	all, err := s.posts(ctx, postsInDoubtSQL)
	if err != nil {
		return nil, fmt.Errorf("list posts in doubt: %w", err)
	}
	return all, nil
}

// ResendPost makes a post in doubt due once more, and reports whether it still
// was in doubt: somebody may have pressed its button meanwhile.
func (s *Store) ResendPost(ctx context.Context, key ward.PostKey, now time.Time) (again bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, resendPostSQL, now.UnixMilli(), key.BulletinID, key.BoardID, key.Part)
		again = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("send %s once more: %w", nameOfPost(key), err)
	}
	return again, nil
}

// SettlePost records what became of a post; one that is settled stays as it
// is. What is to be tried again is cancelled if its bulletin was stopped
// meanwhile. A task that is there begins to ask the people of its ward.
func (s *Store) SettlePost(ctx context.Context, r ward.PostSettlement) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return settlePost(ctx, tx, r) })
	if err != nil {
		return fmt.Errorf("settle %s: %w", nameOfPost(r.PostKey), err)
	}
	return nil
}

func settlePost(ctx context.Context, tx *sql.Tx, r ward.PostSettlement) error {
	// The row is taken first: a correction either is seen here, or sees the post.
	if _, err := tx.ExecContext(ctx, lockBulletinSQL, r.BulletinID); err != nil {
		return err
	}
	b, err := findBulletin(ctx, tx, r.BulletinID)
	if err != nil {
		return err
	}
	var editAt, askedTo sql.NullInt64
	switch {
	case r.State == ward.DeliveryDue && b.State == ward.BulletinStopped:
		r.State, r.Next = ward.DeliveryCancelled, time.Time{}
	case r.State == ward.DeliverySent:
		editAt = sql.NullInt64{Int64: r.At.UnixMilli(), Valid: r.Revision < b.Revision && r.MessageID != 0}
		askedTo.Valid = r.Part == 0 && b.Kind == ward.KindTask
	}
	n, err := affected(ctx, tx, settlePostSQL, r.State, millis(r.Next), orNull(r.MessageID), others(r.More), r.At.UnixMilli(), words(r.Err), r.Revision,
		editAt, r.Done, askedTo, r.BulletinID, r.BoardID, r.Part)
	if err != nil || n == 0 {
		return err
	}
	if r.Part == 0 && r.State != ward.DeliverySent && r.State != ward.DeliveryDue {
		_, err = tx.ExecContext(ctx, cancelPostPartSQL, r.At.UnixMilli(), r.BulletinID, r.BoardID)
	}
	return err
}

// cancelPosts cancels what is due of a stopped bulletin.
func (s *Store) cancelPosts(ctx context.Context, id int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, cancelPostsSQL, now.UnixMilli(), id)
		return err
	})
	if err != nil {
		return fmt.Errorf("cancel posts of bulletin %d: %w", id, err)
	}
	return nil
}

// cancelLatePosts cancels what would be posted after its deadline.
func (s *Store) cancelLatePosts(ctx context.Context, now time.Time) error {
	late, err := collect(ctx, s.readers, scanID, latePostsSQL, now.UnixMilli())
	if err != nil {
		return fmt.Errorf("list posts that are too late: %w", err)
	}
	for _, id := range late {
		err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, cancelLateSQL, now.UnixMilli(), ward.ReasonTooLate, id)
			return err
		})
		if err != nil {
			return fmt.Errorf("cancel posts of bulletin %d: %w", id, err)
		}
	}
	return nil
}

// PostsBehind returns posts that do not show what they should, at most limit:
// those whose words were corrected or recalled, then those with an old number.
func (s *Store) PostsBehind(ctx context.Context, now time.Time, limit int) ([]ward.Post, error) {
	all, err := s.posts(ctx, amendPostsSQL, now.UnixMilli(), limit)
	if err == nil && len(all) < limit {
		var counts []ward.Post
		counts, err = s.posts(ctx, countPostsSQL, now.UnixMilli(), limit-len(all))
		all = append(all, counts...)
	}
	if err != nil {
		return nil, fmt.Errorf("list posts to change: %w", err)
	}
	return all, nil
}

// SettlePostAmendment records what came of bringing a post up to date. A
// correction made meanwhile keeps it behind.
func (s *Store) SettlePostAmendment(ctx context.Context, a ward.PostAmendment) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, lockBulletinSQL, a.BulletinID); err != nil {
			return err
		}
		behind := ""
		if a.Amend { // a post that was changed twice, because it was read before that was recorded, counts once
			behind = " AND edit_at IS NOT NULL"
		}
		var n int64
		var err error
		switch a.Result {
		case ward.Amended:
			n, err = affected(ctx, tx, postAmendedSQL+behind, a.Revision, a.Done, a.BulletinID, a.BoardID, a.Part)
		case ward.AmendMiss:
			n, err = affected(ctx, tx, postMissedSQL+behind, a.BulletinID, a.BoardID, a.Part)
		case ward.AmendLater:
			_, err = tx.ExecContext(ctx, postLaterSQL, a.Next.UnixMilli(), a.BulletinID, a.BoardID, a.Part)
		}
		if err == nil && n == 1 && a.Amend && a.Part == ward.PartLetter {
			done := int64(flag(a.Result == ward.Amended))
			_, err = tx.ExecContext(ctx, countAmendedSQL, done, 1-done, a.BulletinID, a.Revision)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("record change of %s: %w", nameOfPost(a.PostKey), err)
	}
	return nil
}

// postProgress is how far the posts of a bulletin have come.
func postProgress(ctx context.Context, q querier, id int64) (p ward.PostProgress, err error) {
	_, err = collect(ctx, q, func(r row) (struct{}, error) {
		var channel, n int
		var state ward.DeliveryState
		err := r.Scan(&channel, &state, &n)
		p.Channels += channel * n
		p.Groups += (1 - channel) * n
		switch state {
		case ward.DeliverySent:
			p.Sent += n
		case ward.DeliveryFailed:
			p.Failed += n
		case ward.DeliveryUnknown:
			p.Unknown += n
		case ward.DeliveryCancelled:
			p.Cancelled += n
		}
		return struct{}{}, err
	}, postProgressSQL, id)
	return p, err
}

// PostFailures lists the boards that a bulletin did not reach, ward by ward.
func (s *Store) PostFailures(ctx context.Context, id int64) ([]ward.PostFailure, error) {
	all, err := collect(ctx, s.readers, func(r row) (f ward.PostFailure, err error) {
		err = r.Scan(append(boardFields(&f.Board), &f.State, &f.Err)...)
		return f, err
	}, postFailuresSQL, id)
	if err != nil {
		return nil, fmt.Errorf("list failed posts of bulletin %d: %w", id, err)
	}
	return all, nil
}

// nameOfPost is for errors.
func nameOfPost(k ward.PostKey) string {
	return fmt.Sprintf("post %d of bulletin %d on board %d", k.Part, k.BulletinID, k.BoardID)
}
