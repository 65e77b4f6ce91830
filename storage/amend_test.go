package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// amended writes letters in other words.
func amended(html string) func(ward.Bulletin) []ward.Letter {
	return func(ward.Bulletin) []ward.Letter { return []ward.Letter{{Language: "vi", HTML: html}} }
}

func (t *town) copies(limit int) []ward.Copy {
	t.Helper()
	_, copies, err := t.CopiesDue(t.ctx, t.now, limit)
	t.must(err)
	return copies
}

func (t *town) amend(result ward.AmendmentResult, copies ...ward.Copy) {
	t.Helper()
	var results []ward.Amendment
	for _, c := range copies {
		results = append(results, ward.Amendment{
			DeliveryKey: c.DeliveryKey, Revision: c.Revision, Result: result, At: t.now, Next: t.now.Add(time.Second), Due: c.Due,
		})
	}
	t.must(t.SettleCopies(t.ctx, results))
}

func (t *town) amending(b ward.Bulletin) ward.Amending {
	t.Helper()
	p, err := t.Progress(t.ctx, b.ID)
	t.must(err)
	return p.Amending
}

func TestCorrectInPages(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(5)
		b := town.task()
		first := town.claim(town.due()[:3]...) // two are not sent yet, one is on its way
		town.end(ward.DeliverySent, first[:2]...)
		was := b
		b.Title, b.Correction = "Họp tổ", "họp lúc 19:30"
		is, err := s.Correct(town.ctx, b, amended("mới"), town.now)
		town.must(err)
		if is.Revision != 1 || !is.Amending() || is.Title != "Họp tổ" || is.Correction != "họp lúc 19:30" || !is.CorrectedAt.Equal(town.now) {
			t.Errorf("corrected: %+v", is)
		}
		if _, err := s.Correct(town.ctx, b, amended("mới"), town.now); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		was.Title = "Họp phường"
		_, err = s.Correct(town.ctx, was, amended("khác"), town.now)
		town.wants(err, ward.ErrOvertaken)
		letters, err := s.Letters(town.ctx, b.ID)
		town.must(err)
		if letters[0].HTML != "mới" || letters[0].Revision != 1 {
			t.Errorf("letters: %+v", letters)
		}
		for _, d := range town.due() {
			if d.Revision != 1 {
				t.Errorf("due with revision %d", d.Revision)
			}
		}
		page := town.copies(1)
		if len(page) != 1 || page[0].Revision != 1 || page[0].MessageID == 0 || page[0].ChatID == 0 || !page[0].SentAt.Equal(town.now) {
			t.Fatalf("copies: %+v", page)
		}
		town.amend(ward.Amended, page...)
		town.amend(ward.Amended, page...) // counted once
		page = town.copies(9)
		town.amend(ward.AmendLater, page...)
		if len(page) != 1 || len(town.copies(9)) != 0 {
			t.Errorf("copies: %+v", page)
		}
		town.now = town.now.Add(2 * time.Second)
		town.amend(ward.AmendMiss, town.copies(9)...)
		if len(town.copies(9)) != 0 || town.amending(b) != (ward.Amending{Copies: 2, Amended: 1, Missed: 1}) {
			t.Errorf("amending: %+v", town.amending(b))
		}
		// What was on its way arrives with the old words, after all was done.
		town.end(ward.DeliverySent, first[2])
		late := town.copies(9)
		if len(late) != 1 || late[0].PersonID != first[2].PersonID {
			t.Fatalf("late: %+v", late)
		}
		town.amend(ward.Amended, late...)
		// What is sent with the new words needs nothing.
		for _, key := range town.claim(town.due()...) {
			town.must(s.Settle(town.ctx, []ward.Settlement{{DeliveryKey: key, State: ward.DeliverySent, MessageID: 99, Revision: 1, At: town.now}}))
		}
		if len(town.copies(9)) != 0 || town.amending(b).Copies != 3 {
			t.Errorf("amending: %+v", town.amending(b))
		}
		if is, err := s.Bulletin(town.ctx, b.ID); err != nil || is.Amending() {
			t.Errorf("still amending: %+v, %v", is, err)
		}
	})
}

// Something was written over a copy, before or after what became of it was
// recorded: it is changed once more, and counted once.
func TestAmendAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(2)
		b := town.task()
		town.send()
		again := func(c ward.Copy) {
			t.Helper()
			town.must(s.AmendAgain(town.ctx, c.DeliveryKey, town.now))
		}
		_, err := s.Correct(town.ctx, b, amended("mới"), town.now)
		town.must(err)
		page := town.copies(9)
		again(page[0]) // while it is being changed
		town.amend(ward.Amended, page...)
		second := town.copies(9)
		if len(second) != 1 || second[0].DeliveryKey != page[0].DeliveryKey {
			t.Fatalf("again: %+v", second)
		}
		again(page[0]) // and once more
		town.amend(ward.Amended, second...)
		town.now = town.now.Add(time.Second)
		third := town.copies(9)
		if len(third) != 1 {
			t.Fatalf("once more: %+v", third)
		}
		town.amend(ward.AmendLater, third...)
		town.now = town.now.Add(2 * time.Second)
		town.amend(ward.Amended, town.copies(9)...)
		if left := town.copies(9); len(left) != 0 {
			t.Errorf("left: %+v", left)
		}
		again(page[1]) // after all was done
		town.amend(ward.Amended, town.copies(9)...)
		if left := town.copies(9); len(left) != 0 || town.amending(b) != (ward.Amending{Copies: 2, Amended: 2}) {
			t.Errorf("left: %+v, amending: %+v", left, town.amending(b))
		}
		if is, err := s.Bulletin(town.ctx, b.ID); err != nil || is.Amending() {
			t.Errorf("still amending: %+v, %v", is, err)
		}
	})
}

