package bot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestNew(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    Options
		ok   bool
	}{
		{"official", Options{Token: token}, true},
		{"own server", Options{Token: token, APIURL: "http://127.0.0.1:8081/"}, true},
		{"no token", Options{}, false},
		{"token without number", Options{Token: "AAExample"}, false},
		{"token with a blank", Options{Token: token + " "}, false},
		{"address without scheme", Options{Token: token, APIURL: "api.telegram.org"}, false},
		{"other scheme", Options{Token: token, APIURL: "ftp://api.telegram.org"}, false},
		{"no address", Options{Token: token, APIURL: "http://%zz"}, false},
		{"rate below zero", Options{Token: token, Rate: -1}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := New(tt.o)
			if (err == nil) != tt.ok || (c != nil) != tt.ok {
				t.Errorf("got %v", err)
			}
			if err != nil {
				leaks(t, err.Error())
			}
		})
	}
}

// TestAddress checks where calls go, with a base that has a path and a % in
// it.
func TestAddress(t *testing.T) {
	var got string
	c := dial(t, Options{APIURL: "http://127.0.0.1/a%20b/", Transport: wire(func(_ string, req *http.Request) (int, string, error) {
		got = req.URL.String()
		return 200, `{"ok":true,"result":{}}`, nil
	})})
	if _, err := c.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := "http://127.0.0.1/a%20b/bot" + token + "/getMe"; got != want {
		t.Errorf("called %s, want %s", got, want)
	}
}

// TestHoldAfter429 checks what a 429 means in each lane: an answer is sent
// when the hold is over, a broadcast comes back.
func TestHoldAfter429(t *testing.T) {
	for _, tt := range []struct {
		name      string
		refusals  int
		seconds   int
		broadcast bool
		kind      Kind
		after     time.Duration
		calls     int
	}{
		{"answer", 1, 4, false, 0, 5 * time.Second, 2},
		{"answer, again", 2, 4, false, 0, 10 * time.Second, 3},
		{"answer, too often", 9, 4, false, KindWait, 10 * time.Second, 3},
		{"answer, long", 1, 60, false, KindWait, 0, 1},
		{"broadcast", 1, 4, true, KindWait, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				c := dial(t, Options{Rate: 30, Transport: wire(func(string, *http.Request) (int, string, error) {
					if calls++; calls <= tt.refusals {
						return 429, tooMany(tt.seconds), nil
					}
					return 200, sentMessage, nil
				})})
				if tt.broadcast {
					c = c.Broadcast()
				}
				begin := time.Now()
				_, err := c.Send(t.Context(), Send{ChatID: 5, HTML: "a"})
				if KindOf(err) != tt.kind || time.Since(begin) != tt.after || calls != tt.calls {
					t.Errorf("after %v and %d calls: %v", time.Since(begin), calls, err)
				}
			})
		})
	}
}

// TestFreeOfTheGate holds a chat and makes the calls that must not wait.
func TestFreeOfTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var methods []string
		c := dial(t, Options{Rate: 1, Transport: wire(func(method string, _ *http.Request) (int, string, error) {
			methods = append(methods, method)
			return 200, `{"ok":true,"result":{}}`, nil
		})})
		c.line.gate.slow(5, 100*time.Second)
		begin := time.Now()
		ctx := t.Context()
		_, me := c.Me(ctx)
		_, file := c.GetFile(ctx, "AgAC")
		if err := errors.Join(me, file, c.AnswerTap(ctx, "q", "a", false), c.ChatAction(ctx, 6, "typing"), c.ChatAction(ctx, 5, "typing"),
			c.SetCommands(ctx, Commands{ChatID: 5}), c.SetMenuCommands(ctx)); err != nil {
			t.Error(err)
		}
		if time.Since(begin) != 0 {
			t.Errorf("they waited %v", time.Since(begin))
		}
		if got := strings.Join(methods, " "); got != "getMe getFile answerCallbackQuery sendChatAction setMyCommands setChatMenuButton" {
			t.Errorf("called %s", got)
		}
		_, err := c.Send(ctx, Send{ChatID: 5, HTML: "a"})
		var e *Error
		if !errors.As(err, &e) || e.Kind != KindWait || e.RetryAfter != 101*time.Second {
			t.Errorf("a send to a chat held for long: %v", err)
		}
	})
}

// TestChatActionHolds takes note of a 429 to a courtesy as well.
func TestChatActionHolds(t *testing.T) {
	c := dial(t, Options{Transport: wire(func(string, *http.Request) (int, string, error) { return 429, tooMany(30), nil })})
	if err := c.ChatAction(t.Context(), 5, "typing"); KindOf(err) != KindWait {
		t.Errorf("got %v", err)
	}
	if !c.line.gate.holds(5) {
		t.Error("the chat is not held")
	}
}

