package handlers

import (
	"context"
	"slices"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/report"
	"wardbot/ward"
)

// tasksOnPage is how many tasks of one's own are shown at once.
const tasksOnPage = 8

// history shows a person the tasks they had and what they answered, the newest
// first, a page at a time. Only they see it.
func (h *Handlers) history(ctx context.Context, r *request) error {
	if r.me.ID == 0 {
		return errNotMember
	}
	record, err := h.store.PersonRecord(ctx, r.me.ID)
	if err != nil {
		return err
	}
	tasks := slices.DeleteFunc(record.Received, func(v ward.Received) bool { return v.Kind != ward.KindTask })
	slices.Reverse(tasks)
	reports := map[int64]ward.Report{}
	for _, told := range record.Reports {
		reports[told.BulletinID] = told
	}
	pages := max(1, (len(tasks)+tasksOnPage-1)/tasksOnPage)
	page := min(max(int(r.arg(0)), 0), pages-1)
	var lines []string
	for _, task := range tasks[page*tasksOnPage : min((page+1)*tasksOnPage, len(tasks))] {
		args := locales.Args{"Day": r.t.ShortDay(task.Day.In(h.Zone)), "Title": task.Title, "Answer": report.Answer(r.t, task), "Code": "", "State": ""}
		if told, ok := reports[task.BulletinID]; ok {
			args["Code"], args["State"] = told.Code, report.State(r.t, told)
		}
		lines = append(lines, r.t.HTML("history.line", args))
	}
	html := r.t.HTML("history.none")
	if len(lines) > 0 {
		html = r.t.HTML("history.title", locales.Args{"Tasks": r.t.Number(len(tasks))}) + "\n" + strings.Join(lines, "\n")
	}
	var turn []bot.Button
	if page > 0 {
		turn = append(turn, button(r.t.Plain("btn.newer"), "mytask", int64(page-1)))
	}
	if page < pages-1 {
		turn = append(turn, button(r.t.Plain("btn.older"), "mytask", int64(page+1)))
	}
	return r.say(ctx, html, bot.Keyboard{turn, {button(r.t.Plain("btn.back"), "mydata")}})
}
