package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wardbot/ward"
)

const (
	personColumns = `id, COALESCE(chat_id, 0), name, language, address, role, COALESCE(charge_id, 0), ward_id, COALESCE(group_id, 0), state, paused_until, joined_at, urgent, hours_from, hours_to`

	personByChatSQL = `SELECT ` + personColumns + ` FROM person WHERE chat_id = $1`
	personSQL       = `SELECT ` + personColumns + ` FROM person WHERE id = $1`
	activePeopleSQL = `SELECT ` + personColumns + ` FROM person WHERE state = 0 ORDER BY id`
	addPersonSQL    = `
		INSERT INTO person (chat_id, name, language, role, ward_id, group_id, state, state_at, joined_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (chat_id) DO NOTHING
		RETURNING id`
	admitSQL       = `UPDATE person SET state = 0, state_at = $1 WHERE id = $2 AND state = 1`
	setLanguageSQL = `UPDATE person SET language = $1 WHERE chat_id = $2`
	setAddressSQL  = `UPDATE person SET address = $1 WHERE id = $2 AND state <> 3`
	renameSQL      = `UPDATE person SET name = $1 WHERE id = $2 AND state <> 3`
	movePersonSQL  = `UPDATE person SET ward_id = $1, group_id = $2 WHERE id = $3 AND state <> 3`
	reachableSQL   = `UPDATE person SET state = $1, state_at = $2 WHERE chat_id = $3 AND state = $4`
	goneSQL        = `UPDATE person SET state = 2, state_at = $1 WHERE id = $2 AND state = 0`
	pauseSQL       = `UPDATE person SET paused_until = $1 WHERE id = $2 AND state <> 3`
	// What waits for the end of a pause has just that next_at.
	wakeSQL = `
		UPDATE delivery SET next_at = $1
		WHERE person_id = $2 AND state = 0 AND next_at = (SELECT paused_until FROM person WHERE id = $2)
			AND bulletin_id IN (SELECT id FROM bulletin WHERE state <> 4)`
	erasePersonSQL = `
		UPDATE person SET chat_id = NULL, name = '', language = '', address = 0, role = 0, charge_id = NULL, state = 3, state_at = $1, paused_until = NULL, urgent = 0, hours_from = 0, hours_to = 0, thanked = 0, offered_at = NULL
		WHERE id = $2 AND state <> 3`
	eraseReportsSQL       = `UPDATE report SET text = '', photos = '[]', reason_text = '' WHERE person_id = $1`
	eraseConversationsSQL = `DELETE FROM conversation WHERE chat_id = $1`
	eraseControlsSQL      = `DELETE FROM control WHERE chat_id = $1`
	eraseSpoiltSQL        = `DELETE FROM spoilt WHERE chat_id = $1`
	belongsSQL            = `SELECT COUNT(*) FROM place WHERE id = $1 AND COALESCE(parent_id, 0) = $2 AND valid_to IS NULL`
	countPeopleSQL        = `
		SELECT COALESCE(SUM(CASE WHEN state = 0 AND COALESCE(paused_until, 0) <= $1 THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN state = 0 AND paused_until > $1 THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN state = 1 THEN 1 ELSE 0 END), 0)
		FROM person`
)

// PersonByChat returns who registered in a private chat, or ward.ErrNotFound.
func (s *Store) PersonByChat(ctx context.Context, chatID int64) (ward.Person, error) {
	p, err := scanPerson(s.readers.QueryRowContext(ctx, personByChatSQL, chatID))
	if err != nil {
		return ward.Person{}, fmt.Errorf("person of chat: %w", missing(err))
	}
	return p, nil
}

// Person returns a person, also one who was erased, or ward.ErrNotFound.
func (s *Store) Person(ctx context.Context, id int64) (ward.Person, error) {
	return findPerson(ctx, s.readers, id)
}

