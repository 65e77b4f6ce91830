package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
	"github.com/signintech/gopdf"
	"golang.org/x/text/unicode/norm"

	"wardbot/locales"
	"wardbot/report/fonts"
)

// Invitation is what an invitation leaflet says.
type Invitation struct {
	Org     string
	Contact string
	Ward    string // empty: any
	Group   string // empty: any
	Link    string
	Until   string // the day it ends, in words
	Uses    int
}

// Sizes in points, 72 to the inch.
const (
	margin   = 56.0
	qrSide   = 270.0
	quiet    = 4 // modules of white around a QR code (ISO/IEC 18004)
	maxTitle = 30
	minTitle = 14
)

// Leaflets draws invitations for printing, one A4 page each, as a PDF: who
// invites, where, a QR code of the link, the link for those who type, and how
// to begin.
func Leaflets(t *locales.Texts, invitations []Invitation) ([]byte, error) {
	var f gopdf.GoPdf
	f.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	// A PDF carries its fonts along, so a leaflet looks the same on every printer.
	for name, font := range map[string][]byte{"regular": fonts.Regular, "semibold": fonts.Semibold} {
		if err := f.AddTTFFontData(name, font); err != nil {
			return nil, fmt.Errorf("read font %s: %w", name, err)
		}
	}
	for _, i := range invitations {
		f.AddPage()
		p := page{GoPdf: &f, y: margin}
		p.invitation(t, i)
		if p.err != nil {
			return nil, fmt.Errorf("draw leaflet: %w", p.err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write leaflets: %w", err)
	}
	return b.Bytes(), nil
}

// page is a page on which things are put one below the other. The first error
// stays, and nothing is drawn after it.
type page struct {
	*gopdf.GoPdf
	y   float64
	err error
}

func (p *page) invitation(t *locales.Texts, i Invitation) {
	p.SetTextColor(70, 70, 70)
	p.centred(i.Org, "regular", 17)
	p.y += 10
	p.SetTextColor(0, 0, 0)
	p.centred(t.Plain("leaflet.title"), "semibold", 22)
	if i.Ward != "" {
		p.centred(t.Plain("leaflet.ward", locales.Args{"Ward": i.Ward}), "semibold", maxTitle)
	}
	if i.Group != "" {
		p.centred(i.Group, "semibold", maxTitle)
	}
	p.code(i.Link)
	p.centred(strings.TrimPrefix(i.Link, "https://"), "regular", 15)
	p.y += 18
	for n, step := range []string{t.Plain("leaflet.scan"), t.Plain("leaflet.start"), t.Plain("leaflet.agree")} {
		p.step(n+1, step)
	}
	p.y = gopdf.PageSizeA4.H - margin - 44
	p.SetTextColor(70, 70, 70)
	p.centred(t.Plain("leaflet.until", locales.Args{"Until": i.Until, "Count": i.Uses}), "regular", 12)
	p.centred(t.Plain("leaflet.contact", locales.Args{"Org": i.Org, "Contact": i.Contact}), "regular", 12)
}

// centred writes a line in the middle, smaller if it is too long, and in
// several lines if it is too long even so.
func (p *page) centred(text, font string, size int) {
	text = norm.NFC.String(text) // fonts place loose tone marks wrongly
	width := gopdf.PageSizeA4.W - 2*margin
	for ; p.err == nil; size-- {
		p.font(font, size)
		w, err := p.MeasureTextWidth(text)
		if p.note(err); w <= width {
			p.line(text, margin+(width-w)/2, size)
			return
		}
		if size <= minTitle {
			break
		}
	}
	if p.err != nil {
		return
	}
	lines, err := p.SplitTextWithWordWrap(text, width)
	p.note(err)
	for _, l := range lines {
		w, err := p.MeasureTextWidth(l)
		p.note(err)
		p.line(l, margin+(width-w)/2, size)
	}
}

// step writes a numbered line of how to begin.
func (p *page) step(number int, text string) {
	const left, indent, size = margin + 20, 30.0, 16
	p.font("semibold", size)
	p.SetXY(left, p.y)
	p.note(p.Cell(nil, fmt.Sprint(number, ".")))
	p.font("regular", size)
	lines, err := p.SplitTextWithWordWrap(norm.NFC.String(text), gopdf.PageSizeA4.W-left-indent-margin)
	p.note(err)
	for _, l := range lines {
		p.line(l, left+indent, size)
	}
	p.y += 4
}

func (p *page) line(text string, x float64, size int) {
	if p.err != nil {
		return
	}
	p.SetXY(x, p.y)
	p.note(p.Cell(nil, text))
	p.y += 1.4 * float64(size) // Vietnamese letters carry marks above marks
}

func (p *page) font(name string, size int) {
	if p.err == nil {
		p.err = p.SetFont(name, "", size)
	}
}

func (p *page) note(err error) {
	if p.err == nil {
		p.err = err
	}
}

// code draws a QR code, every dark module a square: it is as sharp as the
// printer. Level M still reads with a seventh of it covered.
func (p *page) code(link string) {
	code, err := qr.Encode(link, qr.M, qr.Auto)
	if p.note(err); p.err != nil {
		return
	}
	n := code.Bounds().Dx()
	module := qrSide / float64(n)
	p.y += quiet * module
	left := (gopdf.PageSizeA4.W - qrSide) / 2
	p.SetFillColor(0, 0, 0)
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && dark(code.At(x, y).RGBA()) {
				x++
			}
			if x > from {
				p.RectFromUpperLeftWithStyle(left+float64(from)*module, p.y+float64(y)*module, float64(x-from)*module, module*1.01, "F")
			}
		}
	}
	p.y += qrSide + quiet*module
}

func dark(r, _, _, _ uint32) bool { return r < 0x8000 }
