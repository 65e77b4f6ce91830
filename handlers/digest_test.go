package handlers_test

import (
	"strings"
	"testing"
	"time"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

// weekly sends digests on Sunday evening.
func weekly(op *handlers.Options) {
	awake(op)
	op.DigestAt = ward.DigestTime{Weekday: time.Sunday, At: 20 * 60, On: true}
}

// scheduled waits until the bot knows when its digests are due.
func (o *town) scheduled() {
	o.t.Helper()
	far := time.Date(2024, time.January, 2, 0, 0, 0, 0, o.zone)
	for {
		due, err := o.store.DigestsDue(o.ctx, far)
		if err != nil {
			o.t.Fatal(err)
		}
		if len(due) == 3 {
			return
		}
	}
}

// TestDigest is a week's end: who gets what, at eight and not before.
func TestDigest(t *testing.T) {
	o := newTown(t, weekly)
	o.scheduled()
	lan, hoa, off, rests := o.collaborator("Lan"), o.collaborator("Hoa"), o.collaborator("Nga"), o.collaborator("Tú")
	mai := o.collaborator("Mai")
	o.appoint(mai, ward.RoleWardCoordinator)
	chief := o.lives("Nam", "Trung Văn")
	o.appoint(chief, ward.RoleCoordinator)
	lan.Say("/caidat")
	lan.taps("Cách xưng hô", "chị Lan")
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	lan.taps("Thêm báo cáo", "10")
	lan.Photo("")
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: ")
	off.Say("/caidat")
	off.tap("Tắt tin cuối tuần")
	off.reads("không nhận bản tổng hợp")
	rests.Say("/tamdung")
	rests.tap("7 ngày")

	o.until(4, 20*60-1)
	if n := lan.count("Tuần 28"); n != 0 {
		t.Errorf("%d digests before eight", n)
	}
	o.until(0, 20*60)
	own := lan.reads("Riêng chị Lan: 1/1 việc, 1 báo cáo, 10 hộ. Cảm ơn chị Lan!").Text
	if want := "Tuần 28 (10/07–16/07): phường Mỹ Đình 1 đạt 20%.\n"; !strings.HasPrefix(own, want) || !strings.HasSuffix(own, "— Hội LHPN phường · 024 3765 0000") {
		t.Errorf("Lan reads:\n%s", own)
	}
	hoa.reads("Riêng anh/chị Hoa: 0/1 việc")

	// The ward's coordinator: spreadsheet, then picture, words and buttons.
	words := mai.reads("Phường Mỹ Đình 1 · Tuần 28").Text
	for _, part := range []string{"20,0% đã làm (1/5)", "Đáng khen tuần này", "Đã đến 10 hộ", "không xếp hạng", "— Hội LHPN phường"} {
		if !strings.Contains(words, part) {
			t.Errorf("no %q in what the ward's coordinator reads:\n%s", part, words)
		}
	}
	if !strings.Contains(mai.cells(), "\nLan\n") || mai.reads("Phường Mỹ Đình 1 · Tuần 28").Photo == "" {
		t.Errorf("no picture, or no name of who reported in the spreadsheet:\n%s", mai.cells())
	}
	// Who looks after all wards has them by ward; those with fewer than five
	// people only if nobody else looks after them.
	if words := chief.reads("Mọi phường · Tuần 28").Text; !strings.Contains(words, "16,7% đã làm (1/6)") {
		t.Errorf("the coordinator reads:\n%s", words)
	}
	if strings.Contains(chief.cells(), "\nLan\n") {
		t.Error("a name in the spreadsheet of who looks after all wards")
	}
	chief.taps("Theo ngày", "12 tuần")
	chief.reads("Mọi phường · Tuần 28 · 10/07–16/07 · theo ngày\n12/07: 16,7% (1/6)")
	chief.reads("Mọi phường · Tuần 28 · 10/07–16/07 · 12 tuần\nTuần 28: 16,7% (1/6)")

	// The card to pass on and whom to thank, in messages of their own.
	mai.taps("Thiệp số liệu", "Gợi ý cảm ơn")
	mai.reads("Gợi ý cảm ơn · phường Mỹ Đình 1 · Năm 2023")
	chief.taps("Thiệp số liệu", "Gợi ý cảm ơn")
	chief.reads("Xem phường nào?")
	for p, want := range map[*phone]int{mai: 2, chief: 4} {
		if n := p.count("Tuần 28 · 10/07–16/07"); n != want {
			t.Errorf("%d pictures instead of %d:\n%s", n, want, p.transcript())
		}
	}

	// Nothing to who switched it off or pauses, nothing twice, and the digest
	// keeps its place when its button is tapped.
	lan.taps("Thống kê")
	lan.reads("Tuần 28 · 10/07–16/07")
	for p, want := range map[*phone]int{lan: 1, hoa: 1, off: 0, rests: 0} {
		if n := p.count("Tuần 28 ("); n != want {
			t.Errorf("%d digests instead of %d:\n%s", n, want, p.transcript())
		}
	}
	off.Say("/caidat")
	off.tap("Nhận tin cuối tuần")
	off.reads("sẽ nhận bản tổng hợp")

	// Whose names the spreadsheet took along is in the log.
	mai.Say("/ctv")
	mai.tap("Nhật ký")
	mai.reads("Máy chủ gửi Mai bảng số liệu tuần, 1 báo cáo có tên, phường Mỹ Đình 1")
}

// TestDigestAfterARestart stops the bot before, at and after a digest's time.
func TestDigestAfterARestart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		back  time.Duration // after eight on Sunday
		reads bool
	}{
		{"minutes later", 20 * time.Minute, true},
		{"in the night, when it is quiet until morning", 9 * time.Hour, true},
		{"the next evening", 24*time.Hour + 30*time.Minute, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t, weekly)
			o.scheduled()
			lan := o.collaborator("Lan")
			o.sends("Nhắc bà con")
			o.stop()
			o.until(4, 20*60)
			o.clock.Advance(tt.back)
			o.start()
			if tt.reads && o.options.Quiet.Holds(o.clock.Now()) {
				o.until(0, 6*60+30)
			}
			if tt.reads {
				lan.reads("Tuần 28 (")
			}
			// Again and again: once is enough.
			for range 3 {
				o.stop()
				o.clock.Advance(time.Minute)
				o.start()
			}
			o.sends("Việc mới")
			lan.reads("Việc mới")
			want := 0
			if tt.reads {
				want = 1
			}
			if n := lan.count("Tuần 28 ("); n != want {
				t.Errorf("%d digests instead of %d:\n%s", n, want, lan.transcript())
			}
		})
	}
}

