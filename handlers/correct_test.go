package handlers_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

// corrects lets the boss give the bulletin last sent a new text, with a word
// about what changed unless it is empty.
func (o *town) corrects(text, note string) {
	o.t.Helper()
	o.boss.tap("Sửa bài")
	o.boss.reads("Gửi toàn bộ nội dung mới")
	o.boss.Say(text)
	if note != "" {
		o.boss.tap("Kèm đính chính")
		o.boss.reads("Đổi điều gì?")
		o.boss.Say(note)
		o.boss.reads("Đính chính gửi kèm")
	}
	o.boss.tapPrefix("Sửa ")
}

// copyOf is the message of a chat in which these words stand.
func (p *phone) copyOf(words string) (m message, n int) {
	for _, other := range p.Chat() {
		if other.FromBot && strings.Contains(other.Text, words) {
			m = other
			n++
		}
	}
	return m, n
}

func labels(m message) (all []string) {
	for _, row := range m.Buttons {
		for _, b := range row {
			all = append(all, b.Text)
		}
	}
	return all
}

func TestCorrect(t *testing.T) {
	o := newTown(t)
	lan, hoa, cuc := o.collaborator("Trần Thị Lan"), o.collaborator("Lê Hoa"), o.collaborator("Đỗ Cúc")
	o.sends("Họp tổ lúc 19:00\nTại nhà văn hóa.")
	task := cuc.button("✅ Đã làm")
	lan.tap("✅ Đã làm")
	lan.button("Hoàn tác")
	hoa.tap("Hôm nay bận")
	hoa.button("Tôi làm được rồi")
	o.clock.Advance(40 * time.Minute)
	o.corrects("Họp tổ lúc 19:30\nTại nhà văn hóa.", "họp lúc 19:30")

	for _, tt := range []struct {
		who    *phone
		answer string
		labels []string
	}{
		{lan, "✅ Đã làm lúc 07:30", []string{"Thêm báo cáo", "Hoàn tác"}},
		{hoa, "", []string{"Tôi làm được rồi", "Tạm dừng ít hôm"}},
		{cuc, "", []string{"✅ Đã làm", "Gửi báo cáo", "Hôm nay bận"}},
	} {
		tt.who.reads("Đính chính: họp lúc 19:30")
		tt.who.reads("Họp tổ lúc 19:30")
		m, n := tt.who.copyOf("Tại nhà văn hóa.")
		if n != 1 || !strings.Contains(m.Text, "Đã sửa lúc 08:10: họp lúc 19:30") || !strings.Contains(m.Text, tt.answer) {
			t.Errorf("%d copies: %s", n, m.Text)
		}
		if got := labels(m); !slices.Equal(got, tt.labels) {
			t.Errorf("buttons %q, want %q", got, tt.labels)
		}
		if reply, n := tt.who.copyOf("Đính chính:"); n != 1 || reply.ReplyTo != m.ID {
			t.Errorf("%d corrections, one replies to %d", n, reply.ReplyTo)
		}
	}
	card := o.boss.reads("Đã sửa lúc 08:10: 3 bản")
	if got := labels(card); !slices.Contains(got, "Thu hồi") || !strings.Contains(card.Text, "✅ 1 đã làm") {
		t.Errorf("card: %s %q", card.Text, got)
	}
	// The copy is the letter still: it is answered, and undone, as before.
	if m, _ := cuc.copyOf("Tại nhà văn hóa."); m.ID != task.ID {
		t.Error("the copy is not where it was")
	}
	cuc.tap("✅ Đã làm")
	cuc.tap("Hoàn tác")
	cuc.tap("✅ Đã làm")
	cuc.button("Hoàn tác")
	if m, _ := cuc.copyOf("Tại nhà văn hóa."); !strings.Contains(m.Text, "Đã sửa lúc 08:10") {
		t.Errorf("after the answers: %s", m.Text)
	}
	if got := o.tally(); got.Asked != 3 || got.Done != 2 || got.NotToday != 1 {
		t.Errorf("tally %+v", got)
	}
}

