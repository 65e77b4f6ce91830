package handlers_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"wardbot/ward"
)

// photo waits for the picture with these words under it.
func (p *phone) photo(words string) {
	p.o.t.Helper()
	m := p.reads(words)
	if m.Photo == "" {
		p.o.t.Fatalf("no picture: %+v", m)
	}
}

// cells is what stands in the cells of the first spreadsheet, a line each.
func (p *phone) cells() string {
	p.o.t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(p.file(0)))
	if err != nil {
		p.o.t.Fatal(err)
	}
	var all []string
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			p.o.t.Fatal(err)
		}
		all = append(all, slices.Concat(rows...)...)
	}
	return "\n" + strings.Join(all, "\n") + "\n"
}

func TestPeriodsAndPictures(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.collaborator("Hoa")
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	o.until(7, 8*60) // next Wednesday
	o.sends("Quét dọn nhà văn hóa")
	lan.tap("✅ Đã làm")
	o.boss.Say("/thongke")
	o.boss.tap("Tuần trước")
	o.boss.reads("Tuần 28 · 10/07–16/07")
	o.boss.tap("Tuần này")
	o.boss.reads("So với tuần trước (50,0%): giữ nguyên")
	o.boss.tap("Tháng này")
	o.boss.reads("Tháng 7/2023\n")
	o.boss.tap("Hình")
	o.boss.photo("Mọi phường · Tháng 7/2023\n50,0% đã làm (2/4)")
	o.boss.tap("Theo ngày")
	o.boss.photo("theo ngày\n12/07: 50,0% (1/2)\n19/07: 50,0% (1/2)")
	o.boss.tap("12 tuần")
	o.boss.photo("12 tuần\nTuần 28: 50,0% (1/2)\nTuần 29: 50,0% (1/2)")
	o.boss.tap("Tệp Excel")
	o.boss.file(0)

	// A button names what it was shown for, and nothing that there is not.
	lan.Say("/thongke")
	lan.reads("Hôm nay · Thứ Tư, 19/07")
	for _, data := range []string{"stats:9", "stats:" + base36(202302301), "pic:1:9", "pic:zzzzzzzz:0", "stats:zzzzzzzzzzz"} {
		lan.forge(data)
	}
}

func TestTarget(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	o.boss.Say("/thongke")
	o.boss.taps("Đặt mục tiêu", "Mỹ Đình 1", "80%")
	o.boss.reads("Đã đặt mục tiêu 80% cho phường Mỹ Đình 1.")
	o.boss.tap("‹ Quay lại")
	if table := o.boss.reads("Sau dấu ≥ là mục tiêu").Text; !strings.Contains(table, "1/1 100,0% ≥80") {
		t.Errorf("the table:\n%s", table)
	}
	o.boss.taps("Đặt mục tiêu", "Tất cả các phường", "Bỏ mục tiêu")
	o.boss.reads("Đã bỏ mục tiêu của tất cả các phường.")
	o.boss.Say("/ctv")
	o.boss.tap("Nhật ký")
	o.boss.reads("phường Mỹ Đình 1")
	if toast := lan.forge("targst:" + base36(o.ward("Mỹ Đình 1").ID) + ":" + base36(90)); !strings.Contains(toast, "dành cho điều phối viên") {
		t.Errorf("a collaborator sets a target: %q", toast)
	}
}

// TestSmallPlacesAreHiddenEverywhere looks at what somebody from elsewhere
// reads of a ward with three people in it.
func TestSmallPlacesAreHiddenEverywhere(t *testing.T) {
	o := newTown(t)
	var far *phone
	for _, name := range []string{"Lan", "Hoa", "Tú", "Nga", "Mai"} {
		far = o.collaborator(name)
	}
	few := []*phone{o.lives("Nam", "Trung Văn"), o.lives("Bình", "Trung Văn"), o.lives("Yến", "Trung Văn")}
	o.sends("Nhắc bà con")
	few[0].tap("✅ Đã làm")
	far.tap("✅ Đã làm")

	far.Say("/thongke")
	far.reads("20,0% đã làm (1/5)")
	far.tap("Tuần này")
	if words := far.reads("Tuần 28 · 10/07–16/07").Text; strings.Contains(words, "Trung Văn") || strings.Contains(words, "/8") {
		t.Errorf("who lives elsewhere reads:\n%s", words)
	}
	far.taps("Theo ngày", "12 tuần", "Hình")
	for _, words := range []string{"theo ngày\n12/07: 20,0% (1/5)", "12 tuần\nTuần 28: 20,0% (1/5)", "Mọi phường · Tuần 28 · 10/07–16/07\n20,0% đã làm (1/5)"} {
		far.photo(words)
	}
	far.tap("Tệp Excel")
	if cells := far.cells(); !strings.Contains(cells, "Mỹ Đình 1") || strings.Contains(cells, "Trung Văn") || strings.Contains(cells, "\n8\n") {
		t.Errorf("the spreadsheet of who lives elsewhere:\n%s", cells)
	}
	id := base36(o.ward("Trung Văn").ID)
	for _, data := range []string{"wstats:1:" + id, "wpic:1:" + id + ":0", "wbook:1:" + id, "wsilnt:1:" + id} {
		if toast := far.forge(data); !strings.Contains(toast, "thuộc phường khác") {
			t.Errorf("%s looks into another ward: %q", data, toast)
		}
	}

	// Their own ward they see, alone or not.
	few[1].Say("/thongke")
	few[1].reads("25,0% đã làm (2/8)")
	few[1].tap("Phường của tôi")
	few[1].reads("Phường Trung Văn · Hôm nay")

	// With a coordinator of its own it is hidden from who coordinates all.
	o.appoint(few[2], ward.RoleWardCoordinator)
	o.boss.Say("/thongke")
	o.boss.reads("20,0% đã làm (1/5)")
	o.boss.taps("Xem một phường", "Trung Văn")
	o.boss.reads("Phường này còn ít người tham gia")
	few[2].Say("/thongke")
	few[2].reads("25,0% đã làm (2/8)")
}

