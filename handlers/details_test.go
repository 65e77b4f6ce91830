package handlers_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/storage/storagetest"
	"wardbot/ward"
)

// The twenty details that make people feel well treated, each shown by a test
// of its number. Those that older tests show already:
//
//   - 5, undo for ten minutes instead of "are you sure?": TestConfirm (taken
//     back) and TestUndoEndsAfterTenMinutes
//   - 16, an unfinished report comes back: TestUnfinishedReportsComeBack
//   - 17, corrected messages keep their place and say what changed: TestCorrect

// happenings notes what the bot does in a chat, in order: answered, doing
// upload_document, sent document.
type happenings struct {
	mu  sync.Mutex
	all []string
}

func (p *phone) watched() *happenings {
	h := &happenings{}
	p.Watch(func(e simulator.Event) {
		h.mu.Lock()
		defer h.mu.Unlock()
		switch e.Kind {
		case simulator.Answered:
			h.all = append(h.all, "answered")
		case simulator.Doing:
			h.all = append(h.all, "doing "+e.Action)
		case simulator.Sent:
			if e.Message.Other != "" {
				h.all = append(h.all, "sent "+e.Message.Other)
			} else {
				h.all = append(h.all, "sent words")
			}
		}
	})
	return h
}

// await waits until something has happened, and returns what came before it.
func (h *happenings) await(o *town, what string) []string {
	o.t.Helper()
	for o.ctx.Err() == nil {
		h.mu.Lock()
		i := slices.Index(h.all, what)
		before := slices.Clone(h.all[:max(i, 0)])
		h.mu.Unlock()
		if i >= 0 {
			return before
		}
	}
	o.t.Fatalf("waiting for %q: %q", what, h.all)
	return nil
}

// A tap is answered when what it asks for is in the store, and not before;
// slow work comes after the answer.
func TestDetail1EveryTapIsAnsweredAtOnce(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.button("✅ Đã làm")
	mend := storagetest.Refuse(t, o.path, "answer")
	if toast := lan.tap("✅ Đã làm"); strings.Contains(toast, "Đã ghi nhận") || !strings.Contains(toast, "trục trặc") {
		t.Errorf("thanked for what is not stored: %q", toast)
	}
	mend()
	if toast := lan.tap("✅ Đã làm"); !strings.Contains(toast, "Đã ghi nhận") || o.tally().Done != 1 {
		t.Errorf("thanked before it is stored: %q, %+v", toast, o.tally())
	}
	lan.Say("/dulieu")
	lan.button("Tải về")
	seen := lan.watched()
	lan.tap("Tải về")
	if before := seen.await(o, "sent document"); !slices.Contains(before, "answered") {
		t.Errorf("the button spins while a file is made: %q", before)
	}
}

func TestDetail2ButtonsThatNoLongerApplyAreTakenAway(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	gone := func(p *phone, words, label string) {
		t.Helper()
		err := p.Wait(o.ctx, func([]message) bool {
			m, n := p.copyOf(words)
			return n > 0 && !slices.Contains(labels(m), label)
		})
		if err != nil {
			t.Errorf("%q keeps %q:\n%s", words, label, p.transcript())
		}
	}
	lan.tap("✅ Đã làm")
	gone(lan, "Việc hôm nay", "Hôm nay bận") // answered
	lan.tap("Thêm báo cáo")
	lan.reads("bao nhiêu hộ")
	lan.Say("7")
	lan.reads("không bắt buộc")
	gone(lan, "bao nhiêu hộ", "10") // a step that was answered in words
	lan.Say("/cancel")
	lan.reads("Đã hủy")
	gone(lan, "không bắt buộc", "Bỏ qua") // given up
	lan.tells("Chuyện hay")
	lan.tap("Gửi duyệt")
	o.boss.tap("Trả lại")
	o.boss.tap("Thiếu nguồn")
	gone(o.boss, "Chuyện đẹp chờ duyệt", "Đăng sáng mai") // decided
	mai := o.collaborator("Mai")
	mai.reads("Xong rồi")
	o.boss.tap("Làm mới")
	o.sends("Việc thứ hai")
	o.boss.tapPrefix("Nhắc 2 ")
	gone(o.boss, "Việc thứ hai\nĐã gửi xong", "Nhắc 2 người") // done once
}

