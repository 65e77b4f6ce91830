package main

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wardbot/simulator"
)

// TestWebhook runs the program with a webhook, talks to it, and takes it back
// to polling, which nothing but the operator's own word does.
func TestWebhook(t *testing.T) {
	telegram := simulator.New(simulator.Options{})
	url, err := telegram.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { telegram.Close() })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	here := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	telegram.ForwardTo("http://" + here)
	database := filepath.Join(t.TempDir(), "wardbot.db")
	settings := []string{
		"TELEGRAM_BOT_TOKEN", telegram.Token(), "TELEGRAM_API_URL", url, "DATABASE_URL", "file:" + database, "REGISTRATION", "open",
	}
	polled := env(settings...)
	hooked := env(append(settings, "HTTP_ADDR", here, "PUBLIC_URL", "https://bot.example.vn/", "WEBHOOK_SECRET", "0123456789abcdef")...)

	t.Chdir(t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	var log bytes.Buffer
	go func() { ended <- run(surroundings{ctx: ctx, getenv: hooked, out: &log, log: &log}, nil) }()
	lan := telegram.Person(simulator.Profile{FirstName: "Lan", LanguageCode: "vi"})
	lan.Start("")
	waiting, enough := context.WithTimeout(ctx, 20*time.Second)
	defer enough()
	if _, err := lan.WaitFor(waiting, "Chào anh/chị"); err != nil {
		t.Error(err)
	}
	if toast, err := lan.Tap("Bắt đầu"); err != nil {
		t.Errorf("tap: %q, %v", toast, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
	if n := telegram.Calls()["getUpdates"]; n != 0 {
		t.Errorf("polled %d times", n)
	}

	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"polling is refused, with the way out", nil, 2, "wardbot webhook delete"},
		{"show", []string{"webhook", "show"}, 0, "webhook: https://bot.example.vn/telegram"},
		{"delete", []string{"webhook", "delete"}, 0, "polled from now on"},
		{"show again", []string{"webhook", "show"}, 0, "none, updates are polled"},
	} {
		if written, code := start(t, polled, tt.args...); code != tt.code || !strings.Contains(written, tt.want) {
			t.Errorf("%s: exit code %d\n%s", tt.name, code, written)
		}
	}
}
