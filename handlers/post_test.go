package handlers_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

// square is a group or channel with the people of the town in it.
type square struct {
	*simulator.Group
	o *town
}

// Wait is that of the simulator, but gives up in the end.
func (s *square) Wait(ctx context.Context, holds func([]message) bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Group.Wait(ctx, holds)
}

// WaitFor is that of the simulator, but gives up in the end.
func (s *square) WaitFor(ctx context.Context, words string) (message, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Group.WaitFor(ctx, words)
}

// reads waits for words of the bot there.
func (s *square) reads(words string) message {
	s.o.t.Helper()
	m, err := s.WaitFor(s.o.ctx, words)
	if err != nil {
		s.o.t.Fatalf("waiting for %q in the group: %v\n%s", words, err, transcript(s.Chat()))
	}
	return m
}

// button waits for a button there.
func (s *square) button(label string) message {
	s.o.t.Helper()
	var found message
	err := s.Wait(s.o.ctx, func(chat []message) bool {
		for _, m := range chat {
			if _, ok := m.Button(label); ok {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		s.o.t.Fatalf("waiting for the button %q in the group: %v\n%s", label, err, transcript(s.Chat()))
	}
	return found
}

// tap lets somebody press a button and returns the toast.
func (s *square) tap(p *phone, label string) string {
	s.o.t.Helper()
	s.button(label)
	toast, err := s.Tap(p.Person, label)
	if err != nil {
		s.o.t.Fatalf("tapping %q in the group: %v\n%s", label, err, transcript(s.Chat()))
	}
	return toast
}

// gone waits until nothing of the bot has these words any more.
func (s *square) gone(words string) {
	s.o.t.Helper()
	err := s.Wait(s.o.ctx, func(chat []message) bool {
		for _, m := range chat {
			if m.FromBot && strings.Contains(m.Text, words) {
				return false
			}
		}
		return true
	})
	if err != nil {
		s.o.t.Fatalf("%q is still in the group: %v", words, err)
	}
}

// group is a linked supergroup of Mỹ Đình 1.
func (o *town) group() *square {
	o.t.Helper()
	s := &square{o.telegram.Group("Tổ 12 Mỹ Đình", o.boss.Person), o}
	s.link()
	return s
}

// link has the boss link the group to Mỹ Đình 1.
func (s *square) link() {
	s.o.t.Helper()
	s.Say(s.o.boss.Person, "/moi")
	s.reads("của phường nào")
	s.tap(s.o.boss, "Mỹ Đình 1")
	s.reads("đã nối với phường Mỹ Đình 1")
}

// channel is a linked channel of Mỹ Đình 1.
func (o *town) channel() *square {
	o.t.Helper()
	o.boss.Start("") // in a channel nobody can be asked: the question comes in private
	s := &square{o.telegram.Channel("Kênh Mỹ Đình", o.boss.Person), o}
	o.boss.reads("Kênh Mỹ Đình là của phường nào?")
	o.boss.tap("Mỹ Đình 1")
	o.boss.reads("kênh Kênh Mỹ Đình: đang nhận bài")
	return s
}

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

func transcript(chat []message) string {
	var b strings.Builder
	for _, m := range chat {
		b.WriteString(m.Text)
		for _, row := range m.Buttons {
			for _, button := range row {
				b.WriteString(" [" + button.Text + "]")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
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

func TestAGroupBecomesASupergroup(t *testing.T) {
	for _, tt := range []struct {
		name string
		told bool // by the service message, before something is posted
	}{{"told", true}, {"found out by posting", false}} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			o.allow("group chat was upgraded to a supergroup chat")
			lan := o.collaborator("Lan")
			group := &square{o.telegram.BasicGroup("Tổ 12", o.boss.Person), o}
			group.link()
			if !tt.told {
				o.stop() // its poller does not hear of it
			}
			group.Upgrade()
			if !tt.told {
				o.publishPost("Nhắc bà con")
				o.start()
			} else {
				o.posts("Nhắc bà con", 1)
			}
			group.reads("Nhắc bà con")
			group.tap(lan, "✅ Đã làm")
			group.button("✅ Đã làm · 1")
			if b, err := o.store.BoardOfChat(o.ctx, group.ID()); err != nil || b.State != ward.BoardActive {
				t.Errorf("board %+v, %v", b, err)
			}
		})
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

// TestTheBotLosesAGroup: the coordinator is told once, in words that help, and
// can post what was missed.
func TestTheBotLosesAGroup(t *testing.T) {
	for _, tt := range []struct {
		name      string
		lose      func(o *town) *square
		mend      func(s *square)
		told, why string
		mended    string
	}{
		{"kicked", func(o *town) *square { s := o.group(); s.Kick(); return s }, func(s *square) { s.Readmit() },
			"Bot không còn trong nhóm Tổ 12 Mỹ Đình (phường Mỹ Đình 1)", "bot không còn ở đó", "lại đăng bài được trong nhóm"},
		{"muted", func(o *town) *square { s := o.group(); s.Mute(); return s }, func(s *square) { s.Readmit() },
			"Bot không được đăng bài trong nhóm Tổ 12 Mỹ Đình", "bot không được đăng bài", "lại đăng bài được trong nhóm"},
		{"no right in a channel", func(o *town) *square { s := o.channel(); s.Deny("can_post_messages"); return s }, func(s *square) { s.Grant() },
			"Bot không được đăng bài trong kênh Kênh Mỹ Đình", "bot không được đăng bài", "lại đăng bài được trong kênh"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			o.allow("need administrator rights", "not enough rights", "was kicked")
			o.collaborator("Lan")
			o.boss.Start("")
			place := tt.lose(o)
			o.boss.reads(tt.told)
			o.boss.Say("/moi")
			o.boss.tap("Nhóm và kênh")
			o.boss.reads(tt.why)
			tt.mend(place)
			o.boss.reads(tt.mended)
			if n := strings.Count(o.boss.transcript(), "⚠️ Bot "); n != 1 {
				t.Errorf("told %d times:\n%s", n, o.boss.transcript())
			}
		})
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

func TestUnlink(t *testing.T) {
	o := newTown(t)
	o.collaborator("Lan")
	group, channel := o.group(), o.channel()
	o.boss.Say("/moi")
	o.boss.tap("Nhóm và kênh")
	list := o.boss.reads("Nối một nhóm")
	for _, want := range []string{"nhóm Tổ 12 Mỹ Đình: đang nhận bài", "kênh Kênh Mỹ Đình: đang nhận bài"} {
		if !strings.Contains(list.Text, want) {
			t.Errorf("the list lacks %q:\n%s", want, list.Text)
		}
	}
	o.boss.tap("Kênh Mỹ Đình")
	o.boss.tap("Gỡ")
	o.boss.reads("Đã gỡ Kênh Mỹ Đình")
	group.tap(o.boss, "Gỡ")
	group.reads("Đã gỡ Tổ 12 Mỹ Đình")
	if channel.Last().Text != "" {
		t.Errorf("in the channel the bot said %q", channel.Last().Text)
	}
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Nhắc bà con")
	card := o.boss.button("Gửi ngay")
	if _, ok := card.Button("Gửi: từng người"); ok {
		t.Error("posts are offered without a group")
	}
}

// TestWhoMayDoWhatInGroups: a table of commands and buttons by role and sort
// of chat. What is somebody's own never appears where others read.
func TestWhoMayDoWhatInGroups(t *testing.T) {
	o := newTown(t, func(opt *handlers.Options) { opt.Registration = handlers.Open })
	lan, guest := o.collaborator("Lan"), o.newcomer("Khách")
	people := map[string]*phone{"guest": guest, "collaborator": lan, "admin": o.boss}
	const private = "trò chuyện riêng"
	for _, tt := range []struct{ who, command, want string }{
		{"guest", "/moi", private}, {"collaborator", "/moi", private}, {"admin", "/moi", "của phường nào"},
		{"guest", "/invite", private}, {"collaborator", "/invite@wardbot_bot", private}, {"admin", "/invite", "Which ward|của phường nào"},
		{"guest", "/start", private}, {"collaborator", "/homnay", private}, {"collaborator", "/dulieu", private},
		{"admin", "/soan", private}, {"admin", "/thongke", private},
		{"admin", "/moi@other_bot", ""}, {"collaborator", "/xyz", ""}, {"collaborator", "xin chào", ""},
	} {
		for kind, group := range map[string]*simulator.Group{
			"group": o.telegram.BasicGroup("Tổ", o.boss.Person), "supergroup": o.telegram.Group("Tổ", o.boss.Person), "forum": o.telegram.Forum("Tổ", o.boss.Person),
		} {
			s := &square{group, o}
			s.Say(people[tt.who].Person, tt.command)
			if tt.want == "" { // what comes after it is answered, and nothing else
				s.Say(people[tt.who].Person, "/help")
				s.reads(private)
			} else if err := s.Wait(o.ctx, func(chat []message) bool {
				for _, want := range strings.Split(tt.want, "|") {
					if strings.Contains(s.lastOf(chat), want) {
						return true
					}
				}
				return false
			}); err != nil {
				t.Errorf("%s, %s in a %s: %v, %q", tt.who, tt.command, kind, err, s.Last().Text)
			}
			n := 0
			for _, m := range s.Chat() {
				if m.FromBot {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s, %s in a %s: %d answers", tt.who, tt.command, kind, n)
			}
		}
	}

	group, channel := o.group(), o.channel()
	o.posts("Nhắc bà con", 1)
	group.button("✅ Đã làm")
	channel.button("✅ Đã làm")
	for _, tt := range []struct{ who, data, want string }{
		{"guest", "link:1", "→"}, {"guest", "unlink", "→"}, {"guest", "done:1:5", "→"}, {"guest", "stats", "không còn dùng"},
		{"collaborator", "link:1", "dành cho điều phối viên"}, {"collaborator", "relink", "dành cho điều phối viên"}, {"collaborator", "unlink", "dành cho điều phối viên"},
		{"collaborator", "mydata", "không còn dùng"}, {"collaborator", "today", "không còn dùng"}, {"collaborator", "erase", "không còn dùng"},
		{"admin", "compose", "không còn dùng"}, {"admin", "boards", "không còn dùng"}, {"collaborator", "done:zz:5", "không được gửi cho"},
		{"collaborator", "đâu", "không còn dùng"},
	} {
		for kind, place := range map[string]*square{"group": group, "channel": channel} {
			m := place.button("✅ Đã làm")
			if tt.want == "→" {
				if url, err := place.TapLinkData(people[tt.who].Person, m, tt.data); err != nil || !strings.Contains(url, "?start=") {
					t.Errorf("%s, %s in a %s: led to %q, %v", tt.who, tt.data, kind, url, err)
				}
				continue
			}
			if toast, err := place.TapData(people[tt.who].Person, m, tt.data); err != nil || !strings.Contains(toast, tt.want) {
				t.Errorf("%s, %s in a %s: %q, %v", tt.who, tt.data, kind, toast, err)
			}
		}
	}
	if b, err := o.store.BoardOfChat(o.ctx, group.ID()); err != nil || b.State != ward.BoardActive {
		t.Errorf("board %+v, %v", b, err)
	}
}

func (s *square) lastOf(chat []message) string {
	for i := len(chat) - 1; i >= 0; i-- {
		if chat[i].FromBot {
			return chat[i].Text
		}
	}
	return ""
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

// TestStrangersChannels: anybody can add any bot to their channel.
func TestStrangersChannels(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	channel := o.telegram.Channel("Kênh lạ", lan.Person)
	lan.Say("/trogiup")
	lan.reads("Mỗi ngày một việc nhỏ")
	if _, err := o.store.BoardOfChat(o.ctx, channel.ID()); err == nil || strings.Contains(lan.transcript(), "phường nào ạ") {
		t.Error("a collaborator's channel was offered")
	}
}

// TestAnonymousAdmins: who writes in the group's name is told why that cannot
// link it, and nothing else is answered.
func TestAnonymousAdmins(t *testing.T) {
	o := newTown(t)
	group := &square{o.telegram.Group("Tổ", o.boss.Person), o}
	chat := map[string]any{"id": group.ID(), "type": "supergroup", "title": "Tổ"}
	for i, words := range []string{"chào", "/homnay", "/moi@wardbot_bot"} {
		o.telegram.Inject(map[string]any{"message": map[string]any{
			"message_id": 100 + i, "date": 1, "chat": chat, "sender_chat": chat, "text": words,
			"from": map[string]any{"id": 1087968824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"},
		}})
	}
	group.reads("tắt chế độ ẩn danh")
	if n := strings.Count(transcript(group.Chat()), "ẩn danh nên"); n != 1 || len(group.Chat()) != 2 {
		t.Errorf("in the group:\n%s", transcript(group.Chat()))
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

// TestTheBoardsAreGone: a bulletin for posts does not go to everybody instead
// when they are gone before it is sent.
func TestTheBoardsAreGone(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	group := o.group()
	o.writes("Việc", "Nhắc bà con")
	o.boss.taps("Gửi: từng người", "Gửi ngay")
	o.boss.button("Đăng ở 1 nơi")
	group.tap(o.boss, "Gỡ")
	o.boss.tap("Đăng ở 1 nơi")
	o.boss.button("Gửi ngay")
	if strings.Contains(lan.transcript(), "Nhắc bà con") {
		t.Error("it went to people")
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
