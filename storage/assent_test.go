package storage_test

import (
	"fmt"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// request asks for consent to a bulletin, in the name of chat 77.
func (t *town) request(p *ward.Plan) ward.Assent {
	t.Helper()
	b := t.bulletin()
	if p != nil {
		p.Draft = b
	}
	a, err := t.AskAssent(t.ctx, ward.Actor{AdminID: 77}, ward.Assent{
		Bulletin: b, Plan: p, Sheet: []byte(`{"text":"x"}`), ChatID: 77, MessageID: 5, Language: "vi", People: 600,
		AskedAt: t.now, ExpiresAt: b.AssentUntil(t.now, p),
	})
	t.must(err)
	return a
}

func TestAssent(t *testing.T) {
	const other = 78
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		reader := town.person()
		letters := written(ward.Letter{Language: "vi", HTML: "x"})
		agree := func(a ward.Assent, chat int64) error {
			return s.Agree(town.ctx, a, ward.Actor{AdminID: chat}, chat, letters)
		}

		a := town.request(nil)
		again, err := s.AskAssent(town.ctx, ward.Actor{AdminID: 77}, a)
		town.must(err)
		if again.ID != a.ID || a.State != ward.AssentAsked || a.People != 600 || string(a.Sheet) != `{"text":"x"}` || !a.ExpiresAt.Equal(town.now.Add(24*time.Hour)) {
			t.Errorf("asked %+v, again %d", a, again.ID)
		}
		town.wants(agree(a, 77), ward.ErrOwnAssent)
		town.wants(s.Refuse(town.ctx, a, ward.Actor{}, 77), ward.ErrOwnAssent)
		_, err = s.BulletinOfDraft(town.ctx, a.Bulletin.DraftKey)
		town.wants(err, ward.ErrNotFound)
		town.must(agree(a, other))
		town.wants(agree(a, other), ward.ErrDecided)
		town.wants(s.Refuse(town.ctx, a, ward.Actor{}, 79), ward.ErrDecided)
		b, err := s.BulletinOfDraft(town.ctx, a.Bulletin.DraftKey)
		town.must(err)
		town.reaches(town.due(), reader)
		controls, err := s.Controls(town.ctx)
		town.must(err)
		if len(controls) != 1 || controls[0] != (storage.Control{BulletinID: b.ID, ChatID: 77, MessageID: 5, Language: "vi"}) {
			t.Errorf("live messages: %+v", controls)
		}

		// A planned one is planned, and known to be agreed to.
		next := town.now.Add(2 * time.Hour)
		a = town.request(&ward.Plan{Next: next, ChatID: 77, Language: "vi", Agreed: true, Rule: ward.Recurrence{From: monday, At: 570, Zone: "Asia/Ho_Chi_Minh"}})
		if !a.ExpiresAt.Equal(next) {
			t.Errorf("a plan for %v may be agreed to until %v", next, a.ExpiresAt)
		}
		town.must(agree(a, other))
		p, err := s.PlanOfDraft(town.ctx, a.Bulletin.DraftKey)
		town.must(err)
		if !p.Agreed || !p.Next.Equal(next) {
			t.Errorf("planned: %+v", p)
		}

		// Refused, expired, taken back: nothing goes out any more.
		refused, expired, back := town.request(nil), town.request(nil), town.request(nil)
		town.must(s.Refuse(town.ctx, refused, ward.Actor{AdminID: other}, other))
		town.must(s.EndAssent(town.ctx, back.ID, ward.AssentTakenBack))
		town.wants(s.EndAssent(town.ctx, back.ID, ward.AssentExpired), ward.ErrDecided)
		town.must(s.AddAssentCard(town.ctx, ward.AssentCard{AssentID: expired.ID, ChatID: other, MessageID: 9, Language: "en"}))
		town.must(s.AddAssentCard(town.ctx, ward.AssentCard{AssentID: expired.ID, ChatID: other, MessageID: 10, Language: "en"}))
		if cards, err := s.AssentCards(town.ctx, expired.ID); err != nil || len(cards) != 1 || cards[0].MessageID != 9 {
			t.Errorf("cards %+v, %v", cards, err)
		}
		town.now = town.now.Add(25 * time.Hour)
		for i, a := range []ward.Assent{refused, expired, back} {
			if err := agree(a, other); err == nil {
				t.Errorf("request %d was agreed to", i)
			}
		}
		open, err := s.OpenAssents(town.ctx)
		town.must(err)
		if len(open) != 1 || open[0].ID != expired.ID {
			t.Errorf("open: %+v", open)
		}

		log, err := s.AuditLog(town.ctx, nil, 0, 20)
		town.must(err)
		var deeds []ward.Deed
		for _, l := range log {
			if l.Count != 600 {
				t.Errorf("logged %+v", l)
			}
			deeds = append(deeds, l.Deed)
		}
		if got, want := fmt.Sprint(deeds), fmt.Sprint([]ward.Deed{
			ward.DeedRefused, ward.DeedAsked, ward.DeedAsked, ward.DeedAsked, ward.DeedAgreed, ward.DeedAsked, ward.DeedAgreed, ward.DeedAsked,
		}); got != want {
			t.Errorf("logged %s, want %s", got, want)
		}

		// Decided ones are kept as long as the log.
		town.must(s.EndAssent(town.ctx, expired.ID, ward.AssentExpired))
		_, err = s.Expire(town.ctx, ward.Retention{Logs: time.Hour}, town.now)
		town.must(err)
		_, err = s.Assent(town.ctx, expired.ID)
		town.wants(err, ward.ErrNotFound)
	})
}
