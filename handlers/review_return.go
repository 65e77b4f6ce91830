package handlers

import (
	"context"
	"errors"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/storage"
	"wardbot/ward"
)

// reasonLabel is a reason on a button.
func reasonLabel(t *locales.Texts, reason ward.Reason) string {
	switch reason {
	case ward.ReasonPhoto:
		return t.Plain("btn.reason_photo")
	case ward.ReasonNumber:
		return t.Plain("btn.reason_number")
	case ward.ReasonPrivate:
		return t.Plain("btn.reason_private")
	case ward.ReasonTask:
		return t.Plain("btn.reason_task")
	}
	return t.Plain("btn.reason_own")
}

// askReason offers the common reasons to return the report on the card.
func (h *Handlers) askReason(ctx context.Context, r *request) error {
	s, report, err := h.underReview(ctx, r)
	if err != nil {
		return err
	}
	html, err := h.reviewHTML(ctx, r, s, report)
	if err != nil {
		return err
	}
	var buttons []bot.Button
	for _, reason := range ward.CommonReasons() {
		buttons = append(buttons, button(reasonLabel(r.t, reason), "rvwhy", s.args(report.ID, r.arg(4), int64(reason))...))
	}
	seen := s.args(report.ID, r.arg(4))
	k := append(rows(buttons, 2), []bot.Button{
		button(reasonLabel(r.t, ward.ReasonOther), "rvown", seen...), button(r.t.Plain("btn.back"), "rvcard", seen...),
	})
	return r.edit(ctx, html+"\n\n"+r.t.HTML("review.why"), k)
}

// returnReport is the tap on a common reason.
func (h *Handlers) returnReport(ctx context.Context, r *request) error {
	reason := ward.Reason(r.arg(5))
	if !reason.Common() {
		return errOldButton
	}
	return h.decide(ctx, r, ward.Verdict{State: ward.ReportReturned, Reason: reason}, nil)
}

// returning is a return of which the reason is being typed.
type returning struct {
	Report   int64   `json:"report"`
	Revision int     `json:"revision"`
	Sieve    []int64 `json:"sieve"` // where the review goes on
}

// askOwnReason lets the coordinator write why.
func (h *Handlers) askOwnReason(ctx context.Context, r *request) error {
	s, report, err := h.underReview(ctx, r)
	if err != nil {
		return err
	}
	c := storage.Conversation{Flow: flowReturn}
	if m := r.tapped(); m != nil {
		c.MessageID = m.ID
	}
	if err := pack(&c, "reason", returning{Report: report.ID, Revision: int(r.arg(4)), Sieve: s.args()}); err != nil {
		return err
	}
	if err := r.keep(ctx, &c); err != nil {
		return err
	}
	return h.showOwnReason(ctx, r, &c)
}

func (h *Handlers) showOwnReason(ctx context.Context, r *request, _ *storage.Conversation) error {
	_, err := r.send(ctx, bot.Send{ChatID: r.chat, HTML: r.t.HTML("review.own_reason"), ForceReply: r.t.Plain("review.own_example")})
	return err
}

// reasonInput is the coordinator's own reason. Whatever else comes meanwhile
// is taken for what it is.
func (h *Handlers) reasonInput(ctx context.Context, r *request, c *storage.Conversation) error {
	text, d := r.text(), unpack[returning](*c)
	switch {
	case len(r.message().Photo) > 0 || text == "":
		return h.outOfTheBlue(ctx, r)
	case ward.Units(text) > ward.MaxReason:
		return ward.ErrTooLong
	}
	report, err := h.reviewable(ctx, r, d.Report)
	if err != nil && !errors.Is(err, ward.ErrReviewed) {
		return err
	}
	outcome := ""
	if err == nil {
		v := ward.Verdict{State: ward.ReportReturned, ReasonText: text}
		report, err = h.pronounce(ctx, r, ward.ReportVersion{ID: d.Report, Revision: d.Revision}, v)
		outcome = outcomeWords(r.t, report)
	}
	if err != nil && !errors.Is(err, ward.ErrReviewed) {
		return err
	}
	if err != nil {
		outcome = r.t.Plain("sorry.reviewed")
	}
	if err := h.store.EndConversation(ctx, r.chat, flowReturn); err != nil {
		return err
	}
	r.strip(ctx, c.MessageID)
	r.args = d.Sieve
	s, err := r.sieve(ctx)
	if err != nil {
		return err
	}
	if _, err := r.reply(ctx, r.t.HTML("review.outcome", locales.Args{"Outcome": outcome}), nil); err != nil {
		return err
	}
	return h.showNext(ctx, r, s, report, "")
}
