package storage_test

import (
	"testing"
	"time"

	"wardbot/storage"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// board links a chat to a ward.
func (t *town) board(chatID, wardID int64, channel bool) ward.Board {
	t.Helper()
	b, err := t.LinkBoard(t.ctx, ward.Board{ChatID: chatID, WardID: wardID, Channel: channel, Title: "Phường"})
	t.must(err)
	return b
}

// posted publishes a task by posts, or by both ways.
func (t *town) posted(via ward.Via, wards ...int64) ward.Bulletin {
	t.Helper()
	b := t.bulletin()
	b.Via, b.Audience.WardIDs = via, wards
	return t.publish(b)
}

func (t *town) postsDue() []ward.Post {
	t.Helper()
	all, err := t.PostsDue(t.ctx, t.now, 100)
	t.must(err)
	return all
}

// putUp settles posts that are due, as sent with the numbers from 70 on.
func (t *town) putUp(posts ...ward.Post) {
	t.Helper()
	for i, p := range posts {
		claimed, err := t.ClaimPost(t.ctx, p.PostKey, t.now)
		t.must(err)
		if !claimed {
			t.Fatalf("not claimed: %+v", p)
		}
		t.must(t.SettlePost(t.ctx, ward.PostSettlement{
			PostKey: p.PostKey, State: ward.DeliverySent, MessageID: 70 + int64(i), Revision: p.Revision, Done: p.Done, At: t.now,
		}))
	}
}

// fanOut writes all deliveries.
func (t *town) fanOut() {
	t.Helper()
	for more := true; more; {
		var err error
		more, err = t.FanOut(t.ctx, t.now)
		t.must(err)
	}
}

func (t *town) sentBulletins() int {
	t.Helper()
	sent, err := t.FinishSent(t.ctx, t.now)
	t.must(err)
	return len(sent)
}

// A story goes to people and to channels, not to groups.
func TestPostsOnChannelsOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(2)
		town.board(-5, town.wards[0].ID, false)
		channel := town.board(-6, town.wards[0].ID, true)
		b := town.posted(ward.ViaChannels)
		if due := town.postsDue(); b.Via != ward.ViaChannels || len(due) != 1 || due[0].Board.ID != channel.ID || len(town.due()) != 2 {
			t.Errorf("via %v: posts %+v, letters %+v", b.Via, due, town.due())
		}
	})
}

func TestPostsAskTheirWard(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		home, other := town.wards[0], town.wards[1]
		people := town.people(4)
		stranger := town.personOf(other.ID, town.groups[other.ID][0].ID)
		town.must(s.Pause(town.ctx, people[3].ID, town.now.Add(time.Hour)))
		group := town.board(-5, home.ID, false)
		town.board(-6, home.ID, true)
		if n, err := s.CountBoards(town.ctx, ward.Audience{}); err != nil || n != (ward.BoardCount{Groups: 1, Channels: 1}) {
			t.Errorf("boards %+v, %v", n, err)
		}
		if town.posted(ward.ViaPosts, other.ID); len(town.postsDue()) != 0 {
			t.Errorf("posted in a ward that it is not for: %+v", town.postsDue())
		}
		town.sentBulletins()
		b := town.posted(ward.ViaPosts)
		if b.Via != ward.ViaPosts || len(town.due()) != 0 {
			t.Errorf("via %v; due: %+v", b.Via, town.due())
		}
		if town.sentBulletins() != 0 {
			t.Error("sent before it was posted")
		}
		due := town.postsDue()
		if len(due) != 2 || due[0].Board.ID != group.ID || due[0].Board.ChatID != -5 {
			t.Fatalf("due: %+v", due)
		}
		if err := s.AskByPost(town.ctx, b.ID, -5, people[0].ID, town.now); err == nil {
			t.Error("somebody was asked by a post that is not there")
		}
		town.putUp(due...)
		if town.sentBulletins() != 0 {
			t.Error("sent before everybody was asked")
		}
		town.fanOut()
		if town.sentBulletins() != 1 {
			t.Error("not sent")
		}
		p := town.progress(b)
		if p.Audience != 3 || p.Posted != 3 || p.Settled() != 3 || p.Answers.Asked != 3 || p.Sent != 0 ||
			p.Posts != (ward.PostProgress{BoardCount: ward.BoardCount{Groups: 1, Channels: 1}, Sent: 2}) {
			t.Errorf("progress: %+v", p)
		}
		_, err := s.Confirm(town.ctx, b.ID, people[0].ID, ward.AnswerDone, town.now)
		town.must(err)
		_, err = s.Confirm(town.ctx, b.ID, people[3].ID, ward.AnswerDone, town.now)
		town.wants(err, ward.ErrNotAsked)
		town.must(s.AskByPost(town.ctx, b.ID, -5, people[3].ID, town.now)) // paused, but there
		newcomer := town.person()
		for range 2 {
			town.must(s.AskByPost(town.ctx, b.ID, -5, newcomer.ID, town.now))
		}
		_, err = s.Confirm(town.ctx, b.ID, newcomer.ID, ward.AnswerDone, town.now)
		town.must(err)
		town.wants(s.AskByPost(town.ctx, b.ID, -5, stranger.ID, town.now), ward.ErrNotAsked)
		town.wants(s.AskByPost(town.ctx, b.ID, -7, people[1].ID, town.now), ward.ErrNotAsked)
		if p := town.progress(b); p.Answers.Asked != 5 || p.Answers.Done != 2 || p.Answers.Silent() != 3 {
			t.Errorf("answers: %+v", p.Answers)
		}
		if tasks, err := s.TasksOf(town.ctx, newcomer.ID, town.now.Add(-time.Hour)); err != nil || len(tasks) != 1 {
			t.Errorf("tasks: %d, %v", len(tasks), err)
		}
		size, err := s.CountAudience(town.ctx, ward.Audience{SilentOn: b.ID}, town.now)
		if err != nil || size != (ward.AudienceSize{People: 2, Paused: 1}) {
			t.Errorf("silent: %+v, %v", size, err)
		}
		town.right()
	})
}

