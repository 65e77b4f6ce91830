package handlers_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

// All of a bulletin survives being put aside for another one, and a restart.
func TestDraftsSurvive(t *testing.T) {
	o := newTown(t, awake)
	o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Write(simulator.Note{HTML: "Tưới cây\nXem <b>kỹ</b> nhé"})
	o.boss.tap("Việc này báo cáo gì")
	o.boss.taps("Không báo cáo", "Xong")
	o.boss.tap("Thêm lời nhắn")
	o.boss.reads("Gửi lời nhắn")
	o.boss.Say("Bà con nhớ tưới cây.")
	o.boss.reads("Báo cáo: không cần")
	o.boss.Photo("")
	o.boss.reads("Kèm: một ảnh")
	o.boss.tap("Người nhận")
	o.boss.taps("Mỹ Đình 1", "Xong")
	o.boss.tap("Hẹn giờ")
	o.boss.reads("Gửi lúc nào")
	o.boss.Say("7:30 mai")
	o.boss.tap("Mỗi ngày")
	card := o.boss.reads("mỗi ngày")

	// Another one, which is put aside, too.
	o.writes("Thông báo", "Họp tổ lúc 19:30")
	if toast, err := o.boss.TapOn(card, "Đặt lịch"); err != nil || !strings.Contains(toast, "không còn dùng") {
		t.Errorf("a button of what was put aside acts on another one: %q, %v", toast, err)
	}
	o.stop()
	o.start()
	o.clock.Advance(time.Minute)
	o.boss.Say("/soan")
	o.boss.reads("Còn 2 bài soạn dở")
	o.boss.tapPrefix("Tưới cây · 07:30 T4")
	if m := o.boss.reads("Việc · sửa lần cuối lúc 07:30"); !strings.Contains(m.Text, "Giữ đến Thứ Tư, 19/07") || !strings.Contains(m.Text, "một ảnh") {
		t.Errorf("the draft: %s", m.Text)
	}
	o.boss.tap("Soạn tiếp")
	var last simulator.Message
	if err := o.boss.Wait(o.ctx, func(chat []message) bool {
		last = chat[len(chat)-1]
		return last.FromBot && strings.Contains(last.Text, "Đứng tên")
	}); err != nil {
		t.Fatalf("%v\n%s", err, o.boss.transcript())
	}
	for _, want := range []string{"Phường Mỹ Đình 1", "07:30 Thứ Năm, 13/07 · mỗi ngày", "Hạn: 20:00 cùng ngày", "Báo cáo: không cần", "Kèm: một ảnh"} {
		if !strings.Contains(last.Text, want) {
			t.Errorf("the card lacks %q:\n%s", want, last.Text)
		}
	}
	o.boss.tap("Đặt lịch")
	o.boss.tapPrefix("Hẹn cho 1 người")
	o.boss.reads("Lần tới: 07:30 Thứ Năm, 13/07")
	plans, err := o.store.Plans(o.ctx)
	if err != nil || len(plans) != 1 || len(plans[0].Draft.Marks.Body) != 1 || plans[0].Draft.PassOn != "Bà con nhớ tưới cây." || len(plans[0].Draft.Media) != 1 {
		t.Errorf("planned: %+v, %v", plans, err)
	}

	o.boss.Say("/soan")
	o.boss.reads("Còn 1 bài soạn dở")
	o.boss.tapPrefix("Họp tổ lúc 19:30")
	if toast := o.boss.tap("Xóa"); toast != "Đã xóa bài soạn dở." {
		t.Errorf("toast %q", toast)
	}
	if all, err := o.store.Drafts(o.ctx, bossID, "compose"); err != nil || len(all) > 0 {
		t.Errorf("left: %+v, %v", all, err)
	}
}

// What nobody comes back to is deleted after seven days; whoever comes back in
// time finds no deadline that is over.
func TestDraftsAreKeptForSevenDays(t *testing.T) {
	o := newTown(t, awake)
	o.collaborator("Lan")
	o.writes("Việc", "Tưới cây")
	o.boss.Say("/soan")
	o.boss.button("Việc")
	o.until(6, 9*60)
	o.boss.Say("/soan")
	o.boss.reads("Còn 1 bài soạn dở")
	o.boss.tapPrefix("Tưới cây · ")
	o.boss.tap("Soạn tiếp")
	o.boss.reads("Hạn: 20:00 hôm nay")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	o.boss.reads("Đã gửi xong")

	o.writes("Việc", "Tưới hoa")
	o.boss.Say("/soan")
	o.boss.button("Việc")
	o.until(8, 9*60)
	for {
		all, err := o.store.Drafts(o.ctx, bossID, "compose")
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 0 {
			break
		}
	}
}

