package handlers_test

import (
	"strings"
	"testing"

	"wardbot/simulator"
	"wardbot/ward"
)

// exports lets somebody choose a place and a kind of file, and waits until it
// is there.
func (p *phone) exports(taps ...string) {
	p.o.t.Helper()
	const done = "Xong rồi ạ"
	before := p.count(done)
	p.opensExport()
	p.taps(taps...)
	err := p.Wait(p.o.ctx, func([]simulator.Message) bool { return p.count(done) > before })
	if err != nil {
		p.o.t.Fatalf("waiting for the files: %v\nthe chat:\n%s", err, p.transcript())
	}
}

// opensExport waits until the screen is there, below whatever came before.
func (p *phone) opensExport() {
	p.o.t.Helper()
	p.Say("/xuat")
	err := p.Wait(p.o.ctx, func(chat []simulator.Message) bool {
		return strings.Contains(chat[len(chat)-1].Text, "chọn khoảng thời gian")
	})
	if err != nil {
		p.o.t.Fatalf("waiting for the screen: %v\nthe chat:\n%s", err, p.transcript())
	}
}

func TestExport(t *testing.T) {
	o := newTown(t)
	mai, lan := o.collaborator("Nguyễn Thị Mai"), o.collaborator("Trần Thị Lan")
	o.appoint(mai, ward.RoleWardCoordinator)
	for range 4 {
		o.collaborator("Hoa")
	}
	o.lives("Nam", "Trung Văn")
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	lan.taps("Thêm báo cáo", "10")
	lan.Photo("")
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: ")

	// Who looks after a ward has names in the spreadsheet, and in nothing else.
	mai.Say("/xuat")
	mai.reads("Phường Mỹ Đình 1 · Tuần 28 · 10/07–16/07\nTệp Excel có tên người viết báo cáo")
	mai.exports("Tệp Excel")
	if cells := mai.cells(); !strings.Contains(cells, "Trần Thị Lan") {
		t.Errorf("no name in the spreadsheet of who looks after the ward:\n%s", cells)
	}
	mai.exports("Tháng này", "Tệp CSV")
	if file := string(mai.file(1)); strings.Contains(file, "Trần Thị Lan") || !strings.Contains(file, "Tổng cộng,6,1,") {
		t.Errorf("the file:\n%s", file)
	}
	mai.exports("Tuần này", "Hình")
	album := 0
	for _, m := range mai.Chat() {
		if m.FromBot && m.Photo != "" {
			album++
		}
	}
	if album != 4 {
		t.Errorf("%d pictures:\n%s", album, mai.transcript())
	}
	mai.exports("Năm nay", "Trang công bố")
	page, table := string(mai.file(2)), string(mai.file(3))
	for _, said := range []string{"<!DOCTYPE html>", "Phường Mỹ Đình 1", "Năm 2023", "16,7%", "Hội LHPN phường", `href="cong-bo-nam-2023-my-dinh-1.csv"`} {
		if !strings.Contains(page, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
	if strings.Contains(page+table, "Lan") {
		t.Error("a name in what is published")
	}
	mai.Say("/ctv")
	mai.tap("Nhật ký")
	log := mai.reads("Nhật ký").Text
	if strings.Count(log, "Mai xuất số liệu, không có tên ai, phường Mỹ Đình 1") != 3 || !strings.Contains(log, "Mai tải về tên 1 người, phường Mỹ Đình 1") {
		t.Errorf("the log:\n%s", log)
	}

	// Who coordinates all wards has no names of a ward with a coordinator of
	// its own, and no numbers of a small one but in the own sight.
	o.boss.Say("/xuat")
	o.boss.reads("Mọi phường · Tuần 28 · 10/07–16/07\nKhông có tên ai.")
	o.boss.exports("Chọn phường", "Mỹ Đình 1", "Tệp Excel")
	if cells := o.boss.cells(); strings.Contains(cells, "Trần Thị Lan") || !strings.Contains(cells, "Mỹ Đình 1") {
		t.Errorf("the spreadsheet of who coordinates all wards:\n%s", cells)
	}
	o.boss.exports("Tệp CSV")
	if file := string(o.boss.file(1)); !strings.Contains(file, "Trung Văn,1,") {
		t.Errorf("their own sight:\n%s", file)
	}
	o.boss.exports("Trang công bố")
	if page := string(o.boss.file(2)) + string(o.boss.file(3)); strings.Contains(page, "Trung Văn") || !strings.Contains(page, "Mỹ Đình 1") {
		t.Error("a small ward is published")
	}
	o.boss.opensExport()
	o.boss.taps("Chọn phường", "Trung Văn", "Trang công bố")
	o.boss.reads("Phường này còn ít người tham gia")
}

func TestExportOfDatesTyped(t *testing.T) {
	o := newTown(t)
	o.collaborator("Lan")
	o.sends("Nhắc bà con")
	o.boss.Say("/export")
	o.boss.tap("Ngày khác")
	o.boss.reads("gõ khoảng thời gian")
	o.boss.Say("hôm nào đó")
	o.boss.reads("chưa hiểu khoảng thời gian này")
	o.boss.Say("từ 1/7 đến 12/7")
	o.boss.reads("Mọi phường · 01/07/2023–12/07/2023")
	o.boss.tap("Tệp CSV")
	if file := string(o.boss.file(0)); !strings.Contains(file, "Tổng cộng,1,0,") {
		t.Errorf("the file:\n%s", file)
	}
}

func TestExportOfOthers(t *testing.T) {
	o := newTown(t)
	mai, lan := o.keeper(), o.collaborator("Lan")
	lan.Say("/xuat")
	lan.reads("dành cho điều phối viên")
	mai.Say("/xuat")
	mai.reads("Phường Trung Văn")
	period := base36(20230710) + ":" + base36(20230716) + ":"
	for _, ward := range []string{base36(o.ward("Mỹ Đình 1").ID), "0"} {
		for _, data := range []string{"export:" + period + ward, "expday:" + period + ward, "expgo:" + period + ward + ":0"} {
			if toast := mai.forge(data); !strings.Contains(toast, "thuộc phường khác") {
				t.Errorf("%s: %q", data, toast)
			}
		}
	}
	if toast := mai.forge("expwrd:" + period + "0"); !strings.Contains(toast, "dành cho điều phối viên") {
		t.Errorf("a ward coordinator chooses a ward: %q", toast)
	}
	own := base36(o.ward("Trung Văn").ID)
	for _, data := range []string{"export:1:2:" + own, "export:" + base36(20230716) + ":" + base36(20230710) + ":" + own, "expgo:zzzzzzzzz:1:" + own + ":0"} {
		if toast := mai.forge(data); !strings.Contains(toast, "không còn dùng") && !strings.Contains(toast, "cũ") {
			t.Errorf("%s: %q", data, toast)
		}
	}
}
