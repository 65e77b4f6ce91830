package handlers

import (
	"context"
	"maps"
	"slices"
	"strings"

	"wardbot/bot"
	"wardbot/locales"
	"wardbot/ward"
)

// onScreen is how many people are named at most, and reasonLength how much of
// Telegram's own words is shown.
const (
	onScreen     = 20
	reasonLength = 80
)

// showFailures lists whom a bulletin did not reach and why, ward by ward, and
// offers to send it again to those whom Telegram refused. Where a ward has a
// coordinator of its own, only they see names, and everybody else a number.
func (h *Handlers) showFailures(ctx context.Context, r *request) error {
	b, err := h.store.Bulletin(ctx, r.arg(0))
	if err != nil {
		return err
	}
	p, err := h.store.Progress(ctx, b.ID)
	if err != nil {
		return err
	}
	counts, err := h.store.FailedWards(ctx, b.ID)
	if err != nil {
		return err
	}
	boards, err := h.store.PostFailures(ctx, b.ID)
	if err != nil {
		return err
	}
	if len(counts)+len(boards) == 0 {
		r.toast(ctx, r.t.Plain("toast.no_failures"))
		return nil
	}
	r.toast(ctx, "")
	blocks, err := h.failures(ctx, r, b.ID, counts)
	if err != nil {
		return err
	}
	for _, f := range boards {
		blocks = append(blocks, r.t.HTML("failures.person", locales.Args{"Name": sentence(f.Board.Title, 40), "Reason": postReason(r.t, f)}))
	}
	var k bot.Keyboard
	switch m := r.tapped(); {
	case m == nil || !h.sendable(b):
	case p.Failed > 0:
		k = bot.Keyboard{{button(r.t.Plain("btn.send_failed", locales.Args{"Count": p.Failed}), "again", b.ID, m.ID)}}
	case p.Posts.Failed > 0:
		k = bot.Keyboard{{button(r.t.Plain("btn.post_failed", locales.Args{"Count": p.Posts.Failed}), "again", b.ID, m.ID)}}
	}
	_, err = r.reply(ctx, r.t.HTML("failures.title", locales.Args{"Title": b.Title})+"\n"+strings.Join(blocks, "\n"), k)
	return err
}

// failures are names where this person looks after the ward, and numbers
// elsewhere.
func (h *Handlers) failures(ctx context.Context, r *request, bulletinID int64, counts map[int64]int) ([]string, error) {
	sees, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	var seen, unseen []int64
	total := 0
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		if sees(id) {
			seen, total = append(seen, id), total+counts[id]
		} else {
			unseen = append(unseen, id)
		}
	}
	all, err := h.store.Failures(ctx, bulletinID, seen, onScreen)
	if err != nil {
		return nil, err
	}
	named := map[int64]int{}
	for _, f := range all {
		named[f.WardID]++
	}
	for _, id := range slices.Sorted(maps.Keys(named)) {
		if err := r.sawNames(ctx, id, named[id]); err != nil {
			return nil, err
		}
	}
	blocks, err := h.byWard(ctx, r.t, all)
	if err != nil {
		return nil, err
	}
	if more := total - len(all); more > 0 {
		blocks = append(blocks, r.t.HTML("failures.more", locales.Args{"Count": more}))
	}
	for _, id := range unseen {
		w, err := h.store.Ward(ctx, id)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, r.t.HTML("failures.number", locales.Args{"Ward": w.Name, "Number": r.t.Number(counts[id])}))
	}
	return blocks, nil
}

// byWard writes people under the names of their wards.
func (h *Handlers) byWard(ctx context.Context, t *locales.Texts, all []ward.Failure) (lines []string, err error) {
	last := int64(0)
	for _, f := range all {
		if f.WardID != last {
			w, err := h.store.Ward(ctx, f.WardID)
			if err != nil {
				return nil, err
			}
			lines, last = append(lines, t.HTML("failures.ward", locales.Args{"Ward": w.Name})), f.WardID
		}
		lines = append(lines, t.HTML("failures.person", locales.Args{"Name": sentence(f.Name, 40), "Reason": reason(t, f)}))
	}
	return lines, nil
}

// reason says why somebody has not got it.
func reason(t *locales.Texts, f ward.Failure) string {
	switch f.State {
	case ward.DeliveryUnreachable:
		return t.Plain("failures.unreachable")
	case ward.DeliveryUnknown:
		return t.Plain("failures.unknown")
	}
	_, said, found := strings.Cut(f.Err, "Bad Request: ")
	if !found {
		said = f.Err
	}
	return t.Plain("failures.refused", locales.Args{"Reason": sentence(said, reasonLength)})
}

// postReason says why a bulletin is not on a board.
func postReason(t *locales.Texts, f ward.PostFailure) string {
	switch {
	case f.State == ward.DeliveryUnknown:
		return t.Plain("failures.unknown")
	case f.Board.State != ward.BoardActive:
		return boardState(t, f.Board)
	}
	return reason(t, ward.Failure{State: f.State, Err: f.Err})
}

// sendable says whether it still makes sense to send a bulletin to somebody.
func (h *Handlers) sendable(b ward.Bulletin) bool {
	return !b.Recalled() && b.State != ward.BulletinStopped && (b.Deadline.IsZero() || h.Now().Before(b.Deadline))
}

// sendAgain sends a bulletin again to those whom Telegram refused.
func (h *Handlers) sendAgain(ctx context.Context, r *request) error {
	b, err := h.store.Bulletin(ctx, r.arg(0))
	if err != nil {
		return err
	}
	switch {
	case b.Recalled():
		return ward.ErrRecalled
	case !h.sendable(b):
		return ward.ErrTooLate
	}
	n, err := h.store.SendFailedAgain(ctx, b.ID, h.Now())
	if err != nil {
		return err
	}
	boards, err := h.store.SendFailedPostsAgain(ctx, b.ID, h.Now())
	if err != nil {
		return err
	}
	if n+boards == 0 {
		r.toast(ctx, r.t.Plain("toast.nobody_again"))
		return nil
	}
	h.Log.Info("bulletin sent again to the failed", "bulletin", b.ID, "people", n, "by", r.from.ID)
	if err := h.watchCard(ctx, r, b.ID, r.arg(1)); err != nil {
		return err
	}
	r.toast(ctx, "")
	if n == 0 {
		return r.edit(ctx, r.t.HTML("failures.posted_again", locales.Args{"Title": b.Title, "Count": boards}), nil)
	}
	return r.edit(ctx, r.t.HTML("failures.again", locales.Args{"Title": b.Title, "Count": n}), nil)
}
