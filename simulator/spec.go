package simulator

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed botapi-10.1.json
var botAPIFile []byte

// specification is the Bot API as machines read it.
type specification struct {
	Methods map[string]*method     `json:"methods"`
	Types   map[string]*objectType `json:"types"`

	folded map[string]*method // by lower-case name: the server does not mind case
}

// method is a method of the Bot API.
type method struct {
	Name    string   `json:"-"`
	Returns []string `json:"returns"`
	Fields  []field  `json:"fields"`

	byName map[string]*field
}

// objectType is a type of the Bot API. One with Subtypes is any of them.
type objectType struct {
	Fields   []field  `json:"fields"`
	Subtypes []string `json:"subtypes"`

	byName map[string]*field
}

// field is a parameter of a method or a field of a type.
type field struct {
	Name     string   `json:"name"`
	Types    []string `json:"types"` // alternatives
	Required bool     `json:"required"`
	Const    string   `json:"const"` // the value that tells subtypes apart
	Enum     []string `json:"enum"`
}

// botAPI reads the specification once for all servers; nobody changes it.
var botAPI = sync.OnceValue(func() *specification {
	var s specification
	if err := json.Unmarshal(botAPIFile, &s); err != nil {
		panic("simulator: botapi-10.1.json: " + err.Error())
	}
	s.folded = map[string]*method{}
	for name, m := range s.Methods {
		m.Name, m.byName = name, index(m.Fields)
		s.folded[strings.ToLower(name)] = m
	}
	for _, t := range s.Types {
		t.byName = index(t.Fields)
	}
	return &s
})

func index(fields []field) map[string]*field {
	byName := make(map[string]*field, len(fields))
	for i := range fields {
		byName[fields[i].Name] = &fields[i]
	}
	return byName
}

// find returns the method of that name, or nil.
func (s *specification) find(name string) *method {
	if m := s.Methods[name]; m != nil {
		return m
	}
	return s.folded[strings.ToLower(name)]
}