func TestSilentGroups(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.Say("/thongke")
	lan.tap("Tổ chưa trả lời")
	lan.reads("Tổ chưa có ai trả lời · Hôm nay · Thứ Tư, 12/07\nMỹ Đình 1: Tổ 12")
	lan.tap("✅ Đã làm")
	o.boss.Say("/thongke")
	o.boss.tap("Tổ chưa trả lời")
	o.boss.reads("Tổ nào cũng đã có người trả lời")
}

// TestWhomToThank goes through three months.
func TestWhomToThank(t *testing.T) {
	o := newTown(t)
	lan, hoa := o.collaborator("Trần Thị Lan"), o.collaborator("Lê Thị Hoa")
	for _, title := range []string{"Nhắc bà con", "Quét dọn nhà văn hóa", "Đọc thư cho cụ Tư"} {
		o.sends(title)
		if _, err := lan.TapOn(lan.reads(title), "✅ Đã làm"); err != nil {
			t.Fatal(err)
		}
		o.until(32, 8*60)
	}
	mai := o.keeper()
	o.boss.Say("/thongke")
	o.boss.taps("Tổng kết", "Năm 2023", "Gợi ý cảm ơn", "Mỹ Đình 1")
	list := o.boss.reads("Gợi ý cảm ơn · phường Mỹ Đình 1 · Năm 2023").Text
	for _, part := range []string{"Quy tắc: được giao việc trong ít nhất 3 tháng", "từ 80% số việc", "Người: Trần Thị Lan"} {
		if !strings.Contains(list, part) {
			t.Errorf("no %q in:\n%s", part, list)
		}
	}
	if strings.Contains(list, "Hoa") {
		t.Errorf("who did nothing is in it:\n%s", list)
	}
	// A card with a name comes only to who asked for it.
	o.boss.taps("Thiệp cảm ơn", "Trần Thị Lan")
	o.boss.photo("Thiệp cảm ơn Trần Thị Lan · Năm 2023: 3 việc. Anh/chị chuyển tiếp hình này nhé.")
	if strings.Contains(lan.transcript(), "Thiệp") {
		t.Errorf("the card came to who is thanked:\n%s", lan.transcript())
	}
	o.boss.Say("/ctv")
	o.boss.tap("Nhật ký")
	log := o.boss.reads("xem tên 1 người, phường Mỹ Đình 1").Text
	if !strings.Contains(log, "tải về tên 1 người, phường Mỹ Đình 1") {
		t.Errorf("the log:\n%s", log)
	}

	// Nobody else: not of another ward, and no collaborator.
	id := base36(o.ward("Mỹ Đình 1").ID)
	year := base36(202301013)
	person, err := o.store.PersonByChat(o.ctx, lan.ID())
	if err != nil {
		t.Fatal(err)
	}
	card := "thpic:" + year + ":" + base36(person.ID)
	mai.Say("/thongke")
	mai.reads("Hôm nay")
	hoa.Say("/thongke")
	hoa.reads("Hôm nay ·")
	for _, data := range []string{"thankw:1:" + id, "thcard:" + year + ":" + id, card} {
		if toast := mai.forge(data); !strings.Contains(toast, "thuộc phường khác") {
			t.Errorf("the coordinator of another ward asks %s: %q", data, toast)
		}
		if toast := hoa.forge(data); !strings.Contains(toast, "dành cho điều phối viên") {
			t.Errorf("a collaborator asks %s: %q", data, toast)
		}
	}
	o.appoint(hoa, ward.RoleWardCoordinator) // since then the boss does not look after the ward
	if toast := o.boss.forge(card); !strings.Contains(toast, "thuộc phường khác") {
		t.Errorf("who does not look after the ward: %q", toast)
	}
}
