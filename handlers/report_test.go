package handlers_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"wardbot/ward"
)

func TestReport(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.tap("Gửi báo cáo")
	lan.reads("bao nhiêu hộ")
	lan.tap("10")
	lan.reads("vài dòng kể lại")
	lan.Say(norm.NFD.String("Bà con hưởng ứng, <b>nhà nào</b> cũng có bình."))
	lan.reads("Đã nhận lời kể")
	lan.Album(3, "")
	lan.reads("Đã nhận 3 ảnh")
	lan.tap("Xong")
	preview := lan.reads("Báo cáo của anh/chị Lan")
	for _, want := range []string{"Tổ 12", "10 hộ · 3 ảnh", "“Bà con hưởng ứng, <b>nhà nào</b> cũng có bình.”"} {
		if !strings.Contains(preview.Text, want) {
			t.Errorf("the preview lacks %q:\n%s", want, preview.Text)
		}
	}
	lan.tap("Gửi")
	lan.reads("Mã: MD1-1207-01")
	lan.button("Sửa báo cáo") // on the task, which is done
	got := o.tally()
	if got.Done != 1 || got.Reports != 1 || got.Households != 10 {
		t.Errorf("tally %+v", got)
	}

	lan.taps("Sửa", "15", "Xong", "Gửi")
	lan.reads("Mã: MD1-1207-01")
	r := o.report(lan)
	if r.Households != 15 || len(r.Photos) != 3 || r.Text != "Bà con hưởng ứng, <b>nhà nào</b> cũng có bình." {
		t.Errorf("after the edit: %+v", r)
	}
	lan.tap("Xóa")
	lan.reads("Đã xóa báo cáo")
	if got := o.tally(); got.Done != 1 || got.Reports != 0 || got.Households != 0 {
		t.Errorf("after deleting: %+v", got)
	}
}

// A photo that was returned, or shows too much, can be replaced.
func TestANewPhotoReplacesTheOldOnes(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.taps("Gửi báo cáo", "10")
	lan.reads("vài dòng kể lại")
	lan.Album(3, "Xong cả ngõ")
	lan.reads("Đã nhận 3 ảnh")
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: ")
	old := o.report(lan).Photos
	lan.taps("Sửa", "10")
	lan.reads("Muốn thay ảnh hoặc lời kể")
	lan.Album(2, "")
	lan.reads("Đã nhận 2 ảnh")
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: ")
	err := lan.Wait(o.ctx, func([]message) bool { return len(o.report(lan).Photos) == 2 })
	if r := o.report(lan); err != nil || r.Text != "Xong cả ngõ" || slices.Contains(r.Photos, old[0]) {
		t.Errorf("after the edit: %+v, %v", r, err)
	}
}

// report is what somebody has reported on the newest task.
func (o *town) report(p *phone) ward.Report {
	o.t.Helper()
	me, err := o.store.PersonByChat(o.ctx, p.ID())
	if err != nil {
		o.t.Fatal(err)
	}
	recent, err := o.store.RecentBulletins(o.ctx, 1)
	if err != nil {
		o.t.Fatal(err)
	}
	r, err := o.store.ReportOf(o.ctx, recent[0].ID, me.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func TestShortReports(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.taps("Gửi báo cáo", "Bỏ qua", "Bỏ qua", "Gửi")
	lan.reads("Mã: ")
	if got := o.tally(); got.Done != 1 || got.Reports != 1 || got.Households != 0 {
		t.Errorf("tally %+v", got)
	}
}

func TestTypedNumbers(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.tap("Gửi báo cáo")
	lan.tap("Số khác")
	if ask := lan.reads("gõ số hộ"); ask.ForceReply != "Ví dụ: 12" {
		t.Errorf("placeholder %q", ask.ForceReply)
	}
	for _, bad := range []string{"501", "-3", "99999999999999999999"} {
		lan.Say(bad)
		lan.reads("một số từ 0 đến 500")
	}
	lan.Say("7 hộ: các cụ nhờ xem giúp")
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: ")
	if r := o.report(lan); r.Households != 7 || r.Text != "các cụ nhờ xem giúp" {
		t.Errorf("got %+v", r)
	}
}

func TestPhotoFirstNumberLater(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.button("✅ Đã làm")
	lan.Photo("Xong cả ngõ rồi")
	lan.reads("Đây là báo cáo cho việc")
	lan.taps("Đúng", "3", "Xong", "Gửi")
	lan.reads("Mã: ")
	if r := o.report(lan); r.Households != 3 || len(r.Photos) != 1 || r.Text != "Xong cả ngõ rồi" {
		t.Errorf("got %+v", r)
	}
}

func TestPhotoThatIsNoReport(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	lan.Photo("")
	lan.reads("chưa có việc nào đang mở")
	o.sends("Nhắc bà con")
	lan.button("✅ Đã làm")
	lan.Photo("")
	lan.tap("Không")
	lan.reads("bỏ qua")
}

func TestShortcut(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	task := lan.button("✅ Đã làm")
	lan.ReplyPhoto(task, "12 ho")
	preview := lan.reads("Báo cáo của")
	if !strings.Contains(preview.Text, "12 hộ · 1 ảnh") {
		t.Errorf("preview %s", preview.Text)
	}
	lan.tap("Gửi")
	lan.reads("Mã: ")
}

func TestEditedWordsChangeTheReport(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.taps("Gửi báo cáo", "2")
	lan.reads("vài dòng")
	words := lan.Say("Nhà nào cũng có binh")
	lan.reads("Đã nhận lời kể")
	lan.tap("Xong")
	lan.reads("có binh")
	lan.Edit(words.ID, "Nhà nào cũng có bình")
	lan.reads("có bình”")
	lan.tap("Gửi")
	lan.reads("Mã: ")
	if r := o.report(lan); r.Text != "Nhà nào cũng có bình" {
		t.Errorf("got %q", r.Text)
	}
}

func TestHalfFinishedReportSurvivesARestart(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.taps("Gửi báo cáo", "5")
	lan.reads("vài dòng")
	lan.Say("Đã nhắc cả tầng 7")
	lan.reads("Đã nhận lời kể")
	o.stop()
	o.start()
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: ")
	if r := o.report(lan); r.Households != 5 || r.Text != "Đã nhắc cả tầng 7" {
		t.Errorf("got %+v", r)
	}
}