// An empty sheet leaves nothing behind, and nobody opens another's draft.
func TestDraftsAreOnesOwn(t *testing.T) {
	o := newTown(t)
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("/soan")
	o.boss.button("Việc")
	if all, err := o.store.Drafts(o.ctx, bossID, "compose"); err != nil || len(all) > 0 {
		t.Errorf("empty ones are kept: %+v, %v", all, err)
	}
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Tưới cây")
	o.boss.button("Gửi ngay")
	o.boss.Say("/soan")
	o.boss.reads("Còn 1 bài soạn dở")
	all, err := o.store.Drafts(o.ctx, bossID, "compose")
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	mai := o.keeper()
	mai.Say("/trogiup")
	mai.reads("Dành cho điều phối viên")
	for _, action := range []string{"drft:", "drftgo:"} {
		if toast := mai.forge(action + base36(all[0].ID)); !strings.Contains(toast, "không còn dùng") {
			t.Errorf("%s: %q", action, toast)
		}
	}
	mai.forge("drftrm:" + base36(all[0].ID))
	if _, err := o.store.Draft(o.ctx, bossID, all[0].ID); err != nil {
		t.Errorf("another's draft was deleted: %v", err)
	}
}

func TestTemplates(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Write(simulator.Note{HTML: "Tưới cây\nXem <b>kỹ</b> nhé"})
	o.boss.tap("Lưu làm mẫu")
	o.boss.reads("Đặt tên cho bài mẫu")
	o.boss.Say(strings.Repeat("dài ", 30))
	o.boss.reads("bớt ít nhất")
	o.boss.Say("Cây đầu ngõ")
	o.boss.reads("Cây đầu ngõ\nViệc: Tưới cây")
	o.boss.tapPrefix("Gửi ngay") // the draft is still there
	o.boss.tap("Gửi cho 1 người")
	o.boss.reads("Đã gửi xong")

	// Days later: the deadline is of that day.
	o.until(3, 9*60)
	o.boss.Say("/soan")
	o.boss.taps("Bài mẫu", "Cây đầu ngõ", "Dùng mẫu này")
	o.boss.reads("Hạn: 20:00 hôm nay")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	if m := lan.reads("Thứ Bảy, 15/07"); !strings.Contains(m.HTML, "<b>kỹ</b>") {
		t.Errorf("sent from the template: %s", m.HTML)
	}
	o.boss.reads("Đã gửi xong lúc 09:00")

	// One that was sent becomes a template, under its title.
	o.boss.tap("Lưu làm mẫu")
	o.boss.tap("Dùng tên bài")
	o.boss.reads("Tưới cây\nViệc: Tưới cây")
	o.boss.tap("Đổi tên")
	o.boss.reads("Gõ tên mới")
	o.boss.Say("Cây cuối ngõ")
	o.boss.reads("Cây cuối ngõ\nViệc")
	o.boss.Say("/soan")
	o.boss.taps("Bài mẫu", "Cây đầu ngõ", "Xóa", "Xóa mẫu")
	all, err := o.store.Templates(o.ctx)
	if err != nil || len(all) != 1 || all[0].Name != "Cây cuối ngõ" {
		t.Errorf("templates: %+v, %v", all, err)
	}
}