// A task for people and posts counts everybody once, whoever is faster.
func TestBothWaysCountOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(5)
		town.board(-5, town.wards[0].ID, false)
		b := town.posted(ward.ViaBoth)
		keys := town.claim(town.due()[:3]...)
		town.end(ward.DeliverySent, keys[0])
		town.end(ward.DeliveryFailed, keys[1]) // keys[2] is on its way
		town.putUp(town.postsDue()...)
		town.fanOut()
		for _, p := range people[:4] { // the fourth has no letter yet
			town.must(s.AskByPost(town.ctx, b.ID, -5, p.ID, town.now))
			_, err := s.Confirm(town.ctx, b.ID, p.ID, ward.AnswerDone, town.now)
			town.must(err)
		}
		town.end(ward.DeliverySent, keys[2])
		town.send()
		town.fanOut()
		if town.sentBulletins() != 1 {
			t.Error("not sent")
		}
		p := town.progress(b)
		if p.Audience != 5 || p.Sent != 3 || p.Posted != 2 || p.Failed != 0 || p.Answers.Asked != 5 || p.Answers.Done != 4 {
			t.Errorf("progress: %+v", p)
		}
		town.right()
	})
}

func TestPostsAreCorrectedAndCounted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(2)
		town.board(-5, town.wards[0].ID, false)
		b := town.posted(ward.ViaPosts)
		behind := func() []ward.Post {
			all, err := s.PostsBehind(town.ctx, town.now, 9)
			town.must(err)
			return all
		}
		town.putUp(town.postsDue()...)
		town.fanOut()
		if got := behind(); len(got) != 0 {
			t.Errorf("behind: %+v", got)
		}
		_, err := s.Confirm(town.ctx, b.ID, people[0].ID, ward.AnswerDone, town.now)
		town.must(err)
		got := behind()
		if len(got) != 1 || got[0].Done != 1 || got[0].Amend || got[0].MessageID != 70 {
			t.Fatalf("behind: %+v", got)
		}
		b.Title = "Khác"
		_, err = s.Correct(town.ctx, b, amended("khác"), town.now)
		town.must(err)
		// The change of the number ends after the correction, and is not enough.
		town.must(s.SettlePostAmendment(town.ctx, ward.PostAmendment{Post: got[0], Result: ward.Amended}))
		got = behind()
		if len(got) != 1 || !got[0].Amend || got[0].Revision != 1 {
			t.Fatalf("behind: %+v", got)
		}
		town.must(s.SettlePostAmendment(town.ctx, ward.PostAmendment{Post: got[0], Result: ward.AmendLater, Next: town.now.Add(time.Second)}))
		if got := behind(); len(got) != 0 {
			t.Errorf("behind: %+v", got)
		}
		if _, _, err := s.CopiesDue(town.ctx, town.now, 9); err != nil {
			t.Error(err)
		}
		if is, err := s.Bulletin(town.ctx, b.ID); err != nil || !is.Amending() {
			t.Errorf("amended before its post was: %v", err)
		}
		town.now = town.now.Add(time.Second)
		for range 2 { // by two processes
			town.must(s.SettlePostAmendment(town.ctx, ward.PostAmendment{Post: got[0], Result: ward.Amended}))
		}
		if got := behind(); len(got) != 0 {
			t.Errorf("behind: %+v", got)
		}
		if a := town.progress(b).Amending; a.Amended != 1 {
			t.Errorf("one post was changed %d times", a.Amended)
		}
		_, err = s.Recall(town.ctx, b.ID, amended("thu hồi"), town.now)
		town.must(err)
		if got = behind(); len(got) != 1 || !got[0].Amend {
			t.Fatalf("behind: %+v", got)
		}
		town.must(s.SettlePostAmendment(town.ctx, ward.PostAmendment{Post: got[0], Result: ward.AmendMiss}))
		if got := behind(); len(got) != 0 {
			t.Errorf("behind: %+v", got)
		}
	})
}

