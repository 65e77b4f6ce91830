package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Official is the base URL of Telegram's own Bot API server.
const Official = "https://api.telegram.org"

const (
	// maxInFlight is how many idle connections are kept: fewer than calls in
	// flight, and a busy broadcast opens thousands of new ones.
	maxInFlight = 2048

	// headerLimit is how long Telegram may take to begin its answer. It
	// swallows waits of some seconds instead of answering 429, and a long
	// poll takes 50 s.
	headerLimit = 60 * time.Second

	// callLimit ends a call whose answer began and then hung.
	callLimit = 75 * time.Second

	// patience is how long a call may wait for a chat held after a 429.
	// Longer holds answer KindWait at once: the waiting would tie up those
	// who serve everybody else.
	patience = 60 * time.Second

	// answerTries is how often an answer to a person is tried when Telegram
	// keeps saying 429.
	answerTries = 3
)

// Options are the settings of a Client. Only Token is needed.
type Options struct {
	Token  string
	APIURL string // base, such as http://127.0.0.1:8081; "" = Official
	// Transport carries the requests; nil = a clone of http.DefaultTransport
	// that keeps its connections and waits at most 60 s for an answer.
	Transport http.RoundTripper
	Clock     Clock // zero = the real one
	// Rate is how many messages a second the whole bot may send. 0 switches
	// off this pace and those per chat; holds after a 429 are always obeyed.
	Rate float64
	Log  *slog.Logger // nil = slog.Default()
}

// Params are the parameters of one call as Telegram reads them; only the
// typed builders of this package make them.
type Params = map[string]string

// File is one file to upload with a call, under the name of its parameter: what
// is in Bytes, or else Content, which is read while it is sent and never held
// in memory as a whole.
type File struct {
	Field, Name string
	Bytes       []byte
	Content     *io.SectionReader
}

// Client calls the Bot API with one token. It is safe for concurrent use.
type Client struct {
	line *line
	lane lane
}

// line is what a client and its Broadcast share.
type line struct {
	api       *tgbotapi.BotAPI // copied for every call, never used itself
	transport http.RoundTripper
	token     string
	base      string
	clock     Clock
	log       *slog.Logger
	gate      *gate
	rate      float64
}

var tokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)

// New makes a client without touching the network. It refuses a token that
// does not look like 123456:ABC and a base URL that is not one; its errors
// never repeat the token.
func New(o Options) (*Client, error) {
	if !tokenForm.MatchString(o.Token) {
		return nil, errors.New("the bot's token must look like 123456:ABC-def")
	}
	base := strings.TrimRight(cmp.Or(o.APIURL, Official), "/")
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the Bot API's address must look like " + Official)
	}
	if o.Rate < 0 {
		return nil, fmt.Errorf("a rate of %g messages a second: it must be 0 or more", o.Rate)
	}
	muteLibrary()
	l := &line{
		api:       &tgbotapi.BotAPI{Token: o.Token},
		transport: o.Transport,
		token:     o.Token,
		base:      base,
		clock:     o.Clock.orReal(),
		log:       cmp.Or(o.Log, slog.Default()),
	}
	l.api.SetAPIEndpoint(strings.ReplaceAll(base, "%", "%%") + "/bot%s/%s")
	if l.transport == nil {
		l.transport = newTransport()
	}
	l.gate, l.rate = newGate(l.clock, o.Rate, l.log), o.Rate
	return &Client{line: l}, nil
}

func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = maxInFlight, maxInFlight
	t.ResponseHeaderTimeout = headerLimit
	return t
}

// Broadcast is the same line in the low-priority lane: its calls go when no
// answer is waiting.
func (c *Client) Broadcast() *Client {
	return &Client{line: c.line, lane: broadcasts}
}

// Rate is how many messages a second the whole bot may send; 0 = no limit.
func (c *Client) Rate() float64 { return c.line.rate }

const (
	// FreeRate is how many messages a second a bot that pays for more sends
	// without paying, answers and edits included
	// (core.telegram.org/bots/faq: about 30).
	FreeRate = 25

	// mostFree is the highest rate at which nothing is paid for.
	mostFree = 30
)

// SetShare says how much of what is free this process may use, above 0 and at
// most 1: several processes with one token share its rate.
func (c *Client) SetShare(share float64) { c.line.gate.setShare(share) }

