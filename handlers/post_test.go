package handlers_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// posts lets the boss send a task by posts, or by both ways.
func (o *town) posts(text string, switches int) {
	o.t.Helper()
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say(text)
	for _, label := range []string{"Gửi: từng người", "Gửi: nhóm và kênh"}[:switches] {
		o.boss.tap(label)
	}
	o.boss.tap("Gửi ngay")
	if switches == 1 {
		o.boss.tapPrefix("Đăng ở ")
	} else {
		o.boss.tapPrefix("Gửi cho ")
	}
}

func TestPostInAGroup(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	stranger := o.newcomer("Người lạ")
	group := o.group()
	before := lan.Received()
	o.posts("Nhắc bà con kiểm tra", 1)
	post := group.reads("Nhắc bà con kiểm tra")
	if want := "Phụ trách: Nguyễn Thị Mai, Hội LHPN phường"; !strings.Contains(post.Text, want) {
		t.Errorf("the post lacks %q:\n%s", want, post.Text)
	}
	o.boss.reads("Đăng ở 1 nhóm · 2 người được nhắn ở đó.")
	if toast := group.tap(lan, "✅ Đã làm"); !strings.Contains(toast, "Đã ghi nhận. Cảm ơn") {
		t.Errorf("toast %q", toast)
	}
	group.button("✅ Đã làm · 1")
	if toast := group.tap(lan, "✅ Đã làm · 1"); !strings.Contains(toast, "đã báo xong rồi") {
		t.Errorf("pressed twice: %q", toast)
	}
	if url, err := group.TapLink(stranger.Person, "✅ Đã làm · 1"); err != nil || !strings.HasPrefix(url, "https://t.me/wardbot_bot?start=post_") {
		t.Errorf("a stranger is led to %q, %v", url, err)
	}
	if _, err := o.store.PersonByChat(o.ctx, stranger.ID()); err == nil {
		t.Error("something is kept about a stranger")
	}
	if toast := group.tap(mai, "Hôm nay bận"); !strings.Contains(toast, "Không sao") {
		t.Errorf("toast %q", toast)
	}
	if lan.Received() != before {
		t.Errorf("a post was also sent to people:\n%s", lan.transcript())
	}
	if got := o.tally(); got.Asked != 2 || got.Done != 1 || got.NotToday != 1 {
		t.Errorf("tally %+v", got)
	}

	// Undone in private, where one's own answer is shown; the number follows.
	lan.Say("/homnay")
	lan.tap("Hoàn tác")
	o.clock.Advance(5 * time.Second)
	group.button("✅ Đã làm")

	// The report leads into the private chat.
	link, _ := group.button("Gửi báo cáo").Button("Gửi báo cáo")
	_, payload, _ := strings.Cut(link.URL, "?start=")
	lan.Start(payload)
	lan.reads("bao nhiêu hộ")

	// Who joins because of the post can answer it.
	stranger.Start(payload)
	stranger.reads("Mỹ Đình 1")
	stranger.taps("Bắt đầu", "Tôi đồng ý", "12", "Đúng rồi")
	stranger.reads("Xong rồi")
	if toast := group.tap(stranger, "✅ Đã làm"); !strings.Contains(toast, "Đã ghi nhận") {
		t.Errorf("toast %q", toast)
	}
	if got := o.tally(); got.Asked != 3 || got.Done != 1 {
		t.Errorf("tally %+v", got)
	}
}

// TestTheNumberChangesSeldom: people who press together are shown together.
func TestTheNumberChangesSeldom(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	group := o.group()
	o.posts("Nhắc bà con", 1)
	group.tap(lan, "✅ Đã làm")
	group.button("✅ Đã làm · 1")
	group.tap(mai, "✅ Đã làm · 1")
	edits := o.telegram.Calls()["editMessageReplyMarkup"]
	o.clock.Advance(4 * time.Second)
	mai.Say("/trogiup")
	mai.reads("Mỗi ngày một việc nhỏ")
	if got := o.telegram.Calls()["editMessageReplyMarkup"]; got != edits {
		t.Errorf("the number was changed %d times within five seconds", 1+got-edits)
	}
	o.clock.Advance(time.Second)
	group.button("✅ Đã làm · 2")
}