func TestPostsInDoubt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.people(1)
		town.board(-5, town.wards[0].ID, false)
		town.board(-6, town.wards[0].ID, false)
		b := town.posted(ward.ViaPosts)
		for _, p := range town.postsDue() {
			if claimed, err := s.ClaimPost(town.ctx, p.PostKey, town.now); err != nil || !claimed {
				t.Fatalf("claimed %v, %v", claimed, err)
			}
			if claimed, err := s.ClaimPost(town.ctx, p.PostKey, town.now); err != nil || claimed {
				t.Fatalf("claimed twice, %v", err)
			}
		}
		doubtful, err := s.PostsInDoubt(town.ctx)
		town.must(err)
		if len(doubtful) != 2 || len(town.postsDue()) != 0 {
			t.Fatalf("in doubt: %+v", doubtful)
		}
		town.must(s.MarkPostSeen(town.ctx, b.ID, -5, 0, 71, town.now)) // somebody presses it
		if again, err := s.ResendPost(town.ctx, doubtful[0].PostKey, town.now); err != nil || again {
			t.Errorf("sent once more although it is there, %v", err)
		}
		if again, err := s.ResendPost(town.ctx, doubtful[1].PostKey, town.now); err != nil || !again {
			t.Errorf("not sent once more, %v", err)
		}
		due := town.postsDue()
		if len(due) != 1 || !due[0].Resent || due[0].Attempts != 1 {
			t.Fatalf("due: %+v", due)
		}
		if _, err := s.ClaimPost(town.ctx, due[0].PostKey, town.now); err != nil {
			t.Fatal(err)
		}
		town.must(s.SettlePost(town.ctx, ward.PostSettlement{PostKey: due[0].PostKey, State: ward.DeliveryUnknown, At: town.now}))
		if p := town.progress(b); p.Posts.Sent != 1 || p.Posts.Unknown != 1 {
			t.Errorf("posts: %+v", p.Posts)
		}
		town.must(s.MarkPostSeen(town.ctx, b.ID, -6, 0, 72, town.now))
		town.must(s.MarkPostSeen(town.ctx, b.ID, -9, 0, 72, town.now))
		if p := town.progress(b); p.Posts.Sent != 2 {
			t.Errorf("posts: %+v", p.Posts)
		}
	})
}

func TestStoppedPosts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.board(-5, town.wards[0].ID, false)
		b := town.bulletin()
		b.Via, b.PassOn = ward.ViaPosts, "Bà con nhớ kiểm tra."
		b = town.publish(b)
		due := town.postsDue()
		if len(due) != 1 || due[0].Part != 0 { // the second waits for the first
			t.Fatalf("due: %+v", due)
		}
		if _, err := s.ClaimPost(town.ctx, due[0].PostKey, town.now); err != nil {
			t.Fatal(err)
		}
		_, err := s.StopBulletin(town.ctx, b.ID, town.now)
		town.must(err)
		town.must(s.SettlePost(town.ctx, ward.PostSettlement{PostKey: due[0].PostKey, State: ward.DeliveryDue, Next: town.now, At: town.now}))
		if p := town.progress(b); p.Posts.Cancelled != 1 || len(town.postsDue()) != 0 {
			t.Errorf("posts: %+v", p.Posts)
		}
	})
}

