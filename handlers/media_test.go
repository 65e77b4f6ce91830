package handlers_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"wardbot/handlers"
	"wardbot/simulator"
	"wardbot/ward"
)

// begins lets the boss begin a task.
func (o *town) begins() {
	o.t.Helper()
	o.boss.Say("/soan")
	o.boss.tap("Việc")
	o.boss.reads("Gửi nội dung")
}

// fromBot are the messages of the bot after one of the person's own.
func (p *phone) fromBot(after int64) (all []message) {
	for _, m := range p.Chat() {
		if m.FromBot && m.ID > after {
			all = append(all, m)
		}
	}
	return all
}

// looks are a message's words as they are formatted, without what frames them.
func looks(t *testing.T, m message) string {
	t.Helper()
	_, html, _ := strings.Cut(m.HTML, "\n")
	html, _, found := strings.Cut(html, "\n\nHạn:")
	if !found {
		t.Fatalf("no words in %q", m.HTML)
	}
	return html
}

// TestEveryMedium: whatever a coordinator sends is previewed, tested, sent,
// answered, shown again at /homnay, corrected and recalled.
func TestEveryMedium(t *testing.T) {
	for _, tt := range []struct {
		kinds []string
		ahead bool // in messages of their own, before the words
	}{
		{[]string{"photo"}, false},
		{[]string{"video"}, false},
		{[]string{"animation"}, false},
		{[]string{"document"}, false},
		{[]string{"audio"}, false},
		{[]string{"voice"}, false},
		{[]string{"photo", "video", "photo"}, true},
		{[]string{"location"}, true},
	} {
		t.Run(strings.Join(tt.kinds, " "), func(t *testing.T) {
			t.Parallel()
			o := newTown(t)
			lan := o.collaborator("Lan")
			had := lan.Last().ID
			o.begins()
			if tt.kinds[0] == "location" {
				o.boss.Location()
				o.boss.reads("gửi giúp nội dung bằng chữ")
				o.boss.Write(simulator.Note{HTML: "Dọn <i>rác</i>\nMang găng"})
			} else {
				o.boss.Write(simulator.Note{HTML: "Dọn <i>rác</i>\nMang găng", Files: tt.kinds})
			}
			o.boss.button("✅ Đã làm")
			o.boss.tap("Gửi thử cho tôi")
			o.boss.tap("Gửi ngay")
			o.boss.tapPrefix("Gửi cho ")
			o.boss.reads("Đã gửi xong")

			holds := func(when string, after int64) (last message) {
				t.Helper()
				got := lan.fromBot(after)
				want := len(tt.kinds)
				if tt.ahead {
					want++
				}
				if len(got) != want {
					t.Fatalf("%s: %d messages, want %d:\n%s", when, len(got), want, lan.transcript())
				}
				for i, kind := range tt.kinds {
					if is := got[i]; kind == "photo" && is.Photo == "" || kind != "photo" && is.Other != kind {
						t.Errorf("%s: message %d is no %s: %+v", when, i, kind, is)
					}
				}
				last = got[len(got)-1]
				if tt.ahead && (last.Other != "" || last.Photo != "" || !got[0].Silent) {
					t.Errorf("%s: the words come with something, or the media with a sound: %+v", when, last)
				}
				return last
			}
			letter := holds("sent", had)
			if got := looks(t, letter); got != "<b>Dọn <i>rác</i></b>\n\nMang găng" {
				t.Errorf("sent with the looks %q", got)
			}
			lan.tap("✅ Đã làm")
			if m := lan.reads("Đã làm lúc"); m.ID != letter.ID {
				t.Error("the answer is not in the letter")
			}
			asked := lan.Say("/homnay")
			err := lan.Wait(o.ctx, func([]message) bool {
				return len(lan.fromBot(asked.ID)) >= len(tt.kinds) && lan.Last().Text != "" // the words come last
			})
			if err != nil {
				t.Errorf("at /homnay: %v", err)
			}
			holds("at /homnay", asked.ID)

			o.boss.tap("Sửa bài")
			o.boss.reads("Sửa bài: Dọn rác")
			o.boss.Write(simulator.Note{HTML: "Dọn rác\nMang <u>chổi</u>"})
			o.boss.tapPrefix("Sửa 1 bản")
			if m := lan.reads("Mang chổi"); m.ID != letter.ID || looks(t, m) != "<b>Dọn rác</b>\n\nMang <u>chổi</u>" {
				t.Errorf("corrected: %+v", m)
			}
			o.boss.reads("Đã sửa lúc 07:30: 1 bản")
			o.boss.tap("Thu hồi")
			o.boss.tapPrefix("Thu hồi 1 bản")
			err = lan.Wait(o.ctx, func(chat []message) bool {
				for _, m := range chat {
					if m.FromBot && m.ID > had && m.ID < asked.ID {
						return false
					}
				}
				return true
			})
			if err != nil {
				t.Errorf("recalled: %v\n%s", err, lan.transcript())
			}
		})
	}
}