func findPerson(ctx context.Context, q querier, id int64) (ward.Person, error) {
	p, err := scanPerson(q.QueryRowContext(ctx, personSQL, id))
	if err != nil {
		return ward.Person{}, fmt.Errorf("person %d: %w", id, missing(err))
	}
	return p, nil
}

func scanPerson(r row) (ward.Person, error) { return scanPersonAnd(r) }

// scanPersonAnd scans a person and what else stands in the row.
func scanPersonAnd(r row, more ...any) (p ward.Person, err error) {
	var paused, joined sql.NullInt64
	var urgent int
	err = r.Scan(append([]any{&p.ID, &p.ChatID, &p.Name, &p.Language, &p.Address, &p.Role, &p.ChargeID, &p.WardID, &p.GroupID, &p.State, &paused, &joined, &urgent, &p.Hours.From, &p.Hours.To}, more...)...)
	p.PausedUntil, p.JoinedAt, p.Urgent = moment(paused), moment(joined), urgent != 0
	return p, err
}

// FindPeople returns active people whose names hold all the words of a query,
// without tones, at most so many. In wards that are not seen, it finds only
// those whose name is the query: whoever types a whole name knows it. It reads
// all names, which is for a coordinator's rare question.
func (s *Store) FindPeople(ctx context.Context, query string, seen func(wardID int64) bool, most int) ([]ward.Person, error) {
	words := strings.Fields(ward.Fold(query))
	if len(words) == 0 {
		return nil, nil
	}
	rows, err := s.readers.QueryContext(ctx, activePeopleSQL)
	if err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	defer rows.Close()
	var found []ward.Person
	for rows.Next() && len(found) < most {
		p, err := scanPerson(rows)
		if err != nil {
			return nil, fmt.Errorf("find people: %w", err)
		}
		name := strings.Fields(ward.Fold(p.Name))
		if len(name) != len(words) && !seen(p.WardID) {
			continue
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(name, w) }) {
			found = append(found, p)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	return found, nil
}

// Register makes a person, takes one use of the invite and records the
// consent. Somebody who has registered already is returned as they are, and
// no use is taken. It returns ward.ErrInviteEnded if the invite has run out
// or was revoked, and ward.ErrNotFound if there is no such place today.
func (s *Store) Register(ctx context.Context, r ward.Registration) (p ward.Person, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		p = ward.Person{}
		if err := checkPlace(ctx, tx, r.WardID, r.GroupID); err != nil {
			return err
		}
		listed, err := arrive(ctx, tx, r.RosterID)
		if err != nil {
			return err
		}
		waits := r.State == ward.PersonWaiting
		if listed {
			r.State = ward.PersonActive
		}
		var id int64
		err = tx.QueryRowContext(ctx, addPersonSQL, r.ChatID, r.Name, r.Language, ward.RoleCollaborator,
			r.WardID, orNull(r.GroupID), r.State, r.Now.UnixMilli(), r.Now.UnixMilli()).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			p, err = scanPerson(tx.QueryRowContext(ctx, personByChatSQL, r.ChatID))
			return err
		}
		if err != nil {
			return err
		}
		if r.InviteCode != "" {
			if err := takeInvite(ctx, tx, r.InviteCode, r.Now); err != nil {
				return err
			}
		}
		if err := consent(ctx, tx, id, r); err != nil {
			return err
		}
		if listed && waits {
			a := ward.Audit{By: ward.Actor{PersonID: id}, Deed: ward.DeedRecognised, PersonID: id, WardID: r.WardID}
			if err := s.audit(ctx, tx, a); err != nil {
				return err
			}
		}
		p, err = findPerson(ctx, tx, id)
		return err
	})
	if err != nil {
		return ward.Person{}, fmt.Errorf("register: %w", err)
	}
	return p, nil
}

// checkPlace makes sure that the group, if any, is one of the ward's.
func checkPlace(ctx context.Context, tx *sql.Tx, wardID, groupID int64) error {
	place, parent := wardID, int64(0)
	if groupID != 0 {
		place, parent = groupID, wardID
	}
	var n int
	if err := tx.QueryRowContext(ctx, belongsSQL, place, parent).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("ward %d, group %d: %w", wardID, groupID, ward.ErrNotFound)
	}
	return nil
}

