package locales

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// standsInFor says what is wrong with replaced texts. Each must be one of
// ours, fill in without a fault for one and for many, close its tags, and show
// every field that ours shows: no replacement can take the signature from a
// bulletin.
func (c *Catalog) standsInFor(ours *Catalog) error {
	var faults []error
	for _, lang := range Languages() {
		for _, key := range slices.Sorted(maps.Keys(c.messages[lang])) {
			if err := c.compare(ours, lang, key); err != nil {
				faults = append(faults, fmt.Errorf("text %s in %q: %w", key, lang, err))
			}
		}
	}
	return errors.Join(faults...)
}

func (c *Catalog) compare(ours *Catalog, lang Language, key string) error {
	own := ours.messages[lang][key]
	if own == nil {
		return errors.New("there is no such text to replace")
	}
	for _, text := range forms(c.messages[lang][key]) {
		if err := checkTags(text); err != nil {
			return err
		}
	}
	marks := Args{}
	for _, name := range fields(own.Other) {
		marks[name] = "⟦" + name + "⟧"
	}
	counts := []int{0}
	if marks["Count"] != nil {
		counts = []int{1, 987654321}
	}
	for _, n := range counts {
		if marks["Count"] != nil {
			marks["Count"] = n
		}
		want, text := ours.In(lang), c.In(lang)
		wanted, err := want.fill(want.html, htmlParser{}, key, []Args{marks})
		if err != nil {
			return err
		}
		got, err := text.fill(text.html, htmlParser{}, key, []Args{marks})
		if err != nil {
			return err
		}
		for name, mark := range marks {
			shown, ok := mark.(string)
			if !ok {
				shown = text.Number(n)
			}
			if strings.Contains(wanted, shown) && !strings.Contains(got, shown) {
				return fmt.Errorf("it does not show {{.%s}}", name)
			}
		}
	}
	return nil
}

// forms are the texts of a message, one a plural form.
func forms(m *i18n.Message) []string {
	return slices.DeleteFunc([]string{m.One, m.Other}, func(s string) bool { return s == "" })
}

var (
	actionPattern = regexp.MustCompile(`{{[^}]*}}`)
	fieldPattern  = regexp.MustCompile(`\.([A-Z]\w*)`)
	tagPattern    = regexp.MustCompile(`<(/?)([a-z]+)[^>]*>`)
)

// fields are the names of the fields in a template, each once, in order.
func fields(text string) []string {
	names := []string{}
	for _, action := range actionPattern.FindAllString(text, -1) {
		for _, m := range fieldPattern.FindAllStringSubmatch(action, -1) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// checkTags holds a text to Telegram's markup: a message with a tag that it
// does not know or that is left open is refused (Bot API: HTML style).
func checkTags(text string) error {
	var open []string
	for _, m := range tagPattern.FindAllStringSubmatch(text, -1) {
		switch {
		case !slices.Contains([]string{"b", "i", "u", "s", "code", "pre", "a", "blockquote"}, m[2]):
			return fmt.Errorf("unknown tag %s", m[0])
		case m[1] == "":
			open = append(open, m[2])
		case len(open) == 0 || open[len(open)-1] != m[2]:
			return fmt.Errorf("%s closes nothing", m[0])
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("<%s> is not closed", open[0])
	}
	return nil
}
