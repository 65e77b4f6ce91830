package calendar_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"wardbot/calendar"
	"wardbot/locales"
	"wardbot/ward"
)

// rules are those of a Wednesday morning, for a coordinator of all wards.
func rules(t testing.TB) calendar.Rules {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return calendar.Rules{
		Now: time.Date(2023, 7, 12, 7, 30, 0, 0, zone), Zone: zone, Quiet: ward.Quiet{From: 21 * 60, To: 390, Zone: zone},
		Links: ward.LinkList{"phuong.gov.vn"}, Texts: texts.In(locales.Vietnamese),
		Wards: []ward.Ward{
			{ID: 1, Name: "Mỹ Đình 1", Key: "my dinh 1"}, {ID: 2, Name: "Mỹ Đình 2", Key: "my dinh 2"}, {ID: 3, Name: "Phương Canh", Key: "phuong canh"},
		},
		Signed: ward.Signature{Org: "Hội LHPN phường", Sender: "Mai", Contact: "024 3765 0000"}, AuthorID: 5, ChatID: 77, Language: "vi",
	}
}

// seen is what of an item the tests look at.
func seen(r calendar.Rules, item ward.CalendarItem) string {
	b := item.Slot(item.Next, "")
	end := ""
	if !b.Deadline.IsZero() {
		end = b.Deadline.In(r.Zone).Format(" until 02/01 15:04")
	}
	return fmt.Sprintf("%s %s %v %q%s%q", item.Next.In(r.Zone).Format("02/01/06 15:04"), b.Kind, b.Audience.WardIDs, b.Title+"|"+b.Body, end, b.PassOn)
}

const heads = "Ngày,Giờ,Loại,Tên bài,Nội dung,Lời nhắn,Nguồn,Hạn,Phường\n"

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		home       int64
		want       string
	}{
		{"a task", heads + "13/07/2023,07:30,Việc,Tưới cây,,Bà con nhớ tưới cây,,,", 0, `13/07/23 07:30 task [] "Tưới cây|" until 13/07 20:00"Bà con nhớ tưới cây"`},
		{"lines and a source", heads + "13/7,7h30,tin tot,Ngõ sạch,\"Dòng 1\nDòng 2\",,đài phường,,Mỹ Đình 2; md1", 0, `13/07/23 07:30 news [1 2] "Ngõ sạch|Dòng 1\nDòng 2\nNguồn: đài phường"""`},
		{"English, other order", "Wards;Title;Kind;Time;Date;Deadline\nall;Water the trees;TASK;7 pm;2023-07-13 00:00:00;20:00 14/7", 0, `13/07/23 19:00 task [] "Water the trees|" until 14/07 20:00""`},
		{"late in the day", heads + "13.07.2023,19:30:00,việc,Tưới cây,,,,,tất cả", 0, `13/07/23 19:30 task [] "Tưới cây|" until 14/07 20:00""`},
		{"deadline the same day", heads + "13/07,07:30,việc,Tưới cây,,,,17h30,", 0, `13/07/23 07:30 task [] "Tưới cây|" until 13/07 17:30""`},
		{"deadline by its day", heads + "13/07,07:30,cuộc thi,Ảnh đẹp,,,,30/07,", 0, `13/07/23 07:30 call for entries [] "Ảnh đẹp|" until 30/07 20:00""`},
		{"a contest lasts", heads + "13/07,07:30,cuộc thi,Ảnh đẹp,,,,,", 0, `13/07/23 07:30 call for entries [] "Ảnh đẹp|" until 27/07 20:00""`},
		{"own ward", heads + "13/07,07:30,thông báo,Họp tổ,,,,,", 3, `13/07/23 07:30 notice [3] "Họp tổ|"""`},
		{"own ward by name", heads + "13/07,07:30,thông báo,Họp tổ,,,,,phường Phương Canh", 3, `13/07/23 07:30 notice [3] "Họp tổ|"""`},
		{"next year", heads + "05/01,07:30,thông báo,Họp tổ,,,,,", 0, `05/01/24 07:30 notice [] "Họp tổ|"""`},
		{"an own link", heads + "13/07,07:30,thông báo,Họp tổ,Xem https://phuong.gov.vn/hop,,,,", 0, `13/07/23 07:30 notice [] "Họp tổ|Xem https://phuong.gov.vn/hop"""`},
	} {
		r := rules(t)
		r.Home = tt.home
		if tt.name == "next year" {
			r.Now = r.Now.AddDate(0, 5, 10)
		}
		m, faults := calendar.Read("x.csv", []byte(tt.text), r)
		if len(m.Items) != 1 || len(faults) > 0 {
			t.Errorf("%s: %+v, %+v", tt.name, m, faults)
			continue
		}
		item := m.Items[0]
		if diff := cmp.Diff(tt.want, seen(r, item)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if item.Draft.Signed != r.Signed || item.ChatID != 77 || item.Draft.AuthorID != 5 || item.Draft.Validate(r.Links) != nil {
			t.Errorf("%s: not sound: %+v", tt.name, item)
		}
	}
}

