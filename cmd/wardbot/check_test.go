package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"wardbot/simulator"
	"wardbot/storage"
	"wardbot/ward"
)

func TestCheck(t *testing.T) {
	telegram := simulator.New(simulator.Options{})
	url, err := telegram.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { telegram.Close() })
	dsn := "file:" + filepath.Join(t.TempDir(), "wardbot.db")
	settings := []string{
		"TELEGRAM_BOT_TOKEN", telegram.Token(), "TELEGRAM_API_URL", url, "DATABASE_URL", dsn,
	}
	for _, tt := range []struct {
		name string
		args []string
		more []string
		code int
		want []string
	}{
		{"no places yet", []string{"check"}, nil, 1, []string{"ok    telegram   @wardbot_bot", "FAIL  places     0 wards", "wardbot places import"}},
		{"with places", []string{"places", "import", writeSample(t)}, nil, 0, nil},
		{"all is well", []string{"check"}, nil, 0, []string{
			"ok    settings   complete", "ok    updates    polled, 0 wait", "ok    database   schema ", "ok    places     10 wards, 139 residential groups",
			"ok    tallies    agree", "ok    disk       ", "ok    clock      ",
		}},
		{"a wrong token", []string{"check"}, []string{"TELEGRAM_BOT_TOKEN", "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAA"}, 1, []string{"FAIL  telegram   not reached", "@BotFather"}},
	} {
		written, code := start(t, env(append(settings, tt.more...)...), tt.args...)
		if code != tt.code {
			t.Errorf("%s: exit code %d\n%s", tt.name, code, written)
		}
		for _, want := range tt.want {
			if !strings.Contains(written, want) {
				t.Errorf("%s: %q is not in\n%s", tt.name, want, written)
			}
		}
	}
}

func TestCheckLinkedChats(t *testing.T) {
	telegram := simulator.New(simulator.Options{})
	url, err := telegram.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { telegram.Close() })
	dsn := "file:" + filepath.Join(t.TempDir(), "wardbot.db")
	settings := env("TELEGRAM_BOT_TOKEN", telegram.Token(), "TELEGRAM_API_URL", url, "DATABASE_URL", dsn)
	if written, code := start(t, settings, "places", "import", writeSample(t)); code != 0 {
		t.Fatal(written)
	}
	well, channel, left := telegram.Group("Tổ 1"), telegram.Channel("Kênh"), telegram.Group("Tổ 2")
	link(t, dsn, well.ID(), channel.ID(), left.ID())
	channel.Deny("can_post_messages")
	left.Kick()
	written, code := start(t, settings, "check")
	for _, want := range []string{`ok    chat       "Phường -1002000000001": the bot may post`, `FAIL  chat       "Phường -1002000000002": the bot may not post`,
		`FAIL  chat       "Phường -1002000000003": the bot may not post`} {
		if code != 1 || !strings.Contains(written, want) {
			t.Errorf("exit code %d: %q is not in\n%s", code, want, written)
		}
	}
}

// link links chats to the first ward.
func link(t *testing.T, dsn string, chats ...int64) {
	t.Helper()
	ctx := context.Background()
	store, err := storage.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	wards, err := store.Wards(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, chat := range chats {
		_, err := store.LinkBoard(ctx, ward.Board{ChatID: chat, Channel: i == 1, Title: fmt.Sprint("Phường ", chat), WardID: wards[0].ID})
		if err != nil {
			t.Fatal(err)
		}
	}
}
