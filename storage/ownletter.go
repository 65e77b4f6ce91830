package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"wardbot/ward"
)

const (
	addOwnLetterSQL = `
		INSERT INTO own_letter (bulletin_id, person_id, part, html, media, silent, buttons)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	// One round trip for all.
	addOwnLettersPostgresSQL = `
		INSERT INTO own_letter (bulletin_id, person_id, part, html, media, silent, buttons)
		SELECT $1::BIGINT, * FROM unnest($2::BIGINT[], $3::SMALLINT[], $4::TEXT[], $5::TEXT[], $6::SMALLINT[], $7::TEXT[])`
	ownLetterSQL = `
		SELECT html, media, silent, buttons FROM own_letter WHERE bulletin_id = $1 AND person_id = $2 AND part = $3`
	ownMediaSQL         = `SELECT DISTINCT media FROM own_letter WHERE bulletin_id = $1`
	forgetFileSQL       = `DELETE FROM file WHERE sum = $1 AND kind = $2`
	forgetOwnLettersSQL = `DELETE FROM own_letter WHERE bulletin_id = $1`
	eraseOwnLettersSQL  = `DELETE FROM own_letter WHERE person_id = $1`
	// Who has no letter of their own does not get the bulletin.
	letteredSQL = ` AND EXISTS (SELECT 1 FROM own_letter o WHERE o.bulletin_id = $1 AND o.person_id = p.id)`
)

// publishOwn stores a bulletin with the letters that its readers have of their
// own, and the deliveries. A draft is published once. From there on it is sent
// like any other: paced, counted, and never twice. It returns its id, 0 if its
// draft has been published before.
func (s *Store) publishOwn(ctx context.Context, tx *sql.Tx, m ward.Mailing) (id int64, err error) {
	b := m.Bulletin
	b.Audience = ward.Audience{Lettered: true}
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
	if err := s.addOwnLetters(ctx, tx, id, m.Letters(id)); err != nil {
		return 0, err
	}
	for _, f := range m.Files {
		f, media, err := f.Ready()
		if err == nil {
			err = keepFile(ctx, tx, f, media, s.now())
		}
		if err != nil {
			return 0, err
		}
	}
	for _, a := range m.Logged {
		if err := s.audit(ctx, tx, a); err != nil {
			return 0, err
		}
	}
	return id, firstDeliveries(ctx, tx, id, s.now().In(s.zone))
}

func (s *Store) addOwnLetters(ctx context.Context, tx *sql.Tx, bulletinID int64, letters []ward.OwnLetter) error {
	if len(letters) == 0 {
		return ward.ErrEmpty
	}
	var people []int64
	var parts, silent []int16
	var html, media, buttons []string
	for _, l := range letters {
		files, err := json.Marshal(l.Media)
		if err != nil {
			return err
		}
		keys, err := json.Marshal(l.Buttons)
		if err != nil {
			return err
		}
		people, parts, silent = append(people, l.PersonID), append(parts, int16(l.Part)), append(silent, int16(flag(l.Silent)))
		html, media, buttons = append(html, l.HTML), append(media, string(files)), append(buttons, string(keys))
	}
	if s.engine == postgres {
		_, err := tx.ExecContext(ctx, addOwnLettersPostgresSQL, bulletinID, people, parts, html, media, silent, buttons)
		return err
	}
	for i := range people {
		if _, err := tx.ExecContext(ctx, addOwnLetterSQL, bulletinID, people[i], parts[i], html[i], media[i], silent[i], buttons[i]); err != nil {
			return err
		}
	}
	return nil
}

// forgetOwnLetters deletes the letters of a bulletin that all its readers
// have, and the files in them: there may be names in these, which must not be
// kept here longer than those who bear them want.
func forgetOwnLetters(ctx context.Context, tx *sql.Tx, bulletinID int64) error {
	all, err := collect(ctx, tx, func(r row) (media []ward.Media, err error) {
		err = r.Scan(inJSON(&media))
		return media, err
	}, ownMediaSQL, bulletinID)
	if err != nil || len(all) == 0 {
		return err
	}
	for _, m := range slices.Concat(all...) {
		if _, err := tx.ExecContext(ctx, forgetFileSQL, m.Sum, m.Kind); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, forgetOwnLettersSQL, bulletinID)
	return err
}

// OwnLetter returns what one person gets, or ward.ErrNotFound: of a bulletin
// that all its readers have got nothing is kept.
func (s *Store) OwnLetter(ctx context.Context, key ward.DeliveryKey) (ward.Letter, error) {
	l := ward.Letter{Part: key.Part}
	var silent int
	err := s.readers.QueryRowContext(ctx, ownLetterSQL, key.BulletinID, key.PersonID, key.Part).Scan(
		&l.HTML, inJSON(&l.Media), &silent, inJSON(&l.Buttons))
	l.Silent = silent != 0
	if err != nil {
		return ward.Letter{}, fmt.Errorf("letter of %s: %w", name(key), missing(err))
	}
	return l, nil
}
