package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"wardbot/simulator"
	"wardbot/ward"
)

func TestHowToBeAddressed(t *testing.T) {
	o := newTown(t)
	hanh := o.collaborator("Nguyễn Thị Hạnh")
	hanh.Say("/caidat")
	hanh.reads("Xưng hô: anh/chị Hạnh")
	hanh.taps("Cách xưng hô", "chị Hạnh")
	hanh.reads("Từ nay xin gọi là chị Hạnh")
	o.sends("Nhắc bà con")
	if toast := hanh.tap("✅ Đã làm"); toast != "Đã ghi nhận. Cảm ơn chị Hạnh!" {
		t.Errorf("toast %q", toast)
	}
}

func TestCorrectOnesName(t *testing.T) {
	o := newTown(t)
	hanh := o.collaborator("Hạnh 🌸")
	hanh.Say("/caidat")
	hanh.tap("Sửa tên")
	hanh.reads("Họ và tên đúng")
	hanh.Say("12345")
	hanh.reads("gửi giúp họ và tên")
	hanh.Say("  Nguyễn   Thị Hạnh ")
	hanh.reads("Đã sửa. Cảm ơn anh/chị Hạnh!")
	p, err := o.store.PersonByChat(o.ctx, hanh.ID())
	if err != nil || p.Name != "Nguyễn Thị Hạnh" {
		t.Errorf("stored %q, %v", p.Name, err)
	}
}

// file waits for a document and returns what it holds.
func (p *phone) file(n int) []byte {
	p.o.t.Helper()
	var ids []string
	err := p.Wait(p.o.ctx, func(chat []simulator.Message) bool {
		ids = nil
		for _, m := range chat {
			if m.FromBot && m.Other == "document" {
				ids = append(ids, m.File)
			}
		}
		return len(ids) > n
	})
	if err != nil {
		p.o.t.Fatalf("waiting for file %d: %v\nthe chat:\n%s", n, err, p.transcript())
	}
	content, _ := p.o.telegram.File(ids[n])
	return content
}

// ownBook opens the spreadsheet of what somebody downloaded.
func (p *phone) ownBook() *excelize.File {
	p.o.t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(p.file(0)))
	if err != nil {
		p.o.t.Fatal(err)
	}
	p.o.t.Cleanup(func() {
		if err := book.Close(); err != nil {
			p.o.t.Error(err)
		}
	})
	return book
}

// waitsUntilNoon has messages come from 11:30 on.
func (p *phone) waitsUntilNoon() {
	p.o.t.Helper()
	p.Say("/caidat")
	p.taps("Giờ nhận tin", "11:30")
	p.reads("Tin đến từ 11:30")
}

