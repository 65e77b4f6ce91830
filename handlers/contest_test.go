package handlers_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"wardbot/ward"
)

// calls lets the boss send a call for entries.
func (o *town) calls(text string) {
	o.t.Helper()
	o.boss.Say("/soan")
	o.boss.tap("Cuộc thi")
	o.boss.reads("Gửi thể lệ")
	o.boss.Say(text)
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("Đã gửi xong")
}

// enters sends in one entry; the call, or the entry before, is open in the chat.
func (p *phone) enters(open string, send func()) {
	p.o.t.Helper()
	p.tap(open)
	send()
	p.taps("Xong", "Được, ghi tên", "Gửi")
}

// contestOf is the town's only call.
func (o *town) contestOf() ward.Bulletin {
	o.t.Helper()
	all, err := o.store.RecentBulletins(o.ctx, 10)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, b := range all {
		if b.Kind == ward.KindCall {
			return b
		}
	}
	o.t.Fatal("there is no call")
	return ward.Bulletin{}
}

// TestAContestOf489Entries is the first user's last contest: 489 entries, of
// which 16 texts and one film were chosen.
func TestAContestOf489Entries(t *testing.T) {
	const (
		entries = 489
		chosen  = 17
		film    = 100 // this one is a film, the others are texts, some with a photo
	)
	o := newTown(t)
	var people []*phone
	for i := range (entries + ward.MaxEntries - 1) / ward.MaxEntries {
		people = append(people, o.collaborator(fmt.Sprintf("Trần Thị Người %d", i+1)))
	}
	huong := o.collaborator("Phạm Thu Hương") // will judge
	o.calls("Viết về một việc tốt\nBài không quá một trang.")

	for n := 1; n <= entries; n++ {
		p, open := people[(n-1)/ward.MaxEntries], "Gửi bài khác"
		if (n-1)%ward.MaxEntries == 0 {
			open = "Gửi bài dự thi"
		}
		p.enters(open, func() {
			switch {
			case n == film:
				p.Video()
			case n%50 == 0:
				p.Photo(fmt.Sprintf("Chuyện có ảnh thứ %d", n))
			default:
				p.Say(fmt.Sprintf("Chuyện thứ %d", n))
			}
		})
		p.reads(fmt.Sprintf("bài số %d.", n))
	}

	o.boss.tap("Bài dự thi")
	o.boss.reads("489 bài của 49 người")
	o.boss.tap("Thêm giám khảo")
	o.boss.Say("thu huong")
	o.boss.tap("Phạm Thu Hương, Mỹ Đình 1")
	huong.reads("Mời anh/chị làm giám khảo")
	huong.Say("/cham")
	huong.reads("Hết hạn nộp bài mới bắt đầu chấm")
	o.clock.Advance(15 * day)
	huong.Say("/cham")
	call := o.contestOf()
	for n := 1; n <= entries; n++ {
		points := "5"
		if n == film || n > entries-chosen+1 {
			points = "9"
		}
		m := huong.reads(fmt.Sprintf("Bài số %d", n))
		if strings.Contains(m.Text, "Người") {
			t.Fatalf("a juror sees a name: %s", m.Text)
		}
		huong.tap(points)
	}
	huong.reads("đã chấm hết các bài")

	o.boss.tap("Làm mới")
	o.boss.tap("Xếp theo điểm")
	all, err := o.store.Entries(o.ctx, call.ID)
	if err != nil {
		t.Fatal(err)
	}
	best := ward.ByPoints(all)[:chosen]
	for i, e := range best {
		if i == 10 {
			o.boss.tap("›")
		}
		o.boss.tap(fmt.Sprint(e.Number))
		o.boss.reads(fmt.Sprintf("Bài số %d ", e.Number))
		o.boss.tap("Chọn")
		o.boss.tap("Xếp theo điểm")
	}
	j, err := o.store.Judging(o.ctx, call.ID)
	if err != nil || j.Entries != entries || j.Chosen != chosen {
		t.Fatalf("judging %+v, %v", j, err)
	}
	texts, films := 0, 0
	for _, e := range best {
		if e.Kind() == "video" {
			films++
		} else {
			texts++
		}
	}
	if texts != 16 || films != 1 {
		t.Errorf("%d texts and %d films chosen, want 16 and 1", texts, films)
	}

	o.boss.tap("‹ Quay lại")
	o.boss.tap("Tải tất cả")
	index := unzip(t, o.boss.file(0))
	rows := sheet(t, index["index.xlsx"])
	if len(rows) != entries+1 || len(index) != 1+1+8 { // the index, the film, a photo with every fiftieth but the hundredth
		t.Errorf("%d rows in the index, %d files", len(rows), len(index))
	}
	if got := rows[film]; got[1] != "Trần Thị Người 10" || got[5] != "được chọn" || got[9] != "100-1.mp4" {
		t.Errorf("the film in the index: %q", got)
	}

	o.boss.tap("Báo cho tác giả")
	people[9].reads("Bài của anh/chị đã được chọn")
	o.boss.tap("Soạn tin kết quả")
	o.boss.reads("Kết quả: Viết về một việc tốt")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	if news := people[0].reads("Kết quả: Viết về một việc tốt"); strings.Count(news.Text, "• Bài số") != chosen || !strings.Contains(news.Text, "Cảm ơn mọi người đã gửi 489 bài") {
		t.Errorf("the result:\n%s", news.Text)
	}
}