// Call makes one call of the Bot API and decodes its result into out, which
// may be nil. It first waits in the gate if the method counts. Errors are
// *Error.
//
// A 429 holds its chat in the gate. An answer to a person is then tried again
// when the hold is over, a broadcast comes back with KindWait. Nothing else
// is ever repeated here.
func (c *Client) Call(ctx context.Context, method string, p Params, files []File, out any) error {
	chat, size, l := countedChat(method, p), messages(method, p), c.lane
	if l == broadcasts && p["allow_paid_broadcast"] != "" {
		l = paid
	}
	for try := 1; ; try++ {
		if chat != 0 {
			waiting, cancel := untilOvertaken(ctx)
			err := c.line.gate.wait(waiting, l, chat, size)
			cancel()
			if err != nil {
				return notStarted(method, err)
			}
		}
		err := c.line.call(ctx, method, p, files, out)
		if err == nil {
			return nil
		}
		if err.Kind == KindWait && chat != 0 {
			c.line.gate.slow(chat, err.RetryAfter)
			if c.lane == answers && err.RetryAfter < patience && try < answerTries {
				continue
			}
		}
		return err
	}
}

// countedChat is the chat whose limits a call counts against, 0 for calls
// that are free: those about no chat, those that only ask, and "is typing".
func countedChat(method string, p Params) int64 {
	if strings.HasPrefix(method, "get") || method == "sendChatAction" {
		return 0
	}
	id, err := strconv.ParseInt(p["chat_id"], 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// messages is how many messages a call sends or changes: an album counts with
// each of its files.
func messages(method string, p Params) int {
	if method != "sendMediaGroup" {
		return 1
	}
	var files []json.RawMessage
	_ = json.Unmarshal([]byte(p["media"]), &files)
	return max(1, len(files))
}

// notStarted is the error of a call that did not get through the gate.
func notStarted(method string, err error) *Error {
	var held *holdError
	if errors.As(err, &held) {
		return &Error{Method: method, Kind: KindWait, RetryAfter: held.left, Err: err}
	}
	return &Error{Method: method, Kind: KindCancelled, Err: err}
}

// call makes one call, whatever the gate says.
func (l *line) call(ctx context.Context, method string, p Params, files []File, out any) *Error {
	limited, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	d := &doer{ctx: limited, transport: l.transport, streams: slices.ContainsFunc(files, func(f File) bool { return f.Content != nil })}
	// The library knows no contexts: each call gets its own copy of it, with
	// a doer bound to the context of this call.
	api := *l.api
	api.Client = d
	var resp *tgbotapi.APIResponse
	var err error
	if len(files) == 0 {
		resp, err = api.MakeRequest(method, p)
	} else {
		resp, err = api.UploadFiles(method, p, attach(files))
	}
	if err != nil {
		return l.failed(ctx, method, d, resp, err)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(resp.Result, out); err != nil {
		return &Error{Method: method, Kind: KindUnknownOutcome, Status: d.status, Err: l.scrub(err)}
	}
	return nil
}

func attach(files []File) []tgbotapi.RequestFile {
	attached := make([]tgbotapi.RequestFile, len(files))
	for i, f := range files {
		attached[i] = tgbotapi.RequestFile{Name: f.Field, Data: tgbotapi.FileBytes{Name: f.Name, Bytes: f.Bytes}}
		if f.Content != nil {
			// Every attempt reads from the beginning.
			attached[i].Data = tgbotapi.FileReader{Name: f.Name, Reader: io.NewSectionReader(f.Content, 0, f.Content.Size())}
		}
	}
	return attached
}

// failed makes the one kind of error this package returns out of what the
// library says and what the doer saw.
func (l *line) failed(ctx context.Context, method string, d *doer, resp *tgbotapi.APIResponse, err error) *Error {
	e := &Error{Method: method, Status: d.status}
	var refusal *tgbotapi.Error
	switch {
	case d.status == 0 && d.wrote.Load():
		e.Kind, e.Err = KindUnknownOutcome, l.scrub(err)
	case d.status == 0 && ctx.Err() != nil:
		e.Kind, e.Err = KindCancelled, ctx.Err()
	case d.status == 0:
		e.Kind, e.Err = KindNotSent, l.scrub(err)
	case errors.As(err, &refusal) && resp != nil && resp.ErrorCode != 0:
		// The library leaves the code out of the errors of uploads; the
		// response has it.
		e.Code = resp.ErrorCode
		e.Description = l.redact(resp.Description)
		e.MigrateTo = refusal.MigrateToChatID
		e.Kind = classify(resp.ErrorCode, resp.Description, e.MigrateTo)
		e.RetryAfter = seconds(int64(refusal.RetryAfter))
	default: // an answer that is not Telegram's: a front server's page, or cut off
		e.Kind, e.Err = classifyStatus(d.status), l.scrub(err)
	}
	if e.Kind == KindWait {
		e.RetryAfter = max(cmp.Or(e.RetryAfter, d.retryAfter), time.Second)
	}
	return e
}

// longestWait is the longest wait that is believed, in seconds.
const longestWait = 24 * 60 * 60

func seconds(n int64) time.Duration {
	return time.Duration(min(max(n, 0), longestWait)) * time.Second
}
