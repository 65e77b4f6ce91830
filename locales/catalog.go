// Package locales is what the bot says: every text that a person reads, in
// Vietnamese and English, and how numbers, dates and names are written.
package locales

import (
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// Language is one of the languages the bot speaks.
type Language string

// The languages, Vietnamese first.
const (
	Vietnamese Language = "vi"
	English    Language = "en"
)

// Languages returns all of them.
func Languages() []Language { return []Language{Vietnamese, English} }

// Of is the language for an app's language code (Bot API: User): English for
// every kind of English, Vietnamese for everything else.
func Of(code string) Language {
	if code == "en" || strings.HasPrefix(code, "en-") {
		return English
	}
	return Vietnamese
}

//go:embed *.toml
var embedded embed.FS

// Catalog holds every text in every language.
type Catalog struct {
	texts map[Language]*Texts
	keys  []string
}

// Load reads the embedded texts and then, if override is not nil, the files
// *.vi.toml and *.en.toml in it, whose messages replace ours one by one.
func Load(override fs.FS) (*Catalog, error) {
	// A parsed template stays with the first parser that used it, so messages
	// with escaping and without need a bundle each.
	html, plain := i18n.NewBundle(language.Vietnamese), i18n.NewBundle(language.Vietnamese)
	keys := map[string]bool{}
	for _, files := range []fs.FS{embedded, override} {
		if files == nil {
			continue
		}
		names, err := fs.Glob(files, "*.toml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := add(files, name, keys, html, plain); err != nil {
				return nil, fmt.Errorf("texts in %s: %w", name, err)
			}
		}
	}
	c := &Catalog{texts: map[Language]*Texts{}, keys: slices.Sorted(maps.Keys(keys))}
	for _, lang := range Languages() {
		c.texts[lang] = newTexts(lang, i18n.NewLocalizer(html, string(lang)), i18n.NewLocalizer(plain, string(lang)))
	}
	return c, nil
}

func add(files fs.FS, name string, keys map[string]bool, bundles ...*i18n.Bundle) error {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	file, err := i18n.ParseMessageFileBytes(raw, name, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return err
	}
	for _, m := range file.Messages {
		keys[m.ID] = true
		if m.One == "" && file.Tag == language.Vietnamese {
			m.One = m.Other // counts 0 and 1 ask for it since CLDR-14273
		}
	}
	for _, b := range bundles {
		if err := b.AddMessages(file.Tag, file.Messages...); err != nil {
			return err
		}
	}
	return nil
}

// In returns the texts of one language; of Vietnamese, if there is no such.
func (c *Catalog) In(lang Language) *Texts {
	if t, ok := c.texts[lang]; ok {
		return t
	}
	return c.texts[Vietnamese]
}

// Args are the fields of a message. Count, an int, also chooses between one
// and many, and is written as a number of the language.
type Args map[string]any

// Texts speaks one language.
type Texts struct {
	lang     Language
	html     *i18n.Localizer
	plain    *i18n.Localizer
	weekdays []string // from Sunday on
}

func newTexts(lang Language, html, plain *i18n.Localizer) *Texts {
	t := &Texts{lang: lang, html: html, plain: plain}
	t.weekdays = strings.Split(t.Plain("date.weekdays"), "|")
	return t
}

// Language is the language spoken.
func (t *Texts) Language() Language { return t.lang }

// HTML is a message in Telegram's HTML. Every field is escaped, unless it is
// a template.HTML, which is some other message of ours.
func (t *Texts) HTML(key string, args ...Args) string { return t.say(t.html, htmlParser{}, key, args) }

// Plain is a text without markup: for buttons, toasts, commands, file names.
func (t *Texts) Plain(key string, args ...Args) string {
	return t.say(t.plain, plainParser, key, args)
}

// say never fails: a faulty text is better than none, so whatever there is is
// said, and the fault is logged.
func (t *Texts) say(l *i18n.Localizer, p template.Parser, key string, args []Args) string {
	config := &i18n.LocalizeConfig{MessageID: key, TemplateParser: p, TemplateData: Args{}}
	if len(args) > 0 {
		data := maps.Clone(args[0])
		if n, ok := data["Count"].(int); ok {
			config.PluralCount, data["Count"] = n, t.Number(n)
		}
		config.TemplateData = data
	}
	text, err := l.Localize(config)
	if err != nil {
		slog.Error("text is faulty", "key", key, "language", t.lang, "error", err)
		if text == "" {
			return "[" + key + "]"
		}
	}
	return text
}