func TestDownloadOnesOwnData(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Trần Thị Lan")
	o.sends("=HYPERLINK(\"x\")")
	lan.tap("✅ Đã làm")
	lan.Say("/dulieu")
	lan.reads("Đồng ý bản 2 ngày 12/07/2023")
	lan.tap("Tải về")

	book := lan.ownBook()
	if diff := cmp.Diff([]string{"Thông tin", "Việc và tin đã nhận", "Báo cáo"}, book.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	rows, err := book.GetRows("Việc và tin đã nhận")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Ngày", "Nội dung", "Trả lời", "Lúc trả lời"}, {"12/07/2023 00:00", "=HYPERLINK(\"x\")", "Đã làm", "12/07/2023 07:30"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
	if formula, err := book.GetCellFormula("Việc và tin đã nhận", "B2"); err != nil || formula != "" {
		t.Errorf("a title became a formula: %q, %v", formula, err)
	}
	var machine struct {
		Name     string
		Ward     string
		Received []struct{ Title, Answer string }
	}
	if err := json.Unmarshal(lan.file(1), &machine); err != nil {
		t.Fatal(err)
	}
	if machine.Name != "Trần Thị Lan" || len(machine.Received) != 1 || machine.Received[0].Answer != "done" {
		t.Errorf("JSON: %+v", machine)
	}
}

// What somebody told and sent in is theirs, too, and what was tapped below
// the news.
func TestDownloadHasStoriesAndEntries(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	lan := o.collaborator("Trần Thị Lan")
	o.calls("Viết về một việc tốt\nBài không quá một trang.")
	lan.enters("Gửi bài dự thi", func() { lan.Say("Bác Tư sửa đèn ngõ cho cả tổ.") })
	lan.reads("bài số 1.")
	lan.tells("Tổ 12 góp 42 suất cơm\nBà con cùng nấu từ năm giờ sáng.")
	lan.tap("Gửi duyệt")
	lan.reads("Đã gửi điều phối viên")
	o.boss.tap("Đăng sáng mai")
	o.clock.Advance(day)
	lan.reads("Nguồn: người kể chứng kiến")
	lan.tap("👏")
	lan.button("👏 1")
	lan.Say("/dulieu")
	lan.tap("Tải về")

	book := lan.ownBook()
	for sheet, want := range map[string][]string{
		"Chuyện đẹp": {"12/07/2023 07:30", "Tổ 12 góp 42 suất cơm\nBà con cùng nấu từ năm giờ sáng.", "0", "đã đăng"},
		"Bài dự thi": {"Viết về một việc tốt", "1", "12/07/2023 07:30", "Bác Tư sửa đèn ngõ cho cả tổ.", "0"},
	} {
		rows, err := book.GetRows(sheet)
		if err != nil || len(rows) != 2 {
			t.Fatalf("%s: %v, %v", sheet, rows, err)
		}
		if diff := cmp.Diff(want, rows[1]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sheet, diff)
		}
	}
	var machine struct {
		Stories  []struct{ Text, State string }
		Entries  []struct{ Call, State string }
		Received []struct{ Kind, Reaction string }
	}
	if err := json.Unmarshal(lan.file(1), &machine); err != nil {
		t.Fatal(err)
	}
	if len(machine.Stories) != 1 || machine.Stories[0].State != "published" || len(machine.Entries) != 1 || machine.Entries[0].Call != "Viết về một việc tốt" {
		t.Errorf("JSON: %+v", machine)
	}
	if n := len(machine.Received); n != 2 || machine.Received[n-1].Reaction != "clap" {
		t.Errorf("received: %+v", machine.Received)
	}
}

func TestTakeConsentBack(t *testing.T) {
	o := newTown(t)
	lan, hanh := o.collaborator("Lan"), o.collaborator("Hạnh")
	lan.Say("/dulieu")
	lan.tap("Rút đồng ý")
	lan.reads("giữ thêm 90 ngày")
	lan.tap("Rút đồng ý ngay")
	lan.reads("Đã rút đồng ý")
	o.sends("Nhắc bà con")
	hanh.button("✅ Đã làm")
	lan.Say("/homnay")
	lan.reads("Muốn tham gia lại, gõ /start")
	lan.Say("/dulieu")
	lan.reads("đã rút ngày 12/07/2023")
	if strings.Contains(lan.transcript(), "Nhắc bà con") {
		t.Errorf("sent to somebody who took their consent back:\n%s", lan.transcript())
	}

	lan.Start("")
	lan.reads("Trước khi bắt đầu")
	lan.tap("Không đồng ý")
	lan.reads("không ghi gì thêm về anh/chị")
	lan.Start("")
	lan.tap("Tôi đồng ý")
	lan.reads("Chào mừng anh/chị Lan trở lại")
	o.sends("Việc của ngày mai")
	lan.reads("Việc của ngày mai")
	p, err := o.store.PersonByChat(o.ctx, lan.ID())
	if err != nil || p.State != ward.PersonActive {
		t.Errorf("got %+v, %v", p, err)
	}
}

// Messages wait for the hours that somebody chose, by a tap or in words.
func TestOwnHours(t *testing.T) {
	o := newTown(t, awake)
	lan, hoa := o.collaborator("Lan"), o.collaborator("Hoa")
	lan.Say("/caidat")
	lan.taps("Giờ nhận tin", "11:30")
	lan.reads("Tin đến từ 11:30 đến 22:00")
	lan.tap("18:00")
	lan.reads("Tin đến từ 11:30 đến 18:00")
	lan.tap("‹ Quay lại")
	lan.reads("Đang nhận tin, 11:30–18:00")
	o.sends("Tưới cây")
	hoa.reads("Tưới cây")
	o.boss.reads("1 nhận · 0 chặn bot · 0 lỗi · 1 nhận sau")
	if lan.count("Tưới cây") != 0 {
		t.Fatal("it did not wait")
	}
	o.until(0, 11*60+30)
	lan.tap("✅ Đã làm")

	lan.Say("/caidat")
	lan.tap("Giờ nhận tin")
	lan.Say("tối đến sáng")
	lan.reads("ví dụ: 7:30 - 19:00")
	lan.Say("từ 17h30 đến 20h")
	lan.reads("Tin đến từ 17:30 đến 20:00")
	o.sends("Quét ngõ")
	o.boss.reads("1 nhận sau")
	lan.Say("/caidat")
	lan.taps("Giờ nhận tin", "Lúc nào cũng được")
	lan.reads("Quét ngõ") // at once: it waits no more
	for _, forged := range []string{"hours:uw:a", "hours:-1:5", "hours:zz:zzz"} {
		if toast := lan.forge(forged); !strings.Contains(toast, "không còn dùng") {
			t.Errorf("%s: %q", forged, toast)
		}
	}
}

func TestPauseForDaysThatAreTyped(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	lan.Say("/tamdung")
	lan.reads("gõ số ngày, từ 1 đến 30")
	for _, wrong := range []string{"31", "0", "lâu lâu", "-5-7"} {
		n := lan.count("ví dụ: 5")
		lan.Say(wrong)
		if err := lan.Wait(o.ctx, func([]message) bool { return lan.count("ví dụ: 5") == n+1 }); err != nil {
			t.Fatalf("%q: %v\n%s", wrong, err, lan.transcript())
		}
	}
	lan.Say("5 ngày")
	lan.reads("Đã tạm dừng đến hết Chủ Nhật, 16/07")
	lan.Say("6") // about nothing any more
	lan.reads("chưa rõ ý")
}

// The tasks one had, the newest first, a page at a time.
func TestOwnHistory(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	lan.Say("/dulieu")
	lan.tap("Việc của tôi")
	lan.reads("Anh/chị chưa nhận việc nào")
	for n := range 9 {
		title := fmt.Sprintf("Việc <%d>", n+1)
		o.sends(title)
		o.boss.reads(title + "\nĐã gửi xong")
		lan.reads(title)
	}
	lan.Say("/dulieu")
	lan.tap("Việc của tôi")
	m := lan.reads("Việc của tôi · 9 việc\nT4 12/07 · Việc <9> · chưa trả lời\nT4 12/07 · Việc <8>")
	if strings.Contains(m.Text, "Việc <1>") {
		t.Errorf("all on one page:\n%s", m.Text)
	}
	lan.tap("Cũ hơn ›")
	m = lan.reads("9 việc\nT4 12/07 · Việc <1>")
	if len(m.Buttons) != 2 {
		t.Errorf("buttons %v", labels(m))
	}
	lan.tap("‹ Mới hơn")
	lan.reads("Việc <9>")
	for _, forged := range []string{"mytask:zz", "mytask:-1"} {
		lan.forge(forged)
		lan.reads("Việc của tôi · 9 việc")
	}
}
