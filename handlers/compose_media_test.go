package handlers_test

import (
	"strings"
	"testing"

	"wardbot/simulator"
)

// TestWhatABulletinMayHold: whatever a coordinator attaches comes to people as
// it is, with the words, the signature and the buttons.
func TestWhatABulletinMayHold(t *testing.T) {
	for _, tt := range []struct {
		name   string
		attach func(p *phone)
		holds  func(m message) bool
		ahead  bool // in a message of its own, before the words
	}{
		{"a photo", func(p *phone) { p.Photo("") }, func(m message) bool { return m.Photo != "" }, false},
		{"a film", func(p *phone) { p.Video() }, func(m message) bool { return m.Other == "video" }, false},
		{"a document", func(p *phone) { p.Document() }, func(m message) bool { return m.Other == "document" }, false},
		{"a voice message", func(p *phone) { p.Voice() }, func(m message) bool { return m.Other == "voice" }, false},
		{"a place", func(p *phone) { p.Location() }, func(m message) bool { return m.Other == "location" }, true},
		{"an album", func(p *phone) { p.Album(3, "") }, func(m message) bool { return m.MediaGroup != "" }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			lan := o.collaborator("Lan")
			o.boss.Say("/soan")
			o.boss.tap("Việc")
			o.boss.reads("Gửi nội dung")
			o.boss.Say("Hiến máu sáng mai")
			o.boss.button("Gửi ngay")
			tt.attach(o.boss)
			err := o.boss.Wait(o.ctx, func(chat []message) bool { // the preview holds it too
				n := 0
				for _, m := range chat {
					if m.FromBot && tt.holds(m) {
						n++
					}
				}
				return n >= 1 && (tt.name != "an album" || n >= 5) // of two, and then of three
			})
			if err != nil {
				t.Fatalf("%v\n%s", err, o.boss.transcript())
			}
			o.boss.tap("Gửi ngay")
			o.boss.tapPrefix("Gửi cho ")
			o.boss.reads("Đã gửi xong")
			letter := lan.button("✅ Đã làm")
			if !strings.Contains(letter.Text, "Hiến máu sáng mai") || !strings.Contains(letter.Text, "Hội LHPN phường") || tt.holds(letter) == tt.ahead {
				t.Errorf("the letter: %+v", letter)
			}
			if tt.ahead && !holdsBefore(lan.Chat(), letter.ID, tt.holds) {
				t.Errorf("nothing went ahead:\n%s", lan.transcript())
			}
			lan.tap("✅ Đã làm")
			lan.reads("Đã làm lúc")
		})
	}
}

func holdsBefore(chat []simulator.Message, id int64, holds func(simulator.Message) bool) bool {
	for _, m := range chat {
		if m.ID < id && holds(m) {
			return true
		}
	}
	return false
}
