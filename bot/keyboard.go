package bot

import "encoding/json"

// Keyboard is the rows of inline buttons under a message. An empty one is no
// keyboard.
type Keyboard [][]Button

// Button is one inline button (Bot API: InlineKeyboardButton). Exactly one of
// Data, URL and CopyText says what it does.
type Button struct {
	Text     string   `json:"text"`
	Data     string   `json:"callback_data,omitempty"` // 1 to 64 bytes, comes back in Callback.Data
	URL      string   `json:"url,omitempty"`
	CopyText CopyText `json:"copy_text,omitzero"`
	Style    string   `json:"style,omitempty"` // "", danger, success or primary; older apps show it plain
}

// CopyText is what a button puts on the clipboard, 1 to 256 characters (Bot
// API: CopyTextButton).
type CopyText string

// copyText is CopyText on its way.
type copyText struct {
	Text string `json:"text"`
}

// MarshalJSON implements json.Marshaler.
func (c CopyText) MarshalJSON() ([]byte, error) { return json.Marshal(copyText{string(c)}) }

// UnmarshalJSON implements json.Unmarshaler.
func (c *CopyText) UnmarshalJSON(raw []byte) error {
	var w copyText
	err := json.Unmarshal(raw, &w)
	*c = CopyText(w.Text)
	return err
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
