// Package simulator is a pretend Telegram: it answers the Bot API over HTTP
// and lends telephones to pretend people.
//
// It checks every request against the specification of Bot API 10.1 and
// refuses what the real server refuses, with its words, as far as those are
// known. Messages of private chats are numbered by one counter per bot, those
// of a supergroup or channel by a counter of their own, as at Telegram.
//
// What no source states is a choice of ours, and said to be one where it is
// made. Not pretended: inline mode, payments, stories, businesses, Markdown.
// Their methods are checked against the specification and answered with
// something plausible.
package simulator
