// Package calendar reads a month of bulletins from a spreadsheet that somebody
// made by hand, a row each, with Vietnamese or English headings. What it reads
// are plans like those made in the chat: the same rules, signed by whoever
// sends the file.
package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wardbot/locales"
	"wardbot/spreadsheet"
	"wardbot/ward"
)

// MaxRows is how many rows are taken at once.
const MaxRows = 500

// column is what a heading says that a column holds. Others are not read.
type column int

const (
	day column = iota + 1
	clock
	kind
	title
	text
	passOn
	source
	deadline
	wards
)

// headings are the words for the columns, without tones.
var headings = map[string]column{
	"ngay": day, "ngay gui": day, "ngay dang": day, "day": day, "date": day,
	"gio": clock, "gio gui": clock, "thoi gian": clock, "time": clock,
	"loai": kind, "loai bai": kind, "kind": kind, "type": kind,
	"ten": title, "ten bai": title, "tieu de": title, "ten viec": title, "viec": title, "title": title,
	"noi dung": text, "chi tiet": text, "huong dan": text, "text": text, "content": text, "details": text,
	"loi nhan": passOn, "loi nhan ba con": passOn, "loi nhan cho ba con": passOn, "message": passOn, "message to pass on": passOn,
	"nguon": source, "nguon tin": source, "source": source,
	"han": deadline, "thoi han": deadline, "han chot": deadline, "han nop": deadline, "deadline": deadline, "until": deadline,
	"phuong": wards, "cac phuong": wards, "gui den": wards, "noi nhan": wards, "ward": wards, "wards": wards, "to": wards,
}

// kinds are the words for the kinds of bulletins, without tones.
var kinds = map[string]ward.Kind{
	"viec": ward.KindTask, "task": ward.KindTask,
	"tin": ward.KindNews, "tin tot": ward.KindNews, "news": ward.KindNews, "good news": ward.KindNews,
	"thong bao": ward.KindNotice, "notice": ward.KindNotice,
	"cuoc thi": ward.KindCall, "thi": ward.KindCall, "call": ward.KindCall, "call for entries": ward.KindCall, "contest": ward.KindCall,
}

// everywhere are the words for all wards.
var everywhere = []string{"tat ca", "tat ca cac phuong", "all", "all wards"}

// Rules are what a row is checked against, and who stands behind it.
type Rules struct {
	Now      time.Time
	Zone     *time.Location
	Quiet    ward.Quiet
	Links    ward.LinkList
	Wards    []ward.Ward
	Home     int64          // the one ward that whoever sends the file may write to; 0: all
	Texts    *locales.Texts // how a source is written, for everybody
	Signed   ward.Signature
	AuthorID int64  // person id
	ChatID   int64  // of the coordinator
	Language string // in which they are told how it goes
	// Taken are the rows that were taken before: by key, the sum of what they
	// said.
	Taken map[string]string
}

// Month is what a file holds.
type Month struct {
	Items []ward.CalendarItem // what is new
	Known int                 // how many rows were taken before
}

func table(fileName string, content []byte) (spreadsheet.Table[column], error) {
	return spreadsheet.Read(fileName, content, func(heading string) (column, bool) {
		c, known := headings[ward.Fold(heading)]
		return c, known
	})
}

// Is says whether a file has the headings of a calendar rather than those of
// a list of people.
func Is(fileName string, content []byte) bool {
	t, err := table(fileName, content)
	return err == nil && t.Has[day] && (t.Has[kind] || t.Has[title] || t.Has[text])
}

