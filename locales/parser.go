package locales

import (
	htmltemplate "html/template"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// plainParser leaves texts as they are; a field that is missing is an error,
// not "<no value>".
var plainParser = &template.TextParser{Option: "missingkey=error"}

// htmlParser escapes every field by its place in the markup.
type htmlParser struct{}

// Cacheable says that a parsed message can be used again.
func (htmlParser) Cacheable() bool { return true }

// Parse reads a message.
func (htmlParser) Parse(src, _, _ string) (template.ParsedTemplate, error) {
	t, err := htmltemplate.New("").Option("missingkey=error").Parse(src)
	if err != nil {
		return nil, err
	}
	return parsedHTML{t}, nil
}

type parsedHTML struct{ t *htmltemplate.Template }

// Execute fills in the fields. A text that breaks off is no text: what is
// missing could be the signature.
func (p parsedHTML) Execute(data any) (string, error) {
	var b strings.Builder
	if err := p.t.Execute(&b, data); err != nil {
		return "", err
	}
	return b.String(), nil
}
