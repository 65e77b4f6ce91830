package bot

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"
)

// refusals are the errors a broadcaster must treat, word for word as the
// server writes them.
var refusals = []struct {
	code        int
	description string
	kind        Kind
}{
	{429, "Too Many Requests: retry after 14", KindWait},

	{403, "Forbidden: bot was blocked by the user", KindPersonGone},
	{403, "Forbidden: user is deactivated", KindPersonGone},
	{403, "Forbidden: bot can't initiate conversation with a user", KindPersonGone},
	{403, "Forbidden: the bot can't send messages to the bot", KindPersonGone},
	{403, "Forbidden: bot was kicked from the group chat", KindChatGone},
	{403, "Forbidden: bot was kicked from the supergroup chat", KindChatGone},
	{403, "Forbidden: bot was kicked from the channel chat", KindChatGone},
	{403, "Forbidden: bot is not a member of the group chat", KindChatGone},
	{403, "Forbidden: bot is not a member of the supergroup chat", KindChatGone},
	{403, "Forbidden: bot is not a member of the channel chat", KindChatGone},
	{403, "Forbidden: the group chat was deleted", KindChatGone},
	{403, "Forbidden: something new", KindNoRights},

	{400, "Bad Request: group chat was upgraded to a supergroup chat", KindMigrated},
	{400, "Bad Request: chat not found", KindChatGone},
	{400, "Bad Request: private chat not found", KindPersonGone},
	{400, "Bad Request: USER_IS_BLOCKED", KindPersonGone},
	{400, "Bad Request: INPUT_USER_DEACTIVATED", KindPersonGone},
	{400, "Bad Request: chat_id is empty", KindMessageBad},
	{400, "Bad Request: PEER_ID_INVALID", KindChatGone},
	{400, "Bad Request: have no write access to the chat", KindNoRights},
	{400, "Bad Request: not enough rights to send text messages to the chat", KindNoRights},
	{400, "Bad Request: need administrator rights in the channel chat", KindNoRights},
	{400, "Bad Request: CHAT_WRITE_FORBIDDEN", KindNoRights},
	{400, "Bad Request: CHAT_ADMIN_REQUIRED", KindNoRights},
	{400, "Bad Request: message thread not found", KindThreadGone},
	{400, "Bad Request: TOPIC_CLOSED", KindThreadGone},
	{400, "Bad Request: TOPIC_DELETED", KindThreadGone},
	{400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message", KindNotModified},
	{400, "Bad Request: message to edit not found", KindEditGone},
	{400, "Bad Request: message can't be edited", KindEditGone},
	{400, "Bad Request: message to delete not found", KindEditGone},
	{400, "Bad Request: message can't be deleted", KindEditGone},
	{400, "Bad Request: message can't be deleted for everyone", KindEditGone},
	{400, "Bad Request: message to be replied not found", KindReplyGone},
	{400, "Bad Request: message to copy not found", KindMessageBad},
	{400, "Bad Request: message to forward not found", KindMessageBad},
	{400, "Bad Request: query is too old and response timeout expired or query ID is invalid", KindQueryOld},
	{400, "Bad Request: message is too long", KindMessageBad},
	{400, "Bad Request: message caption is too long", KindMessageBad},
	{400, "Bad Request: text is too long", KindMessageBad},
	{400, "Bad Request: message text is empty", KindMessageBad},
	{400, `Bad Request: can't parse entities: Unsupported start tag "chat not found" at byte offset 0`, KindMessageBad},
	{400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard", KindMessageBad},
	{400, "Bad Request: BUTTON_DATA_INVALID", KindMessageBad},
	{400, "Bad Request: reply markup is too long", KindMessageBad},
	{400, "Bad Request: wrong file identifier/HTTP URL specified", KindFileBad},
	{400, "Bad Request: wrong remote file identifier specified: Wrong character in the string", KindFileBad},
	{400, "Bad Request: wrong file_id or the file is temporarily unavailable", KindFileLater},
	{400, "Bad Request: file is too big", KindFileBig},
	{400, "Bad Request: BALANCE_TOO_LOW", KindBalance},
	{400, "Bad Request: PAYMENT_REQUIRED", KindBalance},
	{400, "Bad Request: FROZEN_METHOD_INVALID", KindFatal},
	{400, "Bad Request: Bad Gateway", KindUnknownOutcome},
	{400, "Bad Request: something new", KindMessageBad},

	{401, "Unauthorized", KindFatal},
	{401, "Unauthorized: invalid token specified", KindFatal},
	{404, "Not Found", KindFatal},
	{404, "Not Found: method not found", KindFatal},
	{409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", KindConflict},
	{409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", KindFatal},
	{413, "Request Entity Too Large: total size of parameters is too big", KindMessageBad},
	{421, "Misdirected Request: unallowed token specified", KindFatal},
	{500, "Internal Server Error: restart", KindUnknownOutcome},
	{500, "Internal Server Error: request aborted", KindUnknownOutcome},
	{502, "Bad Gateway", KindUnknownOutcome},
}

func TestRefusals(t *testing.T) {
	for _, tt := range refusals {
		t.Run(tt.description, func(t *testing.T) {
			body, err := json.Marshal(map[string]any{"ok": false, "error_code": tt.code, "description": tt.description})
			if err != nil {
				t.Fatal(err)
			}
			c := dial(t, Options{Transport: wire(func(string, *http.Request) (int, string, error) {
				return tt.code, string(body), nil
			})}).Broadcast()
			for name, s := range map[string]Send{
				"text":   {ChatID: 5, HTML: "Xin chào"},
				"upload": {ChatID: 6, Media: []Media{{Kind: "photo", Upload: &File{Name: "a.jpg", Bytes: []byte("jpeg")}}}},
			} {
				_, err := c.Send(t.Context(), s)
				var e *Error
				if !errors.As(err, &e) || e.Kind != tt.kind || e.Code != tt.code || e.Status != tt.code || e.Description != tt.description {
					t.Errorf("%s: got %#v, want kind %v", name, err, tt.kind)
				}
			}
		})
	}
}

func TestRefusalParameters(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		kind       Kind
		wait       time.Duration
		migrate    int64
	}{
		{"retry_after", tooMany(14), KindWait, 14 * time.Second, 0},
		{"no retry_after", `{"ok":false,"error_code":429,"description":"Too Many Requests"}`, KindWait, time.Second, 0},
		{"absurd retry_after", tooMany(1e18), KindWait, 24 * time.Hour, 0},
		{"negative retry_after", tooMany(-1e18), KindWait, time.Second, 0},
		{"supergroup", `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001234567890}}`, KindMigrated, 0, -1001234567890},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, Options{Transport: wire(func(string, *http.Request) (int, string, error) { return 400, tt.body, nil })})
			_, err := c.Broadcast().Send(t.Context(), Send{ChatID: -4, HTML: "."})
			var e *Error
			if !errors.As(err, &e) || e.Kind != tt.kind || e.RetryAfter != tt.wait || e.MigrateTo != tt.migrate {
				t.Errorf("got %#v", err)
			}
		})
	}
}

func TestKindNames(t *testing.T) {
	if len(kindNames) != int(KindCancelled)+1 {
		t.Errorf("%d names for %d kinds", len(kindNames), KindCancelled+1)
	}
	for _, tt := range []struct {
		kind Kind
		name string
	}{
		{0, "no error"}, {KindWait, "wait"}, {KindQueryOld, "query old"}, {KindFatal, "fatal"},
		{KindUnknownOutcome, "unknown outcome"}, {KindCancelled, "cancelled"}, {-1, "unknown kind"}, {99, "unknown kind"},
	} {
		if got := tt.kind.String(); got != tt.name {
			t.Errorf("%d is called %q, want %q", tt.kind, got, tt.name)
		}
	}
	if KindOf(nil) != 0 || KindOf(errors.New("else")) != 0 {
		t.Error("errors of others have a kind")
	}
}
