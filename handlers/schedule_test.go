package handlers_test

import (
	"strings"
	"testing"
	"time"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

// writes lets a coordinator write a bulletin up to its card.
func (o *town) writes(kind, text string) {
	o.t.Helper()
	o.boss.Say("/soan")
	o.boss.tap(kind)
	o.boss.reads("Gửi nội dung")
	o.boss.Say(text)
	o.boss.button("Hẹn giờ")
}

// plans lets a coordinator plan a bulletin for a time as they type it.
func (o *town) plans(kind, text, when, repeat string) {
	o.t.Helper()
	o.writes(kind, text)
	o.boss.tap("Hẹn giờ")
	o.boss.reads("Gửi lúc nào")
	o.boss.Say(when)
	o.boss.taps(repeat, "Đặt lịch")
	o.boss.tapPrefix("Hẹn cho ")
	o.boss.reads("Lần tới")
}

// until moves the clock to a time of day so many days from now.
func (o *town) until(days int, at ward.Clock) {
	o.t.Helper()
	now := o.clock.Now()
	d := at.On(ward.DayOf(now, o.zone).Add(days), o.zone).Sub(now)
	if d < 0 {
		o.t.Fatalf("%s is over", at)
	}
	o.clock.Advance(d)
}

// count is how many messages of the bot in a chat have these words.
func (p *phone) count(words string) (n int) {
	for _, m := range p.Chat() {
		if m.FromBot && strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}

func awake(op *handlers.Options) {
	op.Quiet = ward.Quiet{From: 21 * 60, To: 6*60 + 30, Zone: op.Zone}
}

func TestPlanForTomorrow(t *testing.T) {
	o := newTown(t, awake)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	o.writes("Việc", "Nhắc bà con\n1. Xem đồng hồ.")
	o.boss.tap("Hẹn giờ")
	if when := o.boss.reads("Gửi lúc nào"); !strings.Contains(when.Text, "Từ 21:00 đến 06:30 không gửi tin") {
		t.Errorf("the question: %s", when.Text)
	}
	for _, bad := range []struct{ typed, answer string }{
		{"khi nào rảnh", "chưa hiểu giờ này"}, {"22:00", "giờ không gửi tin"}, {"7:00 nay", "Giờ này đã qua"}, {"7:30 1/1/2030", "trong một năm"},
	} {
		o.boss.Say(bad.typed)
		o.boss.reads(bad.answer)
	}
	o.stop() // what is half done survives a restart
	o.start()
	o.boss.Say("7h30 sáng mai")
	o.boss.reads("Gửi lúc 07:30 Thứ Năm, 13/07")
	o.boss.tap("Một lần")
	card := o.boss.reads("Lúc: 07:30 Thứ Năm, 13/07")
	if !strings.Contains(card.Text, "Hạn: 20:00 cùng ngày") {
		t.Errorf("the card: %s", card.Text)
	}
	o.boss.tap("Đặt lịch")
	o.boss.reads("Lúc: 07:30 Thứ Năm, 13/07")
	if toast := o.boss.tap("Hẹn cho 2 người"); toast != "Đã hẹn giờ." {
		t.Errorf("toast %q", toast)
	}
	o.boss.reads("Lần tới: 07:30 Thứ Năm, 13/07")

	hoa := o.collaborator("Hoa") // who joins meanwhile gets it, who leaves does not
	mai.Say("/roidi")
	mai.tap("Rời và xóa hết")
	mai.reads("Đã xóa")
	o.stop()
	o.start()
	if lan.count("Nhắc bà con") != 0 {
		t.Error("it came at once")
	}
	o.until(1, 7*60+30)
	for _, p := range []*phone{lan, hoa} {
		if m := p.reads("Nhắc bà con"); !strings.Contains(m.Text, "Thứ Năm, 13/07") || !strings.Contains(m.Text, "Hạn: 20:00 hôm nay") {
			t.Errorf("sent: %s", m.Text)
		}
	}
	o.boss.reads("Đã gửi xong lúc 07:30:00. 2 nhận")
	lan.tap("✅ Đã làm")
	o.boss.tap("Làm mới")
	o.boss.reads("✅ 1 đã làm")
	if mai.count("Nhắc bà con") != 0 {
		t.Error("it went to somebody who has left")
	}
	o.boss.Say("/lich")
	o.boss.reads("Chưa có bài nào được hẹn giờ")
}

func TestPlanByButtons(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.writes("Tin tốt", "Tổ 5 góp 42 suất cơm\nNguồn: đài phường")
	o.boss.taps("Hẹn giờ", "17:30 T4 12/07", "Một lần", "Đổi giờ")
	o.boss.tap("Gửi ngay, không hẹn")
	o.boss.taps("Hẹn giờ", "11:30 T4 12/07", "Một lần", "Đặt lịch", "Hẹn cho 1 người")
	o.boss.reads("Lần tới: 11:30 Thứ Tư, 12/07")
	o.until(0, 11*60+30)
	lan.reads("Tổ 5 góp 42 suất cơm")
	o.boss.reads("Đã gửi xong")
}

// A plan that repeats comes every time, once, and its deadline with it. The
// bot was down for three days: the newest comes, the coordinator is told.
func TestDailyPlanAndAnOutage(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.plans("Việc", "Tưới cây đầu ngõ", "7:30 mai", "Mỗi ngày")
	o.until(1, 7*60+30)
	lan.reads("Thứ Năm, 13/07")
	o.boss.reads("Đã gửi xong")
	o.stop()
	o.until(3, 9*60) // Sunday
	o.start()
	if m := lan.reads("Chủ Nhật, 16/07"); !strings.Contains(m.Text, "Hạn: 20:00 hôm nay") {
		t.Errorf("sent: %s", m.Text)
	}
	o.boss.reads("có 2 lần hẹn từ 07:30 Thứ Sáu, 14/07 không gửi được")
	if n := lan.count("Tưới cây"); n != 2 {
		t.Errorf("%d messages instead of 2\n%s", n, lan.transcript())
	}
	o.until(1, 7*60+30)
	lan.reads("Thứ Hai, 17/07")
}

// A piece of news whose day is over, and a task whose deadline has passed, are
// not sent any more; their coordinator is told.
func TestPlansThatCameTooLate(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.plans("Tin tốt", "Ngõ nay sạch\nNguồn: đài phường", "7:30 mai", "Một lần")
	o.plans("Việc", "Tưới cây", "8:30 mai", "Một lần")
	o.stop()
	o.until(2, 7*60)
	o.start()
	o.boss.reads("Bài Ngõ nay sạch có 1 lần hẹn từ 07:30 Thứ Năm, 13/07 không gửi được")
	o.boss.reads("Bài Tưới cây có 1 lần hẹn từ 08:30 Thứ Năm, 13/07 không gửi được")
	o.boss.Say("/lich")
	o.boss.reads("Chưa có bài nào")
	if n := lan.count("Ngõ nay sạch") + lan.count("Tưới cây"); n != 0 {
		t.Errorf("%d came all the same", n)
	}
}

func TestLookAfterPlans(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.plans("Thông báo", "Họp tổ", "19h mai", "Mỗi tuần")
	o.plans("Việc", "Tưới cây", "7:30 mai", "Thứ Hai–Thứ Sáu")
	o.boss.Say("/lich")
	list := o.boss.reads("Lịch gửi tháng 07/2023")
	for _, want := range []string{
		"Thứ Năm, 13/07\n1. 07:30 Việc · Tưới cây → tất cả\n2. 19:00 Thông báo · Họp tổ → tất cả\nThứ Sáu, 14/07\n1. 07:30 Việc",
		"Thứ Năm, 20/07\n1. 07:30 Việc · Tưới cây → tất cả\n2. 19:00 Thông báo",
	} {
		if !strings.Contains(list.Text, want) {
			t.Errorf("the list lacks %q:\n%s", want, list.Text)
		}
	}
	o.boss.tap("1")
	o.boss.tap("Xem bài")
	o.boss.reads("Việc hôm nay · Thứ Năm, 13/07")
	card := o.boss.reads("Lần tới: 07:30 Thứ Năm, 13/07")
	o.boss.tap("Bỏ lần tới")
	o.boss.reads("Lần tới: 07:30 Thứ Sáu, 14/07")
	if toast, err := o.boss.TapData(card, skipOf(card)); err != nil || !strings.Contains(toast, "không còn dùng") {
		t.Errorf("skipped twice by one button: %q, %v", toast, err)
	}
	o.boss.tap("Đổi giờ")
	o.boss.reads("Gửi lúc nào")
	o.boss.Say("8:15 thứ 7")
	o.boss.reads("Lần tới: 08:15 Thứ Hai, 17/07") // a Saturday is no weekday
	o.boss.tap("Tạm dừng lịch")
	o.boss.reads("Đang tạm dừng")
	o.until(1, 19*60)
	lan.reads("Họp tổ")
	o.until(4, 9*60)
	if lan.count("Tưới cây") != 0 {
		t.Error("a paused plan was kept")
	}
	o.boss.tap("Chạy tiếp")
	o.boss.reads("Lần tới: 08:15 Thứ Ba, 18/07")
	o.until(1, 8*60+15)
	lan.reads("Tưới cây")
	o.boss.Say("/lich")
	o.boss.tap("1")
	o.boss.taps("Xóa", "Xóa lịch")
	o.boss.reads("Lịch gửi tháng 07/2023")
}

// skipOf is the data of the button that skips the next slot.
func skipOf(m simulator.Message) string {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Text == "Bỏ lần tới" {
				return b.Data
			}
		}
	}
	return ""
}

