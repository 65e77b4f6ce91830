package bot

import "encoding/json"

// Keyboard is the rows of inline buttons under a message. An empty one is no
// keyboard.
type Keyboard [][]Button

// Button is one inline button (Bot API: InlineKeyboardButton). Exactly one of
// Data, URL and CopyText says what it does.
type Button struct {
	Text     string
	Data     string // 1 to 64 bytes, comes back in Callback.Data
	URL      string
	CopyText string // 1 to 256 characters
	Style    string // "", danger, success or primary; older apps show it plain
}

// buttonWire is a button as Telegram writes it.
type buttonWire struct {
	Text     string    `json:"text"`
	Data     string    `json:"callback_data,omitempty"`
	URL      string    `json:"url,omitempty"`
	CopyText *copyText `json:"copy_text,omitempty"`
	Style    string    `json:"style,omitempty"`
}

type copyText struct {
	Text string `json:"text"`
}

// MarshalJSON writes the button as the Bot API reads it.
func (b Button) MarshalJSON() ([]byte, error) {
	w := buttonWire{Text: b.Text, Data: b.Data, URL: b.URL, Style: b.Style}
	if b.CopyText != "" {
		w.CopyText = &copyText{b.CopyText}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads a button of a message.
func (b *Button) UnmarshalJSON(raw []byte) error {
	var w buttonWire
	if err := json.Unmarshal(raw, &w); err != nil {
		return err
	}
	*b = Button{Text: w.Text, Data: w.Data, URL: w.URL, Style: w.Style}
	if w.CopyText != nil {
		b.CopyText = w.CopyText.Text
	}
	return nil
}

// InlineKeyboard is a keyboard as it hangs on a message (Bot API:
// InlineKeyboardMarkup).
type InlineKeyboard struct {
	Rows Keyboard `json:"inline_keyboard"`
}

// rows leaves out empty rows, which Telegram refuses.
func (k Keyboard) rows() Keyboard {
	var rows Keyboard
	for _, row := range k {
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}
