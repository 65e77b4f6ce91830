package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

func TestPublish(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		b := town.bulletin()
		b.AuthorID, b.Body, b.Audience = ana.ID, "Xem kim đồng hồ.", ward.Audience{WardIDs: []int64{ana.WardID}}
		letters := []ward.Letter{
			{Language: "en", HTML: "<b>Today</b>", Silent: true},
			{Language: "vi", HTML: "<b>Hôm nay</b>", Media: []ward.Media{{Kind: ward.MediaPhoto, FileID: "photo"}}, Buttons: [][]ward.LetterButton{{{Text: "✅", Data: "done:1"}}}},
		}
		got, err := s.Publish(town.ctx, b, written(letters...))
		town.must(err)
		if got.ID == 0 || got.State != ward.BulletinSending || got.Title != b.Title || got.Signed != b.Signed ||
			!got.SendAt.Equal(b.SendAt) || !got.Deadline.Equal(b.Deadline) || got.SendDay != monday || got.Audience.WardIDs[0] != ana.WardID {
			t.Errorf("got %+v", got)
		}
		b.Title = "tapped twice"
		again, err := s.Publish(town.ctx, b, written(letters...))
		town.must(err)
		if again.ID != got.ID || again.Title != got.Title {
			t.Errorf("published twice: %+v", again)
		}
		stored, err := s.Letters(town.ctx, got.ID)
		town.must(err)
		if len(stored) != 2 || !stored[0].Silent || stored[1].Media[0].FileID != "photo" || stored[1].Buttons[0][0].Data != "done:1" {
			t.Errorf("got %+v", stored)
		}
		if recent, err := s.RecentBulletins(town.ctx, 5); err != nil || len(recent) != 1 {
			t.Errorf("got %+v, %v", recent, err)
		}
		if p := town.progress(got); p.Audience != 1 {
			t.Errorf("got %+v", p)
		}
		town.right()
	})
}

func TestPublishRefusesUnsigned(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		for _, strip := range []func(*ward.Signature){
			func(g *ward.Signature) { g.Org = "" }, func(g *ward.Signature) { g.Sender = " " }, func(g *ward.Signature) { g.Contact = "\n" },
		} {
			b := town.bulletin()
			strip(&b.Signed)
			_, err := s.Publish(town.ctx, b, written(ward.Letter{Language: "vi", HTML: "x"}))
			town.wants(err, ward.ErrUnsigned)
		}
		_, err := s.Publish(town.ctx, town.bulletin(), written())
		town.wants(err, ward.ErrEmpty)
	})
}

func TestAudience(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		first, second := town.wards[0].ID, town.wards[1].ID
		group := town.groups[first][1].ID
		answered, silent := town.person(), town.person()
		task := town.task()
		town.send()
		_, err := s.Confirm(town.ctx, task.ID, answered.ID, ward.AnswerNotToday, town.now)
		town.must(err)
		town.personOf(first, group)
		town.personOf(second, 0)
		paused, gone, left := town.person(), town.person(), town.person()
		town.must(s.Pause(town.ctx, paused.ID, town.now.Add(time.Hour)))
		town.must(s.SetReachable(town.ctx, gone.ChatID, false, town.now))
		town.must(s.Erase(town.ctx, left.ID, town.now))
		waiting := town.registration()
		waiting.State = ward.PersonWaiting
		_, err = s.Register(town.ctx, waiting)
		town.must(err)

		for _, tt := range []struct {
			name     string
			audience ward.Audience
			want     ward.AudienceSize
		}{
			{"all", ward.Audience{}, ward.AudienceSize{People: 4, Paused: 1}},
			{"a ward", ward.Audience{WardIDs: []int64{first}}, ward.AudienceSize{People: 3, Paused: 1}},
			{"a group", ward.Audience{GroupIDs: []int64{group}}, ward.AudienceSize{People: 1}},
			{"a ward and a group", ward.Audience{WardIDs: []int64{second}, GroupIDs: []int64{group}}, ward.AudienceSize{People: 2}},
			{"the silent", ward.Audience{SilentOn: task.ID}, ward.AudienceSize{People: 1}},
			{"the silent elsewhere", ward.Audience{SilentOn: task.ID, WardIDs: []int64{second}}, ward.AudienceSize{}},
		} {
			size, err := s.CountAudience(town.ctx, tt.audience, town.now)
			town.must(err)
			if size != tt.want {
				t.Errorf("%s: counted %+v, want %+v", tt.name, size, tt.want)
			}
			b := town.bulletin()
			b.Kind, b.Audience, b.Deadline = ward.KindNews, tt.audience, time.Time{}
			if p := town.progress(town.publish(b)); p.Audience != tt.want.People {
				t.Errorf("%s: %d deliveries, want %d", tt.name, p.Audience, tt.want.People)
			}
		}
		reminder := town.bulletin()
		reminder.Kind, reminder.About, reminder.Audience = ward.KindReminder, task.ID, ward.Audience{SilentOn: task.ID}
		if town.progress(task).Reminded {
			t.Error("reminded before anybody was")
		}
		reminder = town.publish(reminder)
		if !town.progress(task).Reminded || town.progress(reminder).Reminded {
			t.Error("nobody knows of the reminder")
		}
		for _, d := range town.due() {
			if d.BulletinID == reminder.ID && d.PersonID != silent.ID {
				t.Errorf("reminded: %+v", d)
			}
		}
		town.right()
	})
}

