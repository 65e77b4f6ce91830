package bot

import (
	"encoding/json"
	"strconv"
)

// build collects the parameters of one call. What is empty is left out:
// Telegram takes "null" and "" for wrong values, not for missing ones.
type build struct{ p Params }

func to(chatID int64) build {
	return build{Params{"chat_id": strconv.FormatInt(chatID, 10)}}
}

func (b build) text(name, value string) build {
	if value != "" {
		b.p[name] = value
	}
	return b
}

func (b build) int(name string, value int64) build {
	if value != 0 {
		b.p[name] = strconv.FormatInt(value, 10)
	}
	return b
}

func (b build) flag(name string, value bool) build {
	if value {
		b.p[name] = "true"
	}
	return b
}

// html adds a text in Telegram's HTML under the given name.
func (b build) html(name, value string) build {
	if value != "" {
		b.p[name], b.p["parse_mode"] = value, "HTML"
	}
	return b
}

// keyboard adds inline buttons. Without any the parameter is left out, which
// takes the keyboard away from a message that is edited.
func (b build) keyboard(k Keyboard) build {
	if rows := k.rows(); rows != nil {
		b.json("reply_markup", InlineKeyboard{rows})
	}
	return b
}

// json adds an object. Its values are ours: strings, numbers and flags, which
// can always be written.
func (b build) json(name string, value any) build {
	raw, err := json.Marshal(value)
	if err != nil {
		panic("bot: parameter " + name + ": " + err.Error())
	}
	b.p[name] = string(raw)
	return b
}
