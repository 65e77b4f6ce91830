package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"wardbot/locales"
	"wardbot/roster"
	"wardbot/spreadsheet"
	"wardbot/ward"
)

type peopleCommand struct {
	Import peopleImport `cmd:"" help:"Add the people of a CSV or XLSX file to the list of those who are expected to register."`
}

type peopleImport struct {
	File string `arg:"" help:"CSV (UTF-8) or XLSX with the columns name, ward, group and phone, in any order, with Vietnamese or English headings."`
}

// Run puts the people of a file on the lists of their wards. It changes
// nothing if any row is bad, and may be repeated.
func (p peopleImport) Run(s *surroundings) error {
	content, err := readSmall(p.File)
	if err != nil {
		return usage{fmt.Errorf("people file: %w", err)}
	}
	store, err := openStore(s)
	if err != nil {
		return err
	}
	defer store.Close()
	texts, err := locales.Load(nil)
	if err != nil {
		return err
	}
	places := roster.Places{Groups: map[int64][]ward.Group{}}
	if places.Wards, err = store.Wards(s.ctx); err != nil {
		return err
	}
	for _, w := range places.Wards {
		if places.Groups[w.ID], err = store.Groups(s.ctx, w.ID); err != nil {
			return err
		}
	}
	people, faults := roster.Read(filepath.Base(p.File), content, places, 0)
	if len(faults) > 0 {
		var bad []error
		for _, f := range faults {
			bad = append(bad, errors.New(roster.Explain(texts.In(locales.English), f)))
		}
		return usage{fmt.Errorf("%s:\n%w", p.File, errors.Join(bad...))}
	}
	added, err := store.ImportRoster(s.ctx, ward.Actor{}, people)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d people added to the list, %d were known already\n", added, len(people)-added)
	return nil
}

// readSmall reads a file of a size that a list of people may have, and a byte
// more of one that is too big.
func readSmall(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, spreadsheet.MaxFile+1))
}
