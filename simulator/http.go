package simulator

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// tokenForm is what a token looks like.
var tokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)

// ServeHTTP answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.isDown() {
		cut(w)
		return
	}
	path, file := strings.CutPrefix(r.URL.Path, "/file")
	path, ok := strings.CutPrefix(path, "/bot")
	token, rest, both := strings.Cut(path, "/")
	switch {
	case !ok || !both || !tokenForm.MatchString(token):
		answer(w, nil, errNotFound)
	case token != s.token:
		answer(w, nil, errUnauthorized)
	case file:
		s.serveFile(w, rest)
	default:
		s.serveCall(w, r, rest)
	}
}

func (s *Server) serveCall(w http.ResponseWriter, r *http.Request, name string) {
	m := s.spec.find(name)
	if m == nil {
		s.record.refuse(Refusal{Method: name, Code: errNoMethod.code, Description: errNoMethod.description})
		answer(w, nil, errNoMethod)
		return
	}
	c, err := readCall(r, m)
	if limited(m.Name) {
		s.record.arrive(c.params["chat_id"], s.now())
	}
	before, after := s.trouble.latency()
	if !s.pass(before) {
		cut(w)
		return
	}
	fault := s.trouble.strike(m.Name, s.now())
	if fault != nil && !fault.processed {
		if fault.Kind == Storm429 {
			s.record.slow(c.params["chat_id"], s.now(), fault.wait())
		}
		s.spoil(w, r, fault)
		return
	}
	var result any
	if err == nil {
		result, err = s.process(c)
	}
	if err == nil {
		s.record.accept(m.Name)
	} else {
		s.recordRefusal(c, err)
	}
	if !s.pass(after) {
		cut(w)
		return
	}
	if fault != nil {
		s.spoil(w, r, fault)
		return
	}
	var slow *refusal
	if errors.As(err, &slow) && slow.retryAfter > 0 {
		s.record.slow(c.params["chat_id"], s.now(), time.Duration(slow.retryAfter)*time.Second)
	}
	answer(w, result, err)
}

// process checks a call and does what it asks for.
func (s *Server) process(c *call) (any, error) {
	if err := s.spec.check(c); err != nil {
		return nil, err
	}
	if do := methods[c.method.Name]; do != nil {
		return do(s, c)
	}
	return s.plausible(c)
}

func (s *Server) recordRefusal(c *call, err error) {
	var r *refusal
	if errors.As(err, &r) && (r.code == 400 || r.code == 413) {
		s.record.refuse(Refusal{c.method.Name, r.code, r.description, c.params})
	}
}

// response is how the server wraps everything (Bot API: Making requests).
type response struct {
	OK          bool        `json:"ok"`
	Result      any         `json:"result,omitempty"`
	Code        int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

// parameters is Bot API's ResponseParameters.
type parameters struct {
	RetryAfter int   `json:"retry_after,omitempty"`
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
}

var jsonType = []string{"application/json"}

func answer(w http.ResponseWriter, result any, err error) {
	status, body := http.StatusOK, response{OK: true, Result: result}
	var r *refusal
	if errors.As(err, &r) {
		status, body = r.code, response{Code: r.code, Description: r.description}
		if r.retryAfter > 0 {
			body.Parameters = &parameters{RetryAfter: r.retryAfter}
			w.Header().Set("Retry-After", strconv.Itoa(r.retryAfter))
		}
		if r.migrateTo != 0 {
			body.Parameters = &parameters{MigrateTo: r.migrateTo}
		}
	}
	raw, encode := json.Marshal(body)
	if encode != nil {
		panic("simulator: write an answer: " + encode.Error())
	}
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(status)
	w.Write(raw)
}

// cut resets the connection.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) //nolint:errcheck // closed in any case
	}
	conn.Close()
}
