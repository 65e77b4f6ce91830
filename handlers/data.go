package handlers

import (
	"strconv"
	"strings"
)

// Callback data is an action and numbers in base 36, "done:1f". It names what
// was tapped and nothing else: who taps comes from Telegram, what they may do
// from the database. 64 bytes at most (Bot API: InlineKeyboardButton).

// maxArgs is how many numbers there may be.
const maxArgs = 6

func data(action string, args ...int64) string {
	var b strings.Builder
	b.WriteString(action)
	for _, n := range args {
		b.WriteByte(':')
		b.WriteString(strconv.FormatInt(n, 36))
	}
	return b.String()
}

// parseData reads callback data. Anything we can't have written is not ok.
func parseData(s string) (action string, args []int64, ok bool) {
	if len(s) > 64 {
		return "", nil, false
	}
	action, rest, more := strings.Cut(s, ":")
	for more {
		var word string
		word, rest, more = strings.Cut(rest, ":")
		n, err := strconv.ParseInt(word, 36, 64)
		if err != nil || n < 0 || len(args) == maxArgs {
			return "", nil, false
		}
		args = append(args, n)
	}
	return action, args, action != ""
}

// parseCommand reads "/name@bot rest". Telegram marks commands with entities,
// but anything can be typed: the text is what counts.
func parseCommand(text string) (name, rest string, ok bool) {
	if !strings.HasPrefix(text, "/") {
		return "", "", false
	}
	name, rest, _ = strings.Cut(text[1:], " ")
	if i := strings.IndexByte(name, '\n'); i >= 0 {
		name, rest = name[:i], name[i+1:]+" "+rest
	}
	name, _, _ = strings.Cut(name, "@")
	name = strings.ToLower(name)
	if name == "" || len(name) > 32 {
		return "", "", false
	}
	return name, strings.TrimSpace(rest), true
}