func TestDetail3OldButtonsStillAnswer(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	task := lan.button("✅ Đã làm")
	o.clock.Advance(30 * day)
	for _, label := range []string{"✅ Đã làm", "Hôm nay bận", "Gửi báo cáo"} {
		if toast, err := lan.TapOn(task, label); err != nil || toast != "Việc này đã kết thúc, cảm ơn anh/chị." {
			t.Errorf("%s: %q, %v", label, toast, err)
		}
	}
	if toast := lan.forge("of:a:time:long:past"); !strings.Contains(toast, "không còn dùng nữa") {
		t.Errorf("a button nobody knows: %q", toast)
	}
}

func TestDetail4ADoubleTapDoesNothingTwice(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Nhắc bà con")
	o.boss.tap("Gửi ngay")
	twice := func(p *phone, label string) {
		t.Helper()
		m := p.button(label)
		for range 2 {
			if _, err := p.TapOn(m, label); err != nil {
				t.Fatal(err)
			}
		}
	}
	twice(o.boss, "Gửi cho 1 người")
	o.boss.reads("Đã gửi xong")
	twice(lan, "✅ Đã làm")
	lan.taps("Thêm báo cáo", "5", "Bỏ qua")
	twice(lan, "Gửi")
	lan.reads("Mã: MD1-1207-01")
	if got := o.tally(); got.Asked != 1 || got.Done != 1 || got.Reports != 1 || got.Households != 5 {
		t.Errorf("tally %+v", got)
	}
	if all, err := o.store.RecentBulletins(o.ctx, 5); err != nil || len(all) != 1 || lan.count("Việc hôm nay") != 1 {
		t.Errorf("%d bulletins, %d copies, %v", len(all), lan.count("Việc hôm nay"), err)
	}
}

func TestDetail6TypingWithoutTonesWorksEverywhere(t *testing.T) {
	o := newTown(t)
	huong := o.newcomer("Phạm Thu Hương")
	huong.Start("")
	huong.taps("Bắt đầu", "Tôi đồng ý")
	huong.button("Mỹ Đình 1")
	huong.Say("my dinh 1 to 12") // a place
	huong.tap("Đúng rồi")
	huong.reads("Xong rồi")

	o.boss.Say("/ctv")
	o.boss.tap("Tìm theo tên")
	o.boss.reads("gõ tên cần tìm")
	o.boss.Say("pham thu huong") // a person
	o.boss.tap("Phạm Thu Hương · Mỹ Đình 1")
	o.boss.reads("Phạm Thu Hương · cộng tác viên")

	o.writes("Việc", "Nhắc bà con")
	o.boss.taps("Việc này báo cáo gì", "+ Lựa chọn")
	o.boss.reads("gõ câu hỏi")
	o.boss.Say("Nhà có bình không?\nCó bình\nChưa có")
	o.boss.taps("Xong", "Hẹn giờ")
	o.boss.reads("Gửi lúc nào")
	o.boss.Say("9h toi thu 6") // a time
	o.boss.reads("Gửi lúc 21:00 Thứ Sáu, 14/07")
	o.boss.taps("Một lần", "Đổi giờ", "Gửi ngay, không hẹn", "Gửi ngay", "Gửi cho 1 người")
	huong.tap("Gửi báo cáo")
	huong.reads("Nhà có bình không?")
	huong.Say("chua co") // an answer
	huong.reads("Nhà có bình không?: Chưa có")
}

// A photo first, the number or the words later. TestPhotoFirstNumberLater and
// TestShortcut show more of it.
func TestDetail7TypingInAnyOrderWorks(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.tap("Gửi báo cáo")
	lan.reads("bao nhiêu hộ")
	lan.Photo("Bà con hưởng ứng")
	lan.Say("Nhà nào cũng có bình")
	lan.Say("12 ho") // the number that was asked for, after all
	lan.taps("Xong", "Gửi")
	lan.reads("Mã: ")
	if r := o.report(lan); r.Households != 12 || len(r.Photos) != 1 || r.Text != "Bà con hưởng ứng\nNhà nào cũng có bình" {
		t.Errorf("report %+v", r)
	}

	lan.Say("/chuyendep")
	lan.reads("ai, làm gì")
	lan.Photo("")
	lan.reads("Đã có ảnh. Anh/chị kể giúp")
	lan.Say("Tổ 12 góp 42 suất cơm")
	lan.reads("Đã nhận lời kể và ảnh")
}

