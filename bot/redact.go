package bot

import (
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// redact takes the token out of a text.
func (l *line) redact(text string) string {
	return strings.NewReplacer(l.token, "<token>", url.QueryEscape(l.token), "<token>").Replace(text)
}

// scrub is where every error of library and transport passes before anybody
// else sees it: the URL, which holds the token, is dropped. What then still
// holds the token loses its chain too, so that no unwrapping brings it back.
func (l *line) scrub(err error) error {
	var u *url.Error
	for errors.As(err, &u) && u.Err != nil {
		err = u.Err
	}
	if text := err.Error(); l.redact(text) != text {
		return errors.New(l.redact(text))
	}
	return err
}

var muted sync.Once

// muteLibrary gives the library a logger that repeats none of its values: its
// own one writes URLs with the token to standard error.
func muteLibrary() {
	muted.Do(func() { _ = tgbotapi.SetLogger(libraryLog{}) })
}

// libraryLog passes on only the fixed part of what the library logs.
type libraryLog struct{}

func (libraryLog) Println(...any) { slog.Debug("the Telegram library spoke") }

func (libraryLog) Printf(format string, _ ...any) {
	slog.Debug("the Telegram library spoke", "format", strings.TrimSpace(format))
}
