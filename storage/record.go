package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const (
	// Deliveries are kept by bulletin, so every bulletin is asked for this one
	// person, as in personSummarySQL. 1, 2 and 5: it is, or may be, in the chat;
	// 7: they were asked on a board.
	receivedSQL = `
		SELECT b.id, b.kind, b.title, b.send_day, COALESCE(a.answer, 0), a.at, COALESCE(a.late, 0), COALESCE(r.kind, 0)
		FROM bulletin b CROSS JOIN delivery d
		LEFT JOIN answer a ON a.bulletin_id = d.bulletin_id AND a.person_id = d.person_id
		LEFT JOIN reaction r ON r.bulletin_id = d.bulletin_id AND r.person_id = d.person_id
		WHERE d.bulletin_id = b.id AND d.person_id = $1 AND d.part = 0 AND d.state IN (1, 2, 5, 7)
		ORDER BY b.send_at, b.id`
	reportsOfSQL = `SELECT ` + reportColumns + ` FROM report r WHERE r.person_id = $1 ORDER BY r.at, r.id`
	storiesOfSQL = `SELECT ` + storyColumns + ` FROM story WHERE person_id = $1 ORDER BY id`
	sentToSQL    = `SELECT ` + entryColumns + `, b.title FROM entry e JOIN bulletin b ON b.id = e.bulletin_id WHERE e.person_id = $1 ORDER BY e.id`
	occasionsSQL = `SELECT thanked, offered_at FROM person WHERE id = $1`
	formsOfSQL   = `SELECT b.id, b.form FROM report r JOIN bulletin b ON b.id = r.bulletin_id WHERE r.person_id = $1`
)

// PersonRecord returns everything that is kept about a person, or
// ward.ErrNotFound.
func (s *Store) PersonRecord(ctx context.Context, personID int64) (ward.Record, error) {
	p, err := s.Person(ctx, personID)
	if err != nil {
		return ward.Record{}, err
	}
	r := ward.Record{Person: p}
	if r.Consents, err = s.Consents(ctx, personID); err != nil {
		return ward.Record{}, err
	}
	if r.Received, err = collect(ctx, s.readers, scanReceived, receivedSQL, personID); err != nil {
		return ward.Record{}, fmt.Errorf("bulletins of person %d: %w", personID, err)
	}
	if r.Reports, err = collect(ctx, s.readers, scanReport, reportsOfSQL, personID); err != nil {
		return ward.Record{}, fmt.Errorf("reports of person %d: %w", personID, err)
	}
	if r.Plights, err = collect(ctx, s.readers, scanPlight, plightsOfSQL, personID); err != nil {
		return ward.Record{}, fmt.Errorf("answers to alerts of person %d: %w", personID, err)
	}
	if r.Stories, err = collect(ctx, s.readers, scanStory, storiesOfSQL, personID); err != nil {
		return ward.Record{}, fmt.Errorf("stories of person %d: %w", personID, err)
	}
	if r.Entries, err = collect(ctx, s.readers, scanSentEntry, sentToSQL, personID); err != nil {
		return ward.Record{}, fmt.Errorf("entries of person %d: %w", personID, err)
	}
	var offered sql.NullInt64
	if err := s.readers.QueryRowContext(ctx, occasionsSQL, personID).Scan(&r.Thanked, &offered); err != nil {
		return ward.Record{}, fmt.Errorf("occasions of person %d: %w", personID, err)
	}
	r.Offered = moment(offered)
	r.Forms = map[int64]ward.Form{}
	_, err = collect(ctx, s.readers, func(row row) (struct{}, error) {
		var id int64
		var f ward.Form
		err := row.Scan(&id, inJSON(&f))
		r.Forms[id] = f
		return struct{}{}, err
	}, formsOfSQL, personID)
	if err != nil {
		return ward.Record{}, fmt.Errorf("forms of reports of person %d: %w", personID, err)
	}
	return r, nil
}

func scanSentEntry(r row) (e ward.SentEntry, err error) {
	err = scanEntryAnd(r, &e.Entry, &e.Call)
	return e, err
}

func scanReceived(r row) (v ward.Received, err error) {
	var at sql.NullInt64
	var late int
	err = r.Scan(&v.BulletinID, &v.Kind, &v.Title, &v.Day, &v.Answer, &at, &late, &v.Reaction)
	v.AnsweredAt, v.Late = moment(at), late != 0
	return v, err
}
