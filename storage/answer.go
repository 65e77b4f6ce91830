package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"wardbot/ward"
)

const (
	answerSQL = `
		INSERT INTO answer (bulletin_id, person_id, ward_id, group_id, answer, at, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (bulletin_id, person_id) DO NOTHING`
	// One round trip for all taps that wait: 15 times the rate of single rows.
	answerPostgresSQL = `
		INSERT INTO answer (bulletin_id, person_id, ward_id, group_id, answer, at, late)
		SELECT * FROM unnest($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[], $5::SMALLINT[], $6::BIGINT[], $7::SMALLINT[])
		ON CONFLICT (bulletin_id, person_id) DO NOTHING
		RETURNING bulletin_id, person_id`
	askedSQL = `
		SELECT d.state, d.ward_id, d.group_id, COALESCE(a.answer, 0), a.at, COALESCE(a.late, 0)
		FROM delivery d LEFT JOIN answer a ON a.bulletin_id = d.bulletin_id AND a.person_id = d.person_id
		WHERE d.bulletin_id = $1 AND d.person_id = $2 AND d.part = 0`
	afterAllSQL = `
		UPDATE answer SET answer = 1, at = $1, late = $2
		WHERE bulletin_id = $3 AND person_id = $4 AND answer = 2`
	undoSQL = `DELETE FROM answer WHERE bulletin_id = $1 AND person_id = $2 AND at = $3`
)

// tap is one answer on its way into the database.
type tap struct {
	bulletinID, personID int64
	answer               ward.Answer
	now                  time.Time

	bulletin ward.Bulletin
	late     bool
	place    place
	others   []deed // what else they did
	doneHere int64  // how many of their group had done it before
	result   ward.Confirmation
}

// key is what can be answered once.
func (t *tap) key() ward.DeliveryKey {
	return ward.DeliveryKey{BulletinID: t.bulletinID, PersonID: t.personID}
}

// given is the tap as it is recorded when it is the first.
func (t *tap) given() ward.Confirmation {
	return ward.Confirmation{
		BulletinID: t.bulletinID, PersonID: t.personID, Answer: t.answer,
		At: moment(millis(t.now)), Late: t.late, First: true,
	}
}

// Confirm records a person's answer to a task and returns what is now
// recorded. The same answer twice changes nothing; "not today" can become
// "done", and "done" stays done until it is undone. It returns
// ward.ErrNotAsked if the person was not sent the task, ward.ErrTaskClosed if
// it takes no more answers.
func (s *Store) Confirm(ctx context.Context, bulletinID, personID int64, answer ward.Answer, now time.Time) (ward.Confirmation, error) {
	t := &tap{bulletinID: bulletinID, personID: personID, answer: answer, now: now}
	if err := s.line.put(ctx, &job{tap: t}); err != nil {
		return ward.Confirmation{}, fmt.Errorf("confirm task %d: %w", bulletinID, err)
	}
	return t.result, nil
}

// answerAll records the taps of a group of jobs. A tap that a rule refuses
// gets its error; the error returned is the transaction's.
func (s *Store) answerAll(ctx context.Context, tx *sql.Tx, group []*job, counts tallies) error {
	bulletins := shelf{}
	var taps []*job
	for _, j := range group {
		if j.tap == nil {
			continue
		}
		switch err := j.tap.check(ctx, tx, bulletins); {
		case refused(err):
			j.err = err
		case err != nil:
			return err
		default:
			taps = append(taps, j)
		}
	}
	if len(taps) == 0 {
		return nil
	}
	if err := s.answering(ctx, tx); err != nil {
		return err
	}
	for {
		var rest []*job
		taps, rest = together(taps)
		if err := s.answerTask(ctx, tx, taps[0].tap.bulletin, taps, counts); err != nil || len(rest) == 0 {
			return err
		}
		// Who answers two tasks at once is seen to have answered the first.
		if err := s.count(ctx, tx, counts); err != nil {
			return err
		}
		clear(counts)
		taps = rest
	}
}