func TestCorrectionIsCheckedAndCanBeDropped(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	o.boss.tap("Sửa bài")
	o.boss.reads("Gửi toàn bộ nội dung mới")
	o.boss.Say("Xem https://example.com/la")
	o.boss.reads("không phải trang của đơn vị")
	o.boss.Say(strings.Repeat("dài ", 1200))
	o.boss.reads("Nội dung dài quá")
	o.boss.Photo("")
	o.boss.reads("nội dung bằng chữ")
	o.boss.Say("Nhắc cô bác")
	o.boss.taps("Kèm đính chính", "‹ Quay lại", "Sửa", "‹ Quay lại")
	now := o.boss.tap("Hủy")
	o.boss.reads("Đã bỏ, bài giữ nguyên.")
	if toast := o.boss.forge("fixnow"); !strings.Contains(toast, "không còn dùng nữa") {
		t.Errorf("toasts %q, %q", now, toast)
	}
	if _, n := lan.copyOf("cô bác"); n != 0 {
		t.Error("it was corrected all the same")
	}
	if toast := lan.forge("fix:1"); !strings.Contains(toast, "dành cho điều phối viên") {
		t.Errorf("a collaborator reads %q", toast)
	}
}

// Two coordinators correct one bulletin: the slower one is told.
func TestCorrectionOvertaken(t *testing.T) {
	const other = 2
	o := newTown(t, func(o *handlers.Options) { o.Admins = append(o.Admins, other) })
	o.collaborator("Lan")
	o.sends("Nhắc bà con")
	o.boss.tap("Sửa bài")
	o.boss.reads("Gửi toàn bộ")
	o.boss.Say("Nhắc cô bác")
	o.boss.button("Sửa 1 bản")
	second := o.phone(simulator.Profile{ID: other, FirstName: "Hà", LanguageCode: "vi"})
	second.Say("/start")
	second.reads("")
	second.forge("fix:1")
	second.reads("Gửi toàn bộ")
	second.Say("Nhắc các cụ")
	second.tap("Sửa 1 bản")
	second.reads("Đang sửa các bản")
	if toast := o.boss.tap("Sửa 1 bản"); !strings.Contains(toast, "Có người vừa sửa") {
		t.Errorf("toast %q", toast)
	}
}

// A picture's caption and a message to pass on are corrected too, and what is
// corrected while the bot is down is corrected when it is back.
func TestCorrectPictureAndMessageToPassOn(t *testing.T) {
	o := newTown(t)
	lan, hoa := o.collaborator("Lan"), o.collaborator("Hoa")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Photo("Chuyển tin bão")
	o.boss.tap("Thêm lời nhắn")
	o.boss.reads("đọc nguyên văn")
	o.boss.Say("Bão số 2 vào đêm nay.")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("Đã gửi xong")
	hoa.reads("Bão số 2")
	message := lan.reads("Bão số 2")
	if _, err := lan.TapOn(message, "✅ Đã làm"); err != nil {
		t.Fatal(err)
	}
	lan.button("Hoàn tác")
	o.boss.tap("Sửa bài")
	o.boss.reads("Gửi toàn bộ")
	o.boss.Say("Chuyển tin bão số 3")
	o.boss.tap("Sửa lời nhắn")
	o.boss.reads("Gửi lời nhắn mới")
	o.boss.Say("Bão số 3 vào chiều mai.")
	o.boss.button("Sửa 2 bản")
	o.stop()
	if err := o.boss.Press("Sửa 2 bản"); err != nil {
		t.Fatal(err)
	}
	o.start()
	for _, p := range []*phone{lan, hoa} {
		p.reads("Chuyển tin bão số 3")
		p.reads("Bão số 3 vào chiều mai.\n\n— Hội LHPN phường")
		if _, n := p.copyOf("Bão số 2"); n != 0 {
			t.Error("the old message is still there")
		}
	}
	if m, _ := lan.copyOf("chiều mai"); len(m.Buttons) != 0 {
		t.Error("who has answered is asked again")
	}
	if m, _ := lan.copyOf("bão số 3"); !strings.Contains(m.Text, "✅ Đã làm") {
		t.Errorf("the answer is gone: %s", m.Text)
	}
}

// What waits goes out with the new words, also after a restart in a pause.
func TestCorrectWhilePaused(t *testing.T) {
	o := newTown(t, func(o *handlers.Options) { o.SendDelay = 10 * time.Second })
	lan := o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Tin tốt")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Tổ 5 góp 42 suất cơm\nNguồn: đài phường")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("Bắt đầu sau")
	o.boss.forge("hold:1")
	o.boss.reads("Đang tạm dừng")
	o.clock.Advance(time.Minute)
	o.stop()
	o.start()
	o.boss.forge("fix:1")
	o.boss.reads("Gửi toàn bộ")
	o.boss.Say("Tổ 5 góp 24 suất cơm\nNguồn: đài phường")
	o.boss.tap("Sửa 0 bản")
	o.boss.reads("Đang sửa các bản")
	if _, n := lan.copyOf("suất cơm"); n != 0 {
		t.Error("it went out in the pause")
	}
	o.boss.tap("Gửi tiếp")
	if m := lan.reads("suất cơm"); !strings.Contains(m.Text, "24 suất") || !strings.Contains(m.Text, "Đã sửa lúc 07:31") {
		t.Errorf("sent: %s", m.Text)
	}
}

