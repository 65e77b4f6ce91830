package handlers_test

import (
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
	"wardbot/ward"
)

func TestConfirm(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after time.Duration // between the task and the taps
		taps  []string
		toast string // of the last tap
		want  ward.Tally
	}{
		{"in time", time.Hour, []string{"✅ Đã làm"}, "Đã ghi nhận. Cảm ơn anh/chị Lan!", ward.Tally{Asked: 1, Done: 1}},
		{"after the deadline", 13 * time.Hour, []string{"✅ Đã làm"}, "Đã ghi nhận (sau hạn). Vẫn rất quý ạ!", ward.Tally{Asked: 1, Done: 1, Late: 1}},
		{"when it is closed", 9 * 24 * time.Hour, []string{"✅ Đã làm"}, "Việc này đã kết thúc, cảm ơn anh/chị.", ward.Tally{Asked: 1}},
		{"taken back", time.Hour, []string{"✅ Đã làm", "Hoàn tác"}, "Đã hoàn tác.", ward.Tally{Asked: 1}},
		{"not today", time.Hour, []string{"Hôm nay bận"}, "Không sao ạ, cảm ơn anh/chị Lan đã báo.", ward.Tally{Asked: 1, NotToday: 1}},
		{"not today, and then all the same", time.Hour, []string{"Hôm nay bận", "Tôi làm được rồi"}, "Đã ghi nhận. Cảm ơn anh/chị Lan!", ward.Tally{Asked: 1, Done: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			lan := o.collaborator("Trần Thị Lan")
			o.sends("Nhắc bà con kiểm tra bình chữa cháy\nXem kim đồng hồ.")
			lan.button("✅ Đã làm")
			sent := o.clock.Now()
			o.clock.Advance(tt.after)
			toast := ""
			for _, label := range tt.taps {
				toast = lan.tap(label)
			}
			if toast != tt.toast {
				t.Errorf("toast %q, want %q", toast, tt.toast)
			}
			day := ward.DayOf(sent, o.zone)
			wards, err := o.store.Tallies(o.ctx, ward.Period{From: day, To: day})
			if err != nil {
				t.Fatal(err)
			}
			got := ward.Sum(wards)
			got.Active, got.Groups, got.Covered = 0, 0, 0
			if got != tt.want {
				t.Errorf("tally %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestTapTwice(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	task := lan.button("✅ Đã làm")
	lan.tap("✅ Đã làm")
	toast, err := lan.TapOn(task, "✅ Đã làm") // the button as it was a moment ago
	if err != nil || toast != "Việc này anh/chị đã báo xong rồi. Cảm ơn ạ!" {
		t.Errorf("toast %q, %v", toast, err)
	}
	if got := o.tally(); got.Done != 1 {
		t.Errorf("counted %d times", got.Done)
	}
}

// TestTapsOvertakeEdits has people tap again while the edit after their first
// tap waits for its turn: they are answered at once, and one edit shows
// everything.
func TestTapsOvertakeEdits(t *testing.T) {
	for _, tt := range []struct {
		name  string
		again func(lan *phone, task message) (toast string, err error)
		toast string
	}{
		{"the same again", func(lan *phone, task message) (string, error) { return lan.TapOn(task, "✅ Đã làm") },
			"Việc này anh/chị đã báo xong rồi. Cảm ơn ạ!"},
		{"something that edits nothing", func(lan *phone, task message) (string, error) { return lan.TapData(task, "nonsense") },
			"Nút này không còn dùng nữa. Gõ /homnay để xem việc đang có nhé."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			lan := o.collaborator("Lan")
			o.sends("Nhắc bà con")
			task := lan.button("✅ Đã làm")
			o.telegram.SetFaults(simulator.Fault{Method: "editMessageText", Share: 1, Kind: simulator.Storm429, RetryAfter: time.Second})
			lan.tap("✅ Đã làm")
			if toast, err := tt.again(lan, task); err != nil || toast != tt.toast {
				t.Errorf("toast %q, %v", toast, err)
			}
			o.telegram.SetFaults()
			lan.button("Hoàn tác") // is in the message now
		})
	}
}

func TestUndoEndsAfterTenMinutes(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.tap("✅ Đã làm")
	lan.button("Hoàn tác")
	o.clock.Advance(11 * time.Minute)
	if toast := lan.tap("Hoàn tác"); !strings.Contains(toast, "mười phút") {
		t.Errorf("toast %q", toast)
	}
	if got := o.tally(); got.Done != 1 {
		t.Errorf("tally %+v", got)
	}
}

func TestMessageToPassOn(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.boss.Say("/compose")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
	o.boss.Say("Chuyển tin bão cho bà con")
	o.boss.tap("Thêm lời nhắn")
	o.boss.reads("đọc nguyên văn")
	o.boss.Say("Bão số 2 vào đêm nay. Mời bà con ở trong nhà.")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	task := lan.reads("Anh/chị chuyển giúp lời nhắn")
	message := lan.reads("Bão số 2")
	if message.ID <= task.ID {
		t.Error("the message came before the task")
	}
	if want := "Bão số 2 vào đêm nay. Mời bà con ở trong nhà.\n\n— Hội LHPN phường · 024 3765 0000"; message.Text != want {
		t.Errorf("neighbours would read %q, want %q", message.Text, want)
	}
	if _, err := lan.TapOn(message, "✅ Đã làm"); err != nil {
		t.Fatal(err)
	}
	lan.button("Hoàn tác") // on the task itself
	if got := o.tally(); got.Asked != 1 || got.Done != 1 {
		t.Errorf("tally %+v", got)
	}
}

func TestTodayAnswersALostLetter(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.button("✅ Đã làm")
	before := lan.Received()
	lan.Say("/homnay")
	if err := lan.Wait(o.ctx, func(_ []message) bool { return lan.Received() > before }); err != nil {
		t.Fatal(err)
	}
	lan.tap("✅ Đã làm")
	if got := o.tally(); got.Done != 1 {
		t.Errorf("tally %+v", got)
	}
}

func TestAnswersSurviveARestart(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	o.sends("Nhắc bà con")
	lan.button("✅ Đã làm")
	o.stop()
	if err := lan.Press("✅ Đã làm"); err != nil { // while the bot is down
		t.Fatal(err)
	}
	o.start()
	lan.button("Hoàn tác")
	if got := o.tally(); got.Done != 1 {
		t.Errorf("tally %+v", got)
	}
}
