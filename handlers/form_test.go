package handlers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wardbot/ward"
)

// composes lets the boss write a task, choose what it asks, and send it.
func (o *town) composes(text string, form func(boss *phone)) {
	o.t.Helper()
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say(text)
	o.boss.tap("Việc này báo cáo gì")
	form(o.boss)
	o.boss.tap("Xong")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("Đã gửi xong")
}

// askingMeals is a form of all that there is.
func askingMeals(boss *phone) {
	boss.reads("1. số hộ")
	boss.tap("+ Số")
	boss.reads("Đếm cái gì")
	boss.Say("suất cơm")
	boss.reads("1. số: suất cơm")
	boss.tap("+ Lựa chọn")
	boss.reads("mỗi dòng sau là một lựa chọn")
	boss.Say("Nhà có bình không?\nCó")
	boss.reads("Mục này chưa thêm được")
	boss.Say("Nhà có bình không?\nCó\nKhông\nChưa rõ")
	boss.reads("2. Nhà có bình không? (Có / Không / Chưa rõ)")
	boss.taps("+ Ảnh", "+ Lời kể", "Bỏ mục cuối")
}

func TestForm(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	o.composes("Nấu cơm cho bà con", func(boss *phone) {
		askingMeals(boss)
		boss.taps("Xong")
		boss.reads("Báo cáo: số: suất cơm · Nhà có bình không? (Có / Không / Chưa rõ) · ảnh")
		boss.tap("Việc này báo cáo gì")
	})
	lan.tap("Gửi báo cáo")
	lan.reads("ghi giúp số: suất cơm")
	lan.tap("Số khác")
	lan.reads("gõ số: suất cơm")
	lan.Say("nhiều lắm")
	lan.reads("một số từ 0 đến 100.000")
	lan.Say("1200 suat com")
	lan.reads("Nhà có bình không?")
	lan.Say("khong")
	lan.reads("Anh/chị gửi ảnh nhé")
	lan.Say("không có ảnh")
	lan.reads("không cần lời kể")
	lan.tap("Bỏ qua")
	preview := lan.reads("Báo cáo của anh/chị Lan")
	if !strings.Contains(preview.Text, "suất cơm: 1.200\nNhà có bình không?: Không") {
		t.Errorf("preview %s", preview.Text)
	}
	lan.tap("Gửi")
	lan.reads("Mã: ")
	want := ward.Replies{{Question: 0, Value: 1200}, {Question: 1, Value: 1}}
	if diff := cmp.Diff(want, o.report(lan).Replies); diff != "" {
		t.Error(diff)
	}
	lan.Say("/dulieu") // what was told is a person's own
	lan.tap("Tải về")
	for _, want := range []string{`"suất cơm: 1.200"`, `"Nhà có bình không?: Không"`, `"state": "sent"`} {
		if own := string(lan.file(1)); !strings.Contains(own, want) {
			t.Errorf("one's own data lacks %s:\n%s", want, own)
		}
	}
	mai.taps("Gửi báo cáo", "20", "Có")
	mai.reads("Anh/chị gửi ảnh nhé")
	mai.Photo("")
	mai.reads("Đã nhận 1 ảnh")
	mai.taps("Xong", "Gửi")
	mai.reads("Mã: ")

	o.boss.tap("Làm mới")
	o.boss.reads("suất cơm: 1.220\nNhà có bình không?: Có 1 · Không 1")
	o.boss.Say("/thongke")
	o.boss.reads("suất cơm: 1.220")
	lan.Say("/thongke")
	lan.tap("Phường của tôi")
	lan.reads("Nhà có bình không?: Có 1 · Không 1")
	lan.tap("Xóa")
	lan.reads("Đã xóa báo cáo")
	o.boss.tap("Tuần này")
	o.boss.reads("suất cơm: 20\nNhà có bình không?: Có 1")
	o.boss.Say("/duyet")
	o.boss.reads("suất cơm: 20\nNhà có bình không?: Có")
	differences, err := o.store.CheckTallies(o.ctx)
	if err != nil || len(differences) > 0 {
		t.Errorf("%v, %v", differences, err)
	}
}

