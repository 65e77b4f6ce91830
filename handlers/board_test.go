package handlers_test

import (
	"strings"
	"testing"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

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
