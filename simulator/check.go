package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// check compares the parameters of a call with the specification. The real
// server overlooks unknown parameters and takes "abc" for the number 0; here
// both are refused, since they are always mistakes.
func (s *specification) check(c *call) error {
	for name, value := range c.params {
		f := c.method.byName[name]
		switch {
		case f == nil:
			return bad("unknown parameter %q", name)
		case !utf8.ValidString(value):
			return bad("strings must be encoded in UTF-8")
		}
		if err := s.checkParam(f, value); err != nil {
			return bad("parameter %s: %v", name, err)
		}
	}
	for i := range c.method.Fields {
		f := &c.method.Fields[i]
		if _, file := c.files[f.Name]; !f.Required || file {
			continue
		}
		value, given := c.params[f.Name]
		if given && (value != "" || !slices.Contains(f.Types, "Integer")) {
			continue
		}
		switch f.Name { // the server has words of its own for these
		case "chat_id":
			return errChatEmpty
		case "text":
			return errTextEmpty
		}
		return bad("parameter %q is required", f.Name)
	}
	return nil
}

// checkParam checks a parameter, which came as a string whatever its type.
func (s *specification) checkParam(f *field, value string) error {
	var first error
	for _, t := range f.Types {
		var err error
		switch t {
		case "String", "InputFile":
			return nil
		case "Integer":
			if _, parse := strconv.ParseInt(value, 10, 64); parse != nil {
				err = fmt.Errorf("%q is no integer", value)
			}
		case "Float":
			if _, parse := strconv.ParseFloat(value, 64); parse != nil {
				err = fmt.Errorf("%q is no number", value)
			}
		case "Boolean":
			if _, ok := flags[strings.ToLower(value)]; !ok {
				err = fmt.Errorf("%q is neither true nor false", value)
			}
		default:
			decoded, err := decodeJSON(value)
			if err != nil {
				return err
			}
			return s.checkAny(f.Types, decoded, "")
		}
		if err == nil {
			return nil
		}
		first = err
	}
	return first
}

var flags = map[string]bool{"true": true, "1": true, "yes": true, "false": false, "0": false, "no": false}

// errNull stands for a JSON null, which is never a value of the Bot API.
var errNull = errors.New("null is no value")

func decodeJSON(value string) (any, error) {
	var v any
	if err := json.Unmarshal([]byte(value), &v); err != nil {
		return nil, fmt.Errorf("can't parse JSON: %w", err)
	}
	if v == nil {
		return nil, errNull
	}
	return v, nil
}

// checkValue checks a decoded JSON value against a type of the specification.
func (s *specification) checkValue(t string, v any, path string) error {
	if element, ok := strings.CutPrefix(t, "Array of "); ok {
		list, ok := v.([]any)
		if !ok {
			return wrong(path, "is no array")
		}
		for i, e := range list {
			if err := s.checkValue(element, e, path+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
		return nil
	}
	switch t {
	case "String":
		if _, ok := v.(string); !ok {
			return wrong(path, "is no string")
		}
		return nil
	case "Boolean":
		if _, ok := v.(bool); !ok {
			return wrong(path, "is neither true nor false")
		}
		return nil
	case "Integer", "Float":
		return checkNumber(t, v, path)
	}
	return s.checkObject(t, v, path)
}

func checkNumber(t string, v any, path string) error {
	n, ok := v.(float64) // exact for all of Telegram's numbers, which have 52 bits
	if !ok {
		return wrong(path, "is no number")
	}
	if n != math.Trunc(n) && t == "Integer" {
		return wrong(path, "is no integer")
	}
	return nil
}

func (s *specification) checkObject(t string, v any, path string) error {
	o := s.Types[t]
	if o == nil {
		return wrong(path, "has a type unknown here: "+t)
	}
	if len(o.Subtypes) > 0 {
		return s.checkAny(o.Subtypes, v, path)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return wrong(path, "is no object")
	}
	for name, value := range object {
		f := o.byName[name]
		if f == nil {
			return wrong(path, fmt.Sprintf("has an unknown field %q", name))
		}
		if value == nil {
			return wrong(path+"."+name, "is null")
		}
		if f.Const != "" && value != any(f.Const) {
			return wrong(path+"."+name, "is not "+f.Const)
		}
		if text, ok := value.(string); ok && len(f.Enum) > 0 && !slices.Contains(f.Enum, text) {
			return wrong(path+"."+name, "is none of the values allowed")
		}
		if err := s.checkAny(f.Types, value, path+"."+name); err != nil {
			return err
		}
	}
	for i := range o.Fields {
		if f := &o.Fields[i]; f.Required {
			if _, ok := object[f.Name]; !ok {
				return wrong(path, fmt.Sprintf("lacks the field %q", f.Name))
			}
		}
	}
	return nil
}

// checkAny passes if any alternative does. The error is that of the one which
// the value seems to be meant for. Of a list each element may be of another
// alternative: an album holds photos and videos.
func (s *specification) checkAny(types []string, v any, path string) error {
	if len(types) == 1 {
		return s.checkValue(types[0], v, path)
	}
	if list, ok := v.([]any); ok {
		if elements, ok := elements(types); ok {
			for i, e := range list {
				if err := s.checkAny(elements, e, path+"["+strconv.Itoa(i)+"]"); err != nil {
					return err
				}
			}
			return nil
		}
	}
	var first error
	for _, t := range types {
		err := s.checkValue(t, v, path)
		if err == nil {
			return nil
		}
		if first == nil || s.meant(t, v) {
			first = err
		}
	}
	return first
}

// elements are the types without "Array of", if all have it.
func elements(types []string) ([]string, bool) {
	var bare []string
	for _, t := range types {
		element, ok := strings.CutPrefix(t, "Array of ")
		if !ok {
			return nil, false
		}
		bare = append(bare, element)
	}
	return bare, true
}

// meant reports whether an object seems to be of that type: it has the
// constant that tells the type apart or, if there is none, a field that is
// required in it.
func (s *specification) meant(t string, v any) bool {
	o, object := s.Types[t], map[string]any{}
	if m, ok := v.(map[string]any); ok {
		object = m
	}
	if o == nil {
		return false
	}
	required := false
	for i := range o.Fields {
		f := &o.Fields[i]
		value, given := object[f.Name]
		if f.Const != "" {
			return value == any(f.Const)
		}
		required = required || given && f.Required
	}
	return required
}

func wrong(path, how string) error {
	if path = strings.TrimPrefix(path, "."); path == "" {
		path = "it"
	}
	return errors.New(path + " " + how)
}
