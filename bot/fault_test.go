package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// faults are the ways of a call to go wrong without an answer of Telegram.
// Each makes the base URL of a server that does it.
var faults = []struct {
	name  string
	serve func(t *testing.T) string
	kind  Kind
}{
	{"refused", func(*testing.T) string {
		s := httptest.NewServer(nil)
		s.Close()
		return s.URL
	}, KindNotSent},
	{"no such host", func(*testing.T) string { return "http://nowhere.invalid" }, KindNotSent},
	{"TLS error", func(t *testing.T) string {
		s := httptest.NewUnstartedServer(nil)
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
		s.StartTLS()
		t.Cleanup(s.Close)
		return s.URL
	}, KindNotSent},
	{"HTTP for HTTPS", func(t *testing.T) string {
		return strings.Replace(server(t, 200, "{}").URL, "http", "https", 1)
	}, KindNotSent},
	{"cut before the answer", func(t *testing.T) string {
		return cutting(t, "")
	}, KindUnknownOutcome},
	{"cut in the answer", func(t *testing.T) string {
		return cutting(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\":true")
	}, KindUnknownOutcome},
	{"not HTTP", func(t *testing.T) string { return cutting(t, "220 smtp ready\r\n") }, KindUnknownOutcome},
	{"broken headers", func(t *testing.T) string {
		return cutting(t, "HTTP/1.1 200 OK\r\nbroken header\r\n\r\n")
	}, KindUnknownOutcome},
	{"404 page", func(t *testing.T) string { return server(t, 404, "<html>not here").URL }, KindFatal},
	{"401 page", func(t *testing.T) string { return server(t, 401, "").URL }, KindFatal},
	{"413 page", func(t *testing.T) string { return server(t, 413, "<html>").URL }, KindMessageBad},
	{"403 page of a firewall", func(t *testing.T) string { return server(t, 403, "<html>blocked").URL }, KindUnknownOutcome},
	{"502 page", func(t *testing.T) string { return server(t, 502, "<html><h1>502 Bad Gateway").URL }, KindUnknownOutcome},
	{"redirect", func(t *testing.T) string {
		s := httptest.NewServer(http.RedirectHandler("/login", http.StatusFound))
		t.Cleanup(s.Close)
		return s.URL
	}, KindUnknownOutcome},
	{"null", func(t *testing.T) string { return server(t, 200, "null").URL }, KindUnknownOutcome},
	{"empty", func(t *testing.T) string { return server(t, 200, "").URL }, KindUnknownOutcome},
	{"broken JSON", func(t *testing.T) string { return server(t, 200, `{"ok":tru`).URL }, KindUnknownOutcome},
	{"not ok, no code", func(t *testing.T) string { return server(t, 200, `{"ok":false}`).URL }, KindUnknownOutcome},
	{"no result", func(t *testing.T) string { return server(t, 200, `{"ok":true}`).URL }, KindUnknownOutcome},
	{"result of another kind", func(t *testing.T) string { return server(t, 200, `{"ok":true,"result":[1]}`).URL }, KindUnknownOutcome},
	{"endless", func(t *testing.T) string { return server(t, 200, strings.Repeat(" ", maxAnswer+1)).URL }, KindUnknownOutcome},
	{"the token in the answer", func(t *testing.T) string {
		return server(t, 400, `{"ok":false,"error_code":400,"description":"Bad Request: /bot`+token+`/x"}`).URL
	}, KindMessageBad},
}

// cutting is a server that reads the request, writes some bytes and closes.
func cutting(t *testing.T, answer string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, answer)
		_ = conn.Close()
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestFaults checks the kind of every fault, and that the token is in no
// error, in no cause of one, and in nothing that was logged or printed.
func TestFaults(t *testing.T) {
	var book logbook
	before := slog.Default()
	slog.SetDefault(book.logger())
	defer slog.SetDefault(before)
	printed := capture(t)

	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, Options{APIURL: tt.serve(t), Log: book.logger()})
			_, text := c.Send(t.Context(), Send{ChatID: 5, HTML: "Xin chào"})
			_, upload := c.Send(t.Context(), Send{ChatID: 6, Media: []Media{{Kind: "photo", Upload: &File{Name: "a.jpg", Bytes: make([]byte, 200_000)}}}})
			big := io.NewSectionReader(bytes.NewReader(make([]byte, 200_000)), 0, 200_000)
			_, stream := c.SendDocument(t.Context(), 7, File{Name: "a.xlsx", Content: big}, "")
			for _, err := range []error{text, upload, stream} {
				if KindOf(err) != tt.kind {
					t.Errorf("got kind %v of %v, want %v", KindOf(err), err, tt.kind)
				}
				slog.Error("call", "err", err)
				for ; err != nil; err = errors.Unwrap(err) {
					leaks(t, fmt.Sprintf("%v %+v %#v", err, err, err))
				}
			}
			_, err := c.line.download(t.Context(), "photos/a.jpg")
			leaks(t, fmt.Sprint(err))
			p := &Poller{Client: c, Log: book.logger(), Keep: func(context.Context, []Update) error {
				return errors.New("nothing should have come")
			}}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			leaks(t, fmt.Sprint(p.Run(ctx)))
		})
	}
	leaks(t, book.String())
	leaks(t, printed())
	if !strings.Contains(book.String(), "err=") {
		t.Error("nothing was logged, so nothing was proved")
	}
}

