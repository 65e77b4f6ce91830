package handlers_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// reportsOn goes through a report of words.
func (p *phone) reportsWords(words string) {
	p.o.t.Helper()
	p.taps("Gửi báo cáo", "5")
	p.reads("vài dòng")
	p.Say(words)
	p.reads("Đã nhận lời kể")
	p.taps("Xong", "Gửi")
	p.reads("Mã: ")
}

// appoint makes somebody the coordinator of their ward.
func (o *town) appoint(p *phone, role ward.Role) {
	o.t.Helper()
	me, err := o.store.PersonByChat(o.ctx, p.ID())
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.store.Appoint(o.ctx, ward.Actor{}, me.ID, role, me.WardID); err != nil {
		o.t.Fatal(err)
	}
}

// neighbour is somebody who has registered in Trung Văn.
func (o *town) neighbour(name string) *phone {
	o.t.Helper()
	p := o.newcomer(name)
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý", "Trung Văn", "Đúng rồi")
	p.reads("Xong rồi")
	return p
}

func TestReview(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	o.appoint(mai, ward.RoleWardCoordinator)
	o.sends("Nhắc bà con")
	lan.taps("Gửi báo cáo", "10")
	lan.reads("vài dòng")
	lan.Album(2, "Bà con <b>hưởng ứng</b>")
	lan.reads("Đã nhận 2 ảnh")
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: MD1-1207-01")

	before := mai.Received()
	mai.Say("/duyet")
	card := mai.reads("Báo cáo MD1-1207-01")
	for _, want := range []string{"Nhắc bà con", "Lan · Tổ 12 · phường Mỹ Đình 1", "10 hộ · 2 ảnh", "“Bà con <b>hưởng ứng</b>”", "Đang chờ: 1 báo cáo"} {
		if !strings.Contains(card.Text, want) {
			t.Errorf("the card lacks %q:\n%s", want, card.Text)
		}
	}
	if n := mai.Received() - before; n != 3 {
		t.Errorf("%d messages, want two photos and a card", n)
	}
	mai.tap("Trả lại")
	mai.reads("Vì sao trả lại")
	mai.tap("‹ Quay lại")
	mai.tap("Trả lại")
	if toast := mai.tap("Ảnh chưa rõ"); !strings.Contains(toast, "Đã trả lại báo cáo MD1-1207-01") {
		t.Errorf("toast %q", toast)
	}
	mai.reads("Không còn báo cáo nào chờ xem")

	lan.reads("Điều phối viên nhờ anh/chị xem lại giúp: Ảnh chưa rõ")
	o.clock.Advance(30 * time.Minute)
	lan.Say("/baocao")
	lan.reads("Báo cáo MD1-1207-01 · xin sửa lại: Ảnh chưa rõ")
	lan.tap("Sửa báo cáo")
	lan.reads("bao nhiêu hộ")
	lan.taps("15", "Xong", "Gửi")
	lan.reads("Mã: MD1-1207-01")
	mai.Say("/review")
	mai.reads("15 hộ · 2 ảnh")
	mai.tap("✅ Nhận")
	mai.reads("Đã nhận báo cáo MD1-1207-01")
	lan.Say("/baocao")
	lan.reads("Báo cáo MD1-1207-01 · đã được nhận")
	if got := o.tally(); got.Reports != 1 || got.Households != 15 {
		t.Errorf("tally %+v", got)
	}
	if n := strings.Count(lan.transcript(), "nhờ anh/chị xem lại giúp"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestReturnInOwnWords(t *testing.T) {
	o := newTown(t)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	o.sends("Nhắc bà con")
	lan.reportsWords("Xong cả ngõ")
	mai.reportsWords("Đã đi hết tầng 7")
	o.boss.Say("/duyet")
	o.boss.reads("MD1-1207-01")
	o.boss.taps("Trả lại", "Lý do khác")
	if ask := o.boss.reads("gõ lý do"); ask.ForceReply == "" {
		t.Error("nothing asks for the reason")
	}
	o.boss.Say(strings.Repeat("x", 301))
	o.boss.reads("dài quá")
	o.boss.Say("Ngõ <nào> ạ?")
	o.boss.reads("Đã trả lại báo cáo MD1-1207-01")
	o.boss.reads("Đã đi hết tầng 7")
	lan.reads("xem lại giúp: Ngõ <nào> ạ?")
	if strings.Contains(mai.transcript(), "Ngõ <nào>") {
		t.Error("the reason reached somebody else")
	}
}

// TestReturnsWaitForTheMorning: nobody is asked to mend anything at night.
func TestReturnsWaitForTheMorning(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.reportsWords("Xong cả ngõ")
	o.clock.Advance(15 * time.Hour) // half past ten in the evening
	o.boss.Say("/duyet")
	o.boss.taps("Trả lại", "Không đúng việc")
	o.boss.reads("Không còn báo cáo")
	o.stop()
	if strings.Contains(lan.transcript(), "xem lại giúp") {
		t.Error("told at night")
	}
	o.clock.Advance(10 * time.Hour)
	o.start()
	lan.reads("xem lại giúp: Nội dung có vẻ thuộc việc khác")
}

// TestWhoReviewsWhom: names and answers are seen by the ward's own
// coordinator, and by those of all wards where there is none.
func TestWhoReviewsWhom(t *testing.T) {
	o := newTown(t)
	lan, mai, nga := o.collaborator("Lan"), o.collaborator("Mai"), o.neighbour("Nga")
	o.appoint(mai, ward.RoleWardCoordinator)
	o.sends("Nhắc bà con")
	lan.reportsWords("chuyện của Lan")
	nga.reportsWords("chuyện của Nga")
	mai.Say("/duyet")
	mai.reads("chuyện của Lan")
	o.boss.Say("/duyet")
	o.boss.reads("chuyện của Nga")
	card := o.boss.button("✅ Nhận")
	o.boss.tap("✅ Nhận")
	o.boss.reads("Không còn báo cáo")
	mai.tap("Tiếp ›")
	mai.reads("xem hết một lượt. Còn 1 báo cáo")
	if strings.Contains(mai.transcript(), "chuyện của Nga") || strings.Contains(o.boss.transcript(), "chuyện của Lan") {
		t.Error("somebody saw the reports of a ward that is not theirs")
	}
	lan.Say("/duyet")
	lan.reads("dành cho điều phối viên")
	// Buttons are made of numbers that anybody can make up.
	for _, b := range []string{card.Buttons[0][0].Data, card.Buttons[0][1].Data, "rvcard:0:0:0:2:1", "rvwhy:0:0:0:2:1:1", "rvown:0:0:0:2:1"} {
		if toast := mai.forge(b); !strings.Contains(toast, "dành cho điều phối viên") {
			t.Errorf("%s of another ward: %q", b, toast)
		}
	}
	for _, b := range []string{"rvok", "rvok:0:0:0:999:1", "rvwhy:0:0:0:1:1:99", "rvnext:9:9:9:9:9", "rvsift:999", "rvsift:0:999", "rvall:0:0:0:zzzzzzz", "review:1:2:3"} {
		mai.forge(b) // is answered, whatever it says
	}
	if strings.Contains(mai.transcript(), "chuyện của Nga") {
		t.Error("a made-up button showed another ward's report")
	}
}

// TestReviewOfAnEditedReport: what was judged is what was seen.
func TestReviewOfAnEditedReport(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.reportsWords("Xong cả ngõ")
	o.boss.Say("/duyet")
	o.boss.reads("Xong cả ngõ")
	lan.taps("Sửa", "15", "Xong", "Gửi")
	lan.reads("Mã: ")
	if err := lan.Wait(o.ctx, func([]message) bool { return o.report(lan).Households == 15 }); err != nil {
		t.Fatal(err)
	}
	if toast := o.boss.tap("✅ Nhận"); !strings.Contains(toast, "vừa được sửa") {
		t.Errorf("toast %q", toast)
	}
	o.boss.reads("15 hộ")
	lan.tap("Xóa")
	lan.reads("Đã xóa báo cáo")
	if toast := o.boss.tap("✅ Nhận"); !strings.Contains(toast, "vừa được sửa, rút lại") {
		t.Errorf("toast %q", toast)
	}
}

func TestAcceptAll(t *testing.T) {
	o := newTown(t)
	lan, mai, nga := o.collaborator("Lan"), o.collaborator("Mai"), o.neighbour("Nga")
	o.sends("Nhắc bà con")
	lan.reportsWords("một")
	mai.taps("Gửi báo cáo", "2")
	mai.reads("vài dòng")
	mai.Photo("hai")
	mai.reads("Đã nhận 1 ảnh")
	mai.taps("Xong", "Gửi")
	mai.reads("Mã: ")
	nga.reportsWords("ba")
	o.boss.Say("/duyet")
	o.boss.taps("Lọc")
	o.boss.button("Nhận cả 3 báo cáo")
	o.boss.tap("Có ảnh")
	o.boss.button("Nhận cả 1 báo cáo")
	o.boss.taps("Có ảnh ✓", "Chọn nơi", "Mỹ Đình 1 (2)")
	o.boss.reads("Phường Mỹ Đình 1")
	o.boss.button("Nhận cả 2 báo cáo")
	o.boss.taps("Chọn nơi", "Tổ 12 (2)", "Chọn việc", "Nhắc bà con (2)")
	o.boss.reads("Việc: Nhắc bà con")
	o.clock.Advance(time.Minute)
	lan.taps("Sửa", "1", "Xong", "Gửi") // after the coordinator looked
	if err := lan.Wait(o.ctx, func([]message) bool { return o.report(lan).Households == 1 }); err != nil {
		t.Fatal(err)
	}
	if toast := o.boss.tap("Nhận cả 2 báo cáo"); !strings.Contains(toast, "Đã nhận 1 báo cáo") {
		t.Errorf("toast %q", toast)
	}
	o.boss.reads("Còn 1 báo cáo đang chờ")
	for p, want := range map[*phone]ward.ReportState{lan: ward.ReportSent, mai: ward.ReportAccepted, nga: ward.ReportSent} {
		if got := o.report(p).State; got != want {
			t.Errorf("the report of %d is %s, want %s", p.ID(), got, want)
		}
	}
}

// street is a photo of the test's own; the same number shows the same street.
func street(n, quality int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			light := uint8(40 + (x/20*37+y/15*91*n)%180)
			img.Set(x, y, color.RGBA{light, light, light / 2, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// shows reports with a picture.
func (p *phone) shows(picture []byte) ward.Report {
	p.o.t.Helper()
	p.taps("Gửi báo cáo", "1")
	p.reads("vài dòng")
	if _, err := p.Picture(picture, ""); err != nil {
		p.o.t.Fatal(err)
	}
	p.reads("Đã nhận 1 ảnh")
	p.taps("Xong", "Gửi")
	p.reads("Mã: ")
	for photos := 1; photos > 0; { // until somebody has looked at it
		unchecked, err := p.o.store.UncheckedPhotos(p.o.ctx, 1)
		if err != nil {
			p.o.t.Fatal(err)
		}
		photos = len(unchecked)
	}
	return p.o.report(p)
}

// TestAPhotoSeenBefore is a hint for whoever reviews; its author never sees it.
func TestAPhotoSeenBefore(t *testing.T) {
	o := newTown(t)
	lan, mai, nga := o.collaborator("Lan"), o.collaborator("Mai"), o.neighbour("Nga")
	o.sends("Nhắc bà con")
	first := lan.shows(street(1, 90))
	o.clock.Advance(time.Minute)
	again := mai.shows(street(1, 40))
	other := nga.shows(street(2, 90))
	o.boss.Say("/duyet")
	if card := o.boss.reads(first.Code); strings.Contains(card.Text, "Gợi ý") {
		t.Errorf("a hint on the first photo:\n%s", card.Text)
	}
	o.boss.tap("Tiếp ›")
	if card := o.boss.reads("Báo cáo " + again.Code); !strings.Contains(card.Text, "Gợi ý: ảnh này giống ảnh trong báo cáo "+first.Code) {
		t.Errorf("no hint:\n%s", card.Text)
	}
	o.boss.tap("Tiếp ›")
	if card := o.boss.reads("Báo cáo " + other.Code); strings.Contains(card.Text, "Gợi ý") {
		t.Errorf("a hint on another photo:\n%s", card.Text)
	}
	o.boss.taps("Lọc", "Không có gợi ý", "Nhận cả 2 báo cáo")
	o.boss.reads("Đã nhận 2 báo cáo")
	if got := o.report(mai); got.State != ward.ReportSent {
		t.Errorf("a report with a hint was accepted with the others: %+v", got)
	}
	mai.Say("/baocao")
	mai.reads("Báo cáo " + again.Code)
	for _, p := range []*phone{lan, mai, nga} {
		if strings.Contains(p.transcript(), "giống") {
			t.Error("somebody who reported saw the hint")
		}
	}
}

func TestReviewInEnglish(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	ann := o.phone(simulator.Profile{FirstName: "Ann", LanguageCode: "en"})
	ann.Start("")
	ann.taps("Start", "I agree", "Mỹ Đình 1", "12", "Yes, that's right")
	ann.reads("All set")
	o.appoint(ann, ward.RoleWardCoordinator)
	o.sends("Nhắc bà con")
	lan.reportsWords("Xong cả ngõ")
	ann.Say("/help")
	ann.tap("Review reports")
	ann.reads("Waiting: 1")
	ann.taps("Return", "Photo unclear")
	ann.reads("No report is waiting")
	lan.reads("xem lại giúp: Ảnh chưa rõ") // in the language of its reader
}

// TestAReportBecomesAStory: the coordinator proposes, its author tells it.
func TestAReportBecomesAStory(t *testing.T) {
	o := newTown(t)
	lan, hanh := o.collaborator("Trần Thị Lan"), o.collaborator("Hạnh")
	o.sends("Nấu cơm")
	lan.taps("Gửi báo cáo", "5")
	lan.reads("vài dòng")
	lan.Photo("Tổ 12 góp 42 suất cơm")
	lan.reads("Đã nhận 1 ảnh")
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: ")
	o.boss.Say("/duyet")
	o.boss.tap("Chọn làm chuyện")
	o.boss.reads("Đã nhận báo cáo MD1-1207-01")
	lan.reads("là một chuyện đẹp")
	offer := lan.button("Kể chuyện này").Buttons[0][0].Data
	if toast := hanh.forge(offer); !strings.Contains(toast, "không còn dùng") {
		t.Errorf("somebody else may tell it: %q", toast)
	}
	if strings.Contains(hanh.transcript(), "42 suất") {
		t.Error("shown to somebody else")
	}
	lan.tap("Kể chuyện này")
	lan.reads("Đã nhận lời kể và ảnh")
	lan.taps("Xong", "Tôi chứng kiến", "Đã đồng ý", "Ghi tên tôi", "Gửi duyệt")
	lan.reads("Đã gửi điều phối viên")
	o.boss.reads("Chuyện đẹp chờ duyệt")
	o.boss.tap("Đăng sáng mai")
	o.clock.Advance(day)
	if news := hanh.reads("Tổ 12 góp 42 suất cơm"); news.Photo == "" || !strings.Contains(news.Text, "Người kể: Trần Thị Lan") {
		t.Errorf("the news: %+v", news)
	}
}
