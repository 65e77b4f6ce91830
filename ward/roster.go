package ward

import (
	"strings"
	"time"
)

// Expected is somebody on a list of people who are expected to register: what
// the list says, and nothing else. The line goes when they have come.
type Expected struct {
	ID      int64
	WardID  int64
	GroupID int64 // 0: not known
	Name    string
	Phone   string // E.164, empty: not given
	At      time.Time
}

// Match finds the lines that a newcomer of that name may be, of those that
// have the name: in the ward and group, as far as both sides know them.
func Match(lines []Expected, wardID, groupID int64) []Expected {
	var found []Expected
	for _, e := range lines {
		if (wardID == 0 || e.WardID == wardID) && (groupID == 0 || e.GroupID == 0 || e.GroupID == groupID) {
			found = append(found, e)
		}
	}
	return found
}

// Phone reads a Vietnamese mobile number as people write it, 0912 345 678,
// +84 (0)912… or 0084912…, and returns it in E.164. Mobile numbers are nine
// digits that begin with 3, 5, 7, 8 or 9.
func Phone(s string) (e164 string, ok bool) {
	var b strings.Builder
	for i, r := range strings.TrimSpace(s) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0, strings.ContainsRune(" .-()\u00a0", r):
		default:
			return "", false
		}
	}
	digits := b.String()
	for _, prefix := range []string{"0084", "84"} { // 84 1234567 is no prefix: nine digits must follow
		if rest, cut := strings.CutPrefix(digits, prefix); cut && len(strings.TrimPrefix(rest, "0")) >= 9 {
			digits = rest
			break
		}
	}
	digits = strings.TrimPrefix(digits, "0")
	if len(digits) != 9 || !strings.ContainsRune("35789", rune(digits[0])) {
		return "", false
	}
	return "+84" + digits, true
}

// MaskPhone shows enough of a number to tell two people apart: 0912 ••• 678.
func MaskPhone(e164 string) string {
	digits, ok := strings.CutPrefix(e164, "+84")
	if !ok || len(digits) != 9 {
		return ""
	}
	return "0" + digits[:3] + " ••• " + digits[6:]
}