func leaks(t *testing.T, text string) {
	t.Helper()
	_, secret, _ := strings.Cut(token, ":")
	if strings.Contains(text, secret) {
		t.Errorf("the token shows: %s", text)
	}
}

// capture collects what is printed to standard error and output from now on.
func capture(t *testing.T) (printed func() string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, errs := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = w, w
	all := make(chan string)
	go func() {
		text, _ := io.ReadAll(r)
		all <- string(text)
	}()
	return func() string {
		os.Stdout, os.Stderr = out, errs
		_ = w.Close()
		return <-all
	}
}

func TestLibraryLogsNothingOfOurs(t *testing.T) {
	var book logbook
	before := slog.Default()
	slog.SetDefault(book.logger())
	defer slog.SetDefault(before)
	libraryLog{}.Printf("Endpoint: %s\n", token)
	libraryLog{}.Println("https://api.telegram.org/bot" + token)
	leaks(t, book.String())
}

func TestCancelled(t *testing.T) {
	arrived, leave := make(chan struct{}), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		<-leave
	}))
	defer s.Close()
	defer close(leave)
	c := dial(t, Options{APIURL: s.URL})

	_, err := c.Send(cancelled(), Send{ChatID: 5, HTML: "."})
	if KindOf(err) != KindCancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("before it began: %v", err)
	}
	if _, err = c.Me(cancelled()); KindOf(err) != KindCancelled {
		t.Errorf("before it was written, past the gate: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err = c.Send(ctx, Send{ChatID: 5, HTML: "."})
	if KindOf(err) != KindUnknownOutcome || !errors.Is(err, context.Canceled) {
		t.Errorf("after it was written: %v", err)
	}
}

// TestDialCancelled gives up while the connection is still being made.
func TestDialCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	c := dial(t, Options{APIURL: "http://127.0.0.1:1", Transport: transport})
	if _, err := c.Send(ctx, Send{ChatID: 5, HTML: "."}); KindOf(err) != KindCancelled {
		t.Errorf("got %v", err)
	}
}

func FuzzAnswer(f *testing.F) {
	for _, tt := range refusals {
		f.Add(tt.code, fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q}`, tt.code, tt.description))
	}
	for _, body := range []string{"null", "", "{", sentMessage, tooMany(3), `{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":-5}}`} {
		f.Add(200, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status == 0 {
			return // no answer at all
		}
		c := dial(t, Options{Transport: wire(func(string, *http.Request) (int, string, error) { return status, body, nil })})
		_, err := c.Broadcast().Send(t.Context(), Send{ChatID: 5, HTML: "."})
		if err == nil {
			return
		}
		var e *Error
		if !errors.As(err, &e) || e.Kind < KindWait || e.Kind > KindCancelled {
			t.Fatalf("got %#v", err)
		}
		if e.Kind == KindNotSent || e.Kind == KindCancelled {
			t.Fatalf("it was written, and yet %v", err)
		}
		if e.Kind == KindWait && (e.RetryAfter < time.Second || e.RetryAfter > 24*time.Hour) {
			t.Fatalf("wait %v", e.RetryAfter)
		}
	})
}

// TestHTTP2 breaks a stream of the protocol that Telegram's servers speak,
// once after reading the request and once before it can be written.
func TestHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.ProtoMajor != 2 {
			t.Errorf("spoken was %s", r.Proto)
		}
		panic(http.ErrAbortHandler)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	c := dial(t, Options{APIURL: s.URL, Transport: s.Client().Transport})
	if _, err := c.Send(t.Context(), Send{ChatID: 5, HTML: "."}); KindOf(err) != KindUnknownOutcome {
		t.Errorf("after it was written: %v", err)
	}
	s.Close()
	if _, err := c.Send(t.Context(), Send{ChatID: 5, HTML: "."}); KindOf(err) != KindNotSent {
		t.Errorf("after the server was gone: %v", err)
	}
}
