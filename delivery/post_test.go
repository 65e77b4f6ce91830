package delivery

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// plainPost is a post with a button and the number on it.
func plainPost(_ context.Context, p ward.Post) (ward.Letter, error) {
	label := "✅"
	if p.Done > 0 {
		label += strings.Repeat("|", p.Done)
	}
	return ward.Letter{HTML: "Dọn rác ở ngõ", Buttons: [][]ward.LetterButton{{{Text: label, Data: "done:1:5"}}}}, nil
}

// link makes a group or channel a board of the only ward.
func (of *office) link(g *simulator.Group, channel bool) ward.Board {
	of.Helper()
	wards, err := of.store.Wards(of.ctx)
	of.must(err)
	b, err := of.store.LinkBoard(of.ctx, ward.Board{ChatID: g.ID(), Channel: channel, Title: "Tổ", WardID: wards[0].ID})
	of.must(err)
	return b
}

// publishVia publishes a task by posts, or by both ways.
func (of *office) publishVia(via ward.Via) ward.Bulletin {
	of.Helper()
	now := time.Now()
	b, err := of.store.Publish(of.ctx, ward.Bulletin{
		Kind: ward.KindTask, Title: "Dọn rác", Via: via, Signed: ward.Signature{Org: "Phường", Sender: "Mai", Contact: "024"},
		SendAt: now, SendDay: ward.DayOf(now, time.UTC), Deadline: now.Add(time.Hour),
	}, func(ward.Bulletin) []ward.Letter { return []ward.Letter{task} })
	of.must(err)
	return b
}

// posts counts the messages of the bot in a group.
func posts(g *simulator.Group) (n int) {
	for _, m := range g.Chat() {
		if m.FromBot {
			n++
		}
	}
	return n
}

// What may have been posted and what not is sent once more, at the end and
// once only; a press in between proves that it is there.
func TestAPostInDoubt(t *testing.T) {
	for _, tt := range []struct {
		name                 string
		fault                simulator.FaultKind
		always, pressed      bool
		posts, sent, unknown int
	}{
		{"processed and cut off", simulator.ResetAfter, false, false, 2, 1, 0},
		{"pressed meanwhile", simulator.ResetAfter, false, true, 1, 1, 0},
		{"in doubt again", simulator.ResetAfter, true, false, 2, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := newOffice(t, 3, simulator.Options{})
			group := of.telegram.Group("Tổ", of.people[0])
			of.link(group, false)
			b := of.publishVia(ward.ViaPosts)
			of.telegram.SetFaults(simulator.Fault{Method: "sendMessage", Share: 1, Kind: tt.fault})
			e := of.hire(Options{Post: plainPost, Grace: 300 * time.Millisecond})
			of.start(e)
			of.until(func() bool { return e.Stats().InDoubt == 1 && posts(group) == 1 })
			if !tt.always {
				of.telegram.SetFaults()
			}
			if tt.pressed {
				of.must(of.store.MarkPostSeen(of.ctx, b.ID, group.ID(), 0, group.Last().ID, time.Now()))
			}
			of.await("bulletin sent")
			p := of.progress(b)
			if posts(group) != tt.posts || p.Posts.Sent != tt.sent || p.Posts.Unknown != tt.unknown {
				t.Errorf("%d posts, %+v", posts(group), p.Posts)
			}
			if again := e.Stats().PostsAgain; again != int64(tt.posts-1) {
				t.Errorf("sent once more: %d", again)
			}
			if asked := 3 * tt.sent; p.Posted != asked {
				t.Errorf("%d people asked, want %d", p.Posted, asked)
			}
		})
	}
}

// A call that never reached Telegram is made again, and nothing is doubled.
func TestAPostThatWasNotSent(t *testing.T) {
	of := newOffice(t, 1, simulator.Options{Seed: 3})
	group := of.telegram.Group("Tổ", of.people[0])
	of.link(group, false)
	of.must(of.telegram.Close()) // the network is down
	b := of.publishVia(ward.ViaPosts)
	stop := of.start(of.hire(Options{Post: plainPost}))
	of.await("Telegram cannot be reached")
	stop()
	if p := of.progress(b); p.Posts.Settled() != 0 {
		t.Errorf("posts: %+v", p.Posts)
	}
	doubtful, err := of.store.PostsInDoubt(of.ctx)
	of.must(err)
	if len(doubtful) != 0 {
		t.Errorf("in doubt: %+v", doubtful)
	}
}

