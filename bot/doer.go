package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"
)

// maxAnswer is how much of an answer is read: a page of updates is at most
// 4 MiB (Bot API: getUpdates; tdlib/telegram-bot-api Client.cpp:15708).
const maxAnswer = 8 << 20

// doer carries one request of the library and remembers what the library
// forgets: the status, and whether anything may have reached Telegram.
type doer struct {
	ctx        context.Context // of this one call
	transport  http.RoundTripper
	streams    bool          // the body is sent as it is read
	status     int           // 0 until an answer came
	retryAfter time.Duration // header of a 429
	wrote      atomic.Bool   // something may have been written
}

// wireKey is the key of what OnWire keeps.
type wireKey struct{}

// OnWire returns a context of which a call runs begin just before anything of
// its request is written, and once more if it has to be written again.
func OnWire(ctx context.Context, begin func()) context.Context {
	return context.WithValue(ctx, wireKey{}, begin)
}

// Do implements the HTTP client of the library. It asks the transport itself:
// http.Client would follow redirects and put the URL into its errors.
func (d *doer) Do(req *http.Request) (*http.Response, error) {
	if !d.streams {
		if err := keepBody(req); err != nil {
			return nil, err
		}
	}
	begin, _ := d.ctx.Value(wireKey{}).(func())
	resp, err := d.transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(d.ctx, &httptrace.ClientTrace{
		// The transport repeats a POST by itself only when nothing of it was
		// written, so asking for another connection takes back the mark.
		GetConn: func(string) {
			d.wrote.Store(false)
			if begin != nil {
				begin()
			}
		},
		WroteHeaders: func() { d.wrote.Store(true) },
	})))
	if err != nil {
		return nil, err
	}
	d.status = resp.StatusCode
	if wait := resp.Header.Get("Retry-After"); wait != "" {
		if n, err := strconv.ParseInt(wait, 10, 64); err == nil {
			d.retryAfter = seconds(n)
		}
	}
	// Read to the end, or the connection is lost for the next call: the
	// library's decoder stops at the last brace.
	body, err := readAll(resp.Body, resp.ContentLength, maxAnswer)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// keepBody keeps the body of an upload in memory, so that the transport can
// repeat a request of which nothing was written: the library's pipe is read
// only once.
func keepBody(req *http.Request) error {
	if req.GetBody != nil || req.Body == nil {
		return nil
	}
	defer req.Body.Close()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body, err = req.GetBody()
	return err
}

// readAll reads and closes r, of which length is the announced size or -1.
func readAll(r io.ReadCloser, length, limit int64) ([]byte, error) {
	defer r.Close()
	if length > limit {
		return nil, fmt.Errorf("an answer of %d bytes", length)
	}
	var b bytes.Buffer
	b.Grow(int(max(length, 0)) + bytes.MinRead)
	if _, err := b.ReadFrom(io.LimitReader(r, limit+1)); err != nil {
		return nil, err
	}
	if int64(b.Len()) > limit {
		return nil, fmt.Errorf("an answer of more than %d bytes", limit)
	}
	return b.Bytes(), nil
}
