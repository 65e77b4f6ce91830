package report

import (
	"wardbot/locales"
	"wardbot/ward"
)

// Answers are what a report says to the questions that have a label, a line
// for each: "suất cơm: 42". Households are not among them.
func Answers(t *locales.Texts, f ward.Form, replies ward.Replies) []string {
	var lines []string
	for i, q := range f.Asks() {
		n, answered := replies.To(i)
		switch {
		case !answered || !q.Takes(n) || q.Households():
		case q.Ask == ward.AskChoice:
			lines = append(lines, t.Plain("report.answer", locales.Args{"Label": q.Label, "Value": q.Options[n]}))
		default:
			lines = append(lines, t.Plain("report.answer", locales.Args{"Label": q.Label, "Value": t.Number(n)}))
		}
	}
	return lines
}

// State says how far a report has come, and why it came back.
func State(t *locales.Texts, r ward.Report) string {
	switch r.State {
	case ward.ReportAccepted:
		return t.Plain("report.accepted")
	case ward.ReportReturned:
		return t.Plain("report.returned", locales.Args{"Reason": Reason(t, r)})
	}
	return t.Plain("report.waiting")
}

// Reason says why a report was returned: in the coordinator's own words, or in
// the language of its author.
func Reason(t *locales.Texts, r ward.Report) string {
	switch r.Reason {
	case ward.ReasonPhoto:
		return t.Plain("review.reason_photo")
	case ward.ReasonNumber:
		return t.Plain("review.reason_number")
	case ward.ReasonPrivate:
		return t.Plain("review.reason_private")
	case ward.ReasonTask:
		return t.Plain("review.reason_task")
	}
	return r.ReasonText
}