// What takes long shows that it is being done, before it is done.
func TestDetail8SlowWorkShows(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.boss.Start("")
	o.calls("Thi ảnh đẹp")
	lan.enters("Gửi bài dự thi", func() { lan.Photo("Bà con tổ 12") })
	lan.reads("bài số 1")
	for _, tt := range []struct {
		name string
		who  *phone
		open func()
		do   func()
		want string // is shown
		then string // comes
	}{
		{"one's own data", lan, func() { lan.Say("/dulieu") }, func() { lan.tap("Tải về") }, "doing upload_document", "sent document"},
		{"all entries of a contest", o.boss, func() { o.boss.tap("Bài dự thi") }, func() { o.boss.tap("Tải tất cả") }, "doing upload_document", "sent document"},
		{"invites to print", o.boss, func() { o.boss.Say("/moi"); o.boss.tap("Mỹ Đình 1") }, func() { o.boss.tap("In thư mời từng tổ") }, "doing upload_document", "sent document"},
		{"a list of people", o.boss, func() {}, func() { o.boss.Attach("ds.csv", []byte("Họ tên,Phường\nLê Hoa,Mỹ Đình 1\n")) }, "doing typing", "sent words"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.open()
			seen := tt.who.watched()
			tt.do()
			if before := seen.await(o, tt.then); !slices.Contains(before, tt.want) {
				t.Errorf("before %q: %q", tt.then, before)
			}
		})
	}
}

// Whatever is asked, the way on is a button right below it.
func TestDetail9TheNextStepIsAButtonBelow(t *testing.T) {
	o := newTown(t)
	lan := o.newcomer("Lan")
	step := func(words string) {
		t.Helper()
		lan.reads(words)
		if m := lan.Last(); !strings.Contains(m.Text, words) || len(m.Buttons) == 0 && m.ForceReply == "" {
			t.Errorf("no way on from %q", m.Text)
		}
	}
	lan.Start("")
	for _, s := range []struct{ words, label string }{
		{"Chào anh/chị", "Bắt đầu"}, {"Trước khi bắt đầu", "Tôi đồng ý"}, {"ở phường nào", "Mỹ Đình 1"}, {"Tổ dân phố số mấy", "12"},
		{"Đúng chưa ạ", "Đúng rồi"}, {"Xong rồi", ""},
	} {
		step(s.words)
		if s.label != "" {
			lan.tap(s.label)
		}
	}
	o.sends("Nhắc bà con")
	for _, s := range []struct{ words, label string }{
		{"Việc hôm nay", "Gửi báo cáo"}, {"bao nhiêu hộ", "Số khác"}, {"gõ số hộ", ""},
	} {
		step(s.words)
		if s.label != "" {
			lan.tap(s.label)
		}
	}
	lan.Say("7")
	for _, s := range []struct{ words, label string }{{"không bắt buộc", "Bỏ qua"}, {"7 hộ", "Gửi"}, {"Mã: ", ""}} {
		step(s.words)
		if s.label != "" {
			lan.tap(s.label)
		}
	}
	lan.Say("/chuyendep")
	step("ai, làm gì")
	lan.Say("Tổ 12 góp cơm")
	for _, s := range []struct{ words, label string }{
		{"Đã nhận lời kể", "Xong"}, {"từ đâu", "Tôi chứng kiến"}, {"đồng ý cho kể chưa", "Đã đồng ý"}, {"có ghi tên", "Ghi tên tôi"}, {"ghi tên người kể", "Gửi duyệt"},
	} {
		step(s.words)
		lan.tap(s.label)
	}
	lan.Say("linh tinh")
	step("chưa rõ ý")
}

