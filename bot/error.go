package bot

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Error is what every failed call returns. It never holds a URL or the token.
type Error struct {
	Method      string // of the Bot API, such as sendMessage
	Kind        Kind
	Status      int           // of HTTP; 0 if there was no answer
	Code        int           // error_code of the answer; 0 if it had none
	Description string        // of the answer
	RetryAfter  time.Duration // of KindWait: how long Telegram wants silence
	MigrateTo   int64         // of KindMigrated: the id of the supergroup
	Err         error         // the cause, if Telegram did not answer
}

// Error says what was called and how it ended.
func (e *Error) Error() string {
	text := e.Method + ": "
	switch {
	case e.Description != "":
		return text + strconv.Itoa(e.Code) + " " + e.Description
	case e.Status != 0:
		text += "status " + strconv.Itoa(e.Status) + ", "
	}
	text += e.Kind.String()
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Missing tells of KindEditGone that there is no such message, rather than
// that it must stay as it is (tdlib/telegram-bot-api Client.cpp: "message to
// delete not found").
func (e *Error) Missing() bool {
	return e.Kind == KindEditGone && strings.Contains(strings.ToLower(e.Description), "not found")
}

// Unwrap gives the cause, so that errors.Is finds context.Canceled.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the *Error in err, or 0 if there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}
