package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"wardbot/locales"
	"wardbot/ward"
)

// Own is everything that is kept about a person, as they may take it with
// them.
type Own struct {
	Record ward.Record
	Ward   string
	Group  string // empty: not known
	Zone   *time.Location
}

// OwnJSON writes a person's data for machines: field names in English, times
// in RFC 3339, no numbers of ours that mean nothing elsewhere.
func OwnJSON(t *locales.Texts, o Own) ([]byte, error) {
	type consent struct {
		Kind      string    `json:"kind"`
		Version   string    `json:"version"`
		Hash      string    `json:"sha256"`
		Given     time.Time `json:"given"`
		Withdrawn time.Time `json:"withdrawn,omitzero"`
	}
	type received struct {
		Day      string    `json:"day"`
		Kind     string    `json:"kind"`
		Title    string    `json:"title"`
		Answer   string    `json:"answer,omitempty"`
		Answered time.Time `json:"answered,omitzero"`
		Late     bool      `json:"late,omitempty"`
		Reaction string    `json:"reaction,omitempty"`
	}
	type story struct {
		Sent   time.Time `json:"sent"`
		Text   string    `json:"text"`
		Photo  bool      `json:"photo,omitempty"`
		Agreed bool      `json:"people_in_it_agreed"`
		Named  bool      `json:"with_my_name"`
		State  string    `json:"state"`
		Reason string    `json:"returned_because,omitempty"`
	}
	type entry struct {
		Call   string    `json:"call"`
		Number int       `json:"number"`
		Sent   time.Time `json:"sent"`
		Text   string    `json:"text"`
		Files  int       `json:"files,omitempty"`
		Usable bool      `json:"may_be_published"`
		Named  bool      `json:"with_my_name"`
		State  string    `json:"state"`
	}
	type told struct {
		Code       string    `json:"code"`
		Sent       time.Time `json:"sent"`
		Changed    time.Time `json:"changed"`
		Households *int      `json:"households,omitempty"`
		Text       string    `json:"text"`
		Photos     int       `json:"photos"`
		Answers    []string  `json:"answers,omitempty"`
		State      string    `json:"state"`
		Reviewed   time.Time `json:"reviewed,omitzero"`
		Returned   string    `json:"returned_because,omitempty"`
	}
	type plight struct {
		At        time.Time `json:"at"`
		NeedsHelp bool      `json:"needs_help"`
		Note      string    `json:"note,omitempty"`
		Latitude  *float64  `json:"latitude,omitempty"`
		Longitude *float64  `json:"longitude,omitempty"`
	}
	p := o.Record.Person
	all := struct {
		TelegramID  int64      `json:"telegram_id"`
		Name        string     `json:"name"`
		Language    string     `json:"language"`
		Ward        string     `json:"ward"`
		Group       string     `json:"group,omitempty"`
		Joined      time.Time  `json:"joined"`
		PausedUntil time.Time  `json:"paused_until,omitzero"`
		Hours       string     `json:"hours,omitempty"`
		ByNight     bool       `json:"alerts_by_night,omitempty"`
		Role        string     `json:"role,omitempty"`
		Thanked     int        `json:"thanked_after_days,omitempty"`
		Offered     time.Time  `json:"pause_offered,omitzero"`
		Alerts      []plight   `json:"answers_to_alerts,omitempty"`
		Stories     []story    `json:"stories,omitempty"`
		Entries     []entry    `json:"entries,omitempty"`
		Consents    []consent  `json:"consents"`
		Received    []received `json:"received"`
		Reports     []told     `json:"reports"`
	}{
		TelegramID: p.ChatID, Name: p.Name, Language: p.Language, Ward: o.Ward, Group: o.Group,
		Joined: o.in(p.JoinedAt), PausedUntil: o.in(p.PausedUntil), Hours: p.Hours.String(), ByNight: p.Urgent,
		Thanked: o.Record.Thanked, Offered: o.in(o.Record.Offered),
		Consents: []consent{}, Received: []received{}, Reports: []told{},
	}
	if p.Role > ward.RoleCollaborator {
		all.Role = p.Role.String()
	}
	for _, s := range o.Record.Stories {
		all.Stories = append(all.Stories, story{o.in(s.At), s.Text, s.PhotoID != "", s.Agreed, s.Credit, s.State.String(), s.Reason})
	}
	for _, e := range o.Record.Entries {
		all.Entries = append(all.Entries, entry{
			e.Call, e.Number, o.in(e.At), e.Text, len(e.Files), e.Credit != ward.CreditNone, e.Credit == ward.CreditNamed, e.State.String(),
		})
	}
	for _, c := range o.Record.Consents {
		all.Consents = append(all.Consents, consent{c.Kind, c.Version, c.Hash, o.in(c.GivenAt), o.in(c.WithdrawnAt)})
	}
	for _, a := range o.Record.Plights {
		one := plight{At: o.in(a.At), NeedsHelp: a.Safety == ward.NeedsHelp, Note: a.Note}
		if a.Located {
			one.Latitude, one.Longitude = &a.Latitude, &a.Longitude
		}
		all.Alerts = append(all.Alerts, one)
	}
	for _, r := range o.Record.Received {
		all.Received = append(all.Received, received{
			r.Day.In(o.Zone).Format(time.DateOnly), r.Kind.String(), r.Title, r.Answer.String(), o.in(r.AnsweredAt), r.Late, r.Reaction.String(),
		})
	}
	for _, r := range o.Record.Reports {
		one := told{
			Code: r.Code, Sent: o.in(r.At), Changed: o.in(r.UpdatedAt), Text: r.Text, Photos: len(r.Photos),
			Answers: Answers(t, o.Record.Forms[r.BulletinID], r.Replies), State: r.State.String(), Reviewed: o.in(r.ReviewedAt),
		}
		if r.State == ward.ReportReturned {
			one.Returned = Reason(t, r)
		}
		if r.HasCount {
			one.Households = &r.Households
		}
		all.Reports = append(all.Reports, one)
	}
	return json.MarshalIndent(all, "", "  ")
}