// TestDigestKilledWhileItIsSent stops the bot when some have theirs.
func TestDigestKilledWhileItIsSent(t *testing.T) {
	o := newTown(t, weekly)
	o.scheduled()
	var people []*phone
	for range 12 {
		people = append(people, o.collaborator("Lan"))
	}
	o.sends("Nhắc bà con")
	first := make(chan struct{}, len(people))
	for _, p := range people {
		p.Watch(func(e simulator.Event) {
			if strings.HasPrefix(e.Message.Text, "Tuần 28 (") {
				first <- struct{}{}
			}
		})
	}
	o.until(4, 20*60)
	<-first
	o.stop()
	o.clock.Advance(time.Minute)
	o.start()
	for _, p := range people {
		p.reads("Tuần 28 (")
	}
	o.sends("Việc mới")
	for _, p := range people {
		p.reads("Việc mới")
		if n := p.count("Tuần 28 ("); n != 1 {
			t.Errorf("%d digests:\n%s", n, p.transcript())
		}
	}
}

// TestLookingBack is the first of a month, and of a year.
func TestLookingBack(t *testing.T) {
	o := newTown(t, weekly)
	o.scheduled()
	lan := o.collaborator("Lan")
	chief := o.collaborator("Nam")
	o.appoint(chief, ward.RoleCoordinator)
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	o.stop() // over the Sundays
	o.until(20, 8*60)
	o.start()
	month := chief.reads("Mọi phường · Tháng 7/2023").Text
	for _, part := range []string{"1 việc đã gửi, 1 lượt làm (50,0%)", "1/6 tổ có người làm"} {
		if !strings.Contains(month, part) {
			t.Errorf("no %q in:\n%s", part, month)
		}
	}
	o.stop()
	o.until(153, 8*60)
	o.start()
	chief.reads("Mọi phường · Năm 2023")
	if n := lan.count("Tháng 7") + lan.count("Năm 2023"); n != 0 {
		t.Errorf("a collaborator got %d summaries", n)
	}
}