// together splits off the taps on the first one's task, one for each person.
func together(taps []*job) (first, rest []*job) {
	seen := make(map[int64]bool, len(taps))
	for _, j := range taps {
		if j.tap.bulletinID != taps[0].tap.bulletinID || seen[j.tap.personID] {
			rest = append(rest, j)
			continue
		}
		seen[j.tap.personID] = true
		first = append(first, j)
	}
	return first, rest
}

// answerTask records the taps of people on one task.
func (s *Store) answerTask(ctx context.Context, tx *sql.Tx, task ward.Bulletin, taps []*job, counts tallies) error {
	taps, again, err := s.whereSent(ctx, tx, task, taps)
	if err != nil {
		return err
	}
	known, err := s.firstAnswers(ctx, tx, taps, counts)
	if err != nil {
		return err
	}
	again = append(again, known...)
	for _, j := range again {
		switch err := s.answerAgain(ctx, tx, j.tap, counts); {
		case refused(err):
			j.err = err
		case err != nil:
			return err
		}
	}
	var first []place
	for _, j := range append(again, taps...) {
		if j.tap.doneHere == 0 {
			first = append(first, j.tap.place)
		}
	}
	return s.cover(ctx, tx, counts, task, first...)
}

// whereSent finds the places to which a task was sent, and what else these
// people did. Where it is on its way or has arrived, nearly everywhere, it can
// be answered; the others need a second look.
func (s *Store) whereSent(ctx context.Context, tx *sql.Tx, task ward.Bulletin, taps []*job) (sent, others []*job, err error) {
	people := make(map[int64]*job, len(taps))
	for _, j := range taps {
		people[j.tap.personID] = j
	}
	ids := slices.Sorted(maps.Keys(people)) // as they lie in the database
	query, list := tappedSQL, any(inJSON(&ids))
	if s.engine == postgres {
		query, list = tappedPostgresSQL, ids
	}
	days := around(task.SendDay)
	can := make(map[int64]bool, len(taps))
	var moved []*tap
	_, err = collect(ctx, tx, func(r row) (struct{}, error) {
		var personID, before, after int64
		var state ward.DeliveryState
		var t tap
		if err := r.Scan(&personID, &state, &t.place.wardID, &t.place.groupID, &before, &after, &t.doneHere); err != nil {
			return struct{}{}, err
		}
		tap := people[personID].tap
		tap.place, tap.doneHere = t.place, t.doneHere
		can[personID] = state == ward.DeliverySent || state == ward.DeliverySending || state == ward.DeliveryPosted
		var all bool
		if tap.others, all = nearest(tap.place.groupID, before, after); !all {
			moved = append(moved, tap)
		}
		return struct{}{}, nil
	}, query, days.From, task.SendDay, days.To, list, task.ID)
	for _, t := range moved {
		if err == nil {
			t.others, err = deeds(ctx, tx, task, t.personID, t.place.wardID)
		}
	}
	for _, id := range ids {
		if can[id] {
			sent = append(sent, people[id])
		} else {
			others = append(others, people[id])
		}
	}
	return sent, others, err
}

// check finds the task and asks it whether it takes an answer.
func (t *tap) check(ctx context.Context, tx *sql.Tx, bulletins shelf) (err error) {
	if t.bulletin, err = bulletins.find(ctx, tx, t.bulletinID); err != nil {
		if errors.Is(err, ward.ErrNotFound) {
			return ward.ErrNotAsked
		}
		return err
	}
	t.late, err = t.bulletin.Accepts(t.now)
	t.late = t.late && t.answer == ward.AnswerDone
	return err
}

// refused says that a rule said no, which is no failure of the database.
func refused(err error) bool {
	return errors.Is(err, ward.ErrNotAsked) || errors.Is(err, ward.ErrTaskClosed) || errors.Is(err, ward.ErrRecalled)
}

