// Package bot is the line to Telegram: it carries messages and knows nothing
// of what they mean.
//
// One Client serves one token. All its calls that count against Telegram's
// limits pass one gate with two lanes: answers to people first, broadcasts
// (Client.Broadcast) with what is left. A Poller fetches updates and confirms
// them only after they were stored; Lanes hands them out, in order per chat.
//
// Every failure is an *Error with a Kind that says what to do about it. The
// token is in no error and in no log line.
package bot
