package simulator

import (
	"regexp"
	"strings"
)

// webhook is Bot API's WebhookInfo. Updates go there by courier.
type webhook struct {
	URL            string   `json:"url"`
	Certificate    bool     `json:"has_custom_certificate"`
	Pending        int      `json:"pending_update_count"`
	IP             string   `json:"ip_address,omitempty"`
	MaxConnections int64    `json:"max_connections,omitempty"`
	Allowed        []string `json:"allowed_updates,omitempty"`

	secret string
}

// secretForm is what a secret_token may be (Bot API: setWebhook).
var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

func (s *Server) setWebhook(c *call) (any, error) {
	url := c.params["url"]
	if url == "" {
		return s.deleteWebhook(c)
	}
	if !strings.HasPrefix(url, "https://") {
		return nil, bad("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if c.has("secret_token") && !secretForm.MatchString(c.params["secret_token"]) {
		return nil, bad("secret token contains unallowed characters")
	}
	var kinds []string
	if c.has("allowed_updates") {
		if err := c.json("allowed_updates", &kinds); err != nil {
			return nil, err
		}
	}
	u := &s.updates
	u.mu.Lock()
	defer u.mu.Unlock()
	if c.has("allowed_updates") {
		u.allow(kinds)
	}
	_, certificate := c.files["certificate"]
	connections := c.int("max_connections")
	if connections == 0 {
		connections = 40
	}
	u.webhook = webhook{URL: url, Certificate: certificate, IP: c.params["ip_address"], MaxConnections: min(max(connections, 1), 100),
		secret: c.params["secret_token"]}
	u.endPoll(errWebhookStarted)
	if c.flag("drop_pending_updates") {
		u.waiting = nil
	}
	u.sendOff(s, u.waiting...)
	return true, nil
}

func (s *Server) deleteWebhook(c *call) (any, error) {
	u := &s.updates
	u.mu.Lock()
	defer u.mu.Unlock()
	u.webhook = webhook{}
	if c.flag("drop_pending_updates") {
		u.waiting = nil
	}
	return true, nil
}

func (s *Server) getWebhookInfo(*call) (any, error) {
	u := &s.updates
	u.mu.Lock()
	defer u.mu.Unlock()
	u.confirm(0)
	info := u.webhook
	info.Pending, info.Allowed = len(u.waiting), u.allowed
	return info, nil
}
