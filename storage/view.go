package storage

import (
	"context"
	"database/sql"
	"fmt"

	"wardbot/ward"
)

const (
	// A period longer than a month is looked at by month, not by day.
	maxDays = 31
	// seriesWeeks is how far back a view goes.
	seriesWeeks = 12
)

// Tasks that asked somebody, of all wards or of one.
const (
	tasksInSQL = `
		SELECT COUNT(*) FROM bulletin b WHERE b.kind = 1 AND b.send_day BETWEEN $1 AND $2
			AND EXISTS (SELECT 1 FROM tally t WHERE t.bulletin_id = b.id AND t.sent + t.posted > 0)`
	tasksOfWardSQL = `
		SELECT COUNT(*) FROM tally t
		WHERE t.day BETWEEN $1 AND $2 AND t.day > 0 AND t.ward_id = $3 AND t.group_id = 0 AND t.sent + t.posted > 0`
)

// View counts everything that is shown of a place over a period: of the ward,
// by group, or with 0 of all wards. It is the one function behind all views.
// All of it is counted as of one moment, so that no two numbers disagree. It
// returns ward.ErrNotFound if there is no such ward.
func (s *Store) View(ctx context.Context, p ward.Period, wardID int64) (v ward.View, err error) {
	if wardID != 0 {
		if v.Ward, err = s.Ward(ctx, wardID); err != nil {
			return v, err
		}
	}
	if err := s.view(ctx, p, wardID, &v); err != nil {
		return v, fmt.Errorf("view %s of ward %d: %w", p, wardID, err)
	}
	return v, nil
}

// ViewFor is View as far as somebody may see it: small places, and what they
// could be found from, only if they are open to them; see ward.View.Few. It
// returns ward.ErrFew for a ward that is not open and too small itself.
func (s *Store) ViewFor(ctx context.Context, p ward.Period, wardID int64, open func(wardID int64) bool) (ward.View, error) {
	v, err := s.View(ctx, p, wardID)
	if err != nil || wardID != 0 && open(wardID) {
		return v, err
	}
	if wardID != 0 && v.People() < ward.MinShown {
		return ward.View{}, fmt.Errorf("view %s of ward %d: %w", p, wardID, ward.ErrFew)
	}
	few := v.Few(open)
	if wardID != 0 || len(few) == 0 {
		return v.Without(few, nil), nil
	}
	before, err := s.Tallies(ctx, p.Before())
	if err != nil {
		return v, err
	}
	return v.Without(few, before), nil
}

func (s *Store) view(ctx context.Context, p ward.Period, wardID int64, v *ward.View) error {
	v.Period = p
	var days, weeks, months []ward.Period
	for day := p.From; day <= p.To && p.Days() <= maxDays; day = day.Add(1) {
		days = append(days, ward.Period{From: day, To: day})
	}
	weeks = weeksUntil(p.To)
	for month := ward.MonthOf(p.From); month.From <= p.To && p.Days() > maxDays; month = ward.MonthOf(month.To.Add(1)) {
		months = append(months, month)
	}
	before := p.Before()
	m, err := s.mapOf(ctx, ward.Period{From: min(before.From, weeks[0].From), To: max(p.To, weeks[len(weeks)-1].To)}, wardID)
	if err != nil {
		return err
	}
	v.Loose = m.loose
	return s.snapshot(ctx, func(tx *sql.Tx) error {
		var main, compared []ward.Column
		for _, series := range []struct {
			periods []ward.Period
			columns *[]ward.Column
		}{
			{[]ward.Period{p}, &main}, {[]ward.Period{before}, &compared}, {days, &v.Days}, {weeks, &v.Weeks}, {months, &v.Months},
		} {
			found, err := countPeriods(ctx, tx, series.periods, wardID)
			if err != nil {
				return err
			}
			*series.columns = found.columns(m, series.periods)
		}
		v.Places, v.Total, v.Before = main[0].Places, main[0].Total, compared[0].Total
		query, args := tasksInSQL, []any{p.From, p.To}
		if wardID != 0 {
			query, args = tasksOfWardSQL, append(args, wardID)
		}
		if err := tx.QueryRowContext(ctx, query, args...).Scan(&v.Tasks); err != nil {
			return err
		}
		v.Figures, err = figuresOf(ctx, tx, p, wardID)
		return err
	})
}

// weeksUntil are the weeks of a view, the last one being that with a day.
func weeksUntil(d ward.Day) (weeks []ward.Period) {
	for i := seriesWeeks - 1; i >= 0; i-- {
		weeks = append(weeks, ward.WeekWith(d.Add(-7*i)))
	}
	return weeks
}

// Weeks counts twelve weeks, the last one being that with a day, of a ward or
// with 0 of all.
func (s *Store) Weeks(ctx context.Context, last ward.Day, wardID int64) ([]ward.Column, error) {
	all, err := s.columns(ctx, wardID, weeksUntil(last)...)
	if err != nil {
		return nil, fmt.Errorf("weeks until %d of ward %d: %w", last, wardID, err)
	}
	return all, nil
}
