package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	emptyPage = `{"ok":true,"result":[]}`
	conflict  = `{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}`
	webhook   = `{"ok":false,"error_code":409,"description":"Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}`
	badToken  = `{"ok":false,"error_code":401,"description":"Unauthorized"}`
)

// updatesPage is an answer with messages of these ids.
func updatesPage(ids ...int64) string {
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"text":"a"}}`, id))
	}
	return `{"ok":true,"result":[` + strings.Join(list, ",") + `]}`
}

// poll is one getUpdates as the server saw it.
type poll struct {
	after  time.Duration
	offset string
}

// answer is what the server says to one poll. No body and no error is a long
// poll that lasts until the poller leaves.
type answer struct {
	body string
	err  error
}

// runPoller lets a poller run against these answers until it ends, and at
// most for an hour of pretended time.
func runPoller(t *testing.T, p *Poller, answers ...answer) (polls []poll, err error) {
	t.Helper()
	begin := time.Now()
	p.Client = dial(t, Options{Transport: wire(func(_ string, req *http.Request) (int, string, error) {
		if err := req.ParseForm(); err != nil {
			t.Error(err)
		}
		polls = append(polls, poll{time.Since(begin), req.PostForm.Get("offset")})
		if len(answers) == 0 {
			<-req.Context().Done()
			return 0, "", req.Context().Err()
		}
		a := answers[0]
		answers = answers[1:]
		return 200, a.body, a.err
	})})
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	err = p.Run(ctx)
	return polls, err
}

func TestPollerConfirms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kept []int64
		p := &Poller{Keep: func(_ context.Context, page []Update) error {
			for _, u := range page {
				kept = append(kept, u.ID)
			}
			return nil
		}}
		polls, err := runPoller(t, p, answer{body: updatesPage(10, 11, 12)}, answer{body: updatesPage(13)}, answer{body: emptyPage},
			answer{body: updatesPage(2)}) // ids start anew
		if err != nil {
			t.Error(err)
		}
		if !slices.Equal(kept, []int64{10, 11, 12, 13, 2}) {
			t.Errorf("kept %v", kept)
		}
		var offsets []string
		for _, p := range polls[:5] {
			offsets = append(offsets, p.offset)
		}
		if diff := cmp.Diff([]string{"", "13", "14", "", "3"}, offsets); diff != "" {
			t.Errorf("offsets (-want +got):\n%s", diff)
		}
	})
}

// TestPollerStoresFirst has a database that refuses for a while: the same
// page is offered again, nothing is confirmed meanwhile.
func TestPollerStoresFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var book logbook
		begin := time.Now()
		var tries []time.Duration
		p := &Poller{Log: book.logger(), Keep: func(_ context.Context, page []Update) error {
			tries = append(tries, time.Since(begin))
			if len(page) != 2 {
				t.Errorf("a page of %d", len(page))
			}
			if len(tries) < 8 {
				return errors.New("the disk is full")
			}
			return nil
		}}
		polls, err := runPoller(t, p, answer{body: updatesPage(10, 11)})
		if err != nil {
			t.Error(err)
		}
		var want []time.Duration
		for _, s := range []int{0, 1, 3, 7, 15, 31, 61, 91} {
			want = append(want, time.Duration(s)*time.Second)
		}
		if diff := cmp.Diff(want, tries); diff != "" {
			t.Errorf("tries (-want +got):\n%s", diff)
		}
		if polls[1] != (poll{91 * time.Second, "12"}) {
			t.Errorf("the next poll was %v", polls[1])
		}
		if n := strings.Count(book.String(), "\n"); n < 2 || strings.Count(book.String(), "the disk is full") != 1 ||
			strings.Count(book.String(), "over: updates cannot be stored") != 1 {
			t.Errorf("it was logged not once at the start and once at the end:\n%s", book.String())
		}
	})
}

// TestPollerOutage has a network that is down for ten polls.
func TestPollerOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var book logbook
		var answers []answer
		for range 5 {
			answers = append(answers, answer{err: errors.New("connection refused")}, answer{body: "<html>502"})
		}
		answers = append(answers, answer{body: tooMany(40)}, answer{body: emptyPage})
		polls, err := runPoller(t, &Poller{Log: book.logger()}, answers...)
		if err != nil {
			t.Error(err)
		}
		var got []int
		for _, p := range polls[:12] {
			got = append(got, int(p.after/time.Second))
		}
		if diff := cmp.Diff([]int{0, 1, 3, 7, 15, 31, 61, 91, 121, 151, 181, 222}, got); diff != "" {
			t.Errorf("polls at (-want +got):\n%s", diff)
		}
		text, _, _ := strings.Cut(book.String(), "lasted=3m42s")
		if strings.Count(text, "cannot be reached") != 2 {
			t.Errorf("it was logged not once at the start and once at the end:\n%s", book.String())
		}
	})
}

// TestPollerPoison sends updates that cannot be read among good ones.
func TestPollerPoison(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kinds []string
		p := &Poller{Keep: func(_ context.Context, page []Update) error {
			for _, u := range page {
				kinds = append(kinds, u.Kind)
				if len(u.Raw) == 0 {
					t.Error("nothing to store")
				}
			}
			return nil
		}}
		polls, err := runPoller(t, p,
			answer{body: `{"ok":true,"result":["junk",{"update_id":3,"message":{"chat":"x"}},{"update_id":4,"poll":{}},` +
				`{"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"}}}]}`},
			answer{body: `{"ok":true,"result":["junk"]}`})
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"undecodable", "undecodable", "poll", "message"}, kinds); diff != "" {
			t.Errorf("kinds (-want +got):\n%s", diff)
		}
		if want := (poll{time.Second, "6"}); polls[2] != want {
			t.Errorf("after a page without ids the poll was %v, want %v", polls[2], want)
		}
	})
}

func TestPollerFatal(t *testing.T) {
	for _, tt := range []struct {
		name    string
		answers []answer
		kind    Kind
		after   time.Duration
	}{
		{"wrong token", []answer{{body: badToken}}, KindFatal, 0},
		{"wrong token later", []answer{{body: emptyPage}, {body: badToken}}, KindFatal, 0},
		{"webhook", []answer{{body: webhook}}, KindFatal, 0},
		{"second poller", []answer{{body: conflict}, {body: conflict}}, KindConflict, 30 * time.Second},
		{"second poller in turns", []answer{{body: conflict}, {body: emptyPage}, {body: conflict}}, KindConflict, 30 * time.Second},
		{"a handover", []answer{{body: conflict}, {body: emptyPage}}, 0, time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				_, err := runPoller(t, &Poller{Log: dial(t, Options{}).line.log}, tt.answers...)
				if KindOf(err) != tt.kind || time.Since(begin) != tt.after {
					t.Errorf("ended after %v with %v", time.Since(begin), err)
				}
			})
		})
	}
}

// TestPollerStops ends the context while a page cannot be stored.
func TestPollerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Poller{Log: dial(t, Options{}).line.log, Keep: func(context.Context, []Update) error { return errors.New("no") }}
		polls, err := runPoller(t, p, answer{body: updatesPage(1)})
		if err != nil || len(polls) != 1 {
			t.Errorf("polled %d times, ended with %v", len(polls), err)
		}
	})
}
