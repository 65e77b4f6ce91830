package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"wardbot/locales"
	"wardbot/ward"
)

// apologies pairs what a person can mend with the words that help.
var apologies = []struct {
	err error
	key string
}{
	{ward.ErrInviteEnded, "sorry.invite_ended"},
	{ward.ErrNotAsked, "sorry.not_asked"},
	{ward.ErrTaskClosed, "sorry.task_closed"},
	{ward.ErrUndoTooLate, "sorry.undo_too_late"},
	{ward.ErrNothingToUndo, "sorry.nothing_to_undo"},
	{ward.ErrReportClosed, "sorry.report_closed"},
	{ward.ErrNoReport, "sorry.no_report"},
	{ward.ErrReviewed, "sorry.reviewed"},
	{ward.ErrForm, "sorry.form"},
	{ward.ErrUnsigned, "sorry.unsigned"},
	{ward.ErrEmpty, "sorry.empty"},
	{ward.ErrBadName, "sorry.bad_name"},
	{ward.ErrMedia, "sorry.media"},
	{ward.ErrTooLong, "sorry.too_long"},
	{ward.ErrMedia, "sorry.media"},
	{errNoContent, "sorry.no_content"},
	{errProgram, "sorry.program"},
	{errLivePlace, "sorry.live_place"},
	{ward.ErrLink, "sorry.link"},
	{ward.ErrTooLate, "sorry.too_late"},
	{errReminded, "sorry.reminded"},
	{ward.ErrNotStoppable, "sorry.not_stoppable"},
	{ward.ErrRecalled, "sorry.recalled"},
	{ward.ErrEnough, "sorry.enough"},
	{ward.ErrNotJuror, "sorry.not_juror"},
	{ward.ErrOvertaken, "sorry.overtaken"},
	{ward.ErrStoryGone, "sorry.story_gone"},
	{ward.ErrAlertOver, "sorry.alert_over"},
	{ward.ErrDecided, "sorry.decided"},
	{ward.ErrOwnAssent, "sorry.own_assent"},
	{errNoTime, "sorry.no_time"},
	{errNoDates, "sorry.no_dates"},
	{errNoPeriod, "sorry.no_period"},
	{ward.ErrPast, "sorry.past"},
	{ward.ErrTooFar, "sorry.too_far"},
	{ward.ErrQuiet, "sorry.quiet"},
	{errNotMember, "sorry.not_member"},
	{errWaiting, "sorry.waiting"},
	{errWithdrawn, "sorry.withdrawn"},
	{errNotAllowed, "sorry.not_allowed"},
	{errElsewhere, "sorry.elsewhere"},
	{errOldButton, "sorry.old_button"},
	{errJudgingLater, "sorry.judging_later"},
	{errTemplateGone, "sorry.template_gone"},
	{errNoCredit, "sorry.no_credit"},
	{errNoPhoto, "sorry.no_photo"},
	{errNoWords, "sorry.no_words"},
	{errUnsupported, "sorry.unsupported"},
}

// apologise turns an error into a sentence: in a toast for a tap, in a
// message for words. What is not in apologies is our fault; it comes back to
// the caller, for the log.
func (h *Handlers) apologise(ctx context.Context, r *request, err error) error {
	for _, a := range apologies {
		if !errors.Is(err, a.err) {
			continue
		}
		if r.update.Callback != nil {
			r.toast(ctx, r.t.Plain(a.key))
			return nil
		}
		var long *ward.LengthError
		if errors.As(err, &long) {
			_, err := r.reply(ctx, r.t.HTML("sorry.too_long_by", locales.Args{"Over": r.t.Number(long.Over)}), nil)
			return err
		}
		_, err := r.reply(ctx, r.t.HTML(a.key), nil)
		return err
	}
	if mayPass(err) || ctx.Err() != nil {
		return err // will be tried again
	}
	ours := locales.Args{"Code": troubleCode(r.update.ID)}
	if r.update.Callback != nil {
		r.toast(ctx, r.t.Plain("sorry.ours", ours))
		return err
	}
	if r.message() != nil {
		if _, silent := r.reply(ctx, r.t.HTML("sorry.ours", ours), nil); silent != nil {
			h.Log.Warn("apology not sent", "update", r.update.ID, "error", silent)
		}
	}
	return err
}

// troubleCode is what a person can tell their coordinator, and the coordinator
// whoever reads the log: four letters and digits that stand there too. The last
// million and a half updates have different ones.
func troubleCode(updateID int64) string {
	const codes = 36 * 36 * 36 * 36
	return fmt.Sprintf("%04s", strings.ToUpper(strconv.FormatInt(updateID%codes, 36)))
}
