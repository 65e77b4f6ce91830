package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"wardbot/simulator"
)

// TestWhatPeopleType sends what people send, and reads what they read.
func TestWhatPeopleType(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	for _, tt := range []struct {
		name string
		send func()
		want string // in the answer
	}{
		{"an unknown command", func() { lan.Say("/nothing") }, "Chưa có lệnh này"},
		{"a slash", func() { lan.Say("/") }, "chưa rõ ý"},
		{"a command for another bot", func() { lan.Say("/trogiup@wardbot_bot") }, "Mỗi ngày một việc nhỏ"},
		{"a command in capitals", func() { lan.Say("/TROGIUP") }, "Mỗi ngày một việc nhỏ"},
		{"words", func() { lan.Say("chào bot") }, "chưa rõ ý"},
		{"a huge text", func() { lan.Say(strings.Repeat("Ằ", 4096)) }, "chưa rõ ý"},
		{"NFD", func() { lan.Say(norm.NFD.String("Đường Mỹ Đình")) }, "chưa rõ ý"},
		{"right to left", func() { lan.Say("\u202eابجد\u202c") }, "chưa rõ ý"},
		{"emoji", func() { lan.Say("👨‍👩‍👧🇻🇳") }, "chưa rõ ý"},
		{"HTML", func() { lan.Say("<b>x</b><script>") }, "chưa rõ ý"},
		{"only zero-width characters", func() { lan.Say("\u200b\u200b") }, "chỉ nhận chữ và ảnh"},
		{"a sticker", func() { lan.Sticker() }, "chỉ nhận chữ và ảnh"},
		{"a voice message", func() { lan.Voice() }, "chỉ nhận chữ và ảnh"},
		{"a document", func() { lan.Document() }, "chỉ nhận chữ và ảnh"},
		{"somebody's card", func() { lan.Contact() }, "chỉ nhận chữ và ảnh"},
		{"a place on the map", func() { lan.Location() }, "chỉ nhận chữ và ảnh"},
		{"a forwarded message", func() { lan.Forward(lan.Last()) }, "chưa rõ ý"},
		{"a coordinator's command", func() { lan.Say("/soan") }, "dành cho điều phối viên"},
		{"nothing to cancel", func() { lan.Say("/huy") }, "Không có gì"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := lan.Received()
			tt.send()
			err := lan.Wait(o.ctx, func([]message) bool { return lan.Received() > before })
			if err != nil || !strings.Contains(lan.Last().Text, tt.want) {
				t.Errorf("read %q (%v), want %q in it", lan.Last().Text, err, tt.want)
			}
		})
	}
}

func TestNamesWithMarkup(t *testing.T) {
	o := newTown(t)
	p := o.phone(simulator.Profile{FirstName: `<b>&"Lan</b>`, LanguageCode: "vi"})
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý", "Trung Văn", "Đúng rồi")
	p.reads(`cảm ơn anh/chị <b>&"Lan</b>!`)
}

// TestForgedTaps: data is chosen by the app; what it may do is decided by who
// taps.
func TestForgedTaps(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Chỉ cho Trung Văn")
	nga := o.newcomer("Nga")
	nga.Start("")
	nga.taps("Bắt đầu", "Tôi đồng ý", "Trung Văn", "Đúng rồi")
	nga.reads("Xong rồi")
	o.boss.taps("Người nhận", "Trung Văn", "Xong", "Gửi ngay", "Gửi cho 1 người")
	task := nga.button("✅ Đã làm")
	secret := task.Buttons[0][0].Data

	for _, data := range []string{
		secret, strings.Replace(secret, "done", "report", 1), strings.Replace(secret, "done", "notnow", 1),
		strings.Replace(secret, "done", "undo", 1), "done:zzzzzz", "done:0", "report:zz",
	} {
		if toast := lan.forge(data); toast == "" || strings.Contains(toast, "Đã ghi nhận") {
			t.Errorf("%s of somebody else's task: %q", data, toast)
		}
	}
	for _, data := range []string{
		"x", "done", "done:", "done:-1", "done:1:2:3:4:5:6", "done:99999999999999999999", ":", "lang:9", "ward:1", "group:1", "join",
		"send", "homes:501", "rest:9999", "kind:1", "\x00\xff", strings.Repeat("a", 64), "wstats:0:zz", "stats:zzz", "admit:1",
	} {
		lan.forge(data) // is answered, whatever it says
	}
	for _, data := range []string{"publish", "stop:1", "hold:1", "go:1", "remind:1", "kind:1", "invnew:0:0:500:30", "appnow:1:3", "log", "admit:1", "reject:1", "toward:1"} {
		if toast := mai.forge(data); !strings.Contains(toast, "dành cho điều phối viên") {
			t.Errorf("%s by a collaborator: %q", data, toast)
		}
	}
	stranger := o.newcomer("Ai đó")
	stranger.Start("")
	stranger.reads("Chào")
	for _, data := range []string{secret, "erase", "stats:0", "mydata", "publish"} {
		if toast := stranger.forge(data); !strings.Contains(toast, "đăng ký trước") {
			t.Errorf("%s by a stranger: %q", data, toast)
		}
	}
	if got := o.tally(); got.Asked != 1 || got.Done != 0 || got.NotToday != 0 {
		t.Errorf("tally %+v", got)
	}
}