func TestPlanOnDates(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.writes("Thông báo", "Thu gom rác to")
	o.boss.tap("Hẹn giờ")
	o.boss.reads("Gửi lúc nào")
	o.boss.Say("17:30 14/7")
	o.boss.tap("Chọn ngày")
	o.boss.reads("• Thứ Sáu, 14/07")
	o.boss.tap("Chủ Nhật, 16/07")
	o.boss.reads("• Chủ Nhật, 16/07")
	o.boss.Say("14/7, hôm nào đó")
	o.boss.reads("chưa hiểu các ngày này")
	o.boss.Say("15/7 và 20/7")
	o.boss.reads("• Thứ Năm, 20/07")
	o.boss.taps("Xong", "Đặt lịch", "Hẹn cho 1 người")
	o.boss.reads("Lần tới: 17:30 Thứ Bảy, 15/07 · 2 ngày đã chọn")
	o.until(3, 17*60+30)
	lan.reads("Thứ Bảy, 15/07")
	o.until(5, 17*60+30)
	lan.reads("Thứ Năm, 20/07")
	if n := lan.count("Thu gom rác to"); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestPlanInEnglish(t *testing.T) {
	o := newTown(t, awake, func(op *handlers.Options) { op.Admins = append(op.Admins, 2) })
	lan := o.collaborator("Lan")
	ann := o.phone(simulator.Profile{ID: 2, FirstName: "Ann", LanguageCode: "en"})
	ann.Start("")
	ann.reads("For coordinators")
	ann.Say("/schedule")
	ann.reads("Nothing is planned")
	ann.Say("/compose")
	ann.tap("Task")
	ann.reads("first line is the title")
	ann.Say("Water the trees")
	ann.tap("Schedule")
	ann.reads("When shall it be sent?")
	ann.Say("7pm tomorrow")
	ann.tap("Monday–Friday")
	ann.reads("At: 19:00 Thu, 13 Jul · Monday to Friday")
	ann.tap("Plan it")
	ann.tap("Plan for 1 people")
	ann.reads("Next: 19:00 Thu, 13 Jul · Monday to Friday")
	o.stop()
	o.until(2, 20*60+30) // Thursday's is over for good, Friday's too: its deadline was at eight
	o.start()
	ann.reads("Water the trees was not sent 2 times, from 19:00 Thu, 13 Jul on")
	if lan.count("Water the trees") != 0 {
		t.Error("it came after its deadline")
	}
	o.until(3, 19*60)
	lan.reads("Water the trees")
	ann.reads("Sent at 19:00:00. 1 received")
}

// Who may not send any more does not send by what they planned.
func TestPlansOfSomebodyWhoMayNotSend(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.plans("Việc", "Tưới cây", "7:30 mai", "Mỗi ngày")
	o.stop()
	o.options.Admins = nil
	o.start()
	o.until(1, 7*60+30)
	o.boss.reads("đã tạm dừng, vì người đặt lịch không còn quyền gửi")
	if lan.count("Tưới cây") != 0 {
		t.Error("it was sent")
	}
}

// In quiet hours "send now" says when that will be; answers come at once.
func TestSendInQuietHours(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.reads("Nhắc bà con")
	o.until(0, 22*60)
	lan.tap("✅ Đã làm") // late, and answered at once
	lan.reads("sau hạn")
	o.writes("Việc", "Tưới cây")
	o.boss.reads("Lúc: 06:30 Thứ Năm, 13/07, vì đang là giờ không gửi tin")
	o.boss.tap("Gửi ngay")
	o.boss.reads("Lúc: 06:30 Thứ Năm, 13/07")
	o.boss.tap("Gửi cho 1 người")
	o.boss.reads("Sẽ gửi cho 1 người lúc 06:30 Thứ Năm, 13/07")
	lan.Say("/homnay")
	lan.reads("Nhắc bà con")
	if lan.count("Tưới cây") != 0 {
		t.Error("it came in the night")
	}
	o.until(1, 6*60+30)
	if m := lan.reads("Tưới cây"); !strings.Contains(m.Text, "Thứ Năm, 13/07") || !strings.Contains(m.Text, "Hạn: 20:00 hôm nay") {
		t.Errorf("sent: %s", m.Text)
	}
	o.boss.reads("Đã gửi xong lúc 06:30:00")
	if got := o.tally(); got.Asked != 1 {
		t.Errorf("tally of the day: %+v", got)
	}
}

// Three bulletins of one night come in one message in the morning; the others
// are at /homnay, and each is their reader's copy from there on.
func TestOneMessageAfterTheNight(t *testing.T) {
	o := newTown(t, awake)
	lan, ann := o.collaborator("Lan"), o.phone(simulator.Profile{FirstName: "Ann", LanguageCode: "en"})
	ann.Start("")
	ann.taps("Start", "I agree", "Mỹ Đình 1", "12", "Yes, that's right")
	o.until(0, 22*60)
	for _, b := range []struct{ kind, text string }{{"Thông báo", "Họp tổ lúc 19:30"}, {"Việc", "Tưới cây"}, {"Tin tốt", "Ngõ nay sạch\nNguồn: đài phường"}} {
		o.writes(b.kind, b.text)
		o.boss.tap("Gửi ngay")
		o.boss.tap("Gửi cho 2 người")
		o.boss.reads("Sẽ gửi cho 2 người")
	}
	o.until(1, 6*60+30)
	if m := lan.reads("Tưới cây"); !strings.Contains(m.Text, "Còn 2 tin nữa chờ anh/chị. Xem: /homnay") {
		t.Errorf("the one message: %s", m.Text)
	}
	if m := ann.reads("Tưới cây"); !strings.Contains(m.Text, "2 more messages wait for you: /today") {
		t.Errorf("the one message: %s", m.Text)
	}
	o.boss.reads("Đã gửi xong lúc 06:30:00. 2 nhận")
	if n := lan.count("Họp tổ") + lan.count("Ngõ nay sạch"); n != 0 {
		t.Errorf("%d others came by themselves", n)
	}
	if toast := lan.tap("✅ Đã làm"); !strings.Contains(toast, "Đã ghi nhận") {
		t.Errorf("toast %q", toast)
	}
	if m := lan.reads("Đã làm lúc 06:30"); !strings.Contains(m.Text, "Còn 2 tin nữa") {
		t.Errorf("the line is gone: %s", m.Text)
	}
	if got := o.tally(); got.Asked != 2 || got.Done != 1 {
		t.Errorf("tally %+v", got)
	}

	lan.Say("/homnay")
	notice := lan.reads("Họp tổ lúc 19:30")
	lan.reads("Ngõ nay sạch")
	lan.Say("/homnay")
	lan.reads("Tưới cây")
	if lan.count("Họp tổ") != 1 || lan.count("Ngõ nay sạch") != 1 {
		t.Errorf("shown twice:\n%s", lan.transcript())
	}

	// A correction finds the copy that was asked for, and no other message.
	bulletins, err := o.store.RecentBulletins(o.ctx, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bulletins {
		if b.Kind != ward.KindNotice {
			continue
		}
		b.Title = "Họp tổ lúc 20:00"
		if _, err := o.store.Correct(o.ctx, b, func(ward.Bulletin) []ward.Letter {
			return []ward.Letter{{Language: "vi", HTML: "Họp tổ lúc 20:00"}}
		}, o.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if m := lan.reads("Họp tổ lúc 20:00"); m.ID != notice.ID {
		t.Errorf("message %d was corrected instead of %d", m.ID, notice.ID)
	}
	if ann.count("Họp tổ") != 0 {
		t.Errorf("a correction came to somebody without a copy:\n%s", ann.transcript())
	}
}

// Who pauses gets the task afterwards, at once if they come back early.
func TestPausedPersonGetsTheTaskLater(t *testing.T) {
	o := newTown(t, awake)
	lan, mai, hoa := o.collaborator("Lan"), o.collaborator("Mai"), o.collaborator("Hoa")
	for _, p := range []*phone{mai, hoa} {
		p.Say("/tamdung")
		p.tap("1 ngày")
		p.reads("Đã tạm dừng")
	}
	o.writes("Việc", "Tưới cây")
	o.boss.taps("Đổi hạn", "20:00 T5")
	o.boss.reads("Hạn: 20:00 Thứ Năm, 13/07")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	lan.reads("Tưới cây")
	o.boss.reads("1 nhận · 0 chặn bot · 0 lỗi · 2 nhận sau.")
	o.clock.Advance(time.Hour)
	mai.tap("Nhận lại")
	mai.reads("Tưới cây")
	if hoa.count("Tưới cây") != 0 {
		t.Error("it came in the pause")
	}
	o.until(1, 6*60+30)
	hoa.reads("Tưới cây")
	o.boss.reads("3 nhận")
	if got := tallyOf(o, 20230712); got.Asked != 3 {
		t.Errorf("tally %+v", got)
	}
}

// After a pause messages come in the hours that somebody chose, not before.
func TestAfterAPauseOwnHoursHold(t *testing.T) {
	o := newTown(t, awake)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	mai.waitsUntilNoon()
	mai.Say("/tamdung")
	mai.tap("1 ngày")
	mai.reads("Đã tạm dừng đến hết Thứ Tư, 12/07")
	o.writes("Việc", "Tưới cây")
	o.boss.taps("Đổi hạn", "20:00 T5")
	o.boss.reads("Hạn: 20:00 Thứ Năm, 13/07")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	lan.reads("Tưới cây")
	o.boss.reads("1 nhận sau")
	o.until(1, 7*60)
	lan.Say("/homnay")
	lan.button("✅ Đã làm")
	if mai.count("Tưới cây") != 0 {
		t.Error("it came before her hours")
	}
	o.until(0, 11*60+30)
	mai.reads("Tưới cây")
}

func tallyOf(o *town, day ward.Day) ward.Tally {
	o.t.Helper()
	wards, err := o.store.Tallies(o.ctx, ward.Period{From: day, To: day})
	if err != nil {
		o.t.Fatal(err)
	}
	return ward.Sum(wards)
}

// A task whose deadline passed while the bot was down is not sent, and its
// coordinator reads how many did not get it.
func TestTooLateForTheDeadline(t *testing.T) {
	o := newTown(t, awake, func(op *handlers.Options) { op.SendDelay = 10 * time.Second })
	lan := o.collaborator("Lan")
	o.writes("Việc", "Tưới cây")
	o.boss.taps("Gửi ngay", "Gửi cho 1 người")
	o.boss.reads("Bắt đầu sau 10 giây")
	o.stop()
	o.until(0, 20*60+30)
	o.start()
	o.boss.reads("0 nhận · 0 chặn bot · 0 lỗi · 1 quá hạn nên không gửi.")
	if lan.count("Tưới cây") != 0 {
		t.Error("it came after its deadline")
	}
}

func TestAWardCoordinatorsPlanIsKept(t *testing.T) {
	o := newTown(t, awake)
	mai, nam, lan := o.keeper(), o.lives("Nam", "Trung Văn"), o.collaborator("Lan")
	mai.Say("/soan")
	mai.tap("Việc")
	mai.reads("Gửi nội dung")
	mai.Say("Quét dọn nhà văn hóa")
	mai.tap("Hẹn giờ")
	mai.reads("Gửi lúc nào")
	mai.Say("7:30 mai")
	mai.taps("Mỗi ngày", "Đặt lịch")
	mai.tapPrefix("Hẹn cho ")
	mai.reads("Lần tới")
	o.until(1, 7*60+30)
	nam.reads("Quét dọn nhà văn hóa")
	mai.reads("Đã gửi xong")
	if lan.count("Quét dọn") != 0 {
		t.Error("it went to another ward")
	}
	o.appoint(mai, ward.RoleCollaborator)
	o.until(1, 7*60+30)
	mai.reads("đã tạm dừng")
	if n := nam.count("Quét dọn"); n != 1 {
		t.Errorf("sent %d times, once by somebody who may not send any more", n)
	}
}
