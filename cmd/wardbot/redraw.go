package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"wardbot/storage"
	"wardbot/ward"
)

type placesMerge struct {
	Wards []string `arg:"" help:"The wards that are no more."`
	Into  string   `required:"" help:"The ward they go into: a new one, or one of them."`
}

// Run merges wards. People, coordinators, invites and linked groups move; what
// was done stays with the old wards.
func (p placesMerge) Run(s *surroundings) error {
	return redraw(s, func(store *storage.Store, wards []ward.Ward, today ward.Day) (ward.Redrawn, error) {
		var ids []int64
		for _, name := range p.Wards {
			w, err := theWard(name, wards)
			if err != nil {
				return ward.Redrawn{}, err
			}
			if len(p.Wards) == 1 && w.Key == ward.Fold(p.Into) {
				return ward.Redrawn{}, usage{errors.New("a ward can't go into itself; name the other wards, too")}
			}
			ids = append(ids, w.ID)
		}
		return store.MergeWards(s.ctx, ward.Actor{}, ids, p.Into, today)
	})
}

type placesSplit struct {
	Ward string `arg:"" help:"The ward that is split."`
	File string `arg:"" help:"CSV file, UTF-8, with the columns group,ward[,name]: which group goes to which ward, and what it is called there."`
	Rest string `help:"The ward for people whose group is not known, if no group stays."`
}

// Run splits a ward.
func (p placesSplit) Run(s *surroundings) error {
	return redraw(s, func(store *storage.Store, wards []ward.Ward, today ward.Day) (ward.Redrawn, error) {
		w, err := theWard(p.Ward, wards)
		if err != nil {
			return ward.Redrawn{}, err
		}
		groups, err := store.Groups(s.ctx, w.ID)
		if err != nil {
			return ward.Redrawn{}, err
		}
		f, err := os.Open(p.File)
		if err != nil {
			return ward.Redrawn{}, usage{fmt.Errorf("file of groups: %w", err)}
		}
		defer f.Close()
		moves, err := readMoves(f, groups)
		if err != nil {
			return ward.Redrawn{}, usage{fmt.Errorf("%s:\n%w", p.File, err)}
		}
		done, err := store.SplitWard(s.ctx, ward.Actor{}, w.ID, moves, p.Rest, today)
		if errors.Is(err, ward.ErrUnplaced) {
			err = usage{fmt.Errorf("no group stays in %s, and somebody there has no group, or coordinates it: say with --rest where they go", w.Name)}
		}
		return done, err
	})
}

// redraw opens the store for a change of the map, and says what came of it.
func redraw(s *surroundings, change func(*storage.Store, []ward.Ward, ward.Day) (ward.Redrawn, error)) error {
	zone, err := time.LoadLocation((&settings{getenv: s.getenv}).text("TIMEZONE", "Asia/Ho_Chi_Minh"))
	if err != nil {
		return usage{fmt.Errorf("TIMEZONE: %w", err)}
	}
	store, err := openStore(s)
	if err != nil {
		return err
	}
	defer store.Close()
	wards, err := store.Wards(s.ctx)
	if err != nil {
		return err
	}
	done, err := change(store, wards, ward.DayOf(time.Now(), zone))
	if err != nil {
		return mapError(err)
	}
	fmt.Fprintf(s.out, "%d wards are no more, %d groups and %d people have moved\n", done.Wards, done.Groups, done.People)
	return counted(s.ctx, s.out, store)
}

// mapError says what can be done about a change of the map that can't be.
func mapError(err error) error {
	if errors.Is(err, ward.ErrTaken) {
		return usage{fmt.Errorf("%w; give the group another name", err)}
	}
	return err
}

func counted(ctx context.Context, out io.Writer, store *storage.Store) error {
	wards, groups, err := store.CountPlaces(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "there are %d wards and %d residential groups\n", wards, groups)
	return nil
}

// theWard finds the one ward that a name means.
func theWard(name string, wards []ward.Ward) (ward.Ward, error) {
	found := ward.SearchWards(name, wards)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return ward.Ward{}, usage{fmt.Errorf("there is no ward %q; see wardbot places list", name)}
	}
	var names []string
	for _, w := range found {
		names = append(names, w.Name)
	}
	return ward.Ward{}, usage{fmt.Errorf("%q may be %s; write the whole name", name, strings.Join(names, " or "))}
}

// readMoves reads which group goes where, and explains every bad row.
func readMoves(r io.Reader, groups []ward.Group) ([]ward.GroupMove, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	var moves []ward.GroupMove
	var bad []error
	seen := map[int64]int{}
	for first := true; ; first = false {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("not CSV: %w", err))
			break
		}
		line, _ := in.FieldPos(0)
		cell := func(i int) string {
			if i < len(record) {
				return ward.CleanLine(record[i])
			}
			return ""
		}
		if first && ward.Fold(cell(0)) == "group" {
			continue // the heading
		}
		found := ward.SearchGroups(cell(0), groups)
		switch {
		case len(found) != 1:
			bad = append(bad, fmt.Errorf("line %d: %q is no group of this ward", line, cell(0)))
		case ward.Fold(cell(1)) == "":
			bad = append(bad, fmt.Errorf("line %d: the ward is missing", line))
		case ward.Units(cell(1)) > maxName || ward.Units(cell(2)) > maxName:
			bad = append(bad, fmt.Errorf("line %d: a name is longer than %d letters and would not fit on a button", line, maxName))
		case seen[found[0].ID] != 0:
			bad = append(bad, fmt.Errorf("line %d: the same group as line %d", line, seen[found[0].ID]))
		default:
			seen[found[0].ID] = line
			name := cell(2)
			if name == "" {
				name = found[0].Name
			}
			moves = append(moves, ward.GroupMove{GroupID: found[0].ID, Ward: cell(1), Name: name})
		}
	}
	if len(moves) == 0 && len(bad) == 0 {
		bad = append(bad, errors.New("there is no group in it"))
	}
	return moves, errors.Join(bad...)
}