func column(a ward.Answer) counter {
	if a == ward.AnswerDone {
		return done
	}
	return notToday
}

// firstAnswers records and counts the taps that are the first of their person,
// nearly all of them, and returns the others.
func (s *Store) firstAnswers(ctx context.Context, tx *sql.Tx, taps []*job, counts tallies) (known []*job, err error) {
	if len(taps) == 0 {
		return nil, nil
	}
	first := map[*tap]bool{}
	if s.engine == postgres {
		first, err = insertAnswers(ctx, tx, taps)
	} else {
		for _, j := range taps {
			if first[j.tap], err = insertAnswer(ctx, tx, j.tap); err != nil {
				break
			}
		}
	}
	if err != nil {
		return nil, err
	}
	for _, j := range taps {
		if !first[j.tap] {
			known = append(known, j)
			continue
		}
		j.tap.result = j.tap.given()
		c := counts.of(j.tap.bulletin, j.tap.place.wardID, j.tap.place.groupID)
		c.add(column(j.tap.answer), 1)
		c.add(late, int64(flag(j.tap.late)))
		if j.tap.answer == ward.AnswerDone {
			counts.act(j.tap.bulletin, j.tap.place, j.tap.others, 1)
		}
	}
	return known, nil
}

func insertAnswer(ctx context.Context, tx *sql.Tx, t *tap) (first bool, err error) {
	n, err := affected(ctx, tx, answerSQL, t.bulletinID, t.personID, t.place.wardID, t.place.groupID, t.answer, t.now.UnixMilli(), flag(t.late))
	return n == 1, err
}

func insertAnswers(ctx context.Context, tx *sql.Tx, taps []*job) (first map[*tap]bool, err error) {
	var (
		bulletins, people, wards, groups, ats []int64
		answers, lates                        []int16
		byKey                                 = make(map[ward.DeliveryKey]*tap, len(taps))
	)
	for _, j := range taps {
		t := j.tap
		if byKey[t.key()] != nil {
			continue // the second of two taps at once
		}
		byKey[t.key()] = t
		bulletins, people = append(bulletins, t.bulletinID), append(people, t.personID)
		wards, groups = append(wards, t.place.wardID), append(groups, t.place.groupID)
		answers, ats = append(answers, int16(t.answer)), append(ats, t.now.UnixMilli())
		lates = append(lates, int16(flag(t.late)))
	}
	first = make(map[*tap]bool, len(taps))
	_, err = collect(ctx, tx, func(r row) (struct{}, error) {
		var k ward.DeliveryKey
		err := r.Scan(&k.BulletinID, &k.PersonID)
		first[byKey[k]] = true
		return struct{}{}, err
	}, answerPostgresSQL, bulletins, people, wards, groups, answers, ats, lates)
	return first, err
}

// answerAgain handles the tap of somebody who has answered before, or whose
// delivery is not known to have arrived.
func (s *Store) answerAgain(ctx context.Context, tx *sql.Tx, t *tap, counts tallies) error {
	had, p, state, err := asked(ctx, tx, t.bulletinID, t.personID)
	if err != nil {
		return err
	}
	if state == ward.DeliveryUnknown { // the tap is the proof that it arrived
		if err := s.arrived(ctx, tx, t.key(), 0, t.now, counts); err != nil {
			return err
		}
	}
	c := counts.of(t.bulletin, p.wardID, p.groupID)
	t.place = p
	switch {
	case had.Answer == ward.AnswerNone:
		first, err := insertAnswer(ctx, tx, t)
		if err != nil {
			return err
		}
		if !first { // another process was faster
			t.result, _, _, err = asked(ctx, tx, t.bulletinID, t.personID)
			return err
		}
		c.add(column(t.answer), 1)
		c.add(late, int64(flag(t.late)))
	case had.Answer == ward.AnswerNotToday && t.answer == ward.AnswerDone:
		n, err := affected(ctx, tx, afterAllSQL, t.now.UnixMilli(), flag(t.late), t.bulletinID, t.personID)
		if err != nil {
			return err
		}
		c.add(notToday, -n)
		c.add(done, n)
		c.add(late, n*int64(flag(t.late)))
	default:
		t.result = had
		return nil
	}
	t.result = t.given()
	if t.answer != ward.AnswerDone {
		return nil
	}
	others, err := deeds(ctx, tx, t.bulletin, t.personID, p.wardID)
	counts.act(t.bulletin, p, others, 1)
	return err
}