// Read reads a calendar. Every fault there is comes back; with a fault, no
// bulletin does.
func Read(fileName string, content []byte, rules Rules) (Month, []Fault) {
	t, err := table(fileName, content)
	switch {
	case errors.Is(err, spreadsheet.ErrTooBig):
		return Month{}, []Fault{{Problem: TooBig}}
	case errors.Is(err, spreadsheet.ErrNoHeadings):
		return Month{}, []Fault{{Problem: NoHeadings}}
	case err != nil:
		return Month{}, []Fault{{Problem: NotASheet}}
	}
	var faults []Fault
	for _, c := range []column{day, clock, kind, title} {
		if !t.Has[c] {
			faults = append(faults, Fault{Problem: NoColumn, Column: c})
		}
	}
	switch {
	case len(faults) > 0:
		return Month{}, faults
	case len(t.Rows) == 0:
		return Month{}, []Fault{{Problem: NoRows}}
	case len(t.Rows) > MaxRows:
		return Month{}, []Fault{{Problem: TooMany}}
	}
	var m Month
	lines := map[string]int{} // by key
	for _, r := range t.Rows {
		item, bad := rules.item(row(r))
		key := item.Draft.DraftKey
		sum, taken := rules.Taken[key]
		switch {
		case len(bad) == 0 && lines[key] != 0:
			bad = []Fault{{Problem: Twice, Value: item.Draft.Title, Other: lines[key]}}
		case len(bad) == 0 && taken && sum != item.Sum:
			bad = []Fault{{Problem: Changed, Value: item.Draft.Title}}
		case len(bad) == 0 && taken:
			m.Known++
		case len(bad) == 0:
			if bad = rules.timely(row(r), item); len(bad) == 0 {
				m.Items = append(m.Items, item)
			}
		}
		lines[key] = r.Line
		for _, f := range bad {
			f.Line = r.Line
			faults = append(faults, f)
		}
	}
	if len(faults) > 0 {
		return Month{}, faults
	}
	return m, nil
}

// row is one row of a file.
type row spreadsheet.Row[column]

// line is a cell that belongs on one line.
func (r row) line(c column) string { return ward.CleanLine(r.Cells[c]) }

// item reads a row, and finds all that is wrong with it but its time, which
// may be over if the row was taken before.
func (rules Rules) item(r row) (item ward.CalendarItem, faults []Fault) {
	wrong := func(p Problem, c column) {
		faults = append(faults, Fault{Problem: p, Column: c, Value: r.line(c)})
	}
	on, hasDay := dayIn(r.line(day), rules.Now, rules.Zone)
	switch {
	case r.line(day) == "":
		wrong(Missing, day)
	case !hasDay:
		wrong(DayBad, day)
	}
	at, hasClock := clockIn(r.line(clock))
	switch {
	case r.line(clock) == "":
		wrong(Missing, clock)
	case !hasClock:
		wrong(ClockBad, clock)
	}
	is := kinds[ward.Fold(r.line(kind))]
	switch {
	case r.line(kind) == "":
		wrong(Missing, kind)
	case is == 0:
		wrong(KindBad, kind)
	}
	if r.line(title) == "" {
		wrong(Missing, title)
	}
	if is != 0 && is != ward.KindTask && r.line(passOn) != "" {
		wrong(NotPassedOn, passOn)
	}
	if is != 0 && !is.HasDeadline() && r.line(deadline) != "" {
		wrong(NoDeadline, deadline)
	}
	audience, bad := rules.audience(r)
	faults = append(faults, bad...)
	b := rules.bulletin(r, is, audience)
	faults = append(faults, unsendable(b, rules.Links)...)
	if !hasDay || !hasClock {
		return item, faults
	}
	b.SendAt, b.SendDay = at.On(on, rules.Zone), on
	if is.HasDeadline() {
		var ok bool
		if b.Deadline, ok = rules.deadline(r.line(deadline), is, b.SendAt); !ok {
			wrong(DeadlineBad, deadline)
			return item, faults
		}
	}
	return rules.plan(b, at), faults
}

// bulletin is what a row says, signed by whoever sends the file.
func (rules Rules) bulletin(r row, is ward.Kind, to ward.Audience) ward.Bulletin {
	words := r.line(title)
	if body := ward.Clean(r.Cells[text]); body != "" {
		words += "\n" + body
	}
	if from := r.line(source); from != "" {
		words += "\n" + rules.Texts.Plain("calendar.source_line", locales.Args{"Source": from})
	}
	b := ward.Bulletin{Kind: is, Signed: rules.Signed, AuthorID: rules.AuthorID, Audience: to}
	b.Write(ward.Text{Plain: words}, ward.Text{Plain: ward.Clean(r.Cells[passOn])})
	return b
}

