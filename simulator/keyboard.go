package simulator

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

const (
	maxButtons   = 100 // in a keyboard, our choice: the real limit is unspecified
	maxRow       = 8
	maxData      = 64  // bytes (Bot API: InlineKeyboardButton)
	maxCopyText  = 256 // (Bot API: CopyTextButton)
	maxForceHint = 64  // (Bot API: ForceReply)
)

// inlineKeyboard is Bot API's InlineKeyboardMarkup.
type inlineKeyboard struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

// inlineButton is Bot API's InlineKeyboardButton. What is only handed through
// stays raw.
type inlineButton struct {
	Text         string          `json:"text"`
	Icon         string          `json:"icon_custom_emoji_id,omitempty"`
	Style        string          `json:"style,omitempty"`
	URL          string          `json:"url,omitempty"`
	Data         *string         `json:"callback_data,omitempty"`
	CopyText     *copyText       `json:"copy_text,omitempty"`
	WebApp       *webApp         `json:"web_app,omitempty"`
	LoginURL     json.RawMessage `json:"login_url,omitempty"`
	Switch       *string         `json:"switch_inline_query,omitempty"`
	SwitchHere   *string         `json:"switch_inline_query_current_chat,omitempty"`
	SwitchChosen json.RawMessage `json:"switch_inline_query_chosen_chat,omitempty"`
	Game         json.RawMessage `json:"callback_game,omitempty"`
	Pay          bool            `json:"pay,omitempty"`
}

type copyText struct {
	Text string `json:"text"`
}

type webApp struct {
	URL string `json:"url"`
}

func (k *inlineKeyboard) same(o *inlineKeyboard) bool {
	if k == nil || o == nil {
		return k == o
	}
	return slices.Equal(mustJSON(k), mustJSON(o))
}

// markup is a reply_markup of any kind.
type markup struct {
	inline      *inlineKeyboard // nil = none
	reply       bool            // some reply keyboard: such a message can't be edited
	placeholder string          // of a ForceReply
	keys        [][]Key         // of a ReplyKeyboardMarkup
	dropsKeys   bool            // ReplyKeyboardRemove
}

func (m markup) buttons() [][]Button {
	if m.inline == nil {
		return nil
	}
	rows := make([][]Button, len(m.inline.Rows))
	for i, row := range m.inline.Rows {
		for _, b := range row {
			shown := Button{Text: b.Text, URL: b.URL}
			if b.Data != nil {
				shown.Data = *b.Data
			}
			if b.CopyText != nil {
				shown.CopyText = b.CopyText.Text
			}
			rows[i] = append(rows[i], shown)
		}
	}
	return rows
}

// readMarkup reads reply_markup, whose types check has seen.
func readMarkup(c *call) (markup, error) {
	if !c.has("reply_markup") {
		return markup{}, nil
	}
	private := !strings.HasPrefix(c.params["chat_id"], "-")
	var m struct {
		inlineKeyboard
		Keyboard    [][]keyWire `json:"keyboard"`
		Remove      bool        `json:"remove_keyboard"`
		ForceReply  bool        `json:"force_reply"`
		Placeholder string      `json:"input_field_placeholder"`
	}
	if err := c.json("reply_markup", &m); err != nil {
		return markup{}, err
	}
	if m.Rows != nil {
		inline, err := m.tidy(private)
		return markup{inline: inline}, err
	}
	if runes(m.Placeholder) > maxForceHint {
		return markup{}, bad("can't parse reply keyboard markup: input_field_placeholder is too long")
	}
	keys, err := readKeys(m.Keyboard, private)
	if err != nil {
		return markup{}, err
	}
	found := markup{reply: m.ForceReply || m.Remove || m.Keyboard != nil, keys: keys, dropsKeys: m.Remove}
	if m.ForceReply {
		found.placeholder = m.Placeholder
		if m.Placeholder == "" {
			found.placeholder = "…"
		}
	}
	return found, nil
}

// tidy checks the buttons and drops empty rows; no button is no keyboard.
func (k inlineKeyboard) tidy(private bool) (*inlineKeyboard, error) {
	tidied := &inlineKeyboard{}
	total := 0
	for _, row := range k.Rows {
		if len(row) == 0 {
			continue
		}
		for _, b := range row {
			if err := b.check(private); err != nil {
				return nil, err
			}
		}
		if total += len(row); total > maxButtons || len(row) > maxRow {
			return nil, errMarkupLong
		}
		tidied.Rows = append(tidied.Rows, row)
	}
	if total == 0 {
		return nil, nil
	}
	return tidied, nil
}

var styles = []string{"", "danger", "success", "primary"}

// check says what is wrong with a button. The texts in capitals come from
// Telegram's core.
func (b inlineButton) check(private bool) error {
	actions := 0
	for _, given := range []bool{
		b.URL != "", b.Data != nil && *b.Data != "", b.CopyText != nil, b.WebApp != nil, b.LoginURL != nil,
		b.Switch != nil, b.SwitchHere != nil, b.SwitchChosen != nil, b.Game != nil, b.Pay,
	} {
		if given {
			actions++
		}
	}
	switch {
	case strings.TrimSpace(b.Text) == "":
		return bad("can't parse inline keyboard button: button text must be non-empty")
	case actions == 0:
		return bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case actions > 1:
		return bad("can't parse inline keyboard button: exactly one action is allowed")
	case !slices.Contains(styles, b.Style):
		return bad("can't parse inline keyboard button: unknown style %q", b.Style)
	case b.Data != nil && len(*b.Data) > maxData:
		return errButtonData
	case b.URL != "" && !linkOfButton(b.URL):
		return bad("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
	case b.CopyText != nil && (b.CopyText.Text == "" || runes(b.CopyText.Text) > maxCopyText):
		return bad("BUTTON_COPY_TEXT_INVALID")
	case b.WebApp != nil && !private:
		return bad("BUTTON_TYPE_INVALID")
	case b.WebApp != nil && !strings.HasPrefix(b.WebApp.URL, "https://"):
		return bad("inline keyboard button Web App URL '%s' is invalid: Only HTTPS links are allowed", b.WebApp.URL)
	}
	return nil
}

// linkOfButton reports whether a button may lead there.
func linkOfButton(link string) bool {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "" && u.Host == "" && u.Opaque == "" {
		return false
	}
	return checkedLink(link) != "" && !strings.Contains(u.Hostname(), "localhost")
}