func TestATaskWithoutReports(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.composes("Treo cờ", func(boss *phone) {
		boss.tap("Không báo cáo")
		boss.reads("không cần báo cáo")
	})
	task := lan.button("✅ Đã làm")
	for _, row := range task.Buttons {
		for _, b := range row {
			if strings.Contains(b.Text, "báo cáo") {
				t.Errorf("asks for a report: %q", b.Text)
			}
		}
	}
	lan.Photo("")
	lan.reads("chưa có việc nào đang mở")
	lan.Reply(task, "12 hộ")
	lan.reads("không cần báo cáo")
	if toast := lan.forge(strings.Replace(task.Buttons[0][0].Data, "done", "report", 1)); !strings.Contains(toast, "không cần báo cáo") {
		t.Errorf("toast %q", toast)
	}
	lan.tap("✅ Đã làm")
	lan.tap("Hoàn tác")
}

func TestLinksInAForm(t *testing.T) {
	o := newTown(t)
	o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Nấu cơm")
	o.boss.taps("Việc này báo cáo gì", "+ Số")
	o.boss.reads("Đếm cái gì")
	o.boss.Say("lượt xem facebook.com/abc")
	o.boss.reads("không phải trang của đơn vị")
	o.boss.Say("hộ")
	o.boss.reads("1. số hộ")
	o.boss.Say("gõ nhầm ở đây") // nothing asked for it: it is not the new text
	o.boss.tap("Xong")
	o.boss.reads("Báo cáo: số hộ")
	o.boss.taps("Gửi ngay")
	o.boss.reads("Nấu cơm")
}

// TestForWhichTask: what comes out of the blue is never given to a task that
// nobody named.
func TestForWhichTask(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	o.sends("Quét ngõ")
	lan.reads("Quét ngõ")
	before := lan.Received()
	lan.Album(3, "12 hộ: xong cả rồi")
	ask := lan.reads("Đây là báo cáo cho việc nào ạ?")
	if got := []string{ask.Buttons[0][0].Text, ask.Buttons[1][0].Text, ask.Buttons[2][0].Text}; !cmp.Equal(got, []string{"Quét ngõ", "Nhắc bà con", "Không phải báo cáo"}) {
		t.Errorf("asks %q", got)
	}
	lan.tap("Nhắc bà con")
	preview := lan.reads("Báo cáo của")
	if !strings.Contains(preview.Text, "12 hộ · 3 ảnh\n“xong cả rồi”") {
		t.Errorf("preview %s", preview.Text)
	}
	if n := lan.Received() - before; n != 1 {
		t.Errorf("an album was answered %d times:\n%s", n, lan.transcript())
	}
	lan.tap("Gửi")
	lan.reads("Mã: ")
	if got := o.tally(); got.Reports != 1 || got.Households != 12 {
		t.Errorf("tally %+v", got)
	}

	lan.Say("cảm ơn")
	lan.reads("chưa rõ ý")
	lan.Say("Chúng tôi đã quét xong cả ngõ từ sáng sớm")
	lan.tap("Quét ngõ")
	lan.taps("3", "Xong", "Gửi")
	if err := lan.Wait(o.ctx, func([]message) bool { return o.tally().Reports == 2 }); err != nil {
		t.Fatal(err)
	}
	if r := o.report(lan); r.Text != "Chúng tôi đã quét xong cả ngõ từ sáng sớm" || r.Households != 3 {
		t.Errorf("got %+v", r)
	}
	// More for a report that was sent is added to it.
	lan.Photo("")
	lan.taps("Quét ngõ", "Gửi")
	if err := lan.Wait(o.ctx, func([]message) bool { return len(o.report(lan).Photos) == 1 }); err != nil {
		t.Fatal(err)
	}
	if r := o.report(lan); r.Text == "" || r.Households != 3 {
		t.Errorf("what was there is gone: %+v", r)
	}
}

