package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"wardbot/ward"
)

const someCalendar = "Ngày,Giờ,Loại,Tên bài,Nội dung,Lời nhắn,Nguồn,Hạn,Phường\n" +
	"13/07/2023,07:30,Việc,Tưới cây,\"Xem kỹ,\ncả gốc\",Bà con nhớ tưới cây.,,17:30,\n" +
	"14/07/2023,19:00,Thông báo,Họp tổ,,,,,Mỹ Đình 1\n" +
	"02/08/2023,07:30,Tin tốt,Ngõ sạch,,,đài phường,,\n" +
	"03/08/2023,07:30,Tin tốt,Ngõ vui,,,,,\n"

func (o *town) planned() (titles []string) {
	o.t.Helper()
	all, err := o.store.Plans(o.ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, p := range all {
		titles = append(titles, p.Draft.Title)
	}
	return titles
}

// A month from a file: seen before it is taken, taken once, sent like anything
// that was written in the chat.
func TestCalendarFromAFile(t *testing.T) {
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.boss.Say("/lich")
	o.boss.reads("Chưa có bài nào được hẹn giờ")
	o.boss.tap("Nhận từ tệp")
	o.boss.reads("mỗi dòng một bài")
	o.boss.Attach("thang 7.csv", []byte(someCalendar))
	card := o.boss.reads("Lịch trong tệp: 4 bài")
	for _, want := range []string{
		"1 Việc · 2 Tin tốt · 1 Thông báo", "Từ 07:30 Thứ Năm, 13/07 đến 07:30 Thứ Năm, 03/08", "Gửi đến: Tất cả các phường",
		"Đứng tên: Nguyễn Thị Mai, Hội LHPN phường", "⚠️ 1 tin tốt chưa có nguồn.",
	} {
		if !strings.Contains(card.Text, want) {
			t.Errorf("the card lacks %q:\n%s", want, card.Text)
		}
	}
	if got := o.planned(); len(got) > 0 {
		t.Errorf("planned before it was agreed to: %v", got)
	}
	o.boss.tap("Nhận 4 mục")
	o.boss.reads("Đã nhận 4 bài vào lịch")
	o.boss.tap("Xem lịch")
	month := o.boss.reads("Lịch gửi tháng 07/2023")
	if !strings.Contains(month.Text, "Thứ Năm, 13/07\n1. 07:30 Việc · Tưới cây → tất cả\nThứ Sáu, 14/07\n2. 19:00 Thông báo · Họp tổ → Mỹ Đình 1") || strings.Contains(month.Text, "Ngõ sạch") {
		t.Errorf("the month:\n%s", month.Text)
	}
	o.boss.tap("08/2023 ›")
	o.boss.reads("1. 07:30 Tin tốt · Ngõ sạch → tất cả")
	o.boss.tap("09/2023 ›")
	o.boss.reads("Tháng này chưa có bài nào")
	o.boss.taps("‹ 08/2023", "‹ 07/2023", "1")
	o.boss.reads("Tưới cây\nLần tới: 07:30 Thứ Năm, 13/07")
	o.boss.tap("‹ Quay lại")
	o.boss.reads("Lịch gửi tháng 07/2023")

	// The same file again, out of the blue, with one more row.
	o.boss.Attach("lai.csv", []byte(someCalendar))
	o.boss.reads("4 bài trong tệp đều đã nhận từ trước")
	o.until(1, 7*60+30)
	if m := lan.reads("cả gốc"); !strings.Contains(m.Text, "Hạn: 17:30 hôm nay") || !strings.Contains(m.Text, "Nguyễn Thị Mai, Hội LHPN phường") {
		t.Errorf("sent: %s", m.Text)
	}
	lan.reads("Bà con nhớ tưới cây.")
	o.boss.reads("Đã gửi xong")
	o.boss.Attach("nua.csv", []byte(someCalendar+"05/08/2023,07:30,Thông báo,Nghỉ lễ,,,,,\n"))
	if card := o.boss.reads("Lịch trong tệp: 1 bài"); !strings.Contains(card.Text, "4 bài đã nhận từ trước") {
		t.Errorf("the card:\n%s", card.Text)
	}
	again := o.boss.button("Nhận 1 mục")
	o.boss.tap("Nhận 1 mục")
	o.boss.reads("Đã nhận 1 bài vào lịch")
	if toast, err := o.boss.TapOn(again, "Nhận 1 mục"); err != nil || !strings.Contains(toast, "không còn dùng") {
		t.Errorf("taken twice: %q, %v", toast, err)
	}
	if got := strings.Join(o.planned(), ", "); got != "Họp tổ, Ngõ sạch, Ngõ vui, Nghỉ lễ" {
		t.Errorf("planned: %s", got)
	}
	if n := lan.count("Tưới cây"); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestAFaultyCalendarChangesNothing(t *testing.T) {
	o := newTown(t, awake)
	bad := someCalendar + "11/07,07:30,Việc,Hôm qua,,,,,\n13/07,07:30,Việc,Xem,Xem evil.com,,,,\n13/07,07:30,Việc,Xa,,,,,Cầu Giấy\n"
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	o.boss.Attach("thang 7.csv", []byte(bad))
	said := o.boss.reads("Có 3 chỗ cần sửa")
	for _, want := range []string{
		"Dòng 6: 11/07 07:30 đã qua.", "Dòng 7: đường dẫn “evil.com” không phải trang của đơn vị.", "Dòng 8: chưa có phường “Cầu Giấy”",
	} {
		if !strings.Contains(said.Text, want) {
			t.Errorf("not said: %q\n%s", want, said.Text)
		}
	}
	if got := o.planned(); len(got) > 0 {
		t.Errorf("half was taken: %v", got)
	}

	// Its own ward only, and every fault as a file if there are many.
	mai := o.keeper()
	mai.Attach("x.csv", []byte("Ngày,Giờ,Loại,Tên bài,Phường\n13/07,07:30,Việc,Họp,Mỹ Đình 1\n"))
	mai.reads("phường “Mỹ Đình 1” không do anh/chị phụ trách")
	mai.Attach("y.csv", []byte("Ngày,Giờ,Loại,Tên bài\n13/07,07:30,Việc,Họp\n"))
	mai.reads("Gửi đến: Phường Trung Văn")
	mai.tap("Hủy")
	mai.reads("Không có gì được nhận")
	mai.Attach("z.csv", []byte("Ngày,Giờ,Loại,Tên bài\n"+strings.Repeat("hôm nào,07:30,Việc,Họp\n", 30)))
	mai.reads("Có 30 chỗ cần sửa")
	if text := string(mai.file(0)); strings.Count(text, "\n") != 29 {
		t.Errorf("not every row is explained:\n%s", text)
	}
	mai.Attach("y.csv", []byte("Ngày,Giờ,Loại,Tên bài\n13/07,07:30,Việc,Họp\n"))
	mai.button("Nhận 1 mục")
	o.appoint(mai, ward.RoleCollaborator)
	if toast := mai.tap("Nhận 1 mục"); toast != "Việc này dành cho điều phối viên." {
		t.Errorf("toast %q", toast)
	}
	if got := o.planned(); len(got) > 0 {
		t.Errorf("taken: %v", got)
	}
}

// The time of a row passes between the summary and the tap: nothing is taken.
func TestACalendarThatWaitedTooLong(t *testing.T) {
	o := newTown(t, awake)
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	o.boss.Attach("thang 7.csv", []byte(someCalendar))
	o.boss.reads("Lịch trong tệp: 4 bài")
	o.until(1, 8*60)
	o.boss.tap("Nhận 4 mục")
	o.boss.reads("Dòng 2: 13/07/2023 07:30 đã qua")
	if got := o.planned(); len(got) > 0 {
		t.Errorf("taken: %v", got)
	}
}

// The sample can be filled in and sent back.
func TestCalendarSample(t *testing.T) {
	o := newTown(t, awake)
	ann := o.collaborator("Ann")
	o.appoint(ann, ward.RoleCoordinator)
	ann.Say("/lich")
	ann.tap("Tải tệp mẫu")
	ann.reads("sửa các dòng ví dụ")
	ann.Attach("lich-mau.xlsx", ann.file(0))
	ann.reads("Lịch trong tệp: 3 bài")
	ann.tap("Nhận 3 mục")
	ann.reads("Đã nhận 3 bài vào lịch")
}

// A full month takes several messages, none too long for Telegram, and every
// plan has its button.
func TestAFullMonth(t *testing.T) {
	o := newTown(t, awake)
	var file strings.Builder
	file.WriteString("Ngày,Giờ,Loại,Tên bài,Phường\n")
	for n := range 120 {
		fmt.Fprintf(&file, "%d/08/2023,%d:30,Thông báo,Nhắc <bà con> & kiểm tra bình chữa cháy lần thứ %d,\"Mỹ Đình 1, Mỹ Đình 2, Trung Văn, Phương Canh\"\n", n/6+1, n%6+8, n)
	}
	o.boss.Start("")
	o.boss.reads("Dành cho điều phối viên")
	o.boss.Attach("x.csv", []byte(file.String()))
	o.boss.tap("Nhận 120 mục")
	o.boss.reads("Đã nhận 120 bài")
	o.boss.taps("Xem lịch", "08/2023 ›")
	o.boss.reads("Thứ Ba, 01/08")
	seen := map[string]bool{}
	for page := 0; ; page++ {
		last := o.boss.Last()
		for _, row := range last.Buttons {
			for _, b := range row {
				if strings.HasPrefix(b.Data, "planof:") {
					seen[b.Data] = true
				}
			}
		}
		if page == 4 || !strings.Contains(strings.Join(labels(last), "|"), "08/2023 ›") {
			break
		}
		before := last.Text
		o.boss.tap("08/2023 ›")
		if err := o.boss.Wait(o.ctx, func(chat []message) bool { return chat[len(chat)-1].Text != before }); err != nil {
			t.Fatal(err)
		}
		o.boss.reads("(tiếp theo)")
	}
	if len(seen) != 120 {
		t.Errorf("%d of 120 plans have a button", len(seen))
	}
	for _, forged := range []string{"plans:zzzzzz", "plans:1", "plans:" + base36(20230799)} {
		if toast := o.boss.forge(forged); toast != "" {
			t.Errorf("%s: %q", forged, toast)
		}
	}
}
