package bot

import "context"

// standing is what the bot is in a chat (Bot API: ChatMember).
type standing struct {
	Status  string `json:"status"`
	CanPost bool   `json:"can_post_messages"` // of an administrator of a channel
	CanSend bool   `json:"can_send_messages"` // of a restricted member
}

// mayPost says whether the bot may write there: in a channel that is a right,
// in a group it can be taken.
func (s standing) mayPost(channel bool) bool {
	switch s.Status {
	case "administrator":
		return s.CanPost || !channel
	case "member":
		return !channel
	case "restricted":
		return s.CanSend
	}
	return false
}

// MayPost asks whether the bot, whose own id is me, may write in a group or
// channel (Bot API: getChatMember). KindChatGone tells that it is not there.
func (c *Client) MayPost(ctx context.Context, chatID int64, channel bool, me int64) (bool, error) {
	var s standing
	err := c.Call(ctx, "getChatMember", to(chatID).int("user_id", me).p, nil, &s)
	return s.mayPost(channel), err
}
