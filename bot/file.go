package bot

import (
	"context"
	"net/http"
	"time"
)

const (
	// maxDownload is how big a file Telegram lets bots fetch (Bot API:
	// getFile).
	maxDownload = 20 << 20

	// downloadLimit is how long fetching such a file may take.
	downloadLimit = 5 * time.Minute
)

// TelegramFile is a file that can be downloaded (Bot API: File).
type TelegramFile struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size"` // bytes
	// FilePath is good for at least an hour. The link made of it holds the
	// token, so only Download makes it.
	FilePath string `json:"file_path"`
}

// GetFile makes a file ready to be fetched (Bot API: getFile). KindFileBig is
// a file over 20 MB, KindFileLater one that Telegram cannot find just now.
func (c *Client) GetFile(ctx context.Context, fileID string) (TelegramFile, error) {
	var f TelegramFile
	err := c.Call(ctx, "getFile", build{Params{}}.text("file_id", fileID).p, nil, &f)
	return f, err
}

// Download fetches a file, of at most 20 MB, into memory. Fetching changes
// nothing at Telegram, so all its network errors are KindNotSent.
func (c *Client) Download(ctx context.Context, fileID string) ([]byte, error) {
	f, err := c.GetFile(ctx, fileID)
	if err != nil {
		return nil, err
	}
	if f.FileSize > maxDownload {
		return nil, &Error{Method: "download", Kind: KindFileBig}
	}
	if f.FilePath == "" {
		return nil, &Error{Method: "download", Kind: KindFileLater}
	}
	return c.line.download(ctx, f.FilePath)
}

func (l *line) download(ctx context.Context, path string) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, downloadLimit)
	defer cancel()
	e := &Error{Method: "download", Kind: KindNotSent}
	req, err := http.NewRequestWithContext(limited, http.MethodGet, l.base+"/file/bot"+l.token+"/"+path, nil)
	if err != nil {
		e.Kind, e.Err = KindFileLater, l.scrub(err)
		return nil, e
	}
	resp, err := l.transport.RoundTrip(req) //nolint:bodyclose // readAll closes it
	if err != nil {
		e.Err = l.scrub(err)
		if ctx.Err() != nil {
			e.Kind, e.Err = KindCancelled, ctx.Err()
		}
		return nil, e
	}
	e.Status = resp.StatusCode
	body, err := readAll(resp.Body, resp.ContentLength, maxDownload)
	switch {
	case resp.StatusCode != http.StatusOK:
		e.Kind = KindFileLater
		return nil, e
	case err != nil:
		e.Err = l.scrub(err)
		return nil, e
	}
	return body, nil
}
