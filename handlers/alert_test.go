package handlers_test

import (
	"strings"
	"testing"
	"time"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

// byNight is two in the morning, when nobody is written to but for alerts.
func byNight(o *town) { o.clock.Advance(18*time.Hour + 30*time.Minute) }

// second is another admin, who may agree to what the boss sends.
func (o *town) second() *phone {
	o.t.Helper()
	p := o.phone(simulator.Profile{ID: secondID, FirstName: "Trần Thị Hà", LanguageCode: "vi"})
	p.Start("")
	p.reads("Dành cho điều phối viên")
	return p
}

const secondID = bossID + 1

func twoAdmins(op *handlers.Options) {
	awake(op)
	op.Admins = []int64{bossID, secondID}
}

// asksForAlert writes an alert and asks for the consent that it needs.
func (o *town) asksForAlert(text string) {
	o.t.Helper()
	o.boss.Say("/soan")
	o.boss.tap("Tin khẩn")
	o.boss.reads("Gửi nội dung tin khẩn")
	o.boss.Say(text)
	o.boss.tap("Gửi ngay")
	o.boss.reads("cần thêm một điều phối viên đồng ý")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("Đang chờ đồng ý")
}

// alerts sends an alert that the second admin agrees to.
func (o *town) alerts(second *phone, text string) {
	o.t.Helper()
	o.asksForAlert(text)
	second.tap("Đồng ý")
	o.boss.reads("đã đồng ý")
}

const storm = "Bão vào lúc 04:00\nỞ trong nhà, tránh xa cửa kính."

func TestAnAlertByNight(t *testing.T) {
	o := newTown(t, twoAdmins)
	second, lan, hoa := o.second(), o.collaborator("Lan"), o.collaborator("Hoa")
	o.boss.Say("/start")
	lan.Say("/caidat")
	lan.tap("Bật tin khẩn")
	lan.button("Tắt tin khẩn")
	byNight(o)
	o.asksForAlert(storm)
	if m := second.reads("xin anh/chị đồng ý"); !strings.Contains(m.Text, "2 người") {
		t.Errorf("asked: %s", m.Text)
	}
	second.reads("tránh xa cửa kính") // exactly what will be sent
	if n := lan.count("Bão"); n != 0 {
		t.Fatal("sent before anybody agreed")
	}
	second.tap("Đồng ý")
	m := lan.reads("Tin khẩn · 02:00 Thứ Năm, 13/07")
	if m.Silent {
		t.Error("nobody is woken by an alert without a sound")
	}
	for _, want := range []string{"Bão vào lúc 04:00", "Anh/chị có an toàn không ạ?", "Nguyễn Thị Mai, Hội LHPN phường · 024 3765 0000"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the alert lacks %q:\n%s", want, m.Text)
		}
	}
	o.boss.reads("1 nhận · 0 chặn bot · 0 lỗi · 1 nhận sau")
	if hoa.count("Bão") != 0 {
		t.Error("somebody was woken who did not want that")
	}
	o.until(1, 6*60+30)
	hoa.reads("Tin khẩn · 02:00 Thứ Năm, 13/07")
	hoa.tap("An toàn")
	hoa.reads("Anh/chị đã báo an toàn lúc 06:30")
	o.boss.reads("An toàn 1 · 🆘 cần giúp 0 · chưa trả lời 1")
	if got := o.tally(); got.Asked != 0 {
		t.Errorf("an alert is no task: %+v", got)
	}
}

