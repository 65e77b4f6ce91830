package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wardbot/locales"
	"wardbot/report"
	"wardbot/report/picture"
	"wardbot/storage"
	"wardbot/ward"
)

type reportCommand struct {
	Week   string `xor:"period" required:"" placeholder:"2023-W28" help:"An ISO week."`
	Month  string `xor:"period" required:"" placeholder:"2023-07" help:"A month."`
	Year   string `xor:"period" required:"" placeholder:"2023" help:"A year."`
	Ward   string `help:"One ward, by residential group; tones may be left out. Without it, all wards."`
	Names  bool   `help:"Put the reports into the spreadsheet, with the names of those who wrote them. This is written into the log of who saw names."`
	Public bool   `help:"Write what the organisation can publish instead: a page and its table, without small places."`
	Out    string `required:"" placeholder:"DIR" help:"The folder to write to."`
}

// Run writes the numbers of a period as text, pictures, spreadsheet and CSV.
func (c reportCommand) Run(s *surroundings) error {
	period, err := ward.ParsePeriod(c.Week + c.Month + c.Year)
	switch {
	case err != nil, c.Week != "" && !period.Weekly(), c.Month != "" && !period.Monthly(), c.Year != "" && !period.Yearly():
		return usage{fmt.Errorf("%q is no such period: a week looks like 2023-W28, a month like 2023-07, a year like 2023", c.Week+c.Month+c.Year)}
	}
	p, err := readPress(s)
	if err != nil {
		return err
	}
	defer p.store.Close()
	wardID, err := p.find(s.ctx, c.Ward)
	if err != nil {
		return err
	}
	if c.Public && c.Names {
		return usage{errors.New("--public and --names: a page for everybody names nobody")}
	}
	if err := os.MkdirAll(c.Out, 0o750); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	var written []string
	if c.Public {
		written, err = p.publish(s.ctx, c.Out, period, wardID)
	} else {
		written, err = p.print(s.ctx, c.Out, period, wardID, c.Names)
	}
	for _, path := range written {
		fmt.Fprintln(s.out, path)
	}
	return err
}

// press writes numbers into files.
type press struct {
	store        *storage.Store
	texts        *locales.Texts
	organisation string
	contact      string
	zone         *time.Location
	now          time.Time
}

// readPress reads what it needs of the settings; no token is among it.
func readPress(s *surroundings) (p press, err error) {
	p.now = time.Now()
	set := &settings{getenv: s.getenv}
	p.organisation = set.required("ORG_NAME", "the organisation that signs every message")
	p.contact = set.required("ORG_CONTACT", "how people reach the organisation, such as a phone number")
	language := locales.Language(set.oneOf("DEFAULT_LANGUAGE", "vi", "en"))
	if p.zone, err = time.LoadLocation(set.text("TIMEZONE", "Asia/Ho_Chi_Minh")); err != nil {
		set.wrong("TIMEZONE", "is no time zone; it looks like Asia/Ho_Chi_Minh")
	}
	if len(set.mistakes) > 0 {
		return p, usage{errors.New(strings.Join(set.mistakes, "\n"))}
	}
	texts, err := loadTexts(s.getenv("TEXTS_DIR"))
	if err != nil {
		return p, err
	}
	p.texts = texts.In(language)
	p.store, err = openStore(s)
	return p, err
}

// find is the ward that was asked for, 0 for all.
func (p press) find(ctx context.Context, name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	wards, err := p.store.Wards(ctx)
	if err != nil {
		return 0, err
	}
	found := ward.SearchWards(name, wards)
	switch len(found) {
	case 1:
		return found[0].ID, nil
	case 0:
		return 0, usage{fmt.Errorf("--ward: there is no ward %q; wardbot places list shows them", name)}
	}
	var names []string
	for _, w := range found {
		names = append(names, w.Name)
	}
	return 0, usage{fmt.Errorf("--ward: %q may be %s; write the whole name", name, strings.Join(names, " or "))}
}

// print writes the files and returns their paths.
func (p press) print(ctx context.Context, dir string, period ward.Period, wardID int64, names bool) (written []string, err error) {
	v, err := p.store.View(ctx, period, wardID)
	if err != nil {
		return nil, err
	}
	card := picture.Card{Organisation: p.organisation, At: p.now.In(p.zone)}
	reports := report.NoReports
	if names {
		if err := p.store.Audit(ctx, ward.Audit{Deed: ward.DeedSawNames, WardID: v.Ward.ID, Count: v.Total.Reports}); err != nil {
			return nil, err
		}
		reports = p.store.ReportRows(ctx, v.Period, v.Ward.ID)
	}
	return save(dir, []paper{
		{report.TextName(p.texts, v), func(w io.Writer) error {
			_, err := io.WriteString(w, report.TerminalTable(p.texts, p.organisation+"\n"+report.Title(p.texts, v), v)+picture.Caption(p.texts, v)+"\n")
			return err
		}},
		{report.BookName(p.texts, v), func(w io.Writer) error { return report.Book(w, p.texts, p.organisation, v, reports) }},
		{report.CSVName(p.texts, v), func(w io.Writer) error { return report.CSV(w, p.texts, v) }},
		{report.PictureName(p.texts, v, "bars"), drawn(picture.Bars, p.texts, card, v)},
		{report.PictureName(p.texts, v, "days"), drawn(picture.Heat, p.texts, card, v)},
		{report.PictureName(p.texts, v, "weeks"), drawn(picture.Line, p.texts, card, v)},
		{report.PictureName(p.texts, v, "card"), drawn(picture.Summary, p.texts, card, v)},
	})
}

// publish writes the page for everybody and its table.
func (p press) publish(ctx context.Context, dir string, period ward.Period, wardID int64) (written []string, err error) {
	v, err := p.store.ViewFor(ctx, period, wardID, func(int64) bool { return false })
	if errors.Is(err, ward.ErrFew) {
		return nil, usage{fmt.Errorf("--public: the ward has fewer than %d people, so its numbers would be as good as names; leave out --ward", ward.MinShown)}
	}
	if err != nil {
		return nil, err
	}
	table := report.PublicTableName(p.texts, v)
	page := report.Page{Organisation: p.organisation, Contact: p.contact, At: p.now.In(p.zone), Table: table}
	return save(dir, []paper{
		{report.PublicName(p.texts, v), func(w io.Writer) error { return report.Public(w, p.texts, page, v) }},
		{table, func(w io.Writer) error { return report.CSV(w, p.texts, v) }},
	})
}

// paper is a file to be written.
type paper struct {
	name  string
	write func(io.Writer) error
}

// save writes files and returns their paths.
func save(dir string, papers []paper) (written []string, err error) {
	for _, file := range papers {
		path := filepath.Join(dir, file.name)
		if err := file.save(path); err != nil {
			return written, fmt.Errorf("write report: %w", err)
		}
		written = append(written, path)
	}
	return written, nil
}

func (p paper) save(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640) //nolint:gosec // where the operator asked for it
	if err != nil {
		return err
	}
	return errors.Join(p.write(f), f.Close())
}

func drawn(draw func(*locales.Texts, picture.Card, ward.View) ([]byte, error), t *locales.Texts, card picture.Card, v ward.View) func(io.Writer) error {
	return func(w io.Writer) error {
		png, err := draw(t, card, v)
		if err != nil {
			return err
		}
		_, err = w.Write(png)
		return err
	}
}