// TestAlbumIsPreviewedOnce: the files of an album come one by one; what stays
// to be seen is one preview of all of them.
func TestAlbumIsPreviewedOnce(t *testing.T) {
	o := newTown(t)
	o.begins()
	wrote := o.boss.Write(simulator.Note{HTML: "Hội khỏe\nNguồn: loa phường", Files: []string{"photo", "photo", "video", "photo"}})
	o.boss.reads("Kèm: 4 ảnh, video")
	card := o.boss.button("Gửi ngay")
	photos, texts := 0, 0
	for _, m := range o.boss.fromBot(wrote.ID) {
		switch {
		case m.MediaGroup != "":
			photos++
		case m.ID != card.ID && strings.Contains(m.Text, "Hội khỏe"):
			texts++
		}
	}
	if photos != 4 || texts != 1 {
		t.Errorf("%d files and %d texts in the preview:\n%s", photos, texts, o.boss.transcript())
	}
	o.boss.tap("Bỏ phần kèm")
	err := o.boss.Wait(o.ctx, func([]message) bool { return !strings.Contains(o.boss.Last().Text, "Kèm:") })
	if err != nil {
		t.Errorf("dropped: %v", err)
	}
	o.boss.Write(simulator.Note{Files: []string{"document", "document"}})
	o.boss.reads("Tệp, lời nói và vị trí anh/chị gửi riêng")
}

// TestLongWordsFollowTheirPicture: what does not fit under a picture comes in
// a message after it, and what fits in none says how much to cut.
func TestLongWordsFollowTheirPicture(t *testing.T) {
	o := newTown(t)
	lan := o.collaborator("Lan")
	had := lan.Last().ID
	o.begins()
	o.boss.Write(simulator.Note{HTML: "Dọn rác", Files: []string{"photo"}})
	o.boss.button("✅ Đã làm")
	long := "Dọn rác\n" + strings.Repeat("Mang găng tay. ", 100)
	o.boss.Say(long)
	o.boss.reads("Dài 1.507 ký tự")
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	lan.button("✅ Đã làm")
	got := lan.fromBot(had)
	if len(got) != 2 || got[0].Photo == "" || got[0].Text != "" || !strings.Contains(got[1].Text, "Mang găng tay.") {
		t.Errorf("received %+v", got)
	}
	lan.tap("✅ Đã làm")
	if m := lan.reads("Đã làm lúc"); m.ID != got[1].ID {
		t.Error("the answer is not below the words")
	}

	// A text of 6,000 characters comes as two messages, and is one.
	o.begins()
	o.boss.Say("Dọn rác\n" + strings.Repeat("a", 5991))
	o.boss.reads("bớt ít nhất 2.383 ký tự")
	if strings.Contains(o.boss.Last().Text, "Gửi đến") {
		t.Error("half of it may be sent")
	}
	o.boss.Say("Dọn rác\n" + strings.Repeat("a", 3600))
	o.boss.button("Gửi ngay")

	// A caption that grows by a correction has to fit where it is.
	o.boss.tap("Hủy")
	o.begins()
	o.boss.Write(simulator.Note{HTML: "Nhặt lá", Files: []string{"photo"}})
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	if _, err := o.boss.TapOn(o.boss.reads("Nhặt lá\nĐã gửi xong"), "Sửa bài"); err != nil {
		t.Fatal(err)
	}
	o.boss.reads("Sửa bài: Nhặt lá")
	o.boss.Say("Nhặt lá\n" + strings.Repeat("a", 700))
	o.boss.reads("bớt ít nhất 163 ký tự")
}