// asked returns what a person answered to a task and where it was sent to
// them, or ward.ErrNotAsked.
func asked(ctx context.Context, q querier, bulletinID, personID int64) (had ward.Confirmation, p place, state ward.DeliveryState, err error) {
	var at sql.NullInt64
	var wasLate int
	err = q.QueryRowContext(ctx, askedSQL, bulletinID, personID).Scan(&state, &p.wardID, &p.groupID, &had.Answer, &at, &wasLate)
	if errors.Is(err, sql.ErrNoRows) {
		return had, p, state, ward.ErrNotAsked
	}
	if err != nil {
		return had, p, state, err
	}
	switch state {
	case ward.DeliverySending, ward.DeliverySent, ward.DeliveryUnknown, ward.DeliveryPosted:
	default:
		return had, p, state, ward.ErrNotAsked
	}
	had.BulletinID, had.PersonID = bulletinID, personID
	had.At, had.Late = moment(at), wasLate != 0
	return had, p, state, nil
}

// Undo takes an answer back. It returns ward.ErrUndoTooLate after
// ward.UndoFor, and ward.ErrNothingToUndo if there is no answer or a report
// rests on it.
func (s *Store) Undo(ctx context.Context, bulletinID, personID int64, now time.Time) error {
	err := s.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := s.answering(ctx, tx); err != nil {
			return err
		}
		had, p, _, err := asked(ctx, tx, bulletinID, personID)
		if errors.Is(err, ward.ErrNotAsked) || err == nil && had.Answer == ward.AnswerNone {
			return ward.ErrNothingToUndo
		}
		if err != nil {
			return err
		}
		if now.Sub(had.At) > ward.UndoFor {
			return ward.ErrUndoTooLate
		}
		switch _, err := findReport(ctx, tx, bulletinID, personID); {
		case err == nil:
			return ward.ErrNothingToUndo
		case !errors.Is(err, ward.ErrNotFound):
			return err
		}
		n, err := affected(ctx, tx, undoSQL, bulletinID, personID, had.At.UnixMilli())
		if err != nil {
			return err
		}
		if n == 0 {
			return ward.ErrNothingToUndo
		}
		b, err := findBulletin(ctx, tx, bulletinID)
		if err != nil {
			return err
		}
		if b.Recalled() { // what was counted stays
			return ward.ErrRecalled
		}
		counts := tallies{}
		c := counts.of(b, p.wardID, p.groupID)
		c.add(column(had.Answer), -1)
		c.add(late, -int64(flag(had.Late)))
		if had.Answer == ward.AnswerDone {
			others, err := deeds(ctx, tx, b, personID, p.wardID)
			if err != nil {
				return err
			}
			counts.act(b, p, others, -1)
			if err := s.cover(ctx, tx, counts, b, p); err != nil {
				return err
			}
		}
		return s.count(ctx, tx, counts)
	})
	if err != nil {
		return fmt.Errorf("undo answer to task %d: %w", bulletinID, err)
	}
	return nil
}

// AnswerOf returns what a person answered to a task: ward.AnswerNone if they
// have not. It returns ward.ErrNotAsked if they were not sent it.
func (s *Store) AnswerOf(ctx context.Context, bulletinID, personID int64) (ward.Confirmation, error) {
	had, _, _, err := asked(ctx, s.readers, bulletinID, personID)
	if err != nil {
		return ward.Confirmation{}, fmt.Errorf("answer to task %d: %w", bulletinID, err)
	}
	return had, nil
}
