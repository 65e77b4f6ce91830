package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"wardbot/ward"
)

const (
	storyColumns = `id, draft_key, person_id, ward_id, group_id, text, photo_id, source, people, credit, state, reason,
		COALESCE(bulletin_id, 0), at`

	storySQL          = `SELECT ` + storyColumns + ` FROM story WHERE id = $1`
	storyOfDraftSQL   = `SELECT ` + storyColumns + ` FROM story WHERE draft_key = $1`
	waitingStoriesSQL = `SELECT ` + storyColumns + ` FROM story WHERE state = 0 AND id > $1 ORDER BY id`
	addStorySQL       = `
		INSERT INTO story (draft_key, person_id, ward_id, group_id, text, photo_id, source, people, credit, state, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		RETURNING id`
	judgeStorySQL = `
		UPDATE story SET state = $1, reason = $2, reviewed_at = $3 WHERE id = $4 AND state = 0`
	publishStorySQL = `
		UPDATE story SET state = $1, bulletin_id = $2, reviewed_at = $3 WHERE id = $4 AND state = 0`
	putBackStorySQL = `UPDATE story SET state = $1, reviewed_at = NULL WHERE id = $2 AND state = $3`
	// A story that was put into other words first. The words of who has left
	// are erased.
	tellStorySQL = `
		UPDATE story SET state = $1, bulletin_id = $2, reviewed_at = COALESCE(reviewed_at, $3) WHERE id = $4 AND text <> ''`
	// What somebody told is not sent to anybody once they have left: the fan-out
	// cancels what is due of a stopped bulletin.
	stopStoriesSQL = `
		UPDATE bulletin SET state = 5
		WHERE state IN (1, 2, 3) AND id IN (SELECT bulletin_id FROM story WHERE person_id = $1)`
	stopStoryPostsSQL = `
		UPDATE post SET state = 6, next_at = NULL, at = $1
		WHERE state = 0 AND bulletin_id IN (SELECT bulletin_id FROM story WHERE person_id = $2)`

	eraseStoriesSQL = `UPDATE story SET text = '', photo_id = '', credit = 0, people = 0, reason = '' WHERE person_id = $1`

	reactionSQL    = `SELECT kind FROM reaction WHERE bulletin_id = $1 AND person_id = $2`
	setReactionSQL = `
		INSERT INTO reaction (bulletin_id, person_id, kind) VALUES ($1, $2, $3)
		ON CONFLICT (bulletin_id, person_id) DO UPDATE SET kind = excluded.kind`
	dropReactionSQL  = `DELETE FROM reaction WHERE bulletin_id = $1 AND person_id = $2`
	countReactionSQL = `
		INSERT INTO reaction_count (bulletin_id, kind, n) VALUES ($1, $2, $3)
		ON CONFLICT (bulletin_id, kind) DO UPDATE SET n = reaction_count.n + excluded.n`
	reactionsSQL = `SELECT kind, n FROM reaction_count WHERE bulletin_id = $1 AND n > 0`
	// The counts stay, tied to nobody.
	eraseReactionsSQL = `DELETE FROM reaction WHERE person_id = $1`
)

// SubmitStory stores a story. A draft is sent in once: the second time the
// first story is returned. It returns ward.ErrEmpty for one without words.
func (s *Store) SubmitStory(ctx context.Context, v ward.Story, now time.Time) (ward.Story, error) {
	if v.Text == "" {
		return ward.Story{}, fmt.Errorf("submit story: %w", ward.ErrEmpty)
	}
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		switch sent, err := scanStory(tx.QueryRowContext(ctx, storyOfDraftSQL, v.DraftKey)); {
		case err == nil:
			v = sent
			return nil
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		v.State, v.At = ward.StorySent, now
		return tx.QueryRowContext(ctx, addStorySQL, v.DraftKey, v.PersonID, v.WardID, v.GroupID, v.Text, v.PhotoID,
			v.Source, flag(v.Agreed), flag(v.Credit), v.State, now.UnixMilli()).Scan(&v.ID)
	})
	if err != nil {
		return ward.Story{}, fmt.Errorf("submit story: %w", err)
	}
	return v, nil
}

// Story returns a story, or ward.ErrNotFound.
func (s *Store) Story(ctx context.Context, id int64) (ward.Story, error) {
	v, err := scanStory(s.readers.QueryRowContext(ctx, storySQL, id))
	if err != nil {
		return ward.Story{}, fmt.Errorf("story %d: %w", id, missing(err))
	}
	return v, nil
}

// NextStory returns the first story after another one that waits to be
// reviewed, of the wards that are seen, or ward.ErrNotFound.
func (s *Store) NextStory(ctx context.Context, after int64, seen func(wardID int64) bool) (ward.Story, error) {
	waiting, err := collect(ctx, s.readers, scanStory, waitingStoriesSQL, after)
	if err != nil {
		return ward.Story{}, fmt.Errorf("next story: %w", err)
	}
	i := slices.IndexFunc(waiting, func(v ward.Story) bool { return seen(v.WardID) })
	if i < 0 {
		return ward.Story{}, fmt.Errorf("next story: %w", ward.ErrNotFound)
	}
	return waiting[i], nil
}