// However often the engine is killed, everybody has one letter, and every
// board has its post, twice at most if the kill came between call and result.
func TestKilledPostsAreNotLost(t *testing.T) {
	const people, kills, squares = 120, 10, 6
	of := newOffice(t, people, simulator.Options{Latency: latency(4 * time.Millisecond)})
	var groups []*simulator.Group
	for range squares {
		g := of.telegram.Group("Tổ", of.people[0])
		of.link(g, false)
		groups = append(groups, g)
	}
	b := of.publishVia(ward.ViaBoth)
	arrived := of.arrivals()
	random := rand.New(rand.NewPCG(5, 8))
	var journal strings.Builder
	killed := 0
	for ended := false; !ended; killed++ {
		victim := of.victim(&journal)
		if killed == kills {
			of.must(victim.Wait())
			break
		}
		ended = of.killAfter(victim, arrived, 1+random.IntN(people/kills), time.Duration(random.IntN(3000))*time.Microsecond)
	}
	of.onceEach("Dọn rác")
	doubled := 0
	for _, g := range groups {
		switch n := posts(g); n {
		case 1:
		case 2:
			doubled++
		default:
			t.Errorf("%d posts on a board", n)
		}
	}
	if again := strings.Count(journal.String(), "post sent once more"); doubled > again {
		t.Errorf("%d boards have two posts, but only %d were sent once more", doubled, again)
	}
	p := of.progress(b)
	t.Logf("%d kills, %d posts doubled, %+v", killed, doubled, p.Posts)
	if p.Posts.Sent+p.Posts.Unknown != squares || p.Sent != people || p.Answers.Asked != people {
		t.Errorf("progress: %+v", p)
	}
	wrong, err := of.store.CheckTallies(of.ctx)
	of.must(err)
	for _, w := range wrong {
		t.Error(w)
	}
}

// The number on the button is changed at most every five seconds, by the clock
// of the engine, and a flood of presses costs few calls.
func TestCountsAreGathered(t *testing.T) {
	of := newOffice(t, 30, simulator.Options{})
	group := of.telegram.Group("Tổ", of.people[0])
	of.link(group, false)
	b := of.publishVia(ward.ViaPosts)
	var w wall
	e := of.hire(Options{Post: plainPost, Now: w.now})
	of.start(e)
	of.await("bulletin sent")
	for _, id := range of.ids {
		_, err := of.store.Confirm(of.ctx, b.ID, id, ward.AnswerDone, w.now())
		of.must(err)
	}
	shows := func(n int) bool { _, ok := group.Last().Button("✅" + strings.Repeat("|", n)); return ok }
	of.until(func() bool { return e.Stats().Edits == 1 && !shows(0) })
	w.turn(countEvery)
	of.until(func() bool { return shows(30) })
	if edits := of.telegram.Calls()["editMessageReplyMarkup"]; edits > 5 {
		t.Errorf("%d changes for 30 presses", edits)
	}
}

// A board that is found to be lost while posting is noted, its post fails, and
// others are not kept waiting.
func TestALostBoard(t *testing.T) {
	of := newOffice(t, 1, simulator.Options{})
	lost, well := of.telegram.Group("Mất", of.people[0]), of.telegram.Channel("Còn", of.people[0])
	board := of.link(lost, false)
	of.link(well, true)
	lost.Kick()
	b := of.publishVia(ward.ViaPosts)
	of.start(of.hire(Options{Post: plainPost}))
	of.await("bulletin sent")
	if p := of.progress(b).Posts; p.Sent != 1 || p.Failed != 1 {
		t.Errorf("posts: %+v", p)
	}
	is, err := of.store.Board(of.ctx, board.ID)
	if err != nil || is.State != ward.BoardRemoved || posts(well) != 1 {
		t.Errorf("%+v, %v", is, err)
	}
}

// What cannot be written is tried again later; nothing is in doubt.
func TestAPostThatCannotBeWritten(t *testing.T) {
	of := newOffice(t, 1, simulator.Options{})
	group := of.telegram.Group("Tổ", of.people[0])
	of.link(group, false)
	of.publishVia(ward.ViaPosts)
	stop := of.start(of.hire(Options{Post: func(context.Context, ward.Post) (ward.Letter, error) {
		return ward.Letter{}, errors.New("no text")
	}}))
	of.await("post not written")
	stop()
	due, err := of.store.PostsDue(of.ctx, time.Now().Add(time.Minute), 9)
	if err != nil || len(due) != 1 || posts(group) != 0 {
		t.Errorf("due: %+v, %v", due, err)
	}
}
