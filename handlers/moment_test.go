package handlers_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"wardbot/handlers"
)

// detour leads the bot's calls to Telegram past the test, which can hold an
// edit up on its way, or lose it.
type detour struct {
	mu   sync.Mutex
	held string        // edits with these words wait
	met  chan struct{} // one waits
	free chan struct{} // it may go on
	lost string        // an edit with these words never arrives
}

// lose has the next edit with these words answered by a front server that
// cannot reach Telegram.
func (d *detour) lose(words string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lost = words
}

// loses says whether a call is the one to lose.
func (d *detour) loses(body []byte) bool {
	form, err := url.ParseQuery(string(body))
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || d.lost == "" || !strings.Contains(form.Get("text"), d.lost) {
		return false
	}
	d.lost = ""
	return true
}

// hold lets the next edit with these words wait, until free is closed.
func (d *detour) hold(words string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held, d.met, d.free = words, make(chan struct{}), make(chan struct{})
}

// wait says whether a call is to wait, and for what. One call waits, once.
func (d *detour) wait(body []byte) (met, free chan struct{}) {
	form, err := url.ParseQuery(string(body))
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil || d.held == "" || !strings.Contains(form.Get("text"), d.held) {
		return nil, nil
	}
	d.held = ""
	return d.met, d.free
}

// detoured restarts the bot with a detour before Telegram.
func (o *town) detoured() *detour {
	o.t.Helper()
	telegram, err := url.Parse(o.url)
	if err != nil {
		o.t.Fatal(err)
	}
	d, proxy := &detour{}, httputil.NewSingleHostReverseProxy(telegram)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/editMessageText") {
			if d.loses(body) {
				http.Error(w, "Bad Gateway", http.StatusBadGateway)
				return
			}
			if met, free := d.wait(body); met != nil {
				close(met)
				select {
				case <-free:
				case <-o.ctx.Done():
				}
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	o.stop()
	o.t.Cleanup(func() { o.stop(); server.Close() }) // the bot first: it listens for as long as it may
	o.url = server.URL
	o.start()
	return d
}

// A tap's own edit is on its way to Telegram while the task is corrected or
// recalled, and gets there after the engine's: nothing old stays.
func TestTapInTheMomentOfAChange(t *testing.T) {
	for _, tt := range []struct {
		name   string
		where  func(o *town, lan *phone) message
		change func(o *town)
		left   string // what stands there in the end
	}{
		{"a correction, the letter", (*town).letterOf, (*town).correctsNow, "Nhắc cô bác"},
		{"a correction, a task asked for", (*town).taskAskedFor, (*town).correctsNow, "Nhắc cô bác"},
		{"a recall, a letter too old to delete", (*town).oldLetterOf, (*town).recallsNow, "Tin này đã được thu hồi"},
		{"a recall, a task asked for", (*town).taskAskedFor, (*town).recallsNow, "Tin này đã được thu hồi"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newTown(t)
			d := o.detoured()
			lan := o.collaborator("Lan")
			o.sends("Nhắc bà con")
			m := tt.where(o, lan)
			d.hold("Đã làm lúc")
			if toast, err := lan.TapOn(m, "✅ Đã làm"); err != nil || !strings.Contains(toast, "Đã ghi nhận") {
				t.Fatalf("toast %q, %v", toast, err)
			}
			select {
			case <-d.met:
			case <-o.ctx.Done():
				t.Fatal("no edit came")
			}
			tt.change(o)
			close(d.free)
			err := lan.Wait(o.ctx, func(all []message) bool {
				for _, m := range all {
					if strings.Contains(m.Text, "Nhắc bà con") {
						return false
					}
				}
				return true
			})
			if err != nil {
				t.Errorf("old words stay:\n%s", lan.transcript())
			}
			lan.reads(tt.left)
		})
	}
}

func (o *town) correctsNow() {
	o.boss.tap("Sửa bài")
	o.boss.reads("Gửi toàn bộ nội dung mới")
	o.boss.Say("Nhắc cô bác")
	o.boss.tap("Sửa 1 bản")
	o.boss.reads("1 bản")
}

func (o *town) recallsNow() {
	o.boss.taps("Thu hồi", "Thu hồi 1 bản")
	o.boss.reads("Thu hồi lúc")
}

func (o *town) letterOf(p *phone) message { return p.button("✅ Đã làm") }

func (o *town) oldLetterOf(p *phone) message {
	m := p.button("✅ Đã làm")
	o.clock.Advance(49 * time.Hour)
	return m
}

// taskAskedFor is a message that the engine knows nothing of.
func (o *town) taskAskedFor(p *phone) message {
	letter := p.button("✅ Đã làm")
	p.Say("/homnay")
	if err := p.Wait(o.ctx, func(all []message) bool { return all[len(all)-1].FromBot && all[len(all)-1].ID != letter.ID }); err != nil {
		o.t.Fatal(err)
	}
	return p.Last()
}

// The last words about a task are lost on their way to Telegram: the live
// message is not taken for finished, and says them a moment later.
func TestLastWordsAreSaidAgain(t *testing.T) {
	o := newTown(t, awake)
	lan, mai := o.collaborator("Lan"), o.collaborator("Mai")
	d := o.detoured()
	mai.waitsUntilNoon()
	d.lose("1 nhận sau")
	o.sends("Tưới cây")
	lan.reads("Tưới cây")
	o.boss.reads("1 nhận · 0 chặn bot · 0 lỗi · 1 nhận sau")
	if d.lost != "" {
		t.Error("nothing was lost on the way")
	}
}

// What somebody gets later arrives between two looks at it: the live message
// says so all the same.
func TestLateArrivalsAreSeen(t *testing.T) {
	o := newTown(t, awake, func(op *handlers.Options) { op.RefreshEvery = 300 * time.Millisecond })
	o.collaborator("Lan")
	mai := o.collaborator("Mai")
	mai.waitsUntilNoon()
	o.sends("Tưới cây")
	o.boss.reads("1 nhận · 0 chặn bot · 0 lỗi · 1 nhận sau")
	o.until(0, 11*60+30)
	mai.reads("Tưới cây")
	o.boss.reads("2 nhận · 0 chặn bot · 0 lỗi")
}
