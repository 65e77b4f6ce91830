package simulator

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// tapPatience is how long a telephone waits for the answer to a tap.
	tapPatience = 30 * time.Second

	// tapLife is how long a tap can be answered. The real limit is
	// unspecified; ours is how long Telegram keeps an unfetched one.
	tapLife = keepCallback

	maxToast = 200 // characters (Bot API: answerCallbackQuery)
)

// taps are the presses on buttons that the bot has not answered.
type taps struct {
	open map[string]*tap
	rng  *rand.Rand
}

// tap is one press on a button.
type tap struct {
	chat    *chat
	message Message
	at      time.Time
	answer  chan answered
}

// answered is what a tap leads to.
type answered struct{ toast, url string }

func (t *taps) start() {
	t.open, t.rng = map[string]*tap{}, rand.New(rand.NewPCG(1, 2))
}

// Tap presses the newest visible button with exactly this label and returns
// the text of the bot's answer. It fails if there is no such button, if the
// button opens a link, or if the bot does not answer within half a minute.
func (p *Person) Tap(label string) (toast string, err error) {
	m, data, err := p.server.button(p.chat, label)
	if err != nil {
		return "", err
	}
	return p.TapData(m, data)
}

// TapOn is Tap on a message as it was when it was read: its button counts even
// if the message has been edited since.
func (p *Person) TapOn(m Message, label string) (toast string, err error) {
	b, ok := m.Button(label)
	if !ok || b.Data == "" {
		return "", fmt.Errorf("message %d has no button %q to tap", m.ID, label)
	}
	return p.TapData(m, b.Data)
}

// TapData is a tap with any data, as forged apps can send it.
func (p *Person) TapData(m Message, data string) (toast string, err error) {
	a, err := p.server.tap(p, p.chat, m.ID, data)
	return a.toast, err
}

// Press is Tap that does not wait for the answer.
func (p *Person) Press(label string) error {
	m, data, err := p.server.button(p.chat, label)
	if err != nil {
		return err
	}
	_, err = p.server.press(p, p.chat, m.ID, data)
	return err
}

// button finds the newest visible button of that label.
func (s *Server) button(ch *chat, label string) (Message, string, error) {
	messages, _ := s.look(ch)
	for _, m := range slices.Backward(messages) {
		b, ok := m.Button(label)
		switch {
		case !ok:
		case b.Data == "":
			return m, "", fmt.Errorf("the button %q is a link or copies a text", label)
		default:
			return m, b.Data, nil
		}
	}
	return Message{}, "", fmt.Errorf("no button %q in chat %d", label, ch.wire.ID)
}

// tap presses and waits for the answer.
func (s *Server) tap(p *Person, ch *chat, messageID int64, data string) (answered, error) {
	t, err := s.press(p, ch, messageID, data)
	if err != nil {
		return answered{}, err
	}
	timer := time.NewTimer(tapPatience)
	defer timer.Stop()
	select {
	case a := <-t.answer:
		return a, nil
	case <-timer.C:
		return answered{}, fmt.Errorf("tap on message %d with %q: no answer within %v", messageID, data, tapPatience)
	case <-s.done:
		return answered{}, fmt.Errorf("tap on message %d: %w", messageID, errClosed)
	}
}

// press sends the bot a callback query. Of a message that is deleted it gets
// only chat and id.
func (s *Server) press(p *Person, ch *chat, messageID int64, data string) (*tap, error) {
	now := s.now()
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	if err := p.unreachable(); err != nil && ch.private() {
		return nil, fmt.Errorf("tap on message %d: this person %w", messageID, err)
	}
	_, post := ch.find(messageID)
	if post == nil || !post.fromBot {
		return nil, fmt.Errorf("no message %d of the bot in chat %d", messageID, ch.wire.ID)
	}
	q := wireCallback{
		ID:   strconv.FormatUint(s.world.taps.rng.Uint64()>>1, 10),
		From: p.user, ChatInstance: strconv.FormatInt(ch.wire.ID*7919, 10), Data: data, Message: &post.wire,
	}
	if post.deleted {
		q.Message = inaccessible{Chat: ch.wire, ID: messageID}
	}
	t := &tap{chat: ch, message: post.shown, at: now, answer: make(chan answered, 1)}
	s.world.taps.open[q.ID] = t
	s.updates.push("callback_query", q, keepCallback)
	return t, nil
}

func (s *Server) answerCallbackQuery(c *call) (any, error) {
	if runes(c.params["text"]) > maxToast {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	if url := c.params["url"]; url != "" && !s.leadsHere(url) {
		return nil, errURL
	}
	now := s.now()
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	id := c.params["callback_query_id"]
	t := s.world.taps.open[id]
	if t == nil {
		return nil, errQueryOld
	}
	delete(s.world.taps.open, id)
	if now.Sub(t.at) > tapLife {
		return nil, errQueryOld
	}
	t.answer <- answered{c.params["text"], c.params["url"]}
	t.chat.tell(Event{Kind: Answered, Message: t.message, Toast: c.params["text"], URL: c.params["url"]})
	return true, nil
}

// startPayload is what may follow ?start= (core.telegram.org/bots/features).
var startPayload = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// leadsHere reports whether a link opens the bot with a parameter: the only one
// that an answer may open, but for games, which are not pretended (Bot API:
// answerCallbackQuery).
func (s *Server) leadsHere(url string) bool {
	payload, ok := strings.CutPrefix(url, "https://t.me/"+s.bot.Username+"?start=")
	return ok && startPayload.MatchString(payload)
}
