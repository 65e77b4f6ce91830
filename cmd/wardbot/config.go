package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/joho/godotenv"

	"wardbot/handlers"
	"wardbot/locales"
	"wardbot/ward"
)

// config is every setting there is; .env.example is its manual.
type config struct {
	Token         string
	APIURL        string
	Admins        []int64
	DatabaseURL   string
	Org           string
	Contact       string
	PlacesFile    string
	Zone          *time.Location
	Language      locales.Language
	Registration  handlers.Registration
	SendRate      float64 // messages a second
	Paid          bool    // Stars are paid for what is above 30 a second
	SendDelay     time.Duration
	ApproveAbove  int
	Links         ward.LinkList
	TextsDir      string // own words in place of ours; empty: none
	Retention     ward.Retention
	Quiet         ward.Quiet // when nobody is written to unasked
	DigestAt      ward.DigestTime
	HTTPAddr      string
	PublicURL     string // where Telegram sends updates; empty: they are polled
	WebhookSecret string
	LogLevel      slog.Level
	LogFormat     string
	Grace         time.Duration // see delivery.Options; set by no environment variable
}

// loadEnv reads .env in the working directory, if there is one. What is set
// in the environment already counts for more.
func loadEnv() error {
	err := godotenv.Load()
	if err == nil || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return fmt.Errorf(".env can't be read: %w; every line must look like NAME=value", err)
}

// settings reads the environment and gathers every mistake in it.
type settings struct {
	getenv   func(string) string
	mistakes []string
}

func (s *settings) wrong(name, cure string) { s.mistakes = append(s.mistakes, name+": "+cure) }

func (s *settings) text(name, fallback string) string {
	if v := strings.TrimSpace(s.getenv(name)); v != "" {
		return v
	}
	return fallback
}

func (s *settings) required(name, cure string) string {
	v := s.text(name, "")
	if v == "" {
		s.wrong(name, "is missing; "+cure)
	}
	return v
}

func (s *settings) oneOf(name, fallback string, others ...string) string {
	v := s.text(name, fallback)
	if v != fallback && !slices.Contains(others, v) {
		s.wrong(name, fmt.Sprintf("%q is not one of %s, %s", v, fallback, strings.Join(others, ", ")))
	}
	return v
}

// list splits at commas and spaces and drops what is empty.
func (s *settings) list(name string) []string {
	return strings.FieldsFunc(s.text(name, ""), func(r rune) bool { return r == ',' || r == ' ' })
}

// secretShape is what Telegram takes for a secret (Bot API: setWebhook); ours
// is long enough not to be guessed.
var secretShape = regexp.MustCompile(`^[A-Za-z0-9_-]{16,256}$`)

// webhook reads how updates come if they are not polled.
func (c *config) webhook(s *settings) {
	c.PublicURL, c.WebhookSecret = strings.TrimRight(s.text("PUBLIC_URL", ""), "/"), s.text("WEBHOOK_SECRET", "")
	if c.PublicURL == "" {
		return
	}
	if u, err := url.Parse(c.PublicURL); err != nil || u.Scheme != "https" || u.Host == "" {
		s.wrong("PUBLIC_URL", "must be an https address that Telegram can reach, such as https://bot.example.vn")
	}
	if c.HTTPAddr == "" {
		s.wrong("HTTP_ADDR", "is missing; with PUBLIC_URL something must listen behind it, such as 127.0.0.1:8080")
	}
	if !secretShape.MatchString(c.WebhookSecret) {
		s.wrong("WEBHOOK_SECRET", "must be 16 to 256 of A-Z a-z 0-9 _ - so that nobody else can post updates; make one with: openssl rand -hex 32")
	}
}

// days reads how long a thing is kept. Ten years is as good as for ever, and
// for ever is what nobody agreed to.
func (s *settings) days(name string, fallback int) time.Duration {
	n, err := strconv.Atoi(s.text(name, strconv.Itoa(fallback)))
	if err != nil || n < 1 || n > 3650 {
		s.wrong(name, "must be a number of days from 1 to 3650")
	}
	return time.Duration(n) * 24 * time.Hour
}

var tokenShape = regexp.MustCompile(`^\d+:[A-Za-z0-9_-]{10,}$`)