func TestRecall(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(4)
		b := town.task()
		keys := town.claim(town.due()[:2]...)
		town.end(ward.DeliverySent, keys...)
		_, err := s.Confirm(town.ctx, b.ID, people[0].ID, ward.AnswerDone, town.now)
		town.must(err)
		reminder := town.bulletin()
		reminder.Kind, reminder.About, reminder.Audience = ward.KindReminder, b.ID, ward.Audience{SilentOn: b.ID}
		reminder = town.publish(reminder)
		correction := town.bulletin()
		correction.Kind, correction.About, correction.Audience = ward.KindCorrection, b.ID, ward.Audience{Holding: b.ID}
		correction = town.publish(correction)
		if p, err := s.Progress(town.ctx, correction.ID); err != nil || p.Audience != 2 {
			t.Errorf("a correction goes to %+v, %v", p, err)
		}
		for range 2 {
			is, err := s.Recall(town.ctx, b.ID, amended("thu hồi"), town.now)
			town.must(err)
			if !is.Recalled() || is.State != ward.BulletinStopped || is.Revision != 1 {
				t.Errorf("recalled: %+v", is)
			}
		}
		if len(town.due()) != 0 {
			t.Errorf("due: %+v", town.due())
		}
		for _, other := range []ward.Bulletin{reminder, correction} {
			if is, err := s.Bulletin(town.ctx, other.ID); err != nil || !is.Recalled() {
				t.Errorf("%v stands: %v", other.Kind, err)
			}
		}
		p, err := s.Progress(town.ctx, b.ID)
		town.must(err)
		if p.Sent != 2 || p.Cancelled != 2 || p.Answers.Done != 1 || p.Amending.Copies != 2 {
			t.Errorf("progress: %+v", p)
		}
		_, err = s.Confirm(town.ctx, b.ID, people[1].ID, ward.AnswerDone, town.now)
		town.wants(err, ward.ErrRecalled)
		town.wants(s.Undo(town.ctx, b.ID, people[0].ID, town.now), ward.ErrRecalled)
		_, err = s.Correct(town.ctx, b, amended("mới"), town.now)
		town.wants(err, ward.ErrRecalled)
		_, err = s.SaveReport(town.ctx, ward.Report{BulletinID: b.ID, PersonID: people[0].ID, Text: "xong"}, monday, town.now)
		town.wants(err, ward.ErrRecalled)
		if copies := town.copies(9); len(copies) != 2 {
			t.Errorf("copies: %+v", copies)
		}
	})
}

func TestSendFailedAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(4)
		b := town.passOn()
		keys := town.claim(town.due()...)
		town.end(ward.DeliverySent, keys[0])
		town.end(ward.DeliveryFailed, keys[1], keys[2])
		town.end(ward.DeliveryUnreachable, keys[3])
		town.must(s.Pause(town.ctx, people[2].ID, town.now.Add(time.Hour)))
		failures, err := s.Failures(town.ctx, b.ID, []int64{town.wards[0].ID, town.wards[1].ID}, 9)
		town.must(err)
		if len(failures) != 3 || failures[0].State != ward.DeliveryFailed || failures[2].State != ward.DeliveryUnreachable || failures[0].Name != people[1].Name {
			t.Errorf("failures: %+v", failures)
		}
		n, err := s.SendFailedAgain(town.ctx, b.ID, town.now)
		town.must(err)
		if n != 1 { // the other one has paused
			t.Errorf("%d again", n)
		}
		p, err := s.Progress(town.ctx, b.ID)
		town.must(err)
		if p.Failed != 1 || p.Sent != 1 || p.Retrying != 1 {
			t.Errorf("progress: %+v", p)
		}
		for due := town.due(); len(due) > 0; due = town.due() {
			town.end(ward.DeliverySent, town.claim(due...)...)
		}
		sent, err := s.FinishSent(town.ctx, town.now)
		town.must(err)
		if p, err = s.Progress(town.ctx, b.ID); err != nil || p.Sent != 2 || p.Failed != 1 || len(sent) != 1 {
			t.Errorf("progress: %+v, %d bulletins sent, %v", p, len(sent), err)
		}
		town.right()
		again, err := s.SendFailedAgain(town.ctx, b.ID, town.now.Add(2*time.Hour))
		town.must(err)
		if is, err := s.Bulletin(town.ctx, b.ID); again != 1 || err != nil || is.State != ward.BulletinSending || !is.SentAt.IsZero() {
			t.Errorf("%d again, %+v, %v", again, is, err)
		}
	})
}
