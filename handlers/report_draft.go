package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"wardbot/bot"
	"wardbot/storage"
	"wardbot/ward"
)

// draft is a report that is being written.
type draft struct {
	Task    int64        `json:"task,omitempty"`  // 0: not known yet
	Asked   int          `json:"asked,omitempty"` // the question that is being asked: its place in the form
	Replies ward.Replies `json:"replies,omitempty"`
	Lines   []line       `json:"lines,omitempty"`
	Photos  []ward.Photo `json:"photos,omitempty"`
	Album   string       `json:"album,omitempty"` // of the photo last taken: an album is answered once
	Again   bool         `json:"again,omitempty"` // next words replace the ones there are
	Anew    bool         `json:"anew,omitempty"`  // next photo replaces those there are
}

// line is a message's words; an edit of that message changes them.
type line struct {
	MessageID int64  `json:"id"`
	Text      string `json:"text"`
}

func (d draft) text() string {
	var lines []string
	for _, l := range d.Lines {
		lines = append(lines, l.Text)
	}
	return strings.Join(lines, "\n")
}

// untouched says whether the draft holds what was told before, and nothing new.
func (d draft) untouched() bool {
	return (d.Again || d.Anew) && (d.Again || len(d.Lines) == 0) && (d.Anew || len(d.Photos) == 0)
}

// empty says whether nothing would be lost with the draft.
func (d draft) empty() bool { return len(d.Replies)+len(d.Lines)+len(d.Photos) == 0 }

// report is the draft as it is sent.
func (d draft) report(f ward.Form, me ward.Person) ward.Report {
	r := ward.Report{
		BulletinID: d.Task, PersonID: me.ID, WardID: me.WardID, GroupID: me.GroupID, Text: d.text(), Photos: d.Photos,
	}
	r.Answer(f, d.Replies)
	return r
}

// draftOf makes a draft of a report that was sent.
func draftOf(b ward.Bulletin, sent ward.Report) draft {
	d := draft{Task: b.ID, Replies: sent.Answers(b.Form), Photos: sent.Photos, Anew: len(sent.Photos) > 0}
	if sent.Text != "" {
		d.Lines, d.Again = []line{{Text: sent.Text}}, true
	}
	return d
}

// draftOn is what a person has told of a task so far: what they have begun to
// write, else what they sent.
func (h *Handlers) draftOn(ctx context.Context, r *request, b ward.Bulletin) (storage.Conversation, draft, error) {
	c, err := h.store.Conversation(ctx, r.chat, flowReport)
	if d := unpack[draft](c); err == nil && d.Task == b.ID {
		return c, d, nil
	}
	if err != nil && !errors.Is(err, ward.ErrNotFound) {
		return c, draft{}, err
	}
	c = storage.Conversation{Flow: flowReport}
	sent, err := h.store.ReportOf(ctx, b.ID, r.me.ID)
	switch {
	case errors.Is(err, ward.ErrNotFound):
		return c, draft{Task: b.ID}, nil
	case err != nil:
		return c, draft{}, err
	}
	if err := sent.MayChange(b, h.Now()); err != nil {
		return c, draft{}, err
	}
	return c, draftOf(b, sent), nil
}

// next is where the form goes on after a question. Words and photos that
// follow each other are asked for at once.
func next(f ward.Form, asked int) int {
	asks := f.Asks()
	at := asked + 1
	for at < len(asks) && asked >= 0 && !asks[asked].Counted() && !asks[at].Counted() {
		at++
	}
	return at
}

// unanswered is the first question that is counted and has no answer yet.
func (d draft) unanswered(f ward.Form) (question int, ok bool) {
	for i, q := range f.Asks() {
		if _, answered := d.Replies.To(i); q.Counted() && !answered {
			return i, true
		}
	}
	return 0, false
}

// goOn is the step after what came without being asked for: what is still
// missing, else a look at the whole.
func (d *draft) goOn(f ward.Form) (step string) {
	if q, missing := d.unanswered(f); missing {
		d.Asked = q
		return stepQuestion
	}
	if d.empty() {
		d.Asked = 0
		return stepQuestion
	}
	return stepPreview
}

// addPhoto keeps a photo, once: the largest size, and a small one to look at.
func (d *draft) addPhoto(sizes []bot.PhotoSize) {
	if d.Anew {
		d.Photos, d.Anew = nil, false
	}
	bySize := func(a, b bot.PhotoSize) int { return a.Width*a.Height - b.Width*b.Height }
	largest := slices.MaxFunc(sizes, bySize)
	small := largest
	for _, s := range sizes {
		if min(s.Width, s.Height) >= smallest && bySize(s, small) < 0 {
			small = s
		}
	}
	known := slices.ContainsFunc(d.Photos, func(p ward.Photo) bool { return p.UniqueID == largest.FileUniqueID })
	if !known && len(d.Photos) < ward.MaxReportFiles {
		d.Photos = append(d.Photos, ward.Photo{FileID: largest.FileID, UniqueID: largest.FileUniqueID, SmallID: small.FileID})
	}
}

// smallest is how many pixels a side of a photo must have to see what is on it.
const smallest = 48

func (d *draft) addText(messageID int64, text string) {
	if text == "" {
		return
	}
	if d.Again {
		d.Lines, d.Again = nil, false
	}
	d.Lines = append(d.Lines, line{MessageID: messageID, Text: text})
}

// findNumber reads a number at the start of a text as the answer to the first
// number that is still missing, "12 ho: everybody was there", and returns the
// rest of it.
func (d *draft) findNumber(f ward.Form, text string) (rest string) {
	for i, q := range f.Asks() {
		if _, answered := d.Replies.To(i); q.Ask != ward.AskNumber || answered {
			continue
		}
		if n, rest, ok := parseCount(text, q.Label); ok && q.Takes(n) {
			d.Replies = d.Replies.With(i, n)
			return rest
		}
	}
	return text
}