// readConfig reads the settings. All mistakes come back in one error, a line
// each, with its cure; no value that could be a secret is repeated.
func readConfig(getenv func(string) string) (config, error) {
	s := &settings{getenv: getenv}
	c := config{
		Token:        s.required("TELEGRAM_BOT_TOKEN", "ask @BotFather for one, it looks like 123456:ABC"),
		APIURL:       s.text("TELEGRAM_API_URL", ""),
		DatabaseURL:  s.text("DATABASE_URL", "file:wardbot.db"),
		Org:          s.required("ORG_NAME", "the organisation that signs every message"),
		Contact:      s.required("ORG_CONTACT", "how people reach the organisation, such as a phone number"),
		PlacesFile:   s.text("PLACES_FILE", ""),
		Registration: handlers.Registration(s.oneOf("REGISTRATION", "invite", "approve", "open")),
		Language:     locales.Language(s.oneOf("DEFAULT_LANGUAGE", "vi", "en")),
		Links:        s.list("LINK_ALLOW"),
		HTTPAddr:     s.text("HTTP_ADDR", ""),
		TextsDir:     s.text("TEXTS_DIR", ""),
		LogFormat:    s.oneOf("LOG_FORMAT", "text", "json"),
	}
	if c.Token != "" && !tokenShape.MatchString(c.Token) {
		s.wrong("TELEGRAM_BOT_TOKEN", "does not look like a token (123456:ABC…); copy it whole from @BotFather")
	}
	if u, err := url.Parse(c.APIURL); err != nil || c.APIURL != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		s.wrong("TELEGRAM_API_URL", "is no address; it looks like http://127.0.0.1:8081, or leave it out")
	}
	for _, id := range s.list("ADMIN_IDS") {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || n <= 0 {
			s.wrong("ADMIN_IDS", fmt.Sprintf("%q is no Telegram id; ids are numbers, separated by commas", id))
			continue
		}
		c.Admins = append(c.Admins, n)
	}
	var err error
	if c.Zone, err = time.LoadLocation(s.text("TIMEZONE", "Asia/Ho_Chi_Minh")); err != nil {
		s.wrong("TIMEZONE", "is no time zone; it looks like Asia/Ho_Chi_Minh")
	}
	if c.Quiet, err = ward.ParseQuiet(s.text("QUIET_HOURS", "21:00-06:30"), c.Zone); err != nil {
		s.wrong("QUIET_HOURS", "must be two times of day such as 21:00-06:30, or off")
	}
	if c.DigestAt, err = ward.ParseDigestTime(s.text("DIGEST_AT", "sun 20:00")); err != nil {
		s.wrong("DIGEST_AT", "must be a day of the week and a time, such as sun 20:00, or off")
	}
	c.Paid = s.oneOf("PAID_BROADCAST", "false", "true") == "true"
	fastest := 30.0
	if c.Paid {
		fastest = 1000
	}
	if c.SendRate, err = strconv.ParseFloat(s.text("SEND_RATE", "25"), 64); err != nil || !(c.SendRate > 0 && c.SendRate <= fastest) {
		s.wrong("SEND_RATE", "must be messages a second, above 0 and at most 30, which is what Telegram gives for nothing, or 1000 with PAID_BROADCAST=true")
	}
	if c.ApproveAbove, err = strconv.Atoi(s.text("APPROVE_ABOVE", "0")); err != nil || c.ApproveAbove < 0 {
		s.wrong("APPROVE_ABOVE", "must be a number of people; 0 is off")
	}
	if c.SendDelay, err = time.ParseDuration(s.text("SEND_DELAY", "10s")); err != nil || c.SendDelay < 0 || c.SendDelay > time.Hour {
		s.wrong("SEND_DELAY", "must be a time such as 10s, at most 1h")
	}
	if err := c.LogLevel.UnmarshalText([]byte(s.text("LOG_LEVEL", "info"))); err != nil {
		s.wrong("LOG_LEVEL", "must be debug, info, warn or error")
	}
	c.Retention = ward.Retention{
		Reports: s.days("RETENTION_REPORTS", 365), Media: s.days("RETENTION_MEDIA", 180),
		Logs: s.days("RETENTION_LOGS", 90), Inactive: s.days("RETENTION_INACTIVE", 90),
	}
	if c.HTTPAddr != "" {
		if _, _, err := net.SplitHostPort(c.HTTPAddr); err != nil {
			s.wrong("HTTP_ADDR", "must be host:port, such as 127.0.0.1:8080")
		}
	}
	c.webhook(s)
	if len(s.mistakes) > 0 {
		return c, errors.New(strings.Join(s.mistakes, "\n"))
	}
	return c, nil
}