// A day without its year says its weekday, in both languages; the transcripts
// are held to it as well, see faults.
func TestDetail10DatesSayTheWeekday(t *testing.T) {
	dated := regexp.MustCompile(`\b\d\d/\d\d\b`)
	o := newTown(t, awake)
	lan := o.collaborator("Lan")
	o.plans("Thông báo", "Họp tổ dân phố", "19h mai", "Mỗi tuần")
	o.sends("Nhắc bà con")
	lan.taps("Gửi báo cáo", "5", "Bỏ qua", "Gửi")
	lan.reads("Mã: ")
	o.boss.Say("/lich")
	o.boss.reads("Thứ Năm, 13/07\n1. 19:00 Thông báo · Họp tổ dân phố")
	o.boss.Say("/duyet")
	o.boss.reads("07:30 Thứ Tư, 12/07")
	o.boss.Say("/moi")
	o.boss.taps("Trung Văn", "Mã cho cả nơi này", "Tạo mã mời", "‹ Quay lại")
	o.boss.tap("‹ Quay lại")
	o.boss.reads("Trung Văn: 1 mã mời")
	o.writes("Cuộc thi", "Thi ảnh")
	o.boss.tap("Đổi hạn")
	o.boss.button("20:00 T4 19/07")
	lan.Say("/tamdung")
	lan.tap("3 ngày")
	lan.reads("đến hết Thứ Sáu, 14/07")
	for _, p := range []*phone{lan, o.boss} {
		for _, m := range p.Chat() {
			if !m.FromBot {
				continue
			}
			for _, fault := range faults(m) {
				t.Errorf("%s:\n%s", fault, shown(m))
			}
			for _, label := range labels(m) {
				if at := dated.FindStringIndex(label); at != nil && !weekday.MatchString(label[:at[0]]) {
					t.Errorf("the button %q does not say its weekday", label)
				}
			}
		}
	}
}

func TestDetail11NamesWithTheWordThatThePersonChose(t *testing.T) {
	o := newTown(t)
	o.boss.Start("")
	hanh := o.collaborator("Nguyễn Thị Hạnh")
	for i, word := range []string{"anh/chị", "anh", "chị", "cô", "chú", "bác", "em", "bạn"} {
		hanh.Say("/caidat")
		hanh.reads("Cài đặt của")
		hanh.taps("Cách xưng hô", word+" Hạnh")
		hanh.reads("Từ nay xin gọi là " + word + " Hạnh")
		hanh.Say("/homnay")
		hanh.reads(word + " Hạnh ạ")
		o.sends(fmt.Sprintf("Việc thứ %d", i+1))
		hanh.reads(fmt.Sprintf("Việc thứ %d", i+1))
		if toast := hanh.tap("Hôm nay bận"); toast != "Không sao ạ, cảm ơn "+word+" Hạnh đã báo." {
			t.Errorf("toast %q", toast)
		}
		if toast := hanh.tap("Tôi làm được rồi"); toast != "Đã ghi nhận. Cảm ơn "+word+" Hạnh!" {
			t.Errorf("toast %q", toast)
		}
		hanh.taps("Thêm báo cáo", "1", "Bỏ qua")
		hanh.reads("Báo cáo của " + word + " Hạnh")
		if toast := hanh.tap("Gửi"); toast != "Đã gửi báo cáo. Cảm ơn "+word+" Hạnh!" {
			t.Errorf("toast %q", toast)
		}
		o.clock.Advance(9 * day)
	}
}

// Before seven in the morning nothing makes a sound, and stories never do.
func TestDetail12SilentBeforeSevenAndForStories(t *testing.T) {
	for _, tt := range []struct {
		name, kind, text string
		at               ward.Clock
		silent           bool
	}{
		{"a task at half past six", "Việc", "Tưới cây", 6*60 + 30, true},
		{"a task at seven", "Việc", "Tưới cây", 7 * 60, false},
		{"a notice at a minute to seven", "Thông báo", "Họp tổ", 6*60 + 59, true},
		{"a notice at noon", "Thông báo", "Họp tổ", 12 * 60, false},
		{"a story at noon", "Tin tốt", "Ngõ nay sạch\nNguồn: đài phường", 12 * 60, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			lan := o.collaborator("Lan")
			o.until(1, tt.at)
			o.writes(tt.kind, tt.text)
			o.boss.tap("Gửi ngay")
			o.boss.tapPrefix("Gửi cho ")
			title, _, _ := strings.Cut(tt.text, "\n")
			if m := lan.reads(title); m.Silent != tt.silent {
				t.Errorf("silent: %v", m.Silent)
			}
		})
	}
	t.Run("a returned report", func(t *testing.T) {
		o := newTown(t)
		lan := o.collaborator("Lan")
		o.sends("Nhắc bà con")
		lan.reportsWords("Xong cả ngõ")
		o.until(1, 6*60+30)
		o.boss.Say("/duyet")
		o.boss.taps("Trả lại", "Không đúng việc")
		if m := lan.reads("xem lại giúp"); !m.Silent {
			t.Error("it makes a sound")
		}
	})
}

