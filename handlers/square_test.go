package handlers_test

import (
	"context"
	"strings"

	"wardbot/simulator"
)

// square is a group or channel with the people of the town in it.
type square struct {
	*simulator.Group
	o *town
}

// Wait is that of the simulator, but gives up in the end.
func (s *square) Wait(ctx context.Context, holds func([]message) bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Group.Wait(ctx, holds)
}

// WaitFor is that of the simulator, but gives up in the end.
func (s *square) WaitFor(ctx context.Context, words string) (message, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Group.WaitFor(ctx, words)
}

// reads waits for words of the bot there.
func (s *square) reads(words string) message {
	s.o.t.Helper()
	m, err := s.WaitFor(s.o.ctx, words)
	if err != nil {
		s.o.t.Fatalf("waiting for %q in the group: %v\n%s", words, err, transcript(s.Chat()))
	}
	return m
}

// button waits for a button there.
func (s *square) button(label string) message {
	s.o.t.Helper()
	var found message
	err := s.Wait(s.o.ctx, func(chat []message) bool {
		for _, m := range chat {
			if _, ok := m.Button(label); ok {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		s.o.t.Fatalf("waiting for the button %q in the group: %v\n%s", label, err, transcript(s.Chat()))
	}
	return found
}

// tap lets somebody press a button and returns the toast.
func (s *square) tap(p *phone, label string) string {
	s.o.t.Helper()
	s.button(label)
	toast, err := s.Tap(p.Person, label)
	if err != nil {
		s.o.t.Fatalf("tapping %q in the group: %v\n%s", label, err, transcript(s.Chat()))
	}
	return toast
}

// gone waits until nothing of the bot has these words any more.
func (s *square) gone(words string) {
	s.o.t.Helper()
	err := s.Wait(s.o.ctx, func(chat []message) bool {
		for _, m := range chat {
			if m.FromBot && strings.Contains(m.Text, words) {
				return false
			}
		}
		return true
	})
	if err != nil {
		s.o.t.Fatalf("%q is still in the group: %v", words, err)
	}
}

// group is a linked supergroup of Mỹ Đình 1.
func (o *town) group() *square {
	o.t.Helper()
	s := &square{o.telegram.Group("Tổ 12 Mỹ Đình", o.boss.Person), o}
	s.link()
	return s
}

// link has the boss link the group to Mỹ Đình 1.
func (s *square) link() {
	s.o.t.Helper()
	s.Say(s.o.boss.Person, "/moi")
	s.reads("của phường nào")
	s.tap(s.o.boss, "Mỹ Đình 1")
	s.reads("đã nối với phường Mỹ Đình 1")
}

// channel is a linked channel of Mỹ Đình 1.
func (o *town) channel() *square {
	o.t.Helper()
	o.boss.Start("") // in a channel nobody can be asked: the question comes in private
	s := &square{o.telegram.Channel("Kênh Mỹ Đình", o.boss.Person), o}
	o.boss.reads("Kênh Mỹ Đình là của phường nào?")
	o.boss.tap("Mỹ Đình 1")
	o.boss.reads("kênh Kênh Mỹ Đình: đang nhận bài")
	return s
}

func transcript(chat []message) string {
	var b strings.Builder
	for _, m := range chat {
		b.WriteString(m.Text)
		for _, row := range m.Buttons {
			for _, button := range row {
				b.WriteString(" [" + button.Text + "]")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (s *square) lastOf(chat []message) string {
	for i := len(chat) - 1; i >= 0; i-- {
		if chat[i].FromBot {
			return chat[i].Text
		}
	}
	return ""
}
