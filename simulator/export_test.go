package simulator

// CheckAgainstSpec checks a decoded JSON value against a type of Bot API.
func CheckAgainstSpec(typeName string, v any) error {
	return botAPI().checkValue(typeName, v, "")
}

// ParseHTML is parseHTML without the kinds of its entities.
func ParseHTML(source string) (text string, marks []Mark, err error) {
	text, entities, err := parseHTML(source)
	for _, e := range entities {
		marks = append(marks, Mark{e.Type, e.Offset, e.Length, e.URL + e.Language + e.EmojiID + e.Format})
	}
	return text, marks, err
}

// Mark is an entity with whatever it carries besides its place.
type Mark struct {
	Type           string
	Offset, Length int
	Extra          string
}

// Types are the names of all types of Bot API.
func Types() (names []string) {
	for name := range botAPI().Types {
		names = append(names, name)
	}
	return names
}

// MadeUp is what an answer of that type is made of.
func MadeUp(typeName string) any { return botAPI().example(typeName) }

// Methods are the names of all methods with the types of what they return.
func Methods() map[string][]string {
	all := map[string][]string{}
	for name, m := range botAPI().Methods {
		all[name] = m.Returns
	}
	return all
}

// Required makes up the required parameters of a method.
func Required(method string) map[string]string {
	params := map[string]string{}
	for _, f := range botAPI().Methods[method].Fields {
		if !f.Required {
			continue
		}
		t := f.Types[0]
		if t == "InputFile" && len(f.Types) > 1 {
			t = f.Types[1]
		}
		params[f.Name] = string(mustJSON(botAPI().example(t)))
		if t == "String" {
			params[f.Name] = "x"
		}
	}
	return params
}
