package locales

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/unicode/norm"
)

// messages reads every message of a language, by key.
func messages(t *testing.T, lang Language) map[string]*i18n.Message {
	t.Helper()
	names, err := fs.Glob(embedded, "*."+string(lang)+".toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no texts in %s: %v", lang, err)
	}
	all := map[string]*i18n.Message{}
	for _, name := range names {
		raw, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := i18n.ParseMessageFileBytes(raw, name, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, m := range file.Messages {
			if all[m.ID] != nil {
				t.Errorf("%s: %s is written twice", name, m.ID)
			}
			all[m.ID] = m
		}
	}
	return all
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	vi, en := messages(t, Vietnamese), messages(t, English)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(vi)), slices.Sorted(maps.Keys(en))); diff != "" {
		t.Fatalf("keys of only one language (-vi +en):\n%s", diff)
	}
	for key := range vi {
		want := fields(vi[key].Other)
		for _, text := range append(forms(vi[key]), forms(en[key])...) {
			if diff := cmp.Diff(want, fields(text)); diff != "" {
				t.Errorf("%s has other fields in one of its texts:\n%s", key, diff)
			}
		}
		if slices.Contains(want, "Count") && en[key].One == "" {
			t.Errorf("%s counts, but has no English text for one", key)
		}
	}
}

func TestTextsAreSound(t *testing.T) {
	limits := map[string]int{"btn": 24, "toast": 200, "sorry": 200, "cmd": 256, "caption": 1024}
	for _, lang := range Languages() {
		for key, m := range messages(t, lang) {
			for _, text := range forms(m) {
				if !norm.NFC.IsNormalString(text) {
					t.Errorf("%s %s is not NFC", lang, key)
				}
				if err := checkTags(text); err != nil {
					t.Errorf("%s %s: %v", lang, key, err)
				}
				section, _, _ := strings.Cut(key, ".")
				limit, ok := limits[section]
				if !ok {
					limit = 4096
				}
				if section == "btn" || section == "toast" {
					text = strings.NewReplacer("{{.Count}}", "2.223", "{{.Name}}", "Phượng").Replace(text)
				}
				if n := len(utf16.Encode([]rune(text))); n > limit {
					t.Errorf("%s %s has %d letters, at most %d", lang, key, n, limit)
				}
				if (section == "btn" || section == "toast" || section == "sorry") && strings.ContainsAny(text, "<>") {
					t.Errorf("%s %s holds markup, but is shown plain", lang, key)
				}
			}
		}
	}
}

// Spellings that are old, doubled or shouted. Tones stand on the first vowel
// of oa, oe, uy: xóa, hòa, thủy.
func TestVietnameseSpelling(t *testing.T) {
	forbidden := regexp.MustCompile(`[oO][áàảãạéèẻẽẹ](?:\P{L}|$)|[^qQ\P{L}][uU][ýỳỷỹỵ](?:\P{L}|$)|!!|…\.|\bCTV\b|  `)
	for key, m := range messages(t, Vietnamese) {
		for _, text := range forms(m) {
			if found := forbidden.FindString(text); found != "" {
				t.Errorf("%s: %q", key, found)
			}
		}
	}
}

// TestKeysInTheCode reads the program: every key it says exists, every key
// there is gets said, and none is put together at run time. Keys that stand
// in a table (the apologies) count as said where they are written down.
func TestKeysInTheCode(t *testing.T) {
	known := messages(t, Vietnamese)
	said := map[string]bool{}
	looksLikeKey := regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		fileSet := token.NewFileSet()
		file, err := parser.ParseFile(fileSet, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				f, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || len(n.Args) == 0 || f.Sel.Name != "HTML" && f.Sel.Name != "Plain" || path == filepath.Join("..", "locales", "print.go") {
					return true
				}
				if x, ok := f.X.(*ast.Ident); ok && x.Name == "template" {
					return true // template.HTML, the type
				}
				switch key := n.Args[0].(type) {
				case *ast.BasicLit:
					if name := strings.Trim(key.Value, `"`); known[name] == nil {
						t.Errorf("%s: there is no text %s", fileSet.Position(n.Pos()), name)
					}
				case *ast.SelectorExpr: // a field of a table whose keys are literals
				default:
					t.Errorf("%s: the key is put together at run time", fileSet.Position(n.Pos()))
				}
			case *ast.BasicLit:
				if name := strings.Trim(n.Value, `"`); n.Kind == token.STRING && looksLikeKey.MatchString(name) && known[name] != nil {
					said[name] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range known {
		if !said[key] {
			t.Errorf("nobody says %s", key)
		}
	}
}

func TestFieldsAreEscapedInHTMLOnly(t *testing.T) {
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	name := Args{"Name": `<b>"Hạnh" & co</b>`}
	for _, tt := range []struct{ got, want string }{
		{c.In(English).Plain("toast.done", name), `Counted. Thank you, <b>"Hạnh" & co</b>!`},
		{c.In(English).HTML("toast.done", name), `Counted. Thank you, &lt;b&gt;&#34;Hạnh&#34; &amp; co&lt;/b&gt;!`},
		{c.In(English).Plain("toast.done", name), `Counted. Thank you, <b>"Hạnh" & co</b>!`}, // and plain stays plain
	} {
		if tt.got != tt.want {
			t.Errorf("got %s, want %s", tt.got, tt.want)
		}
	}
}

func TestCountsChooseTheForm(t *testing.T) {
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		lang  Language
		count int
		want  string
	}{
		{English, 0, "0 households"}, {English, 1, "1 household"}, {English, 2223, "2,223 households"},
		{Vietnamese, 0, "0 hộ"}, {Vietnamese, 1, "1 hộ"}, {Vietnamese, 2223, "2.223 hộ"},
	} {
		if got := c.In(tt.lang).Plain("report.count_households", Args{"Count": tt.count}); got != tt.want {
			t.Errorf("%s %d: got %q, want %q", tt.lang, tt.count, got, tt.want)
		}
	}
}

func TestAFaultyTextIsStillSaid(t *testing.T) {
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.In(Vietnamese).Plain("no.such_key"); got != "[no.such_key]" {
		t.Errorf("got %q", got)
	}
}

func TestPrintSaysEverythingWithoutAFault(t *testing.T) {
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "[") && regexp.MustCompile(`\[[a-z]+\.[a-z_]+\]`).MatchString(b.String()) || strings.Contains(b.String(), "no value") {
		t.Error("some text has no sample value for a field")
	}
}
