package bot

import "context"

// SendDocument uploads a file of at most 50 MB and sends it with a caption in
// HTML (Bot API: sendDocument). Its Field need not be set.
func (c *Client) SendDocument(ctx context.Context, chatID int64, file File, caption string) (Message, error) {
	file.Field = "document"
	var m Message
	err := c.Call(ctx, "sendDocument", to(chatID).html("caption", caption).p, []File{file}, &m)
	return m, err
}