// in is a moment in the organisation's zone; none stays none.
func (o Own) in(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.In(o.Zone)
}

// plightRow is what a person answered to an alert, as long as it is kept.
func plightRow(t *locales.Texts, o Own, a ward.Plight) []any {
	if a.Safety == ward.Safe {
		return []any{t.Plain("own.said_safe"), o.in(a.At)}
	}
	row := []any{t.Plain("own.said_help"), o.in(a.At), a.Note}
	if a.Located {
		row = append(row, fmt.Sprintf("%.6f, %.6f", a.Latitude, a.Longitude))
	}
	return row
}

// stories are the rows of what a person told.
func (o Own) stories(t *locales.Texts) [][]any {
	rows := [][]any{{t.Plain("own.sent"), t.Plain("own.text"), t.Plain("own.photos"), t.Plain("own.state")}}
	for _, s := range o.Record.Stories {
		photos := 0
		if s.PhotoID != "" {
			photos = 1
		}
		rows = append(rows, []any{o.in(s.At), s.Text, photos, storyState(t, s.State)})
	}
	return rows
}

func storyState(t *locales.Texts, s ward.StoryState) string {
	switch s {
	case ward.StoryTaken:
		return t.Plain("own.story_taken")
	case ward.StoryReturned:
		return t.Plain("own.story_returned")
	case ward.StoryPublished:
		return t.Plain("own.story_published")
	}
	return t.Plain("own.story_sent")
}

// entries are the rows of what a person sent to calls.
func (o Own) entries(t *locales.Texts) [][]any {
	rows := [][]any{{t.Plain("own.title"), t.Plain("entries.number"), t.Plain("entries.at"), t.Plain("entries.text"), t.Plain("entries.files"), t.Plain("entries.state")}}
	for _, e := range o.Record.Entries {
		rows = append(rows, []any{e.Call, e.Number, o.in(e.At), e.Text, len(e.Files), entryState(t, e.State)})
	}
	return rows
}

