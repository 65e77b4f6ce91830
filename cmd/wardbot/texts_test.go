package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOwnTexts(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "toast.vi.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("toast.done = 'Ghi rồi, cảm ơn {{.Name}}!'")
	var out bytes.Buffer
	s := surroundings{ctx: t.Context(), getenv: env("TEXTS_DIR", dir), out: &out, log: &out}
	if err := run(s, []string{"texts"}); err != nil || !strings.Contains(out.String(), "Ghi rồi, cảm ơn") {
		t.Errorf("own words are not said: %v", err)
	}
	for _, tt := range []struct{ what, dir, text, cure string }{
		{"no folder", filepath.Join(dir, "nowhere"), "", "is no folder"},
		{"a field that is not there", dir, "toast.done = 'Cảm ơn {{.Given}}!'", "mend it, or take it out"},
	} {
		if tt.text != "" {
			write(tt.text)
		}
		if _, err := loadTexts(tt.dir); !errors.As(err, new(usage)) || !strings.Contains(err.Error(), tt.cure) {
			t.Errorf("%s: %v", tt.what, err)
		}
	}
}
