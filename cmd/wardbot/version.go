package main

import (
	"fmt"
	"runtime"

	"wardbot/storage"
)

type versionCommand struct{}

// Run prints what an operator is asked for when something is wrong.
func (versionCommand) Run(s *surroundings) error {
	_, err := fmt.Fprintf(s.out, "wardbot %s, schema %d, %s\n", version, storage.Schema(), runtime.Version())
	return err
}
