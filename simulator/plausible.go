package simulator

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// example makes a value of a type with its required fields only: zeros, empty
// strings and lists, and the first of alternatives.
func (s *specification) example(t string) any {
	switch {
	case strings.HasPrefix(t, "Array of "):
		return []any{}
	case t == "Integer" || t == "Float":
		return 0
	case t == "Boolean":
		return true
	case t == "String":
		return ""
	}
	o := s.Types[t]
	if o == nil {
		return nil
	}
	if len(o.Subtypes) > 0 {
		return s.example(o.Subtypes[0])
	}
	object := map[string]any{}
	for _, f := range o.Fields {
		switch {
		case !f.Required:
		case f.Const != "":
			object[f.Name] = f.Const
		case len(f.Enum) > 0:
			object[f.Name] = f.Enum[0]
		default:
			object[f.Name] = s.example(f.Types[0])
		}
	}
	return object
}

// plausible answers a method that nothing is pretended for: the chat must be
// there and open to the bot, a message is shown, anything else is made up out
// of the parameters of the same name.
func (s *Server) plausible(c *call) (any, error) {
	returns := c.method.Returns[0]
	if returns == "Message" && c.has("chat_id") && strings.HasPrefix(c.method.Name, "send") {
		return s.sendOther(c)
	}
	if c.has("chat_id") {
		answer, err := s.aboutChat(c, returns)
		if answer != nil || err != nil {
			return answer, err
		}
	}
	answer := s.spec.example(returns)
	if object, ok := answer.(map[string]any); ok {
		s.fill(object, c, s.spec.Types[returns])
	}
	return answer, nil
}

// aboutChat checks the chat of a call, and returns its message if the call
// returns one.
func (s *Server) aboutChat(c *call, returns string) (any, error) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	ch, err := s.find(c.params["chat_id"])
	if err != nil {
		return nil, err
	}
	if err := ch.writable(); err != nil {
		return nil, err
	}
	if !c.has("message_id") {
		return nil, nil
	}
	_, p := ch.visible(c.int("message_id"))
	switch {
	case p == nil:
		return nil, bad("message not found")
	case returns == "Message":
		return &p.wire, nil
	}
	return nil, nil
}

// fill takes simple parameters over into an object that has them as fields.
func (s *Server) fill(object map[string]any, c *call, t *objectType) {
	for name, value := range c.params {
		f := t.byName[name]
		if f == nil {
			continue
		}
		switch f.Types[0] {
		case "String":
			object[name] = value
		case "Integer", "Float":
			object[name] = json.Number(value)
		case "Boolean":
			object[name] = c.flag(name)
		}
	}
}

// sendOther sends content that is nothing but handed through: sendVoice,
// sendLocation and the like.
func (s *Server) sendOther(c *call) (any, error) {
	name := snake(strings.TrimPrefix(c.method.Name, "send"))
	k, err := readCaption(c)
	if err != nil {
		return nil, err
	}
	k.captions = c.method.byName["caption"] != nil
	if k.otherName, k.other, err = s.attachment(c, name, c.params[name]); err != nil {
		return nil, err
	}
	return s.sendOne(c, k)
}

// attachment is content of the kind that a field of Message has that name for.
// Files come from the body or by their file_id.
func (s *Server) attachment(c *call, name, id string) (string, json.RawMessage, error) {
	f := s.spec.Types["Message"].byName[name]
	if f == nil {
		return "", nil, bad("there is no content %q", name)
	}
	thing, ok := s.spec.example(f.Types[0]).(map[string]any)
	if !ok { // a list, such as paid media: shown empty
		return name, mustJSON(s.spec.example(f.Types[0])), nil
	}
	if _, isFile := thing["file_id"]; isFile {
		part := name
		if attached, ok := strings.CutPrefix(id, "attach://"); ok {
			part = attached
		}
		if u, ok := c.files[part]; ok {
			if len(u.bytes) == 0 {
				return "", nil, errFileEmpty
			}
			s.files.uploaded()
			id, _ = s.files.keep(name, u.bytes)
			if s.spec.Types[f.Types[0]].byName["file_name"] != nil {
				thing["file_name"] = u.name
			}
		}
		kept := s.files.find(id)
		switch {
		case kept == nil:
			return "", nil, wrongFile(id)
		case kept.kind != name:
			return "", nil, wrongKind(kept.kind, name)
		}
		thing["file_id"], thing["file_unique_id"], thing["file_size"] = kept.id, kept.unique, len(kept.bytes)
	}
	s.fill(thing, c, s.spec.Types[f.Types[0]])
	switch name {
	case "dice":
		thing["value"] = 1
	case "location":
		if outside(c.params["latitude"], 90) || outside(c.params["longitude"], 180) {
			return "", nil, errLocation
		}
	}
	return name, mustJSON(thing), nil
}

// outside reports whether a number is none, or beyond a limit on either side.
func outside(text string, limit float64) bool {
	n, err := strconv.ParseFloat(text, 64)
	return err != nil || math.IsNaN(n) || math.Abs(n) > limit
}

// snake is "VideoNote" as "video_note".
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
