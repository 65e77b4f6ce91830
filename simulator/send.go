package simulator

import (
	"strconv"
	"strings"
	"time"
)

const (
	maxRaw     = 32768 // bytes of a text before parsing (tdlib/telegram-bot-api Client.cpp)
	maxText    = 4096  // code points after parsing (Bot API: sendMessage)
	maxCaption = 1024  // (Bot API: sendPhoto)
)

func (s *Server) sendMessage(c *call) (any, error) {
	k, err := readText(c)
	if err != nil {
		return nil, err
	}
	return s.sendOne(c, k)
}

// readText reads text, parse_mode and entities of a message.
func readText(c *call) (content, error) {
	raw := c.params["text"]
	if len(raw) > maxRaw {
		return content{}, errTextTooLong
	}
	k, err := formatted(c, raw, "entities")
	switch {
	case err != nil:
		return content{}, err
	case k.text == "":
		return content{}, errTextEmpty
	case runes(k.text) > maxText:
		return content{}, errTextLong
	}
	return k, nil
}

// readCaption is readText for captions, which may be empty.
func readCaption(c *call) (content, error) {
	k, err := formatted(c, c.params["caption"], "caption_entities")
	if err == nil && runes(k.text) > maxCaption {
		err = errCaptionLong
	}
	k.captions = true
	return k, err
}

// formatted gives a text its entities, those that Telegram finds included.
func formatted(c *call, raw, entitiesName string) (content, error) {
	var given []entity
	if c.has(entitiesName) {
		if err := c.json(entitiesName, &given); err != nil {
			return content{}, err
		}
	}
	return format(raw, c.params["parse_mode"], given)
}

func format(raw, mode string, entities []entity) (content, error) {
	text := raw
	switch strings.ToLower(mode) {
	case "html":
		var err error
		if text, entities, err = parseHTML(raw); err != nil {
			return content{}, err
		}
	case "":
		end := units(raw)
		for _, e := range entities {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > end {
				return content{}, bad("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", e.Offset, e.Offset+e.Length)
			}
		}
		sortEntities(entities)
	case "markdown", "markdownv2":
		return content{}, bad("can't parse entities: the simulator parses HTML only")
	default:
		return content{}, bad("unsupported parse_mode")
	}
	text = strings.ReplaceAll(text, "\r", "")
	text, entities = trim(text, entities)
	return content{text: text, html: raw, entities: withDetected(text, entities)}, nil
}

// replyTo is Bot API's ReplyParameters, as far as they matter here.
type replyTo struct {
	MessageID    int64 `json:"message_id"`
	AllowWithout bool  `json:"allow_sending_without_reply"`
}

// options reads what all sending methods share.
func (k *content) options(c *call) (err error) {
	k.topic = c.int("message_thread_id")
	k.silent, k.protected = c.flag("disable_notification"), c.flag("protect_content")
	if c.has("reply_parameters") {
		if err := c.json("reply_parameters", &k.reply); err != nil {
			return err
		}
	}
	k.markup, err = readMarkup(c)
	return err
}

// sendOne sends a content to the chat that the call names.
func (s *Server) sendOne(c *call, k content) (any, error) {
	if err := k.options(c); err != nil {
		return nil, err
	}
	posts, err := s.send(c, []content{k})
	if err != nil {
		return nil, err
	}
	return posts[0].wire.written(), nil
}

// send shows messages of the bot, all or none.
func (s *Server) send(c *call, contents []content) ([]*post, error) {
	now := s.now()
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.open(c, len(contents), now)
	if err != nil {
		return nil, err
	}
	return s.post(ch, contents, now)
}

// open finds the chat that a call writes to and lets n messages pass.
func (s *Server) open(c *call, n int, now time.Time) (*chat, error) {
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	if err := ch.writable(); err != nil {
		return nil, err
	}
	if err := ch.openTopic(c.int("message_thread_id")); err != nil {
		return nil, err
	}
	return ch, s.limits.admit(ch, n, c.flag("allow_paid_broadcast"), now)
}

// post shows messages of the bot in a chat that is open.
func (s *Server) post(ch *chat, contents []content, now time.Time) ([]*post, error) {
	posts := make([]*post, len(contents))
	for i, k := range contents {
		var reply *post
		if k.reply != nil {
			if _, reply = ch.visible(k.reply.MessageID); reply == nil && !k.reply.AllowWithout {
				return nil, errNoReply
			}
		}
		posts[i] = k.build(s.world.nextID(ch), ch, &s.bot, true, now)
		ch.add(posts[i], reply)
	}
	return posts, nil
}

func (s *Server) sendChatAction(c *call) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	if err := ch.writable(); err != nil {
		return nil, err
	}
	ch.tell(Event{Kind: Doing, Action: c.params["action"]})
	return true, nil
}

func parseID(text string) (int64, error) {
	if text == "" {
		return 0, errChatEmpty
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errChatNotFound
	}
	return id, nil
}
