package bot

// Keys are rows of keys that an app shows in place of its letters (Bot API:
// ReplyKeyboardMarkup). A press on one sends a message: its text, or where the
// person is. They go away after one press, and with Send.DropKeys.
type Keys [][]Key

// Key is one of them (Bot API: KeyboardButton).
type Key struct {
	Text     string `json:"text"`
	Location bool   `json:"request_location,omitempty"` // the app asks first; private chats only
}

// replyKeyboard is Bot API's ReplyKeyboardMarkup.
type replyKeyboard struct {
	Keyboard Keys `json:"keyboard"`
	Resize   bool `json:"resize_keyboard"`
	Once     bool `json:"one_time_keyboard"`
}

// dropKeys is Bot API's ReplyKeyboardRemove.
type dropKeys struct {
	Remove bool `json:"remove_keyboard"`
}
