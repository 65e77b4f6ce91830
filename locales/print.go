package locales

import (
	_ "embed"
	"fmt"
	"io"

	"github.com/BurntSushi/toml"
)

// Print writes every message in every language with sample values, so that a
// translator reads them as people will see them.
func (c *Catalog) Print(w io.Writer) error {
	args, err := samples()
	if err != nil {
		return err
	}
	for _, key := range c.keys() {
		if _, err := fmt.Fprintf(w, "── %s\n", key); err != nil {
			return err
		}
		for _, lang := range Languages() {
			if _, err := fmt.Fprintf(w, "%s: %s\n", lang, c.In(lang).HTML(key, args)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sampleValues holds a value for every field that a message may have.
//
//go:embed samples/values.toml
var sampleValues string

func samples() (Args, error) {
	args := Args{}
	if _, err := toml.Decode(sampleValues, &args); err != nil {
		return nil, fmt.Errorf("sample values: %w", err)
	}
	args["Count"] = int(args["Count"].(int64)) // as callers give it
	return args, nil
}