// TestPeopleAndPosts: both ways together ask and count nobody twice.
func TestPeopleAndPosts(t *testing.T) {
	o := newTown(t)
	lan, mai, hoa := o.collaborator("Lan"), o.collaborator("Mai"), o.collaborator("Hoa")
	group, channel := o.group(), o.channel()
	o.posts("Nhắc bà con", 2)
	o.boss.reads("3 nhận · 0 chặn bot · 0 lỗi")
	o.boss.reads("Đăng ở 1 nhóm, 1 kênh.")
	lan.tap("✅ Đã làm")
	if toast := group.tap(lan, "✅ Đã làm · 1"); !strings.Contains(toast, "đã báo xong rồi") {
		t.Errorf("in the group: %q", toast)
	}
	group.tap(mai, "✅ Đã làm · 1")
	mai.button("Hoàn tác") // her letter shows it
	channel.tap(mai, "Hôm nay bận")
	if got := o.tally(); got.Asked != 3 || got.Done != 2 || got.NotToday != 0 {
		t.Errorf("tally %+v", got)
	}
	for _, m := range channel.Chat() {
		if _, ok := m.Button("✅ Đã làm"); m.FromBot && !ok {
			t.Errorf("a channel shows a number of fewer than five: %+v", m.Buttons)
		}
	}
	o.clock.Advance(time.Minute)
	o.boss.tap("Làm mới")
	o.boss.tap("Nhắc 1 người")
	hoa.reads("còn một việc nhỏ")
	if group.Last().Text != group.button("Hôm nay bận").Text {
		t.Error("a reminder was posted in the group")
	}
}

// TestRemindAfterAPost: the silent are reminded in private.
func TestRemindAfterAPost(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	group := o.group()
	o.posts("Nhắc bà con", 1)
	group.tap(lan, "✅ Đã làm")
	o.clock.Advance(time.Minute)
	o.boss.tap("Làm mới")
	o.boss.tap("Nhắc 1 người")
	mai.reads("còn một việc nhỏ")
	mai.tap("✅ Đã làm")
	if got := o.tally(); got.Asked != 2 || got.Done != 2 {
		t.Errorf("tally %+v", got)
	}
	if strings.Contains(lan.transcript(), "còn một việc nhỏ") {
		t.Error("somebody who had answered was reminded")
	}
}

func TestPostInAForum(t *testing.T) {
	o := newTown(t)
	o.allow("message thread not found", "TOPIC_CLOSED", "not enough rights to create a topic")
	lan := o.collaborator("Lan")
	forum := &square{o.telegram.Forum("Phường", o.boss.Person), o}
	topic := forum.Topic(o.boss.Person, "Thông báo")
	forum.SayIn(o.boss.Person, topic, "/moi@wardbot_bot")
	if m := forum.reads("của phường nào"); m.Topic != topic {
		t.Errorf("asked in topic %d", m.Topic)
	}
	forum.tap(o.boss, "Mỹ Đình 1")
	o.posts("Việc một", 1)
	if m := forum.reads("Việc một"); m.Topic != topic {
		t.Errorf("posted in topic %d, want %d", m.Topic, topic)
	}
	o.boss.reads("Đã gửi xong")

	// Deleted, and the bot may not make one: posts go into none.
	forum.DeleteTopic(topic)
	o.posts("Việc hai", 1)
	if m := forum.reads("Việc hai"); m.Topic != 0 {
		t.Errorf("posted in topic %d", m.Topic)
	}
	forum.tap(lan, "✅ Đã làm")

	// Linked outside of topics by a bot that may make them: in its own.
	forum.Promote()
	forum.Say(o.boss.Person, "/moi")
	forum.tap(o.boss, "Phường khác")
	forum.tap(o.boss, "Mỹ Đình 1")
	forum.reads("đã nối")
	o.posts("Việc ba", 1)
	own := forum.reads("Việc ba").Topic
	if forum.Topics()[own] != "Việc hằng ngày" {
		t.Errorf("posted in topic %d of %v", own, forum.Topics())
	}
	forum.DeleteTopic(own)
	o.posts("Việc bốn", 1)
	if again := forum.reads("Việc bốn").Topic; again == own || forum.Topics()[again] != "Việc hằng ngày" {
		t.Errorf("posted in topic %d of %v", again, forum.Topics())
	}
}

