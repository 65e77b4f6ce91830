package bot

import "strings"

// Kind says what to do about a failed call.
type Kind int

// The kinds of failure. Nothing was sent, except perhaps with
// KindUnknownOutcome.
const (
	KindWait           Kind = iota + 1 // too many requests: again after Error.RetryAfter
	KindPersonGone                     // blocked, deactivated, never started: until the person writes again
	KindChatGone                       // the bot is not in that chat any more, or there is none
	KindNoRights                       // the bot may not do this in that chat: its staff can mend it
	KindMigrated                       // the group is now the supergroup Error.MigrateTo
	KindNotModified                    // an edit that changes nothing: the message is there as wanted
	KindEditGone                       // no such message to edit or delete, or it is not the bot's, or too old
	KindReplyGone                      // the message replied to is not there: send without the reply
	KindThreadGone                     // the topic is closed or deleted: send without it
	KindQueryOld                       // too late to answer that tap; the tap itself still counts
	KindMessageBad                     // this message can go to nobody: its text, keyboard or source is wrong
	KindFileBad                        // that file_id cannot be sent: upload anew
	KindFileLater                      // the file cannot be fetched just now: try later
	KindFileBig                        // the file is too big to be fetched
	KindBalance                        // no Stars for a paid broadcast: go on without paying
	KindFatal                          // wrong token, frozen bot, wrong address: nothing will work
	KindConflict                       // somebody else polls with this token
	KindUnknownOutcome                 // it may have been done, or not: there is no answer one can trust
	KindNotSent                        // the network failed before anything was written
	KindCancelled                      // the context ended before anything was written
)

var kindNames = [...]string{
	"no error", "wait", "person gone", "chat gone", "no rights", "migrated", "not modified",
	"edit gone", "reply gone", "thread gone", "query old", "message bad", "file bad", "file later",
	"file big", "balance", "fatal", "conflict", "unknown outcome", "not sent", "cancelled",
}

// String is a short name for logs and counters.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown kind"
	}
	return kindNames[k]
}

// rules tell what an error of Telegram means, the first that fits: its code
// and a part of its description, in lower case. An empty part is any text.
//
// Texts: tdlib/telegram-bot-api Client.cpp (fail_query_with_error and the
// on_ok_ handlers), tdlib/td MessagesManager.cpp, DialogManager.cpp,
// MessageContent.cpp, NetQueryDelayer.cpp.
var rules = []struct {
	code int
	part string
	kind Kind
}{
	{429, "", KindWait},
	{401, "", KindFatal},
	{404, "", KindFatal},
	{421, "", KindFatal},
	{409, "webhook is active", KindFatal},
	{409, "", KindConflict},
	{413, "", KindMessageBad},

	{403, "blocked by the user", KindPersonGone},
	{403, "user is deactivated", KindPersonGone},
	{403, "can't initiate conversation", KindPersonGone},
	{403, "can't send messages to", KindPersonGone}, // other bots
	{403, "bot was kicked", KindChatGone},
	{403, "bot is not a member", KindChatGone},
	{403, "chat was deleted", KindChatGone},
	{403, "", KindNoRights},

	// First those whose text may quote ours.
	{400, "can't parse", KindMessageBad},
	{400, "upgraded to a supergroup", KindMigrated},
	{400, "private chat not found", KindPersonGone},
	{400, "user_is_blocked", KindPersonGone}, // raw names of the core API
	{400, "user_deactivated", KindPersonGone},
	{400, "chat not found", KindChatGone},
	{400, "peer_id_invalid", KindChatGone},
	{400, "no write access", KindNoRights},
	{400, "not enough rights", KindNoRights},
	{400, "need administrator rights", KindNoRights},
	{400, "chat_write_forbidden", KindNoRights},
	{400, "chat_admin_required", KindNoRights},
	{400, "message thread not found", KindThreadGone},
	{400, "topic_closed", KindThreadGone},
	{400, "topic_deleted", KindThreadGone},
	{400, "message is not modified", KindNotModified},
	{400, "message to edit not found", KindEditGone},
	{400, "message can't be edited", KindEditGone},
	{400, "message to delete not found", KindEditGone},
	{400, "message can't be deleted", KindEditGone},
	{400, "message to be replied not found", KindReplyGone},
	{400, "query is too old", KindQueryOld},
	{400, "temporarily unavailable", KindFileLater},
	{400, "wrong file identifier", KindFileBad},
	{400, "wrong remote file identifier", KindFileBad},
	{400, "file is too big", KindFileBig},
	{400, "balance", KindBalance},
	{400, "payment", KindBalance},
	{400, "frozen_method_invalid", KindFatal},
	{400, "bad gateway", KindUnknownOutcome},
	// A request that is wrong in a way not known yet is dropped, its reader
	// kept: the next message may be fine.
	{400, "", KindMessageBad},
}

// classify tells the kind of an answer of Telegram. What no rule knows, 5xx
// above all, may have been done.
func classify(code int, description string, migrateTo int64) Kind {
	if migrateTo != 0 {
		return KindMigrated
	}
	text := strings.ToLower(description)
	for _, r := range rules {
		if r.code == code && strings.Contains(text, r.part) {
			return r.kind
		}
	}
	return KindUnknownOutcome
}

// classifyStatus tells the kind of an answer without a readable body. A bare
// 400 or 403 is a firewall's, not Telegram's, and says nothing about anybody.
func classifyStatus(status int) Kind {
	switch status {
	case 400, 403:
		return KindUnknownOutcome
	default:
		return classify(status, "", 0)
	}
}
