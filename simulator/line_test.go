package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"wardbot/simulator"
)

// line is a bot's connection to a simulator, as plain as can be.
type line struct {
	t   *testing.T
	s   *simulator.Server
	url string // of the bot, without the method
}

func newLine(t *testing.T, o simulator.Options) *line {
	t.Helper()
	s := simulator.New(o)
	address, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &line{t, s, address + "/bot" + s.Token() + "/"}
}

// reply is what the server answered.
type reply struct {
	OK          bool
	Result      json.RawMessage
	Code        int `json:"error_code"`
	Description string
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	}
	Status     int    `json:"-"`
	RetryAfter string `json:"-"` // the header
}

// params are a call's, in pairs of name and value.
func params(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// try makes a call that may fail on the way.
func (l *line) try(ctx context.Context, method string, v url.Values) (reply, error) {
	return l.post(ctx, method, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

func (l *line) post(ctx context.Context, method, kind string, body io.Reader) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+method, body)
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	r := reply{Status: resp.StatusCode, RetryAfter: resp.Header.Get("Retry-After")}
	return r, json.NewDecoder(resp.Body).Decode(&r)
}

// call makes a call that is answered.
func (l *line) call(method string, pairs ...string) reply {
	l.t.Helper()
	r, err := l.try(l.t.Context(), method, params(pairs...))
	if err != nil {
		l.t.Fatalf("%s: %v", method, err)
	}
	return r
}

// ok makes a call that succeeds, and decodes its result if out is not nil.
func (l *line) ok(out any, method string, pairs ...string) {
	l.t.Helper()
	r := l.call(method, pairs...)
	if !r.OK || r.Status != http.StatusOK {
		l.t.Fatalf("%s: %d %s", method, r.Code, r.Description)
	}
	if out != nil {
		if err := json.Unmarshal(r.Result, out); err != nil {
			l.t.Fatalf("%s: %v in %s", method, err, r.Result)
		}
	}
}

// refused makes a call that is refused with this description.
func (l *line) refused(description, method string, pairs ...string) reply {
	l.t.Helper()
	r := l.call(method, pairs...)
	if r.OK || r.Description != description || r.Status != r.Code {
		l.t.Errorf("%s: %v %d (status %d) %q, want %q", method, r.OK, r.Code, r.Status, r.Description, description)
	}
	return r
}

// upload sends a photo in a multipart body.
func (l *line) upload(method, part string, content []byte, pairs ...string) reply {
	l.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			l.t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile(part, "chart.png")
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := file.Write(content); err != nil {
		l.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		l.t.Fatal(err)
	}
	r, err := l.post(l.t.Context(), method, w.FormDataContentType(), &body)
	if err != nil {
		l.t.Fatalf("%s: %v", method, err)
	}
	return r
}

// drawing is a PNG of that size.
func drawing(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wireUpdate is an update as the tests read it.
type wireUpdate struct {
	ID       int64           `json:"update_id"`
	Message  json.RawMessage `json:"message"`
	Edited   json.RawMessage `json:"edited_message"`
	Channel  json.RawMessage `json:"channel_post"`
	Member   json.RawMessage `json:"my_chat_member"`
	Callback *struct {
		ID   string
		From struct{ ID int64 }
		Data string
	} `json:"callback_query"`
}

// updates fetches what waits, checks it against the specification and confirms
// it.
func (l *line) updates() []wireUpdate {
	l.t.Helper()
	var raw []any
	l.ok(&raw, "getUpdates")
	if len(raw) == 0 {
		return nil
	}
	if err := simulator.CheckAgainstSpec("Array of Update", any(raw)); err != nil {
		l.t.Errorf("updates are not as the Bot API says: %v", err)
	}
	var list []wireUpdate
	l.ok(&list, "getUpdates")
	l.ok(nil, "getUpdates", "offset", text(list[len(list)-1].ID+1))
	return list
}

// answerTaps answers every tap with its data, until the test ends.
func (l *line) answerTaps() {
	ctx, stop := context.WithCancel(l.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		offset := int64(0)
		for ctx.Err() == nil {
			r, err := l.try(ctx, "getUpdates", params("timeout", "50", "offset", text(offset)))
			var list []wireUpdate
			if err != nil || json.Unmarshal(r.Result, &list) != nil {
				continue
			}
			for _, u := range list {
				offset = u.ID + 1
				if u.Callback != nil {
					l.try(ctx, "answerCallbackQuery", params("callback_query_id", u.Callback.ID, "text", "got "+u.Callback.Data)) //nolint:errcheck // the test sees it
				}
			}
		}
	}()
	l.t.Cleanup(func() { stop(); <-done })
}

func text(n int64) string { return string(json.RawMessage(mustMarshal(n))) }

func mustMarshal(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2023, time.July, 12, 0, 30, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// ana is a person who has started the bot, and nothing of it waits.
func (l *line) ana() *simulator.Person {
	l.t.Helper()
	p := l.s.Person(simulator.Profile{FirstName: "Ana", LanguageCode: "vi"})
	p.Start("")
	l.updates()
	return p
}
