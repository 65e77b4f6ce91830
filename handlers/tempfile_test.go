package handlers

import (
	"errors"
	"io"
	"os"
	"testing"
)

func TestTempFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	twice := func(w io.Writer) error {
		for range 2 {
			if _, err := io.WriteString(w, "số liệu."); err != nil {
				return err
			}
		}
		return nil
	}
	const whole = "số liệu.số liệu."
	f, err := tempFile(twice, int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<20))
	if err != nil || string(got) != whole {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if _, err := tempFile(twice, int64(len(whole))-1); !errors.Is(err, errTooBig) {
		t.Errorf("a file that is too big: %v", err)
	}
	broken := errors.New("the disk")
	if _, err := tempFile(func(io.Writer) error { return broken }, 1); !errors.Is(err, broken) {
		t.Errorf("a file that can't be written: %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("left on the disk: %v, %v", left, err)
	}
}