func TestDetail13NothingTwice(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Họp tổ lúc 19:00")
	card := o.boss.button("Nhắc 1 người")
	o.boss.tap("Nhắc 1 người")
	lan.reads("còn một việc nhỏ")
	if toast, err := o.boss.TapOn(card, "Nhắc 1 người"); err != nil || !strings.Contains(toast, "đã nhắc một lần") {
		t.Errorf("reminding again: %q, %v", toast, err)
	}
	o.boss.forge("fix:1")
	o.boss.reads("Gửi toàn bộ nội dung mới")
	o.boss.Say("Họp tổ lúc 19:30")
	o.boss.tap("Kèm đính chính")
	o.boss.reads("Đổi điều gì")
	o.boss.Say("họp lúc 19:30")
	mend := o.boss.button("Sửa 1 bản")
	for range 2 {
		if _, err := o.boss.TapOn(mend, "Sửa 1 bản"); err != nil {
			t.Fatal(err)
		}
	}
	lan.reads("Đính chính:")
	o.boss.reads("Đã sửa lúc 07:30: 1 bản")
	o.stop()
	o.start()
	o.boss.Say("/trogiup")
	o.boss.reads("Dành cho điều phối viên")
	if r, c := lan.count("còn một việc nhỏ"), lan.count("Đính chính:"); r != 1 || c != 1 {
		t.Errorf("%d reminders, %d corrections", r, c)
	}
}

// What goes wrong on our side says what to do, with a code that stands in the
// log.
func TestDetail14ErrorsSayWhatToDoAndHaveACode(t *testing.T) {
	var lines safeBuffer
	o := newTown(t, func(op *handlers.Options) { op.Log = slog.New(slog.NewTextHandler(&lines, nil)) })
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.button("✅ Đã làm")
	defer storagetest.Refuse(t, o.path, "answer")()
	toast := lan.tap("✅ Đã làm")
	code := regexp.MustCompile(`thử lại sau ít phút.*điều phối viên mã ([0-9A-Z]{4})\.$`).FindStringSubmatch(toast)
	if code == nil {
		t.Fatalf("toast %q", toast)
	}
	lan.Say("/trogiup") // comes after the tap in the person's lane: what was to be logged is
	lan.reads("Mỗi ngày một việc")
	if !strings.Contains(lines.String(), "code="+code[1]) {
		t.Errorf("nobody finds %s in the log:\n%s", code[1], lines.String())
	}
}

// safeBuffer is a buffer that several may write to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// Five bulletins wait when the bot comes back: they are one message, which
// tells of the others.
func TestDetail15AfterAnOutageOneMessageNotFive(t *testing.T) {
	o := newTown(t, func(op *handlers.Options) { op.SendDelay = 10 * time.Second })
	lan := o.collaborator("Lan")
	for i := range 5 {
		o.writes("Thông báo", fmt.Sprintf("Tin số %d", i+1))
		o.boss.tap("Gửi ngay")
		o.boss.tap("Gửi cho 1 người")
		o.boss.reads(fmt.Sprintf("Tin số %d\nGửi cho 1 người. Bắt đầu sau 10 giây", i+1))
	}
	before := lan.Received()
	o.stop()
	o.clock.Advance(2 * time.Hour)
	o.start()
	lan.reads("Còn 4 tin nữa chờ anh/chị")
	o.stop() // whatever was on its way has arrived
	if n := lan.Received() - before; n != 1 {
		t.Errorf("%d messages:\n%s", n, lan.transcript())
	}
}

