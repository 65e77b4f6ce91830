package storage_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/ward"
)

// morning is when the tests begin: Monday 10 July 2023, 07:30 in Hà Nội.
var morning = time.Date(2023, 7, 10, 0, 30, 0, 0, time.UTC)

const monday = ward.Day(20230710)

// town is a store with places in it and a clock in hand.
type town struct {
	testing.TB
	*storage.Store
	ctx    context.Context
	now    time.Time
	wards  []ward.Ward
	groups map[int64][]ward.Group
	chats  int64
	drafts int
}

func newTown(tb testing.TB, s *storage.Store) *town {
	tb.Helper()
	t := &town{TB: tb, Store: s, ctx: context.Background(), now: morning, groups: map[int64][]ward.Group{}}
	s.SetClock(func() time.Time { return t.now })
	_, err := s.ImportPlaces(t.ctx, []ward.PlaceRow{
		{Ward: "Mỹ Đình 1", Group: "Tổ 1"}, {Ward: "Mỹ Đình 1", Group: "Tổ 2"},
		{Ward: "Cầu Diễn", Group: "Tổ 1"},
	})
	t.must(err)
	t.wards, err = s.Wards(t.ctx)
	t.must(err)
	for _, w := range t.wards {
		t.groups[w.ID], err = s.Groups(t.ctx, w.ID)
		t.must(err)
	}
	return t
}

func (t *town) must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants fails unless err is the one wanted.
func (t *town) wants(err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}

func (t *town) registration() ward.Registration {
	t.chats++
	w := t.wards[0]
	return ward.Registration{
		ChatID: 1000 + t.chats, Name: fmt.Sprintf("Nguyễn Thị %d", t.chats), Language: "vi",
		WardID: w.ID, GroupID: t.groups[w.ID][0].ID,
		ConsentedAt: t.now, ConsentText: "1", ConsentHash: "abc", Now: t.now,
	}
}

// person registers somebody in the first group of the first ward.
func (t *town) person() ward.Person {
	t.Helper()
	p, err := t.Register(t.ctx, t.registration())
	t.must(err)
	return p
}

// personOf registers somebody elsewhere.
func (t *town) personOf(wardID, groupID int64) ward.Person {
	t.Helper()
	r := t.registration()
	r.WardID, r.GroupID = wardID, groupID
	p, err := t.Register(t.ctx, r)
	t.must(err)
	return p
}

func (t *town) people(n int) (all []ward.Person) {
	t.Helper()
	for range n {
		all = append(all, t.person())
	}
	return all
}

func (t *town) bulletin() ward.Bulletin {
	t.drafts++
	return ward.Bulletin{
		DraftKey: fmt.Sprintf("draft-%d", t.drafts), Kind: ward.KindTask, Title: "Kiểm tra bình chữa cháy",
		Signed: ward.Signature{Org: "Ủy ban MTTQ phường", Sender: "chị Mai", Contact: "0912 345 678"},
		SendAt: t.now, SendDay: monday, Deadline: t.now.Add(12 * time.Hour),
	}
}

// task publishes a task for everybody.
func (t *town) task() ward.Bulletin { t.Helper(); return t.publish(t.bulletin()) }

// passOn publishes a task of two messages.
func (t *town) passOn() ward.Bulletin {
	t.Helper()
	b := t.bulletin()
	b.PassOn = "Bà con nhớ kiểm tra bình chữa cháy."
	return t.publish(b)
}

// formed publishes a task with questions of its own.
func (t *town) formed() ward.Bulletin {
	t.Helper()
	b := t.bulletin()
	b.Form = ward.Form{Questions: []ward.Question{
		{Ask: ward.AskNumber, Label: "suất cơm"},
		{Ask: ward.AskChoice, Label: "Nhà có bình không?", Options: []string{"Có", "Không", "Chưa rõ"}},
		{Ask: ward.AskPhoto},
	}}
	return t.publish(b)
}

func (t *town) publish(b ward.Bulletin) ward.Bulletin {
	t.Helper()
	b, err := t.Publish(t.ctx, b, written(ward.Letter{
		Language: "vi", HTML: "<b>Việc hôm nay</b>", Buttons: [][]ward.LetterButton{{{Text: "✅ Đã làm", Data: "done:1"}}},
	}))
	t.must(err)
	return b
}

// written are letters that are the same whatever the bulletin's id.
func written(letters ...ward.Letter) func(ward.Bulletin) []ward.Letter {
	return func(ward.Bulletin) []ward.Letter { return letters }
}

func (t *town) due() []ward.Delivery {
	t.Helper()
	all, err := t.Due(t.ctx, t.now, 1000)
	t.must(err)
	return all
}

func (t *town) claim(deliveries ...ward.Delivery) []ward.DeliveryKey {
	t.Helper()
	claimed, err := t.Claim(t.ctx, deliveries, t.now)
	t.must(err)
	var keys []ward.DeliveryKey
	for _, d := range claimed {
		keys = append(keys, d.DeliveryKey)
	}
	return keys
}

// end settles deliveries, all in the same way.
func (t *town) end(state ward.DeliveryState, keys ...ward.DeliveryKey) {
	t.Helper()
	var results []ward.Settlement
	for i, k := range keys {
		r := ward.Settlement{DeliveryKey: k, State: state, At: t.now}
		if state == ward.DeliverySent {
			r.MessageID = 100*k.BulletinID + int64(i) + 1
		}
		results = append(results, r)
	}
	t.must(t.Settle(t.ctx, results))
}

// send delivers all that is due.
func (t *town) send() {
	t.Helper()
	for due := t.due(); len(due) > 0; due = t.due() {
		t.end(ward.DeliverySent, t.claim(due...)...)
	}
}

func (t *town) progress(b ward.Bulletin) ward.Progress {
	t.Helper()
	p, err := t.Progress(t.ctx, b.ID)
	t.must(err)
	return p
}

// right fails unless the tally agrees with what happened.
func (t *town) right() {
	t.Helper()
	differences, err := t.CheckTallies(t.ctx)
	t.must(err)
	for _, d := range differences {
		t.Error(d)
	}
}

// anywhere sees every ward.
func anywhere(int64) bool { return true }