func TestBoards(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		home, other := town.wards[0], town.wards[1]
		mai := town.person()
		untold := func() []ward.Board {
			all, err := s.BoardsToTell(town.ctx)
			town.must(err)
			return all
		}
		offered, err := s.OfferBoard(town.ctx, ward.Board{ChatID: -6, Channel: true, Title: "Kênh", LinkedBy: mai.ID})
		town.must(err)
		if offered.State != ward.BoardOffered || offered.Linked() {
			t.Errorf("offered: %+v", offered)
		}
		channel, err := s.LinkBoard(town.ctx, ward.Board{ChatID: -6, Channel: true, Title: "Kênh", WardID: other.ID, LinkedBy: mai.ID})
		town.must(err)
		if channel.ID != offered.ID || channel.State != ward.BoardActive {
			t.Errorf("linked: %+v", channel)
		}
		if again, err := s.OfferBoard(town.ctx, ward.Board{ChatID: -6, Channel: true, Title: "x"}); err != nil || again.State != ward.BoardActive {
			t.Errorf("offered again: %+v, %v", again, err)
		}
		group := town.board(-5, home.ID, false)
		town.must(s.SetTopic(town.ctx, group.ID, 12))
		for range 2 { // told once
			town.must(s.BreakBoard(town.ctx, -5, ward.BoardRemoved))
			for _, b := range untold() {
				if b.ID != group.ID || b.State != ward.BoardRemoved || b.ThreadID != 12 {
					t.Errorf("untold: %+v", b)
				}
				town.must(s.BoardTold(town.ctx, b))
				group.State = 0
			}
		}
		if group.State != 0 || len(untold()) != 0 {
			t.Errorf("untold: %+v", untold())
		}
		if n, err := s.CountBoards(town.ctx, ward.Audience{WardIDs: []int64{home.ID}}); err != nil || n.All() != 0 {
			t.Errorf("boards %+v, %v", n, err)
		}
		town.must(s.MendBoard(town.ctx, -5, "Tổ"))
		if b, err := s.Board(town.ctx, group.ID); err != nil || b.State != ward.BoardActive || b.Title != "Tổ" || len(untold()) != 1 {
			t.Errorf("mended: %+v, %v", b, err)
		}
		town.must(s.UnlinkBoard(town.ctx, channel.ID))
		town.must(s.BreakBoard(town.ctx, -6, ward.BoardRemoved)) // nobody cares
		if all, err := s.Boards(town.ctx); err != nil || len(all) != 1 {
			t.Errorf("boards: %+v, %v", all, err)
		}
	})
}

// A group that becomes a supergroup keeps its link and loses its messages.
func TestMoveBoard(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		people := town.people(1)
		group := town.board(-5, town.wards[0].ID, false)
		b := town.posted(ward.ViaPosts)
		town.putUp(town.postsDue()...)
		town.fanOut()
		if _, err := s.OfferBoard(town.ctx, ward.Board{ChatID: -1005, Title: "Tổ"}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			town.must(s.MoveBoard(town.ctx, -5, -1005))
		}
		moved, err := s.BoardOfChat(town.ctx, -1005)
		if err != nil || moved.ID != group.ID || moved.WardID != group.WardID || moved.State != ward.BoardActive {
			t.Errorf("moved: %+v, %v", moved, err)
		}
		_, err = s.Confirm(town.ctx, b.ID, people[0].ID, ward.AnswerDone, town.now)
		town.must(err)
		if behind, err := s.PostsBehind(town.ctx, town.now, 9); err != nil || len(behind) != 0 {
			t.Errorf("behind: %+v, %v", behind, err)
		}
		_, err = s.BoardOfChat(town.ctx, -5)
		town.wants(err, ward.ErrNotFound)
	})
}

// What a broken board missed can be posted when it is mended.
func TestPostFailedAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.board(-5, town.wards[0].ID, false)
		b := town.posted(ward.ViaPosts)
		due := town.postsDue()
		_, err := s.ClaimPost(town.ctx, due[0].PostKey, town.now)
		town.must(err)
		town.must(s.SettlePost(town.ctx, ward.PostSettlement{PostKey: due[0].PostKey, State: ward.DeliveryFailed, Err: "kicked", At: town.now}))
		town.must(s.BreakBoard(town.ctx, -5, ward.BoardRemoved))
		town.fanOut()
		if town.sentBulletins() != 1 {
			t.Error("not settled")
		}
		failures, err := s.PostFailures(town.ctx, b.ID)
		if err != nil || len(failures) != 1 || failures[0].Err != "kicked" || failures[0].Board.State != ward.BoardRemoved {
			t.Errorf("failures: %+v, %v", failures, err)
		}
		if n, err := s.SendFailedPostsAgain(town.ctx, b.ID, town.now); err != nil || n != 0 {
			t.Errorf("%d again, %v", n, err)
		}
		town.must(s.MendBoard(town.ctx, -5, "Tổ"))
		if n, err := s.SendFailedPostsAgain(town.ctx, b.ID, town.now); err != nil || n != 1 {
			t.Errorf("%d again, %v", n, err)
		}
		if due := town.postsDue(); len(due) != 1 || due[0].Attempts != 0 {
			t.Errorf("due: %+v", due)
		}
	})
}

// What would be posted after its deadline is not, and the bulletin ends.
func TestPostsTooLate(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		town := newTown(t, s)
		town.person()
		town.board(-5, town.wards[0].ID, false)
		b := town.posted(ward.ViaPosts)
		town.now = b.Deadline
		if due := town.postsDue(); len(due) != 0 {
			t.Errorf("due: %+v", due)
		}
		town.fanOut()
		if p := town.progress(b); p.Posts.Cancelled != 1 || town.sentBulletins() != 1 {
			t.Errorf("posts: %+v", p.Posts)
		}
	})
}
