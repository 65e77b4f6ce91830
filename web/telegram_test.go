package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wardbot/storage/storagetest"
)

func TestReceive(t *testing.T) {
	for _, tt := range []struct {
		name   string
		method string
		secret string
		body   string
		keep   error
		want   int
		kept   bool
	}{
		{"an update", "POST", "s3cret", `{"update_id":1}`, nil, 200, true},
		{"no secret", "POST", "", `{"update_id":1}`, nil, 401, false},
		{"wrong secret", "POST", "s3cre", `{"update_id":1}`, nil, 401, false},
		{"not posted", "GET", "s3cret", "", nil, 405, false},
		{"as big as may be", "POST", "s3cret", strings.Repeat("x", maxUpdate), nil, 200, true},
		{"too big", "POST", "s3cret", strings.Repeat("x", maxUpdate+1), nil, 413, false},
		{"no update is kept too, or it would come for ever", "POST", "s3cret", "hello", nil, 200, true},
		{"the database refuses", "POST", "s3cret", `{"update_id":1}`, errors.New("disk full"), 503, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			site := New(storagetest.SQLite(t), func(context.Context) error { return nil })
			kept := false
			site.Receive("s3cret", func(_ context.Context, raw []byte) error {
				kept = string(raw) == tt.body
				return tt.keep
			})
			r := httptest.NewRequest(tt.method, "/telegram", strings.NewReader(tt.body))
			if tt.secret != "" {
				r.Header.Set(secretHeader, tt.secret)
			}
			w := httptest.NewRecorder()
			site.ServeHTTP(w, r)
			if w.Code != tt.want || kept != tt.kept {
				t.Errorf("got %d, kept: %v; want %d, %v", w.Code, kept, tt.want, tt.kept)
			}
			if again := w.Header().Get("Retry-After"); (again != "") != (tt.want == http.StatusServiceUnavailable) {
				t.Errorf("Retry-After %q", again)
			}
		})
	}
}

// Without a secret of ours nobody can have it right.
func TestReceiveWithoutSecret(t *testing.T) {
	site := New(storagetest.SQLite(t), func(context.Context) error { return nil })
	site.Receive("", func(context.Context, []byte) error { t.Error("kept"); return nil })
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/telegram", strings.NewReader("{}")))
	if w.Code != http.StatusUnauthorized {
		t.Errorf("got %d", w.Code)
	}
}