// TestLooksAreKept: letters show the words as the coordinator formatted them,
// what is not ours to send stays plain, and a link behind words must be the
// organisation's own.
func TestLooksAreKept(t *testing.T) {
	o := newTown(t, func(op *handlers.Options) { op.Links = ward.LinkList{"phuong.gov.vn/huong-dan"} })
	lan := o.collaborator("Lan")
	o.begins()
	for _, url := range []string{"https://evil.example/phuong.gov.vn/huong-dan", "tg://user?id=5", "https://phuong.gov.vn/khac"} {
		o.boss.Write(simulator.Note{HTML: `Dọn rác` + "\n" + `Xem <a href="` + url + `">phuong.gov.vn/huong-dan</a>`})
		if url != "tg://user?id=5" { // which Telegram makes a mention, without a link
			o.boss.reads("Đường dẫn " + url)
		}
	}
	const words = `<i>Dọn</i> rác` + "\n" + `<blockquote>Ai <u>cũng</u> <tg-spoiler>vui</tg-spoiler></blockquote>` + "\n" +
		`Xem <a href="https://phuong.gov.vn/huong-dan/rac">hướng <s>dẫn</s></a> &lt;ở đây&gt; <tg-emoji emoji-id="5">🙂</tg-emoji> <code>a&amp;b</code>`
	o.boss.Write(simulator.Note{HTML: words})
	o.boss.tap("Thêm lời nhắn")
	o.boss.reads("Gửi lời nhắn")
	o.boss.Write(simulator.Note{HTML: `Mời <b>bà con</b>`})
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	if m := lan.reads("Mời bà con"); !strings.HasPrefix(m.HTML, "Mời <b>bà con</b>") {
		t.Errorf("to pass on: %q", m.HTML)
	}
	want := `<b><i>Dọn</i> rác</b>` + "\n\n" + `<blockquote>Ai <u>cũng</u> <tg-spoiler>vui</tg-spoiler></blockquote>` + "\n" +
		`Xem <a href="https://phuong.gov.vn/huong-dan/rac">hướng <s>dẫn</s></a> &lt;ở đây&gt; 🙂 <code>a&amp;b</code>`
	_, got, _ := strings.Cut(lan.reads("Ai cũng vui").HTML, "\n")
	if !strings.HasPrefix(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestPicturesAreKept: the bytes of a photo are kept when it is published, so
// that a lost file_id can be had anew; what is shown later goes by the new one.
func TestPicturesAreKept(t *testing.T) {
	o := newTown(t, func(op *handlers.Options) { op.SendDelay = 10 * time.Second })
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	o.begins()
	photo := o.boss.Photo("Dọn rác").Photo
	o.boss.tap("Gửi ngay")
	o.boss.tapPrefix("Gửi cho ")
	o.boss.reads("Bắt đầu sau 10 giây")
	bulletins, err := o.store.RecentBulletins(o.ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := o.store.File(o.ctx, bulletins[0].Media[0])
	if err != nil {
		t.Fatal(err)
	}
	if taken, _ := o.telegram.File(photo); kept.FileID != photo || !bytes.Equal(kept.Bytes, taken) {
		t.Errorf("kept %d bytes as %s", len(kept.Bytes), kept.FileID)
	}
	o.allow("wrong remote file identifier")
	o.telegram.Lose(photo)
	o.clock.Advance(time.Minute)
	fresh := lan.reads("Dọn rác").Photo
	if fresh == "" || fresh == photo || mai.reads("Dọn rác").Photo != fresh || o.telegram.Uploads() != 1 {
		t.Errorf("%d uploads", o.telegram.Uploads())
	}
	lan.Say("/homnay")
	err = lan.Wait(o.ctx, func(chat []message) bool {
		n := 0
		for _, m := range chat {
			if m.FromBot && m.Photo == fresh {
				n++
			}
		}
		return n == 2
	})
	if err != nil {
		t.Errorf("at /homnay: %v\n%s", err, lan.transcript())
	}
}

// TestWhatBulletinsDoNotHold: programs, live places and toys are refused, with
// a word about what to send instead, and nothing of them is kept.
func TestWhatBulletinsDoNotHold(t *testing.T) {
	o := newTown(t)
	o.begins()
	for i, tt := range []struct {
		send func()
		want string
	}{
		{func() { o.boss.Sticker() }, "nhận chữ, ảnh, video"},
		{func() { o.boss.Contact() }, "nhận chữ, ảnh, video"},
		{func() { o.boss.Document("VNeID.apk") }, "Loại tệp này không gửi"},
		{func() { o.boss.Document("danh sách.pdf.exe") }, "Loại tệp này không gửi"},
		{func() { o.boss.LiveLocation() }, "Vị trí trực tiếp"},
	} {
		before := len(o.boss.fromBot(0))
		tt.send()
		err := o.boss.Wait(o.ctx, func([]message) bool { return len(o.boss.fromBot(0)) > before })
		if got := o.boss.Last().Text; err != nil || !strings.Contains(got, tt.want) {
			t.Errorf("%d: %q, %v", i, got, err)
		}
	}
	if _, err := o.store.FileID(o.ctx, ward.Media{}); !errors.Is(err, ward.ErrNotFound) {
		t.Error(fmt.Errorf("something was kept: %w", err))
	}
}
