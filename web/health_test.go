package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"wardbot/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestHealth(t *testing.T) {
	down := errors.New("down")
	for _, tt := range []struct {
		name     string
		path     string
		telegram error
		closed   bool // the database
		want     int
	}{
		{"the process lives", "/healthz", down, true, 200},
		{"ready", "/readyz", nil, false, 200},
		{"telegram is out of reach", "/readyz", down, false, 503},
		{"the database is out of reach", "/readyz", nil, true, 503},
		{"nothing else", "/", nil, false, 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := storagetest.SQLite(t)
			if tt.closed {
				if err := store.Close(); err != nil {
					t.Fatal(err)
				}
			}
			site := New(store, func(context.Context) error { return tt.telegram })
			w := httptest.NewRecorder()
			site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, tt.path, nil))
			if w.Code != tt.want {
				t.Errorf("got %d, want %d: %s", w.Code, tt.want, w.Body)
			}
		})
	}
}
