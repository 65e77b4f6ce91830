package simulator

import (
	"fmt"
	"strconv"
)

// refusal is an answer with ok = false (Bot API: Making requests).
type refusal struct {
	code        int
	description string
	retryAfter  int   // seconds, with code 429
	migrateTo   int64 // the supergroup that a group has become
}

func (r *refusal) Error() string { return r.description }

// bad is code 400, with the prefix that the real server puts before its reason.
func bad(format string, args ...any) *refusal {
	return &refusal{code: 400, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

// forbidden is code 403 in the same way.
func forbidden(reason string) *refusal {
	return &refusal{code: 403, description: "Forbidden: " + reason}
}

func conflict(reason string) *refusal {
	return &refusal{code: 409, description: "Conflict: " + reason}
}

func tooMany(seconds int) *refusal {
	return &refusal{code: 429, description: "Too Many Requests: retry after " + strconv.Itoa(seconds), retryAfter: seconds}
}

var (
	errUnauthorized = &refusal{code: 401, description: "Unauthorized"}
	errNotFound     = &refusal{code: 404, description: "Not Found"}
	errNoMethod     = &refusal{code: 404, description: "Not Found: method not found"}
	errTooLarge     = &refusal{code: 413, description: "Request Entity Too Large"}
	errRestart      = &refusal{code: 500, description: "Internal Server Error: restart"}
)

// Texts of the real server (tdlib/telegram-bot-api Client.cpp, tdlib/td).
var (
	errChatNotFound  = bad("chat not found")
	errChatEmpty     = bad("chat_id is empty")
	errNotModified   = bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	errNoEdit        = bad("message to edit not found")
	errCantEdit      = bad("message can't be edited")
	errNoDelete      = bad("message to delete not found")
	errCantDelete    = bad("message can't be deleted")
	errCantDeleteAll = bad("message can't be deleted for everyone")
	errNoCopy        = bad("message to copy not found")
	errNoForward     = bad("message to forward not found")
	errNoReply       = bad("message to be replied not found")
	// The text is unspecified; it is a name of the core API.
	errBalance        = bad("BALANCE_TOO_LOW")
	errNoThread       = bad("message thread not found")
	errTopicClosed    = bad("TOPIC_CLOSED")
	errNoForum        = bad("the chat is not a forum")
	errNoTopicRight   = bad("not enough rights to create a topic")
	errNoSendRight    = bad("not enough rights to send text messages to the chat")
	errURL            = bad("URL_INVALID")
	errNoMessageID    = bad("message identifier is not specified")
	errTextEmpty      = bad("message text is empty")
	errTextLong       = bad("message is too long")
	errTextTooLong    = bad("text is too long")
	errFileEmpty      = bad("file must be non-empty")
	errLocation       = bad("wrong location specified")
	errCaptionLong    = bad("message caption is too long")
	errNoText         = bad("there is no text in the message to edit")
	errNoCaption      = bad("there is no caption in the message to edit")
	errQueryOld       = bad("query is too old and response timeout expired or query ID is invalid")
	errButtonData     = bad("BUTTON_DATA_INVALID")
	errMarkupLong     = bad("reply markup is too long")
	errFileLater      = bad("wrong file_id or the file is temporarily unavailable")
	errBlocked        = forbidden("bot was blocked by the user")
	errDeactivated    = forbidden("user is deactivated")
	errNotStarted     = forbidden("bot can't initiate conversation with a user")
	errOtherPoll      = conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
	errWebhookActive  = conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	errWebhookStarted = conflict("terminated by setWebhook request")
)
