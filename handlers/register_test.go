package handlers_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

func byInvite(o *handlers.Options) { o.Registration = handlers.ByInvite }

func TestRegisterInThreeTaps(t *testing.T) {
	o := newTown(t)
	hanh := o.phone(simulator.Profile{FirstName: "Hạnh", LastName: "Nguyễn Thị", LanguageCode: "vi"})
	hanh.Start("")
	hanh.reads("Chào anh/chị")
	hanh.tap("Bắt đầu")
	if consent := hanh.reads("Trước khi bắt đầu"); !strings.Contains(consent.Text, "Hội LHPN phường") {
		t.Errorf("the consent does not say who asks for it: %s", consent.Text)
	}
	hanh.taps("Đọc bản đầy đủ", "‹ Quay lại", "Tôi đồng ý", "Mỹ Đình 1", "12", "Đúng rồi")
	hanh.reads("cảm ơn anh/chị Hạnh")

	p, err := o.store.PersonByChat(o.ctx, hanh.ID())
	if err != nil {
		t.Fatal(err)
	}
	group, err := o.store.Group(o.ctx, p.GroupID)
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "Nguyễn Thị Hạnh" || group.Name != "Tổ 12" || p.Language != "vi" {
		t.Errorf("stored %+v of %s", p, group.Name)
	}
	if n := hanh.Received(); n != 1 {
		t.Errorf("the bot wrote %d messages, every step should change the same one", n)
	}
}

func TestNothingIsKeptBeforeConsent(t *testing.T) {
	o := newTown(t)
	p := o.newcomer("Lan")
	p.Start("")
	p.taps("Bắt đầu", "Không đồng ý")
	p.reads("không lưu gì")
	if _, err := o.store.PersonByChat(o.ctx, p.ID()); !errors.Is(err, ward.ErrNotFound) {
		t.Errorf("a person who refused is stored: %v", err)
	}
	if _, err := o.store.ActiveConversation(o.ctx, p.ID()); !errors.Is(err, ward.ErrNotFound) {
		t.Errorf("their conversation is stored: %v", err)
	}
}

func TestUnfinishedRegistrationsAreForgotten(t *testing.T) {
	o := newTown(t)
	p := o.newcomer("Lan")
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý")
	p.button("Mỹ Đình 1")
	o.stop()
	o.clock.Advance(25 * time.Hour)
	o.start()
	err := p.Wait(o.ctx, func([]simulator.Message) bool { return true })
	for err == nil {
		_, err = o.store.ActiveConversation(o.ctx, p.ID())
	}
	if !errors.Is(err, ward.ErrNotFound) {
		t.Errorf("after a day: %v", err)
	}
}

func TestTypeThePlace(t *testing.T) {
	for _, typed := range []string{"my dinh 1 to 12", norm.NFD.String("Mỹ Đình 1, tổ 12"), "md1 tdp 12"} {
		t.Run(typed, func(t *testing.T) {
			o := newTown(t)
			p := o.newcomer("Lan")
			p.Start("")
			p.taps("Bắt đầu", "Tôi đồng ý")
			p.button("Mỹ Đình 1")
			p.Say(typed)
			p.reads("Phường Mỹ Đình 1 · Tổ 12. Đúng chưa")
			p.tap("Đúng rồi")
			p.reads("Xong rồi")
		})
	}
}

func TestTwoWardsAreNeverGuessedBetween(t *testing.T) {
	o := newTown(t)
	p := o.newcomer("Lan")
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý")
	p.button("Trung Văn")
	p.Say("my dinh")
	found := p.button("Mỹ Đình 2")
	err := p.Wait(o.ctx, func(chat []simulator.Message) bool {
		found = p.Last()
		return len(found.Buttons) > 0 && len(found.Buttons[0]) == 2
	})
	if err != nil || found.Buttons[0][0].Text != "Mỹ Đình 1" || found.Buttons[0][1].Text != "Mỹ Đình 2" {
		t.Errorf("buttons %v, %v", found.Buttons, err)
	}
	p.Say("xyz")
	p.reads("Chưa tìm thấy")
}

