package handlers_test

import (
	"strings"
	"testing"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

// lives is somebody of a given name who has registered in a ward.
func (o *town) lives(name, wardName string) *phone {
	o.t.Helper()
	p := o.newcomer(name)
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý", wardName, "Đúng rồi")
	p.reads("Xong rồi")
	return p
}

func TestAppointAndDismiss(t *testing.T) {
	o := newTown(t)
	hanh := o.lives("Nguyễn Thị Hạnh", "Trung Văn")
	o.lives("Trần Thị Hạnh", "Trung Văn")
	o.boss.Start("")
	o.boss.Say("/ctv")
	o.boss.reads("4 phường chưa có điều phối viên riêng")
	o.boss.tap("Tìm theo tên")
	o.boss.reads("gõ tên cần tìm")
	o.boss.Say("thi hanh")
	o.boss.tap("Nguyễn Thị Hạnh · Trung Văn")
	o.boss.taps("Giao phụ trách phường", "Trung Văn")
	o.boss.reads("Giao cho Nguyễn Thị Hạnh việc điều phối viên phường Trung Văn?")
	o.boss.tap("Đúng rồi")
	o.boss.reads("Nguyễn Thị Hạnh · điều phối viên phường Trung Văn")
	hanh.reads("vừa giao cho anh/chị việc điều phối viên phường Trung Văn")
	hanh.Say("/trogiup")
	hanh.reads("Dành cho điều phối viên")
	hanh.Say("/ctv")
	hanh.reads("Phường Trung Văn\nĐiều phối viên: Nguyễn Thị Hạnh\n2 cộng tác viên")

	// The admin sees numbers there from now on, and a name that is typed whole.
	o.boss.Say("/ctv tran thi hanh")
	o.boss.tap("Trần Thị Hạnh · Trung Văn")
	if card := o.boss.reads("Trần Thị Hạnh · cộng tác viên"); strings.Contains(card.Text, "Tham gia từ") {
		t.Errorf("too much of somebody of another coordinator's ward:\n%s", card.Text)
	}
	o.boss.Say("/ctv hanh")
	o.boss.reads("Không tìm thấy ai")
	o.boss.Say("/ctv")
	o.boss.tap("Điều phối viên")
	o.boss.tap("Nguyễn Thị Hạnh · Trung Văn")
	o.boss.taps("Thôi điều phối", "Đúng rồi")
	hanh.reads("Từ nay anh/chị lại là cộng tác viên")
	hanh.Say("/soan")
	hanh.reads("Việc này dành cho điều phối viên")

	o.boss.Say("/ctv")
	o.boss.tap("Nhật ký")
	log := o.boss.reads("Nhật ký").Text
	for _, want := range []string{
		"07:30 · Quản trị viên 1 giao cho Nguyễn Thị Hạnh việc điều phối viên phường Trung Văn",
		"cho Nguyễn Thị Hạnh thôi làm điều phối viên phường Trung Văn", "xem tên 1 người, phường Trung Văn",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
	hanh.Say("/roidi")
	hanh.tap("Rời và xóa hết")
	hanh.reads("Đã xóa lúc")
	o.boss.Say("/ctv")
	o.boss.tap("Nhật ký")
	if log := o.boss.reads("giao cho một người đã rời việc").Text; strings.Contains(log, "Nguyễn Thị Hạnh") {
		t.Errorf("the log names somebody who left:\n%s", log)
	}
}

// keeper is Mai, the coordinator of Trung Văn.
func (o *town) keeper() *phone {
	o.t.Helper()
	p := o.lives("Mai", "Trung Văn")
	o.appoint(p, ward.RoleWardCoordinator)
	return p
}

func TestAWardCoordinatorWritesToTheirWardOnly(t *testing.T) {
	o := newTown(t)
	mai := o.keeper()
	nam, lan := o.lives("Nam", "Trung Văn"), o.collaborator("Lan")
	mai.Say("/soan")
	mai.tap("Việc")
	mai.reads("Gửi nội dung")
	mai.Say("Quét dọn nhà văn hóa")
	card := mai.reads("Gửi đến: Phường Trung Văn · 2 người")
	for _, row := range card.Buttons {
		for _, b := range row {
			if b.Text == "Người nhận" {
				t.Error("a ward coordinator is asked whom to write to")
			}
		}
	}
	if toast := mai.forge("toall"); toast != "Việc này dành cho điều phối viên." {
		t.Errorf("forged audience: %q", toast)
	}
	mai.tap("Gửi ngay")
	mai.tapPrefix("Gửi cho 2 người")
	mai.reads("Đã gửi xong")
	nam.reads("Quét dọn nhà văn hóa")
	if strings.Contains(lan.transcript(), "Quét dọn") {
		t.Error("it went to another ward")
	}
	nam.tap("✅ Đã làm")

	// What goes to more than their ward is not theirs to stop, mend or recall.
	o.sends("Việc của cả quận")
	for _, action := range []string{"stop", "hold", "go", "refresh", "remind", "errors", "again", "recall", "takeit", "fix"} {
		if toast := mai.forge(action + ":2"); toast != "Việc này thuộc phường khác, không do anh/chị phụ trách." {
			t.Errorf("%s: %q", action, toast)
		}
	}
	if toast := lan.forge("refresh:1"); toast != "Việc này dành cho điều phối viên." {
		t.Errorf("a collaborator: %q", toast)
	}
	mai.tap("Làm mới") // of their own
	mai.reads("1 đã làm")
}

func TestNamesAreForTheWardsOwnCoordinator(t *testing.T) {
	o := newTown(t)
	mai, nam := o.keeper(), o.lives("Nam", "Trung Văn")
	lan, huong := o.collaborator("Lan"), o.collaborator("Hương")
	o.appoint(huong, ward.RoleCoordinator)
	nam.Deactivate()
	lan.Deactivate()
	huong.Say("/soan")
	huong.tap("Thông báo")
	huong.reads("Gửi nội dung")
	huong.Say("Họp lúc 19:30")
	huong.tap("Gửi ngay")
	huong.tapPrefix("Gửi cho ")
	huong.reads("Đã gửi xong")
	huong.tap("Xem lỗi")
	list := huong.reads("Chưa đến được").Text
	if !strings.Contains(list, "• Lan:") || strings.Contains(list, "Nam") || !strings.Contains(list, "Phường Trung Văn: 1 người") {
		t.Errorf("a coordinator of all wards reads:\n%s", list)
	}
	// Of a ward that is looked after, there are numbers, and none of so few people.
	huong.Say("/ctv")
	huong.tap("Trung Văn")
	if card := huong.reads("Phường Trung Văn").Text; !strings.Contains(card, "Dưới 5 người") || strings.Contains(card, "2 cộng tác viên") {
		t.Errorf("the ward's card:\n%s", card)
	}
	mine, err := o.store.PersonByChat(o.ctx, mai.ID())
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"ppls", "wlog", "roster"} {
		if toast := huong.forge(action + ":" + base36(mine.WardID)); toast != "Việc này thuộc phường khác, không do anh/chị phụ trách." {
			t.Errorf("%s: %q", action, toast)
		}
	}
	if toast := huong.forge("pers:" + base36(mine.ID)); toast != "Nút này không còn dùng nữa. Gõ /homnay để xem việc đang có nhé." {
		t.Errorf("somebody of a ward with a coordinator: %q", toast)
	}
	mai.Say("/ctv")
	mai.tap("Danh sách")
	mai.reads("Phường Trung Văn: 2 người")
	mai.tap("Nam · Trung Văn")
	mai.reads("Không liên lạc được")
	mai.Say("/ctv lan")
	mai.reads("Không tìm thấy ai")
	mai.Say("/ctv")
	mai.tap("Nhật ký")
	mai.reads("Mai xem tên 2 người, phường Trung Văn")
}

func TestNewcomersAreShownToTheirWardsCoordinator(t *testing.T) {
	o := newTown(t)
	mai := o.keeper()
	o.stop()
	o.options.Registration = handlers.ByApproval
	o.start()
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	before := o.boss.Received()
	p := o.newcomer("Trần Lan")
	p.Start("")
	p.taps("Bắt đầu", "Tôi đồng ý", "Trung Văn", "Đúng rồi")
	p.reads("sẽ xem và trả lời")
	mai.reads("Trần Lan muốn tham gia")
	mai.tap("Đồng ý")
	p.reads("Chào mừng anh/chị Lan")
	if n := o.boss.Received() - before; n != 0 {
		t.Errorf("the admin was shown %d newcomers of a ward that has a coordinator", n)
	}
	q := o.newcomer("Lê Nga")
	q.Start("")
	q.taps("Bắt đầu", "Tôi đồng ý", "Phương Canh", "Đúng rồi")
	o.boss.reads("Lê Nga muốn tham gia")
	nga, err := o.store.PersonByChat(o.ctx, q.ID())
	if err != nil {
		t.Fatal(err)
	}
	if toast := mai.forge("admit:" + base36(nga.ID)); toast != "Việc này thuộc phường khác, không do anh/chị phụ trách." {
		t.Errorf("admitted elsewhere: %q", toast)
	}
}

func TestMove(t *testing.T) {
	o := newTown(t)
	mai, lan := o.keeper(), o.collaborator("Lan")
	o.sends("Việc một")
	lan.tap("✅ Đã làm")
	lan.button("Hoàn tác")
	lan.Say("/caidat")
	lan.taps("Đổi tổ, phường", "Trung Văn")
	lan.reads("Đã chuyển: Lan, phường Trung Văn")
	mai.reads("Lan vừa chuyển đến phường Trung Văn")
	lan.Say("/dulieu")
	lan.reads("Trung Văn")
	before, err := o.store.Tallies(o.ctx, ward.Today(o.clock.Now(), o.zone))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range before {
		if w.Name == "Mỹ Đình 1" && w.Done != 1 {
			t.Errorf("the deed moved along: %+v", w)
		}
	}

	mai.Say("/ctv lan") // and the coordinator moves her on
	mai.tap("Lan · Trung Văn")
	mai.taps("Chuyển tổ, phường", "Mỹ Đình 2", "2")
	mai.reads("Đã chuyển: Lan, phường Mỹ Đình 2 · Tổ 2")
	lan.reads("Từ nay anh/chị thuộc phường Mỹ Đình 2 · Tổ 2")
	me, err := o.store.PersonByChat(o.ctx, lan.ID())
	if err != nil {
		t.Fatal(err)
	}
	if toast := mai.forge("move:" + base36(me.ID)); toast != "Việc này thuộc phường khác, không do anh/chị phụ trách." {
		t.Errorf("moved out of another ward: %q", toast)
	}
	// Moving to another ward takes no role along.
	mai.Say("/caidat")
	mai.taps("Đổi tổ, phường", "Phương Canh")
	mai.reads("Đã chuyển: Mai")
	mai.Say("/ctv")
	mai.reads("Phường Trung Văn\nĐiều phối viên: Mai")
}

func TestEnglishCoordinator(t *testing.T) {
	o := newTown(t)
	ann := o.phone(simulator.Profile{FirstName: "Ann", LanguageCode: "en"})
	ann.Start("")
	ann.taps("Start", "I agree", "Trung Văn", "Yes, that's right")
	ann.reads("All set")
	o.appoint(ann, ward.RoleWardCoordinator)
	ann.Say("/people")
	ann.reads("Trung Văn ward\nCoordinator: Ann")
	ann.tap("List")
	ann.reads("Whoever looks at the list is written into the log")
	ann.taps("‹ Back", "Log")
	ann.reads("Ann saw 1 names, Trung Văn ward")
	ann.Say("/invite")
	ann.tap("Invite for all of it")
	ann.tap("Make the invite")
	ann.reads("500/500 uses left")
}
