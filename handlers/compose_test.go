package handlers_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

func TestCompose(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Nhắc bà con kiểm tra bình chữa cháy\n1. Xem kim đồng hồ.")
	preview := o.boss.button("✅ Đã làm")
	if toast, err := o.boss.TapOn(preview, "✅ Đã làm"); err != nil || !strings.Contains(toast, "xem trước") {
		t.Errorf("a tap on the preview: %q, %v", toast, err)
	}
	card := o.boss.reads("Gửi đến")
	for _, want := range []string{"Tất cả các phường · 2 người", "Hạn: 20:00 hôm nay", "Đứng tên: Nguyễn Thị Mai, Hội LHPN phường"} {
		if !strings.Contains(card.Text, want) {
			t.Errorf("the card lacks %q:\n%s", want, card.Text)
		}
	}
	o.boss.tap("Gửi ngay")
	o.boss.tap("Gửi cho 2 người")
	for _, p := range []*phone{lan, mai} {
		task := p.reads("Nhắc bà con kiểm tra")
		if task.Text != preview.Text {
			t.Errorf("sent %q, previewed %q", task.Text, preview.Text)
		}
		for _, want := range []string{"Việc hôm nay · Thứ Tư, 12/07", "Phụ trách: Nguyễn Thị Mai, Hội LHPN phường", "Liên hệ: 024 3765 0000"} {
			if !strings.Contains(task.Text, want) {
				t.Errorf("the task lacks %q:\n%s", want, task.Text)
			}
		}
	}
	o.boss.reads("Đã gửi xong lúc 07:30:00. 2 nhận · 0 chặn bot · 0 lỗi.")
	lan.tap("✅ Đã làm")
	o.boss.tap("Làm mới")
	o.boss.reads("✅ 1 đã làm (0 báo cáo) · 0 bận · 1 chưa trả lời")

	o.clock.Advance(time.Minute)
	o.boss.tap("Nhắc 1 người")
	mai.reads("còn một việc nhỏ")
	o.boss.reads("1 nhận")
	if strings.Contains(lan.transcript(), "còn một việc nhỏ") {
		t.Error("somebody who had answered was reminded")
	}
	if toast := mai.tap("✅ Đã làm"); !strings.Contains(toast, "Đã ghi nhận") {
		t.Errorf("toast %q", toast)
	}
	if got := o.tally(); got.Asked != 2 || got.Done != 2 {
		t.Errorf("tally %+v", got)
	}
}