func TestInvites(t *testing.T) {
	o := newTown(t, byInvite)
	wards, err := o.store.Wards(o.ctx)
	if err != nil {
		t.Fatal(err)
	}
	var home ward.Ward
	for _, w := range wards {
		if w.Name == "Mỹ Đình 2" {
			home = w
		}
	}
	err = o.store.CreateInvite(o.ctx, ward.Invite{Code: "abc", WardID: home.ID, UsesLeft: 1, ExpiresAt: o.clock.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}

	without := o.newcomer("Lan")
	without.Start("")
	without.reads("cộng tác viên được mời")
	without.tap("Tôi có mã mời")
	without.reads("gửi mã mời")
	without.Say("wrong")
	without.reads("không đúng")
	without.Say("https://t.me/wardbot_bot?start=abc")
	without.reads("phường Mỹ Đình 2")
	without.taps("Bắt đầu", "Tôi đồng ý", "1", "Đúng rồi") // the ward is known already
	without.reads("Xong rồi")

	second := o.newcomer("Mai")
	second.Start("abc")
	second.reads("đã hết hạn")
}

func TestJunkAfterStart(t *testing.T) {
	o := newTown(t, byInvite)
	for _, payload := range []string{"'; DROP TABLE person; --", "<b>", strings.Repeat("x", 64), "../..", "a\nb", "😀"} {
		p := o.newcomer("Lan")
		p.Say("/start " + payload)
		p.reads("không đúng")
	}
	p := o.newcomer("Lan")
	p.Say("/start \u202e") // nothing is left of it
	p.reads("cộng tác viên được mời")
}

func TestCoordinatorMakesAnInvite(t *testing.T) {
	o := newTown(t, byInvite)
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	o.boss.Say("/moi")
	o.boss.taps("Trung Văn", "Mã cho cả nơi này", "50", "7 ngày", "Tạo mã mời")
	link := o.boss.reads("?start=").Text
	p := o.newcomer("Lan")
	p.Start(link[strings.Index(link, "?start=")+len("?start="):])
	p.reads("phường Trung Văn")
}

func TestApproval(t *testing.T) {
	o := newTown(t, func(op *handlers.Options) { op.Registration = handlers.ByApproval })
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	p := o.newcomer("Trần Lan")
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý", "Trung Văn", "Đúng rồi")
	p.reads("sẽ xem và trả lời")
	p.Say("/homnay")
	p.reads("chưa trả lời")
	o.boss.tap("Đồng ý")
	p.reads("Chào mừng anh/chị Lan")

	q := o.newcomer("Nguyễn Nga")
	q.Start("")
	q.taps("Bắt đầu", "Tôi đồng ý", "Trung Văn", "Đúng rồi")
	q.reads("sẽ xem và trả lời")
	o.boss.tap("Từ chối")
	q.reads("Rất tiếc")
	if _, err := o.store.PersonByChat(o.ctx, q.ID()); !errors.Is(err, ward.ErrNotFound) {
		t.Errorf("a declined person is stored: %v", err)
	}
}

func TestEnglish(t *testing.T) {
	o := newTown(t)
	p := o.phone(simulator.Profile{FirstName: "Ann", LanguageCode: "en"})
	p.Start("")
	p.taps("Start", "I agree", "Mỹ Đình 1", "12", "Yes, that's right")
	p.reads("All set, thank you Ann")

	vi := o.newcomer("Lan") // an app in Vietnamese, a person who would rather read English
	vi.Start("")
	vi.taps("English", "Start", "I agree", "Mỹ Đình 1", "12", "Yes, that's right")
	vi.reads("All set")
	vi.Say("/language")
	vi.tap("Tiếng Việt")
	vi.Say("/homnay")
	vi.reads("chưa có việc nào")
}

func TestHalfFinishedRegistrationSurvivesARestart(t *testing.T) {
	o := newTown(t)
	p := o.newcomer("Lan")
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý", "Mỹ Đình 1")
	p.button("12")
	o.stop()
	o.start()
	p.taps("12", "Đúng rồi")
	p.reads("Xong rồi")
}

func TestLeaveAndBeForgotten(t *testing.T) {
	o := newTown(t)
	p := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	p.tap("✅ Đã làm")
	p.button("Hoàn tác")
	p.Say("/dulieu")
	p.reads("Đã làm 1 việc")
	p.taps("Rời và xóa", "Rời và xóa hết")
	p.reads("Đã xóa lúc")
	if _, err := o.store.PersonByChat(o.ctx, p.ID()); !errors.Is(err, ward.ErrNotFound) {
		t.Errorf("still stored: %v", err)
	}
	if got := o.tally(); got.Asked != 1 || got.Done != 1 {
		t.Errorf("the ward's counts went with the person: %+v", got)
	}
	before := p.Received()
	q := o.collaborator("Mai")
	o.sends("Việc thứ hai")
	q.reads("Việc thứ hai")
	if p.Received() != before {
		t.Errorf("something was sent to somebody who left:\n%s", p.transcript())
	}
	p.Start("") // and may come back as somebody new
	p.reads("Chào anh/chị")
}

func TestPause(t *testing.T) {
	o := newTown(t)
	p, q := o.collaborator("Lan"), o.collaborator("Mai")
	p.Say("/tamdung")
	p.tap("3 ngày")
	p.reads("đến hết Thứ Sáu, 14/07")
	o.sends("Nhắc bà con")
	q.reads("Nhắc bà con")
	if strings.Contains(p.transcript(), "Nhắc bà con") {
		t.Error("a task reached somebody who had paused")
	}
	p.tap("Nhận lại")
	p.reads("nhận tin trở lại")
	o.sends("Việc thứ hai")
	p.reads("Việc thứ hai")
}

func TestBlockAndComeBack(t *testing.T) {
	o := newTown(t)
	p, q := o.collaborator("Lan"), o.collaborator("Mai")
	p.Block()
	o.sends("Nhắc bà con")
	q.reads("Nhắc bà con")
	p.Unblock()
	p.Say("/homnay")
	p.reads("chưa có việc nào")
	o.sends("Việc thứ hai")
	p.reads("Việc thứ hai")
}
