package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

func byApproval(o *handlers.Options) { o.Registration = handlers.ByApproval }

const someList = "STT;Họ và tên;Phường;Tổ;SĐT\n" +
	"1;Nguyễn Thị Hạnh;Mỹ Đình 1;12;0912 345 678\n" +
	"2;Trần Lan;Trung Văn;;\n" +
	"3;Lê Nga;Mỹ Đình 1;1;0912 000 111\n" +
	"4;Lê Nga;Mỹ Đình 1;1;0912 000 222\n"

// lists brings a list of people who are expected.
func (p *phone) lists(text string) {
	p.o.t.Helper()
	p.Attach("danh sach.csv", []byte(text))
	p.tap("Thêm vào danh sách")
	p.reads("vào danh sách")
}

func TestWhoIsOnTheListIsAgreedToAtOnce(t *testing.T) {
	o := newTown(t, byApproval)
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	o.boss.Attach("danh sach.csv", []byte(someList))
	o.boss.reads("Trong tệp có 4 người, ở 2 phường")
	if n, err := o.store.CountRoster(o.ctx, o.ward("Mỹ Đình 1").ID); err != nil || n != 0 {
		t.Errorf("%d people are kept before it was agreed to, %v", n, err)
	}
	o.boss.tap("Thêm vào danh sách")
	o.boss.reads("Đã thêm 4 người vào danh sách")

	hanh := o.phone(simulator.Profile{FirstName: "Hạnh", LastName: "NGUYỄN THỊ", LanguageCode: "vi"})
	hanh.Start("")
	hanh.taps("Bắt đầu", "Tôi đồng ý")
	hanh.reads("Phường Mỹ Đình 1 · Tổ 12. Đúng chưa ạ?")
	hanh.tap("Đúng rồi")
	hanh.reads("Xong rồi")
	o.boss.Say("/ctv")
	o.boss.tap("Mỹ Đình 1")
	o.boss.tap("Chưa vào")
	if k := o.boss.button("Lê Nga · Tổ 1 · 0912 ••• 111"); len(k.Buttons) != 3 { // two people and the way back
		t.Errorf("the list still has whoever has come: %v", k.Buttons)
	}
	o.boss.Say("/ctv")
	o.boss.tap("Nhật ký")
	o.boss.reads("NGUYỄN THỊ Hạnh vào phường Mỹ Đình 1 vì có tên trong danh sách")
}

func TestTwoOfANameAreNeverGuessedBetween(t *testing.T) {
	o := newTown(t, byApproval)
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	o.boss.lists(someList)
	nga := o.newcomer("Lê Nga")
	nga.Start("")
	nga.taps("Bắt đầu", "Tôi đồng ý", "Mỹ Đình 1", "1", "Đúng rồi") // asked, since there are two
	nga.reads("sẽ xem và trả lời")
	o.boss.reads("Trong danh sách có nhiều người tên này")
	o.boss.tap("Lê Nga · Tổ 1 · 0912 ••• 222")
	nga.reads("Chào mừng anh/chị Nga")
	left, err := o.store.RosterNamed(o.ctx, "le nga")
	if err != nil || len(left) != 1 || left[0].Phone != "+84912000111" {
		t.Errorf("left on the list: %+v, %v", left, err)
	}

	// Somebody of that name in another group is not the one on the list.
	other := o.newcomer("Trần Lan")
	other.Start("")
	other.taps("Bắt đầu", "Tôi đồng ý", "Chọn lại", "Phương Canh", "Đúng rồi")
	other.reads("sẽ xem và trả lời")
}

func TestNobodyIsLookedUpBeforeTheyAgree(t *testing.T) {
	o := newTown(t, byApproval)
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	o.boss.lists(someList)
	hanh := o.newcomer("Nguyễn Thị Hạnh")
	hanh.Start("")
	hanh.taps("Bắt đầu", "Không đồng ý")
	hanh.reads("không lưu gì")
	if strings.Contains(hanh.transcript(), "Mỹ Đình") {
		t.Errorf("told where they are on a list:\n%s", hanh.transcript())
	}
	// Whoever asks not to be expected is struck off.
	o.boss.Say("/ctv")
	o.boss.tap("Mỹ Đình 1")
	o.boss.tap("Chưa vào")
	o.boss.tap("Nguyễn Thị Hạnh · Tổ 12 · 0912 ••• 678")
	o.boss.tap("Bỏ khỏi danh sách")
	o.boss.reads("2 người có trong danh sách")
	if lines, err := o.store.RosterNamed(o.ctx, "nguyen thi hanh"); err != nil || len(lines) > 0 {
		t.Errorf("still on the list: %v, %v", lines, err)
	}
}

func TestAFaultyListChangesNothing(t *testing.T) {
	o := newTown(t)
	mai := o.keeper()
	mai.Attach("list.csv", []byte("Họ tên,Phường\nLan,Mỹ Đình 1\n,Trung Văn\n"))
	mai.reads("Có 2 chỗ cần sửa")
	mai.reads("Dòng 2: phường “Mỹ Đình 1” không do anh/chị phụ trách. Bỏ dòng này.\nDòng 3: thiếu họ tên.")
	mai.Attach("list.xlsx", []byte("PK\x03\x04"))
	mai.reads("Không đọc được tệp này")

	var long strings.Builder
	long.WriteString("Họ tên,Tổ\n")
	for n := range 30 {
		fmt.Fprintf(&long, "%d,\n", n)
	}
	mai.Attach("long.csv", []byte(long.String()))
	mai.reads("Có 30 chỗ cần sửa")
	if text := string(mai.file(0)); strings.Count(text, "\n") != 29 {
		t.Errorf("not every row is explained:\n%s", text)
	}
	if n, err := o.store.CountRoster(o.ctx, o.ward("Trung Văn").ID); err != nil || n != 0 {
		t.Errorf("%d people are kept, %v", n, err)
	}
	mai.Attach("mine.csv", []byte("Họ tên\nLê Nga\n"))
	mai.tap("Hủy")
	mai.reads("Không có gì được lưu")

	lan := o.collaborator("Lan")
	lan.Attach("list.csv", []byte(someList))
	lan.reads("Ở đây chỉ nhận chữ và ảnh")
	if toast := lan.forge("rosnow"); toast != "Việc này dành cho điều phối viên." {
		t.Errorf("toast %q", toast)
	}
}

// A coordinator who is dismissed between the file and the tap takes nothing.
func TestALostRoleTakesNoList(t *testing.T) {
	o := newTown(t)
	mai := o.keeper()
	mai.Attach("mine.csv", []byte("Họ tên\nLê Nga\n"))
	mai.button("Thêm vào danh sách")
	o.appoint(mai, ward.RoleCollaborator)
	if toast := mai.tap("Thêm vào danh sách"); toast != "Việc này dành cho điều phối viên." {
		t.Errorf("toast %q", toast)
	}
	mai.Say("Lê Nga")
	mai.reads("chưa rõ ý")
}
