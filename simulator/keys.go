package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// Key is a key that an app shows in place of its letters (Bot API:
// KeyboardButton): it sends its text, or where the person is.
type Key struct {
	Text     string
	Location bool
}

// keyWire is a key as bots write it.
type keyWire struct {
	Text            string `json:"text"`
	RequestLocation bool   `json:"request_location"`
	RequestContact  bool   `json:"request_contact"`
}

// readKeys checks the keys of a ReplyKeyboardMarkup.
func readKeys(rows [][]keyWire, private bool) (keys [][]Key, err error) {
	for _, row := range rows {
		var line []Key
		for _, k := range row {
			switch {
			case strings.TrimSpace(k.Text) == "":
				return nil, bad("can't parse keyboard button: button text must be non-empty")
			case k.RequestLocation && !private:
				return nil, bad("location can be requested in private chats only")
			case k.RequestContact && !private:
				return nil, bad("phone number can be requested in private chats only")
			}
			line = append(line, Key{Text: k.Text, Location: k.RequestLocation})
		}
		if len(line) > 0 {
			keys = append(keys, line)
		}
	}
	return keys, nil
}

// Keys are the keys that the app shows now in place of its letters.
func (p *Person) Keys() [][]Key {
	messages, _ := p.server.look(p.chat)
	for _, m := range slices.Backward(messages) {
		switch {
		case !m.FromBot:
		case len(m.Keys) > 0:
			return m.Keys
		case m.DropsKeys:
			return nil
		}
	}
	return nil
}

// PressKey presses one of the Keys with this label. One that asks for the
// location sends it, as if the person had agreed when their app asked. It fails
// if there is no such key.
func (p *Person) PressKey(label string) (Message, error) {
	for _, row := range p.Keys() {
		for _, k := range row {
			switch {
			case k.Text != label:
			case k.Location:
				return p.Location(), nil
			default:
				return p.Say(k.Text), nil
			}
		}
	}
	return Message{}, fmt.Errorf("no key %q in chat %d", label, p.chat.wire.ID)
}