// TestTheCardGathersAnswers: after sending, the card refreshes itself at noon,
// at seven and when the deadline passes, and is then left alone.
func TestTheCardGathersAnswers(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	o.clock.Advance(5 * time.Hour) // half past twelve
	o.boss.reads("✅ 1 đã làm (0 báo cáo) · 0 bận · 1 chưa trả lời")
	mai.tap("Hôm nay bận")
	o.clock.Advance(8 * time.Hour) // half past eight in the evening
	o.boss.reads("✅ 1 đã làm (0 báo cáo) · 1 bận · 0 chưa trả lời")
	for controls, err := o.store.Controls(o.ctx); len(controls) > 0; controls, err = o.store.Controls(o.ctx) {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPauseASendAndGoOn(t *testing.T) {
	o := newTown(t, func(op *handlers.Options) { op.SendDelay, op.SendRate = 10*time.Second, 25 })
	lan := o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Nhắc bà con")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	o.boss.reads("Bắt đầu sau 10 giây")
	bulletins, err := o.store.RecentBulletins(o.ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.store.HoldBulletin(o.ctx, bulletins[0].ID); err != nil {
		t.Fatal(err)
	}
	o.boss.reads("Đang tạm dừng")
	o.stop() // a restart changes nothing
	o.clock.Advance(time.Minute)
	o.start()
	o.boss.reads("Đang tạm dừng")
	if strings.Contains(lan.transcript(), "Nhắc bà con") {
		t.Error("a paused task was sent")
	}
	o.boss.tap("Gửi tiếp")
	lan.reads("Nhắc bà con")
	o.boss.reads("Đã gửi xong")
}

func TestComposeInEnglish(t *testing.T) {
	o := newTown(t, func(op *handlers.Options) { op.Admins = append(op.Admins, 2) })
	lan := o.collaborator("Lan")
	ann := o.phone(simulator.Profile{ID: 2, FirstName: "Ann", LanguageCode: "en"})
	ann.Start("")
	ann.reads("For coordinators")
	ann.Say("/compose")
	ann.tap("Good news")
	ann.reads("first line is the title")
	ann.Photo("Group 5 cooked 42 meals\nSource: ward radio")
	ann.tap("Send now")
	ann.tap("Send to 1 people")
	if news := lan.reads("Group 5 cooked 42 meals"); news.Photo == "" || !news.Silent {
		t.Errorf("the news came without its photo, or with a sound: %+v", news)
	}
	ann.reads("1 received")
}

func TestAudience(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	mai := o.newcomer("Mai")
	mai.Start("")
	mai.taps("Bắt đầu", "Tôi đồng ý", "Trung Văn", "Đúng rồi")
	mai.reads("Xong rồi")
	o.boss.Say("/soan")
	o.boss.tap("Thông báo")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Họp lúc 19:30")
	o.boss.taps("Người nhận", "Trung Văn", "Xong")
	o.boss.reads("Phường Trung Văn · 1 người")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	mai.reads("Họp lúc 19:30")
	o.boss.reads("Đã gửi xong")
	if strings.Contains(lan.transcript(), "Họp lúc") {
		t.Error("a notice left its ward")
	}
}

func TestDeadline(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Nhắc bà con")
	o.boss.taps("Đổi hạn", "12:00 T5")
	o.boss.reads("Hạn: 12:00 Thứ Năm, 13/07")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	lan.reads("Hạn: 12:00 Thứ Năm, 13/07")
}

func TestStopWithinTheDelay(t *testing.T) {
	o := newTown(t, func(op *handlers.Options) { op.SendDelay = 10 * time.Second })
	lan := o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Gửi nhầm")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	o.boss.reads("Bắt đầu sau 10 giây")
	o.boss.tap("Dừng hẳn")
	o.boss.reads("Đã dừng hẳn")
	o.clock.Advance(time.Minute)
	o.options.SendDelay = 0
	o.stop()
	o.start()
	o.sends("Gửi đúng")
	lan.reads("Gửi đúng")
	if strings.Contains(lan.transcript(), "Gửi nhầm") {
		t.Error("a stopped task was sent")
	}
}

func TestDraftSurvivesARestart(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Nhắc bà con")
	o.boss.button("Gửi ngay")
	o.stop()
	o.start()
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	lan.reads("Nhắc bà con")
}

func TestLinks(t *testing.T) {
	o := newTown(t, func(op *handlers.Options) { op.Links = ward.LinkList{"example.gov.vn/huong-dan"} })
	o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Vào bình luận ở facebook.com/abc")
	o.boss.reads("facebook.com/abc không phải trang của đơn vị")
	o.boss.Say("Xem hướng dẫn: https://example.gov.vn/huong-dan/vneid")
	o.boss.button("Gửi ngay")
}

func TestEditedDraft(t *testing.T) {
	o := newTown(t)
	o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	m := o.boss.Say("Nhac ba con")
	o.boss.button("Gửi ngay")
	o.boss.Edit(m.ID, "Nhắc bà con")
	o.boss.reads("Nhắc bà con")
	o.boss.tap("Hủy")
	o.boss.reads("Đã hủy bài soạn")
	if _, err := o.store.Conversation(o.ctx, bossID, "compose"); !errors.Is(err, ward.ErrNotFound) {
		t.Errorf("the draft is still there: %v", err)
	}
}

func TestStats(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.boss.Say("/thongke")
	o.boss.reads("Chưa có việc nào được gửi")
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	o.boss.Say("/stats")
	o.boss.reads("100,0% đã làm (1/1)")
	o.boss.tap("Tuần này")
	o.boss.reads("Tuần 28 · 10/07–16/07")
	o.boss.taps("Xem một phường", "Mỹ Đình 1")
	o.boss.reads("Phường Mỹ Đình 1 · Tuần 28")
	o.boss.reads("Tổ 12")
	lan.Say("/thongke")
	lan.tap("Phường của tôi")
	lan.reads("Phường Mỹ Đình 1 · Hôm nay")
}