// publishPost publishes without a conversation.
func (o *town) publishPost(title string) {
	o.t.Helper()
	_, err := o.store.Publish(o.ctx, ward.Bulletin{
		Kind: ward.KindTask, Title: title, Via: ward.ViaPosts, Signed: ward.Signature{Org: "Hội", Sender: "Mai", Contact: "024"},
		SendAt: o.clock.Now(), SendDay: ward.DayOf(o.clock.Now(), o.zone), Deadline: o.clock.Now().Add(time.Hour),
	}, func(ward.Bulletin) []ward.Letter { return []ward.Letter{{Language: "vi", HTML: title}} })
	if err != nil {
		o.t.Fatal(err)
	}
}

// TestAPostThatFails: what was lost is found out by posting, listed, and
// posted again when it is mended.
func TestAPostThatFails(t *testing.T) {
	o := newTown(t)
	o.allow("not enough rights")
	lan := o.collaborator("Lan")
	o.boss.Start("")
	group := o.group()
	o.stop()
	group.Mute()
	o.publishPost("Nhắc bà con")
	// The update and the refusal are both news of one thing.
	o.start()
	o.boss.reads("Bot không được đăng bài trong nhóm")
	b := o.last()
	o.comes("the post has failed", func() bool {
		p, err := o.store.Progress(o.ctx, b.ID)
		return err == nil && p.Posts.Failed == 1
	})
	group.Readmit()
	o.boss.reads("lại đăng bài được")
	n, err := o.store.SendFailedPostsAgain(o.ctx, b.ID, o.clock.Now())
	if err != nil || n != 1 {
		t.Fatalf("%d again, %v", n, err)
	}
	group.tap(lan, "✅ Đã làm")
}

func (o *town) last() ward.Bulletin {
	o.t.Helper()
	all, err := o.store.RecentBulletins(o.ctx, 1)
	if err != nil || len(all) != 1 {
		o.t.Fatal(err)
	}
	return all[0]
}

// TestCorrectAndRecallAPost: posts change with the letters; a recall deletes
// what is young and rewrites what is old.
func TestCorrectAndRecallAPost(t *testing.T) {
	for _, tt := range []struct {
		name string
		age  time.Duration
		left string
	}{{"young", time.Hour, ""}, {"old", 49 * time.Hour, "Tin này đã được thu hồi."}} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			lan := o.collaborator("Lan")
			group := o.group()
			o.posts("Họp tổ 18:00", 1)
			group.tap(lan, "✅ Đã làm")
			group.button("✅ Đã làm · 1")
			o.boss.tap("Sửa bài")
			o.boss.reads("nội dung mới")
			o.boss.Say("Họp tổ 19:30")
			o.boss.tap("Kèm đính chính")
			o.boss.Say("họp lúc 19:30")
			o.boss.tapPrefix("Sửa 1 bản")
			post := group.reads("Họp tổ 19:30")
			if _, ok := post.Button("✅ Đã làm · 1"); !ok {
				t.Errorf("the corrected post has lost its number: %+v", post.Buttons)
			}
			if m := group.reads("Đính chính"); m.ReplyTo != post.ID {
				t.Errorf("the correction replies to %d, not to %d", m.ReplyTo, post.ID)
			}
			o.clock.Advance(tt.age)
			b := o.find("Họp tổ 19:30")
			if _, err := o.store.Recall(o.ctx, b.ID, func(b ward.Bulletin) []ward.Letter { return nil }, o.clock.Now()); err != nil {
				t.Fatal(err)
			}
			group.gone("Họp tổ")
			if tt.left != "" {
				group.reads(tt.left)
			}
			if got := o.tally(); got.Done != 1 && tt.age < 24*time.Hour {
				t.Errorf("tally %+v", got)
			}
		})
	}
}

