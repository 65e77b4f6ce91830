package bot

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// spec is the Bot API, machine-readable (testdata/NOTE.md).
type spec struct {
	Methods map[string]struct{ Fields []specField }
	Types   map[string]specType
}

type specType struct {
	Fields   []specField
	Subtypes []string
}

type specField struct {
	Name     string
	Types    []string
	Required bool
	Const    string
}

var readSpec = sync.OnceValues(func() (*spec, error) {
	raw, err := os.ReadFile("testdata/botapi-10.1.json")
	if err != nil {
		return nil, err
	}
	var s spec
	return &s, json.Unmarshal(raw, &s)
})

// check says what is wrong with the parameters of a call; files are the names
// of those that were uploaded.
func (s *spec) check(method string, p Params, files []string) error {
	m, ok := s.Methods[method]
	if !ok {
		return fmt.Errorf("there is no method %s", method)
	}
	fields := map[string]specField{}
	for _, f := range m.Fields {
		fields[f.Name] = f
		_, given := p[f.Name]
		if f.Required && !given && !slices.Contains(files, f.Name) {
			return fmt.Errorf("%s: %s is required", method, f.Name)
		}
	}
	// A file may also go by the name that a list of media gives it.
	files = slices.DeleteFunc(slices.Clone(files), func(name string) bool {
		return strings.Contains(p["media"], `"attach://`+name+`"`)
	})
	for _, name := range slices.Concat(slices.Sorted(maps.Keys(p)), files) {
		if _, ok := fields[name]; !ok {
			return fmt.Errorf("%s: there is no parameter %s", method, name)
		}
	}
	for name, value := range p {
		if !s.fitsAny(fields[name].Types, formValue(fields[name].Types, value)) {
			return fmt.Errorf("%s: %s is %q, want %v", method, name, value, fields[name].Types)
		}
	}
	for _, name := range files {
		if !slices.Contains(fields[name].Types, "InputFile") {
			return fmt.Errorf("%s: %s cannot be uploaded", method, name)
		}
	}
	return nil
}

// formValue is a form's text as the value that it stands for: in a form, a
// plain string is written without quotes.
func formValue(types []string, text string) any {
	if text != "" && (slices.Contains(types, "String") || slices.Contains(types, "InputFile")) {
		return text
	}
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return nil
	}
	return v
}

// fitsAny lets each element of a list be of another type: an album holds
// photos and videos.
func (s *spec) fitsAny(types []string, v any) bool {
	if list, ok := v.([]any); ok && len(types) > 1 {
		var elements []string
		for _, t := range types {
			elements = append(elements, strings.TrimPrefix(t, "Array of "))
		}
		return !slices.ContainsFunc(list, func(v any) bool { return !s.fitsAny(elements, v) })
	}
	return slices.ContainsFunc(types, func(t string) bool { return s.fits(t, v) })
}

func (s *spec) fits(name string, v any) bool {
	if of, ok := strings.CutPrefix(name, "Array of "); ok {
		list, ok := v.([]any)
		return ok && !slices.ContainsFunc(list, func(v any) bool { return !s.fits(of, v) })
	}
	switch name {
	case "String", "InputFile":
		text, ok := v.(string)
		return ok && text != ""
	case "Boolean":
		_, ok := v.(bool)
		return ok
	case "Integer":
		switch v := v.(type) {
		case float64:
			return v == float64(int64(v))
		case string:
			_, err := strconv.ParseInt(v, 10, 64)
			return err == nil
		}
		return false
	case "Float":
		_, ok := v.(float64)
		return ok
	}
	t, ok := s.Types[name]
	if !ok {
		return false
	}
	if len(t.Subtypes) > 0 {
		return s.fitsAny(t.Subtypes, v)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return false
	}
	known := map[string]bool{}
	for _, f := range t.Fields {
		known[f.Name] = true
		value, given := object[f.Name]
		switch {
		case !given && f.Required,
			given && !s.fitsAny(f.Types, value),
			given && f.Const != "" && value != f.Const:
			return false
		}
	}
	return !slices.ContainsFunc(slices.Collect(maps.Keys(object)), func(name string) bool { return !known[name] })
}
