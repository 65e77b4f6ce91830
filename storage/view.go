package storage

import (
	"context"
	"fmt"

	"wardbot/ward"
)

const (
	// A period longer than a month is looked at by week, not by day.
	maxDays = 31
	// seriesWeeks is how far back a view goes.
	seriesWeeks = 12
)

// View counts everything that is shown of a place over a period: of the ward,
// by group, or with 0 of all wards. It is the one function behind all views.
// It returns ward.ErrNotFound if there is no such ward.
func (s *Store) View(ctx context.Context, p ward.Period, wardID int64) (v ward.View, err error) {
	if wardID != 0 {
		if v.Ward, err = s.Ward(ctx, wardID); err != nil {
			return v, err
		}
	}
	v.Period = p
	if v.Places, v.Total, err = s.column(ctx, p, wardID); err != nil {
		return v, err
	}
	if _, v.Before, err = s.column(ctx, p.Before(), wardID); err != nil {
		return v, err
	}
	var days, weeks []ward.Period
	for day := p.From; day <= p.To && p.Days() <= maxDays; day = day.Add(1) {
		days = append(days, ward.Period{From: day, To: day})
	}
	for i := seriesWeeks - 1; i >= 0; i-- {
		weeks = append(weeks, ward.WeekWith(p.To.Add(-7*i)))
	}
	if v.Days, err = s.columns(ctx, days, wardID); err != nil {
		return v, err
	}
	if v.Weeks, err = s.columns(ctx, weeks, wardID); err != nil {
		return v, err
	}
	if v.Figures, err = s.Figures(ctx, p); err != nil {
		return v, err
	}
	return v, nil
}

func (s *Store) columns(ctx context.Context, periods []ward.Period, wardID int64) ([]ward.Column, error) {
	all := make([]ward.Column, len(periods))
	for i, p := range periods {
		places, total, err := s.column(ctx, p, wardID)
		if err != nil {
			return nil, fmt.Errorf("view %s: %w", p, err)
		}
		all[i] = ward.Column{Period: p, Places: places, Total: total}
	}
	return all, nil
}

// column counts the wards, or the groups of a ward, and the whole.
func (s *Store) column(ctx context.Context, p ward.Period, wardID int64) (places []ward.PlaceTally, total ward.Tally, err error) {
	wards, err := s.Tallies(ctx, p)
	if err != nil || wardID == 0 {
		return wards, ward.Sum(wards), err
	}
	for _, w := range wards {
		if w.PlaceID == wardID {
			total = w.Tally
		}
	}
	places, err = s.GroupTallies(ctx, p, wardID)
	return places, total, err
}