// A ward coordinator has the templates of their ward, and no others.
func TestTemplatesOfAWard(t *testing.T) {
	o := newTown(t)
	o.writes("Thông báo", "Của mọi phường")
	o.boss.taps("Lưu làm mẫu", "Dùng tên bài")
	o.boss.reads("Thông báo: Của mọi phường")
	mai := o.keeper() // of Trung Văn
	mai.Say("/soan")
	mai.tap("Thông báo")
	mai.reads("Gửi nội dung")
	mai.Say("Của Trung Văn")
	mai.taps("Lưu làm mẫu", "Dùng tên bài")
	mai.reads("Thông báo: Của Trung Văn")
	mai.Say("/soan")
	list := func(p *phone) string {
		p.tap("Bài mẫu")
		p.reads("Bấm để xem và dùng")
		return p.transcript()[strings.LastIndex(p.transcript(), "Bấm để xem và dùng"):]
	}
	if got := list(mai); strings.Contains(got, "Của mọi phường") || !strings.Contains(got, "Của Trung Văn") {
		t.Errorf("a ward coordinator has:\n%s", got)
	}
	o.boss.Say("/soan")
	if got := list(o.boss); !strings.Contains(got, "Của mọi phường") || !strings.Contains(got, "Của Trung Văn") {
		t.Errorf("a coordinator has:\n%s", got)
	}
	all, err := o.store.Templates(o.ctx)
	if err != nil || len(all) != 2 || all[0].WardID != 0 || all[1].WardID != o.ward("Trung Văn").ID {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, action := range []string{"tplone:", "tpluse:", "tpllk:", "tplren:", "tplask:", "tplrm:"} {
		if toast := mai.forge(action + base36(all[0].ID)); !strings.Contains(toast, "phường khác") {
			t.Errorf("%s of another's: %q", action, toast)
		}
	}
	if toast := mai.forge("tplone:zz"); !strings.Contains(toast, "không còn nữa") {
		t.Errorf("a template that is gone: %q", toast)
	}
}

// What is planned can be edited until it is sent, and never goes out in the
// old words.
func TestEditAPlan(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.plans("Việc", "Tuoi cay", "7:30 mai", "Mỗi ngày")
	o.boss.reads("Lần tới: 07:30 Thứ Năm, 13/07")
	o.boss.tap("Sửa bài")
	card := o.boss.reads("mỗi ngày")
	if strings.Contains(o.boss.transcript(), "Gửi ngay, không hẹn") {
		t.Errorf("it could be sent at once and stay planned: %s", card.Text)
	}
	o.boss.Say("Tưới cây\nCả gốc nữa")
	o.boss.tap("Đổi hạn")
	o.boss.tap("17:30 T5")
	o.boss.tap("Lưu bài đã hẹn")
	if toast := o.boss.tap("Hẹn cho 1 người"); !strings.Contains(toast, "Đã lưu") {
		t.Errorf("toast %q", toast)
	}
	o.boss.reads("Tưới cây\nLần tới: 07:30 Thứ Năm, 13/07")
	o.until(1, 7*60+30)
	if m := lan.reads("Cả gốc nữa"); !strings.Contains(m.Text, "Hạn: 17:30 hôm nay") {
		t.Errorf("sent: %s", m.Text)
	}
	o.boss.reads("Đã gửi xong")
	o.until(1, 7*60+30)
	lan.reads("Thứ Sáu, 14/07")
	if lan.count("Tuoi cay") != 0 {
		t.Error("the old words went out")
	}
}

// Two edit the same: who saves second is told. And what was sent before it was
// saved is kept as a new bulletin.
func TestEditedMeanwhile(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.plans("Thông báo", "Hop to", "9:00 mai", "Một lần")
	plans, err := o.store.Plans(o.ctx)
	if err != nil || len(plans) != 1 {
		t.Fatalf("%+v, %v", plans, err)
	}
	hoa := o.collaborator("Hoa")
	o.appoint(hoa, ward.RoleCoordinator)
	hoa.Say("/lich")
	hoa.taps("1", "Sửa bài")
	hoa.button("Lưu bài đã hẹn")
	o.boss.tap("Sửa bài")
	o.boss.button("Lưu bài đã hẹn")
	o.boss.Say("Họp tổ")
	o.boss.reads("Họp tổ")
	o.boss.tap("Lưu bài đã hẹn")
	o.boss.tapPrefix("Hẹn cho 2 người")
	o.boss.reads("Họp tổ\nLần tới")
	hoa.Say("Họp cả phường")
	hoa.reads("Họp cả phường\n\n")
	hoa.tap("Lưu bài đã hẹn")
	hoa.button("Hẹn cho 2 người")
	if toast := hoa.tap("Hẹn cho 2 người"); !strings.Contains(toast, "vừa sửa bài này") {
		t.Errorf("toast %q", toast)
	}
	if p, err := o.store.Plan(o.ctx, plans[0].ID); err != nil || p.Draft.Title != "Họp tổ" {
		t.Errorf("%+v, %v", p, err)
	}
	// Hoa tries again, too late.
	hoa.Say("/lich")
	hoa.taps("1", "Sửa bài")
	o.boss.reads("Họp tổ\nLần tới")
	hoa.Say("Họp liên tổ")
	hoa.reads("Họp liên tổ\n\n")
	o.until(1, 9*60)
	lan.reads("Họp tổ")
	o.boss.reads("Đã gửi xong")
	hoa.tap("Lưu bài đã hẹn")
	toast := hoa.tap("Hẹn cho 2 người")
	if !strings.Contains(toast, "Bài này đã gửi") && !strings.Contains(toast, "đã qua") {
		t.Errorf("toast %q", toast)
	}
	if _, err := o.store.Plan(o.ctx, plans[0].ID); !errors.Is(err, ward.ErrNotFound) {
		t.Errorf("the plan: %v", err)
	}
	hoa.tap("Gửi ngay")
	hoa.tap("Gửi cho 2 người")
	lan.reads("Họp liên tổ")
}