// plan is a bulletin kept for its one time, with its key: a row that differs
// in day, time, kind, title or wards is another row.
func (rules Rules) plan(b ward.Bulletin, at ward.Clock) ward.CalendarItem {
	item := ward.CalendarItem{Plan: ward.Plan{
		Rule: ward.Recurrence{From: b.SendDay, At: at, Zone: rules.Zone.String()},
		Next: b.SendAt, ChatID: rules.ChatID, Language: rules.Language,
	}}
	if b.Kind.HasDeadline() {
		item.Deadline = ward.DeadlineAfter(b.SendAt, b.Deadline, rules.Zone)
	}
	b.DraftKey = "row-" + sum(b.SendAt.Unix(), b.Kind, ward.Fold(b.Title), b.Audience.WardIDs)
	item.Draft, item.Sum = b, sum(b.DraftKey, b.Title, b.Body, b.PassOn, item.Deadline)
	return item
}

// sum is a short name for values, the same for the same values only.
func sum(values ...any) string {
	raw, err := json.Marshal(values)
	if err != nil {
		panic(fmt.Sprintf("numbers and texts are always JSON: %v", err))
	}
	hash := sha256.Sum256(raw)
	return hex.EncodeToString(hash[:16])
}

// unsendable is why the words of a row may not be sent.
func unsendable(b ward.Bulletin, links ward.LinkList) []Fault {
	var link *ward.LinkError
	var long *ward.LengthError
	switch err := b.Validate(links); {
	case errors.As(err, &link):
		return []Fault{{Problem: LinkBad, Value: link.Link}}
	case errors.As(err, &long):
		return []Fault{{Problem: TooLong, Other: long.Over}}
	case err != nil && b.Title != "": // without one, that is said already
		return []Fault{{Problem: Unsigned}}
	}
	return nil
}

// timely is why a row may not be planned for its time.
func (rules Rules) timely(r row, item ward.CalendarItem) []Fault {
	at := Fault{Value: r.line(day) + " " + r.line(clock)}
	switch err := ward.MayPlan(item.Next, rules.Now, rules.Quiet); {
	case errors.Is(err, ward.ErrPast):
		at.Problem = Past
	case errors.Is(err, ward.ErrTooFar):
		at.Problem = TooFar
	case errors.Is(err, ward.ErrQuiet):
		at.Problem = Quiet
	default:
		return nil
	}
	return []Fault{at}
}

// audience reads wards with commas, semicolons or lines between them. A ward
// is taken only if nothing else can be meant: nobody is there to ask.
func (rules Rules) audience(r row) (to ward.Audience, faults []Fault) {
	if rules.Home != 0 {
		to.WardIDs = []int64{rules.Home}
	}
	cell := ward.Clean(r.Cells[wards])
	if cell == "" || slices.Contains(everywhere, ward.Fold(cell)) && rules.Home == 0 {
		return to, nil
	}
	var ids []int64
	for _, name := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune(",;\n", c) }) {
		if name = ward.CleanLine(name); name == "" {
			continue
		}
		found := ward.SearchWards(name, rules.Wards)
		f := Fault{Column: wards, Value: name}
		switch {
		case len(found) == 0 && !slices.Contains(everywhere, ward.Fold(name)):
			f.Problem = WardUnknown
		case len(found) > 1:
			f.Problem = WardUnclear
		case len(found) == 0 || rules.Home != 0 && found[0].ID != rules.Home:
			f.Problem = WardForeign
		default:
			ids = append(ids, found[0].ID)
			continue
		}
		faults = append(faults, f)
	}
	if slices.Sort(ids); len(ids) > 0 {
		to.WardIDs = slices.Compact(ids)
	}
	return to, faults
}