// Whoever reads a task that was passed on sees who sends it; nothing forbids
// to pass it on.
func TestDetail18ForwardedTasksCarryTheSenderLine(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	for _, b := range []struct{ kind, text string }{{"Việc", "Nhắc bà con"}, {"Thông báo", "Họp tổ"}, {"Tin tốt", "Ngõ nay sạch\nNguồn: đài phường"}} {
		o.writes(b.kind, b.text)
		o.boss.tap("Gửi ngay")
		o.boss.tapPrefix("Gửi cho ")
		title, _, _ := strings.Cut(b.text, "\n")
		m := lan.reads(title)
		passedOn := lan.Forward(m)
		if m.Protected || !passedOn.Forwarded {
			t.Errorf("%s can't be passed on", b.kind)
		}
		for _, want := range []string{"Nguyễn Thị Mai, Hội LHPN phường", "024 3765 0000"} {
			if !strings.Contains(passedOn.Text, want) {
				t.Errorf("passed on, it lacks %q:\n%s", want, passedOn.Text)
			}
		}
	}
	o.boss.forge("remind:1")
	if m := lan.reads("còn một việc nhỏ"); !strings.Contains(m.Text, "Phụ trách: Nguyễn Thị Mai, Hội LHPN phường · 024 3765 0000") {
		t.Errorf("the reminder:\n%s", m.Text)
	}
}

// Help fits a screen, has buttons, and names somebody to call: the ward's own
// coordinator, else one of all wards, else the organisation.
func TestDetail20HelpIsOneScreenWithSomebodyToCall(t *testing.T) {
	o := newTown(t)
	lan, mai, hoa := o.collaborator("Lan"), o.collaborator("Nguyễn Thị Mai"), o.neighbour("Lê Hoa")
	asks := func(want string) {
		t.Helper()
		before := lan.Received()
		lan.Say("/trogiup")
		if err := lan.Wait(o.ctx, func([]message) bool { return lan.Received() > before }); err != nil {
			t.Fatal(err)
		}
		m := lan.Last()
		if !strings.HasSuffix(m.Text, want) {
			t.Errorf("help does not end with %q:\n%s", want, m.Text)
		}
		if strings.Count(m.Text, "\n") >= 8 || len(m.Buttons) == 0 {
			t.Errorf("no screen with buttons: %s", shown(m))
		}
	}
	asks("Cần người giúp: Hội LHPN phường, 024 3765 0000")
	o.appoint(hoa, ward.RoleCoordinator)
	asks("Cần người giúp: Lê Hoa, Hội LHPN phường, 024 3765 0000")
	o.appoint(mai, ward.RoleWardCoordinator)
	asks("Cần người giúp: Nguyễn Thị Mai, Hội LHPN phường, 024 3765 0000")
}

// Nobody else learns of it, and it comes once.
func TestDetail19ThanksOnTheSeventhDayInPrivate(t *testing.T) {
	o := newTown(t, awake)
	lan, hoa := o.collaborator("Lan"), o.collaborator("Hoa")
	for n := range 7 {
		title := fmt.Sprintf("Việc %d", n+1)
		o.sends(title)
		o.boss.reads(title + "\nĐã gửi xong")
		for _, m := range lan.Chat() {
			if _, ok := m.Button("✅ Đã làm"); ok {
				if _, err := lan.TapOn(m, "✅ Đã làm"); err != nil {
					t.Fatal(err)
				}
			}
		}
		o.until(0, 20*60+30)
		if n == 2 {
			hoa.reads("mấy hôm nay chắc bận phải không ạ?")
		}
		if n < 6 {
			o.until(1, 7*60+30)
		}
	}
	m := lan.reads("Hôm nay là tròn 7 ngày")
	if !strings.Contains(m.Text, "Hội LHPN phường") {
		t.Errorf("unsigned: %s", m.Text)
	}
	o.until(1, 20*60+30)
	o.stop()
	o.start()
	hoa.tap("Nghỉ 7 ngày")
	hoa.reads("Đã tạm dừng đến hết")
	if n := lan.count("tròn 7 ngày"); n != 1 || hoa.count("tròn") != 0 || o.boss.count("tròn") != 0 {
		t.Errorf("thanked %d times, or before others", n)
	}
	if n := hoa.count("chắc bận"); n > 1 {
		t.Errorf("a pause offered %d times", n)
	}
}