// find is the task of that title.
func (o *town) find(title string) ward.Bulletin {
	o.t.Helper()
	all, err := o.store.RecentBulletins(o.ctx, 9)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, b := range all {
		if b.Title == title && b.Kind == ward.KindTask {
			return b
		}
	}
	o.t.Fatalf("no task %q", title)
	return ward.Bulletin{}
}

// TestAForgedPress: a press that names a task which is not posted yet, or
// another message, changes nothing.
func TestAForgedPress(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	group := o.group()
	o.posts("Việc một", 1)
	first := group.button("✅ Đã làm")
	b := o.last()
	o.boss.reads("Đã gửi xong")
	o.stop()
	o.publishPost("Việc hai")
	next := o.last()
	if next.ID == b.ID {
		t.Fatal("not published")
	}
	if err := group.PressData(lan.Person, first, "done:"+string(rune('0'+next.ID))+":5"); err != nil {
		t.Fatal(err)
	}
	o.start()
	group.reads("Việc hai")
	if strings.Count(transcript(group.Chat()), "Việc một") != 1 {
		t.Error(transcript(group.Chat()))
	}
}

// TestAPlannedPost: what is planned goes the way it was planned, on the boards
// that there are then.
func TestAPlannedPost(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	group := o.group()
	o.writes("Việc", "Nhắc bà con")
	o.boss.taps("Gửi: từng người", "Hẹn giờ")
	o.boss.reads("Gửi lúc nào")
	o.boss.Say("7:30 mai")
	o.boss.taps("Một lần", "Đặt lịch")
	o.boss.tapPrefix("Hẹn cho ")
	o.boss.reads("Lần tới")
	channel := o.channel()
	before := lan.Received()
	o.clock.Advance(25 * time.Hour)
	group.reads("Nhắc bà con")
	channel.reads("Nhắc bà con")
	group.tap(lan, "✅ Đã làm")
	if lan.Received() != before {
		t.Errorf("it was also sent to people:\n%s", lan.transcript())
	}
}

// An album and a place go ahead of the words of a post as they do of a letter,
// and leave with them.
func TestAPostWithMedia(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		ahead int // messages before the words
	}{
		{"a picture", []string{"photo"}, 0},
		{"an album", []string{"photo", "video"}, 2},
		{"a voice", []string{"voice"}, 0},
		{"a place", nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			lan := o.collaborator("Lan")
			group := o.group()
			o.begins()
			if tt.files == nil {
				o.boss.Location()
				o.boss.reads("gửi giúp nội dung bằng chữ")
			}
			o.boss.Write(simulator.Note{HTML: "Quét ngõ", Files: tt.files})
			o.boss.taps("Gửi: từng người", "Gửi ngay")
			o.boss.tapPrefix("Đăng ở ")
			o.boss.reads("Đã gửi xong")
			var posted []message
			for _, m := range group.Chat() {
				if m.FromBot && !strings.Contains(m.Text, "phường") || strings.Contains(m.Text, "Quét ngõ") {
					posted = append(posted, m)
				}
			}
			if len(posted) != tt.ahead+1 || !strings.Contains(posted[tt.ahead].Text, "Quét ngõ") {
				t.Fatalf("posted: %+v", posted)
			}
			for i, m := range posted {
				if file := m.Photo != "" || m.Other != ""; file != (i < tt.ahead || tt.ahead == 0) || m.Silent != (i < tt.ahead) {
					t.Errorf("message %d: %+v", i, m)
				}
			}
			group.tap(lan, "✅ Đã làm")
			o.boss.tap("Sửa bài")
			o.boss.reads("Sửa bài: Quét ngõ")
			o.boss.Say("Quét sân")
			o.boss.tap("Sửa 1 bản")
			group.reads("Quét sân")
			o.boss.reads("Đã sửa lúc 07:30: 1 bản")
			o.boss.taps("Thu hồi", "Thu hồi 1 bản")
			err := group.Wait(o.ctx, func(chat []message) bool {
				return !slices.ContainsFunc(chat, func(m message) bool { return m.ID >= posted[0].ID && m.FromBot })
			})
			if err != nil {
				t.Errorf("still there: %s", transcript(group.Chat()))
			}
		})
	}
}
