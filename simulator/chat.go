package simulator

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// world is all chats and people. One lock guards it: what is done under it
// takes a microsecond or so.
type world struct {
	mu       sync.Mutex
	chats    map[int64]*chat
	named    map[string]*chat // groups and channels by username
	people   map[int64]*Person
	lastID   int64 // of private messages: one counter for the whole bot
	nextUser int64
	nextChat int64
	albums   int64
	taps     taps
}

func (w *world) start() {
	w.chats, w.named, w.people = map[int64]*chat{}, map[string]*chat{}, map[int64]*Person{}
	w.nextUser, w.nextChat = 500000001, -1002000000001
	w.taps.start()
}

// chat is one chat of the bot.
type chat struct {
	wire    wireChat
	person  *Person // of a private chat
	group   *Group  // of any other
	moved   int64   // of a group that is a supergroup now: its id
	topics  map[int64]*topic
	posts   []*post // by id; deleted ones stay, marked
	lastID  int64   // in groups and channels
	arrived int     // messages of the bot, ever
	changed chan struct{}
	audience
	pace   pace
	window window
}

func newChat(wire wireChat) *chat {
	return &chat{wire: wire, pace: newPace(1, chatBurst)}
}

func (ch *chat) private() bool { return ch.person != nil }

// nextID numbers a message: in private chats and basic groups over all of them,
// as at Telegram.
func (w *world) nextID(ch *chat) int64 {
	counter := &ch.lastID
	if ch.private() || ch.wire.Type == "group" {
		counter = &w.lastID
	}
	*counter++
	return *counter
}

// find returns the message of that id and its place, deleted or not.
func (ch *chat) find(id int64) (int, *post) {
	i, ok := slices.BinarySearchFunc(ch.posts, id, func(p *post, id int64) int { return int(p.wire.ID - id) })
	if !ok {
		return 0, nil
	}
	return i, ch.posts[i]
}

// visible is find without deleted messages.
func (ch *chat) visible(id int64) (int, *post) {
	i, p := ch.find(id)
	if p == nil || p.deleted {
		return 0, nil
	}
	return i, p
}

// add shows a message, with the message it replies to.
func (ch *chat) add(p *post, reply *post) {
	if reply != nil {
		quoted := reply.wire
		quoted.ReplyTo = nil // as at Telegram, one level only
		p.wire.ReplyTo, p.shown.ReplyTo = &quoted, quoted.ID
	}
	ch.posts = append(ch.posts, p)
	if p.fromBot {
		ch.arrived++
		ch.tell(Event{Kind: Sent, Message: p.shown})
	}
	ch.touch()
}

// replace puts the new version of a message in the place of the old one.
func (ch *chat) replace(i int, p *post) {
	ch.posts[i] = p
	ch.touch()
}

// touch wakes up who waits for the chat to change.
func (ch *chat) touch() {
	if ch.changed != nil {
		close(ch.changed)
		ch.changed = nil
	}
}

// look is the chat as it stands, and a channel that is closed when it changes.
func (s *Server) look(ch *chat) ([]Message, <-chan struct{}) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	var messages []Message
	for _, p := range ch.posts {
		if !p.deleted {
			messages = append(messages, p.shown)
		}
	}
	if ch.changed == nil {
		ch.changed = make(chan struct{})
	}
	return messages, ch.changed
}

// wait returns when the condition holds. It is asked again whenever something
// changes in the chat, and must not change the messages.
func (s *Server) wait(ctx context.Context, ch *chat, holds func([]Message) bool) error {
	for {
		messages, changed := s.look(ch)
		if holds(messages) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait in chat %d: %w", ch.wire.ID, context.Cause(ctx))
		case <-s.done:
			return fmt.Errorf("wait in chat %d: %w", ch.wire.ID, errClosed)
		}
	}
}

// waitFor returns the newest message of the bot with these words.
func (s *Server) waitFor(ctx context.Context, ch *chat, words string) (found Message, err error) {
	err = s.wait(ctx, ch, func(chat []Message) bool {
		for _, m := range slices.Backward(chat) {
			if m.FromBot && strings.Contains(m.Text, words) {
				found = m
				return true
			}
		}
		return false
	})
	return found, err
}

// audience is who watches a chat. Events are handed over in order, by a
// goroutine that is there only while there are any.
type audience struct {
	mu       sync.Mutex
	watching atomic.Bool
	watchers []func(Event)
	waiting  []Event
	telling  bool
}

func (a *audience) watch(f func(Event)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.watchers = append(a.watchers, f)
	a.watching.Store(true)
}

func (a *audience) tell(e Event) {
	if !a.watching.Load() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = append(a.waiting, e)
	if !a.telling {
		a.telling = true
		go a.run()
	}
}

func (a *audience) run() {
	for {
		a.mu.Lock()
		events, watchers := a.waiting, a.watchers
		a.waiting, a.telling = nil, len(events) > 0
		a.mu.Unlock()
		if len(events) == 0 {
			return
		}
		for _, e := range events {
			for _, f := range watchers {
				f(e)
			}
		}
	}
}

// find returns the chat that a parameter names, by id or @username.
func (s *Server) find(chatID string) (*chat, error) {
	if name, ok := strings.CutPrefix(chatID, "@"); ok {
		if ch := s.world.named[strings.ToLower(name)]; ch != nil {
			return ch, nil
		}
		return nil, errChatNotFound
	}
	id, err := parseID(chatID)
	if err != nil {
		return nil, err
	}
	ch := s.world.chats[id]
	if ch == nil {
		return nil, errChatNotFound
	}
	return ch, nil
}

// writable says why the bot can't write to a chat, if so.
func (ch *chat) writable() error {
	if p := ch.person; p != nil {
		switch {
		case p.deactivated:
			return errDeactivated
		case !p.started:
			return errNotStarted
		case p.blocked:
			return errBlocked
		}
		return nil
	}
	if ch.moved != 0 {
		return &refusal{code: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", migrateTo: ch.moved}
	}
	return ch.group.writable()
}

// edited is the copy of a post to be changed and put in its place.
func (p *post) edited(now time.Time) *post {
	q := *p
	q.wire.EditDate, q.shown.EditedAt = now.Unix(), now
	return &q
}
