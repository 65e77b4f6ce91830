package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

type placesCommand struct {
	Import placesImport `cmd:"" help:"Add the places of a CSV file: ward,group[,aliases]."`
	List   placesList   `cmd:"" help:"Show the places there are."`
	Merge  placesMerge  `cmd:"" help:"Let wards go into one, as when the map is redrawn; what was done stays with the old ones."`
	Split  placesSplit  `cmd:"" help:"Let groups of a ward go to others."`
}

type placesImport struct {
	File string `arg:"" help:"CSV file, UTF-8, with the columns ward,group[,aliases]; aliases are separated by semicolons."`
}

// Run adds places. It changes nothing if any row is bad, and may be repeated.
func (p placesImport) Run(s *surroundings) error {
	store, err := openStore(s)
	if err != nil {
		return err
	}
	defer store.Close()
	added, err := importPlaces(s.ctx, store, p.File)
	if err != nil {
		return err
	}
	wards, groups, err := store.CountPlaces(s.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d places added; there are %d wards and %d residential groups\n", added, wards, groups)
	return nil
}

type placesList struct{}

// Run lists the places as a CSV file that can be imported.
func (placesList) Run(s *surroundings) error {
	store, err := openStore(s)
	if err != nil {
		return err
	}
	defer store.Close()
	wards, err := store.Wards(s.ctx)
	if err != nil {
		return err
	}
	out := csv.NewWriter(s.out)
	_ = out.Write([]string{"ward", "group", "aliases"}) // errors come back from Error
	for _, w := range locales.Sorted(wards, func(w ward.Ward) string { return w.Name }) {
		groups, err := store.Groups(s.ctx, w.ID)
		if err != nil {
			return err
		}
		_ = out.Write([]string{w.Name, "", strings.Join(w.Aliases, ";")})
		for _, g := range locales.Sorted(groups, func(g ward.Group) string { return g.Name }) {
			_ = out.Write([]string{w.Name, g.Name, strings.Join(g.Aliases, ";")})
		}
	}
	out.Flush()
	return out.Error()
}

// openStore opens the database for a command that needs no token.
func openStore(s *surroundings) (*storage.Store, error) {
	url := (&settings{getenv: s.getenv}).text("DATABASE_URL", "file:wardbot.db")
	store, err := storage.Open(s.ctx, url)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	return store, nil
}

// importPlaces reads a places file into the store.
func importPlaces(ctx context.Context, store *storage.Store, path string) (added int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("places file: %w", err)
	}
	defer f.Close()
	rows, err := readPlaces(f)
	if err != nil {
		return 0, fmt.Errorf("%s:\n%w", path, err)
	}
	return store.ImportPlaces(ctx, rows)
}

// maxName is how long the name of a place may be: it must fit on a button.
const maxName = 40

// readPlaces reads a places file and explains every bad row in it.
func readPlaces(r io.Reader) ([]ward.PlaceRow, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	var rows []ward.PlaceRow
	var bad []error
	seen := map[string]int{} // place → line
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
		row := placeRow(record)
		if first && ward.Fold(row.Ward) == "ward" {
			continue // the heading
		}
		place := ward.Fold(row.Ward) + "/" + ward.Fold(row.Group)
		switch {
		case len(record) > 3:
			bad = append(bad, fmt.Errorf("line %d: %d columns, there are at most three: ward,group,aliases", line, len(record)))
		case ward.Fold(row.Ward) == "":
			bad = append(bad, fmt.Errorf("line %d: the ward is missing", line))
		case ward.Units(row.Ward) > maxName || ward.Units(row.Group) > maxName:
			bad = append(bad, fmt.Errorf("line %d: a name is longer than %d letters and would not fit on a button", line, maxName))
		case seen[place] != 0:
			bad = append(bad, fmt.Errorf("line %d: the same place as line %d", line, seen[place]))
		default:
			seen[place] = line
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 && len(bad) == 0 {
		bad = append(bad, errors.New("there is no place in it"))
	}
	return rows, errors.Join(bad...)
}

// placeRow reads one record; a spreadsheet may have put a mark of its own in
// front of the first.
func placeRow(record []string) ward.PlaceRow {
	field := func(i int) string {
		if i < len(record) {
			return ward.CleanLine(record[i])
		}
		return ""
	}
	row := ward.PlaceRow{Ward: field(0), Group: field(1)}
	for alias := range strings.SplitSeq(field(2), ";") {
		if alias = ward.CleanLine(alias); alias != "" {
			row.Aliases = append(row.Aliases, alias)
		}
	}
	return row
}