// A bulletin for more people than fit one transaction is written bit by bit,
// for those who were there when it was published, and is not sent before all
// is written.
func TestFanOut(t *testing.T) {
	defer storage.SetChunk(3)()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(10)
		b := town.task()
		town.person() // came later
		if b.State != ward.BulletinPublished || len(town.due()) > 0 {
			t.Errorf("state %d, %d due", b.State, len(town.due()))
		}
		town.must(s.HoldBulletin(town.ctx, b.ID))
		for more, err := s.FanOut(town.ctx, town.now); more; more, err = s.FanOut(town.ctx, town.now) {
			town.must(err)
		}
		if len(town.due()) > 0 {
			t.Error("a held bulletin is due")
		}
		town.must(s.ReleaseBulletin(town.ctx, b.ID))
		if n := len(town.due()); n != 10 {
			t.Errorf("%d due, want 10", n)
		}
		town.right()
	})
}

func TestStop(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(5)
		b := town.passOn()
		due := town.due()
		claimed := town.claim(due[:2]...)
		town.end(ward.DeliverySent, claimed[0])
		n, err := s.StopBulletin(town.ctx, b.ID, town.now)
		town.must(err)
		if n != 3 {
			t.Errorf("%d people will not get it, want 3", n)
		}
		if got := town.claim(due[2:]...); len(got) > 0 {
			t.Errorf("claimed %v of a stopped bulletin", got)
		}
		// What was on its way and would be tried again is not.
		town.end(ward.DeliveryDue, claimed[1])
		if p := town.progress(b); p.Sent != 1 || p.Cancelled != 4 || p.Settled() != 5 {
			t.Errorf("got %+v", p)
		}
		_, err = s.StopBulletin(town.ctx, b.ID, town.now)
		town.wants(err, ward.ErrNotStoppable)
		town.wants(s.ReleaseBulletin(town.ctx, b.ID), ward.ErrNotStoppable)
		town.wants(s.HoldBulletin(town.ctx, 999), ward.ErrNotFound)
		town.right()
	})
}

func TestFinishSent(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		finished := func() []ward.Bulletin {
			t.Helper()
			sent, err := s.FinishSent(town.ctx, town.now)
			town.must(err)
			return sent
		}
		nobody := town.task()
		town.people(2)
		b := town.passOn()
		if got := finished(); len(got) != 1 || got[0].ID != nobody.ID {
			t.Errorf("finished %+v, want the one for nobody", got)
		}
		town.send()
		got := finished()
		if len(got) != 1 || got[0].ID != b.ID || got[0].State != ward.BulletinSent || !got[0].SentAt.Equal(town.now) {
			t.Errorf("finished %+v", got)
		}
		if got := finished(); len(got) != 0 {
			t.Errorf("finished twice: %+v", got)
		}
		_, err := s.StopBulletin(town.ctx, b.ID, town.now)
		town.wants(err, ward.ErrNotStoppable)
	})
}

func TestTasksOf(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		ana := town.person()
		old := town.task()
		town.send()
		town.now = town.now.Add(24 * time.Hour)
		news := town.bulletin()
		news.Kind = ward.KindNews
		town.publish(news)
		today := town.task()
		town.send()
		town.now = town.now.Add(time.Hour)
		town.task() // not sent yet
		for since, want := range map[time.Time][]int64{
			morning:                      {today.ID, old.ID},
			morning.Add(2 * time.Hour):   {today.ID},
			morning.Add(200 * time.Hour): nil,
		} {
			tasks, err := s.TasksOf(town.ctx, ana.ID, since)
			town.must(err)
			if len(tasks) != len(want) {
				t.Fatalf("since %v: got %+v", since, tasks)
			}
			for i := range tasks {
				if tasks[i].ID != want[i] {
					t.Errorf("since %v: got %+v", since, tasks)
				}
			}
		}
	})
}

func TestControls(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		b := town.task()
		town.must(s.SetControl(town.ctx, storage.Control{BulletinID: b.ID, ChatID: 7, MessageID: 70, Language: "vi"}))
		want := storage.Control{BulletinID: b.ID, ChatID: 7, MessageID: 71, Language: "en"}
		town.must(s.SetControl(town.ctx, want))
		all, err := s.Controls(town.ctx)
		town.must(err)
		if len(all) != 1 || all[0] != want {
			t.Errorf("got %+v", all)
		}
		old := storage.Control{BulletinID: b.ID, ChatID: 7, MessageID: 70}
		town.must(s.EndControl(town.ctx, old, b))
		recalled, err := s.Recall(town.ctx, b.ID, func(ward.Bulletin) []ward.Letter { return nil }, town.now)
		town.must(err)
		town.must(s.EndControl(town.ctx, want, b)) // as it was before
		if all, err = s.Controls(town.ctx); err != nil || len(all) != 1 {
			t.Errorf("ended although there is more to say: %+v, %v", all, err)
		}
		town.must(s.EndControl(town.ctx, want, recalled))
		if all, err = s.Controls(town.ctx); err != nil || len(all) != 0 {
			t.Errorf("got %+v, %v", all, err)
		}
	})
}