func TestWhoNeedsHelpIsFound(t *testing.T) {
	o := newTown(t, twoAdmins)
	second, lan, hoa, cuc := o.second(), o.collaborator("Lan"), o.collaborator("Hoa"), o.collaborator("Cúc")
	o.allow("message to edit not found") // the list that came anew took its place
	o.alerts(second, storm)
	if toast := lan.tap("Cần giúp"); !strings.Contains(toast, "Đã báo điều phối viên") {
		t.Errorf("toast %q", toast)
	}
	lan.reads("Anh/chị đang ở đâu ạ?")
	list := o.boss.reads("1. Lan · Mỹ Đình 1, Tổ 12 · 07:30")
	if strings.Contains(list.Text, "bản đồ") {
		t.Errorf("a place that nobody told:\n%s", list.Text)
	}
	lan.Say("Nhà sập mái, có hai cháu nhỏ")
	lan.reads("Đã chuyển cho điều phối viên")
	o.boss.reads("“Nhà sập mái, có hai cháu nhỏ”")
	if _, err := lan.PressKey("📍 Gửi vị trí của tôi"); err != nil {
		t.Fatal(err)
	}
	lan.reads("Đã nhận vị trí")
	o.boss.reads("xem bản đồ")
	if k := lan.Keys(); k != nil {
		t.Errorf("the keys stay: %+v", k)
	}

	// Who does not want to say where they are is helped all the same.
	hoa.tap("Cần giúp")
	hoa.reads("Anh/chị đang ở đâu ạ?")
	if _, err := hoa.PressKey("Không gửi vị trí"); err != nil {
		t.Fatal(err)
	}
	hoa.reads("Điều phối viên vẫn biết anh/chị cần giúp")
	o.boss.reads("2. Hoa · Mỹ Đình 1, Tổ 12")
	o.boss.reads("cần giúp 2, đang chờ 2 · chưa trả lời 1")

	// Seen to, or safe after all: what they told is gone.
	o.boss.tap("Đã xong 1")
	lan.reads("Điều phối viên báo là đã giúp được anh/chị Lan rồi")
	hoa.tap("Tôi an toàn rồi")
	o.boss.reads("✅ An toàn 1 · 🆘 cần giúp 1 · chưa trả lời 1")

	// One reminder, to those who have not answered; then all clear, to all.
	o.boss.tap("Nhắc 1 người")
	cuc.reads("Chúng tôi chưa nhận được trả lời của anh/chị")
	if lan.count("chưa nhận được trả lời")+hoa.count("chưa nhận được trả lời") > 0 {
		t.Error("reminded although they answered")
	}
	o.boss.tap("Báo hết nguy hiểm")
	o.boss.reads("Báo cho mọi người đã nhận tin")
	o.boss.tapPrefix("Gửi cho 3")
	for _, p := range []*phone{lan, hoa, cuc} {
		p.reads("Đã hết nguy hiểm · Bão vào lúc 04:00")
	}
	late := cuc.button("An toàn")
	if toast, err := cuc.TapOn(late, "An toàn"); err != nil || !strings.Contains(toast, "đã kết thúc") {
		t.Errorf("answered when it was over: %q, %v", toast, err)
	}
	if toast := o.boss.forge("arem:1"); !strings.Contains(toast, "đã kết thúc") {
		t.Errorf("reminded when it was over: %q", toast)
	}

	// After seven days nobody knows any more who needed help, or where.
	o.clock.Advance(ward.WhereaboutsKept + time.Hour)
	if _, err := o.store.Expire(o.ctx, o.options.Retention, o.clock.Now()); err != nil {
		t.Fatal(err)
	}
	c, err := o.store.CountSafety(o.ctx, 1, nil)
	if err != nil || c.Safe+c.Help != 0 {
		t.Errorf("remembered: %+v, %v", c, err)
	}
	if plights, err := o.store.NeedHelp(o.ctx, 1); err != nil || len(plights) > 0 {
		t.Errorf("remembered: %+v, %v", plights, err)
	}
}

// The consent is somebody else's, given once, to what stands in front of them.
func TestConsentCannotBeForged(t *testing.T) {
	o := newTown(t, twoAdmins)
	second, lan := o.second(), o.collaborator("Lan")
	keeper := o.keeper() // of Trung Văn; the alert goes to everybody
	o.asksForAlert(storm)
	second.button("Đồng ý")
	for _, tt := range []struct {
		name string
		who  *phone
		want string
	}{
		{"by its author", o.boss, "một điều phối viên khác"},
		{"by a collaborator", lan, "dành cho điều phối viên"},
		{"by the coordinator of one ward", keeper, "không"},
	} {
		if toast := tt.who.forge("asyes:1"); !strings.Contains(toast, tt.want) {
			t.Errorf("%s: %q", tt.name, toast)
		}
	}
	if lan.count("Bão") != 0 {
		t.Fatal("sent")
	}
	card := second.button("Không")
	second.tap("Không")
	o.boss.reads("không đồng ý gửi bài này")
	if toast, err := second.TapData(card, "asyes:1"); err != nil || !strings.Contains(toast, "đã có người trả lời") {
		t.Errorf("agreed after refusing: %q, %v", toast, err)
	}
	if lan.count("Bão") != 0 {
		t.Error("sent")
	}

	// It is taken up again, asked for anew, and taken back.
	o.boss.tap("Sửa")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.tap("Rút lại")
	o.boss.reads("Đã rút lại")
	if toast := second.forge("asyes:2"); !strings.Contains(toast, "đã có người trả lời") {
		t.Errorf("agreed to what was taken back: %q", toast)
	}
	// And it is too old after two hours.
	o.asksForAlert(storm)
	second.button("Đồng ý")
	o.clock.Advance(2 * time.Hour)
	o.boss.reads("Chưa có ai trả lời kịp")
	if toast := second.forge("asyes:3"); !strings.Contains(toast, "hết giờ chờ") {
		t.Errorf("agreed too late: %q", toast)
	}
	if lan.count("Bão") != 0 {
		t.Error("sent")
	}
}

