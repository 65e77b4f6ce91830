package roster_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"wardbot/locales"
	"wardbot/roster"
	"wardbot/spreadsheet"
	"wardbot/ward"
)

var places = roster.Places{
	Wards: []ward.Ward{
		{ID: 1, Name: "Mỹ Đình 1", Key: "my dinh 1"}, {ID: 2, Name: "Mỹ Đình 2", Key: "my dinh 2"}, {ID: 3, Name: "Phương Canh", Key: "phuong canh"},
	},
	Groups: map[int64][]ward.Group{
		1: {{ID: 11, WardID: 1, Name: "Tổ 1", Key: "to 1"}, {ID: 12, WardID: 1, Name: "Tổ 12", Key: "to 12"}},
	},
}

func TestRead(t *testing.T) {
	hanh := ward.Expected{Name: "Nguyễn Thị Hạnh", WardID: 1, GroupID: 12, Phone: "+84912345678"}
	lan := ward.Expected{Name: "Trần Lan", WardID: 3}
	for _, tt := range []struct {
		name string
		text string
		home int64
		want []ward.Expected
	}{
		{"commas", "Họ tên,Phường,Tổ,Số điện thoại\nNguyễn Thị Hạnh,Mỹ Đình 1,12,0912 345 678\nTrần Lan,phường Phương Canh,,\n", 0, []ward.Expected{hanh, lan}},
		{"as Excel writes it in Vietnam", "\ufeffSTT;SĐT;HỌ VÀ TÊN;TDP số;Tổ dân phố;Phường/Xã\r\n1;912345678;Nguyễn Thị Hạnh;x;Tổ 12;md1\r\n", 0, []ward.Expected{hanh}},
		{"tabs and a title", "DANH SÁCH CỘNG TÁC VIÊN\nNăm 2023\n\nTen phuong\tHo ten\nPhuong Canh\tTrần Lan\n", 0, []ward.Expected{lan}},
		{"name in two columns", "Họ và tên đệm,Tên,Phường,Tổ,Điện thoại\nNguyễn Thị,Hạnh,my dinh 1,to 12,+84 (0)912.345.678\n", 0, []ward.Expected{hanh}},
		{"one's own ward", "Họ tên,Tổ,SĐT\nNguyễn Thị Hạnh,Tổ 12,0912345678\n,,\n", 1, []ward.Expected{hanh}},
		{"English", "name,ward,group,phone,notes\nNguyễn Thị Hạnh,Mỹ Đình 1,12,0084912345678,=1+1\n", 0, []ward.Expected{hanh}},
	} {
		got, faults := roster.Read("list.csv", []byte(tt.text), places, tt.home)
		if diff := cmp.Diff(tt.want, got); diff != "" || len(faults) > 0 {
			t.Errorf("%s: faults %v (-want +got):\n%s", tt.name, faults, diff)
		}
	}
}

func TestReadExcel(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{{"Danh sách", nil}, {nil}, {"Số ĐT", "Họ tên", "Phường", "Tổ"}, {912345678, "Nguyễn Thị Hạnh", "Mỹ Đình 1", 12}} {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	got, faults := roster.Read("Danh sách.XLSX", b.Bytes(), places, 0)
	want := []ward.Expected{{Name: "Nguyễn Thị Hạnh", WardID: 1, GroupID: 12, Phone: "+84912345678"}}
	if diff := cmp.Diff(want, got); diff != "" || len(faults) > 0 {
		t.Errorf("faults %v (-want +got):\n%s", faults, diff)
	}
}

// TestEveryFaultIsExplained: one list with all mistakes, and every one of them
// named with its row and its cure.
func TestEveryFaultIsExplained(t *testing.T) {
	text := strings.Join([]string{
		"Họ tên,Phường,Tổ,SĐT",
		",Mỹ Đình 1,1,",
		"12345,Mỹ Đình 1,1,",
		"Lan,,1,",
		"Mai,Cầu Giấy,1,",
		"Nga,Mỹ Đình,1,",
		"Hoa,Mỹ Đình 1,99,0243765",
		"Hạnh,Mỹ Đình 1,12,",
		"hanh,my dinh 1,to 12,",
	}, "\n")
	people, faults := roster.Read("list.csv", []byte(text), places, 0)
	if people != nil {
		t.Errorf("took %v", people)
	}
	texts, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range faults {
		got = append(got, roster.Explain(texts.In(locales.Vietnamese), f))
	}
	want := []string{
		"Dòng 2: thiếu họ tên. Điền vào, hoặc xóa cả dòng.",
		"Dòng 3: “12345” không phải họ tên. Sửa lại bằng chữ.",
		"Dòng 4: thiếu phường. Điền tên phường.",
		"Dòng 5: chưa có phường “Cầu Giấy”. Xem lại tên phường.",
		"Dòng 6: “Mỹ Đình” có thể là nhiều phường. Ghi đủ tên phường.",
		"Dòng 7: phường này chưa có tổ “99”. Xem lại số tổ, hoặc để trống.",
		"Dòng 7: “0243765” không phải số di động. Sửa lại, hoặc để trống.",
		"Dòng 9: “hanh” trùng dòng 8. Xóa một dòng; nếu là hai người, ghi số điện thoại của mỗi người.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestFaultsOfTheWholeFile(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string
		home             int64
		want             roster.Problem
	}{
		{"a picture", "list.csv", "\x89PNG\r\n\x1a\n\x00\x00", 0, roster.NotASheet},
		{"a broken workbook", "list.xlsx", "PK\x03\x04 and no more", 0, roster.NotASheet},
		{"UTF-16", "list.csv", "\xff\xfeH\x00o\x00", 0, roster.NotASheet},
		{"too big", "list.csv", strings.Repeat("x", spreadsheet.MaxFile+1), 0, roster.TooBig},
		{"too many", "list.csv", "Họ tên,Phường\n" + strings.Repeat("a,b\n", 20_001), 0, roster.TooBig},
		{"no headings", "list.csv", "a,b,c\n1,2,3\n", 0, roster.NoHeadings},
		{"no names", "list.csv", "Phường,Tổ\nMỹ Đình 1,1\n", 0, roster.NoNames},
		{"no wards", "list.csv", "Họ tên,Tổ\nLan,1\n", 0, roster.NoWards},
		{"nobody", "list.csv", "Họ tên,Phường\n,,\n", 0, roster.Nobody},
		{"empty", "list.csv", "", 0, roster.NoHeadings},
		{"another ward", "list.csv", "Họ tên,Phường\nLan,Mỹ Đình 2\n", 1, roster.WardForeign},
	} {
		people, faults := roster.Read(tt.file, []byte(tt.text), places, tt.home)
		if people != nil || len(faults) != 1 || faults[0].Problem != tt.want {
			t.Errorf("%s: %v, %v", tt.name, people, faults)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("Họ tên,Phường,Tổ,SĐT\nLan,Mỹ Đình 1,1,0912345678\n")
	f.Add("Tên;Họ\n\"")
	f.Add("Tên\tTên\tHọ\n\n\n1\t2\t3")
	f.Fuzz(func(t *testing.T, text string) {
		if people, faults := roster.Read("x.csv", []byte(text), places, 1); (people == nil) == (len(faults) == 0) {
			t.Errorf("%q: %d people, %d faults", text, len(people), len(faults))
		}
	})
}
