package locales

import (
	"strings"
	"testing"
	"testing/fstest"
)

// folder holds one file of replaced texts.
func folder(name, text string) fstest.MapFS {
	return fstest.MapFS{name: {Data: []byte(text)}}
}

func TestOverride(t *testing.T) {
	c, err := Load(folder("btn.vi.toml", "[btn]\nhelp = \"Giúp tôi\"\n[btn.days]\nother = \"{{.Count}} hôm\""))
	if err != nil {
		t.Fatal(err)
	}
	vi := c.In(Vietnamese)
	for _, tt := range []struct{ what, got, want string }{
		{"replaced", vi.Plain("btn.help"), "Giúp tôi"},
		{"replaced, counting", vi.Plain("btn.days", Args{"Count": 1}), "1 hôm"},
		{"its neighbour", vi.Plain("btn.today"), "Việc hôm nay"},
		{"the other language", c.In(English).Plain("btn.help"), "Help"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
		}
	}
}

func TestUnfitOverride(t *testing.T) {
	for _, tt := range []struct{ what, name, text, fault string }{
		{"unsigned", "bulletin.vi.toml", "bulletin.pass_on = '{{.Text}} {{.Contact}}'", "does not show {{.Org}}"},
		{"signed where nobody sees it", "bulletin.vi.toml", "bulletin.pass_on = '{{.Text}} {{.Contact}} <!-- {{.Org}} -->'", "does not show {{.Org}}"},
		{"signed on a condition", "bulletin.vi.toml", "bulletin.pass_on = '{{.Text}} {{.Contact}} {{if not .Org}}{{.Org}}{{end}}'", "does not show {{.Org}}"},
		{"field that is not there", "toast.en.toml", "toast.done = 'Thanks {{.Given}}'", "Given"},
		{"template broken", "toast.en.toml", "toast.done = 'Thanks {{.Name'", "unclosed action"},
		{"tag left open", "approve.vi.toml", "approve.admitted = '<b>{{.Name}}'", "<b> is not closed"},
		{"tag that Telegram does not know", "approve.vi.toml", "approve.admitted = '<h1>{{.Name}}</h1>'", "unknown tag <h1>"},
		{"only for many", "btn.en.toml", "[btn.days]\nother = '{{.Count}} days'", "one"},
		{"not one of ours", "btn.en.toml", "btn.hepl = 'Help'", "no such text"},
		{"no TOML", "btn.en.toml", "help Help", "texts in btn.en.toml"},
	} {
		if _, err := Load(folder(tt.name, tt.text)); err == nil || !strings.Contains(err.Error(), tt.fault) {
			t.Errorf("%s: got %v, want %q in it", tt.what, err, tt.fault)
		}
	}
}
