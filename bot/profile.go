package bot

import "context"

// Me is the bot itself; a KindFatal error means that the token is wrong (Bot
// API: getMe).
func (c *Client) Me(ctx context.Context) (User, error) {
	var me User
	err := c.Call(ctx, "getMe", nil, nil, &me)
	return me, err
}

// Command is one line of the menu of commands.
type Command struct {
	Name        string `json:"command"`     // 1 to 32 of a-z, 0-9 and _
	Description string `json:"description"` // 1 to 256 characters
}

// Commands is the menu of commands of one language in one place.
type Commands struct {
	List     []Command
	Language string // two letters; "" = for all languages without a menu of their own
	ChatID   int64  // only this chat; 0 = all private chats
}

// commandScope is Bot API's BotCommandScope.
type commandScope struct {
	Type   string `json:"type"`
	ChatID int64  `json:"chat_id,omitempty"`
}

// SetCommands sets a menu of commands (Bot API: setMyCommands).
func (c *Client) SetCommands(ctx context.Context, m Commands) error {
	scope := commandScope{Type: "all_private_chats"}
	if m.ChatID != 0 {
		scope = commandScope{"chat", m.ChatID}
	}
	list := append([]Command{}, m.List...) // never null
	b := build{Params{}}.json("commands", list).json("scope", scope).text("language_code", m.Language)
	return c.Call(ctx, "setMyCommands", b.p, nil, nil)
}

// SetMenuCommands makes the menu button of private chats open the commands
// (Bot API: setChatMenuButton).
func (c *Client) SetMenuCommands(ctx context.Context) error {
	button := struct {
		Type string `json:"type"`
	}{"commands"}
	return c.Call(ctx, "setChatMenuButton", build{Params{}}.json("menu_button", button).p, nil, nil)
}

// SetDescription sets what an empty chat with the bot shows, up to 512
// characters (Bot API: setMyDescription).
func (c *Client) SetDescription(ctx context.Context, text, language string) error {
	b := build{Params{}}.text("description", text).text("language_code", language)
	return c.Call(ctx, "setMyDescription", b.p, nil, nil)
}

// SetShortDescription sets the bot's line on its profile and in shared links,
// up to 120 characters (Bot API: setMyShortDescription).
func (c *Client) SetShortDescription(ctx context.Context, text, language string) error {
	b := build{Params{}}.text("short_description", text).text("language_code", language)
	return c.Call(ctx, "setMyShortDescription", b.p, nil, nil)
}

// WebhookInfo is the URL to which Telegram sends updates, "" if they are
// polled, and how many wait (Bot API: getWebhookInfo).
func (c *Client) WebhookInfo(ctx context.Context) (url string, pending int, err error) {
	var info struct {
		URL     string `json:"url"`
		Pending int    `json:"pending_update_count"`
	}
	err = c.Call(ctx, "getWebhookInfo", nil, nil, &info)
	return info.URL, info.Pending, err
}

// Webhook is where Telegram shall send updates.
type Webhook struct {
	URL    string // https, port 443, 80, 88 or 8443
	Secret string // 1 to 256 of A-Z a-z 0-9 _ -; comes back with every request
}

// SetWebhook makes Telegram send updates instead of having them polled, the
// kinds of ReadUpdates and as many at a time as it can (Bot API: setWebhook).
// What waits is kept.
func (c *Client) SetWebhook(ctx context.Context, w Webhook) error {
	b := build{Params{}}.text("url", w.URL).text("secret_token", w.Secret).int("max_connections", 100).json("allowed_updates", ReadUpdates)
	return c.Call(ctx, "setWebhook", b.p, nil, nil)
}

// DeleteWebhook takes the bot back to polling. What waits is kept (Bot API:
// deleteWebhook).
func (c *Client) DeleteWebhook(ctx context.Context) error {
	return c.Call(ctx, "deleteWebhook", nil, nil, nil)
}