func TestReadWorkbook(t *testing.T) {
	r := rules(t)
	f := excelize.NewFile()
	for i, row := range [][]any{
		{"Lịch tháng 7", nil}, {"Ngày", "Giờ", "Loại", "Tên bài", "Hạn"},
		{time.Date(2023, 7, 13, 0, 0, 0, 0, time.UTC), 0.3125, "Việc", "Tưới cây", 45121.75},
		{45121, "19h", "Việc", "Họp", 0.875}, // 15/07
	} {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	m, faults := calendar.Read("x.xlsx", b.Bytes(), r)
	if len(faults) > 0 || len(m.Items) != 2 {
		t.Fatalf("%+v, %+v", m, faults)
	}
	for i, want := range []string{
		`13/07/23 07:30 task [] "Tưới cây|" until 14/07 18:00""`, `14/07/23 19:00 task [] "Họp|" until 14/07 21:00""`,
	} {
		if diff := cmp.Diff(want, seen(r, m.Items[i])); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestEveryFaultIsExplained: one file with all mistakes, and every one of them
// named with its row and its cure.
func TestEveryFaultIsExplained(t *testing.T) {
	long := strings.Repeat("dài ", 1200)
	for _, tt := range []struct{ row, want string }{
		{",07:30,Việc,Tưới cây,,,,,", "thiếu Ngày. Điền vào, hoặc xóa cả dòng."},
		{"31/02/2023,07:30,Việc,Tưới cây,,,,,", "“31/02/2023” không phải ngày. Ghi như 15/12/2023."},
		{"mai,07:30,Việc,Tưới cây,,,,,", "“mai” không phải ngày. Ghi như 15/12/2023."},
		{"13/07,,Việc,Tưới cây,,,,,", "thiếu Giờ. Điền vào, hoặc xóa cả dòng."},
		{"13/07,7 rưỡi,Việc,Tưới cây,,,,,", "“7 rưỡi” không phải giờ. Ghi như 07:30."},
		{"13/07,07:30,,Tưới cây,,,,,", "thiếu Loại. Điền vào, hoặc xóa cả dòng."},
		{"13/07,07:30,Bình luận,Tưới cây,,,,,", "chưa có loại “Bình luận”. Ghi Việc, Tin tốt, Thông báo hoặc Cuộc thi."},
		{"13/07,07:30,Việc,,Xem kim,,,,", "thiếu Tên bài. Điền vào, hoặc xóa cả dòng."},
		{"13/07,07:30,Tin tốt,Ngõ sạch,,Xin chào,,,", "chỉ Việc mới có lời nhắn. Để trống ô này, hoặc đổi loại thành Việc."},
		{"13/07,07:30,Tin tốt,Ngõ sạch,,,,20:00,", "chỉ Việc và Cuộc thi mới có hạn. Để trống ô này."},
		{"13/07,07:30,Việc,Tưới cây,,,,07:00,", "hạn “07:00” chưa đúng."},
		{"13/07,07:30,Việc,Tưới cây,,,,sớm,", "hạn “sớm” chưa đúng."},
		{"13/07,07:30,Việc,Tưới cây,,,,30/12/2023,", "hạn “30/12/2023” chưa đúng."},
		{"13/07,07:30,Việc,Tưới cây,,,,,Cầu Giấy", "chưa có phường “Cầu Giấy”."},
		{"13/07,07:30,Việc,Tưới cây,,,,,\"Phương Canh, Mỹ Đình\"", "“Mỹ Đình” có thể là nhiều phường. Ghi đủ tên phường."},
		{"13/07,07:30,Việc,Tưới cây,,,,,\"Phương Canh, tất cả\"", "phường “tất cả” không do anh/chị phụ trách."},
		{"13/07,07:30,Việc,Tưới cây,Xem https://evil.example/x nhé,,,,", "đường dẫn “https://evil.example/x” không phải trang của đơn vị."},
		{"13/07,07:30,Việc,Tưới cây,Theo @someone nhé,,,,", "đường dẫn “@someone” không phải trang của đơn vị."},
		{"13/07,07:30,Việc,Tưới cây,,Xem evil.com nhé,,,", "đường dẫn “evil.com” không phải trang của đơn vị."},
		{"13/07,07:30,Tin tốt,Ngõ sạch,,,evil.com,,", "đường dẫn “evil.com” không phải trang của đơn vị."},
		{"13/07,07:30,Việc,Tưới cây," + long + ",,,,", "dài quá 1.191 ký tự. Rút ngắn lại."},
		{"12/07,07:30,Việc,Tưới cây,,,,,", "12/07 07:30 đã qua. Sửa ngày giờ, hoặc xóa cả dòng."},
		{"11/07,09:00,Việc,Tưới cây,,,,,", "11/07 09:00 đã qua."},
		{"13/07/2025,07:30,Việc,Tưới cây,,,,,", "13/07/2025 07:30 còn hơn một năm nữa. Xem lại ngày."},
		{"13/07,22:00,Việc,Tưới cây,,,,,", "13/07 22:00 là giờ không gửi tin. Chọn giờ khác."},
		{"13/07,07:30,Việc,Họp TỔ,,,,,\nx,,,,,,,,\n13/07/2023,7h30,viec,hop to,khác,,,,", "“hop to” trùng dòng 2. Xóa một dòng."},
	} {
		r := rules(t)
		m, faults := calendar.Read("x.csv", []byte(heads+tt.row), r)
		var got []string
		for _, f := range faults {
			got = append(got, calendar.Explain(r.Texts, f))
		}
		if len(m.Items) > 0 || !strings.HasPrefix(got[len(got)-1], "Dòng "+map[bool]string{true: "4", false: "2"}[strings.Contains(tt.row, "\nx")]+": "+tt.want) {
			t.Errorf("%q: %d items, %q", tt.row, len(m.Items), got)
		}
	}
}

func TestAWardCoordinatorWritesToTheirWardOnly(t *testing.T) {
	for _, cell := range []string{"Mỹ Đình 1", "tất cả", "Phương Canh; Mỹ Đình 1"} {
		r := rules(t)
		r.Home = 3
		m, faults := calendar.Read("x.csv", []byte(heads+"13/07,07:30,Việc,Tưới cây,,,,,"+cell), r)
		if len(m.Items) > 0 || len(faults) != 1 || faults[0].Problem != calendar.WardForeign {
			t.Errorf("%s: %+v, %+v", cell, m, faults)
		}
	}
}

func TestFaultsOfTheWholeFile(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string
		want             calendar.Problem
	}{
		{"a broken workbook", "x.xlsx", "PK\x03\x04", calendar.NotASheet},
		{"no headings", "x.csv", "a,b\n1,2\n", calendar.NoHeadings},
		{"no time", "x.csv", "Ngày,Loại,Tên bài\n13/07,Việc,Họp\n", calendar.NoColumn},
		{"nothing", "x.csv", heads + "\n\n", calendar.NoRows},
		{"too many", "x.csv", heads + strings.Repeat("13/07,07:30,Việc,Họp,,,,,\n", calendar.MaxRows+1), calendar.TooMany},
		{"too big", "x.csv", strings.Repeat("x", 6<<20), calendar.TooBig},
	} {
		if m, faults := calendar.Read(tt.file, []byte(tt.text), rules(t)); len(m.Items) > 0 || len(faults) != 1 || faults[0].Problem != tt.want {
			t.Errorf("%s: %+v, %+v", tt.name, m, faults)
		}
	}
}

// The same row is the same however it is written; other words are noticed, and
// what was taken is not late.
func TestTheSameFileAgain(t *testing.T) {
	r := rules(t)
	file := heads + "13/07,07:30,Việc,Tưới cây,Xem kim,,,,\n14/07,07:30,Việc,Họp,,,,,\n"
	m, _ := calendar.Read("x.csv", []byte(file), r)
	r.Taken = map[string]string{}
	for _, item := range m.Items {
		r.Taken[item.Draft.DraftKey] = item.Sum
	}
	r.Now = r.Now.AddDate(0, 0, 1) // the first has been sent
	again := heads + "2023-07-13,7h30,viec,Tưới cây,Xem kim,,,20:00,tất cả\n14/07/2023,07:30,Task,Họp,,,,,\n15/07,07:30,Việc,Họp,,,,,\n"
	m, faults := calendar.Read("y.csv", []byte(again), r)
	if len(faults) > 0 || len(m.Items) != 1 || m.Known != 2 {
		t.Errorf("%+v, %+v", m, faults)
	}
	r.ChatID, r.AuthorID, r.Signed.Sender = 9, 9, "Lan" // another coordinator
	if m, faults = calendar.Read("y.csv", []byte(file), r); len(faults) > 0 || len(m.Items) != 0 || m.Known != 2 {
		t.Errorf("%+v, %+v", m, faults)
	}
	_, faults = calendar.Read("y.csv", []byte(heads+"14/07,07:30,Việc,Họp,ở nhà văn hóa,,,,\n"), r)
	if len(faults) != 1 || faults[0].Problem != calendar.Changed {
		t.Errorf("%+v", faults)
	}
}

func TestSampleCanBeRead(t *testing.T) {
	texts, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range locales.Languages() {
		r := rules(t)
		book, err := calendar.Sample(texts.In(lang), ward.DayOf(r.Now, r.Zone))
		if err != nil {
			t.Fatal(err)
		}
		m, faults := calendar.Read("x.xlsx", book, r)
		if len(faults) > 0 || len(m.Items) != 3 || m.Items[0].Draft.PassOn == "" || !calendar.Is("x.xlsx", book) {
			t.Errorf("%s: %+v, %+v", lang, m, faults)
		}
	}
	if calendar.Is("x.csv", []byte("Họ tên,Phường,Ngày sinh\nLan,Mỹ Đình 1,1/1/1990\n")) {
		t.Error("a list of people is taken for a calendar")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(heads + "13/07,07:30,Việc,Tưới cây,,Bà con,,20:00,Mỹ Đình 1\n")
	f.Add("Day;Time;Kind;Title;Until\n45120.3;0.5;task;x;45121\n\"")
	f.Add("date\ttime\tkind\ttitle\n2023-07-13\t7pm\tnews\t<b>&\n")
	r := rules(f)
	f.Fuzz(func(t *testing.T, text string) {
		m, faults := calendar.Read("x.csv", []byte(text), r)
		if (len(m.Items) == 0) == (len(faults) == 0) {
			t.Errorf("%d items, %d faults", len(m.Items), len(faults))
		}
		for _, item := range m.Items {
			b := item.Slot(item.Next, item.Draft.DraftKey)
			if err := b.Validate(r.Links); err != nil || ward.MayPlan(item.Next, r.Now, r.Quiet) != nil || b.TooLate(item.Next) {
				t.Errorf("%v: %+v", err, item)
			}
		}
		for _, fault := range faults {
			if said := calendar.Explain(r.Texts, fault); said == "" || strings.Contains(said, "[calendar.") {
				t.Errorf("%+v is not explained: %q", fault, said)
			}
		}
	})
}
