package main

import (
	"fmt"
	"os"

	"wardbot/locales"
)

type textsCommand struct{}

// Run prints every message in both languages with sample values, so that a
// translator reads it as people will see it.
func (textsCommand) Run(s *surroundings) error {
	texts, err := loadTexts(s.getenv("TEXTS_DIR"))
	if err != nil {
		return err
	}
	return texts.Print(s.out)
}

// loadTexts reads our texts and, if a folder is given, the organisation's own
// words in place of some of them.
func loadTexts(dir string) (*locales.Catalog, error) {
	if dir == "" {
		return locales.Load(nil)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, usage{fmt.Errorf("TEXTS_DIR: %s is no folder; make it and put files such as task.vi.toml into it, or leave it out", dir)}
	}
	texts, err := locales.Load(os.DirFS(dir))
	if err != nil {
		return nil, usage{fmt.Errorf("TEXTS_DIR: %w; mend it, or take it out to have our words back", err)}
	}
	return texts, nil
}