func unzip(t *testing.T, raw []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = content
	}
	return files
}

func sheet(t *testing.T, raw []byte) [][]string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	})
	rows, err := book.GetRows(book.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAnEntry(t *testing.T) {
	o := newTown(t)
	lan, hanh := o.collaborator("Trần Thị Lan"), o.collaborator("Hạnh")
	o.calls("Thi ảnh đẹp")
	lan.tap("Gửi bài dự thi")
	lan.reads("chữ, ảnh, video hoặc tệp")
	lan.Album(3, "Bà con tổ 12")
	lan.reads("3 tệp")
	lan.taps("Xong", "Không đăng")
	lan.reads("Nếu được chọn: không đăng")
	lan.taps("Sửa")
	lan.reads("chữ, ảnh, video hoặc tệp")
	lan.Say("Chuyện mới")
	lan.taps("Xong", "Không đăng", "Gửi")
	lan.reads("Đã nhận bài số 1. Cảm ơn anh/chị Lan!")
	lan.tap("Rút bài này")
	lan.reads("Đã rút bài")
	lan.forge("entsnd") // an old button

	hanh.enters("Gửi bài dự thi", func() { hanh.Say("Chuyện của Hạnh") })
	hanh.reads("bài số 2")
	all, err := o.store.Entries(o.ctx, o.contestOf().ID)
	if err != nil || len(all) != 1 || all[0].Text != "Chuyện của Hạnh" {
		t.Fatalf("entries %+v, %v", all, err)
	}
	for _, data := range []string{"score:1:9", "rescor:1", "judge:1"} {
		if toast := lan.forge(data); !strings.Contains(toast, "không do anh/chị chấm") {
			t.Errorf("%s by somebody who is no juror: %q", data, toast)
		}
	}
	for _, data := range []string{"contst:1", "rank:1", "zip:1", "entry:1", "juror:1:1", "choose:1:2"} {
		if toast := lan.forge(data); !strings.Contains(toast, "dành cho điều phối viên") {
			t.Errorf("%s by a collaborator: %q", data, toast)
		}
	}
	o.clock.Advance(15 * 24 * time.Hour)
	if toast := lan.tap("Gửi bài dự thi"); !strings.Contains(toast, "đã kết thúc") {
		t.Errorf("after the deadline: %q", toast)
	}
}