// TestConnections makes many calls side by side and counts what was dialled.
func TestConnections(t *testing.T) {
	var opened atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.(http.Flusher).Flush() // a chunked answer, whose end must be read too
		_, _ = io.WriteString(w, sentMessage)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := dial(t, Options{APIURL: s.URL})
	const side, each = 50, 40
	var all sync.WaitGroup
	for n := range int64(side) {
		all.Go(func() {
			for range each {
				if _, err := c.Send(t.Context(), Send{ChatID: 1 + n, HTML: "a"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := opened.Load(); n > 2*side {
		t.Errorf("%d connections for %d calls, %d at a time", n, side*each, side)
	}
}

func TestDownload(t *testing.T) {
	picture := bytes.Repeat([]byte("jpeg"), 1000)
	for _, tt := range []struct {
		name   string
		file   string // result of getFile
		status int    // of the download
		kind   Kind
	}{
		{"fine", `{"file_id":"a","file_path":"photos/file_0.jpg","file_size":4000}`, 200, 0},
		{"too big", `{"file_id":"a","file_path":"photos/file_0.jpg","file_size":20971521}`, 200, KindFileBig},
		{"no path", `{"file_id":"a"}`, 200, KindFileLater},
		{"odd path", `{"file_id":"a","file_path":"a b\u007f%zz"}`, 200, KindFileLater},
		{"expired", `{"file_id":"a","file_path":"photos/file_0.jpg"}`, 404, KindFileLater},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/bot" + token + "/getFile":
					_, _ = io.WriteString(w, `{"ok":true,"result":`+tt.file+`}`)
				case "/file/bot" + token + "/photos/file_0.jpg":
					w.WriteHeader(tt.status)
					_, _ = w.Write(picture)
				default:
					t.Errorf("asked for %s", r.URL.Path)
				}
			}))
			defer s.Close()
			got, err := dial(t, Options{APIURL: s.URL}).Download(t.Context(), "a")
			if KindOf(err) != tt.kind || (err == nil) != bytes.Equal(got, picture) {
				t.Errorf("got %d bytes, %v", len(got), err)
			}
			if err != nil {
				leaks(t, err.Error())
			}
		})
	}
}

// TestSentMessage reads back what a send returns.
func TestSentMessage(t *testing.T) {
	c := dial(t, Options{Transport: wire(func(string, *http.Request) (int, string, error) {
		return 200, `{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":5,"type":"private"},"photo":[{"file_id":"AgAC","width":1,"height":1}]}}`, nil
	})})
	m, err := c.Send(t.Context(), Send{ChatID: 5, Media: []Media{{Kind: "photo", Upload: &File{Name: "a.jpg", Bytes: []byte("a")}}}})
	if err != nil || m.ID != 7 || m.LargestPhoto() != "AgAC" {
		t.Errorf("got %+v, %v", m, err)
	}
}

// TestStreamedFile sends a file as it is read, whole and each time from the
// beginning.
func TestStreamedFile(t *testing.T) {
	content := io.NewSectionReader(strings.NewReader("...PK bảng số liệu"), 3, 64)
	for range 2 {
		c := dial(t, Options{Transport: wire(func(_ string, req *http.Request) (int, string, error) {
			if req.GetBody != nil {
				t.Error("the file is held in memory")
			}
			f, header, err := req.FormFile("document")
			if err != nil {
				return 0, "", err
			}
			got, err := io.ReadAll(f)
			if string(got) != "PK bảng số liệu" || header.Filename != "so.xlsx" {
				t.Errorf("%s holds %q", header.Filename, got)
			}
			return 200, sentMessage, err
		})})
		if _, err := c.SendDocument(t.Context(), 5, File{Name: "so.xlsx", Content: content}, ""); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkCall(b *testing.B) {
	s := server(b, 200, sentMessage)
	for name, rate := range map[string]float64{"no pace": 0, "paced": 1e9} {
		b.Run(name, func(b *testing.B) {
			c := dial(b, Options{APIURL: s.URL, Rate: rate})
			var chat atomic.Int64
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := c.Send(context.Background(), Send{ChatID: chat.Add(1), HTML: "Việc hôm nay", Keyboard: doneKeyboard}); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// TestSendAll returns every message of an album, and does not trust an answer
// without any.
func TestSendAll(t *testing.T) {
	album := Send{ChatID: 5, Media: []Media{{Kind: "photo", FileID: "AgA1"}, {Kind: "photo", FileID: "AgA2"}}}
	saying := func(result string) *Client {
		return dial(t, Options{Transport: wire(func(string, *http.Request) (int, string, error) {
			return 200, `{"ok":true,"result":` + result + `}`, nil
		})})
	}
	all, err := saying(`[{"message_id":7},{"message_id":8}]`).SendAll(t.Context(), album)
	if err != nil || len(all) != 2 || all[1].ID != 8 {
		t.Errorf("got %+v, %v", all, err)
	}
	if _, err := saying(`[]`).Send(t.Context(), album); KindOf(err) != KindUnknownOutcome {
		t.Errorf("an album without messages: %v", err)
	}
	if _, err := saying(`{}`).Send(t.Context(), Send{ChatID: 5, Media: []Media{{Kind: "hologram"}}}); KindOf(err) != KindMessageBad {
		t.Errorf("a kind that there is not: %v", err)
	}
}

// BenchmarkGate is the gate alone, with a call waiting at all times.
func BenchmarkGate(b *testing.B) {
	g := newGate(Clock{}.orReal(), 1e8, nil)
	var chat atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := g.wait(context.Background(), broadcasts, chat.Add(1), 1); err != nil {
				b.Fatal(err)
			}
		}
	})
}