// TestTwoReportsAtOnce: what was typed for one task is neither lost nor taken
// for the other.
func TestTwoReportsAtOnce(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	first := lan.button("Gửi báo cáo")
	o.sends("Quét ngõ")
	second := lan.reads("Quét ngõ")
	if _, err := lan.TapOn(first, "Gửi báo cáo"); err != nil {
		t.Fatal(err)
	}
	lan.tap("10")
	lan.reads("vài dòng")
	lan.ReplyPhoto(second, "3 ho")
	lan.reads("còn báo cáo dở cho việc Nhắc bà con")
	lan.taps("Gửi")
	lan.reads("Mã: ")
	lan.ReplyPhoto(second, "3 ho")
	lan.reads("3 hộ · 1 ảnh")
	lan.tap("Gửi")
	if err := lan.Wait(o.ctx, func([]message) bool { return o.tally().Reports == 2 }); err != nil {
		t.Fatal(err)
	}
	if got := o.tally(); got.Households != 13 {
		t.Errorf("tally %+v", got)
	}
}

// TestUnfinishedReportsComeBack once, in the morning, and lose nothing.
func TestUnfinishedReportsComeBack(t *testing.T) {
	o := newTown(t)
	lan, mai, nga := o.collaborator("Lan"), o.collaborator("Mai"), o.collaborator("Nga")
	o.sends("Nhắc bà con")
	lan.taps("Gửi báo cáo", "5")
	lan.reads("vài dòng")
	lan.Say("Đã nhắc cả tầng 7")
	lan.reads("Đã nhận lời kể")
	mai.tap("Gửi báo cáo") // and typed nothing
	mai.reads("bao nhiêu hộ")
	nga.taps("Gửi báo cáo", "3")
	nga.reads("vài dòng")
	nga.Say("/tamdung")
	nga.tapPrefix("3 ngày")
	o.clock.Advance(14 * time.Hour) // half past nine in the evening
	o.clock.Advance(8 * time.Hour)  // half past five in the morning
	o.stop()
	o.start()
	if strings.Contains(lan.transcript(), "còn dở") {
		t.Error("woken up")
	}
	o.clock.Advance(3 * time.Hour)
	back := lan.reads("Báo cáo hôm qua còn dở. Gửi luôn nhé?")
	if !strings.Contains(back.Text, "5 hộ\n“Đã nhắc cả tầng 7”") {
		t.Errorf("came back as\n%s", back.Text)
	}
	o.clock.Advance(24 * time.Hour)
	o.stop()
	o.start()
	lan.tap("Gửi")
	lan.reads("Mã: ")
	if r := o.report(lan); r.Households != 5 || r.Text != "Đã nhắc cả tầng 7" {
		t.Errorf("got %+v", r)
	}
	if n := strings.Count(lan.transcript(), "Đã gửi. Mã"); n != 1 {
		t.Errorf("sent %d times", n)
	}
	for _, p := range []*phone{mai, nga} {
		if strings.Contains(p.transcript(), "còn dở") {
			t.Errorf("came back to somebody with nothing to send, or who has paused:\n%s", p.transcript())
		}
	}
}

// TestEditUntilTheDeadline: afterwards a report is shown, not changed.
func TestEditUntilTheDeadline(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.reportsWords("Xong cả ngõ")
	o.clock.Advance(13 * time.Hour) // half past eight: the deadline was at eight
	for _, label := range []string{"Xóa", "Sửa"} {
		if toast := lan.tap(label); !strings.Contains(toast, "đã chốt") {
			t.Errorf("%s: %q", label, toast)
		}
	}
	lan.Say("/baocao")
	shown := lan.reads("chờ điều phối viên xem")
	if len(shown.Buttons) != 0 || !strings.Contains(shown.Text, "“Xong cả ngõ”") {
		t.Errorf("shown as %+v", shown)
	}
	if got := o.tally(); got.Reports != 1 || got.Households != 5 {
		t.Errorf("tally %+v", got)
	}
}
