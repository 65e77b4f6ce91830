package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/joho/godotenv"
)

// env is an environment with what is required, and more.
func env(more ...string) func(string) string {
	vars := map[string]string{
		"TELEGRAM_BOT_TOKEN": "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ORG_NAME": "Hội LHPN phường", "ORG_CONTACT": "024 3765 0000",
	}
	for i := 0; i < len(more); i += 2 {
		vars[more[i]] = more[i+1]
	}
	return func(name string) string { return vars[name] }
}

func TestConfigDefaults(t *testing.T) {
	c, err := readConfig(env())
	if err != nil {
		t.Fatal(err)
	}
	if c.DatabaseURL != "file:wardbot.db" || c.SendRate != 25 || c.SendDelay != 10*time.Second || c.Zone.String() != "Asia/Ho_Chi_Minh" ||
		c.Registration != "invite" || c.Language != "vi" || c.HTTPAddr != "" || c.Quiet.From != 21*60 || c.Quiet.To != 6*60+30 {
		t.Errorf("got %+v", c)
	}
}

func TestConfigReadsEverything(t *testing.T) {
	c, err := readConfig(env("ADMIN_IDS", "1, 22", "LINK_ALLOW", "a.vn/x, t.me/y", "SEND_RATE", "30", "REGISTRATION", "open", "LOG_LEVEL", "debug"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{1, 22}, c.Admins); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a.vn/x", "t.me/y"}, []string(c.Links)); diff != "" {
		t.Error(diff)
	}
}

func TestConfigNamesEveryMistakeAtOnce(t *testing.T) {
	secret := "a token that is none"
	_, err := readConfig(env(
		"TELEGRAM_BOT_TOKEN", secret, "ORG_NAME", "", "ORG_CONTACT", " ", "ADMIN_IDS", "@mai,-5", "TIMEZONE", "Hà Nội", "SEND_RATE", "31",
		"SEND_DELAY", "soon", "APPROVE_ABOVE", "-1", "REGISTRATION", "all", "DEFAULT_LANGUAGE", "fr", "TELEGRAM_API_URL", "localhost", "LOG_LEVEL", "loud", "HTTP_ADDR", "8080",
		"PUBLIC_URL", "http://bot.example.vn", "WEBHOOK_SECRET", "short", "RETENTION_MEDIA", "0", "QUIET_HOURS", "at night", "DIGEST_AT", "sunday evening",
	))
	if err == nil {
		t.Fatal("no mistake was seen")
	}
	for _, name := range []string{
		"TELEGRAM_BOT_TOKEN", "ORG_NAME", "ORG_CONTACT", `ADMIN_IDS: "@mai"`, `ADMIN_IDS: "-5"`, "TIMEZONE", "SEND_RATE", "APPROVE_ABOVE", "SEND_DELAY",
		"REGISTRATION", "DEFAULT_LANGUAGE", "TELEGRAM_API_URL", "LOG_LEVEL", "HTTP_ADDR",
		"PUBLIC_URL", "WEBHOOK_SECRET", "RETENTION_MEDIA", "QUIET_HOURS", "DIGEST_AT",
	} {
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name)).MatchString(err.Error()) {
			t.Errorf("%s is not among the mistakes:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), secret) {
		t.Error("a mistake repeats the token")
	}
	if strings.Count(err.Error(), "\n") != 18 {
		t.Errorf("not a line each:\n%v", err)
	}
}

// TestEnvExample holds the manual of settings to the code: every setting is
// in it, with the default it has.
func TestEnvExample(t *testing.T) {
	raw, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(?:# )?([A-Z_]+)=(.*)$`).FindAllStringSubmatch(string(raw), -1) {
		settings[m[1]] = m[2]
	}
	asked := map[string]bool{}
	if _, err := readConfig(func(name string) string { asked[name] = true; return env()(name) }); err != nil {
		t.Fatal(err)
	}
	for name := range asked {
		if _, ok := settings[name]; !ok {
			t.Errorf("%s is not in .env.example", name)
		}
	}
	for name := range settings {
		if !asked[name] {
			t.Errorf("nobody reads %s of .env.example", name)
		}
	}
	with, err := readConfig(func(name string) string {
		if v := env()(name); v != "" || name == "PLACES_FILE" {
			return v
		}
		return settings[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	without, err := readConfig(env())
	if err != nil {
		t.Fatal(err)
	}
	with.APIURL = "" // the official one is what an empty one means
	if diff := cmp.Diff(without.Zone.String(), with.Zone.String()); diff != "" {
		t.Error(diff)
	}
	with.Zone, without.Zone, with.Quiet.Zone, without.Quiet.Zone = nil, nil, nil, nil
	if diff := cmp.Diff(without, with); diff != "" {
		t.Errorf("the defaults in .env.example are not those of the program (-program +manual):\n%s", diff)
	}
	if _, err := godotenv.Unmarshal(string(raw)); err != nil {
		t.Error(err)
	}
}
