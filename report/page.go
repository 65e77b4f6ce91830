package report

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"image/png"
	"io"
	"slices"
	"strings"
	"time"

	"wardbot/locales"
	"wardbot/report/picture"
	"wardbot/ward"
)

// Page is who answers for a page for everybody, and what belongs to it.
type Page struct {
	Organisation string
	Contact      string
	At           time.Time // when the numbers were counted, in the organisation's zone
	Table        string    // the name of the CSV file beside it; empty: none
}

// errSmall says that a view is not fit for everybody.
var errSmall = errors.New("a place has too few people")

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// Public writes a view as a page that the organisation can publish: one HTML
// file with everything in it, which asks no other server for anything and
// needs no script. It names no person and takes no view with a small place in
// it, see ward.View.Few. What tasks counted under names of their own is left
// out: those words were written for collaborators.
func Public(w io.Writer, t *locales.Texts, p Page, v ward.View) error {
	small := func(p ward.PlaceTally) bool { return p.People < ward.MinShown }
	if slices.ContainsFunc(v.Places, small) {
		return fmt.Errorf("page of %s: %w", v.Period, errSmall)
	}
	data, err := pageOf(t, p, v)
	if err == nil {
		err = pageTemplate.Execute(w, data)
	}
	if err != nil {
		return fmt.Errorf("page of %s: %w", v.Period, err)
	}
	return nil
}

// PublicName is a name for the page, in ASCII: cong-bo-tuan-28-2023.html.
func PublicName(t *locales.Texts, v ward.View) string { return publicName(t, v) + ".html" }

// PublicTableName is the name of its table as CSV.
func PublicTableName(t *locales.Texts, v ward.View) string { return publicName(t, v) + ".csv" }

func publicName(t *locales.Texts, v ward.View) string {
	words := t.Plain("page.file", locales.Args{"Period": sheetTitle(t, v.Period), "Ward": v.Ward.Name})
	return strings.ReplaceAll(ward.Fold(words), " ", "-")
}

// pageData is all that stands on the page, in words.
type pageData struct {
	Language, Organisation, Heading, Place, Period, Lead string

	Nothing         string // was asked
	Rate, RateWords string
	Tiles           []pageTile
	Compared        string
	Pictures        []shownPicture
	Caption         string
	Header          []string
	Rows            []pageRow
	AllSmall        string
	Table, Download string
	How             string
	HowLines        []string
	Signed          string
	Contact, At     string
}

// pageTile is a number and what it counts.
type pageTile struct{ Number, Label string }

// pageRow is a line of the table; Sum is the last.
type pageRow struct {
	Name  string
	Cells []pageTile
	Sum   bool
}

type shownPicture struct {
	Light         template.URL
	Dark          template.Srcset
	Words         string
	Width, Height int
}

func pageOf(t *locales.Texts, p Page, v ward.View) (pageData, error) {
	n, inWard := v.Total, locales.Args{"Ward": v.Ward.Name}
	d := pageData{
		Language: string(t.Language()), Organisation: p.Organisation, Heading: t.Plain("page.heading"), Place: t.Plain("page.place", inWard),
		Period: periodTitle(t, v.Period), Lead: t.Plain("page.lead", locales.Args{"Org": p.Organisation}),
		How: t.Plain("page.how"), HowLines: howLines(t, v), Signed: t.Plain("page.signed", locales.Args{"Org": p.Organisation}),
		Contact: t.Plain("page.contact", locales.Args{"Contact": p.Contact}),
		At:      t.Plain("page.at", locales.Args{"Time": t.Clock(p.At), "Date": t.Date(p.At)}),
	}
	if n.Asked == 0 {
		d.Nothing = t.Plain("page.nothing")
		return d, nil
	}
	d.Rate = t.Percent(n.Done, n.Asked)
	d.RateWords = t.Plain("page.rate", locales.Args{"Done": t.Number(n.Done), "Asked": t.Number(n.Asked)})
	d.Tiles = []pageTile{
		{t.Number(n.Active), t.Plain("page.active")}, {t.Number(n.Households), t.Plain("page.households")},
		{t.Number(n.Reports), t.Plain("page.reports")}, {t.Number(n.Covered) + "/" + t.Number(n.Groups), t.Plain("page.covered")},
	}
	d.Compared = pageCompared(t, v)
	d.Caption, d.Table, d.Download = t.Plain("page.table", inWard), p.Table, t.Plain("page.download")
	d.table(t, v)
	var err error
	d.Pictures, err = pictures(t, p, v)
	return d, err
}

