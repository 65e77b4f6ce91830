package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// How Telegram sends updates to a webhook (tdlib/telegram-bot-api
// WebhookActor.cpp): one at a time for each chat, and for the taps of each
// person, so many side by side as setWebhook says; any 2xx confirms; otherwise
// the same once more at once, then after 2, 4, 8 … 60 s or what Retry-After
// says, until the update is too old.
const (
	webhookPatience = 60 * time.Second
	firstPause      = 2 * time.Second
	longestPause    = 60 * time.Second
	longestAsked    = time.Hour // that a Retry-After is heeded
)

// courier carries updates to a webhook.
type courier struct {
	behind string // base URL of what listens behind the bot's https address; "" = nobody
	client *http.Client
	queues map[string][]update // by whom they are in order; there while somebody carries them
	hands  chan struct{}       // at most so many side by side
}

// ForwardTo says where the program behind the bot's https address listens,
// such as http://127.0.0.1:8080. Until then a webhook's updates wait.
func (s *Server) ForwardTo(base string) {
	u := &s.updates
	u.mu.Lock()
	defer u.mu.Unlock()
	u.courier.behind = base
	u.courier.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}, Timeout: webhookPatience}
	u.sendOff(s, u.waiting...)
}

// sendOff hands updates to the courier, if there is a webhook. The lock is
// held.
func (u *updates) sendOff(s *Server, list ...update) {
	c := &u.courier
	if u.webhook.URL == "" || c.behind == "" {
		return
	}
	if c.queues == nil {
		c.queues = map[string][]update{}
	}
	if cap(c.hands) != int(u.webhook.MaxConnections) {
		c.hands = make(chan struct{}, u.webhook.MaxConnections)
	}
	for _, one := range list {
		key := one.order()
		queue, carried := c.queues[key]
		if slices.ContainsFunc(queue, one.same) { // the webhook was set once more
			continue
		}
		c.queues[key] = append(queue, one)
		if !carried {
			go s.carry(key)
		}
	}
}

func (u update) same(other update) bool { return u.id == other.id }

// order names the queue of an update: the taps of a person are one, and the
// messages of a chat are another, so that a tap can overtake a message.
func (u update) order() string {
	var body struct {
		Chat *struct{ ID int64 }
		From *struct{ ID int64 }
	}
	if json.Unmarshal(u.body, &body) != nil {
		return ""
	}
	switch {
	case u.kind == "callback_query" && body.From != nil:
		return "tap " + strconv.FormatInt(body.From.ID, 10)
	case body.Chat != nil:
		return "chat " + strconv.FormatInt(body.Chat.ID, 10)
	}
	return ""
}

// carry takes the updates of one queue to the webhook until none is left.
func (s *Server) carry(key string) {
	u := &s.updates
	for pause := time.Duration(0); ; {
		u.mu.Lock()
		queue, hook, hands := u.courier.queues[key], u.webhook, u.courier.hands
		if hook.URL == "" || len(queue) == 0 {
			delete(u.courier.queues, key)
			u.mu.Unlock()
			return
		}
		one := queue[0]
		gone := u.now().After(one.until) || !slices.ContainsFunc(u.waiting, one.same) // dropped
		u.mu.Unlock()

		delivered, asked := false, time.Duration(0)
		if !gone {
			hands <- struct{}{}
			delivered, asked = s.ring(hook, one)
			<-hands
		}
		if !delivered && !gone {
			if !s.pass(max(pause, asked)) {
				return
			}
			pause = min(max(2*pause, firstPause), longestPause)
			continue
		}
		pause = 0
		u.mu.Lock()
		u.courier.queues[key] = u.courier.queues[key][1:]
		u.waiting = slices.DeleteFunc(slices.Clone(u.waiting), one.same)
		u.mu.Unlock()
	}
}

// ring makes one attempt, and says how long the webhook asked to be left alone.
func (s *Server) ring(hook webhook, one update) (delivered bool, asked time.Duration) {
	there, back := s.trouble.latency()
	if !s.pass(there) {
		return false, 0
	}
	address, err := url.Parse(hook.URL)
	if err != nil {
		return false, 0
	}
	u := &s.updates
	u.mu.Lock()
	behind, client := u.courier.behind, u.courier.client
	u.mu.Unlock()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, behind+address.RequestURI(), bytes.NewReader(mustJSON(one)))
	if err != nil {
		return false, 0
	}
	r.Header.Set("Content-Type", "application/json")
	if hook.secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	}
	resp, err := client.Do(r)
	if err != nil {
		return false, 0
	}
	resp.Body.Close()
	if !s.pass(back) {
		return false, 0
	}
	seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	return resp.StatusCode/100 == 2, min(time.Duration(seconds)*time.Second, longestAsked)
}
