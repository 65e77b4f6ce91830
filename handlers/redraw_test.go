package handlers_test

import (
	"strings"
	"testing"

	"wardbot/ward"
)

// TestWardsMergeWhileEverythingGoesOn: a task is out, somebody registers,
// somebody composes, and then the map is redrawn.
func TestWardsMergeWhileEverythingGoesOn(t *testing.T) {
	o := newTown(t)
	mai, nam := o.keeper(), o.lives("Nam", "Trung Văn")
	lan := o.lives("Lan", "Phương Canh")
	o.sends("Việc hôm nay")
	nam.reads("Việc hôm nay")
	new1 := o.newcomer("Hoa")
	new1.Start("")
	new1.taps("Bắt đầu", "Tôi đồng ý", "Trung Văn")
	new1.button("Đúng rồi")
	mai.Say("/soan")
	mai.tap("Thông báo")
	mai.reads("Gửi nội dung")
	mai.Say("Họp tổ lúc 19:30")
	mai.reads("Gửi đến: Phường Trung Văn")

	from := []int64{o.ward("Trung Văn").ID, o.ward("Phương Canh").ID}
	if _, err := o.store.MergeWards(o.ctx, ward.Actor{}, from, "Từ Liêm", ward.DayOf(o.clock.Now(), o.zone)); err != nil {
		t.Fatal(err)
	}

	new1.tap("Đúng rồi")
	new1.taps("Từ Liêm", "Đúng rồi") // asked again, not refused
	new1.reads("Xong rồi")
	mai.tap("Gửi ngay")
	mai.tapPrefix("Gửi cho 4 người") // the ward is bigger now
	lan.reads("Họp tổ lúc 19:30")
	nam.taps("Gửi báo cáo", "5")
	nam.reads("vài dòng")
	nam.Say("Bà con hưởng ứng")
	nam.reads("Đã nhận lời kể")
	nam.taps("Xong", "Gửi")
	nam.reads("Mã: ")
	mai.Say("/duyet") // the coordinator goes on looking after what was theirs
	mai.reads("Nam · phường Trung Văn")
	mai.Say("/ctv")
	mai.reads("Phường Từ Liêm\nĐiều phối viên: Mai\n4 cộng tác viên")
	mai.tap("Nhật ký")
	mai.reads("Máy chủ nhập phường Trung Văn vào phường khác, 2 người")
	mai.Say("/thongke")
	if table := mai.reads("Trung Văn   1/2").Text; !strings.Contains(table, "Từ Liêm     0/0") {
		t.Errorf("the day of the change shows:\n%s", table)
	}
}