// Admit lets a waiting person in, and takes the line of the roster that they
// are, if any, off the list. It changes nothing for anybody else.
func (s *Store) Admit(ctx context.Context, by ward.Actor, personID, rosterID int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		p, err := findPerson(ctx, tx, personID)
		if err != nil || p.State != ward.PersonWaiting {
			return err
		}
		if _, err := arrive(ctx, tx, rosterID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, admitSQL, s.now().UnixMilli(), personID); err != nil {
			return err
		}
		return s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedAdmitted, PersonID: personID, WardID: p.WardID})
	})
	if err != nil {
		return fmt.Errorf("admit person %d: %w", personID, err)
	}
	return nil
}

// Decline erases a person who is waiting. It changes nothing for anybody else.
func (s *Store) Decline(ctx context.Context, by ward.Actor, personID int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		p, err := findPerson(ctx, tx, personID)
		if err != nil || p.State != ward.PersonWaiting {
			return err
		}
		if err := s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedDeclined, PersonID: personID, WardID: p.WardID}); err != nil {
			return err
		}
		return s.erase(ctx, tx, p, s.now())
	})
	if err != nil {
		return fmt.Errorf("decline person %d: %w", personID, err)
	}
	return nil
}

// change runs one UPDATE of one person. It returns ward.ErrNotFound if there
// is no such person; that the UPDATE found nothing to change is no error.
func (s *Store) change(ctx context.Context, what string, personID int64, query string, args ...any) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, query, args...)
		if err != nil || n > 0 {
			return err
		}
		_, err = findPerson(ctx, tx, personID)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s person %d: %w", what, personID, err)
	}
	return nil
}

// SetLanguage changes the language of who registered in a chat, or returns
// ward.ErrNotFound.
func (s *Store) SetLanguage(ctx context.Context, chatID int64, language string) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, setLanguageSQL, language, chatID)
		if err == nil && n == 0 {
			err = ward.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set language: %w", err)
	}
	return nil
}

// SetAddress changes how a person is addressed.
func (s *Store) SetAddress(ctx context.Context, personID int64, a ward.Address) error {
	return s.change(ctx, "address", personID, setAddressSQL, a, personID)
}

// Rename corrects a person's name. It returns ward.ErrBadName for what
// can be no name.
func (s *Store) Rename(ctx context.Context, personID int64, name string) error {
	if !ward.IsName(name) {
		return fmt.Errorf("rename person %d: %w", personID, ward.ErrBadName)
	}
	return s.change(ctx, "rename", personID, renameSQL, name, personID)
}

// MovePerson gives a person another place, group 0 if it is not known. What
// was sent to them before stays with the place they had then. A ward they are
// coordinator of stays theirs.
func (s *Store) MovePerson(ctx context.Context, by ward.Actor, id, wardID, groupID int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := checkPlace(ctx, tx, wardID, groupID); err != nil {
			return err
		}
		p, err := findPerson(ctx, tx, id)
		if err != nil || p.WardID == wardID && p.GroupID == groupID {
			return err
		}
		n, err := affected(ctx, tx, movePersonSQL, wardID, orNull(groupID), id)
		if err == nil && n == 0 {
			err = ward.ErrNotFound
		}
		if err != nil {
			return err
		}
		for _, place := range slices.Compact([]int64{p.WardID, wardID}) { // both wards' logs have it
			if err := s.audit(ctx, tx, ward.Audit{By: by, Deed: ward.DeedMoved, PersonID: id, WardID: place}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("move person %d: %w", id, err)
	}
	return nil
}

// SetReachable notes that a chat can be written to again, or no more. It
// changes nothing for people who wait, and nothing if nobody registered there.
func (s *Store) SetReachable(ctx context.Context, chatID int64, reachable bool, now time.Time) error {
	from, to := ward.PersonUnreachable, ward.PersonActive
	if !reachable {
		from, to = to, from
	}
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, reachableSQL, to, now.UnixMilli(), chatID, from)
		return err
	})
	if err != nil {
		return fmt.Errorf("set reachable: %w", err)
	}
	return nil
}

