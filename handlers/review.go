package handlers

import (
	"context"
	"errors"
	"slices"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// Buttons of the review carry all that there is to know about where it is:
// task, place and flags of the filter, then the report. So a card of last week
// still works, and nobody is kept from writing something else meanwhile.

// The flags of a filter.
const (
	onlyPhotos = 1 << iota
	onlyUnseen
)

// sieve is a filter with the place that its buttons name.
type sieve struct {
	ward.ReportFilter
	place int64 // a ward or a group
}

// args are the sieve's numbers on a button, followed by others.
func (s sieve) args(more ...int64) []int64 {
	var flags int64
	if s.WithPhoto {
		flags |= onlyPhotos
	}
	if s.NoHint {
		flags |= onlyUnseen
	}
	return append([]int64{s.TaskID, s.place, flags}, more...)
}

// sieve reads the filter of the tapped button. Whatever it says, it never
// reaches beyond the wards that this person looks after.
func (r *request) sieve(ctx context.Context) (s sieve, err error) {
	if s.Scope, err = r.reviewed(ctx); err != nil {
		return s, err
	}
	s.TaskID, s.WithPhoto, s.NoHint = r.arg(0), r.arg(2)&onlyPhotos != 0, r.arg(2)&onlyUnseen != 0
	err = s.at(ctx, r, r.arg(1))
	return s, err
}

// at puts a ward or a group into the filter, or 0 for anywhere.
func (s *sieve) at(ctx context.Context, r *request, place int64) error {
	s.place, s.WardID, s.GroupID = place, 0, 0
	if place == 0 {
		return nil
	}
	g, err := r.h.store.Group(ctx, place)
	switch {
	case err == nil:
		s.WardID, s.GroupID = g.WardID, g.ID
	case errors.Is(err, ward.ErrNotFound):
		s.WardID, err = place, nil
	}
	return err
}

// reviewed are the wards with reports that this person looks after.
func (r *request) reviewed(ctx context.Context) ([]int64, error) {
	coordinated, err := r.h.store.CoordinatedWards(ctx)
	if err != nil {
		return nil, err
	}
	wards, err := r.h.store.WardsWaiting(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(wards, func(id int64) bool { return !r.looksAfter(id, coordinated) }), nil
}

// review shows the first report that waits.
func (h *Handlers) review(ctx context.Context, r *request) error {
	s, err := r.sieve(ctx)
	if err != nil {
		return err
	}
	return h.showNext(ctx, r, s, ward.Report{}, "")
}

// nextReview leaves a report for later and shows the one after it.
func (h *Handlers) nextReview(ctx context.Context, r *request) error {
	s, err := r.sieve(ctx)
	if err != nil {
		return err
	}
	return h.showNext(ctx, r, s, ward.Report{ID: r.arg(3), BulletinID: r.arg(4)}, "")
}

// reviewAgain goes back from the reasons to the card.
func (h *Handlers) reviewAgain(ctx context.Context, r *request) error {
	s, report, err := h.underReview(ctx, r)
	if err != nil {
		return err
	}
	return h.showCardOf(ctx, r, s, report, "")
}

// acceptReport is the tap on "accept".
func (h *Handlers) acceptReport(ctx context.Context, r *request) error {
	return h.decide(ctx, r, ward.Verdict{State: ward.ReportAccepted}, nil)
}

// decide records a verdict on the tapped card and shows the next report. If
// the report was sent again meanwhile, it is shown as it is now. What else
// follows from the verdict comes before the next report.
func (h *Handlers) decide(ctx context.Context, r *request, v ward.Verdict, follows func(ward.Report) error) error {
	s, report, err := h.underReview(ctx, r)
	if err != nil {
		return err
	}
	judged, err := h.pronounce(ctx, r, ward.ReportVersion{ID: report.ID, Revision: int(r.arg(4))}, v)
	if errors.Is(err, ward.ErrReviewed) {
		r.toast(ctx, r.t.Plain("sorry.reviewed"))
		return h.showNext(ctx, r, s, ward.Report{ID: report.ID - 1, BulletinID: report.BulletinID}, "")
	}
	if err != nil {
		return err
	}
	outcome := outcomeWords(r.t, judged)
	r.toast(ctx, outcome)
	if follows != nil {
		if err := follows(judged); err != nil {
			return err
		}
	}
	return h.showNext(ctx, r, s, judged, outcome)
}

func (h *Handlers) pronounce(ctx context.Context, r *request, version ward.ReportVersion, v ward.Verdict) (ward.Report, error) {
	v.By = r.me.ID
	judged, err := h.store.Review(ctx, version, v, h.Now())
	if err == nil {
		h.Log.Info("report reviewed", "report", judged.ID, "state", judged.State, "by", r.from.ID)
	}
	return judged, err
}

// outcomeWords say what was decided.
func outcomeWords(t *locales.Texts, judged ward.Report) string {
	if judged.State == ward.ReportReturned {
		return t.Plain("review.returned", locales.Args{"Code": judged.Code})
	}
	return t.Plain("review.accepted", locales.Args{"Code": judged.Code})
}

// underReview is the report on the tapped button, if it is one of a ward that
// this person looks after.
func (h *Handlers) underReview(ctx context.Context, r *request) (sieve, ward.Report, error) {
	s, err := r.sieve(ctx)
	if err != nil {
		return s, ward.Report{}, err
	}
	report, err := h.reviewable(ctx, r, r.arg(3))
	return s, report, err
}

// reviewable is a report that this person may judge, whatever its state.
func (h *Handlers) reviewable(ctx context.Context, r *request, id int64) (ward.Report, error) {
	report, err := h.store.Report(ctx, id)
	if errors.Is(err, ward.ErrNotFound) {
		return report, ward.ErrReviewed
	}
	if err != nil {
		return report, err
	}
	coordinated, err := h.store.CoordinatedWards(ctx)
	if err == nil && !r.looksAfter(report.WardID, coordinated) {
		err = errNotAllowed
	}
	return report, err
}

// showNext shows the report after another one, below what was decided of it.
// Photos come before their card, so a card with photos is a new message.
func (h *Handlers) showNext(ctx context.Context, r *request, s sieve, after ward.Report, outcome string) error {
	report, err := h.store.NextReport(ctx, s.ReportFilter, after)
	if errors.Is(err, ward.ErrNotFound) {
		return h.showEnd(ctx, r, s, outcome)
	}
	if err != nil {
		return err
	}
	if len(report.Photos) > 0 {
		if err := h.leaveCard(ctx, r, outcome); err != nil {
			return err
		}
		h.showPhotos(ctx, r, report)
		outcome = ""
	}
	return h.showCardOf(ctx, r, s, report, outcome)
}

// leaveCard ends the tapped card: what follows comes below it.
func (h *Handlers) leaveCard(ctx context.Context, r *request, outcome string) error {
	m := r.tapped()
	switch {
	case m == nil:
		return nil
	case outcome == "":
		r.strip(ctx, m.ID)
	default:
		if err := r.edit(ctx, r.t.HTML("review.outcome", locales.Args{"Outcome": outcome}), nil); err != nil {
			return err
		}
	}
	r.anew = true
	return nil
}

// showPhotos sends the photos of a report. One that Telegram has no more keeps
// nobody from judging the rest.
func (h *Handlers) showPhotos(ctx context.Context, r *request, report ward.Report) {
	var photos []bot.Media
	for _, p := range report.Photos {
		photos = append(photos, bot.Photo(p.FileID)...)
	}
	if _, err := r.send(ctx, bot.Send{ChatID: r.chat, Media: photos}); err != nil {
		h.Log.Warn("photos of a report not shown", "report", report.ID, "error", err)
	}
}

// showEnd is what stands below the last report.
func (h *Handlers) showEnd(ctx context.Context, r *request, s sieve, outcome string) error {
	left, err := h.store.CountWaiting(ctx, s.ReportFilter)
	if err != nil {
		return err
	}
	k := bot.Keyboard{}
	if left > 0 {
		k = append(k, []bot.Button{button(r.t.Plain("btn.from_start"), "review", s.args()...)})
	}
	if s.TaskID != 0 || s.place != 0 || s.WithPhoto || s.NoHint {
		k = append(k, []bot.Button{button(r.t.Plain("btn.all_reports"), "review")})
	}
	waits, err := h.storyWaits(ctx, r)
	if err != nil {
		return err
	}
	if waits {
		k = append(k, []bot.Button{button(r.t.Plain("btn.stories"), "tales")})
	}
	html := r.t.HTML("review.none")
	if left > 0 {
		html = r.t.HTML("review.end", locales.Args{"Count": left})
	}
	if outcome != "" {
		html = r.t.HTML("review.outcome", locales.Args{"Outcome": outcome}) + "\n\n" + html
	}
	return r.say(ctx, html, k)
}

// showCardOf shows a report with all that there is to judge it by.
func (h *Handlers) showCardOf(ctx context.Context, r *request, s sieve, report ward.Report, outcome string) error {
	html, err := h.reviewHTML(ctx, r, s, report)
	if err != nil {
		return err
	}
	if outcome != "" {
		html = r.t.HTML("review.outcome", locales.Args{"Outcome": outcome}) + "\n\n" + html
	}
	seen := s.args(report.ID, int64(report.Revision))
	k := bot.Keyboard{{button(r.t.Plain("btn.accept"), "rvok", seen...), button(r.t.Plain("btn.return"), "rvback", seen...)}}
	if mayBeStory(report) {
		k = append(k, []bot.Button{button(r.t.Plain("btn.choose_story"), "rvtale", seen...)})
	}
	return r.say(ctx, html, append(k, []bot.Button{
		button(r.t.Plain("btn.sift"), "rvsift", s.args()...), button(r.t.Plain("btn.next"), "rvnext", s.args(report.ID, report.BulletinID)...),
	}))
}

func (h *Handlers) reviewHTML(ctx context.Context, r *request, s sieve, report ward.Report) (string, error) {
	b, err := h.store.Bulletin(ctx, report.BulletinID)
	if err != nil {
		return "", err
	}
	author, err := h.store.Person(ctx, report.PersonID)
	if err != nil {
		return "", err
	}
	w, err := h.store.Ward(ctx, report.WardID)
	if err != nil {
		return "", err
	}
	group := ""
	if report.GroupID != 0 {
		if group, err = h.placeOf(ctx, r.t, report.WardID, report.GroupID); err != nil {
			return "", err
		}
	}
	alike, err := h.store.AlikeReports(ctx, report.ID)
	if err != nil {
		return "", err
	}
	left, err := h.store.CountWaiting(ctx, s.ReportFilter)
	if err != nil {
		return "", err
	}
	hint := ""
	if len(alike) > 0 {
		hint = r.t.Plain("review.hint", locales.Args{"Code": alike[0]})
	}
	sent := report.UpdatedAt.In(h.Zone)
	return r.t.HTML("review.card", locales.Args{
		"Code": report.Code, "Title": b.Title, "Name": author.Name, "Ward": w.Name, "Group": group,
		"Time": r.t.Clock(sent), "Day": r.t.Day(sent), "Hint": hint, "Left": r.t.Number(left),
		"Summary": summary(r.t, b.Form, report.Answers(b.Form), len(report.Photos)), "Text": report.Text,
	}), nil
}
