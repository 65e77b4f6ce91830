package main

import "wardbot/locales"

type textsCommand struct{}

// Run prints every message in both languages with sample values, so that a
// translator reads it as people will see it.
func (textsCommand) Run(s *surroundings) error {
	texts, err := locales.Load(nil)
	if err != nil {
		return err
	}
	return texts.Print(s.out)
}