// Pause keeps everything from a person until a moment, also what is due to
// them before it and has not gone yet. What still makes sense then, see
// ward.Bulletin.Awaits, waits for that moment; the rest is cancelled.
func (s *Store) Pause(ctx context.Context, id int64, until time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		n, err := affected(ctx, tx, pauseSQL, until.UnixMilli(), id)
		if err != nil {
			return err
		}
		if n == 0 {
			return ward.ErrNotFound
		}
		return s.putOff(ctx, tx, id, until, s.now())
	})
	if err != nil {
		return fmt.Errorf("pause person %d: %w", id, err)
	}
	return nil
}

// Resume ends a pause. What waits for its end is due at once.
func (s *Store) Resume(ctx context.Context, id int64) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, wakeSQL, s.now().UnixMilli(), id); err != nil {
			return err
		}
		n, err := affected(ctx, tx, pauseSQL, nil, id)
		if err == nil && n == 0 {
			err = ward.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("resume person %d: %w", id, err)
	}
	return nil
}

// Erase forgets a person for good: what remains is a number and a place, so
// that the counts stay right. Their reports lose text and photos and keep the
// numbers; what is due to them is cancelled. The same Telegram account may
// register again and is then somebody new. Erasing twice changes nothing.
func (s *Store) Erase(ctx context.Context, personID int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		p, err := findPerson(ctx, tx, personID)
		if err != nil || p.State == ward.PersonErased {
			return err
		}
		return s.erase(ctx, tx, p, now)
	})
	if err != nil {
		return fmt.Errorf("erase person %d: %w", personID, err)
	}
	return nil
}

func (s *Store) erase(ctx context.Context, tx *sql.Tx, p ward.Person, now time.Time) error {
	if err := s.withdraw(ctx, tx, p.ID, now); err != nil {
		return err
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{erasePersonSQL, []any{now.UnixMilli(), p.ID}},
		{eraseReportsSQL, []any{p.ID}},
		{erasePlightsSQL, []any{p.ID}},
		{eraseEntriesSQL, []any{p.ID}},
		{stopStoriesSQL, []any{p.ID}},
		{stopStoryPostsSQL, []any{now.UnixMilli(), p.ID}},
		{eraseStoriesSQL, []any{p.ID}},
		{eraseReactionsSQL, []any{p.ID}},
		{eraseOwnLettersSQL, []any{p.ID}},
		{eraseJurorSQL, []any{p.ID}},
		{erasePhotosSQL, []any{p.ID}},
		{unlikeErasedSQL, []any{p.ID}},
		{withdrawConsentSQL, []any{now.UnixMilli(), p.ID}},
		{eraseConversationsSQL, []any{p.ChatID}},
		{eraseControlsSQL, []any{p.ChatID}},
		{eraseSpoiltSQL, []any{p.ChatID}},
		{eraseDraftsSQL, []any{p.ChatID}},
		{forgetRowsSQL, []any{p.ChatID}},
		{erasePlansSQL, []any{p.ChatID}},
		{eraseAssentSQL, []any{p.ChatID}},
		{eraseCardsSQL, []any{p.ChatID}},
	} {
		if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// farAway is later than anything that is planned.
var farAway = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// CountPeople counts who would be sent something now, who cannot be reached,
// who has paused, and who waits to be admitted.
func (s *Store) CountPeople(ctx context.Context) (active, unreachable, paused, waiting int, err error) {
	err = s.readers.QueryRowContext(ctx, countPeopleSQL, s.now().UnixMilli()).Scan(&active, &unreachable, &paused, &waiting)
	if err != nil {
		return 0, 0, 0, 0, fmt.Errorf("count people: %w", err)
	}
	return active, unreachable, paused, waiting, nil
}
