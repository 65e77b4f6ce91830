package ward

import "time"

// Template is a bulletin that is kept under a name, to be written from again.
// It is the organisation's: nobody is its author, and who uses it signs.
type Template struct {
	ID       int64    `json:"id,omitempty"`
	Key      string   `json:"key"`            // of the draft it is made from, which is kept once
	WardID   int64    `json:"ward,omitempty"` // whose coordinators have it; 0: those of all wards
	Name     string   `json:"name"`
	Draft    Bulletin `json:"draft"` // without signature, times and id
	Deadline Deadline `json:"deadline,omitzero"`
	// At is when it was kept.
	At time.Time `json:"at,omitzero"`
}

// TemplateOf is what of a bulletin is worth keeping. The deadline is counted
// from the day it was sent or will be sent.
func TemplateOf(b Bulletin, zone *time.Location) Template {
	t := Template{Name: b.Title, Draft: Bulletin{
		Kind: b.Kind, Title: b.Title, Body: b.Body, PassOn: b.PassOn, Marks: b.Marks, Media: b.Media, Ahead: b.Ahead,
		Form: b.Form, Audience: Audience{WardIDs: b.Audience.WardIDs}, Via: b.Via,
	}}
	if b.Kind.HasDeadline() {
		t.Deadline = DeadlineAfter(b.SendAt, b.Deadline, zone)
	}
	return t
}
