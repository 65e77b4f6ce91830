package simulator

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// settings is what the bot has set about itself.
type settings struct {
	mu       sync.Mutex
	commands map[string]json.RawMessage // by scope and language
	texts    map[string]string          // by method and language
	menus    map[string]json.RawMessage // by chat, "" = all
}

func (t *settings) start() {
	t.commands, t.texts, t.menus = map[string]json.RawMessage{}, map[string]string{}, map[string]json.RawMessage{}
}

// botUser is Bot API's User as getMe answers it.
type botUser struct {
	wireUser
	JoinGroups bool `json:"can_join_groups"`
	ReadAll    bool `json:"can_read_all_group_messages"`
	Inline     bool `json:"supports_inline_queries"`
	Business   bool `json:"can_connect_to_business"`
	WebApp     bool `json:"has_main_web_app"`
}

func (s *Server) getMe(*call) (any, error) {
	return botUser{wireUser: s.bot, JoinGroups: true}, nil
}

const (
	maxCommands    = 100 // (Bot API: setMyCommands)
	maxCommandText = 256 // (Bot API: BotCommand)
)

var (
	commandForm  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageForm = regexp.MustCompile(`^([a-z]{2})?$`)
)

// place is the key of a setting: the scope, "" = default, and the language.
func (c *call) place() (string, error) {
	language := c.params["language_code"]
	if !languageForm.MatchString(language) {
		return "", bad("language code is invalid")
	}
	var scope map[string]any
	if c.has("scope") {
		if err := c.json("scope", &scope); err != nil {
			return "", err
		}
	}
	if scope["type"] == "default" {
		scope = nil
	}
	return string(mustJSON(scope)) + language, nil
}

func (s *Server) setMyCommands(c *call) (any, error) {
	var list []struct{ Command, Description string }
	if err := c.json("commands", &list); err != nil {
		return nil, err
	}
	if len(list) > maxCommands {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	for _, command := range list {
		switch {
		case !commandForm.MatchString(strings.TrimPrefix(command.Command, "/")):
			return nil, bad("BOT_COMMAND_INVALID")
		case command.Description == "" || runes(command.Description) > maxCommandText:
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	place, err := c.place()
	if err != nil {
		return nil, err
	}
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	s.settings.commands[place] = json.RawMessage(c.params["commands"])
	return true, nil
}

func (s *Server) getMyCommands(c *call) (any, error) {
	place, err := c.place()
	if err != nil {
		return nil, err
	}
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	if list, ok := s.settings.commands[place]; ok {
		return list, nil
	}
	return []string{}, nil
}

func (s *Server) deleteMyCommands(c *call) (any, error) {
	place, err := c.place()
	if err != nil {
		return nil, err
	}
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	delete(s.settings.commands, place)
	return true, nil
}

// myTexts are the texts that a bot has about itself, with their greatest
// lengths (Bot API: setMyName, setMyDescription, setMyShortDescription).
var myTexts = map[string]int{"name": 64, "description": 512, "short_description": 120}

// myText is which of them a method is about.
func (c *call) myText() string {
	for name := range myTexts {
		if strings.EqualFold(c.method.Name[len("setMy"):], strings.ReplaceAll(name, "_", "")) {
			return name
		}
	}
	panic("simulator: no text of the bot in " + c.method.Name)
}

func (s *Server) setMyText(c *call) (any, error) {
	name := c.myText()
	place, err := c.place()
	if err != nil {
		return nil, err
	}
	if runes(c.params[name]) > myTexts[name] {
		return nil, bad("BOT_%s_TOO_LONG", strings.ToUpper(name))
	}
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	s.settings.texts[name+place] = c.params[name]
	return true, nil
}

func (s *Server) getMyText(c *call) (any, error) {
	name := c.myText()
	place, err := c.place()
	if err != nil {
		return nil, err
	}
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	text := s.settings.texts[name+place]
	if text == "" && name == "name" {
		text = s.bot.FirstName
	}
	return map[string]string{name: text}, nil
}

func (s *Server) setChatMenuButton(c *call) (any, error) {
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	button := json.RawMessage(`{"type":"default"}`)
	if c.has("menu_button") {
		button = slices.Clone(json.RawMessage(c.params["menu_button"]))
	}
	s.settings.menus[c.params["chat_id"]] = button
	return true, nil
}

func (s *Server) getChatMenuButton(c *call) (any, error) {
	s.settings.mu.Lock()
	defer s.settings.mu.Unlock()
	for _, chatID := range []string{c.params["chat_id"], ""} {
		if button, ok := s.settings.menus[chatID]; ok {
			return button, nil
		}
	}
	return json.RawMessage(`{"type":"default"}`), nil
}
