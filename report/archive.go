package report

import (
	"archive/zip"
	"bytes"
	"errors"
	"path"
	"regexp"
)

// Archive packs files into ZIP archives of a size that can be sent.
type Archive struct {
	limit int
	buf   bytes.Buffer
	zip   *zip.Writer
	err   error // of an archive that was closed on the way
}

// NewArchive makes an archive of about limit bytes at most.
func NewArchive(limit int) *Archive {
	a := &Archive{limit: limit}
	a.zip = zip.NewWriter(&a.buf)
	return a
}

// Full returns the archive so far, and begins another one, if so many more
// bytes do not fit; else nil.
func (a *Archive) Full(more int) []byte {
	if a.buf.Len() == 0 || a.buf.Len()+more <= a.limit {
		return nil
	}
	full, err := a.Close()
	a.err = errors.Join(a.err, err)
	a.buf.Reset()
	a.zip = zip.NewWriter(&a.buf)
	return full
}

// Add packs one more file. Pictures and films are compressed already, so they
// are stored as they are.
func (a *Archive) Add(name string, content []byte) error {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}

// Close returns the archive.
func (a *Archive) Close() ([]byte, error) {
	if err := errors.Join(a.err, a.zip.Close()); err != nil {
		return nil, err
	}
	return bytes.Clone(a.buf.Bytes()), nil
}

var plainExtension = regexp.MustCompile(`^\.[A-Za-z0-9]{1,8}$`)

// Extension is the ending of a file name that somebody else chose, if it is a
// plain one, or else the usual one.
func Extension(name, usual string) string {
	if ext := path.Ext(name); plainExtension.MatchString(ext) {
		return ext
	}
	if usual == "" {
		return ".bin"
	}
	return usual
}
