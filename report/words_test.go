package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wardbot/locales"
	"wardbot/ward"
)

func week28() ward.View {
	counted := func(id int64, name string, asked, done, target int) ward.PlaceTally {
		return ward.PlaceTally{PlaceID: id, Name: name, People: 9, Target: target, Tally: ward.Tally{Asked: asked, Done: done}}
	}
	before := []ward.PlaceTally{counted(1, "Tổ 1", 10, 0, 0), counted(2, "Tổ 2", 10, 5, 0)}
	v := ward.View{
		Ward: ward.Ward{ID: 9, Name: "Mễ Trì"}, Period: ward.Period{From: 20230710, To: 20230716},
		Places: []ward.PlaceTally{counted(1, "Tổ 1", 10, 4, 80), counted(2, "Tổ 2", 10, 10, 0), counted(3, "Tổ 3", 5, 0, 0)},
		Total:  ward.Tally{Asked: 25, Done: 14, Households: 30, Groups: 3, Covered: 2},
		Before: ward.Tally{Asked: 20, Done: 5},
		Weeks:  []ward.Column{{Period: ward.Period{From: 20230703, To: 20230709}, Places: before, Total: ward.Tally{Asked: 20, Done: 5}}},
	}
	v.Weeks = append(v.Weeks, ward.Column{Period: v.Period, Places: v.Places, Total: v.Total})
	return v
}

func TestTableWithTargetsAndTheWeekBefore(t *testing.T) {
	want := `<b>Tuần 28</b>
<pre>Tổ 1  4/10  40,0% ≥80
Tổ 2 10/10 100,0%    
Tổ 3   0/5   0,0%    </pre>
Sau dấu ≥ là mục tiêu, tính theo %.
56,0% đã làm (14/25) · 0 bận · 11 chưa trả lời
0 báo cáo · 30 hộ · 2/3 tổ có người làm
So với tuần trước (25,0%): tăng 31,0 điểm %`
	if diff := cmp.Diff(want, Table(texts(t, locales.Vietnamese), "Tuần 28", week28())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCompared(t *testing.T) {
	for _, tt := range []struct {
		period ward.Period
		before ward.Tally
		want   string
	}{
		{ward.Period{From: 20230712, To: 20230712}, ward.Tally{Asked: 10, Done: 10}, "Compared with the day before (100.0%): down 44.0 points"},
		{ward.Period{From: 20230701, To: 20230731}, ward.Tally{Asked: 25, Done: 14}, "Compared with the month before (56.0%): unchanged"},
		{ward.Period{From: 20230101, To: 20231231}, ward.Tally{Asked: 4, Done: 1}, "Compared with the year before (25.0%): up 31.0 points"},
		{ward.Period{From: 20230703, To: 20230709}, ward.Tally{}, ""},
	} {
		v := week28()
		v.Period, v.Before = tt.period, tt.before
		if got := Compared(texts(t, locales.English), v); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.period, got, tt.want)
		}
	}
}

func TestColumns(t *testing.T) {
	want := "\nTuần 27: 25,0% (5/20)\nTuần 28: 56,0% (14/25)"
	if got := Columns(texts(t, locales.Vietnamese), week28().Weeks); got != want {
		t.Errorf("got %q", got)
	}
}

func TestDigest(t *testing.T) {
	want := `<b>Phường Mễ Trì · Tuần 28</b>
56,0% đã làm (14/25) · 0 bận · 11 chưa trả lời
0 báo cáo · 30 hộ · 2/3 tổ có người làm
So với tuần trước (25,0%): tăng 31,0 điểm %
Chưa ai trả lời: Tổ 3
<b>Đáng khen tuần này</b>
• Làm trở lại sau một tuần vắng: Tổ 1
• Làm đủ mọi việc: Tổ 2
• Tỷ lệ chung cao hơn tuần trước
<i>Chọn theo thứ tự: nơi trở lại, nơi làm đủ, nơi tăng rõ, rồi kết quả chung. Tên xếp theo vần, không xếp hạng.</i>
— Hội`
	vi := texts(t, locales.Vietnamese)
	if diff := cmp.Diff(want, Digest(vi, "Phường Mễ Trì · Tuần 28", week28(), "— Hội", ward.MaxCaption)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// However many groups a ward has, it stays a caption, signed.
	v := week28()
	for range 80 {
		v.Places = append(v.Places, v.Places[2])
		v.Places[len(v.Places)-1].Name = "Khu đô thị mới Mỹ Đình và Mễ Trì Hạ số " + strings.Repeat("2", 20)
	}
	for _, limit := range []int{ward.MaxCaption, 400, 200} {
		got := Digest(vi, "Phường Mễ Trì · Tuần 28", v, "— Hội", limit)
		if n := ward.Units(got); n > limit || !strings.HasSuffix(got, "\n— Hội") || !strings.Contains(got, "56,0% đã làm") {
			t.Errorf("limit %d: %d units:\n%s", limit, n, got)
		}
	}
}
