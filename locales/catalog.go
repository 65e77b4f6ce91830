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
	texts    map[Language]*Texts
	messages map[Language]map[string]*i18n.Message // as written, by key
}

// Load reads the embedded texts and then, if override is not nil, the files
// *.vi.toml and *.en.toml in it, whose messages replace ours one by one. It
// names every replacement that is not fit to be sent.
func Load(override fs.FS) (*Catalog, error) {
	ours, err := read(embedded)
	if err != nil || override == nil {
		return ours, err
	}
	theirs, err := read(embedded, override)
	if err != nil {
		return nil, err
	}
	if err := theirs.standsInFor(ours); err != nil {
		return nil, err
	}
	return theirs, nil
}

func read(folders ...fs.FS) (*Catalog, error) {
	// A parsed template stays with the first parser that used it, so messages
	// with escaping and without need a bundle each.
	html, plain := i18n.NewBundle(language.Vietnamese), i18n.NewBundle(language.Vietnamese)
	c := &Catalog{texts: map[Language]*Texts{}, messages: map[Language]map[string]*i18n.Message{}}
	for _, lang := range Languages() {
		c.messages[lang] = map[string]*i18n.Message{}
		for _, folder := range folders {
			names, err := fs.Glob(folder, "*."+string(lang)+".toml")
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				file, err := readFile(folder, name)
				if err != nil {
					return nil, fmt.Errorf("texts in %s: %w", name, err)
				}
				for _, m := range file.Messages {
					c.messages[lang][m.ID] = m
				}
				for _, b := range []*i18n.Bundle{html, plain} {
					if err := b.AddMessages(file.Tag, file.Messages...); err != nil {
						return nil, fmt.Errorf("texts in %s: %w", name, err)
					}
				}
			}
		}
	}
	for _, lang := range Languages() {
		c.texts[lang] = newTexts(lang, i18n.NewLocalizer(html, string(lang)), i18n.NewLocalizer(plain, string(lang)))
	}
	return c, nil
}

func readFile(folder fs.FS, name string) (*i18n.MessageFile, error) {
	raw, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	file, err := i18n.ParseMessageFileBytes(raw, name, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return nil, err
	}
	for _, m := range file.Messages {
		if m.One == "" && file.Tag == language.Vietnamese {
			m.One = m.Other // counts 0 and 1 ask for it since CLDR-14273
		}
	}
	return file, nil
}

// keys are those of every message, in order.
func (c *Catalog) keys() []string { return slices.Sorted(maps.Keys(c.messages[Vietnamese])) }

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
	lang          Language
	html          *i18n.Localizer
	plain         *i18n.Localizer
	weekdays      []string // from Sunday on
	shortWeekdays []string
}

func newTexts(lang Language, html, plain *i18n.Localizer) *Texts {
	t := &Texts{lang: lang, html: html, plain: plain}
	t.weekdays = strings.Split(t.Plain("date.weekdays"), "|")
	t.shortWeekdays = strings.Split(t.Plain("date.short_weekdays"), "|")
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

// say never fails: a text in the other language is better than none, so
// whatever there is is said, and the fault is logged.
func (t *Texts) say(l *i18n.Localizer, p template.Parser, key string, args []Args) string {
	text, err := t.fill(l, p, key, args)
	if err != nil {
		slog.Error("text is faulty", "key", key, "language", t.lang, "error", err)
		if text == "" {
			return "[" + key + "]"
		}
	}
	return text
}

func (t *Texts) fill(l *i18n.Localizer, p template.Parser, key string, args []Args) (string, error) {
	config := &i18n.LocalizeConfig{MessageID: key, TemplateParser: p, TemplateData: Args{}}
	if len(args) > 0 {
		data := maps.Clone(args[0])
		if n, ok := data["Count"].(int); ok {
			config.PluralCount, data["Count"] = n, t.Number(n)
		}
		config.TemplateData = data
	}
	return l.Localize(config)
}
