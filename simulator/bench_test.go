package simulator_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"wardbot/simulator"
)

// letter is a sendMessage as the bot writes it.
func letter(chatID int64) string {
	return url.Values{
		"chat_id":    {strconv.FormatInt(chatID, 10)},
		"text":       {"<b>Việc hôm nay</b> · Thứ Tư, 12/07\nNhắc bà con kiểm tra <i>bình chữa cháy</i>."},
		"parse_mode": {"HTML"},
		"reply_markup": {`{"inline_keyboard":[[{"text":"✅ Đã làm","callback_data":"done:1"},` +
			`{"text":"Không làm được hôm nay","callback_data":"not:1"}]]}`},
		"link_preview_options": {`{"is_disabled":true}`},
	}.Encode()
}

// recipients is a crowd that has started the bot, as bodies of letters to them.
func recipients(s *simulator.Server) []string {
	bodies := make([]string, 1000)
	for i := range bodies {
		p := s.Person(simulator.Profile{FirstName: "Lan"})
		p.Start("")
		bodies[i] = letter(p.ID())
	}
	return bodies
}

// BenchmarkSimulator sends letters on one core, client and server together:
// through net/http's client, through a bare connection kept alive, whose cost
// is nearly all the server's, and to the handler alone.
func BenchmarkSimulator(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b.Run("net/http", func(b *testing.B) {
		s, address := listening(b)
		bodies, link := recipients(s), address+"/bot"+s.Token()+"/sendMessage"
		calls(b, func(i int) error {
			resp, err := http.Post(link, "application/x-www-form-urlencoded", strings.NewReader(bodies[i%len(bodies)]))
			if err != nil {
				return err
			}
			return finish(resp)
		})
	})
	b.Run("connection", func(b *testing.B) {
		s, address := listening(b)
		bodies := recipients(s)
		conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		calls(b, func(i int) error {
			body := bodies[i%len(bodies)]
			if _, err := fmt.Fprintf(conn, "POST /bot%s/sendMessage HTTP/1.1\r\nHost: telegram\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", s.Token(), len(body), body); err != nil {
				return err
			}
			resp, err := http.ReadResponse(r, nil)
			if err != nil {
				return err
			}
			return finish(resp)
		})
	})
	b.Run("handler", func(b *testing.B) {
		s := simulator.New(simulator.Options{})
		bodies, path := recipients(s), "/bot"+s.Token()+"/sendMessage"
		calls(b, func(i int) error {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(bodies[i%len(bodies)]))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return finish(w.Result())
		})
	})
}

func calls(b *testing.B, call func(i int) error) {
	b.ReportAllocs()
	before := spent()
	i := 0
	for b.Loop() {
		if err := call(i); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64(b.N)/(spent()-before).Seconds(), "calls/cpu-s")
}

// spent is the processor time of this process, which neighbours on the machine
// can't lengthen as they do the time on the wall.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func finish(resp *http.Response) error {
	buffer := make([]byte, 4096)
	for {
		if _, err := resp.Body.Read(buffer); err != nil {
			break
		}
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}

func listening(tb testing.TB) (*simulator.Server, string) {
	tb.Helper()
	s := simulator.New(simulator.Options{})
	address, err := s.Listen("127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return s, address
}