func TestNobodyToAgree(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Tin khẩn")
	o.boss.reads("Gửi nội dung tin khẩn")
	o.boss.Say(storm)
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("hiện không có ai khác để hỏi")
	if lan.count("Bão") != 0 {
		t.Error("sent")
	}
	o.boss.tap("‹ Quay lại")
	o.boss.button("Gửi ngay") // it is not lost
}

// Above APPROVE_ABOVE people anything needs a second coordinator, planned or
// sent at once; a plan that is rewritten needs it anew.
func TestManyPeopleNeedASecondCoordinator(t *testing.T) {
	o := newTown(t, twoAdmins, func(op *handlers.Options) { op.ApproveAbove = 1 })
	second, lan, hoa := o.second(), o.collaborator("Lan"), o.collaborator("Hoa")
	o.writes("Việc", "Tưới cây")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho 2")
	o.boss.reads("Đang chờ đồng ý")
	second.tap("Đồng ý")
	lan.reads("Tưới cây")
	hoa.reads("Tưới cây")
	o.boss.reads("Đã gửi xong")

	o.writes("Việc", "Quét ngõ")
	o.boss.tap("Hẹn giờ")
	o.boss.reads("Gửi lúc nào?")
	o.boss.Say("7:30 mai")
	o.boss.tap("Mỗi ngày")
	o.boss.tap("Đặt lịch")
	o.boss.tapPrefix("Hẹn cho 2")
	second.reads("Quét ngõ")
	second.tap("Đồng ý")
	o.boss.reads("Bài sẽ được gửi đúng giờ đã hẹn")

	o.boss.Say("/lich")
	o.boss.taps("1", "Sửa bài")
	o.boss.reads("mỗi ngày")
	o.boss.Say("Quét ngõ sau nhà")
	o.boss.reads("Quét ngõ sau nhà")
	o.boss.tap("Lưu bài đã hẹn")
	o.boss.tapPrefix("Hẹn cho 2")
	m := second.reads("Quét ngõ sau nhà")
	if plans, err := o.store.Plans(o.ctx); err != nil || len(plans) != 1 || plans[0].Draft.Title != "Quét ngõ" {
		t.Fatalf("planned before anybody agreed: %+v, %v, %d", plans, err, m.ID)
	}
	second.tap("Đồng ý")
	o.until(1, 7*60+30)
	lan.reads("Quét ngõ sau nhà")
	hoa.reads("Quét ngõ sau nhà")
	if n := hoa.count("Quét ngõ"); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// Rows of a calendar come without consent: the plan says so, and waits.
func TestAPlanThatLacksConsent(t *testing.T) {
	o := newTown(t, twoAdmins, func(op *handlers.Options) { op.ApproveAbove = 1 })
	second, lan := o.second(), o.collaborator("Lan")
	o.plans("Việc", "Tưới cây", "7:30 mai", "Mỗi ngày") // one person: no consent is needed
	hoa := o.collaborator("Hoa")
	o.until(1, 7*60+30)
	o.boss.reads("đã tạm dừng")
	if lan.count("Tưới cây") != 0 {
		t.Fatal("sent without consent")
	}
	o.boss.tap("Mở bài đã hẹn")
	o.boss.reads("cần thêm một điều phối viên đồng ý trước giờ gửi")
	o.boss.tap("Xin đồng ý")
	o.boss.reads("Đang chờ đồng ý")
	second.reads("xin anh/chị đồng ý")
	second.tap("Đồng ý")
	o.boss.reads("đúng giờ đã hẹn")
	o.until(1, 7*60+30)
	lan.reads("Tưới cây")
	hoa.reads("Tưới cây")
}