func pageCompared(t *locales.Texts, v ward.View) string {
	points, known := change(v)
	if !known {
		return ""
	}
	args := locales.Args{"Percent": t.Percent(v.Before.Done, v.Before.Asked), "Points": t.Decimal(max(points, -points))}
	switch {
	case points >= leastChange:
		return t.Plain("page.rose", args)
	case points <= -leastChange:
		return t.Plain("page.fell", args)
	}
	return t.Plain("page.stayed", args)
}

// table has the columns that fit on a phone and on paper; the file beside the
// page has all.
func (d *pageData) table(t *locales.Texts, v ward.View) {
	if len(v.Places) == 0 {
		d.AllSmall = t.Plain("page.all_small")
	}
	d.Header = []string{
		placeKind(t, v), t.Plain("table.rate"), t.Plain("table.done"), t.Plain("table.asked"), t.Plain("book.active"), t.Plain("table.reports"), t.Plain("table.households"),
	}
	row := func(name string, n ward.Tally, sum bool) {
		r := pageRow{Name: name, Sum: sum}
		for i, cell := range []string{
			t.Percent(n.Done, n.Asked), t.Number(n.Done), t.Number(n.Asked), t.Number(n.Active), t.Number(n.Reports), t.Number(n.Households),
		} {
			r.Cells = append(r.Cells, pageTile{cell, d.Header[i+1]})
		}
		d.Rows = append(d.Rows, r)
	}
	for _, p := range locales.Sorted(v.Places, func(p ward.PlaceTally) string { return p.Name }) {
		row(p.Name, p.Tally, false)
	}
	if rest := v.Rest(); rest.Told() {
		row(restName(t, v), rest, false)
	}
	row(t.Plain("table.total"), v.Total, true)
}

func howLines(t *locales.Texts, v ward.View) []string {
	return []string{
		t.Plain("page.how_asked"), t.Plain("page.how_done"), t.Plain("page.how_rate"), t.Plain("page.how_active"), t.Plain("page.how_households"),
		t.Plain("page.how_covered"), t.Plain("page.how_small", locales.Args{"Ward": v.Ward.Name}), t.Plain("page.how_order"),
	}
}

// pictures draws what a page shows, for light and for dark screens, and puts
// it into the page itself.
func pictures(t *locales.Texts, p Page, v ward.View) (all []shownPicture, err error) {
	for _, kind := range []struct {
		draw  func(*locales.Texts, picture.Card, ward.View) ([]byte, error)
		words string
	}{
		{picture.Bars, t.Plain("page.bars")}, {picture.Line, t.Plain("page.weeks")},
	} {
		card := picture.Card{Organisation: p.Organisation, At: p.At}
		light, err := kind.draw(t, card, v)
		if err != nil {
			return nil, err
		}
		card.Theme = picture.Dark
		dark, err := kind.draw(t, card, v)
		if err != nil {
			return nil, err
		}
		size, err := png.DecodeConfig(bytes.NewReader(light))
		if err != nil {
			return nil, err
		}
		all = append(all, shownPicture{template.URL(inline(light)), template.Srcset(inline(dark)), kind.words, size.Width, size.Height}) //nolint:gosec // pictures of ours
	}
	return all, nil
}

func inline(drawn []byte) string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(drawn)
}
