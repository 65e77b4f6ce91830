package main

import (
	"path/filepath"
	"strings"
	"testing"

	"wardbot/simulator"
)

func TestCheck(t *testing.T) {
	telegram := simulator.New(simulator.Options{})
	url, err := telegram.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { telegram.Close() })
	settings := []string{
		"TELEGRAM_BOT_TOKEN", telegram.Token(), "TELEGRAM_API_URL", url, "DATABASE_URL", "file:" + filepath.Join(t.TempDir(), "wardbot.db"),
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
