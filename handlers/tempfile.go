package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"wardbot/bot"
)

// maxSent is how big a file bots may send: 50 MB (core.telegram.org/bots/faq),
// a little less for what the call says beside it.
const maxSent = 47 << 20

// errTooBig says that a file would be bigger than that.
var errTooBig = errors.New("too big a file to send")

// sendFile writes a file to disk and sends it from there. It returns errTooBig
// as soon as the file grows too big.
func (r *request) sendFile(ctx context.Context, name, caption string, write func(io.Writer) error) error {
	f, err := tempFile(write, maxSent)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_ = r.h.line.ChatAction(ctx, r.chat, "upload_document")
	_, err = r.h.line.SendDocument(ctx, r.chat, bot.File{Name: name, Content: io.NewSectionReader(f, 0, size)}, caption)
	return r.gone(ctx, err)
}

// tempFile writes to a file that has no name any more: whatever happens to the
// program, nothing of it stays on the disk.
func tempFile(write func(io.Writer) error, most int64) (*os.File, error) {
	f, err := os.CreateTemp("", "wardbot-")
	if err != nil {
		return nil, err
	}
	if err = os.Remove(f.Name()); err == nil {
		err = write(&atMost{f, most})
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// atMost is a writer that takes so many more bytes.
type atMost struct {
	io.Writer
	left int64
}

func (w *atMost) Write(p []byte) (int, error) {
	if w.left -= int64(len(p)); w.left < 0 {
		return 0, errTooBig
	}
	return w.Writer.Write(p)
}
