package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"wardbot/ward"
)

// figureKey names a row of the table figure. Group 0 is the whole ward.
type figureKey struct {
	bulletinID, wardID, groupID int64
	day                         ward.Day
	question, choice            int
}

func (k figureKey) compare(l figureKey) int {
	return cmp.Or(cmp.Compare(k.bulletinID, l.bulletinID), cmp.Compare(k.wardID, l.wardID), cmp.Compare(k.groupID, l.groupID),
		cmp.Compare(k.question, l.question), cmp.Compare(k.choice, l.choice))
}

// figures gathers what a transaction changes in them, groups and wards.
type figures map[figureKey]int64

// add counts the answers of a report, or takes them out with sign -1.
func (f figures) add(b ward.Bulletin, p place, replies ward.Replies, sign int64) {
	for _, reply := range replies {
		k := figureKey{bulletinID: b.ID, wardID: p.wardID, day: b.SendDay, question: reply.Question}
		n := int64(reply.Value)
		if q, _ := b.Form.Question(reply.Question); q.Ask == ward.AskChoice {
			k.choice, n = reply.Value, 1
		}
		f[k] += sign * n
		if p.groupID != 0 {
			k.groupID = p.groupID
			f[k] += sign * n
		}
	}
}

const (
	addFigureSQL = `
		INSERT INTO figure (bulletin_id, ward_id, group_id, day, question, choice, n) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (bulletin_id, ward_id, group_id, question, choice) DO UPDATE SET n = figure.n + excluded.n`
	figuresSQL = `
		SELECT b.form, f.ward_id, f.question, f.choice, f.n FROM figure f JOIN bulletin b ON b.id = f.bulletin_id
		WHERE f.day BETWEEN $1 AND $2 AND f.group_id = 0 AND f.n <> 0
		ORDER BY f.bulletin_id, f.question, f.choice, f.ward_id`
	wardFiguresSQL = `
		SELECT b.form, f.ward_id, f.question, f.choice, f.n FROM figure f JOIN bulletin b ON b.id = f.bulletin_id
		WHERE f.day BETWEEN $1 AND $2 AND f.ward_id = $3 AND f.group_id = 0 AND f.n <> 0
		ORDER BY f.bulletin_id, f.question, f.choice`
	taskFiguresSQL = `
		SELECT b.form, f.ward_id, f.question, f.choice, f.n FROM figure f JOIN bulletin b ON b.id = f.bulletin_id
		WHERE f.bulletin_id = $1 AND f.group_id = 0 AND f.n <> 0
		ORDER BY f.question, f.choice, f.ward_id`
	figureRowsSQL   = `SELECT bulletin_id, ward_id, group_id, day, question, choice, n FROM figure`
	countRepliesSQL = `SELECT bulletin_id, ward_id, group_id, replies FROM report WHERE replies LIKE '[{%'`
)

// save adds them to the table, in order, so that two writers cannot wait for
// each other.
func (f figures) save(ctx context.Context, tx *sql.Tx) error {
	for _, k := range slices.SortedFunc(maps.Keys(f), figureKey.compare) {
		if f[k] == 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, addFigureSQL, k.bulletinID, k.wardID, k.groupID, k.day, k.question, k.choice, f[k]); err != nil {
			return err
		}
	}
	return nil
}

// Figures returns what the labelled questions of the tasks of a period come
// to, ward by ward: ward.SumFigures adds them up.
func (s *Store) Figures(ctx context.Context, p ward.Period) ([]ward.Figure, error) {
	all, err := figuresOf(ctx, s.readers, p, 0)
	if err != nil {
		return nil, fmt.Errorf("figures of %s: %w", p, err)
	}
	return all, nil
}

// figuresOf are those of a ward, or with 0 of all.
func figuresOf(ctx context.Context, q querier, p ward.Period, wardID int64) ([]ward.Figure, error) {
	if wardID != 0 {
		return collect(ctx, q, scanFigure, wardFiguresSQL, p.From, p.To, wardID)
	}
	return collect(ctx, q, scanFigure, figuresSQL, p.From, p.To)
}

// TaskFigures returns them for one task.
func (s *Store) TaskFigures(ctx context.Context, bulletinID int64) ([]ward.Figure, error) {
	all, err := collect(ctx, s.readers, scanFigure, taskFiguresSQL, bulletinID)
	if err != nil {
		return nil, fmt.Errorf("figures of task %d: %w", bulletinID, err)
	}
	return all, nil
}

func scanFigure(r row) (f ward.Figure, err error) {
	var form ward.Form
	var question, choice int
	if err := r.Scan(inJSON(&form), &f.WardID, &question, &choice, &f.N); err != nil {
		return f, err
	}
	q, _ := form.Question(question)
	f.Label = q.Label
	if q.Ask == ward.AskChoice && choice < len(q.Options) {
		f.Option = q.Options[choice]
	}
	return f, nil
}

// checkFigures counts the answers of all reports anew and says where the
// table has something else.
func checkFigures(ctx context.Context, tx *sql.Tx, bulletins map[int64]ward.Bulletin) (found []string, err error) {
	want, have := figures{}, figures{}
	_, err = collect(ctx, tx, func(r row) (struct{}, error) {
		var bulletin int64
		var p place
		var replies ward.Replies
		err := r.Scan(&bulletin, &p.wardID, &p.groupID, inJSON(&replies))
		want.add(bulletins[bulletin], p, replies, 1)
		return struct{}{}, err
	}, countRepliesSQL)
	if err != nil {
		return nil, err
	}
	_, err = collect(ctx, tx, func(r row) (struct{}, error) {
		var k figureKey
		var n int64
		err := r.Scan(&k.bulletinID, &k.wardID, &k.groupID, &k.day, &k.question, &k.choice, &n)
		have[k] = n
		return struct{}{}, err
	}, figureRowsSQL)
	if err != nil {
		return nil, err
	}
	keys := maps.Clone(have)
	maps.Copy(keys, want)
	for _, k := range slices.SortedFunc(maps.Keys(keys), figureKey.compare) {
		if have[k] != want[k] {
			found = append(found, fmt.Sprintf("bulletin %d, ward %d, group %d, question %d, choice %d: %d instead of %d",
				k.bulletinID, k.wardID, k.groupID, k.question, k.choice, have[k], want[k]))
		}
	}
	return found, nil
}