func TestRecall(t *testing.T) {
	o := newTown(t)
	lan, hoa := o.collaborator("Lan"), o.collaborator("Hoa")
	o.sends("Nhắc bà con")
	task := hoa.button("✅ Đã làm")
	lan.tap("✅ Đã làm")
	lan.button("Hoàn tác")
	o.boss.taps("Làm mới", "Nhắc 1 người")
	hoa.reads("còn một việc nhỏ")
	o.boss.tap("Thu hồi")
	o.boss.taps("‹ Quay lại")
	o.boss.reads("Bài giữ nguyên.")
	o.boss.forge("takeit:1")
	o.boss.reads("Đang thu hồi")
	for _, p := range []*phone{lan, hoa} {
		if err := p.Wait(o.ctx, func([]message) bool { _, n := p.copyOf("Nhắc bà con"); return n == 0 }); err != nil {
			t.Fatalf("still there:\n%s", p.transcript())
		}
	}
	if toast, err := hoa.TapData(task, "done:1:0"); err != nil || !strings.Contains(toast, "đã được thu hồi") {
		t.Errorf("toast %q, %v", toast, err)
	}
	hoa.Say("/homnay")
	hoa.reads("chưa có việc")
	if got := o.tally(); got.Done != 1 || got.Asked != 2 {
		t.Errorf("tally %+v", got)
	}
	if toast := o.boss.forge("fix:1"); !strings.Contains(toast, "đã được thu hồi") {
		t.Errorf("toast %q", toast)
	}
}

// Copies older than 48 h cannot be deleted: they lose their words.
func TestRecallOfOldCopies(t *testing.T) {
	o := newTown(t)
	lan, hoa := o.collaborator("Lan"), o.collaborator("Hoa")
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	lan.button("Hoàn tác")
	hoa.Block()
	o.clock.Advance(49 * time.Hour)
	o.allow("bot was blocked")
	o.boss.tap("Thu hồi")
	o.boss.reads("Không khôi phục được")
	o.boss.tap("Thu hồi 2 bản")
	m := lan.reads("Tin này đã được thu hồi.")
	if len(m.Buttons) != 0 || strings.Contains(m.Text, "Nhắc") || !strings.Contains(m.Text, "024 3765 0000") {
		t.Errorf("left: %s %q", m.Text, labels(m))
	}
	o.boss.reads("Thu hồi lúc 08:30: 1 bản · 1 bản không tới được")
}

func TestFailures(t *testing.T) {
	o := newTown(t, func(o *handlers.Options) { o.SendDelay = 10 * time.Second })
	lan, hoa, cuc := o.collaborator("Trần Lan"), o.collaborator("Lê <Hoa>"), o.collaborator("Cúc")
	o.allow("bot was blocked")
	hoa.Block()
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Nhắc bà con")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("Bắt đầu sau")
	p, err := o.store.PersonByChat(o.ctx, lan.ID())
	if err != nil {
		t.Fatal(err)
	}
	err = o.store.Settle(o.ctx, []ward.Settlement{{
		DeliveryKey: ward.DeliveryKey{BulletinID: 1, PersonID: p.ID}, State: ward.DeliveryFailed,
		Err: "sendMessage: 400 Bad Request: WEBPAGE_MEDIA_EMPTY", At: o.clock.Now(),
	}})
	if err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(11 * time.Second)
	cuc.button("✅ Đã làm")
	o.boss.tap("Xem lỗi")
	list := o.boss.reads("Chưa đến được")
	for _, want := range []string{"Phường Mỹ Đình 1", "Trần Lan: Telegram từ chối (WEBPAGE_MEDIA_EMPTY)"} {
		if !strings.Contains(list.Text, want) {
			t.Errorf("%q is not in %s", want, list.Text)
		}
	}
	if toast := cuc.forge("errors:1"); !strings.Contains(toast, "dành cho điều phối viên") {
		t.Errorf("a collaborator reads %q", toast)
	}
	o.boss.tap("Gửi lại 1 người")
	o.boss.reads("Đang gửi lại cho 1 người")
	lan.button("✅ Đã làm")
	o.boss.reads("2 nhận")
	if _, n := cuc.copyOf("Nhắc bà con"); n != 1 {
		t.Errorf("%d copies for who had it already", n)
	}
	if toast := o.boss.forge("again:1"); toast != "Hiện không có ai để gửi lại." {
		t.Errorf("toast %q", toast)
	}
}