// OwnBook writes a person's data as a spreadsheet: a sheet about the person,
// one of what they received and answered, one of their reports.
func OwnBook(t *locales.Texts, o Own) (book []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	p := o.Record.Person
	about := [][]any{
		{t.Plain("own.name"), p.Name}, {t.Plain("own.telegram_id"), p.ChatID},
		{t.Plain("own.ward"), o.Ward}, {t.Plain("own.group"), o.Group},
		{t.Plain("own.joined"), o.in(p.JoinedAt)},
	}
	for _, c := range o.Record.Consents {
		about = append(about, []any{t.Plain("own.consent", locales.Args{"Version": c.Version}), o.in(c.GivenAt)})
		if !c.WithdrawnAt.IsZero() {
			about = append(about, []any{t.Plain("own.withdrawn", locales.Args{"Version": c.Version}), o.in(c.WithdrawnAt)})
		}
	}
	if p.Hours.Set() {
		about = append(about, []any{t.Plain("own.hours"), p.Hours.String()})
	}
	if p.Urgent {
		about = append(about, []any{t.Plain("own.alerts_by_night"), "✓"})
	}
	if o.Record.Thanked > 0 {
		about = append(about, []any{t.Plain("own.thanked"), o.Record.Thanked})
	}
	if !o.Record.Offered.IsZero() {
		about = append(about, []any{t.Plain("own.offered"), o.in(o.Record.Offered)})
	}
	for _, a := range o.Record.Plights {
		about = append(about, plightRow(t, o, a))
	}
	received := [][]any{{t.Plain("own.day"), t.Plain("own.title"), t.Plain("own.answer"), t.Plain("own.answered")}}
	for _, r := range o.Record.Received {
		received = append(received, []any{r.Day.In(o.Zone), r.Title, Answer(t, r), o.in(r.AnsweredAt)})
	}
	reports := [][]any{{t.Plain("own.code"), t.Plain("own.sent"), t.Plain("own.households"), t.Plain("own.text"), t.Plain("own.photos"), t.Plain("own.answers"), t.Plain("own.state")}}
	for _, r := range o.Record.Reports {
		var homes any
		if r.HasCount {
			homes = r.Households
		}
		reports = append(reports, []any{r.Code, o.in(r.At), homes, r.Text, len(r.Photos), strings.Join(Answers(t, o.Record.Forms[r.BulletinID], r.Replies), "; "), State(t, r)})
	}
	type sheet struct {
		name string
		rows [][]any
	}
	sheets := []sheet{{t.Plain("own.sheet_about"), about}, {t.Plain("own.sheet_received"), received}, {t.Plain("own.sheet_reports"), reports}}
	if len(o.Record.Stories) > 0 {
		sheets = append(sheets, sheet{t.Plain("own.sheet_stories"), o.stories(t)})
	}
	if len(o.Record.Entries) > 0 {
		sheets = append(sheets, sheet{t.Plain("entries.sheet"), o.entries(t)})
	}
	for i, sheet := range sheets {
		if err := addSheet(f, i, sheet.name, sheet.rows); err != nil {
			return nil, fmt.Errorf("write sheet %s: %w", sheet.name, err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write own data: %w", err)
	}
	return b.Bytes(), nil
}

// Answer says what somebody answered to a task; nothing if they did not.
func Answer(t *locales.Texts, r ward.Received) string {
	switch {
	case r.Answer == ward.AnswerDone && r.Late:
		return t.Plain("own.late")
	case r.Answer == ward.AnswerDone:
		return t.Plain("own.done")
	case r.Answer == ward.AnswerNotToday:
		return t.Plain("own.not_today")
	}
	return ""
}