func TestOldButtons(t *testing.T) {
	o := newTown(t)
	p := o.newcomer("Lan")
	p.Start("")
	consent := p.button("Bắt đầu")
	p.taps("Bắt đầu", "Tôi đồng ý", "Mỹ Đình 1")
	wards := p.button("12")
	p.taps("12", "Đúng rồi")
	p.reads("Xong rồi")
	for _, tap := range []struct {
		m     message
		label string
	}{{wards, "12"}, {consent, "Bắt đầu"}} {
		if _, err := p.TapOn(tap.m, tap.label); err != nil {
			t.Errorf("an old %q was not answered: %v", tap.label, err)
		}
	}
	me, err := o.store.PersonByChat(o.ctx, p.ID())
	if err != nil || me.GroupID == 0 {
		t.Errorf("old buttons changed the person: %+v, %v", me, err)
	}
}

func TestGroupsChannelsAndBots(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	before := lan.Received()
	group := o.telegram.Group("Tổ 12", lan.Person)
	group.Say(lan.Person, "chào mọi người")
	group.Say(lan.Person, "/thongke@wardbot_bot")
	o.telegram.Inject(map[string]any{"channel_post": map[string]any{"message_id": 1, "date": 1, "chat": map[string]any{"id": -1009, "type": "channel", "title": "x"}, "text": "/start"}})
	o.telegram.Inject(map[string]any{"message": map[string]any{"message_id": 2, "date": 1, "chat": map[string]any{"id": 77, "type": "private", "first_name": "bot"}, "from": map[string]any{"id": 77, "is_bot": true, "first_name": "bot"}, "text": "/start"}})
	o.telegram.Inject(map[string]any{"some_new_kind": map[string]any{"x": 1}})
	lan.Say("/trogiup")
	lan.reads("Mỗi ngày một việc nhỏ")
	if lan.Received() != before+1 {
		t.Errorf("words in a group were answered in private:\n%s", lan.transcript())
	}
	if _, err := group.WaitFor(o.ctx, "trò chuyện riêng"); err != nil {
		t.Fatal(err)
	}
	answered := ""
	for _, m := range group.Chat() {
		if m.FromBot {
			answered += m.Text + "\n"
		}
	}
	if want := "Kênh này trò chuyện riêng với từng người. Anh/chị bấm nút dưới đây nhé.\n"; answered != want {
		t.Errorf("in the group the bot said %q, want %q", answered, want)
	}
}

func TestStrangersLearnNothing(t *testing.T) {
	o := newTown(t)
	o.collaborator("Lan")
	o.sends("Nhắc bà con")
	for i, words := range []string{"/thongke", "/homnay", "/dulieu", "/baocao", "/tamdung", "/soan", "/moi"} {
		p := o.newcomer(fmt.Sprintf("Ai đó %d", i))
		p.Say(words)
		p.reads("cần đăng ký trước")
		if strings.Contains(p.transcript(), "Nhắc bà con") {
			t.Errorf("%s showed a stranger the task", words)
		}
	}
}
