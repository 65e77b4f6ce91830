package bot

import "context"

// CreateTopic makes a topic in a forum and returns its thread id. The bot must
// be an administrator there who may manage topics; KindNoRights tells that it
// is not, KindMessageBad that the group is no forum (Bot API:
// createForumTopic; the name is 1 to 128 characters).
func (c *Client) CreateTopic(ctx context.Context, chatID int64, name string) (thread int, err error) {
	var topic struct {
		ThreadID int `json:"message_thread_id"`
	}
	err = c.Call(ctx, "createForumTopic", to(chatID).text("name", name).p, nil, &topic)
	return topic.ThreadID, err
}