// JudgeStory takes a story for the news, or returns it with a reason. It
// returns ward.ErrOvertaken if somebody else has decided.
func (s *Store) JudgeStory(ctx context.Context, id int64, state ward.StoryState, reason string, now time.Time) error {
	return s.moveStory(ctx, id, judgeStorySQL, state, reason, now.UnixMilli(), id)
}

// PutBackStory lets a story wait again that was taken and not published after
// all; any other stays as it is.
func (s *Store) PutBackStory(ctx context.Context, id int64) error {
	err := s.moveStory(ctx, id, putBackStorySQL, ward.StorySent, id, ward.StoryTaken)
	if errors.Is(err, ward.ErrOvertaken) {
		err = nil
	}
	return err
}

// PublishStory takes a story and publishes it as a bulletin, in one
// transaction: a kill leaves it waiting, or on its way. Who does it again gets
// the same bulletin; it returns ward.ErrOvertaken if somebody else has decided.
func (s *Store) PublishStory(ctx context.Context, id int64, b ward.Bulletin, letters func(ward.Bulletin) []ward.Letter, now time.Time) (ward.Bulletin, error) {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		bulletinID, err := publish(ctx, tx, b, letters, s.now())
		if err != nil || bulletinID == 0 { // published before
			return err
		}
		n, err := affected(ctx, tx, publishStorySQL, ward.StoryPublished, bulletinID, now.UnixMilli(), id)
		if err == nil && n == 0 {
			err = ward.ErrOvertaken
		}
		return err
	})
	if err == nil {
		author := b.AuthorID
		b, err = scanBulletin(s.readers.QueryRowContext(ctx, bulletinOfDraftSQL, b.DraftKey))
		if err == nil && b.AuthorID != author {
			err = ward.ErrOvertaken
		}
	}
	if err != nil {
		return ward.Bulletin{}, fmt.Errorf("publish story %d: %w", id, err)
	}
	return b, nil
}

func (s *Store) moveStory(ctx context.Context, id int64, query string, args ...any) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, query, args...)
		if err == nil && n == 0 {
			err = ward.ErrOvertaken
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("story %d: %w", id, err)
	}
	return nil
}

func scanStory(r row) (v ward.Story, err error) {
	var at sql.NullInt64
	var agreed, credit int
	err = r.Scan(&v.ID, &v.DraftKey, &v.PersonID, &v.WardID, &v.GroupID, &v.Text, &v.PhotoID, &v.Source, &agreed, &credit,
		&v.State, &v.Reason, &v.BulletinID, &at)
	v.Agreed, v.Credit, v.At = agreed != 0, credit != 0, moment(at)
	return v, err
}

// React counts a person's reaction to the news; the same once more takes it
// back, another one replaces it. It returns the counts as they are then and
// whether the reaction stands, and ward.ErrNotAsked if the news was not sent to
// the person.
func (s *Store) React(ctx context.Context, bulletinID, personID int64, kind ward.Reaction) (counts ward.Reactions, stands bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, _, _, err := asked(ctx, tx, bulletinID, personID); err != nil {
			return err
		}
		var had ward.Reaction
		err := tx.QueryRowContext(ctx, reactionSQL, bulletinID, personID).Scan(&had)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if had != 0 {
			if _, err := tx.ExecContext(ctx, countReactionSQL, bulletinID, had, -1); err != nil {
				return err
			}
		}
		if stands = had != kind; !stands {
			_, err := tx.ExecContext(ctx, dropReactionSQL, bulletinID, personID)
			return err
		}
		if _, err := tx.ExecContext(ctx, setReactionSQL, bulletinID, personID, kind); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, countReactionSQL, bulletinID, kind, 1)
		return err
	})
	if err == nil {
		counts, err = s.Reactions(ctx, bulletinID)
	}
	if err != nil {
		return nil, false, fmt.Errorf("react to bulletin %d: %w", bulletinID, err)
	}
	return counts, stands, nil
}

// Reactions counts the reactions to a bulletin.
func (s *Store) Reactions(ctx context.Context, bulletinID int64) (ward.Reactions, error) {
	counts := ward.Reactions{}
	_, err := collect(ctx, s.readers, func(r row) (struct{}, error) {
		var kind ward.Reaction
		var n int
		err := r.Scan(&kind, &n)
		counts[kind] = n
		return struct{}{}, err
	}, reactionsSQL, bulletinID)
	if err != nil {
		return nil, fmt.Errorf("reactions to bulletin %d: %w", bulletinID, err)
	}
	return counts, nil
}
